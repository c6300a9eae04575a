/* SPDX-License-Identifier: Apache-2.0 */
/*
 * regex: patterns are syntax-checked when a rule is loaded and compiled at their first match, since
 * most rules of a base never meet a candidate in a case; to machine code when they are tried often,
 * or when the interpreter's limits do not suffice: what a match is never depends on which of the two
 * runs. All share one context, its match data and a stack. Not for use by several threads at once;
 * workers are processes.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "regex.h"

#include <stdlib.h>

#include <pcre2.h>

#include "limits.h"
#include "literals.h"

struct regex {
    struct regex *next;
    struct regex_list *list;
    struct arena *arena;
    str pattern;
    struct literal_sets literals;
    bool read; /* the literals are there */
    pcre2_code *code;
    uint32_t tries;
    bool machine_code; /* it was asked for; where there is no JIT all is interpreted */
};

/* What matches need beside the pattern. */
struct regex_room {
    pcre2_match_data *data;
    pcre2_match_context *context;
    pcre2_jit_stack *stack;
};

/* Subjects are cut by LIMIT_QUOTE and the like, maybe inside a character. */
enum { OPTIONS = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C };
enum { STACK_FIRST = 32 * 1024, STACK_MOST = 1024 * 1024 };
/* Machine code costs as much as some dozens of matches. */
enum { INTERPRETED = 32 };

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
    pcre2_code *code = list->trusted ? NULL : compile(pattern, &error, &offset);
    struct regex *r;

    if (code == NULL && !list->trusted) {
        (void)pcre2_get_error_message(error, message, sizeof(message));
        *ret_error = arena_str(a, str_z((const char *)message));
        *ret_offset = (uint32_t)offset;
        return NULL;
    }
    r = arena_new(a, struct regex);
    r->pattern = arena_str(a, pattern);
    r->next = list->first;
    list->first = r;
    r->list = list;
    r->arena = a;
    pcre2_code_free(code);
    return r;
}

static void room_destroy(struct regex_room *room)
{
    if (room == NULL)
        return;
    pcre2_match_data_free(room->data);
    pcre2_match_context_free(room->context);
    pcre2_jit_stack_free(room->stack);
    free(room);
}

void regex_list_finish(struct regex_list *list)
{
    for (struct regex *r = list->first; r != NULL; r = r->next)
        pcre2_code_free(r->code);
    list->first = NULL;
    room_destroy(list->room);
    list->room = NULL;
}

static struct regex_room *room_create(void)
{
    struct regex_room *room = calloc(1, sizeof(*room));

    if (room == NULL)
        return NULL;
    room->data = pcre2_match_data_create(2, NULL); /* the match and its first group */
    room->context = pcre2_match_context_create(NULL);
    room->stack = pcre2_jit_stack_create(STACK_FIRST, STACK_MOST, NULL);
    if (room->data == NULL || room->context == NULL) {
        room_destroy(room);
        return NULL;
    }
    (void)pcre2_set_match_limit(room->context, LIMIT_MATCH);
    (void)pcre2_set_depth_limit(room->context, LIMIT_MATCH);
    (void)pcre2_set_heap_limit(room->context, LIMIT_MATCH_HEAP);
    pcre2_jit_stack_assign(room->context, NULL, room->stack);
    return room;
}

static bool prepare(struct regex *r)
{
    size_t offset;
    int error;

    if (r->code == NULL)
        r->code = compile(r->pattern, &error, &offset);
    if (r->list->room == NULL)
        r->list->room = room_create();
    return r->code != NULL && r->list->room != NULL;
}

static void use_machine_code(struct regex *r)
{
    r->machine_code = true;
    (void)pcre2_jit_compile(r->code, PCRE2_JIT_COMPLETE);
}

static enum regex_found match(const struct regex *r, str text)
{
    const struct regex_room *room = r->list->room;
    int n = pcre2_match(r->code, (PCRE2_SPTR)(text.p != NULL ? text.p : ""), text.n, 0, 0,
            room->data, room->context);

    if (n >= 0)
        return REGEX_YES;
    return n == PCRE2_ERROR_NOMATCH || n == PCRE2_ERROR_PARTIAL ? REGEX_NO : REGEX_LIMIT;
}

/* Where the set was checked before, patterns are mostly tried on what a scanner found by their literals:
 * to read them off the pattern would cost more than a few matches. */
static bool may_match(struct regex *r, str text)
{
    if (r->list->trusted && r->tries < INTERPRETED)
        return true;
    return literals_hold(regex_literals(r), text);
}

enum regex_found regex_match(struct regex *r, str text)
{
    enum regex_found found;

    if (!may_match(r, text))
        return REGEX_NO;
    if (!prepare(r))
        return REGEX_LIMIT;
    r->list->tries++;
    if (!r->machine_code && r->tries++ == INTERPRETED)
        use_machine_code(r);
    found = match(r, text);
    if (found == REGEX_LIMIT && !r->machine_code) {
        use_machine_code(r);
        found = match(r, text);
    }
    /* What has none of its literals has no match, however long PCRE2 would go on. */
    if (found == REGEX_LIMIT && !literals_hold(regex_literals(r), text))
        found = REGEX_NO;
    return found;
}

enum regex_found regex_part(struct regex *r, str text, str *ret)
{
    enum regex_found found = regex_match(r, text);
    const size_t *at;
    uint32_t groups = 0;

    if (found != REGEX_YES)
        return found;
    (void)pcre2_pattern_info(r->code, PCRE2_INFO_CAPTURECOUNT, &groups);
    at = pcre2_get_ovector_pointer(r->list->room->data) + (groups != 0 ? 2 : 0);
    *ret = at[0] != PCRE2_UNSET ? str_slice(text, at[0], at[1]) : STR("");
    return found;
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

const struct literal_sets *regex_literals(struct regex *r)
{
    if (!r->read)
        r->literals = literals_of_pattern(r->arena, r->pattern);
    r->read = true;
    return &r->literals;
}
