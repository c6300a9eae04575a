/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel_messages: literal -> class, and what a message speaks of. The literals are
 * rules/tables/kernel_messages.tsv.
 *
 *     nf_conntrack: table full, dropping packet                   conntrack-full
 *     INFO: task nfsd:3312 blocked for more than 120 seconds.     hung-task, object nfsd
 *
 * Literals are at least seven bytes long: a scanner then looks at every fourth place only.
 */
#include "kernel_messages.h"

#include "kernel_looks.h"
#include "marks.h"
#include "scanner.h"

struct message_row {
    str literal;
    const char *class; /* NULL = only a header */
    /* Fills in object and number; may change the class, or refuse by NULL. s begins behind the
     * literal. */
    void (*look)(str text, str s, struct found *found);
    int header;   /* enum header, -1 = none */
    bool program; /* said by programs, not by the kernel */
};

/* The first row that stands in a message counts. */
static const struct message_row rows[] = {
#include "kernel_rows.inc"
};

enum { NROWS = sizeof(rows) / sizeof(rows[0]) };

/* Made once for the life of the process. */
static const struct scan_plan *rows_plan(void)
{
    static const struct scan_plan *plan;
    static struct arena arena;
    struct scan_pattern patterns[NROWS];
    struct scan_set sets[NROWS];

    if (plan != NULL)
        return plan;
    for (uint32_t i = 0; i < NROWS; i++) {
        sets[i] = (struct scan_set){ &rows[i].literal, 1 };
        patterns[i] = (struct scan_pattern){ i, false, &sets[i], 1 };
    }
    arena_init(&arena, 0);
    plan = scan_plan_create(
            &arena, scanner_create(&arena, patterns, NROWS), (str){ NULL, 0 }, SCAN_MAP_LINES);
    return plan;
}

const struct message_row *messages_find(str text)
{
    uint32_t best = NROWS;
    struct scan scan;
    struct scan_hit hit;

    scan_begin(&scan, rows_plan(), text, 0);
    while (scan_next(&scan, &hit))
        best = hit.id < best ? hit.id : best;
    return best != NROWS ? &rows[best] : NULL;
}

bool message_header(const struct message_row *row, enum header *ret)
{
    if (row->header < 0)
        return false;
    *ret = (enum header)row->header;
    return true;
}

bool message_is_of_program(const struct message_row *row)
{
    return row->program;
}

static bool emit_found(struct parse *in, const struct kmsg *m, const struct message_row *row)
{
    struct found found = { .class = row->class, .number = INT64_MIN };
    struct value values[KERNEL_MESSAGE_NFIELDS] = { 0 };
    size_t at = str_find(m->text, row->literal);

    if (row->class == NULL || at == STR_NONE)
        return false;
    if (row->look != NULL)
        row->look(m->text, str_from(m->text, at + row->literal.n), &found);
    if (found.class == NULL)
        return false;
    if (!parse_wants_text(in, &kind_KERNEL_MESSAGE, KERNEL_MESSAGE_CLASS, str_z(found.class)))
        return true;
    values[KERNEL_MESSAGE_CLASS] = value_z(found.class);
    values[KERNEL_MESSAGE_TEXT] = value_text(str_slice(m->text, 0, 1024));
    values[KERNEL_MESSAGE_OBJECT] = value_text(found.object);
    if (found.number != INT64_MIN)
        values[KERNEL_MESSAGE_NUMBER] = value_int(found.number);
    if (m->prefix.priority >= 0)
        values[KERNEL_MESSAGE_PRIORITY] = value_int(m->prefix.priority);
    emit(in, &kind_KERNEL_MESSAGE, &m->line, m->when, values);
    if (str_eq(str_z(found.class), STR("messages-lost")))
        parse_diag(in, DIAG_NOTE, "kernel-log.lines-lost", &m->line,
                STR("lines are missing here: counts are lower bounds"));
    return true;
}

void message_emit(struct parse *in, const struct kmsg *m, const struct message_row *row)
{
    (void)emit_found(in, m, row);
}

bool message_of_program(struct parse *in, const struct kmsg *m)
{
    const struct message_row *row = messages_find(m->text);

    return row != NULL && row->program && emit_found(in, m, row);
}

void kernel_message_marks(struct marks *m)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        marks_add(m, rows[i].literal, NULL);
}
