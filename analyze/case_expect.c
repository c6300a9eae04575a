/* SPDX-License-Identifier: Apache-2.0 */
#include "case_expect.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct expect {
    struct arena arena;
    const struct analysis *a;
    struct out *wrong;
};

static str read_file(struct arena *a, const char *path)
{
    FILE *file = fopen(path, "rbe");
    char buf[4096];
    struct out out;
    str text;
    size_t n;

    if (file == NULL)
        return (str){ NULL, 0 };
    out_init_memory(&out);
    while ((n = fread(buf, 1, sizeof(buf), file)) != 0)
        out_str(&out, (str){ buf, n });
    (void)fclose(file);
    text = arena_str(a, out_text(&out));
    (void)out_finish(&out);
    return text;
}

static str path_of(const struct expect *e, struct span where)
{
    if (where.member == 0)
        return STR("");
    return e->a->file.sources[where.member - 1].path;
}

/* "poolmon.txt" is the end of "input/poolmon.txt" and of "bundle.zip!poolmon.txt". */
static bool path_ends(str path, str end)
{
    return str_ends(path, end) && (path.n == end.n || path.p[path.n - end.n - 1] == '/' ||
                                          path.p[path.n - end.n - 1] == '!');
}

static bool stands_at(const struct expect *e, const struct finding *f, str at)
{
    size_t colon = str_rfind_char(at, ':');
    uint64_t line = 0;
    str path = at;

    if (colon != STR_NONE && str_u64(str_from(at, colon + 1), &line))
        path = str_slice(at, 0, colon);
    for (size_t i = 0; i < f->nevidence; i++) {
        struct span where = f->evidence[i].fact->where;

        if (path_ends(path_of(e, where), path) && (line == 0 || where.line == line))
            return true;
    }
    return false;
}

/* Whether one key of an entry holds for the finding; an unknown key never does. */
static bool key_holds(const struct expect *e, const struct json *key, const struct finding *f)
{
    str want = json_text(key);
    char first[WHEN_TEXT];

    if (str_eq(key->key, STR("cause")))
        return str_eq(want, f->cause);
    if (str_eq(key->key, STR("rule")))
        return str_eq(want, f->rule);
    if (str_eq(key->key, STR("subject")))
        return str_eq(str_trim(want), str_trim(f->subject));
    if (str_eq(key->key, STR("host")))
        return str_eq(want, f->host);
    if (str_eq(key->key, STR("severity")))
        return str_eq(want, str_z(severity_name(f->severity)));
    if (str_eq(key->key, STR("confidence")))
        return str_eq(want, str_z(confidence_name(f->confidence)));
    if (str_eq(key->key, STR("at")))
        return stands_at(e, f, want);
    if (str_eq(key->key, STR("first")))
        return str_eq(want, when_format(f->first, first));
    if (str_eq(key->key, STR("history")))
        return key->type == JSON_BOOL && (key->number != 0) == f->history;
    return false;
}

static bool entry_holds(const struct expect *e, const struct json *entry, const struct finding *f)
{
    if (entry->type != JSON_OBJECT || entry->child == NULL)
        return false;
    for (const struct json *key = entry->child; key != NULL; key = key->next) {
        if (!key_holds(e, key, f))
            return false;
    }
    return true;
}

static void put_entry(struct out *out, const struct json *entry)
{
    for (const struct json *key = entry->child; key != NULL; key = key->next)
        out_printf(out, " %.*s=%.*s", STR_ARG(key->key), STR_ARG(json_text(key)));
}

static void put_finding(struct out *out, const struct finding *f)
{
    out_printf(out, "%.*s", STR_ARG(f->cause));
    if (f->subject.n != 0)
        out_printf(out, " @ %.*s", STR_ARG(f->subject));
    if (f->host.n != 0)
        out_printf(out, " on %.*s", STR_ARG(f->host));
    out_printf(out, " (%s, %s, by %.*s)", severity_name(f->severity),
            confidence_name(f->confidence), STR_ARG(f->rule));
}

