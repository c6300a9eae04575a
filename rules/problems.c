/* SPDX-License-Identifier: Apache-2.0 */
#include "problems.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void problems_finish(struct problems *p)
{
    free(p->rows);
    p->rows = NULL;
    p->n = p->size = p->errors = 0;
}

struct place place_node(const struct place *file, const struct json *node)
{
    return (struct place){ .problems = file->problems, .file = file->file, .node = node };
}

static struct rule_problem *add_row(struct problems *p)
{
    if (p->n == p->size) {
        p->size = p->size != 0 ? p->size * 2 : 32;
        p->rows = realloc(p->rows, p->size * sizeof(*p->rows));
        if (p->rows == NULL) {
            fputs("fathom: out of memory\n", stderr);
            abort();
        }
    }
    return &p->rows[p->n++];
}

static void __attribute__((format(printf, 5, 0))) add(const struct place *place, bool warning,
        uint32_t column, const char *code, const char *format, va_list args)
{
    struct problems *p = place->problems;
    char *text;
    int n = vasprintf(&text, format, args);

    if (n < 0)
        abort();
    *add_row(p) = (struct rule_problem){
        .warning = warning,
        .file = place->file,
        .pointer = place->node != NULL ? json_pointer(p->arena, place->node) : place->pointer,
        .column = column != 0 ? column + place->column : 0,
        .text = arena_str(p->arena, (str){ text, (size_t)n }),
        .code = code,
    };
    free(text);
    p->errors += !warning;
}

void problem_error(
        const struct place *place, uint32_t column, const char *code, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    add(place, false, column, code, format, args);
    va_end(args);
}

void problem_warning(
        const struct place *place, uint32_t column, const char *code, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    add(place, true, column, code, format, args);
    va_end(args);
}

str problem_hint(struct arena *a, str best)
{
    return best.n != 0 ? arena_printf(a, "; did you mean '%.*s'?", STR_ARG(best)) : STR("");
}
