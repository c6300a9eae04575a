/* SPDX-License-Identifier: Apache-2.0 */
/*
 * causes: the vocabulary of causes, from the causes.tsv of each pack.
 *
 *     # id<TAB>role<TAB>meaning<TAB>subject<TAB>behind
 *     windows/pool/tag-leak<TAB>root-cause<TAB>a pool tag grows steadily<TAB>the tag
 *
 * A later row of the same id replaces the earlier one: a site may say it in its own words.
 */
#include <assert.h>
#include <stdlib.h>

#include "rule.h"

static bool parse_role(str text, enum rule_role *ret)
{
    for (int role = ROLE_SYMPTOM; role <= ROLE_EXONERATION; role++) {
        if (str_eq(text, str_z(role_name((enum rule_role)role)))) {
            *ret = (enum rule_role)role;
            return true;
        }
    }
    return false;
}

bool is_cause_id(str id, size_t *ret_at)
{
    for (size_t i = 0; i < id.n; i++) {
        char c = id.p[i];

        if (!is_digit(c) && (c < 'a' || c > 'z') && c != '-' && c != '/') {
            *ret_at = i;
            return false;
        }
    }
    *ret_at = 0;
    return id.n != 0;
}

static bool read_row(const struct place *place, str line, struct cause_info *ret)
{
    str role;
    size_t at;

    *ret = (struct cause_info){ .id = str_cut(&line, '\t') };
    role = str_cut(&line, '\t');
    ret->meaning = str_cut(&line, '\t');
    ret->subject = str_cut(&line, '\t');
    ret->behind = str_cut(&line, '\t');
    if (!is_cause_id(ret->id, &at))
        problem_error(
                place, (uint32_t)at + 1, "rule.causes", "a cause is area/.../name in lower case");
    else if (!parse_role(role, &ret->role))
        problem_error(place, (uint32_t)ret->id.n + 2, "rule.causes",
                "the second column is symptom, mechanism, root-cause or exoneration");
    else if (ret->meaning.n == 0)
        problem_error(place, 0, "rule.causes", "the third column says what the cause means");
    else if (line.n != 0)
        problem_error(place, 0, "rule.causes", "more than five columns");
    else
        return true;
    return false;
}

static void add_cause(struct ruleset *rs, struct cause_info cause)
{
    if (rs->ncauses == rs->causes_size) {
        rs->causes_size = rs->causes_size != 0 ? rs->causes_size * 2 : 128;
        rs->causes = realloc(rs->causes, rs->causes_size * sizeof(*rs->causes));
        if (rs->causes == NULL)
            abort();
    }
    cause.order = rs->ncauses;
    rs->causes[rs->ncauses++] = cause;
}

void ruleset_add_causes(struct ruleset *rs, str file, str text)
{
    str rest = arena_str(&rs->arena, text), line;
    struct place place = { &rs->problems, arena_str(&rs->arena, file), STR(""), NULL, 0 };
    struct cause_info cause;

    for (size_t number = 1; str_line(&rest, &line); number++) {
        if (line.n == 0 || line.p[0] == '#')
            continue;
        place.pointer = arena_printf(&rs->arena, "L%zu", number);
        if (read_row(&place, line, &cause)) {
            cause.file = place.file;
            cause.line = number;
            cause.site = rs->pack->sort == PACK_SITE;
            add_cause(rs, cause);
        }
    }
}

static int compare_causes(const void *a, const void *b)
{
    const struct cause_info *x = a, *y = b;
    int order = str_cmp(x->id, y->id);

    return order != 0 ? order : (x->order > y->order) - (x->order < y->order);
}

void causes_settle(struct ruleset *rs)
{
    size_t n = 0;

    if (rs->ncauses != 0)
        qsort(rs->causes, rs->ncauses, sizeof(*rs->causes), compare_causes);
    for (size_t i = 0; i < rs->ncauses; i++) {
        if (n != 0 && str_eq(rs->causes[n - 1].id, rs->causes[i].id))
            n--;
        rs->causes[n++] = rs->causes[i];
    }
    rs->ncauses = n;
}

/* The first that does not stand before id. */
static size_t lower_bound(const struct ruleset *rs, str id)
{
    size_t from = 0, to = rs->ncauses;

    while (from < to) {
        size_t middle = from + (to - from) / 2;

        if (str_cmp(rs->causes[middle].id, id) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

bool causes_match(const struct ruleset *rs, str pattern)
{
    str start = str_ends(pattern, STR("*")) ? str_slice(pattern, 0, pattern.n - 1) : pattern;
    size_t at = lower_bound(rs, start);

    return at < rs->ncauses && pattern_matches(pattern, rs->causes[at].id);
}

const struct cause_info *ruleset_causes(const struct ruleset *rs, size_t *ret_n)
{
    assert(rs->base == NULL);
    *ret_n = rs->ncauses;
    return rs->causes;
}

const struct cause_info *ruleset_cause(const struct ruleset *rs, str id)
{
    size_t at = lower_bound(rs, id);

    assert(rs->base == NULL);
    return at < rs->ncauses && str_eq(rs->causes[at].id, id) ? &rs->causes[at] : NULL;
}
