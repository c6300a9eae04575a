/* SPDX-License-Identifier: Apache-2.0 */
#include "jsonw.h"

#include <assert.h>

void jsonw_init(struct jsonw *w, struct out *out, bool compact)
{
    *w = (struct jsonw){ .out = out, .compact = compact };
}

static void new_line(struct jsonw *w)
{
    if (w->compact || w->flat != 0)
        return;
    out_char(w->out, '\n');
    out_repeat(w->out, ' ', 2 * (size_t)w->depth);
}

/* What stands before any value: comma, line, name. */
static void lead(struct jsonw *w, const char *name)
{
    if (w->depth != 0) {
        if (w->any[w->depth])
            out_z(w->out, w->flat != 0 && !w->compact ? ", " : ",");
        w->any[w->depth] = true;
        new_line(w);
    }
    if (name != NULL) {
        out_json_str(w->out, str_z(name));
        out_z(w->out, w->compact ? ":" : ": ");
    }
}

static void begin(struct jsonw *w, const char *name, char bracket)
{
    lead(w, name);
    out_char(w->out, bracket);
    w->depth++;
    assert(w->depth < JSONW_DEPTH);
    w->any[w->depth] = false;
}

static void begin_inline(struct jsonw *w, const char *name, char bracket)
{
    begin(w, name, bracket);
    if (w->flat == 0)
        w->flat = w->depth;
}

static void end(struct jsonw *w, char bracket)
{
    bool any = w->any[w->depth];

    w->depth--;
    if (any)
        new_line(w);
    if (w->flat > w->depth)
        w->flat = 0;
    out_char(w->out, bracket);
}

void jsonw_object(struct jsonw *w, const char *name)
{
    begin(w, name, '{');
}

void jsonw_array(struct jsonw *w, const char *name)
{
    begin(w, name, '[');
}

void jsonw_object_inline(struct jsonw *w, const char *name)
{
    begin_inline(w, name, '{');
}

void jsonw_array_inline(struct jsonw *w, const char *name)
{
    begin_inline(w, name, '[');
}

void jsonw_end_object(struct jsonw *w)
{
    end(w, '}');
}

void jsonw_end_array(struct jsonw *w)
{
    end(w, ']');
}

void jsonw_finish(struct jsonw *w)
{
    assert(w->depth == 0);
    out_char(w->out, '\n');
}

void jsonw_str(struct jsonw *w, const char *name, str s)
{
    lead(w, name);
    out_json_str(w->out, s);
}

void jsonw_z(struct jsonw *w, const char *name, const char *z)
{
    jsonw_str(w, name, str_z(z));
}

void jsonw_int(struct jsonw *w, const char *name, int64_t i)
{
    lead(w, name);
    out_printf(w->out, "%lld", (long long)i);
}

void jsonw_real(struct jsonw *w, const char *name, double d)
{
    lead(w, name);
    out_json_real(w->out, d);
}

void jsonw_bool(struct jsonw *w, const char *name, bool b)
{
    lead(w, name);
    out_z(w->out, b ? "true" : "false");
}

void jsonw_null(struct jsonw *w, const char *name)
{
    lead(w, name);
    out_z(w->out, "null");
}

void jsonw_str_or_null(struct jsonw *w, const char *name, str s)
{
    if (s.n != 0)
        jsonw_str(w, name, s);
    else
        jsonw_null(w, name);
}

void jsonw_when(struct jsonw *w, const char *name, struct when when)
{
    char buf[WHEN_TEXT];

    jsonw_str_or_null(w, name, when_format(when, buf));
}

void jsonw_strs(struct jsonw *w, const char *name, const str *s, size_t n)
{
    jsonw_array_inline(w, name);
    for (size_t i = 0; i < n; i++)
        jsonw_str(w, NULL, s[i]);
    jsonw_end_array(w);
}

void jsonw_diag(struct jsonw *w, const struct diag *d, str path)
{
    jsonw_object_inline(w, NULL);
    jsonw_z(w, "code", d->code);
    jsonw_z(w, "level", diag_level_name(d->level));
    if (path.p != NULL)
        jsonw_str(w, "path", path);
    jsonw_int(w, "line", d->where.line);
    jsonw_int(w, "count", (int64_t)d->repeats + 1);
    jsonw_str_or_null(w, "detail", d->detail);
    jsonw_end_object(w);
}
