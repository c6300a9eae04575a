/* SPDX-License-Identifier: Apache-2.0 */
#include "task_manager.h"

#include <string.h>

#include "cells.h"
#include "literal.h"
#include "signs.h"

enum { ABSENT = -1 };

static const struct {
    str title;
    enum task_section is;
} titles[] = {
    { STR_INIT("Kernel Memory"), TASK_KERNEL },
    { STR_INIT("Physical Memory"), TASK_PHYSICAL },
    { STR_INIT("Commit Charge"), TASK_COMMIT },
    { STR_INIT("Totals"), TASK_TOTALS },
    { STR_INIT("Kernel-Speicher"), TASK_KERNEL },
    { STR_INIT("Kernelspeicher"), TASK_KERNEL },
    { STR_INIT("Physikalischer Speicher"), TASK_PHYSICAL },
    { STR_INIT("Zugesicherter Speicher"), TASK_COMMIT },
    { STR_INIT("Mémoire du noyau"), TASK_KERNEL },
    { STR_INIT("Mémoire physique"), TASK_PHYSICAL },
    { STR_INIT("Charge dédiée"), TASK_COMMIT },
    { STR_INIT("Memoria del kernel"), TASK_KERNEL },
    { STR_INIT("Memoria física"), TASK_PHYSICAL },
    { STR_INIT("Память ядра"), TASK_KERNEL },
    { STR_INIT("Физическая память"), TASK_PHYSICAL },
    { STR_INIT("Выделение памяти"), TASK_COMMIT },
};

enum key {
    KEY_NONE,
    KEY_TOTAL,
    KEY_LIMIT,
    KEY_PEAK,
    KEY_AVAILABLE,
    KEY_PAGED,
    KEY_NONPAGED,
    KEY_COMMIT,
    KEY_OTHER
};

static const struct {
    str name;
    enum key is;
} keys[] = {
    { STR_INIT("total"), KEY_TOTAL },
    { STR_INIT("insgesamt"), KEY_TOTAL },
    { STR_INIT("totale"), KEY_TOTAL },
    { STR_INIT("Всего"), KEY_TOTAL },
    { STR_INIT("limit"), KEY_LIMIT },
    { STR_INIT("grenzwert"), KEY_LIMIT },
    { STR_INIT("limite"), KEY_LIMIT },
    { STR_INIT("límite"), KEY_LIMIT },
    { STR_INIT("Предел"), KEY_LIMIT },
    { STR_INIT("peak"), KEY_PEAK },
    { STR_INIT("maximalwert"), KEY_PEAK },
    { STR_INIT("Пик"), KEY_PEAK },
    { STR_INIT("available"), KEY_AVAILABLE },
    { STR_INIT("verfügbar"), KEY_AVAILABLE },
    { STR_INIT("disponible"), KEY_AVAILABLE },
    { STR_INIT("Доступно"), KEY_AVAILABLE },
    { STR_INIT("paged"), KEY_PAGED },
    { STR_INIT("paged pool"), KEY_PAGED },
    { STR_INIT("ausgelagert"), KEY_PAGED },
    { STR_INIT("paginée"), KEY_PAGED },
    { STR_INIT("paginado"), KEY_PAGED },
    { STR_INIT("Выгружаемая"), KEY_PAGED },
    { STR_INIT("nonpaged"), KEY_NONPAGED },
    { STR_INIT("non-paged"), KEY_NONPAGED },
    { STR_INIT("non-paged pool"), KEY_NONPAGED },
    { STR_INIT("nonpaged pool"), KEY_NONPAGED },
    { STR_INIT("nicht ausgelagert"), KEY_NONPAGED },
    { STR_INIT("non paginée"), KEY_NONPAGED },
    { STR_INIT("no paginado"), KEY_NONPAGED },
    { STR_INIT("Невыгружаемая"), KEY_NONPAGED },
    { STR_INIT("committed"), KEY_COMMIT },
    { STR_INIT("commit"), KEY_COMMIT },
    { STR_INIT("commit charge"), KEY_COMMIT },
    { STR_INIT("system cache"), KEY_OTHER },
    { STR_INIT("cached"), KEY_OTHER },
    { STR_INIT("free"), KEY_OTHER },
    { STR_INIT("handles"), KEY_OTHER },
    { STR_INIT("threads"), KEY_OTHER },
    { STR_INIT("processes"), KEY_OTHER },
};

