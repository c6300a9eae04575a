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
#include "unknown_groups.h"

enum { FORMS = 2048 /* of lines, before the rarest give way */ };

static str lower(struct arena *a, str s)
{
    str copy = arena_str(a, s);

    for (size_t i = 0; i < copy.n; i++)
        ((char *)(uintptr_t)copy.p)[i] = to_lower(copy.p[i]);
    return copy;
}

/* What wraps another error says nothing that its innermost one does not. */
static str code_key(struct arena *a, const struct fact *fact)
{
    (void)a;
    if (fact->kind != &kind_ERROR || str_eq(fact_text(fact, ERROR_ROLE), STR("outer")))
        return (str){ NULL, 0 };
    return fact_text(fact, ERROR_CODE);
}

/* Only what the log itself calls an error. */
static str event_key(struct arena *a, const struct fact *fact)
{
    int64_t level;
    str provider;

    if (fact->kind != &kind_EVENT)
        return (str){ NULL, 0 };
    level = fact_int(fact, EVENT_LEVEL);
    if (level != 1 && level != 2)
        return (str){ NULL, 0 };
    provider = lower(a, fact_text(fact, EVENT_PROVIDER));
    return arena_printf(a, "%.*s/%lld", STR_ARG(provider), (long long)fact_int(fact, EVENT_ID));
}

/* What a message says: the text of facts that are lines of a log. */
static str line_of(const struct fact *fact)
{
    if (fact->kind == &kind_KERNEL_MESSAGE)
        return fact_text(fact, KERNEL_MESSAGE_TEXT);
    if (fact->kind == &kind_LOG_MESSAGE)
        return fact_text(fact, LOG_MESSAGE_TEXT);
    if (fact->kind == &kind_STACK)
        return fact_text(fact, STACK_EXCEPTION);
    return (str){ NULL, 0 };
}

static const struct unknown_item *finish(struct groups *g, struct unknown_item *items, size_t *n)
{
    *n = unknown_most_frequent(items, *n);
    groups_finish(g);
    return items;
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
    return fact->kind == &kind_ERROR ? fact_text(fact, ERROR_NAME) : (str){ NULL, 0 };
}

static str label_of(struct arena *a, const struct group *group)
{
    if (group->first->kind != &kind_EVENT)
        return group->key;
    return arena_printf(a, "%.*s/%lld", STR_ARG(fact_text(group->first, EVENT_PROVIDER)),
            (long long)fact_int(group->first, EVENT_ID));
}

static const struct unknown_item *build(
        struct report *r, struct case_file *c, group_key_fn *key_of, size_t *ret_n)
{
    struct groups g = { 0 };
    struct unknown_item *items;

    groups_collect(&g, r, &c->arena, key_of);
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
    r->nlines = unknown_most_frequent(items, r->nlines);
    r->lines_fallen = lines.fallen;
    clusters_finish(&lines);
}

void build_unknown(struct report *r, struct case_file *c)
{
    build_unknown_tags(r, c);
    r->codes = build(r, c, code_key, &r->ncodes);
    r->events = build(r, c, event_key, &r->nevents);
    build_lines(r, c);
}