static void check_found(const struct expect *e, const struct json *entries, const char *what,
        const struct finding *findings, size_t n)
{
    for (const struct json *entry = entries != NULL ? entries->child : NULL; entry != NULL;
            entry = entry->next) {
        bool any = false;

        for (size_t i = 0; i < n && !any; i++)
            any = entry_holds(e, entry, &findings[i]);
        if (any)
            continue;
        out_printf(e->wrong, "no %s with", what);
        put_entry(e->wrong, entry);
        /* What came near helps more than what is missing. */
        for (size_t i = 0; i < n; i++) {
            if (!str_eq(json_text(json_get(entry, STR("cause"))), findings[i].cause))
                continue;
            out_z(e->wrong, "; there is ");
            put_finding(e->wrong, &findings[i]);
        }
        out_char(e->wrong, '\n');
    }
}

static void check_surplus(const struct expect *e, const struct json *entries)
{
    const struct verdict *v = &e->a->verdict;

    for (size_t i = 0; i < v->nfindings; i++) {
        bool listed = v->findings[i].severity == SEVERITY_INFO;

        for (const struct json *entry = entries != NULL ? entries->child : NULL;
                entry != NULL && !listed; entry = entry->next)
            listed = entry_holds(e, entry, &v->findings[i]);
        if (listed)
            continue;
        out_z(e->wrong, "finding nobody expects: ");
        put_finding(e->wrong, &v->findings[i]);
        out_char(e->wrong, '\n');
    }
}

static bool fits(str pattern, str cause)
{
    if (pattern.n != 0 && pattern.p[pattern.n - 1] == '*')
        return str_starts(cause, str_slice(pattern, 0, pattern.n - 1));
    return str_eq(pattern, cause);
}

static void check_absent(const struct expect *e, const struct json *patterns)
{
    const struct verdict *v = &e->a->verdict;

    for (const struct json *p = patterns != NULL ? patterns->child : NULL; p != NULL; p = p->next) {
        for (size_t i = 0; i < v->nfindings; i++) {
            if (!fits(json_text(p), v->findings[i].cause))
                continue;
            out_printf(e->wrong, "must be absent (%.*s): ", STR_ARG(json_text(p)));
            put_finding(e->wrong, &v->findings[i]);
            out_char(e->wrong, '\n');
        }
    }
}

static void check_undetermined(const struct expect *e, const struct json *entries)
{
    const struct verdict *v = &e->a->verdict;

    for (const struct json *entry = entries != NULL ? entries->child : NULL; entry != NULL;
            entry = entry->next) {
        str cause = json_text(json_get(entry, STR("cause")));
        bool any = false;

        for (size_t i = 0; i < v->nundetermined && !any; i++)
            any = str_eq(v->undetermined[i].cause, cause);
        if (!any)
            out_printf(e->wrong, "%.*s is not among the undecided\n", STR_ARG(cause));
    }
}

static void check_formats(const struct expect *e, const struct json *formats)
{
    const struct case_file *c = &e->a->file;

    for (const struct json *f = formats != NULL ? formats->child : NULL; f != NULL; f = f->next) {
        bool any = false;

        for (size_t i = 0; i < c->nsources; i++) {
            if (!path_ends(c->sources[i].path, f->key))
                continue;
            any = true;
            if (!str_eq(c->sources[i].format, json_text(f)))
                out_printf(e->wrong, "%.*s was taken for %.*s, not for %.*s\n", STR_ARG(f->key),
                        STR_ARG(c->sources[i].format), STR_ARG(json_text(f)));
        }
        if (!any)
            out_printf(e->wrong, "there is no member %.*s\n", STR_ARG(f->key));
    }
}

static bool explains(const struct verdict *v, str cause, str effect)
{
    for (size_t i = 0; i < v->nfindings; i++) {
        const struct finding *f = &v->findings[i];

        for (size_t k = 0; k < f->nexplains && str_eq(f->cause, cause); k++) {
            if (str_eq(v->findings[f->explains[k]].cause, effect))
                return true;
        }
    }
    return false;
}

