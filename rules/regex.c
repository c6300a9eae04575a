/* SPDX-License-Identifier: Apache-2.0 */
/*
 * regex: patterns are syntax-checked when a rule is loaded and compiled with JIT at their first
 * match, since most rules of a base never meet a candidate in a case. The machine code, its match
 * data and a stack are then kept. Not for use by several threads at once; workers are processes.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "regex.h"

#include <stdlib.h>

#include <pcre2.h>

#include "limits.h"

struct regex {
    struct regex *next;
    str pattern, literal;
    bool nocase; /* of the literal */
    pcre2_code *code;
    pcre2_match_data *data;
    pcre2_match_context *context;
    pcre2_jit_stack *stack;
};

/* Subjects are cut by LIMIT_QUOTE and the like, maybe inside a character. */
enum { OPTIONS = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C };
enum { STACK_FIRST = 32 * 1024, STACK_MOST = 1024 * 1024 };

struct scan {
    str rest;
    bool nocase;
    char run[256], best[256];
    size_t nrun, nbest;
    unsigned depth;
};

static void end_run(struct scan *s)
{
    if (s->nrun > s->nbest) {
        s->nbest = s->nrun;
        for (size_t i = 0; i < s->nrun; i++)
            s->best[i] = s->run[i];
    }
    s->nrun = 0;
}

static void add_char(struct scan *s, char c)
{
    if (s->depth != 0)
        return;
    /* Case of other than ASCII letters is left to the library. */
    if (s->nocase && (unsigned char)c >= 0x80) {
        end_run(s);
        return;
    }
    if (s->nrun == sizeof(s->run))
        end_run(s);
    s->run[s->nrun++] = c;
}

/* [...] as a whole; a ] that stands first is an ordinary character. */
static void skip_class(struct scan *s)
{
    size_t i = 1;

    if (i < s->rest.n && s->rest.p[i] == '^')
        i++;
    if (i < s->rest.n && s->rest.p[i] == ']')
        i++;
    for (; i < s->rest.n && s->rest.p[i] != ']'; i++) {
        if (s->rest.p[i] == '[' && i + 1 < s->rest.n && s->rest.p[i + 1] == ':') {
            size_t close = str_find(str_from(s->rest, i), STR(":]"));

            i += close != STR_NONE ? close + 1 : 0;
        } else if (s->rest.p[i] == '\\') {
            i++;
        }
    }
    s->rest = str_from(s->rest, i + 1);
    end_run(s);
}

/* False: the pattern is beyond what is understood here. */
static bool scan_escape(struct scan *s)
{
    char c = s->rest.n > 1 ? s->rest.p[1] : '\0';

    if (c == '\0' || c == 'Q' || c == 'E' || c == 'N')
        return false;
    s->rest = str_from(s->rest, 2);
    if (!is_alnum(c)) {
        add_char(s, c);
        return true;
    }
    end_run(s);
    /* Those whose argument follows: what it is made of is no literal. */
    return str_find_char(STR("dDsSwWbBAzZGhHvVRXntrfea"), c) != STR_NONE;
}

/* What stands before a quantifier may be absent: the last character goes, all its bytes. */
static void drop_char(struct scan *s)
{
    while (s->nrun != 0 && ((unsigned char)s->run[s->nrun - 1] & 0xc0) == 0x80)
        s->nrun--;
    s->nrun -= s->nrun != 0;
    end_run(s);
}

static bool scan_one(struct scan *s)
{
    char c = s->rest.p[0];

    if (c == '\\')
        return scan_escape(s);
    if (c == '[') {
        skip_class(s);
        return true;
    }
    s->rest = str_from(s->rest, 1);
    switch (c) {
    case '|':
        if (s->depth == 0)
            return false;
        break;
    case '(':
        end_run(s);
        s->depth++;
        /* Options and verbs may change the meaning of what follows; conditions of all. */
        if (str_starts(s->rest, STR("*")))
            return false;
        if (str_starts(s->rest, STR("?")) && !str_starts(s->rest, STR("?:")) &&
                !str_starts(s->rest, STR("?=")) && !str_starts(s->rest, STR("?!")) &&
                !str_starts(s->rest, STR("?<")) && !str_starts(s->rest, STR("?>")))
            return false;
        break;
    case ')':
        s->depth -= s->depth != 0;
        break;
    case '*':
    case '?':
        drop_char(s);
        break;
    case '{':
        /* {n} and {n,m} are not told from {0,m}; other braces are ordinary. */
        if (s->rest.n == 0 || (!is_digit(s->rest.p[0]) && s->rest.p[0] != ',')) {
            add_char(s, c);
            break;
        }
        drop_char(s);
        while (s->rest.n != 0 && (is_digit(s->rest.p[0]) || s->rest.p[0] == ','))
            s->rest = str_from(s->rest, 1);
        (void)str_take_char(&s->rest, '}');
        break;
    case '+':
    case '.':
    case '^':
    case '$':
        end_run(s);
        break;
    default:
        add_char(s, c);
        break;
    }
    return true;
}

