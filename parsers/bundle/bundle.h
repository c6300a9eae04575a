/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bundle: what the customer sent, as members in a fixed order. Paths may be files, directories and
 * "-" (standard input); archives and compressed files inside are entered, nested too, streamed,
 * nothing is written to disk, links are never followed. Directories are walked in byte order of
 * their names. A text that holds what many commands and files showed is entered as well; its
 * sections keep the line numbers of the file, and their bytes as they are are those of the text.
 *
 * Hostile input is capped by core/limits.h; each cap that bites, and each member or rest of a
 * member that could not be read, is told as a diagnostic, and the walk goes on.
 */
#pragma once

#include "arena.h"
#include "diag.h"
#include "text.h"

struct member {
    uint32_t number; /* from 1, in walking order; 0 is the bundle itself */
    str path; /* "case.zip!logs/poolmon.txt"; never a path of this machine above the arguments */
    int64_t mtime; /* seconds since 1970 as its archive says; 0 = not known. A file on the disk has
                    * none: its time is when it was copied there */
    uint64_t size; /* unpacked size if known beforehand, else 0; may be a lie */
    bool binary;   /* not text: `text` gives raw bytes */
    const char *encoding;     /* "utf-8", "utf-16le", "windows-1252" ...; "" for binary */
    str head, raw_head;       /* up to LIMIT_SNIFF, decoded and as it is */
    struct text_source *text; /* decoded text from the start (raw bytes when binary) */
    struct text_source *raw;  /* the bytes as they are, from the start; use one of the two */
    uint32_t line;   /* number of its first line: 1, or where a section begins (section.h) */
    uint64_t offset; /* of its first byte in the text that it is a section of, else 0 */
    bool whole_file; /* it is a file of the disk */
    str host;        /* machine that the mark of the section names; may be absent */
    uint64_t bytes;  /* bytes as they are read so far; the whole size once a source is at its end */
};

/* What a walk through an archive came to. */
struct bundle_entries {
    size_t n;
    uint64_t unpacked; /* bytes of those that were not passed over */
    bool sound;        /* nothing stood in the way from one entry to the next */
};

struct bundle_ops {
    /* One leaf. Everything in *member dies when the call returns. A member need not be read. */
    void (*member)(void *ctx, struct member *member);
    /*
     * where.member is the number of the member concerned, and then it comes while that member is
     * read; 0 for the bundle: path says what of it.
     */
    void (*diag)(void *ctx, const struct diag *diag, str path);
    /* If given: each piece of the current member's bytes as they are, once and in order. */
    void (*tap)(void *ctx, str raw);
    /*
     * If given: a file of the disk comes next, by its name in the directory that `at` is open on.
     * False: it is passed over, and nothing in it counts. After one that was not, file_end.
     */
    bool (*file)(void *ctx, int at, const char *name);
    void (*file_end)(void *ctx);
    /*
     * If given: the next entry of an archive whose entries can be read in any order (a zip on the disk, not in
     * another archive), by its number from 0 and the size that the archive claims for it. False: it is passed over,
     * and nothing of it counts or is told.
     */
    bool (*entry)(void *ctx, size_t number, uint64_t size);
    /* Given with that: the end of such an archive. */
    void (*entries_end)(void *ctx, const struct bundle_entries *entries);
};

/*
 * Walks everything. *ret_name gets the case name (the last component of the first path, without its
 * directory), in arena a. Returns the number of leaf members seen. Paths that cannot be opened
 * become bundle.open diagnostics with the system's reason.
 */
size_t bundle_walk(struct arena *a, const char *const *paths, size_t npaths,
        const struct bundle_ops *ops, void *ctx, str *ret_name);

/* Reads what is left of the current member: then bytes is its size and the tap has seen it all. */
void member_drain(struct member *member);

/* Loads what a walk may need of the system (tables of code pages), before one locks oneself in. */
void bundle_prepare(void);
