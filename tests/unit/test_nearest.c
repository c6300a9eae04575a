/* SPDX-License-Identifier: Apache-2.0 */
/* nearest: what is said of text that no format claimed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "nearest.h"

#define PROSE                                                                                      \
    "Dear colleagues, the server was slow again last night and we had to restart it.\n"            \
    "Please find below what we saw, and tell us whether the new driver may have to do with it.\n"  \
    "We did not change anything since the last time that it happened, as far as we know.\n"        \
    "Nobody was in the building at that time, and the backup had not been started yet.\n"
#define MANY(TEXT) TEXT TEXT TEXT TEXT TEXT TEXT TEXT TEXT
#define MEMINFO                                                                                    \
    "MemTotal:        8123456 kB\nMemFree:          200300 kB\nMemAvailable:    4700100 kB\n"      \
    "Buffers:            2108 kB\nCached:          4822956 kB\nSwapTotal:       2097148 kB\n"      \
    "SwapFree:        2045948 kB\nSlab:             102204 kB\n"

static const struct {
    const char *text, *format;
    enum nearest_why why;
    uint32_t line;
} rows[] = {
    /* 32 lines of prose, a blank one, the table */
    { MANY(PROSE) "\n" MEMINFO, "meminfo", NEAREST_LATER, 34 },
    { "17:\tMemTotal:        8123456 kB\n18:\tMemFree:          200300 kB\n"
      "19:\tMemAvailable:    4700100 kB\n20:\tBuffers:            2108 kB\n"
      "21:\tCached:          4822956 kB\n22:\tSwapTotal:       2097148 kB\n",
            "meminfo", NEAREST_MARKED, 0 },
    { MANY(PROSE), NULL, NEAREST_NONE, 0 },
    { "", NULL, NEAREST_NONE, 0 },
};

static void test_rows(void **state)
{
    struct arena arena;
    unsigned wrong = 0;

    (void)state;
    arena_init(&arena, 0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        str text = str_z(rows[i].text);
        struct sniff in = { .text = text, .raw = text, .path = STR("note"), .name = STR("note") };
        struct bid_result claim = parser_choose(&in, false);
        struct nearest got = parser_nearest(&in, &arena);
        const char *name = got.parser != NULL ? got.parser->name : NULL;

        if (claim.bid > BID_FALLBACK || !str_eq(str_z(name), str_z(rows[i].format)) ||
                got.why != rows[i].why || got.line != rows[i].line) {
            fprintf(stderr, "row %zu: claimed with %d; %s, %d, line %u\n", i, claim.bid,
                    name != NULL ? name : "none", (int)got.why, got.line);
            wrong++;
        }
        assert_true(nearest_text(&got, &arena).n != 0);
    }
    arena_finish(&arena);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_rows) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