/*
 * The longest run of characters that stands at the top level of the pattern and must occur in every
 * match. Errs on the side of none.
 */
static void find_literal(struct arena *a, struct regex *r)
{
    struct scan s = { .rest = r->pattern };

    r->nocase = s.nocase = str_take(&s.rest, STR("(?i)"));
    while (s.rest.n != 0) {
        if (!scan_one(&s))
            return;
    }
    end_run(&s);
    r->literal = arena_str(a, (str){ s.best, s.nbest });
}

static pcre2_code *compile(str pattern, int *ret_error, size_t *ret_offset)
{
    return pcre2_compile((PCRE2_SPTR)pattern.p, pattern.n, OPTIONS, ret_error, ret_offset, NULL);
}

struct regex *regex_create(
        struct arena *a, struct regex_list *list, str pattern, str *ret_error, uint32_t *ret_offset)
{
    unsigned char message[256] = "";
    size_t offset = 0;
    int error;
    pcre2_code *code = compile(pattern, &error, &offset);
    struct regex *r;

    if (code == NULL) {
        (void)pcre2_get_error_message(error, message, sizeof(message));
        *ret_error = arena_str(a, str_z((const char *)message));
        *ret_offset = (uint32_t)offset;
        return NULL;
    }
    r = arena_new(a, struct regex);
    r->pattern = arena_str(a, pattern);
    r->next = list->first;
    list->first = r;
    pcre2_code_free(code);
    find_literal(a, r);
    return r;
}

void regex_list_finish(struct regex_list *list)
{
    for (struct regex *r = list->first; r != NULL; r = r->next) {
        pcre2_code_free(r->code);
        pcre2_match_data_free(r->data);
        pcre2_match_context_free(r->context);
        pcre2_jit_stack_free(r->stack);
    }
    list->first = NULL;
}

static bool prepare(struct regex *r)
{
    size_t offset;
    int error;

    r->code = compile(r->pattern, &error, &offset);
    if (r->code == NULL)
        return false;
    (void)pcre2_jit_compile(r->code, PCRE2_JIT_COMPLETE); /* without JIT it is interpreted */
    r->data = pcre2_match_data_create(1, NULL);
    r->context = pcre2_match_context_create(NULL);
    r->stack = pcre2_jit_stack_create(STACK_FIRST, STACK_MOST, NULL);
    if (r->data == NULL || r->context == NULL)
        return false;
    (void)pcre2_set_match_limit(r->context, LIMIT_MATCH);
    (void)pcre2_set_depth_limit(r->context, LIMIT_MATCH);
    (void)pcre2_set_heap_limit(r->context, LIMIT_MATCH_HEAP);
    pcre2_jit_stack_assign(r->context, NULL, r->stack);
    return true;
}

enum regex_found regex_match(struct regex *r, str text)
{
    int n;

    if (r->literal.n != 0 && (r->nocase ? str_find_nocase(text, r->literal)
                                        : str_find(text, r->literal)) == STR_NONE)
        return REGEX_NO;
    if (r->code == NULL && !prepare(r))
        return REGEX_LIMIT;
    n = pcre2_match(
            r->code, (PCRE2_SPTR)(text.p != NULL ? text.p : ""), text.n, 0, 0, r->data, r->context);
    if (n >= 0)
        return REGEX_YES;
    return n == PCRE2_ERROR_NOMATCH || n == PCRE2_ERROR_PARTIAL ? REGEX_NO : REGEX_LIMIT;
}

str regex_pattern(const struct regex *r)
{
    return r->pattern;
}

bool regex_exceeds(const struct regex *r, str text, uint32_t steps)
{
    int error, n = 0;
    size_t offset;
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)r->pattern.p, r->pattern.n,
            OPTIONS | PCRE2_NO_START_OPTIMIZE, &error, &offset, NULL);
    pcre2_match_data *data = pcre2_match_data_create(1, NULL);
    pcre2_match_context *context = pcre2_match_context_create(NULL);

    if (code != NULL && data != NULL && context != NULL) {
        (void)pcre2_set_match_limit(context, steps);
        (void)pcre2_set_heap_limit(context, LIMIT_MATCH_HEAP);
        n = pcre2_match(code, (PCRE2_SPTR)text.p, text.n, 0, 0, data, context);
    }
    pcre2_code_free(code);
    pcre2_match_data_free(data);
    pcre2_match_context_free(context);
    return n == PCRE2_ERROR_MATCHLIMIT || n == PCRE2_ERROR_HEAPLIMIT;
}

str regex_literal(const struct regex *r)
{
    return r->literal;
}
