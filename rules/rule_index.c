/* SPDX-License-Identifier: Apache-2.0 */
#include "rule_index.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"

struct entry {
    str key;
    uint32_t rule;
};

struct builder {
    struct arena *a, *scratch;
    struct entry *entries;
    size_t n, size;
    uint32_t rule;
};

static void add(struct builder *b, str key)
{
    if (b->n == b->size) {
        b->size = b->size != 0 ? b->size * 2 : 1024;
        b->entries = realloc(b->entries, b->size * sizeof(*b->entries));
        if (b->entries == NULL)
            abort();
    }
    b->entries[b->n++] = (struct entry){ key, b->rule };
}

/* A literal, or every literal of a list. */
static void add_values(struct builder *b, str field, char mark, const struct json *value)
{
    if (value->type == JSON_STRING)
        add(b, arena_printf(
                       b->a, "%.*s%c%.*s", STR_ARG(field), mark, STR_ARG(str_trim(value->text))));
    else if (value->type == JSON_NUMBER)
        add(b, arena_printf(b->a, "%.*s%c%.15g", STR_ARG(field), mark, value->number));
    for (const struct json *c = value->type == JSON_ARRAY ? value->child : NULL; c != NULL;
            c = c->next)
        add_values(b, field, mark, c);
}

/* The mark of an operator; '\0' where its operand is no literal of the field. */
static char mark_of(str op)
{
    static const struct {
        str op;
        char mark;
    } rows[] = {
        { STR_INIT("eq"), '=' },
        { STR_INIT("nocase"), '=' },
        { STR_INIT("code"), '=' },
        { STR_INIT("prefix"), '^' },
        { STR_INIT("suffix"), '~' },
        { STR_INIT("contains"), '~' },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (str_eq(rows[i].op, op))
            return rows[i].mark;
    }
    return '\0';
}

static void add_matcher(struct builder *b, str field, const struct json *matcher)
{
    if (matcher->type != JSON_OBJECT) {
        add_values(b, field, '=', matcher);
        return;
    }
    for (const struct json *op = matcher->child; op != NULL; op = op->next) {
        char mark = mark_of(op->key);

        if (mark != '\0')
            add_values(b, field, mark, op);
    }
}

static void each_text(struct builder *b, const struct json *value,
        void (*take)(struct builder *b, str text, const struct json *with), const struct json *with)
{
    if (value == NULL)
        return;
    if (value->type == JSON_STRING)
        take(b, value->text, with);
    for (const struct json *c = value->child; c != NULL; c = c->next)
        each_text(b, c, take, with);
}

static void add_event(struct builder *b, str provider, const struct json *id)
{
    str key;

    if (id->type == JSON_NUMBER) {
        key = arena_printf(b->a, "event=%.*s/%.15g", STR_ARG(provider), id->number);
        for (size_t i = 0; i < key.n; i++)
            ((char *)(uintptr_t)key.p)[i] = to_lower(key.p[i]);
        add(b, key);
    }
    for (const struct json *c = id->child; c != NULL; c = c->next)
        add_event(b, provider, c);
}

/* A selection or one of its "any" arms; provider and id may stand on either level. */
static void add_selection(struct builder *b, const struct json *selection,
        const struct json *provider, const struct json *id)
{
    const struct json *arms = json_get(selection, STR("any"));
    const struct json *own = json_get(selection, STR("provider"));
    const struct json *number = json_get(selection, STR("id"));

    provider = own != NULL ? own : provider;
    id = number != NULL ? number : id;
    if (id != NULL && (own != NULL || number != NULL))
        each_text(b, provider, add_event, id);
    for (const struct json *c = selection->child; c != NULL; c = c->next) {
        if (!str_eq(c->key, STR("any")) && !str_eq(c->key, STR("not")) &&
                !str_eq(c->key, STR("say")))
            add_matcher(b, c->key, c);
    }
    for (const struct json *arm = arms != NULL ? arms->child : NULL; arm != NULL; arm = arm->next)
        add_selection(b, arm, provider, id);
}

