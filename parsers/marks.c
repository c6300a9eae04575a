/* SPDX-License-Identifier: Apache-2.0 */
#include "marks.h"

#include <assert.h>
#include <string.h>

static void add(struct marks *m, str literal, bool (*counts)(str block, size_t begin, size_t end))
{
    if (m->n == m->size) {
        struct mark *bigger;

        m->size = m->size != 0 ? m->size * 2 : 512;
        bigger = arena_array(m->a, struct mark, m->size);
        if (m->n != 0)
            memcpy(bigger, m->rows, m->n * sizeof(*bigger));
        m->rows = bigger;
    }
    m->rows[m->n++] = (struct mark){ arena_str(m->a, literal), counts };
}

void marks_add(struct marks *m, str literal, bool (*counts)(str block, size_t begin, size_t end))
{
    assert(literal.n >= 4 && literal.n <= UINT8_MAX);
    add(m, literal, counts);
}

void marks_add_digits(struct marks *m, bool (*counts)(str block, size_t begin, size_t end))
{
    add(m, (str){ NULL, 0 }, counts);
}

void marks_collect(struct arena *a, struct marks *ret)
{
    *ret = (struct marks){ .a = a };
    code_scan_marks(ret);
    code_message_marks(ret);
    stray_message_marks(ret);
    stray_chain_marks(ret);
    stray_stack_marks(ret);
    stray_virtuozzo_marks(ret);
    kernel_message_marks(ret);
    kernel_host_marks(ret);
    kernel_clock_marks(ret);
}
