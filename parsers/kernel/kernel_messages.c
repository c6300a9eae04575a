/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel_messages: literal -> class, and what a message speaks of. The literals are
 * rules/tables/kernel_messages.tsv.
 *
 *     nf_conntrack: table full, dropping packet                   conntrack-full
 *     INFO: task nfsd:3312 blocked for more than 120 seconds.     hung-task, object nfsd
 *
 * Literals are at least seven bytes long: the filter looks at every fourth place of the text, and
 * one of four windows of a literal that long lies there.
 */
#include "kernel_messages.h"

#include <string.h>

#include "kernel_looks.h"

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

static uint32_t window_hash(const char *p)
{
    uint32_t word;

    memcpy(&word, p, sizeof(word));
    return (word * 0x9e3779b1u) >> 16;
}

void messages_init(struct message_scan *scan)
{
    memset(scan, 0, sizeof(*scan));
    for (uint16_t row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
        for (uint8_t offset = 0; offset < 4; offset++) {
            uint32_t hash = window_hash(rows[row].literal.p + offset);
            unsigned entry = scan->nentries++;

            scan->map[hash >> 6] |= 1ull << (hash & 63);
            scan->entries[entry].row = row;
            scan->entries[entry].offset = offset;
            scan->entries[entry].next = scan->heads[hash % SCAN_SLOTS];
            scan->heads[hash % SCAN_SLOTS] = (uint16_t)(entry + 1);
        }
    }
}

static unsigned best_at(
        const struct message_scan *scan, str text, size_t at, uint32_t hash, unsigned best)
{
    for (unsigned e = scan->heads[hash % SCAN_SLOTS]; e != 0; e = scan->entries[e - 1].next) {
        unsigned row = scan->entries[e - 1].row;
        size_t offset = scan->entries[e - 1].offset;

        if (row < best && at >= offset &&
                str_starts(str_from(text, at - offset), rows[row].literal))
            best = row;
    }
    return best;
}

const struct message_row *messages_find(const struct message_scan *scan, str text)
{
    const unsigned none = sizeof(rows) / sizeof(rows[0]);
    unsigned best = none;

    for (size_t i = 0; i + 4 <= text.n; i += 4) {
        uint32_t hash = window_hash(text.p + i);

        if ((scan->map[hash >> 6] >> (hash & 63) & 1) != 0)
            best = best_at(scan, text, i, hash, best);
    }
    return best != none ? &rows[best] : NULL;
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

bool message_of_program(struct parse *in, const struct message_scan *scan, const struct kmsg *m)
{
    const struct message_row *row = messages_find(scan, m->text);

    return row != NULL && row->program && emit_found(in, m, row);
}