static enum key key_find(str name)
{
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        if (str_eq_nocase(name, keys[i].name))
            return keys[i].is;
    }
    return KEY_NONE;
}

void task_manager_init(struct task_manager *t)
{
    int64_t snapshot = t->snapshot;

    memset(t, 0, sizeof(*t));
    t->snapshot = snapshot;
    t->total = t->available = t->commit = t->limit = t->peak = t->nonpaged = t->paged = ABSENT;
}

static struct value value_opt(int64_t v)
{
    return v != ABSENT ? value_int(v) : value_none();
}

void task_manager_end(struct task_manager *t, struct parse *in)
{
    const struct value values[MEMORY_STATUS_NFIELDS] = {
        [MEMORY_STATUS_SOURCE] = value_z("task-manager"),
        [MEMORY_STATUS_SNAPSHOT] = value_int(t->snapshot),
        [MEMORY_STATUS_TOTAL] = value_opt(t->total),
        [MEMORY_STATUS_AVAILABLE] = value_opt(t->available),
        [MEMORY_STATUS_COMMIT] = value_opt(t->commit),
        [MEMORY_STATUS_COMMIT_LIMIT] = value_opt(t->limit),
        [MEMORY_STATUS_COMMIT_PEAK] = value_opt(t->peak),
        [MEMORY_STATUS_KERNEL_NONPAGED] = value_opt(t->nonpaged),
        [MEMORY_STATUS_KERNEL_PAGED] = value_opt(t->paged),
    };

    if (t->any)
        emit_at(in, &kind_MEMORY_STATUS, t->where, (str){ t->quote, t->quoted }, (struct when){ 0 },
                values);
    task_manager_init(t);
}

static void remember_line(struct task_manager *t, struct parse *in, const struct line *line)
{
    str s = line->s;

    t->where = line_span(in, line);
    if (s.n > sizeof(t->quote))
        s.n = sizeof(t->quote);
    while (s.n != 0 && s.n < line->s.n && ((unsigned char)line->s.p[s.n] & 0xc0) == 0x80)
        s.n--;
    memcpy(t->quote, s.p, s.n);
    t->quoted = s.n;
}

static void tell_pool(struct task_manager *t, struct parse *in, const struct line *line,
        const char *pool, int64_t bytes)
{
    const struct value values[POOL_USAGE_NFIELDS] = {
        [POOL_USAGE_POOL] = value_z(pool),
        [POOL_USAGE_BYTES] = value_int(bytes),
        [POOL_USAGE_SNAPSHOT] = value_int(t->snapshot),
    };

    emit(in, &kind_POOL_USAGE, line, (struct when){ 0 }, values);
}

/* Where this section's figure goes; NULL = nowhere. */
static int64_t *place_of(struct task_manager *t, enum task_section section, enum key key)
{
    switch (key) {
    case KEY_TOTAL:
        return section == TASK_PHYSICAL ? &t->total : section == TASK_COMMIT ? &t->commit : NULL;
    case KEY_LIMIT:
        return section == TASK_COMMIT ? &t->limit : NULL;
    case KEY_PEAK:
        return section == TASK_COMMIT ? &t->peak : NULL;
    case KEY_AVAILABLE:
        return section == TASK_PHYSICAL || section == TASK_NONE ? &t->available : NULL;
    case KEY_PAGED:
        return section == TASK_KERNEL || section == TASK_NONE ? &t->paged : NULL;
    case KEY_NONPAGED:
        return section == TASK_KERNEL || section == TASK_NONE ? &t->nonpaged : NULL;
    case KEY_COMMIT:
        return &t->commit;
    default:
        return NULL;
    }
}

static void store(struct task_manager *t, struct parse *in, const struct line *line,
        enum task_section section, enum key key, int64_t bytes)
{
    int64_t *place = place_of(t, section, key);

