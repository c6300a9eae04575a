/* SPDX-License-Identifier: Apache-2.0 */
/* explain_words: words of the command line, taken one after the other. */
#pragma once

#include "explain_parts.h"

struct words {
    const str *p;
    size_t n, at;
};

str words_peek(const struct words *w);
bool words_take(struct words *w, const char *word); /* whatever its case */
/* A word without the brackets and commas around it. */
str words_bare(str word);
/* "137", "0x89", "(137)", "137," */
bool words_number(struct words *w, struct number *ret);
bool words_small(struct words *w, uint32_t *ret); /* the same, of 32 bits */
/* A kernel's release, with or without "kernel" before it; absent when none stands there. */
str words_release(struct words *w);

/* A phrase that begins with a word that says what follows. How many words it takes; 0 = none. */
size_t explain_keyword(struct explain *e, const str *words, size_t n);
