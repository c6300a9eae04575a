/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reading: members of a bundle, one after the other: for each a format is chosen and run, and what
 * the rules want of it is kept, folded within the member. What becomes of a case's facts beyond the
 * member is case.c's.
 */
#pragma once

#include <nettle/sha2.h>

#include "case.h"
#include "case_need.h"
#include "folds.h"

/* What was read of one member. */
struct reading {
    struct source source;
    struct fact **facts; /* as they stand in it */
    const bool *lasting; /* parallel: it lies in the lasting arena; NULL: nothing of this lasts */
    size_t nfacts;
    uint64_t left_out;         /* facts outside --since and --until */
    uint64_t lines, snapshots; /* of a part of a member: ends of lines, and snapshots of events */
};

/* One of the parts that a large member is read in. */
struct member_part {
    const struct parser *parser;
    struct source *member;    /* as member_choose filled it in */
    struct text_source *text; /* of the part, as the parser wants it: bytes or text */
    uint64_t offset;          /* of the part in the member */
};

struct member_sink;

struct reading_list {
    struct fact **facts;
    bool *lasting;
    size_t n, size;
};

/* The state that serves one member after the other. */
struct member_reader {
    const struct case_options *options;
    struct arena scratch;  /* of one member's parser */
    struct arena *folding; /* facts that may be said again */
    struct arena *lasting; /* everything else that a reading points to */
    struct text text;
    struct folds folds;
    struct need_memo needs;
    struct reading_list kept;
    struct member_sink *current; /* of the member that is being read */
    struct sha256_ctx sha256;    /* of its bytes, if wanted */
    struct arena patterns;
    struct seeker *seeker; /* NULL: not made yet, or every line is read */
    bool seeker_made;
    struct ahead *ahead; /* where others help with long logs; NULL = nobody does */
};

/* folding and lasting may be the same arena. */
void member_reader_init(struct member_reader *r, const struct case_options *options,
        struct arena *folding, struct arena *lasting);
void member_reader_finish(struct member_reader *r);
/* Makes what all members share, before it is copied to workers. */
void member_reader_prepare(struct member_reader *r);
/* What it looks for in logs; NULL when it reads every line. */
const struct seeker *member_reader_seeker(struct member_reader *r);
/* Reads m. *ret is good until the next call; what lies in the lasting arena longer. */
void member_read(struct member_reader *r, struct member *m, struct reading *ret);
/* The format that m would be read in; all that is known of it before it is read goes to *ret. NULL: none. */
const struct parser *member_choose(struct member_reader *r, struct member *m, struct source *ret);
/*
 * Reads a part of a member. Lines are numbered and snapshots counted from its beginning, and facts of no host known
 * so far have none.
 */
void member_read_part(struct member_reader *r, const struct member_part *part, struct reading *ret);
/* A diagnostic of the bundle: true when it is of the member that is being read, and taken. */
bool member_reader_diag(struct member_reader *r, const struct diag *diag);
/* Bytes of the member that is being read, for its sum. */
void member_reader_tap(struct member_reader *r, str raw);
/* Adds one of a member's diagnostics; equal ones are counted. detail is copied to a. */
void source_diag(struct source *s, struct arena *a, const struct diag *diag);
enum { SOURCE_DIAGS_STEP = 4 }; /* room for them grows by */
size_t kind_total(void);
