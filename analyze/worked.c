/* SPDX-License-Identifier: Apache-2.0 */
#include "worked.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "correlator.h"

static int by_id(const void *a, const void *b)
{
    return str_cmp(*(const str *)a, *(const str *)b);
}

static bool is_there(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0;
}

static void add_case(struct worked *w, str id)
{
    if (w->n == w->size) {
        w->size = w->size != 0 ? w->size * 2 : 64;
        w->ids = realloc(w->ids, w->size * sizeof(*w->ids));
        if (w->ids == NULL)
            abort();
    }
    w->ids[w->n++] = id;
}

/* Folders that hold a case.json, two levels down: area, case. */
static void find_below(struct worked *w, const char *dir, str id, unsigned depth)
{
    DIR *d = opendir(dir);
    struct dirent *entry;

    if (d == NULL)
        return;
    while ((entry = readdir(d)) != NULL) {
        str path, child;

        if (entry->d_name[0] == '.')
            continue;
        path = arena_printf(&w->arena, "%s/%s", dir, entry->d_name);
        child = arena_printf(
                &w->arena, "%.*s%s%s", STR_ARG(id), id.n != 0 ? "/" : "", entry->d_name);
        if (depth == 0)
            find_below(w, path.p, child, 1);
        else if (is_there(arena_printf(&w->arena, "%s/case.json", path.p).p))
            add_case(w, child);
    }
    (void)closedir(d);
}

bool worked_find(struct worked *ret, const char *dir)
{
    *ret = (struct worked){ .dir = dir };
    arena_init(&ret->arena, 0);
    find_below(ret, dir, STR(""), 0);
    if (ret->n != 0)
        qsort(ret->ids, ret->n, sizeof(*ret->ids), by_id);
    return ret->n != 0;
}

void worked_finish(struct worked *w)
{
    free(w->ids);
    arena_finish(&w->arena);
}

bool worked_has(const struct worked *w, str id)
{
    return w->n != 0 && bsearch(&id, w->ids, w->n, sizeof(id), by_id) != NULL;
}

const char *worked_path(struct worked *w, str id, const char *name)
{
    return arena_printf(&w->arena, "%s/%.*s/%s", w->dir, STR_ARG(id), name).p;
}

void worked_run(struct worked *w, str id, const struct ruleset *rules, struct analysis *ret,
        struct rule_trial *trials)
{
    const char *bundle = worked_path(w, id, "bundle.zip"), *input = worked_path(w, id, "input");
    const char *path = is_there(bundle) ? bundle : input;

    analysis_run_with(ret, rules, &path, 1, &(struct analysis_options){ .trials = trials });
}

/* The number of a kind of the formats; what correlators derive stands in the case only. */
static bool is_said(const struct analysis *a, const struct kind *kind)
{
    size_t number = 0;

    while (case_kinds[number] != kind)
        number++;
    for (size_t i = 0; i < a->file.nsources; i++) {
        /* Lines are offered and not counted: any text has them. */
        if (a->file.sources[i].facts_by_kind[number] != 0 ||
                (kind == &kind_LOG_LINE && a->file.sources[i].text))
            return true;
    }
    return false;
}

static const struct kind *derived_from(const struct kind *kind)
{
    for (const struct correlator *const *c = correlators; *c != NULL; c++) {
        for (const struct kind *const *k = (*c)->emits; *k != NULL; k++) {
            if (*k == kind)
                return (*c)->wants[0];
        }
    }
    return NULL;
}

/*
 * Whether the bundle says anything of this kind, wanted or not. Of what is derived it is enough that
 * there is something to derive it from: that nothing came of it is what a near miss is about.
 */
static bool has_kind(const struct analysis *a, const struct kind *kind)
{
    for (unsigned steps = 0; kind != NULL && steps < 4; steps++) {
        if (is_said(a, kind))
            return true;
        kind = derived_from(kind);
    }
    return false;
}

bool worked_shares(const struct analysis *a, const struct ruleset *rules, size_t rule)
{
    const struct kind *kind;

    for (size_t i = 0; (kind = ruleset_rule_kind(rules, rule, i)) != NULL; i++) {
        if (has_kind(a, kind))
            return true;
    }
    return false;
}
