/* SPDX-License-Identifier: Apache-2.0 */
/* pages: causes with the rules that tell of them and what leads to what. */
#include "articles.h"

#include <stdlib.h>

#include "version.h"

/* So many causes of a pattern are tied to a rule; more of them no page could show. */
enum { TIES_MOST = 1000 };

struct pairs {
    struct pair_of {
        uint32_t from, to;
    } * list;
    size_t n, size;
};

static void add_pair(struct pairs *pairs, size_t from, size_t to)
{
    if (pairs->n == pairs->size) {
        pairs->size = pairs->size != 0 ? pairs->size * 2 : 256;
        pairs->list = realloc(pairs->list, pairs->size * sizeof(*pairs->list));
        if (pairs->list == NULL)
            abort();
    }
    pairs->list[pairs->n++] = (struct pair_of){ (uint32_t)from, (uint32_t)to };
}

static int compare_pairs(const void *a, const void *b)
{
    const struct pair_of *x = a, *y = b;

    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return (x->to > y->to) - (x->to < y->to);
}

/* The second ones of all pairs in order, each once; of cause i they begin at starts[i]. */
static const uint32_t *settle(
        struct arena *a, struct pairs *pairs, size_t nfrom, const size_t **ret_starts)
{
    uint32_t *to = arena_array(a, uint32_t, pairs->n + 1);
    size_t *starts = arena_array(a, size_t, nfrom + 1);
    size_t n = 0, from = 0;

    if (pairs->n != 0)
        qsort(pairs->list, pairs->n, sizeof(*pairs->list), compare_pairs);
    for (size_t i = 0; i < pairs->n; i++) {
        while (from < pairs->list[i].from)
            starts[++from] = n;
        if (i == 0 || compare_pairs(&pairs->list[i - 1], &pairs->list[i]) != 0)
            to[n++] = pairs->list[i].to;
    }
    while (from < nfrom)
        starts[++from] = n;
    *ret_starts = starts;
    free(pairs->list);
    *pairs = (struct pairs){ 0 };
    return to;
}

static int compare_ids(const void *a, const void *b)
{
    return str_cmp(((const struct article_cause *)a)->id, ((const struct article_cause *)b)->id);
}

/* Pages lie where ids say: nothing else than words between strokes may stand there. */
static bool is_path(str id)
{
    char before = '/';

    for (size_t i = 0; i < id.n; i++) {
        char c = id.p[i];

        if (!is_alnum(c) && ((c != '-' && c != '/') || before == '/'))
            return false;
        before = c;
    }
    return before != '/';
}

/* Listed or only told of: each once, by id. */
static void collect_causes(struct articles *p)
{
    size_t nlisted, n = 0;
    const struct cause_info *listed = ruleset_causes(p->rules, &nlisted);
    size_t most = nlisted + ruleset_count(p->rules);
    struct article_cause *causes = arena_array(&p->arena, struct article_cause, most + 1);

    for (size_t i = 0; i < nlisted; i++)
        causes[n++].id = listed[i].id;
    for (size_t i = 0; i < ruleset_count(p->rules); i++)
        causes[n++].id = ruleset_rule(p->rules, i).cause;
    if (n != 0)
        qsort(causes, n, sizeof(*causes), compare_ids);
    for (size_t i = 0; i < n; i++) {
        if (!is_path(causes[i].id))
            continue;
        if (p->ncauses == 0 || !str_eq(causes[p->ncauses - 1].id, causes[i].id))
            causes[p->ncauses++].id = causes[i].id;
    }
    for (size_t i = 0; i < p->ncauses; i++)
        causes[i].info = ruleset_cause(p->rules, causes[i].id);
    p->causes = causes;
}