    if (place == NULL)
        return;
    /* The same figure again: the tab was copied once more. Sections still stand open. */
    if (*place != ABSENT) {
        struct task_manager open = *t;

        task_manager_end(t, in);
        memcpy(t->sections, open.sections, sizeof(t->sections));
        t->nsections = open.nsections;
    }
    if (!t->any) {
        t->any = true;
        t->snapshot++;
        remember_line(t, in, line);
    }
    *place = bytes;
    if (place == &t->commit)
        remember_line(t, in, line);
    if (place == &t->nonpaged)
        tell_pool(t, in, line, "nonpaged", bytes);
    else if (place == &t->paged)
        tell_pool(t, in, line, "paged", bytes);
}

/* "(K)", "(MB)" behind a title: bytes per unit; 0 when none stands there. */
static uint64_t take_unit(str *s)
{
    str rest = *s, inside;
    uint64_t unit;
    size_t end;

    str_skip_blanks(&rest);
    if (!str_take_char(&rest, '('))
        return 0;
    end = str_find_char(rest, ')');
    inside = str_slice(rest, 0, end);
    unit = end != STR_NONE ? cell_unit(inside) : 0;
    if (unit != 0)
        *s = str_from(rest, end + 1);
    return unit;
}

/* Sections that the line opens; what follows the last title is left in *s. */
static bool open_sections(struct task_manager *t, str *s)
{
    static struct firsts firsts;
    const struct firsts *begin = FIRSTS_OF(&firsts, titles);
    str rest = *s;
    size_t found = 0;

    for (size_t at = 0; at < s->n && found < TASK_SECTIONS;) {
        size_t i = 0;
        str here = str_from(*s, at);
        uint64_t unit = 0;

        if (!firsts_has(begin, here) || (at != 0 && is_alnum(s->p[at - 1]))) {
            at++;
            continue;
        }
        for (; i < sizeof(titles) / sizeof(titles[0]); i++) {
            str behind = here;

            if (!str_take_nocase(&behind, titles[i].title))
                continue;
            unit = take_unit(&behind);
            if (unit == 0 && titles[i].is != TASK_TOTALS)
                continue;
            rest = behind;
            break;
        }
        if (i == sizeof(titles) / sizeof(titles[0])) {
            at++;
            continue;
        }
        t->sections[found].is = titles[i].is;
        t->sections[found].unit = unit;
        t->sections[found].at = at;
        found++;
        at = s->n - rest.n;
    }
    if (found == 0)
        return false;
    t->nsections = found;
    *s = rest;
    return true;
}

struct figure {
    str name;
    uint64_t inner; /* unit in brackets behind the name, 0 = none */
    size_t at;
    double number, second; /* "8.1/15.9": the second is 0 when there is none */
    uint64_t unit;         /* behind the number, 0 = none */
};

static str bare_name(str s)
{
    s = cell_trim(s);
    while (s.n != 0 && str_find_char(STR(":=.-|"), s.p[s.n - 1]) != STR_NONE)
        s = str_trim_end(str_slice(s, 0, s.n - 1));
    while (s.n != 0 && str_find_char(STR("|-*,;"), s.p[0]) != STR_NONE)
        s = str_trim(str_from(s, 1));
    return s;
}

static void take_unit_word(str *s, uint64_t *ret)
{
    str rest = cell_trim(*s), word;
    size_t n = 0;

    while (n < rest.n && !is_blank(rest.p[n]) && rest.p[n] != ',' && rest.p[n] != ')' &&
            rest.p[n] != '/')
        n++;
    word = str_slice(rest, 0, n);
    *ret = cell_unit(word);
    if (*ret != 0)
        *s = str_from(rest, n);
}

/* The next name and number of the line. */
static bool take_figure(str whole, str *s, struct figure *ret)
{
    struct figure f = { .at = whole.n - s->n };
    size_t n = 0, open;
    str slash;

    while (n < s->n && !is_digit(s->p[n]))
        n++;
    if (n == 0 || n == s->n)
        return false;
    f.name = bare_name(str_slice(*s, 0, n));
    while (f.at < whole.n && is_blank(whole.p[f.at]))
        f.at++;
    open = str_find_char(f.name, '(');
    if (open != STR_NONE) {
        str behind = str_from(f.name, open);

        f.inner = take_unit(&behind);
        f.name = str_trim_end(str_slice(f.name, 0, open));
    }
    *s = str_from(*s, n);
    if (!cell_take_number(s, &f.number))
        return false;
    take_unit_word(s, &f.unit);
    slash = cell_trim(*s);
    if (str_take_char(&slash, '/') && cell_take_number(&slash, &f.second)) {
        uint64_t unit;

        take_unit_word(&slash, &unit);
        f.unit = unit != 0 ? unit : f.unit;
        *s = slash;
    }
    *ret = f;
    return true;
}

