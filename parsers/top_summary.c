/* SPDX-License-Identifier: Apache-2.0 */
#include "top_summary.h"

#include <math.h>

bool top_number(str *s, double *ret, double *ret_unit)
{
    static const char units[] = "kmgtp";
    char buf[32];
    double unit = 1;
    size_t n = 0;

    while (n < s->n && n + 1 < sizeof(buf) &&
            (is_digit(s->p[n]) || ((s->p[n] == '.' || s->p[n] == ',') && n + 1 < s->n &&
                                          is_digit(s->p[n + 1])))) {
        buf[n] = s->p[n] == ',' ? '.' : s->p[n];
        n++;
    }
    if (n == 0 || !str_real((str){ buf, n }, ret))
        return false;
    *s = str_from(*s, n);
    *ret_unit = 0;
    for (size_t i = 0; s->n != 0 && units[i] != '\0'; i++) {
        unit *= 1024;
        if (to_lower(s->p[0]) == units[i] && (s->n == 1 || !is_alpha(s->p[1]))) {
            *ret_unit = unit;
            *s = str_from(*s, 1);
            break;
        }
    }
    return true;
}

struct value top_bytes(double n)
{
    return n >= 0 && n < 9e15 ? value_int((int64_t)n) : value_none();
}

/* A pair of a summary line: "195.6 free,", "1.2%us,", "7900000k used,", "13169360+total,". */
struct figure {
    str word;
    double number, unit; /* of unit 0: the number has none of its own */
    bool cut;            /* digits are missing */
};

static bool take_figure(str *s, struct figure *ret)
{
    size_t n = 0;

    while (s->n != 0 && !is_digit(s->p[0]))
        *s = str_from(*s, 1);
    if (!top_number(s, &ret->number, &ret->unit))
        return false;
    ret->cut = str_take_char(s, '+');
    (void)str_take_char(s, '%');
    str_skip_blanks(s);
    while (n < s->n && !is_blank(s->p[n]) && s->p[n] != ',' && s->p[n] != '.')
        n++;
    ret->word = str_slice(*s, 0, n);
    *s = str_from(*s, n);
    return true;
}

/* "KiB Mem :", "Mem:", "MiB Swap:", "Tasks:", "%Cpu(s):". */
enum top_line top_summary_line(str *s, double *ret_unit)
{
    static const struct {
        str word;
        double unit;
    } units[] = { { STR_INIT("KiB "), 1024. }, { STR_INIT("MiB "), 1048576. },
        { STR_INIT("GiB "), 1073741824. }, { STR_INIT("TiB "), 1099511627776. },
        { STR_INIT("PiB "), 1125899906842624. } };
    static const struct {
        str word;
        enum top_line line;
    } labels[] = { { STR_INIT("Mem"), TOP_MEMORY }, { STR_INIT("Swap"), TOP_SWAP },
        { STR_INIT("Tasks"), TOP_TASKS }, { STR_INIT("Threads"), TOP_TASKS },
        { STR_INIT("%Cpu(s)"), TOP_CPU }, { STR_INIT("Cpu(s)"), TOP_CPU } };
    str rest = *s;

    *ret_unit = 1024.;
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (str_take(&rest, units[i].word)) {
            *ret_unit = units[i].unit;
            break;
        }
    }
    for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
        str behind = rest;

        if (!str_take(&behind, labels[i].word))
            continue;
        str_skip_blanks(&behind);
        if (str_take_char(&behind, ':')) {
            *s = behind;
            return labels[i].line;
        }
    }
    return TOP_NO_SUMMARY;
}

