/* SPDX-License-Identifier: Apache-2.0 */
/*
 * figures: what of a finding is no longer as it was. Its words come from one rule, so where they
 * differ in numbers only, the numbers are put side by side:
 *
 *     TPLA holds 31 MB, 12% of the pool      TPLA holds 44 MB, 17% of the pool
 *     31 MB -> 44 MB, 12% -> 17%
 */
#include <ctype.h>
#include <string.h>

#include "fields.h"
#include "parts.h"

enum { MOST_FIGURES = 6 };

struct changes {
    struct arena *arena;
    struct diff_change *list;
    size_t n;
};

static void add(struct changes *c, const char *what, str before, str after)
{
    if (str_eq(before, after) || c->n == MOST_FIGURES + 4)
        return;
    for (size_t i = 0; i < c->n; i++)
        if (str_eq(c->list[i].before, before) && str_eq(c->list[i].after, after))
            return;
    c->list[c->n++] = (struct diff_change){ str_z(what), before, after };
}

static str take_word(str *text)
{
    size_t n = 0;
    str word;

    while (text->n != 0 && text->p[0] == ' ')
        *text = str_from(*text, 1);
    while (n < text->n && text->p[n] != ' ')
        n++;
    word = str_slice(*text, 0, n);
    *text = str_from(*text, n);
    return word;
}

static bool is_figure(str word)
{
    while (word.n != 0 && (word.p[0] == '(' || word.p[0] == '-' || word.p[0] == '~'))
        word = str_from(word, 1);
    return word.n != 0 && is_digit(word.p[0]);
}

/* Without the full stop, comma or bracket at its end. */
static str bare(str word)
{
    while (word.n != 0 && strchr(",.;:)", word.p[word.n - 1]) != NULL)
        word.n--;
    while (word.n != 0 && word.p[0] == '(')
        word = str_from(word, 1);
    return word;
}

static bool is_unit(str word)
{
    static const str units[] = { STR_INIT("bytes"), STR_INIT("KB"), STR_INIT("kB"), STR_INIT("MB"),
        STR_INIT("GB"), STR_INIT("TB"), STR_INIT("s"), STR_INIT("min"), STR_INIT("h"),
        STR_INIT("days"), STR_INIT("ms") };

    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
        if (str_eq(bare(word), units[i]))
            return true;
    return false;
}

/* "time" and "times" */
static bool is_plural(str one, str many)
{
    return many.n == one.n + 1 && str_starts(many, one) && many.p[one.n] == 's';
}

static bool same_but_for_figures(str a, str b)
{
    while (a.n != 0 || b.n != 0) {
        str x = take_word(&a), y = take_word(&b);

        if (!str_eq(x, y) && !(is_figure(x) && is_figure(y)) && !(is_unit(x) && is_unit(y)) &&
                !(is_plural(x, y) || is_plural(y, x)))
            return false;
    }
    return true;
}

/* A figure with the unit behind it. */
static str with_unit(struct arena *a, str word, str rest)
{
    str unit = take_word(&rest);

    return is_unit(unit) ? arena_printf(a, "%.*s %.*s", STR_ARG(bare(word)), STR_ARG(bare(unit)))
                         : bare(word);
}

/* Of two texts that are the same but for them. */
static void add_figures(struct changes *c, str a, str b)
{
    while (a.n != 0) {
        str x = take_word(&a), y = take_word(&b);

        if (is_figure(x) && c->n < MOST_FIGURES)
            add(c, "figure", with_unit(c->arena, x, a), with_unit(c->arena, y, b));
    }
}

/* What a finding counts since the boot, or since a container started. */
static bool counter_of(const struct finding *f, const char **ret_name, int64_t *ret)
{
    static const struct {
        const struct kind *kind;
        size_t field;
        const char *name;
    } counters[] = {
        { &kind_BEANCOUNTER, BEANCOUNTER_FAILCNT, "failcnt" },
        { &kind_KERNEL_COUNTER, KERNEL_COUNTER_VALUE, "the counter" },
    };

    for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]) && f->nevidence != 0; i++) {
        const struct fact *fact = f->evidence[0].fact;

        if (fact->kind != counters[i].kind || !has(fact, counters[i].field))
            continue;
        *ret_name = counters[i].name;
        *ret = int_or(fact, counters[i].field, 0);
        return true;
    }
    return false;
}

/* A counter keeps its finding there long after it last rose. */
static void tell_counter(struct diff *d, struct diff_finding *f)
{
    const char *name;
    int64_t was, is;

    if (!counter_of(f->before, &name, &was) || !counter_of(f->after, &name, &is))
        return;
    if (is > was)
        f->reason = arena_printf(
                d->arena, "%s rose by %lld since: it goes on", name, (long long)(is - was));
    else if (is < was)
        f->reason = arena_printf(
                d->arena, "%s began anew since: of the %lld none was before", name, (long long)is);
    else
        f->reason = arena_printf(
                d->arena, "%s is %lld in both: it has not risen since", name, (long long)is);
}

void diff_compare(struct diff *d, struct diff_finding *f)
{
    const struct finding *b = f->before, *a = f->after;
    struct changes c = { .arena = d->arena };

    c.list = arena_array(d->arena, struct diff_change, MOST_FIGURES + 4);
    add(&c, "cause", b->cause, a->cause);
    add(&c, "severity", str_z(severity_name(b->severity)), str_z(severity_name(a->severity)));
    add(&c, "confidence", str_z(confidence_name(b->confidence)),
            str_z(confidence_name(a->confidence)));
    if (same_but_for_figures(b->title, a->title))
        add_figures(&c, b->title, a->title);
    else if (str_eq(b->cause, a->cause))
        add(&c, "title", b->title, a->title);
    if (same_but_for_figures(b->summary, a->summary))
        add_figures(&c, b->summary, a->summary);
    if (b->count != a->count)
        add(&c, "times", arena_printf(d->arena, "%llu", (unsigned long long)b->count),
                arena_printf(d->arena, "%llu", (unsigned long long)a->count));
    f->changes = c.list;
    f->nchanges = c.n;
    tell_counter(d, f);
    f->state = c.n != 0 ? DIFF_CHANGED : DIFF_SAME;
}
