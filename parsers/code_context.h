/* SPDX-License-Identifier: Apache-2.0 */
/*
 * code_context: what the words around a number say of it. Not for formats: code_scan.c asks.
 */
#pragma once

#include "str.h"

enum context {
    CONTEXT_NONE,
    CONTEXT_WEAK,     /* "error", "status": for distinctive numbers only */
    CONTEXT_STRONG,   /* "dwErr", "os error": any Win32 code */
    CONTEXT_ERRNO,    /* "errno" */
    CONTEXT_OS,       /* "os error" of Rust: Win32 or errno */
    CONTEXT_BUGCHECK, /* "STOP:", "BugCheck" */
};

struct around {
    enum context context;
    size_t begin; /* where the words of the context begin */
    str word;     /* the nearest word before the number, whatever it is */
};

enum {
    WORD_STRONG = 1u << 0,   /* before a number: any Win32 code */
    WORD_OWNER = 1u << 1,    /* whose error it is: "system error", "win32 error" */
    WORD_WEAK = 1u << 2,     /* before a number: a distinctive code */
    WORD_NEGATIVE = 1u << 3, /* before -12: an errno */
    WORD_UNIT = 1u << 4,     /* behind a number: a count of something */
    WORD_NO_CODE = 1u << 5,  /* whose code or status is no system code: "exit code" */
    WORD_SPECIAL = 1u << 6,  /* looked at with its neighbours */
    WORD_ANY_CONTEXT = WORD_STRONG | WORD_WEAK | WORD_SPECIAL,
};

/* The words that it knows, one after the other; false behind the last. */
bool context_word(size_t index, str *ret);
/* The flags of one word, whatever its case; 0 for most words. */
unsigned context_word_flags(str word);
/* What the words before t[i] say of the number that stands there. */
struct around context_before(str t, size_t i);
/* What may stand between such a word and its number. */
bool context_is_glue(char c);
/* What may stand between two such words, and how many of it; the longest word that is taken whole. */
enum { CONTEXT_BETWEEN = 4, CONTEXT_LONGEST = 40 };
bool context_is_between(char c);
