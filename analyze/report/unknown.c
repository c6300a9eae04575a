/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What no rule took: pool tags of size without a known owner, error codes, error events, messages.
 * A thing counts as taken when it stands in the evidence of a finding or of an exoneration. The
 * largest come first; they are what the next rule should be about.
 */
#include <stdlib.h>
#include <string.h>

#include "clusters.h"
#include "derived.h"
#include "report_parts.h"
#include "tables.h"

enum {
    MOST = 100,             /* kept of each sort; text shows a few, programs get these */
    FORMS = 2048,           /* of lines, before the rarest give way */
    TAG_FLOOR = 1024 * 1024 /* smaller tags are nobody's business */
};

/* Groups of facts by a text key. */
struct group {
    str key;
    const struct fact *first, *last;
    struct when earliest, latest; /* of those that have a time */
    uint64_t count;
    bool taken;
};

struct groups {
    struct group *items;
    size_t n, size;
    size_t *slots; /* index + 1, open addressing */
    size_t nslots;
};

typedef str key_fn(struct arena *a, const struct fact *fact);

static void *must(void *p)
{
    if (p == NULL)
        abort();
    return p;
}

static void place(struct groups *g, size_t item)
{
    size_t at = str_hash(g->items[item].key) & (g->nslots - 1);

    while (g->slots[at] != 0)
        at = (at + 1) & (g->nslots - 1);
    g->slots[at] = item + 1;
}

static struct group *find(struct groups *g, str key, bool add)
{
    size_t at;

    if (g->n * 2 >= g->nslots) {
        g->nslots = g->nslots != 0 ? g->nslots * 2 : 256;
        free(g->slots);
        g->slots = must(calloc(g->nslots, sizeof(*g->slots)));
        for (size_t i = 0; i < g->n; i++)
            place(g, i);
    }
    at = str_hash(key) & (g->nslots - 1);
    for (; g->slots[at] != 0; at = (at + 1) & (g->nslots - 1)) {
        if (str_eq(g->items[g->slots[at] - 1].key, key))
            return &g->items[g->slots[at] - 1];
    }
    if (!add)
        return NULL;
    if (g->n == g->size) {
        g->size = g->size != 0 ? g->size * 2 : 64;
        g->items = must(realloc(g->items, g->size * sizeof(*g->items)));
    }
    g->items[g->n] = (struct group){ .key = key };
    g->slots[at] = ++g->n;
    return &g->items[g->n - 1];
}

static str text_of(const struct fact *fact, size_t field)
{
    return fact->values[field].type == VALUE_TEXT ? fact->values[field].s : (str){ NULL, 0 };
}

static int64_t int_of(const struct fact *fact, size_t field)
{
    return fact->values[field].type == VALUE_INT ? fact->values[field].i : 0;
}

static str lower(struct arena *a, str s)
{
    str copy = arena_str(a, s);

    for (size_t i = 0; i < copy.n; i++)
        ((char *)(uintptr_t)copy.p)[i] = to_lower(copy.p[i]);
    return copy;
}

static str tag_key(struct arena *a, const struct fact *fact)
{
    str tag, pool;
    char *p;

    if (fact->kind != &kind_POOL_TAG)
        return (str){ NULL, 0 };
    tag = text_of(fact, POOL_TAG_TAG);
    pool = text_of(fact, POOL_TAG_POOL);
    p = arena_buffer(a, tag.n + 1 + pool.n);
    if (tag.n != 0)
        memcpy(p, tag.p, tag.n);
    p[tag.n] = '/';
    if (pool.n != 0)
        memcpy(p + tag.n + 1, pool.p, pool.n);
    return (str){ p, tag.n + 1 + pool.n };
}

/* What wraps another error says nothing that its innermost one does not. */
static str code_key(struct arena *a, const struct fact *fact)
{
    (void)a;
    if (fact->kind != &kind_ERROR || str_eq(text_of(fact, ERROR_ROLE), STR("outer")))
        return (str){ NULL, 0 };
    return text_of(fact, ERROR_CODE);
}

/* Only what the log itself calls an error. */
static str event_key(struct arena *a, const struct fact *fact)
{
    int64_t level;
    str provider;

    if (fact->kind != &kind_EVENT)
        return (str){ NULL, 0 };
    level = int_of(fact, EVENT_LEVEL);
    if (level != 1 && level != 2)
        return (str){ NULL, 0 };
    provider = lower(a, text_of(fact, EVENT_PROVIDER));
    return arena_printf(a, "%.*s/%lld", STR_ARG(provider), (long long)int_of(fact, EVENT_ID));
}

/* What a message says: the text of facts that are lines of a log. */
static str line_of(const struct fact *fact)
{
    if (fact->kind == &kind_KERNEL_MESSAGE)
        return text_of(fact, KERNEL_MESSAGE_TEXT);
    if (fact->kind == &kind_LOG_MESSAGE)
        return text_of(fact, LOG_MESSAGE_TEXT);
    if (fact->kind == &kind_STACK)
        return text_of(fact, STACK_EXCEPTION);
    return (str){ NULL, 0 };
}

