/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decode: bytes -> valid UTF-8 without BOM and NUL. What the bytes are is decided on the head, and
 * once more where the first byte above 127 stands when the head has none. Streamed in blocks of
 * LIMIT_BLOCK; the usual case, ASCII and UTF-8, is checked where it lies and not copied.
 *
 *   BOM, or zeros in every other byte      UTF-16, either end first; U+FEFF taken off
 *   `.encoding = "GBK"`, <?xml encoding=   as declared, if the bytes agree
 *   valid UTF-8, or nearly                 as it is; what is not valid becomes U+FFFD
 *   other bytes above 127                  a code page, guessed (guess.c)
 *   runs of NUL                            one line feed (records of kmsg), nothing at the end
 *   control bytes                          binary: no text at all
 */
#pragma once

#include "codepage.h"
#include "text.h"

enum text_form { TEXT_UTF8, TEXT_UTF16LE, TEXT_UTF16BE, TEXT_PAGE, TEXT_BINARY };

struct decode_choice {
    enum text_form form;
    const struct codepage *page;     /* of TEXT_PAGE */
    const struct codepage *declared; /* what the text says of itself; NULL if it does not */
    size_t bom;                      /* bytes of it */
    bool decided;                    /* the head had bytes above 127 */
};

/* whole: head is the whole member. */
struct decode_choice decode_choose(str head, bool whole);
/* "utf-8", "utf-16le", "windows-1252"; "" for binary */
const char *decode_name(const struct decode_choice *choice);

struct decode {
    struct text_source source; /* first: read text from it */
    struct text_source *raw;
    struct decode_choice choice;
    struct codepage_state page;
    bool begun, ended; /* the BOM is behind; raw is at its end */
    bool nul;          /* a run of NUL, not yet made a line feed */
    char last;         /* byte that was given last */
    char *pending;     /* raw bytes that need more than a look */
    size_t at, end;
    char spill[32]; /* for readers with hardly any room */
    size_t spill_at, spill_n;
    uint64_t bad, nuls; /* sequences replaced, NUL bytes dropped */
};

/* One decode serves many members, one after the other: begin, read, end; destroy at last. */
void decode_begin(struct decode *d, struct text_source *raw, struct decode_choice choice);
void decode_end(struct decode *d);
void decode_destroy(struct decode *d);
/* Whether the text so far is its bytes, from the first on. */
bool decode_verbatim(const struct decode *d);
