/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ruleset: the rules of one run. Packs are laid over each other by id; what concerns more than one
 * rule is checked when the set is frozen.
 */
#include <stdio.h>
#include <stdlib.h>

#include <nettle/sha2.h>

#include "base.h"
#include "must.h"
#include "wants.h"

struct ruleset *ruleset_create(const struct kind *const *kinds)
{
    static const struct pack none = { STR_INIT(""), PACK_SITE, 0 };
    struct ruleset *rs = must(calloc(1, sizeof(*rs)));

    rs->pack = &none;
    arena_init(&rs->arena, 0);
    arena_init(&rs->nodes, 0);
    rs->problems.arena = &rs->arena;
    rs->kinds = kinds;
    rs->host = kind_find(kinds, STR("host"));
    rs->limit = kind_find(kinds, STR("limit"));
    rs->line = kind_find(kinds, STR("log.line"));
    return rs;
}

void ruleset_destroy(struct ruleset *rs)
{
    if (rs == NULL)
        return;
    regex_list_finish(&rs->regexes);
    problems_finish(&rs->problems);
    arena_finish(&rs->arena);
    arena_finish(&rs->nodes);
    free(rs->rules);
    free(rs->slots);
    free(rs->lines);
    free(rs->causes);
    free(rs);
}

void ruleset_begin_pack(struct ruleset *rs, str name, enum pack_sort sort)
{
    struct pack *pack = arena_new(&rs->arena, struct pack);

    *pack = (struct pack){ arena_str(&rs->arena, name), sort, rs->pack->number + 1 };
    rs->pack = pack;
}

/* Where the rule of this id stands in the table, or would. */
static size_t find_slot(const struct ruleset *rs, str id)
{
    size_t at = str_hash(id) & (rs->nslots - 1);

    while (rs->slots[at] != 0 && !str_eq(rs->rules[rs->slots[at] - 1]->id, id))
        at = (at + 1) & (rs->nslots - 1);
    return at;
}

struct rule *ruleset_find(const struct ruleset *rs, str id)
{
    uint32_t index;

    if (rs->base != NULL) {
        size_t at = base_find(rs->base, id);

        return at < rs->nrules ? rule_at(rs, at) : NULL;
    }
    index = rs->nslots != 0 ? rs->slots[find_slot(rs, id)] : 0;

    return index != 0 ? rs->rules[index - 1] : NULL;
}

/* The table of ids anew, after the rules have grown or changed their places. */
static void index_rules(struct ruleset *rs)
{
    free(rs->slots);
    rs->nslots = rs->size * 2;
    rs->slots = must(calloc(rs->nslots, sizeof(*rs->slots)));
    for (size_t i = 0; i < rs->nrules + rs->nremoved; i++)
        rs->slots[find_slot(rs, rs->rules[i]->id)] = (uint32_t)i + 1;
}

static void add_rule(struct ruleset *rs, struct rule *rule)
{
    if (rs->nrules == rs->size) {
        rs->size = rs->size != 0 ? rs->size * 2 : 256;
        rs->rules = must(realloc(rs->rules, rs->size * sizeof(*rs->rules)));
        index_rules(rs);
    }
    rs->rules[rs->nrules++] = rule;
    rs->slots[find_slot(rs, rule->id)] = (uint32_t)rs->nrules;
}

void ruleset_add(struct ruleset *rs, str id, str file, str json)
{
    struct rule *rule = rule_load(rs, id, file, json), *old = ruleset_find(rs, id);
    struct place place;

    if (rule == NULL)
        return;
    if (rule->disabled) {
        place = (struct place){ &rs->problems, rule->file, STR("/disabled"), NULL, 0 };
        if (old != NULL)
            old->removed = rs->pack;
        else
            problem_warning(
                    &place, 0, "rule.nothing-disabled", "there is no rule '%.*s'", STR_ARG(id));
    } else if (old != NULL) {
        rule->replaces = old->pack;
        rs->rules[rs->slots[find_slot(rs, id)] - 1] = rule;
    } else {
        add_rule(rs, rule);
    }
}

