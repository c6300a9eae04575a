/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain: every reading of what a log or a colleague may throw at you: an error code in any
 * spelling, a pool tag, an event, an exit code, a GFP mask, a bug check with its parameters, a whole
 * line. Most likely reading first, each with who would have to say it, what it means, what usually
 * causes it, what to do, and the rules that speak of it.
 */
#pragma once

#include "rule_index.h"
#include "tables.h"

/* How likely a reading is. What our own tables speak of is what people ask about. */
enum rank {
    RANK_GIVEN = 100,  /* the words say themselves what it is */
    RANK_CERTAIN = 90, /* nothing else looks so */
    RANK_LIKELY = 75,
    RANK_MIDDLE = 60,
    RANK_POSSIBLE = 45,
    RANK_UNLIKELY = 30, /* only where its own program says it */
    RANK_SEARCH = 10,   /* holds the words somewhere */
    RANK_OURS = 20,     /* added where our tables explain a code */
};

/* What a reading says beside its texts: a parameter, a flag, a part of a number. */
struct detail {
    const char *label; /* "P1", "zone" */
    str text;
};

struct reading {
    int rank;
    const char *sort; /* "code", "bugcheck", "tag", "event", "message", "exit" ... */
    str id;           /* "win32:1450", "TPLA", "Srv/2019" */
    str name;         /* "ERROR_NO_SYSTEM_RESOURCES"; owner of a tag */
    str context;      /* who says it, if it is this */
    str meaning, isnot, normal, cause, leaks, advice, written, confidence, source;
    const struct detail *details;
    size_t ndetails;
    const str *rules; /* ids */
    size_t nrules;
    const str *see; /* words to ask for next */
    size_t nsee;
};

struct explained {
    str text;                 /* the words it is about */
    bool line;                /* read as a line of a log */
    struct reading *readings; /* most likely first */
    size_t n, size;
    const str *near; /* names that look like it, where nothing is known */
    size_t nnear;
};

/* Where rules come from: the built-in ones are not loaded for it. */
struct rule_source {
    const struct rule_index *index;
    const struct ruleset *rules; /* NULL = the built-in ones */
};

/*
 * The next thing among words[0, n): a code, a phrase ("exit 137", "0xC2 0x7 ..."), or a line that was
 * pasted without quotes. Returns how many words it took, one or more. Texts live in the arena.
 */
size_t explain_next(struct arena *a, const struct rule_source *source, const str *words, size_t n,
        struct explained *ret);
