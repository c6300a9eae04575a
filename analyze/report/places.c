/* SPDX-License-Identifier: Apache-2.0 */
#include "places.h"

#include "utf8.h"

static bool is_separator(char c)
{
    return c == '/' || c == '!';
}

void places_init(struct places *p, const struct report *report, unsigned most)
{
    const struct case_file *c = report->file;
    size_t shared = 0;
    str first;

    *p = (struct places){ .report = report, .most = most };
    if (c->nsources == 0)
        return;
    first = c->sources[0].path;
    for (size_t i = 0; i < first.n; i++) {
        if (is_separator(first.p[i]))
            shared = i + 1;
    }
    for (size_t i = 1; i < c->nsources && shared != 0; i++) {
        str path = c->sources[i].path;
        size_t n = 0, folder = 0;

        for (; n < shared && n < path.n && path.p[n] == first.p[n]; n++) {
            if (is_separator(path.p[n]))
                folder = n + 1;
        }
        shared = folder;
    }
    p->shared = shared;
}

static bool has_end(str path, str end)
{
    return str_ends(path, end) && (path.n == end.n || is_separator(path.p[path.n - end.n - 1]));
}

static bool only_one(const struct case_file *c, str end)
{
    size_t n = 0;

    for (size_t i = 0; i < c->nsources; i++)
        n += has_end(c->sources[i].path, end);
    return n == 1;
}

str places_path(const struct places *p, str path)
{
    str rest = str_from(path, p->shared);

    if (utf8_width(rest) <= p->most)
        return rest;
    for (size_t at = rest.n; at-- > 0;) {
        str end = str_from(rest, at + 1);

        if (is_separator(rest.p[at]) && end.n != 0 && only_one(p->report->file, end))
            return end;
    }
    return rest;
}

str places_text(const struct places *p, struct arena *a, struct span where)
{
    const struct case_file *c = p->report->file;
    str path;

    if (where.member == 0 || where.member > c->nsources)
        return (str){ NULL, 0 };
    path = places_path(p, c->sources[where.member - 1].path);
    if (where.line != 0)
        return arena_printf(a, "%.*s:%u", STR_ARG(path), where.line);
    if (where.record != 0)
        return arena_printf(a, "%.*s#%llu", STR_ARG(path), (unsigned long long)where.record);
    return path;
}
