/* SPDX-License-Identifier: Apache-2.0 */
/*
 * code_tables: what rules/tables/make_codes.py makes of the tables of codes and messages. Rows of
 * codes are sorted by family and number.
 */
#pragma once

#include "code.h"
#include "literal.h"

struct code_row {
    uint8_t family; /* enum code_family */
    uint32_t number;
    uint32_t name, meaning, class; /* where they begin in code_blob; 0 = none */
};

struct code_message {
    uint8_t family;
    uint32_t number;
    bool symbol; /* a name: is as good as a number */
};

extern const struct code_row code_rows[];
extern const size_t code_nrows;
extern const char code_blob[];
extern const struct literal code_literals[]; /* id = index into code_messages */
extern const struct code_message code_messages[];
extern const size_t code_nmessages;

/* One wording of something that programs say about a resource. */
struct log_wording {
    uint16_t class;        /* index into log_classes */
    const char *component; /* NULL = told from the rest of the line */
    const char *also;      /* stands in the line as well; "" = nothing else need */
};
extern const struct literal log_literals[]; /* id = index into log_wordings */
extern const struct log_wording log_wordings[];
extern const size_t log_nwordings;
extern const char *const log_classes[];
/* The first wording that stands in the text from there on; NULL. */
const struct log_wording *log_wording_find(str text, size_t from, struct literal_hit *ret);

/* What vzctl's exit status means: two generations give some numbers two meanings. */
struct vzctl_exit {
    uint8_t vz7; /* 1 = libvzctl, 0 = before it */
    uint8_t code;
    const char *name, *meaning;
};
extern const struct vzctl_exit vzctl_exits[]; /* ends with a row without name */
/* The row of this generation, or of the other where only that one has the number; NULL. */
const struct vzctl_exit *vzctl_exit_find(unsigned code, bool vz7);

/* A resource of /proc/user_beancounters. */
struct beancounter {
    str name;
    uint16_t unit; /* bytes that one of it counts; 0 = a count */
};
extern const struct beancounter beancounters[]; /* ends with a row without name */

/* The Win32 codes that a weak word is enough for; false behind the last. */
bool code_distinctive(size_t index, uint64_t *ret);

/* A message text that stands in a text. */
struct message_hit {
    size_t begin, end;
    struct code code;
    bool symbol;
};

/* The first known message that begins in t[from, to). */
bool message_find(str t, size_t from, size_t to, struct message_hit *ret);
/* The known message that begins at this very place. */
bool message_at(str t, size_t at, struct message_hit *ret);
/* Codes with one message are one family: 1450, 1451 and 1452; 10055 and ENOBUFS. */
uint32_t message_family(struct code code);
