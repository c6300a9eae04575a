/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_rules: arbitrary bytes as a rule file. Properties: loading ends, every problem has a code and
 * names the file, a rule without errors can be evaluated and explained over a few facts, and what
 * comes out is valid UTF-8.
 */
#undef NDEBUG /* what is asserted here is what is tested, in every build */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "case.h"
#include "eval.h"
#include "out.h"
#include "utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FACTS = 24 };

static void check_text(str s)
{
    assert(utf8_valid(s));
}

/* A value of each field's own type, absent now and then. */
static struct value make_value(const struct field *field, unsigned seed)
{
    static const struct pair pairs[] = { { STR_INIT("1"), STR_INIT("TPLA") },
        { STR_INIT("Status"), STR_INIT("0xC000009A") } };
    static const char *const texts[] = { "nonpaged", "TPLA", "Srv", "win32:1450", "x86", "2003" };

    if (seed % 5 == 4)
        return value_none();
    switch (field->type) {
    case VALUE_BOOL:
        return value_bool(seed % 2 != 0);
    case VALUE_INT:
        return value_int((int64_t)seed * 2019 % 1000000007);
    case VALUE_REAL:
        return value_real(seed / 7.0);
    case VALUE_TEXT:
        return value_z(texts[seed % 6]);
    case VALUE_TIME:
        return value_time(when_utc((int64_t)seed * WHEN_NS));
    case VALUE_MAP:
        return value_map(pairs, 2);
    case VALUE_NONE:
        break;
    }
    return value_none();
}

static const struct fact *make_fact(struct arena *a, const struct kind *kind, unsigned seed)
{
    struct fact *fact = arena_new(a, struct fact);
    struct value *values = arena_array(a, struct value, kind->nfields);

    for (size_t i = 0; i < kind->nfields; i++)
        values[i] = make_value(&kind->fields[i], seed + (unsigned)i);
    *fact = (struct fact){
        .kind = kind, .quote = STR("a line"), .count = 1 + seed % 3, .values = values
    };
    fact->where = (struct span){ .member = 1, .line = seed };
    if (seed % 3 != 0)
        fact->when = seed % 4 != 0 ? when_utc((int64_t)seed * 3600 * WHEN_NS)
                                   : when_monotonic((int64_t)seed * WHEN_NS, 0);
    if (seed % 4 != 1)
        fact->host = seed % 2 != 0 ? STR("VZ1") : STR("node2.example.com");
    return fact;
}

static void check_verdict(const struct verdict *v)
{
    for (size_t i = 0; i < v->nfindings + v->nruled_out; i++) {
        const struct finding *f = &v->findings[i];

        check_text(f->title);
        check_text(f->summary);
        check_text(f->subject);
        assert(f->share >= 0 && f->share <= 1 && f->nevidence <= f->evidence_total);
        for (size_t k = 0; k < f->nexplains; k++)
            assert(f->explains[k] < v->nfindings && f->explains[k] != i);
        for (size_t k = 0; k < f->nevidence; k++)
            check_text(f->evidence[k].say);
    }
}

static void use_rules(struct arena *a, const struct ruleset *rs)
{
    const struct fact *facts[FACTS * 3];
    struct verdict verdict;
    struct out out;
    size_t n = 0, nkinds = 0;

    while (case_kinds[nkinds] != NULL)
        nkinds++;
    for (unsigned i = 0; i < FACTS * 3; i++)
        facts[n++] = make_fact(a, case_kinds[i % nkinds], i);
    rules_evaluate(a, rs, (struct fact_set){ facts, n }, &verdict);
    check_verdict(&verdict);
    out_init_memory(&out);
    (void)rules_why(a, rs, STR("fuzz/rule"), (struct fact_set){ facts, n }, &out);
    check_text(out_text(&out));
    (void)out_finish(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ruleset *rs = ruleset_create(case_kinds);
    const struct rule_problem *problems;
    struct arena a;
    size_t n;

    arena_init(&a, 0);
    ruleset_add(rs, STR("fuzz/rule"), STR("fuzz/rule.json"), (str){ (const char *)data, size });
    if (ruleset_freeze(rs))
        use_rules(&a, rs);
    problems = ruleset_problems(rs, &n);
    for (size_t i = 0; i < n; i++)
        assert(problems[i].code != NULL && problems[i].text.n != 0 && problems[i].file.n != 0);
    arena_finish(&a);
    ruleset_destroy(rs);
    return 0;
}