static void mark_taken(
        struct groups *g, struct arena *a, key_fn *key_of, const struct finding *findings, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < findings[i].nevidence; k++) {
            str key = key_of(a, findings[i].evidence[k].fact);
            struct group *group = key.n != 0 ? find(g, key, false) : NULL;

            if (group != NULL)
                group->taken = true;
        }
    }
}

static bool same_place(const struct fact *a, const struct fact *b)
{
    return a->where.member == b->where.member && a->where.offset == b->where.offset &&
           a->where.length == b->where.length;
}

/* A code in a record that a finding rests on is told with it, whatever kind of fact the finding took. */
static void mark_places(struct groups *g, const struct finding *findings, size_t n)
{
    for (size_t at = 0; at < g->n; at++) {
        for (size_t i = 0; i < n && !g->items[at].taken; i++) {
            for (size_t k = 0; k < findings[i].nevidence && !g->items[at].taken; k++)
                g->items[at].taken = same_place(g->items[at].first, findings[i].evidence[k].fact);
        }
    }
}

static void stretch(struct group *group, const struct fact *fact)
{
    struct when last = fact->last.basis != WHEN_NONE ? fact->last : fact->when;

    if (fact->when.basis == WHEN_NONE)
        return;
    if (group->earliest.basis == WHEN_NONE || when_cmp(fact->when, group->earliest) < 0)
        group->earliest = fact->when;
    if (group->latest.basis == WHEN_NONE || when_cmp(last, group->latest) > 0)
        group->latest = last;
}

static void collect(struct groups *g, const struct report *r, struct arena *a, key_fn *key_of)
{
    const struct case_file *c = r->file;

    for (size_t i = 0; i < c->nfacts; i++) {
        str key = key_of(a, c->facts[i]);
        struct group *group;

        if (key.n == 0)
            continue;
        group = find(g, key, true);
        group->count += c->facts[i]->count;
        if (group->first == NULL)
            group->first = c->facts[i];
        group->last = c->facts[i];
        stretch(group, c->facts[i]);
    }
    mark_taken(g, a, key_of, r->verdict->findings, r->verdict->nfindings);
    mark_taken(g, a, key_of, r->verdict->ruled_out, r->verdict->nruled_out);
    mark_places(g, r->verdict->findings, r->verdict->nfindings);
}

static int by_count(const void *a, const void *b)
{
    const struct unknown_item *x = a, *y = b;

    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    return str_cmp(x->text, y->text);
}

/* Sorts, and says how many are told. */
static size_t most_frequent(struct unknown_item *items, size_t n)
{
    if (n != 0)
        qsort(items, n, sizeof(*items), by_count);
    return n < MOST ? n : MOST;
}

static void free_groups(struct groups *g)
{
    free(g->items);
    free(g->slots);
}

static const struct unknown_item *finish(struct groups *g, struct unknown_item *items, size_t *n)
{
    *n = most_frequent(items, *n);
    free_groups(g);
    return items;
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
                    int_of(f, POOL_ATTRIBUTION_RANK) != 1)
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
                !str_eq(text_of(f, POOL_ATTRIBUTION_TAG), text_of(tag, POOL_TAG_TAG)))
            continue;
        source = text_of(f, POOL_ATTRIBUTION_SOURCE);
        version = text_of(f, POOL_ATTRIBUTION_VERSION);
        company = text_of(f, POOL_ATTRIBUTION_COMPANY);
        return arena_printf(a, "; %.*s%s%.*s%s%.*s %s: %.*s%s",
                STR_ARG(text_of(f, POOL_ATTRIBUTION_DRIVER)), version.n != 0 ? " " : "",
                STR_ARG(version), company.n != 0 ? " of " : "", STR_ARG(company),
                str_eq(source, STR("code"))   ? "uses it"
                : str_eq(source, STR("data")) ? "has it in its data"
                                              : "by a table",
                STR_ARG(c->sources[f->where.member - 1].path),
                int_of(f, POOL_ATTRIBUTION_CANDIDATES) > 1 ? ", and others" : "");
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
    struct unknown_item item; /* first: by_count */
    const struct fact *last;
};

static bool is_unknown(const struct report *r, const struct table *known, const struct group *g)
{
    str tag = text_of(g->last, POOL_TAG_TAG);

    return !g->taken && int_of(g->last, POOL_TAG_BYTES) >= TAG_FLOOR &&
           text_of(g->last, POOL_TAG_DRIVER).n == 0 && table_pool_tag(known, tag) == known->nrows &&
           !is_subject(r->verdict, tag);
}

static struct unknown_item finish_tag(
        struct case_file *c, const struct owners *owners, const struct tag_item *tag)
{
    struct unknown_item item = tag->item;
    str pool = text_of(tag->last, POOL_TAG_POOL);

