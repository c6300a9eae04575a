/* SPDX-License-Identifier: Apache-2.0 */
#include "literal.h"

#include <assert.h>

#include "scanner.h"

void literals_prepare(struct literals *set, const struct literal *rows, size_t n)
{
    struct scan_pattern *patterns;
    struct scan_set *sets;
    struct arena scratch;

    arena_init(&scratch, 0);
    patterns = arena_array(&scratch, struct scan_pattern, n);
    sets = arena_array(&scratch, struct scan_set, n);
    for (uint32_t i = 0; i < n; i++) {
        sets[i] = (struct scan_set){ &rows[i].text, 1 };
        patterns[i] = (struct scan_pattern){ i, true, &sets[i], 1 };
    }
    arena_init(&set->arena, 0);
    set->plan = scan_plan_create(&set->arena, scanner_create(&set->arena, patterns, n),
            (str){ NULL, 0 }, SCAN_MAP_LINES);
    arena_finish(&scratch);
    set->rows = rows;
    set->n = n;
}

static bool is_word(char c)
{
    return is_alnum(c) || c == '_';
}

static bool stands_alone(str t, const struct scan_hit *hit)
{
    return (hit->begin == 0 || !is_word(t.p[hit->begin - 1])) &&
           (hit->end == t.n || !is_word(t.p[hit->end]));
}

bool literals_find(
        const struct literals *set, str t, size_t from, size_t to, struct literal_hit *ret)
{
    const struct literal *best = NULL;
    struct scan_hit hit;
    struct scan scan;

    scan_begin(&scan, set->plan, str_slice(t, 0, to < t.n ? to + SCAN_LONGEST : t.n), from);
    while (scan_next(&scan, &hit)) {
        const struct literal *one = &set->rows[hit.id];

        /* Hits come in order of their windows: later ones begin less than a literal earlier. */
        if (best != NULL && hit.begin > ret->begin + SCAN_LONGEST)
            break;
        if (hit.begin >= to || (one->word && !stands_alone(t, &hit)))
            continue;
        if (best == NULL || hit.begin < ret->begin ||
                (hit.begin == ret->begin && hit.end > ret->end)) {
            best = one;
            *ret = (struct literal_hit){ hit.begin, hit.end, one };
        }
    }
    return best != NULL;
}

bool literals_at(const struct literals *set, str t, size_t at, struct literal_hit *ret)
{
    return literals_find(set, t, at, at + 1, ret);
}

const struct firsts *firsts_of(struct firsts *set, const void *rows, size_t n, size_t each)
{
    for (size_t i = 0; i < n && !set->ready; i++) {
        unsigned hash;
        str text;

        memcpy(&text, (const char *)rows + i * each, sizeof(text));
        assert(text.n >= 2);
        hash = firsts_hash(text);
        set->pairs[hash / 64] |= (uint64_t)1 << hash % 64;
    }
    set->ready = true;
    return set;
}