size_t articles_from(const struct articles *p, str id)
{
    size_t from = 0, to = p->ncauses;

    while (from < to) {
        size_t middle = from + (to - from) / 2;

        if (str_cmp(p->causes[middle].id, id) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

const struct article_cause *articles_find(const struct articles *p, str id)
{
    size_t at = articles_from(p, id);

    return at < p->ncauses && str_eq(p->causes[at].id, id) ? &p->causes[at] : NULL;
}

/* Pairs of `from` and each cause of a list of ids and beginnings, which a star ends. */
static void add_patterns(const struct articles *p, struct pairs *pairs, size_t from,
        const struct json *list, bool turned)
{
    for (const struct json *c = list != NULL ? list->child : NULL; c != NULL; c = c->next) {
        str id = json_text(c);
        bool open = str_ends(id, STR("*"));

        if (open)
            id.n--;
        for (size_t i = articles_from(p, id), n = 0; i < p->ncauses && n < TIES_MOST; i++, n++) {
            if (open ? !str_starts(p->causes[i].id, id) : !str_eq(p->causes[i].id, id))
                break;
            if (turned)
                add_pair(pairs, i, from);
            else if (i != from)
                add_pair(pairs, from, i);
        }
    }
}

static void tie_rules(struct articles *p)
{
    struct pairs told = { 0 }, cleared = { 0 };
    const size_t *at, *cleared_at;
    const uint32_t *rules, *clearing;

    for (size_t i = 0; i < ruleset_count(p->rules); i++) {
        const struct article_cause *cause = articles_find(p, ruleset_rule(p->rules, i).cause);

        if (cause != NULL)
            add_pair(&told, (size_t)(cause - p->causes), i);
        add_patterns(p, &cleared, i, json_get(p->json[i], STR("clears")), true);
    }
    rules = settle(&p->arena, &told, p->ncauses, &at);
    clearing = settle(&p->arena, &cleared, p->ncauses, &cleared_at);
    for (size_t i = 0; i < p->ncauses; i++) {
        p->causes[i].rules = rules + at[i];
        p->causes[i].nrules = at[i + 1] - at[i];
        p->causes[i].cleared = clearing + cleared_at[i];
        p->causes[i].ncleared = cleared_at[i + 1] - cleared_at[i];
    }
}

static void tie_causes(struct articles *p)
{
    struct pairs down = { 0 }, up = { 0 };
    const size_t *down_at, *up_at;
    const uint32_t *effects, *causes;

    for (size_t i = 0; i < ruleset_count(p->rules); i++) {
        const struct article_cause *cause = articles_find(p, ruleset_rule(p->rules, i).cause);

        if (cause != NULL)
            add_patterns(p, &down, (size_t)(cause - p->causes),
                    json_get(p->json[i], STR("explains")), false);
    }
    for (size_t i = 0; i < down.n; i++)
        add_pair(&up, down.list[i].to, down.list[i].from);
    effects = settle(&p->arena, &down, p->ncauses, &down_at);
    causes = settle(&p->arena, &up, p->ncauses, &up_at);
    for (size_t i = 0; i < p->ncauses; i++) {
        struct article_cause *c = &p->causes[i];

        c->explains = effects + down_at[i];
        c->nexplains = down_at[i + 1] - down_at[i];
        c->explained = causes + up_at[i];
        c->nexplained = up_at[i + 1] - up_at[i];
    }
}

void articles_build(struct articles *p, const struct ruleset *rules)
{
    size_t n = ruleset_count(rules);

    *p = (struct articles){ .rules = rules };
    arena_init(&p->arena, 0);
    p->index = rule_index_build(&p->arena, rules);
    p->json = arena_array(&p->arena, const struct json *, n + 1);
    for (size_t i = 0; i < n; i++) {
        str error = { NULL, 0 };

        p->json[i] = json_parse(&p->arena, ruleset_rule(rules, i).json, &error);
    }
    collect_causes(p);
    tie_rules(p);
    tie_causes(p);
    p->foot = arena_printf(&p->arena, "fathom %s, %zu rules, %zu causes; rules %.*s",
            FATHOM_VERSION, n, p->ncauses, STR_ARG(str_slice(ruleset_sha256(rules), 0, 12)));
}

void articles_finish(struct articles *p)
{
    arena_finish(&p->arena);
}

str article_cause_name(const struct article_cause *cause)
{
    return cause->info != NULL ? cause->info->meaning : cause->id;
}
