/* SPDX-License-Identifier: Apache-2.0 */
/*
 * marks: literals without which no parser of logs takes anything from a line. Every module that
 * takes something from any line adds its own; seek.h passes over the lines that have none. A mark
 * too many costs time, a mark too few loses facts: the tests hold both ways of reading together.
 */
#pragma once

#include "arena.h"

struct mark {
    str literal; /* four bytes or more; ASCII letters in either case. None: eight hexadecimal digits */
    /* A quick look at what stands around it, block[begin, end) being the literal; NULL: it counts. */
    bool (*counts)(str block, size_t begin, size_t end);
};

struct marks {
    struct arena *a;
    struct mark *rows;
    size_t n, size;
};

/* The literal is copied. Shorter ones than four bytes are a bug. */
void marks_add(struct marks *m, str literal, bool (*counts)(str block, size_t begin, size_t end));
/* Where eight hexadecimal digits stand, and more may. */
void marks_add_digits(struct marks *m, bool (*counts)(str block, size_t begin, size_t end));
void marks_collect(struct arena *a, struct marks *ret);

static inline bool mark_holds(const struct mark *mark, str block, size_t begin, size_t end)
{
    return mark->counts == NULL || mark->counts(block, begin, end);
}

/* Each adds the marks of its module. */
void code_scan_marks(struct marks *m);
void code_message_marks(struct marks *m);
void stray_message_marks(struct marks *m);
void stray_chain_marks(struct marks *m);
void stray_stack_marks(struct marks *m);
void stray_virtuozzo_marks(struct marks *m);
void kernel_message_marks(struct marks *m);
void kernel_host_marks(struct marks *m);
void kernel_clock_marks(struct marks *m);
