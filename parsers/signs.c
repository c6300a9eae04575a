/* SPDX-License-Identifier: Apache-2.0 */
#include "signs.h"

#include <assert.h>

#include "limits.h"
#include "parser.h"
#include "scanner.h"

enum {
    SIGNS_MOST = 512,
    WORTH = 32 * KIB, /* what the scanner saves on so many bytes pays for making it */
};

struct signs {
    str literals[SIGNS_MOST];
    size_t n;
};

static struct {
    const struct scan_plan *plan;
    struct arena arena; /* for the life of the process */
    uint64_t always;    /* those without signs */
    uint64_t all;
} gate;

void signs_add(struct signs *to, str literal)
{
    assert(to->n < SIGNS_MOST && literal.n >= SCAN_SHORTEST && literal.n <= SCAN_LONGEST);
    to->literals[to->n++] = literal;
}

void signs_add_rows(struct signs *to, const void *rows, size_t n, size_t each)
{
    for (size_t i = 0; i < n; i++) {
        str literal;

        memcpy(&literal, (const char *)rows + i * each, sizeof(literal));
        if (literal.n == 0)
            break;
        signs_add(to, literal);
    }
}

static void prepare(void)
{
    struct scan_pattern patterns[PARSERS_MOST];
    struct scan_set sets[PARSERS_MOST];
    struct signs *signs;
    struct arena scratch;
    size_t n = 0, from;

    arena_init(&scratch, 0);
    arena_init(&gate.arena, 0);
    signs = arena_array(&scratch, struct signs, 1);
    signs->n = 0;
    for (uint32_t i = 0; parsers[i] != NULL; i++) {
        assert(i < PARSERS_MOST);
        gate.all |= (uint64_t)1 << i;
        from = signs->n;
        if (parsers[i]->signs != NULL) {
            assert(!parsers[i]->raw); /* they bid for what is no text */
            parsers[i]->signs(signs);
        }
        if (signs->n == from) {
            gate.always |= (uint64_t)1 << i;
            continue;
        }
        sets[n] = (struct scan_set){ &signs->literals[from], signs->n - from };
        patterns[n] = (struct scan_pattern){ i, true, &sets[n], 1 };
        n++;
    }
    gate.plan = scan_plan_create(&gate.arena, scanner_create(&gate.arena, patterns, n),
            (str){ NULL, 0 }, SCAN_MAP_LINES);
    arena_finish(&scratch);
}

uint64_t signs_look(str head)
{
    struct scan_hit hit;
    struct scan scan;
    uint64_t may;

    if (gate.plan == NULL)
        prepare();
    may = gate.always;
    scan_begin(&scan, gate.plan, head, 0);
    while (may != gate.all && scan_next(&scan, &hit))
        may |= (uint64_t)1 << hit.id;
    return may;
}

uint64_t signs_look_if_worth(str head)
{
#ifdef NDEBUG
    static size_t seen;

    if (seen < WORTH)
        seen += head.n;
    if (seen < WORTH)
        return UINT64_MAX;
#endif
    return signs_look(head);
}
