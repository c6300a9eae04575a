/* SPDX-License-Identifier: Apache-2.0 */
/*
 * literals_pattern: reads the syntax of PCRE2 as far as it says what a match must hold.
 *
 * Taken: characters, classes of a few characters, groups of all kinds, alternation, quantifiers,
 * positive lookaround, the options i and x wherever they stand. Larger classes, references,
 * recursion, conditionals and negative lookaround say nothing. Verbs, callouts and whatever is not
 * known here give up the whole pattern.
 */
#include <string.h>

#include "limits.h"
#include "literals_reader.h"
#include "utf8.h"

static struct part read_branches(struct reader *r);

/* --- groups --- */

/* Reads (?i), (?-x:...), (?^) up to what closes them; false when these are no options. */
static bool take_options(struct reader *r)
{
    struct options options = r->options;
    str rest = r->rest;
    bool on = true;

    if (str_take_char(&rest, '^'))
        options.nocase = options.extended = false;
    for (; rest.n != 0 && rest.p[0] != ')' && rest.p[0] != ':'; rest = str_from(rest, 1)) {
        char c = rest.p[0];

        if (c == '-')
            on = false;
        else if (c == 'i')
            options.nocase = on;
        else if (c == 'x' && rest.p[-1] == 'x')
            options.more = true; /* and stays, to be sure */
        else if (c == 'x')
            options.extended = on;
        else if (strchr("mnsJU", c) == NULL)
            return false;
    }
    r->options = options;
    r->rest = rest;
    return rest.n != 0;
}

/* To behind the next such character, in names and references. */
static void skip_past(struct reader *r, char c)
{
    size_t at = str_find_char(r->rest, c);

    if (at == STR_NONE)
        (void)reader_give_up(r);
    else
        r->rest = str_from(r->rest, at + 1);
}

static struct part read_group(struct reader *r);

static struct part read_inside(struct reader *r)
{
    struct part part = read_branches(r);

    return reader_take(r, ")") ? part : reader_give_up(r);
}

/* (?(condition)yes|no), from the condition. */
static struct part read_conditional(struct reader *r)
{
    if (str_starts(r->rest, STR("(?")) || str_starts(r->rest, STR("(*"))) {
        r->rest = str_from(r->rest, 1);
        (void)read_group(r);
    } else {
        skip_past(r, ')');
    }
    (void)read_inside(r);
    return part_any();
}

/* What stands around, not in the match. */
static struct part read_around(struct reader *r, bool positive)
{
    struct part inner = read_inside(r), around = part_empty();

    if (positive)
        around.required = part_finish(r->a, &inner);
    return around;
}

static struct part read_special(struct reader *r)
{
    char c = reader_peek(r, 0);

    if (reader_take(r, ":") || reader_take(r, ">") || reader_take(r, "|"))
        return read_inside(r);
    if (reader_take(r, "=") || reader_take(r, "<=") || reader_take(r, "*") || reader_take(r, "<*"))
        return read_around(r, true);
    if (reader_take(r, "!") || reader_take(r, "<!"))
        return read_around(r, false);
    if (c == '(')
        return read_conditional(r);
    if (reader_take(r, "P<") || reader_take(r, "<") || reader_take(r, "'")) {
        skip_past(r, c == '\'' ? c : '>');
        return read_inside(r);
    }
    if (c == 'P' || c == 'R' || c == '&' || c == '+' || is_digit(c) ||
            (c == '-' && is_digit(reader_peek(r, 1)))) { /* recursion, references */
        skip_past(r, ')');
        return part_any();
    }
    return take_options(r) && reader_take(r, ":") ? read_inside(r) : reader_give_up(r);
}

/* From behind the bracket. Options end with the group that they stand in. */
static struct part read_group(struct reader *r)
{
    const struct options before = r->options;
    struct part part;

    if (++r->depth > LIMIT_NESTING || reader_peek(r, 0) == '*')
        part = reader_give_up(r);
    else
        part = reader_take(r, "?") ? read_special(r) : read_inside(r);
    r->depth--;
    r->options = before;
    return part;
}

/* (?i) by itself: for the rest of the group around it. */
static bool take_inline_options(struct reader *r)
{
    struct reader then = *r;

    if (!reader_take(&then, "(?") || !take_options(&then) || !reader_take(&then, ")"))
        return false;
    *r = then;
    return true;
}

/* --- sequences --- */

static struct part read_item(struct reader *r)
{
    uint32_t c = (unsigned char)r->rest.p[0];

    if (r->quoted) {
        if (!utf8_take(&r->rest, &c))
            return reader_give_up(r);
        r->quoted = !reader_take(r, "\\E");
        return reader_char(r, c);
    }
    if (c == '\\')
        return reader_escape(r);
    if (reader_take(r, "["))
        return reader_class(r);
    if (reader_take(r, "("))
        return read_group(r);
    if (reader_take(r, "."))
        return part_any();
    if (reader_take(r, "^") || reader_take(r, "$"))
        return part_empty();
    if (!utf8_take(&r->rest, &c))
        return reader_give_up(r);
    /* White space beyond ASCII that "x" may skip. */
    if (r->options.extended && (c == 0x85 || (c >= 0x200e && c <= 0x2029)))
        return reader_give_up(r);
    return reader_char(r, c);
}

