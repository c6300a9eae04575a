/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_expr: arbitrary bytes as an expression, checked and computed over no facts and over two.
 * Properties: it ends, what is refused was reported, what is accepted yields a value of the type
 * that the check promised or none, and never infinity.
 */
#undef NDEBUG /* what is asserted here is what is tested, in every build */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "expr.h"
#include "kinds.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void compute(struct arena *a, const struct expr *e, uint32_t nslots, struct facts *facts)
{
    bool hit_limit = false;
    struct eval eval = { .arena = a, .scratch = a, .selections = facts, .hit_limit = &hit_limit };
    struct result r;

    eval.slots = arena_array(a, struct result, nslots + 1);
    eval.slot_known = arena_array(a, uint8_t, nslots + 1);
    r = expr_eval(&eval, e);
    assert(r.type == RESULT_UNKNOWN || r.type == e->shape.type);
    assert(r.type != RESULT_NUMBER || isfinite(r.d));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct value low[POOL_TAG_NFIELDS] = { [POOL_TAG_TAG] = value_z("TPLA"),
        [POOL_TAG_BYTES] = value_int(1 << 20),
        [POOL_TAG_DIFF] = value_int(-7) };
    const struct value high[POOL_TAG_NFIELDS] = { [POOL_TAG_BYTES] = value_int(INT64_MAX) };
    const struct fact facts[] = { { .kind = &kind_POOL_TAG, .count = 1, .values = low },
        { .kind = &kind_POOL_TAG, .count = 9, .values = high, .when = when_utc(5) } };
    const struct fact *const list[] = { &facts[0], &facts[1] };
    const struct scope_selection names[] = { { STR_INIT("p"), &kind_POOL_TAG, false },
        { STR_INIT("e"), &kind_EVENT, true } };
    struct facts none[2] = { { NULL, 0 }, { NULL, 0 } }, two[2] = { { list, 2 }, { NULL, 0 } };
    struct problems problems = { 0 };
    struct place place = { &problems, STR("fuzz"), STR("/when"), NULL, 0 };
    struct regex_list regexes = { 0 };
    struct arena a;
    uint32_t nslots = 0;
    bool uses_host = false;
    struct scope scope = { .host = &kind_HOST,
        .selections = names,
        .nselections = 2,
        .regexes = &regexes,
        .slots = &nslots,
        .uses_host = &uses_host };
    struct expr *e;

    arena_init(&a, 0);
    problems.arena = &a;
    e = expr_parse(&a, (str){ (const char *)data, size }, &place);
    if (e != NULL && expr_check(&a, e, &scope, RESULT_UNKNOWN, &place)) {
        assert(problems.n == 0);
        compute(&a, e, nslots, none);
        compute(&a, e, nslots, two);
    } else {
        assert(problems.errors != 0);
    }
    for (size_t i = 0; i < problems.n; i++)
        assert(problems.rows[i].column <= size + 1);
    problems_finish(&problems);
    regex_list_finish(&regexes);
    arena_finish(&a);
    return 0;
}
