/* SPDX-License-Identifier: Apache-2.0 */
#include "page.h"

void page_row(struct page *t, struct section *s, str text, str right, unsigned most)
{
    const struct row row = {
        .indent = s->indent,
        .hang = s->hang,
        .label = str_z(s->label),
        .label_style = STYLE_STRONG,
        .text = text,
        .right = right,
        .right_style = STYLE_DIM,
        .most = most,
    };

    layout_row(&t->l, &row);
    s->label = NULL;
}

struct section page_section(struct page *t, const char *label)
{
    if (t->first_row)
        layout_blank(&t->l);
    t->first_row = false;
    return (struct section){ label, 1, 13 };
}

str page_plural(struct arena *a, uint64_t n, const char *noun)
{
    return arena_printf(a, "%llu %s%s", (unsigned long long)n, noun, n == 1 ? "" : "s");
}

str page_clock(struct arena *a, struct when when)
{
    char buf[WHEN_TEXT];
    str text = when_format(when, buf);
    size_t t = str_find_char(text, 'T');

    if (when.basis == WHEN_MONOTONIC)
        return arena_printf(a, "%.*s s after boot",
                STR_ARG(str_slice(text, 1,
                        str_find_char(text, '.') == STR_NONE ? text.n - 1
                                                             : str_find_char(text, '.'))));
    return arena_printf(a, "%.*s %.*s%s", STR_ARG(str_slice(text, 0, t)),
            STR_ARG(str_slice(text, t + 1, t + 6)), when.basis == WHEN_UTC ? " UTC" : "");
}

/* ", 14 times since 2012-03-04 02:11:40" */
str page_repeats(struct arena *a, uint64_t count, struct when first)
{
    if (count < 2)
        return STR("");
    if (first.basis == WHEN_NONE)
        return arena_printf(a, ", %llu times", (unsigned long long)count);
    return arena_printf(
            a, ", %llu times since %.*s", (unsigned long long)count, STR_ARG(page_clock(a, first)));
}

str page_place(struct page *t, const struct finding *f)
{
    if (f->nevidence == 0)
        return (str){ NULL, 0 };
    return places_text(&t->places, &t->arena, f->evidence[0].fact->where);
}

/* One thing is asked for once. */
bool page_ask(struct page *t, const str *ask)
{
    for (size_t i = 0; i < t->nasked; i++) {
        if (str_eq(*t->asked[i], *ask))
            return false;
    }
    t->asked[t->nasked++] = ask;
    return true;
}

bool page_told(struct page *t, const struct evidence *e)
{
    for (size_t i = 0; i < t->ntold; i++) {
        const struct span *a = &t->told[i]->fact->where, *b = &e->fact->where;

        if (a->member == b->member && a->offset == b->offset && str_eq(t->told[i]->say, e->say))
            return true;
    }
    if (t->ntold < TOLD)
        t->told[t->ntold++] = e;
    return false;
}