/* Words in single quotes: host.arch == 'x86'. */
static void add_quoted(struct builder *b, str expression, const struct json *with)
{
    (void)with;
    while (str_find_char(expression, '\'') != STR_NONE) {
        (void)str_cut(&expression, '\'');
        add(b, arena_printf(b->a, "'%.*s", STR_ARG(str_trim(str_cut(&expression, '\'')))));
    }
}

static void add_rule(struct builder *b, struct rule_info info)
{
    str error = { NULL, 0 };
    const struct json *rule = json_parse(b->scratch, info.json, &error), *evidence;

    add(b, arena_printf(b->a, "cause=%.*s", STR_ARG(info.cause)));
    if (rule == NULL)
        return;
    evidence = json_get(rule, STR("evidence"));
    for (const struct json *s = evidence != NULL ? evidence->child : NULL; s != NULL; s = s->next)
        add_selection(b, s, NULL, NULL);
    each_text(b, json_get(rule, STR("when")), add_quoted, NULL);
    each_text(b, json_get(rule, STR("let")), add_quoted, NULL);
}

static int compare_entries(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int order = str_cmp(x->key, y->key);

    return order != 0 ? order : (x->rule > y->rule) - (x->rule < y->rule);
}

/* Appends to texts; *at is where the next one begins. */
static uint32_t put_text(char *texts, size_t *at, str s)
{
    uint32_t begin = (uint32_t)*at;

    if (s.n != 0)
        memcpy(texts + *at, s.p, s.n);
    texts[*at + s.n] = '\0';
    *at += s.n + 1;
    return begin;
}

static size_t size_of(const struct builder *b, const struct ruleset *rules)
{
    size_t size = 1, ncauses;
    const struct cause_info *causes = ruleset_causes(rules, &ncauses);

    for (size_t i = 0; i < b->n; i++)
        size += b->entries[i].key.n + 1;
    for (size_t i = 0; i < ruleset_count(rules); i++) {
        struct rule_info info = ruleset_rule(rules, i);

        size += info.id.n + info.title.n + info.cause.n + 3;
    }
    for (size_t i = 0; i < ncauses; i++)
        size += causes[i].id.n + causes[i].meaning.n + str_z(role_name(causes[i].role)).n + 3;
    return size;
}

/* Rules and causes, three texts each. */
static void put_rows(struct rule_index *index, struct arena *a, const struct ruleset *rules,
        char *texts, size_t *at)
{
    size_t n;
    const struct cause_info *list = ruleset_causes(rules, &n);
    uint32_t *ids = arena_array(a, uint32_t, 3 * ruleset_count(rules) + 1);
    uint32_t *causes = arena_array(a, uint32_t, 3 * n + 1);

    index->nrules = ruleset_count(rules);
    for (size_t i = 0; i < index->nrules; i++) {
        struct rule_info info = ruleset_rule(rules, i);

        ids[3 * i] = put_text(texts, at, info.id);
        ids[3 * i + 1] = put_text(texts, at, info.title);
        ids[3 * i + 2] = put_text(texts, at, info.cause);
    }
    index->ncauses = n;
    for (size_t i = 0; i < n; i++) {
        causes[3 * i] = put_text(texts, at, list[i].id);
        causes[3 * i + 1] = put_text(texts, at, list[i].meaning);
        causes[3 * i + 2] = put_text(texts, at, str_z(role_name(list[i].role)));
    }
    index->rules = ids;
    index->causes = causes;
}

