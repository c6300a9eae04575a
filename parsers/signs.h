/* SPDX-License-Identifier: Apache-2.0 */
/*
 * signs: which parsers need not be asked to bid. Most formats show a heading or a word that every head they
 * bid for holds; one scan finds those of all formats at once, and who has none of its own there is passed
 * over. It saves time only: the bids are the same (tests/unit/test_signs.c, and an assertion in parser_choose).
 */
#pragma once

#include "str.h"

/* What parsers name their signs to. */
struct signs;

/* Each of them has a bit. */
enum { PARSERS_MOST = 64 };

/* A literal of SCAN_SHORTEST bytes or more; letters A-Z stand for either case. */
void signs_add(struct signs *to, str literal);
/* Of each of n rows of `each` bytes the str with which it begins, up to one that is empty. */
void signs_add_rows(struct signs *to, const void *rows, size_t n, size_t each);
#define SIGNS_ADD(to, table)                                                                       \
    signs_add_rows((to), (table), sizeof(table) / sizeof((table)[0]), sizeof((table)[0]))

/* Bit i: a sign of parsers[i] stands in the head, or it names none. */
uint64_t signs_look(str head);
/* The same, once enough was looked through to pay for the scanner: all bits before. With assertions always, so
 * that whatever is read then checks what the parsers promise. */
uint64_t signs_look_if_worth(str head);