static void take_memory(struct top_summary *p, str s, double unit)
{
    struct figure figure;

    p->any_memory = true;
    while (take_figure(&s, &figure)) {
        double bytes = figure.cut ? NAN : figure.number * (figure.unit != 0 ? figure.unit : unit);

        if (str_eq(figure.word, STR("total")))
            p->total = bytes;
        else if (str_eq(figure.word, STR("used")))
            p->used = bytes;
        else if (str_eq(figure.word, STR("free")))
            p->free = bytes;
        else if (str_eq(figure.word, STR("buffers")) || str_eq(figure.word, STR("buff")))
            p->buffers = bytes;
        else if (str_eq(figure.word, STR("buff/cache")) || str_eq(figure.word, STR("cached")))
            p->cached = bytes;
        p->cache_in_used = p->cache_in_used || str_eq(figure.word, STR("buffers")) ||
                           str_eq(figure.word, STR("buff"));
    }
}

/* The cache stood on the line of swap until it was counted in with the buffers. */
static void take_swap(struct top_summary *p, str s, double unit)
{
    struct value *v = p->memory;
    double total = NAN, left = NAN, used = NAN;
    struct figure figure;

    while (take_figure(&s, &figure)) {
        double bytes = figure.cut ? NAN : figure.number * (figure.unit != 0 ? figure.unit : unit);

        if (str_eq(figure.word, STR("total")))
            total = bytes;
        else if (str_eq(figure.word, STR("used")))
            used = bytes;
        else if (str_eq(figure.word, STR("free")))
            left = bytes;
        else if (str_eq(figure.word, STR("cached")))
            p->cached = bytes;
        else if (str_eq(figure.word, STR("avail")))
            v[MEMORY_STATUS_AVAILABLE] = top_bytes(bytes);
    }
    v[MEMORY_STATUS_SWAP_TOTAL] = top_bytes(isnan(total) ? left + used : total);
    v[MEMORY_STATUS_SWAP_FREE] = top_bytes(left);
}

static void take_tasks(struct top_summary *p, str s)
{
    struct figure figure;

    while (take_figure(&s, &figure)) {
        struct value n = figure.number < 1e9 ? value_int((int64_t)figure.number) : value_none();

        if (str_eq(figure.word, STR("total")))
            p->load[LOAD_TASKS] = n;
        else if (str_eq(figure.word, STR("running")))
            p->load[LOAD_RUNNING] = n;
        else if (str_eq(figure.word, STR("zombie")))
            p->load[LOAD_ZOMBIES] = n;
    }
}

static void take_cpu(struct top_summary *p, str s)
{
    struct figure figure;

    while (take_figure(&s, &figure)) {
        struct value part = figure.number <= 100 ? value_real(figure.number / 100) : value_none();

        if (str_eq(figure.word, STR("id")))
            p->load[LOAD_IDLE] = part;
        else if (str_eq(figure.word, STR("wa")))
            p->load[LOAD_WAITING] = part;
        else if (str_eq(figure.word, STR("st")))
            p->load[LOAD_STOLEN] = part;
    }
}

void top_summary_init(struct top_summary *t)
{
    *t = (struct top_summary){
        .total = NAN, .used = NAN, .free = NAN, .buffers = NAN, .cached = NAN
    };
}

void top_summary_take(struct top_summary *t, enum top_line line, str s, double unit)
{
    switch (line) {
    case TOP_MEMORY:
        take_memory(t, s, unit);
        break;
    case TOP_SWAP:
        take_swap(t, s, unit);
        break;
    case TOP_TASKS:
        take_tasks(t, s);
        break;
    case TOP_CPU:
        take_cpu(t, s);
        break;
    case TOP_NO_SUMMARY:
        break;
    }
}

bool top_summary_memory(struct top_summary *t)
{
    struct value *v = t->memory;
    double total = isnan(t->total) ? t->used + t->free : t->total; /* BusyBox names no total */

    if (!t->any_memory || !(total > 0))
        return false;
    v[MEMORY_STATUS_TOTAL] = top_bytes(total);
    v[MEMORY_STATUS_FREE] = top_bytes(t->free);
    v[MEMORY_STATUS_CACHED] = top_bytes(t->cached);
    v[MEMORY_STATUS_BUFFERS] = top_bytes(t->buffers);
    v[MEMORY_STATUS_USED] =
            top_bytes(t->cache_in_used ? t->used - t->buffers - t->cached : t->used);
    return true;
}