static const struct rule_index *finish(struct builder *b, const struct ruleset *rules)
{
    struct rule_index *index = arena_new(b->a, struct rule_index);
    char *texts = arena_alloc(b->a, size_of(b, rules));
    uint32_t *keys = arena_array(b->a, uint32_t, b->n + 1);
    uint32_t *first = arena_array(b->a, uint32_t, b->n + 1);
    uint32_t *refs = arena_array(b->a, uint32_t, b->n + 1);
    size_t at = 1, nrefs = 0;

    for (size_t i = 0; i < b->n; i++) {
        const struct entry *e = &b->entries[i], *last = i != 0 ? e - 1 : NULL;

        if (last == NULL || !str_eq(last->key, e->key)) {
            first[index->nkeys] = (uint32_t)nrefs;
            keys[index->nkeys++] = put_text(texts, &at, e->key);
        } else if (last->rule == e->rule) {
            continue;
        }
        refs[nrefs++] = e->rule;
    }
    first[index->nkeys] = (uint32_t)nrefs;
    put_rows(index, b->a, rules, texts, &at);
    index->texts = texts;
    index->keys = keys;
    index->first = first;
    index->refs = refs;
    return index;
}

const struct rule_index *rule_index_build(struct arena *a, const struct ruleset *rules)
{
    struct arena scratch;
    struct builder b = { .a = a, .scratch = &scratch };
    const struct rule_index *index;

    arena_init(&scratch, 0);
    for (size_t i = 0; i < ruleset_count(rules); i++) {
        b.rule = (uint32_t)i;
        add_rule(&b, ruleset_rule(rules, i));
        arena_reset(&scratch);
    }
    if (b.n != 0)
        qsort(b.entries, b.n, sizeof(*b.entries), compare_entries);
    index = finish(&b, rules);
    free(b.entries);
    arena_finish(&scratch);
    return index;
}

static str text_at(const struct rule_index *index, uint32_t at)
{
    return str_z(index->texts + at);
}

size_t rule_index_text_size(const struct rule_index *index)
{
    size_t end = 1;

    for (size_t i = 0; i < index->nkeys; i++) {
        size_t behind = index->keys[i] + text_at(index, index->keys[i]).n + 1;

        end = behind > end ? behind : end;
    }
    for (size_t i = 0; i < 3 * (index->nrules + index->ncauses); i++) {
        size_t n = 3 * index->nrules;
        uint32_t at = i < n ? index->rules[i] : index->causes[i - n];
        size_t behind = at + text_at(index, at).n + 1;

        end = behind > end ? behind : end;
    }
    return end;
}

/* The first key that is not before `key`. */
static size_t lower_bound(const struct rule_index *index, str key)
{
    size_t low = 0, high = index->nkeys;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (str_cmp(rule_index_key(index, middle), key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t rule_index_find(const struct rule_index *index, str key)
{
    size_t at = lower_bound(index, key);

    return at < index->nkeys && str_eq(rule_index_key(index, at), key) ? at : index->nkeys;
}

void rule_index_range(const struct rule_index *index, str prefix, size_t *ret_from, size_t *ret_to)
{
    size_t at = lower_bound(index, prefix);

    *ret_from = at;
    while (at < index->nkeys && str_starts(rule_index_key(index, at), prefix))
        at++;
    *ret_to = at;
}

str rule_index_key(const struct rule_index *index, size_t key)
{
    return text_at(index, index->keys[key]);
}

str rule_index_id(const struct rule_index *index, size_t rule)
{
    return text_at(index, index->rules[3 * rule]);
}

str rule_index_title(const struct rule_index *index, size_t rule)
{
    return text_at(index, index->rules[3 * rule + 1]);
}

str rule_index_cause(const struct rule_index *index, size_t rule)
{
    return text_at(index, index->rules[3 * rule + 2]);
}

size_t rule_index_rule(const struct rule_index *index, str id)
{
    size_t low = 0, high = index->nrules;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = str_cmp(rule_index_id(index, middle), id);

        if (order == 0)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return index->nrules;
}

struct index_cause rule_index_cause_row(const struct rule_index *index, size_t cause)
{
    const uint32_t *row = &index->causes[3 * cause];

    return (struct index_cause){ text_at(index, row[0]), text_at(index, row[1]),
        text_at(index, row[2]) };
}

size_t rule_index_cause_find(const struct rule_index *index, str id)
{
    size_t low = 0, high = index->ncauses;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = str_cmp(text_at(index, index->causes[3 * middle]), id);

        if (order == 0)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return index->ncauses;
}
