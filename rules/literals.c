/* SPDX-License-Identifier: Apache-2.0 */
/* literals: of the matchers of a selection. */
#include "literals.h"

#include "literals_parts.h"
#include "select.h"

static bool holds_one(const struct scan_set *set, str text, bool nocase)
{
    for (size_t i = 0; i < set->n; i++) {
        str one = set->literals[i];

        if ((nocase ? str_find_nocase(text, one) : str_find(text, one)) != STR_NONE)
            return true;
    }
    return false;
}

bool literals_hold(const struct literal_sets *sets, str text)
{
    for (size_t i = 0; i < sets->n; i++) {
        if (sets->sets[i].n <= SCAN_LOOKED_AT && !holds_one(&sets->sets[i], text, sets->nocase))
            return false;
    }
    return true;
}

static const struct required *add_values(
        struct arena *a, const struct required *list, const struct test *t)
{
    str *p = arena_array(a, str, t->nvalues);

    for (size_t i = 0; i < t->nvalues; i++) {
        if (t->values[i].type != RESULT_TEXT || str_find_char(t->values[i].s, '\n') != STR_NONE ||
                str_find_char(t->values[i].s, '\r') != STR_NONE)
            return list;
        p[i] = str_slice(t->values[i].s, 0, SCAN_LONGEST);
    }
    return required_add(a, list, (struct strings){ p, t->nvalues });
}

struct matcher {
    struct arena *a;
    size_t field;
    str member;
    bool nocase; /* some test of it */
};

/* Nesting is that of the rule file, which json.h bounds. */
static const struct required *required_of(struct matcher *w, const struct match *m)
{
    const struct required *list = NULL,
                          **lists = arena_array(w->a, const struct required *, m->nany);

    for (size_t i = 0; i < m->ntests; i++) {
        const struct test *t = &m->tests[i];

        if (t->ref.index != w->field || !str_eq(t->ref.member, w->member))
            continue;
        if (t->op->inside) {
            list = add_values(w->a, list, t);
            w->nocase = w->nocase || t->nocase;
        } else if (t->regex != NULL) {
            const struct literal_sets *sets = regex_literals(t->regex);

            for (size_t k = 0; k < sets->n; k++)
                list = required_add(
                        w->a, list, (struct strings){ sets->sets[k].literals, sets->sets[k].n });
            w->nocase = w->nocase || sets->nocase;
        }
    }
    for (size_t i = 0; i < m->nany; i++)
        lists[i] = required_of(w, &m->any[i]);
    for (const struct required *r = m->nany != 0 ? required_either(w->a, lists, m->nany) : NULL;
            r != NULL; r = r->next)
        list = required_add(w->a, list, r->strings);
    return list;
}

struct literal_sets literals_of_match(
        struct arena *a, const struct match *m, size_t field, str member)
{
    struct arena scratch;
    struct matcher w = { &scratch, field, member, false };
    const struct required *list;
    struct literal_sets sets;

    arena_init(&scratch, 0);
    list = required_of(&w, m);
    sets = literals_choose(a, list, w.nocase);
    arena_finish(&scratch);
    return sets;
}