static void check_explains(const struct expect *e, const struct json *pairs)
{
    for (const struct json *p = pairs != NULL ? pairs->child : NULL; p != NULL; p = p->next) {
        str cause = json_text(p->child), effect;

        effect = p->child != NULL ? json_text(p->child->next) : (str){ NULL, 0 };
        if (!explains(&e->a->verdict, cause, effect))
            out_printf(e->wrong, "%.*s does not explain %.*s\n", STR_ARG(cause), STR_ARG(effect));
    }
}

static void check_keys(const struct expect *e, const struct json *object, const char *known)
{
    for (const struct json *c = object->child; c != NULL; c = c->next) {
        str words = str_z(known), word;
        bool any = false;

        while (!any && str_word(&words, &word))
            any = str_eq(word, c->key);
        if (!any)
            out_printf(e->wrong, "case.json: unknown key \"%.*s\"\n", STR_ARG(c->key));
    }
}

/* What a draft left open. Depth is bounded by json_parse. */
static void check_blanks(const struct expect *e, const struct json *node)
{
    str what = json_text(node);

    if (str_take(&what, STR(RULE_BLANK))) {
        (void)str_take_char(&what, ':');
        out_printf(e->wrong, "case.json: \"%.*s\" is still to be filled in: %.*s\n",
                STR_ARG(node->key), STR_ARG(str_trim(what)));
    }
    for (const struct json *c = node->child; c != NULL; c = c->next)
        check_blanks(e, c);
}

/* A list of findings would make a healthy capture of anything. */
static bool check_healthy(const struct expect *e, const struct json *node)
{
    const struct verdict *v = &e->a->verdict;

    if (node == NULL)
        return false;
    if (node->type != JSON_BOOL)
        out_z(e->wrong, "case.json: \"healthy\" is true or false\n");
    for (size_t i = 0; node->number != 0 && i < v->nfindings; i++) {
        if (v->findings[i].severity == SEVERITY_INFO)
            continue;
        out_z(e->wrong, "a healthy capture yields ");
        put_finding(e->wrong, &v->findings[i]);
        out_char(e->wrong, '\n');
    }
    return node->number != 0;
}

void case_expect(const char *path, const struct analysis *a, struct out *wrong, bool *ret_healthy)
{
    struct expect e = { .a = a, .wrong = wrong };
    const struct verdict *v = &a->verdict;
    const struct json *file, *expect;
    str error = { NULL, 0 };

    *ret_healthy = false;
    arena_init(&e.arena, 0);
    file = json_parse(&e.arena, read_file(&e.arena, path), &error);
    expect = json_get(file, STR("expect"));
    if (file == NULL || expect == NULL) {
        out_printf(wrong, "case.json: %.*s\n",
                STR_ARG(file == NULL ? error : STR("there is no \"expect\"")));
    } else {
        check_blanks(&e, file);
        check_keys(&e, file, "title source healthy expect");
        check_keys(&e, expect, "findings ruled_out undetermined absent formats explains");
        if (json_text(json_get(file, STR("source"))).n == 0)
            out_z(wrong, "case.json: \"source\" must say where the input comes from\n");
        *ret_healthy = check_healthy(&e, json_get(file, STR("healthy")));
        check_found(&e, json_get(expect, STR("findings")), "finding", v->findings, v->nfindings);
        check_surplus(&e, json_get(expect, STR("findings")));
        check_found(
                &e, json_get(expect, STR("ruled_out")), "exoneration", v->ruled_out, v->nruled_out);
        check_undetermined(&e, json_get(expect, STR("undetermined")));
        check_absent(&e, json_get(expect, STR("absent")));
        check_formats(&e, json_get(expect, STR("formats")));
        check_explains(&e, json_get(expect, STR("explains")));
    }
    arena_finish(&e.arena);
}
