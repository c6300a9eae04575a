/* SPDX-License-Identifier: Apache-2.0 */
/* unknown_tags: pool tags of size that no rule took and whose owner no table knows. */
#include <stdlib.h>
#include <string.h>

#include "derived.h"
#include "out.h"
#include "report_parts.h"
#include "tables.h"
#include "unknown_groups.h"

enum { TAG_FLOOR = 1024 * 1024 /* smaller tags are nobody's business */ };

static str tag_key(struct arena *a, const struct fact *fact)
{
    str tag, pool;
    char *p;

    if (fact->kind != &kind_POOL_TAG)
        return (str){ NULL, 0 };
    tag = fact_text(fact, POOL_TAG_TAG);
    pool = fact_text(fact, POOL_TAG_POOL);
    p = arena_buffer(a, tag.n + 1 + pool.n);
    if (tag.n != 0)
        memcpy(p, tag.p, tag.n);
    p[tag.n] = '/';
    if (pool.n != 0)
        memcpy(p + tag.n + 1, pool.p, pool.n);
    return (str){ p, tag.n + 1 + pool.n };
}

static str size_text(struct arena *a, int64_t bytes, str pool)
{
    struct out out;
    str text;

    out_init_memory(&out);
    out_bytes(&out, bytes);
    out_z(&out, pool.n != 0 ? " " : "");
    out_str(&out, pool);
    text = arena_str(a, out_text(&out));
    (void)out_finish(&out);
    return text;
}

/* What files of the bundle say first of a tag's owner; tags are many, these are few. */
struct owners {
    const struct fact **facts;
    size_t n;
};

static struct owners collect_owners(struct case_file *c)
{
    struct owners owners = { 0 };

    for (int pass = 0; pass < 2; pass++) {
        if (pass == 1)
            owners.facts = arena_array(&c->arena, const struct fact *, owners.n);
        owners.n = 0;
        for (size_t i = 0; i < c->nfacts; i++) {
            const struct fact *f = c->facts[i];

            if (f->kind != &kind_POOL_ATTRIBUTION || f->where.member == 0 ||
                    fact_int(f, POOL_ATTRIBUTION_RANK) != 1)
                continue;
            if (pass == 1)
                owners.facts[owners.n] = f;
            owners.n++;
        }
    }
    return owners;
}

/* Who uses the tag by the bundle's own files: "; contoso.sys 2.1 of Contoso loads it: x.zip!contoso.sys". */
static str owner_text(struct case_file *c, const struct owners *owners, const struct fact *tag)
{
    struct arena *a = &c->arena;

    for (size_t i = 0; i < owners->n; i++) {
        const struct fact *f = owners->facts[i];
        str source, version, company;

        if (!str_eq(f->host, tag->host) ||
                !str_eq(fact_text(f, POOL_ATTRIBUTION_TAG), fact_text(tag, POOL_TAG_TAG)))
            continue;
        source = fact_text(f, POOL_ATTRIBUTION_SOURCE);
        version = fact_text(f, POOL_ATTRIBUTION_VERSION);
        company = fact_text(f, POOL_ATTRIBUTION_COMPANY);
        return arena_printf(a, "; %.*s%s%.*s%s%.*s %s: %.*s%s",
                STR_ARG(fact_text(f, POOL_ATTRIBUTION_DRIVER)), version.n != 0 ? " " : "",
                STR_ARG(version), company.n != 0 ? " of " : "", STR_ARG(company),
                str_eq(source, STR("code"))   ? "uses it"
                : str_eq(source, STR("data")) ? "has it in its data"
                                              : "by a table",
                STR_ARG(c->sources[f->where.member - 1].path),
                fact_int(f, POOL_ATTRIBUTION_CANDIDATES) > 1 ? ", and others" : "");
    }
    return (str){ NULL, 0 };
}

static bool is_subject(const struct verdict *v, str tag)
{
    for (size_t i = 0; i < v->nfindings; i++) {
        if (str_eq(str_trim(v->findings[i].subject), str_trim(tag)))
            return true;
    }
    return false;
}

/* A tag before it is known whether it is among those that are told. */
struct tag_item {
    struct unknown_item item; /* first: unknown_by_count */
    const struct fact *last;
};

static bool is_unknown(const struct report *r, const struct table *known, const struct group *g)
{
    str tag = fact_text(g->last, POOL_TAG_TAG);

    return !g->taken && fact_int(g->last, POOL_TAG_BYTES) >= TAG_FLOOR &&
           fact_text(g->last, POOL_TAG_DRIVER).n == 0 &&
           table_pool_tag(known, tag) == known->nrows && !is_subject(r->verdict, tag);
}

static struct unknown_item finish_tag(
        struct case_file *c, const struct owners *owners, const struct tag_item *tag)
{
    struct unknown_item item = tag->item;
    str pool = fact_text(tag->last, POOL_TAG_POOL);

    item.detail = arena_printf(&c->arena, "%.*s%.*s",
            STR_ARG(size_text(&c->arena, (int64_t)item.count, pool)),
            STR_ARG(owner_text(c, owners, tag->last)));
    return item;
}

/* Tags are measured by what they held last. */
void build_unknown_tags(struct report *r, struct case_file *c)
{
    const struct table *known = table_find("pool_tags");
    const struct owners owners = collect_owners(c);
    struct groups g = { 0 };
    struct unknown_item *items;
    struct tag_item *tags;
    size_t n = 0;

    groups_collect(&g, r, &c->arena, tag_key);
    tags = arena_array(&c->arena, struct tag_item, g.n);
    for (size_t i = 0; i < g.n; i++) {
        const struct fact *last = g.items[i].last;

        if (!is_unknown(r, known, &g.items[i]))
            continue;
        tags[n++] = (struct tag_item){
            .item = { .text = str_trim_end(fact_text(last, POOL_TAG_TAG)),
                    .count = (uint64_t)fact_int(last, POOL_TAG_BYTES),
                    .where = last->where },
            .last = last,
        };
    }
    if (n != 0)
        qsort(tags, n, sizeof(*tags), unknown_by_count);
    r->ntags = n < UNKNOWN_MOST ? n : UNKNOWN_MOST;
    items = arena_array(&c->arena, struct unknown_item, r->ntags);
    for (size_t i = 0; i < r->ntags; i++)
        items[i] = finish_tag(c, &owners, &tags[i]);
    r->tags = items;
    groups_finish(&g);
}