/* {n}, {n,}, {n,m}; 0 when it is none, and doubtful as what other versions take for one. */
static size_t brace_length(str s, uint32_t *ret_least, uint32_t *ret_most, bool *ret_doubtful)
{
    size_t close = str_find_char(s, '}');
    str inner = str_slice(s, 1, close), rest = inner;
    uint64_t least = 0, most = UINT32_MAX;

    *ret_doubtful = false;
    if (s.n == 0 || s.p[0] != '{' || close == STR_NONE)
        return 0;
    for (size_t i = 0; i < inner.n; i++) {
        if (!is_digit(inner.p[i]) && inner.p[i] != ',' && !is_blank(inner.p[i]))
            return 0;
    }
    if (str_take_u64(&rest, &least)) {
        most = least;
        if (str_take_char(&rest, ',') && rest.n == 0)
            most = UINT32_MAX;
        else if (rest.n != 0)
            (void)str_take_u64(&rest, &most);
        if (rest.n == 0 && least <= UINT16_MAX && least <= most) {
            *ret_least = (uint32_t)least;
            *ret_most = (uint32_t)(most < UINT32_MAX ? most : UINT32_MAX);
            return close + 1;
        }
    }
    *ret_doubtful = true;
    return close + 1;
}

/* The item as often as what follows it says. */
static struct part read_quantifiers(struct reader *r, struct part item)
{
    for (;;) {
        uint32_t least = 0, most = UINT32_MAX;
        bool doubtful = false;
        size_t n = 1;

        (void)reader_skip_ignored(r);
        if (reader_peek(r, 0) == '+')
            least = 1;
        else if (reader_peek(r, 0) == '?')
            most = 1;
        else if (reader_peek(r, 0) != '*')
            n = brace_length(r->rest, &least, &most, &doubtful);
        if (n == 0)
            return item;
        r->rest = str_from(r->rest, n);
        item = doubtful ? part_any() : part_repeat(r->a, item, least, most);
        if (reader_take(r, "+") || reader_take(r, "?"))
            continue;
        /* With a gap it may be the same, or one more quantifier. */
        if (reader_skip_ignored(r) && (reader_take(r, "+") || reader_take(r, "?")))
            item = part_any();
    }
}

/* A sequence under work: what is joined, and characters that come behind it. */
struct sequence {
    struct part part;
    char run[SCAN_LONGEST];
    size_t n;
};

/* Characters in a row are a set by themselves too: what they are joined to may be many. */
static void end_run(struct reader *r, struct sequence *s)
{
    str *p = arena_new(r->a, str);
    struct part run = part_exact((struct strings){ p, 1 });

    if (s->n == 0)
        return;
    *p = arena_str(r->a, (str){ s->run, s->n });
    run.required = required_add(r->a, NULL, run.front);
    s->part = part_join(r->a, s->part, run);
    s->n = 0;
}

static void append(struct reader *r, struct sequence *s, const struct part *item)
{
    str one = item->front.p[0];

    if (!item->exact || item->front.n != 1 || item->required != NULL) {
        end_run(r, s);
        s->part = part_join(r->a, s->part, *item);
        return;
    }
    if (s->n + one.n > sizeof(s->run))
        end_run(r, s);
    if (one.n > sizeof(s->run)) {
        s->part = part_join(r->a, s->part, *item);
        return;
    }
    memcpy(s->run + s->n, one.p, one.n);
    s->n += one.n;
}

static struct part read_sequence(struct reader *r)
{
    struct sequence s = { .part = part_empty() };

    for (;;) {
        struct part item;

        if (!r->quoted && (reader_skip_ignored(r) || take_inline_options(r)))
            continue;
        if (r->rest.n == 0 || (!r->quoted && (r->rest.p[0] == '|' || r->rest.p[0] == ')')))
            break;
        if (!r->quoted && reader_take(r, "\\Q")) {
            r->quoted = !reader_take(r, "\\E");
            continue;
        }
        item = read_item(r);
        if (!r->quoted)
            item = read_quantifiers(r, item);
        append(r, &s, &item);
    }
    end_run(r, &s);
    return s.part;
}

static struct part read_branches(struct reader *r)
{
    struct part *branches = arena_array(r->a, struct part, 2);
    size_t n = 0, size = 2;

    do {
        if (n == size) {
            struct part *more = arena_array(r->a, struct part, 2 * size);

            memcpy(more, branches, n * sizeof(*more));
            branches = more;
            size *= 2;
        }
        branches[n++] = read_sequence(r);
    } while (reader_take(r, "|"));
    return part_either(r->a, branches, n);
}

struct literal_sets literals_of_pattern(struct arena *a, str pattern)
{
    struct literal_sets sets = { NULL, 0, false };
    struct arena scratch;
    struct reader r = { .a = &scratch, .rest = pattern };
    struct part whole;

    arena_init(&scratch, 0);
    whole = read_branches(&r);
    if (r.rest.n != 0) /* a bracket too many */
        (void)reader_give_up(&r);
    if (!r.failed)
        sets = literals_choose(a, part_finish(&scratch, &whole), r.nocase);
    arena_finish(&scratch);
    return sets;
}
