/* SPDX-License-Identifier: Apache-2.0 */
#include "line_seeker.h"

/* NULL when some rule must see every line. */
static struct scan_pattern *patterns_of(struct arena *a, const struct ruleset *rules)
{
    size_t n = ruleset_lines(rules);
    struct scan_pattern *patterns = arena_array(a, struct scan_pattern, n + 1);

    for (size_t i = 0; i < n; i++) {
        if (!ruleset_line_pattern(rules, i, a, &patterns[i]))
            return NULL;
    }
    return patterns;
}

struct seeker *line_seeker(struct arena *a, const struct ruleset *rules)
{
    str scanner = ruleset_scanner(rules);
    struct seeker *seeker = NULL;
    const struct scan_pattern *patterns;

    if (scanner.n != 0)
        seeker = seeker_open(a, scanner, ruleset_lines(rules));
    if (seeker != NULL)
        return seeker;
    patterns = patterns_of(a, rules);
    return patterns != NULL ? seeker_create(a, patterns, ruleset_lines(rules)) : NULL;
}

str line_scanner(struct arena *a, const struct ruleset *rules)
{
    const struct scan_pattern *patterns = patterns_of(a, rules);

    if (patterns == NULL)
        return (str){ NULL, 0 };
    return seeker_scanner(a, seeker_create(a, patterns, ruleset_lines(rules)));
}
