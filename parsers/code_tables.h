/* SPDX-License-Identifier: Apache-2.0 */
/*
 * code_tables: what rules/tables/make_codes.py makes of codes.tsv and messages.tsv. Rows are sorted
 * by family and number.
 */
#pragma once

#include "code.h"
#include "literal.h"

struct code_row {
    uint8_t family; /* enum code_family */
    uint32_t number;
    const char *name;    /* NULL = none */
    const char *meaning; /* our own words, NULL = none */
};

struct code_message {
    uint8_t family;
    uint32_t number;
    bool symbol; /* a name: is as good as a number */
};

extern const struct code_row code_rows[];
extern const size_t code_nrows;
extern const struct literal code_literals[]; /* id = index into code_messages */
extern const struct code_message code_messages[];
extern const size_t code_nmessages;

/* What vzctl's exit status means: two generations give some numbers two meanings. */
struct vzctl_exit {
    uint8_t vz7; /* 1 = libvzctl, 0 = before it */
    uint8_t code;
    const char *name, *meaning;
};
extern const struct vzctl_exit vzctl_exits[]; /* ends with a row without name */
/* The row of this generation, or of the other where only that one has the number; NULL. */
const struct vzctl_exit *vzctl_exit_find(unsigned code, bool vz7);

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