    item.detail = arena_printf(&c->arena, "%.*s%.*s",
            STR_ARG(size_text(&c->arena, (int64_t)item.count, pool)),
            STR_ARG(owner_text(c, owners, tag->last)));
    return item;
}

/* Tags are measured by what they held last. */
static void build_tags(struct report *r, struct case_file *c)
{
    const struct table *known = table_find("pool_tags");
    const struct owners owners = collect_owners(c);
    struct groups g = { 0 };
    struct unknown_item *items;
    struct tag_item *tags;
    size_t n = 0;

    collect(&g, r, &c->arena, tag_key);
    tags = arena_array(&c->arena, struct tag_item, g.n);
    for (size_t i = 0; i < g.n; i++) {
        const struct fact *last = g.items[i].last;

        if (!is_unknown(r, known, &g.items[i]))
            continue;
        tags[n++] = (struct tag_item){
            .item = { .text = str_trim_end(text_of(last, POOL_TAG_TAG)),
                    .count = (uint64_t)int_of(last, POOL_TAG_BYTES),
                    .where = last->where },
            .last = last,
        };
    }
    if (n != 0)
        qsort(tags, n, sizeof(*tags), by_count);
    r->ntags = n < MOST ? n : MOST;
    items = arena_array(&c->arena, struct unknown_item, r->ntags);
    for (size_t i = 0; i < r->ntags; i++)
        items[i] = finish_tag(c, &owners, &tags[i]);
    r->tags = items;
    free_groups(&g);
}

static str times_text(struct arena *a, str name, uint64_t count)
{
    if (count < 2)
        return name;
    return arena_printf(a, "%.*s%s%llu times", STR_ARG(name), name.n != 0 ? ", " : "",
            (unsigned long long)count);
}

/* What stands in brackets behind the item. */
static str name_of(const struct fact *fact)
{
    return fact->kind == &kind_ERROR ? text_of(fact, ERROR_NAME) : (str){ NULL, 0 };
}

static str label_of(struct arena *a, const struct group *group)
{
    if (group->first->kind != &kind_EVENT)
        return group->key;
    return arena_printf(a, "%.*s/%lld", STR_ARG(text_of(group->first, EVENT_PROVIDER)),
            (long long)int_of(group->first, EVENT_ID));
}

static const struct unknown_item *build(
        struct report *r, struct case_file *c, key_fn *key_of, size_t *ret_n)
{
    struct groups g = { 0 };
    struct unknown_item *items;

    collect(&g, r, &c->arena, key_of);
    items = arena_array(&c->arena, struct unknown_item, g.n);
    for (size_t i = 0; i < g.n; i++) {
        const struct group *group = &g.items[i];

        if (group->taken)
            continue;
        items[(*ret_n)++] = (struct unknown_item){
            .text = label_of(&c->arena, group),
            .detail = times_text(&c->arena, name_of(group->first), group->count),
            .count = group->count,
            .where = group->first->where,
            .first = group->earliest,
            .last = group->latest,
        };
    }
    return finish(&g, items, ret_n);
}

static void mark_lines(struct clusters *lines, const struct finding *findings, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < findings[i].nevidence; k++) {
            str line = line_of(findings[i].evidence[k].fact);
            struct cluster *row = line.n != 0 ? clusters_find(lines, line) : NULL;

            if (row != NULL)
                row->taken = true;
        }
    }
}

static struct unknown_item line_item(struct arena *a, const struct cluster *row)
{
    return (struct unknown_item){
        .text = arena_str(a, (str){ row->form, row->form_length }),
        .detail = times_text(a, STR(""), row->count),
        .count = row->count,
        .where = row->where,
        .first = row->first,
        .last = row->last,
        .example = arena_str(a, (str){ row->example, row->example_length }),
    };
}

static void build_lines(struct report *r, struct case_file *c)
{
    struct clusters lines;
    struct unknown_item *items;

    clusters_init(&lines, FORMS);
    for (size_t i = 0; i < c->nfacts; i++) {
        const struct fact *fact = c->facts[i];
        str line = line_of(fact);

        if (line.n != 0)
            clusters_add(&lines, line, fact->count, fact->when, fact->last, fact->where);
    }
    mark_lines(&lines, r->verdict->findings, r->verdict->nfindings);
    mark_lines(&lines, r->verdict->ruled_out, r->verdict->nruled_out);
    items = arena_array(&c->arena, struct unknown_item, lines.n);
    for (size_t i = 0; i < lines.n; i++) {
        const struct cluster *row = clusters_row(&lines, i);

        if (!row->taken)
            items[r->nlines++] = line_item(&c->arena, row);
    }
    r->lines = items;
    r->nlines = most_frequent(items, r->nlines);
    r->lines_fallen = lines.fallen;
    clusters_finish(&lines);
}

void build_unknown(struct report *r, struct case_file *c)
{
    build_tags(r, c);
    r->codes = build(r, c, code_key, &r->ncodes);
    r->events = build(r, c, event_key, &r->nevents);
    build_lines(r, c);
}