/* Those in force first. */
static int compare_ids(const void *a, const void *b)
{
    const struct rule *const *x = a, *const *y = b;
    int order = ((*x)->removed != NULL) - ((*y)->removed != NULL);

    return order != 0 ? order : str_cmp((*x)->id, (*y)->id);
}

static void sort_rules(struct ruleset *rs)
{
    if (rs->nrules == 0)
        return;
    qsort(rs->rules, rs->nrules, sizeof(*rs->rules), compare_ids);
    while (rs->nrules != 0 && rs->rules[rs->nrules - 1]->removed != NULL) {
        rs->nrules--;
        rs->nremoved++;
    }
    index_rules(rs);
}

/* Each id and text with their lengths, so that no two sets read alike. */
static void hash_rules(struct ruleset *rs)
{
    struct sha256_ctx sha;
    uint8_t digest[SHA256_DIGEST_SIZE];

    sha256_init(&sha);
    for (size_t i = 0; i < rs->nrules; i++) {
        const struct rule *rule = rs->rules[i];
        char head[64];
        int n = snprintf(head, sizeof(head), "%zu %zu\n", rule->id.n, rule->json.n);

        sha256_update(&sha, (size_t)n, (const uint8_t *)head);
        sha256_update(&sha, rule->id.n, (const uint8_t *)rule->id.p);
        sha256_update(&sha, rule->json.n, (const uint8_t *)rule->json.p);
    }
    sha256_digest(&sha, sizeof(digest), digest);
    for (size_t i = 0; i < sizeof(digest); i++)
        (void)snprintf(rs->sha256 + 2 * i, 3, "%02x", digest[i]);
}

bool ruleset_freeze(struct ruleset *rs)
{
    sort_rules(rs);
    causes_settle(rs);
    check_relations(rs);
    hash_rules(rs);
    number_lines(rs);
    rs->wants = wants_create(rs);
    rs->frozen = true;
    return rs->problems.errors == 0;
}

const struct rule_problem *ruleset_problems(const struct ruleset *rs, size_t *ret_n)
{
    *ret_n = rs->problems.n;
    return rs->problems.rows;
}

size_t ruleset_count(const struct ruleset *rs)
{
    return rs->nrules;
}

size_t ruleset_removed(const struct ruleset *rs)
{
    return rs->nremoved;
}

str ruleset_sha256(const struct ruleset *rs)
{
    return str_z(rs->sha256);
}

size_t ruleset_site_count(const struct ruleset *rs)
{
    size_t n = 0;

    if (rs->base != NULL)
        return rs->base->head->nsite;
    for (size_t i = 0; i < rs->nrules; i++)
        n += rs->rules[i]->pack->sort == PACK_SITE;
    return n;
}

struct rule_info ruleset_rule(const struct ruleset *rs, size_t index)
{
    const struct rule *rule = rule_at(rs, index);

    return (struct rule_info){
        .id = rule->id,
        .title = rule->title_text,
        .cause = rule->cause,
        .status = rule->status,
        .file = rule->file,
        .pack = rule->pack->name,
        .replaces = rule->replaces != NULL ? rule->replaces->name : (str){ NULL, 0 },
        .removed = rule->removed != NULL ? rule->removed->name : (str){ NULL, 0 },
        .site = rule->pack->sort == PACK_SITE,
        .role = rule->role,
        .json = rule->json,
        .fires = rule->fires.p,
        .silent = rule->silent.p,
        .nfires = rule->fires.n,
        .nsilent = rule->silent.n,
    };
}

const struct kind *ruleset_rule_kind(const struct ruleset *rs, size_t index, size_t selection)
{
    const struct rule *rule = rule_at(rs, index);

    return selection < rule->nselections ? rule->selections[selection].kind : NULL;
}
