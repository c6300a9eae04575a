/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ruleset: the rules of one run. Packs are laid over each other by id; what concerns more than one
 * rule is checked when the set is frozen.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <nettle/sha2.h>

#include "cleanup.h"
#include "limits.h"
#include "rule.h"
#include "wants.h"

struct ruleset *ruleset_create(const struct kind *const *kinds)
{
    struct ruleset *rs = calloc(1, sizeof(*rs));

    if (rs == NULL)
        abort();
    arena_init(&rs->arena, 0);
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
    free(rs->rules);
    free(rs);
}

static struct rule **find_rule(struct ruleset *rs, str id)
{
    for (size_t i = 0; i < rs->nrules; i++) {
        if (str_eq(rs->rules[i]->id, id))
            return &rs->rules[i];
    }
    return NULL;
}

void ruleset_add(struct ruleset *rs, str id, str file, str json)
{
    struct rule *rule = rule_load(rs, id, file, json), **old = find_rule(rs, id);

    if (rule == NULL)
        return;
    if (old != NULL && !rule->disabled) {
        *old = rule;
    } else if (old != NULL) {
        *old = rs->rules[--rs->nrules];
    } else if (!rule->disabled) {
        if (rs->nrules == rs->size) {
            rs->size = rs->size != 0 ? rs->size * 2 : 256;
            rs->rules = realloc(rs->rules, rs->size * sizeof(*rs->rules));
            if (rs->rules == NULL)
                abort();
        }
        rs->rules[rs->nrules++] = rule;
    }
}

static bool read_file(const char *path, char **ret, size_t *ret_n)
{
    FILE *file = fopen(path, "rb");
    struct stat st;
    bool ok;

    *ret = NULL;
    if (file == NULL)
        return false;
    ok = fstat(fileno(file), &st) == 0 && S_ISREG(st.st_mode) && st.st_size >= 0 &&
         (uint64_t)st.st_size <= LIMIT_RULE;
    if (ok) {
        *ret = malloc((size_t)st.st_size + 1);
        ok = *ret != NULL && fread(*ret, 1, (size_t)st.st_size, file) == (size_t)st.st_size;
        *ret_n = (size_t)st.st_size;
    } else {
        errno = EFBIG;
    }
    fclose(file);
    return ok;
}

static void add_file(struct ruleset *rs, str id, str path)
{
    struct place place = { &rs->problems, path, STR(""), NULL, 0 };
    AUTO_FREE char *text = NULL;
    size_t n = 0;

    if (read_file(path.p, &text, &n))
        ruleset_add(rs, id, path, (str){ text, n });
    else
        problem_error(&place, 0, "rule.unreadable", "cannot be read: %s", strerror(errno));
}

/* Folders of a pack are a handful deep. */
static bool add_folder(struct ruleset *rs, str dir, str prefix, unsigned depth)
{
    struct dirent **names;
    int n = scandir(dir.p, &names, NULL, alphasort);
    bool ok = n >= 0;

    for (int i = 0; i < n; i++) {
        str name = str_z(names[i]->d_name), path;
        struct stat st;

        if (name.p[0] != '.' && depth < LIMIT_DEPTH) {
            path = arena_printf(&rs->arena, "%.*s/%.*s", STR_ARG(dir), STR_ARG(name));
            if (stat(path.p, &st) == 0 && S_ISDIR(st.st_mode)) {
                str below = arena_printf(&rs->arena, "%.*s%.*s/", STR_ARG(prefix), STR_ARG(name));

                ok = add_folder(rs, path, below, depth + 1) && ok;
            } else if (str_ends(name, STR(".json"))) {
                str stem = str_slice(name, 0, name.n - 5);

                add_file(rs, arena_printf(&rs->arena, "%.*s%.*s", STR_ARG(prefix), STR_ARG(stem)),
                        path);
            }
        }
        free(names[i]);
    }
    if (n >= 0)
        free(names);
    return ok;
}

bool ruleset_add_dir(struct ruleset *rs, const char *dir, str *ret_error)
{
    str path = arena_str(&rs->arena, str_z(dir));

    while (path.n > 1 && path.p[path.n - 1] == '/')
        path.n--;
    path = arena_str(&rs->arena, path);
    errno = 0;
    if (add_folder(rs, path, STR(""), 0))
        return true;
    *ret_error = arena_printf(&rs->arena, "%s: %s", dir, strerror(errno));
    return false;
}

static int compare_ids(const void *a, const void *b)
{
    const struct rule *const *x = a, *const *y = b;

    return str_cmp((*x)->id, (*y)->id);
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
    if (rs->nrules != 0)
        qsort(rs->rules, rs->nrules, sizeof(*rs->rules), compare_ids);
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

str ruleset_sha256(const struct ruleset *rs)
{
    return str_z(rs->sha256);
}

struct rule_info ruleset_rule(const struct ruleset *rs, size_t index)
{
    const struct rule *rule = rs->rules[index];

    return (struct rule_info){
        .id = rule->id,
        .title = rule->title_text,
        .cause = rule->cause,
        .status = rule->status,
        .file = rule->file,
        .role = rule->role,
        .json = rule->json,
        .fires = rule->fires.p,
        .silent = rule->silent.p,
        .nfires = rule->fires.n,
        .nsilent = rule->silent.n,
    };
}