/* The section a figure stands under: by its place, or in turn where the columns were lost. */
static size_t section_of(
        const struct task_manager *t, const struct figure *f, size_t turn, size_t figures)
{
    size_t best = 0;

    if (figures == t->nsections)
        return turn;
    for (size_t i = 0; i < t->nsections; i++) {
        if (t->sections[i].at <= f->at + 1)
            best = i;
    }
    return best;
}

enum { FIGURES = 6 };

static size_t read_figures(str whole, str s, struct figure *figures)
{
    size_t n = 0;

    while (n < FIGURES && take_figure(whole, &s, &figures[n]))
        n++;
    return n;
}

bool task_manager_line(struct task_manager *t, struct parse *in, const struct line *line)
{
    struct figure figures[FIGURES];
    str s = line->s;
    bool opened, took = false;
    size_t n;

    if (s.n > 400)
        return false;
    opened = open_sections(t, &s);
    n = read_figures(line->s, s, figures);
    for (size_t i = 0; i < n; i++) {
        const struct figure *f = &figures[i];
        enum key key = key_find(f->name);
        size_t at = t->nsections != 0 ? section_of(t, f, i, n) : 0;
        enum task_section section = t->nsections != 0 ? t->sections[at].is : TASK_NONE;
        uint64_t unit = f->unit != 0    ? f->unit
                        : f->inner != 0 ? f->inner
                        : t->nsections  ? t->sections[at].unit
                                        : 0;

        if (key == KEY_NONE || (unit == 0 && key != KEY_OTHER && section != TASK_TOTALS))
            continue;
        took = true;
        if (key == KEY_OTHER || section == TASK_TOTALS || f->number * (double)unit > 9e18 ||
                f->second * (double)unit > 9e18)
            continue;
        store(t, in, line, section, key, (int64_t)(f->number * (double)unit + 0.5));
        if (key == KEY_COMMIT && f->second != 0)
            t->limit = (int64_t)(f->second * (double)unit + 0.5);
    }
    if (!took && !opened && str_trim(line->s).n != 0)
        t->nsections = 0;
    return took || opened;
}

void task_manager_signs(struct signs *to)
{
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        if (keys[i].is == KEY_NONPAGED)
            signs_add(to, keys[i].name);
    }
}

/* Whether the text names the nonpaged pool at all: few do, and this look costs little. */
static bool names_nonpaged(str text)
{
    static struct literal rows[sizeof(keys) / sizeof(keys[0])];
    static struct literals set;
    struct literal_hit hit;
    size_t n = 0;

    if (set.n == 0) {
        for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
            if (keys[i].is == KEY_NONPAGED)
                rows[n++].text = keys[i].name;
        }
        literals_prepare(&set, rows, n);
    }
    return literals_find(&set, text, 0, text.n, &hit);
}

bool task_manager_sniff(str text)
{
    struct task_manager t = { .nsections = 0 };
    str line;
    unsigned kernel = 0, pools = 0;

    if (!names_nonpaged(text))
        return false;
    while (str_line(&text, &line)) {
        struct figure figures[FIGURES];
        str s = line;
        size_t n;

        if (line.n > 400)
            continue;
        if (open_sections(&t, &s)) {
            for (size_t i = 0; i < t.nsections; i++)
                kernel += t.sections[i].is == TASK_KERNEL;
        }
        n = read_figures(line, s, figures);
        for (size_t i = 0; i < n; i++) {
            enum key key = key_find(figures[i].name);

            pools += key == KEY_NONPAGED && (kernel != 0 || figures[i].unit != 0);
        }
        if (pools != 0)
            return true;
    }
    return false;
}
