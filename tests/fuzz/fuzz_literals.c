/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_literals: a pattern in the first line, a subject in the rest. Properties: what is needed of a
 * text is told for anything at all, in literals that a scanner takes; and if PCRE2 accepts the pattern
 * and matches the subject, it has a member of every set.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#undef NDEBUG /* what is asserted here is what is tested, in every build */
#include <assert.h>

#include <pcre2.h>

#include "literals.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool matches(str pattern, str subject)
{
    PCRE2_SIZE offset;
    int error, found = -1;
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern.p, pattern.n,
            PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C, &error, &offset, NULL);
    pcre2_match_data *match = pcre2_match_data_create(1, NULL);
    pcre2_match_context *context = pcre2_match_context_create(NULL);

    if (code != NULL) {
        (void)pcre2_set_match_limit(context, 20000);
        found = pcre2_match(code, (PCRE2_SPTR)subject.p, subject.n, 0, 0, match, context);
    }
    pcre2_match_context_free(context);
    pcre2_match_data_free(match);
    pcre2_code_free(code);
    return found >= 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str subject = { size != 0 ? (const char *)data : "", size }, pattern = str_cut(&subject, '\n');
    struct literal_sets sets;
    struct arena a;
    bool found;

    arena_init(&a, 0);
    sets = literals_of_pattern(&a, pattern);
    found = matches(pattern, subject);
    for (size_t i = 0; i < sets.n; i++) {
        bool one = false;

        for (size_t k = 0; k < sets.sets[i].n; k++) {
            str literal = sets.sets[i].literals[k];

            assert(literal.n >= SCAN_SHORTEST && literal.n <= SCAN_LONGEST);
            one = one || (sets.nocase ? str_find_nocase(subject, literal)
                                      : str_find(subject, literal)) != STR_NONE;
        }
        assert(one || !found);
    }
    arena_finish(&a);
    return 0;
}
