/* SPDX-License-Identifier: Apache-2.0 */
/* What a block explains, and what may explain it. */
#include "page.h"

/* Effects with the same title (of several hosts, of several reports) are one row. */
static bool titled_before(const struct page *t, struct finding_list list, size_t at)
{
    for (size_t i = 0; i < at; i++) {
        if (str_eq(page_listed(t, list, i)->title, page_listed(t, list, at)->title))
            return true;
    }
    return false;
}

static size_t count_titled(const struct page *t, struct finding_list list, size_t at)
{
    size_t n = 0;

    for (size_t i = 0; i < list.n; i++)
        n += str_eq(page_listed(t, list, i)->title, page_listed(t, list, at)->title);
    return n;
}

/* How many rows of this rule stand before (or at and behind) this one. */
static size_t rows_of_rule(const struct page *t, struct finding_list list, size_t at, bool before)
{
    size_t n = 0;

    for (size_t i = before ? 0 : at; i < (before ? at : list.n); i++)
        n += str_eq(page_listed(t, list, i)->rule, page_listed(t, list, at)->rule) &&
             !titled_before(t, list, i);
    return n;
}

/* Of a list what stands at this place. */
static void put_explained(
        struct page *t, struct section *s, struct finding_list list, size_t leader, size_t at)
{
    const struct finding *f = page_listed(t, list, at);
    size_t before = rows_of_rule(t, list, at, true), same = count_titled(t, list, at);
    struct arena *a = &t->arena;
    str title = f->title;

    if (before > SAME_RULE || titled_before(t, list, at))
        return;
    if (before == SAME_RULE) {
        page_row(t, s,
                arena_printf(a, "and %zu more of the same", rows_of_rule(t, list, at, false)),
                (str){ NULL, 0 }, 0);
        return;
    }
    if (t->b.home[list.p[at]] != leader) {
        page_row(t, s, arena_printf(a, "%.*s (see %u)", STR_ARG(title), t->b.number[list.p[at]]),
                (str){ NULL, 0 }, 0);
        return;
    }
    if (f->severity > t->b.findings[leader].severity && f->role != ROLE_SYMPTOM)
        title = arena_printf(a, "%.*s (%s)", STR_ARG(title), severity_name(f->severity));
    if (same > 1)
        title = arena_printf(a, "%.*s, %zu times", STR_ARG(title), same);
    else if (f->role == ROLE_SYMPTOM)
        title = arena_printf(
                a, "%.*s%.*s", STR_ARG(title), STR_ARG(page_repeats(a, f->count, f->first)));
    /* Where a mechanism was seen stands under "shown by". */
    page_row(t, s, title, f->role == ROLE_SYMPTOM ? page_place(t, f) : (str){ NULL, 0 }, 0);
}

/* Whether a finding is to be told in the block of a leader. */
typedef bool (*told_there)(const struct blocks *b, size_t leader, size_t i);

static bool hangs_there(const struct blocks *b, size_t leader, size_t i)
{
    return i != leader && !b->contributes[i];
}

static bool stands_elsewhere(const struct blocks *b, size_t leader, size_t i)
{
    return b->home[i] != leader && b->number[i] != 0;
}

static struct finding_list choose(
        struct page *t, struct finding_list from, size_t leader, told_there told)
{
    size_t *p = arena_array(&t->arena, size_t, from.n), n = 0;

    for (size_t i = 0; i < from.n; i++) {
        if (told(&t->b, leader, from.p[i]))
            p[n++] = from.p[i];
    }
    return (struct finding_list){ p, n };
}

/* Mechanisms first, then the symptoms that follow from them, then what stands in other blocks. */
void page_explains(struct page *t, size_t leader)
{
    static const enum rule_role roles[] = { ROLE_ROOT_CAUSE, ROLE_MECHANISM, ROLE_SYMPTOM };
    struct finding_list here = choose(t, blocks_members(&t->b, leader), leader, hangs_there);
    struct finding_list there =
            choose(t, blocks_effects(&t->b, &t->arena, leader), leader, stands_elsewhere);
    struct section s = { "explains", MARGIN, HANG };

    for (size_t k = 0; k < 3; k++) {
        for (size_t i = 0; i < here.n; i++) {
            if (page_listed(t, here, i)->role == roles[k])
                put_explained(t, &s, here, leader, i);
        }
    }
    for (size_t i = 0; i < there.n; i++)
        put_explained(t, &s, there, leader, i);
}

/* Guesses at the cause of what leads here. */
void page_perhaps(struct page *t, size_t leader)
{
    struct finding_list causes = choose(t, blocks_causes(&t->b, leader), leader, stands_elsewhere);
    struct section s = { "perhaps", MARGIN, HANG };

    for (size_t i = 0; i < causes.n; i++)
        page_row(t, &s,
                arena_printf(&t->arena, "%.*s (see %u)", STR_ARG(page_listed(t, causes, i)->title),
                        t->b.number[causes.p[i]]),
                (str){ NULL, 0 }, 0);
}
