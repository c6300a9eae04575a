/* SPDX-License-Identifier: Apache-2.0 */
/* walk: one run over a bundle; shared by bundle.c (paths), container.c (archives), leaf.c. */
#pragma once

#include "bundle.h"
#include "decode.h"
#include "limits.h"
#include "section.h"
#include "stream.h"

struct walk {
    const struct bundle_ops *ops;
    void *ctx;
    size_t members;
    uint64_t bytes; /* read of leaves of the disk, or unpacked */
    size_t held;    /* archives in memory, because one must seek in them */
    bool stopped;   /* a cap of the case bit: nothing more is read */
    struct decode decode;
    char *head; /* LIMIT_SNIFF bytes decoded */
    size_t path_n;
    char path[LIMIT_PATH];
};

/* Where a stream lies. */
struct place {
    struct layer *layer;
    unsigned depth;  /* archives around it */
    unsigned packed; /* compressed files directly around it */
    int64_t mtime;
    uint64_t size; /* as claimed, 0 = not */
    bool shut;     /* an archive that could not be entered: never text */
};

/* One member while it is read. */
struct leaf {
    struct text_source raw; /* first: member_drain gets here by it */
    struct text_source text;
    struct walk *w;
    struct stream *s;          /* NULL for a section */
    struct sections *sections; /* the text that a section is of */
    struct member member;
    bool text_read;
    bool entered; /* its sections are the members: nobody taps its bytes */
};

/* Counts a member in; false when there were too many (told). */
bool leaf_number(struct walk *w, struct member *m);
/* The sections of a text as members. */
void walk_sections(struct walk *w, struct leaf *whole, enum section_form form);

/* A leaf, or whatever is in it. */
void walk_stream(struct walk *w, struct stream *s, struct place place);
void walk_leaf(struct walk *w, struct stream *s, struct place place);

/* Adds sep and name to the path; false when that is too long (told). Undo with path_cut. */
bool path_add(struct walk *w, char sep, str name, size_t *ret_mark);
void path_cut(struct walk *w, size_t mark);

void tell(struct walk *w, enum diag_level level, const char *code, const char *detail);
/* Tells what went wrong with s, once. */
void tell_trouble(struct walk *w, struct trouble *trouble, uint32_t member);
