/* SPDX-License-Identifier: Apache-2.0 */
/* page: what the parts of the text report share: its state, rows under labels, small texts. */
#pragma once

#include "blocks.h"
#include "layout.h"
#include "limits.h"
#include "places.h"

enum {
    MARGIN = 4,        /* of a block's title and summary */
    HANG = 14,         /* of what stands behind "because" */
    BECAUSE = 8,       /* evidence lines shown of a block's own */
    SHOWN_BY = 6,      /* of what it explains */
    SHOWN_BY_EACH = 3, /* of one explained finding */
    SAME_RULE = 4,     /* explained findings of one rule before the rest is counted */
    LISTED = 6,        /* rows of the sections below the findings */
    MOMENTS = 20,      /* rows of the timeline */
    NAMED = 5,         /* names in one row of such a section */
    TOLD = 64,         /* evidence rows of one block that are remembered */
    ALSO = 3,          /* further lines named behind a place */
    QUOTE_LINES = 3,
};

struct page {
    const struct report *r;
    const struct render_options *options;
    struct layout l;
    struct arena arena;
    struct blocks b;
    struct places places;
    const str **asked; /* asks that were printed already */
    size_t nasked;
    const struct evidence *told[TOLD]; /* evidence rows of this block */
    size_t ntold;
    bool first_row; /* of what stands below the findings */
};

/* A label, given once for the rows that stand under it. */
struct section {
    const char *label;
    unsigned indent, hang;
};

void page_row(struct page *t, struct section *s, str text, str right, unsigned most);
/* "1 host", "7 files" */
str page_plural(struct arena *a, uint64_t n, const char *noun);
/* "2012-03-04 02:11 UTC": a clock for people, to the minute; since boot to the second. */
str page_clock(struct arena *a, struct when when);
/* ", 14 times since 2012-03-04 02:11:40"; empty for once */
str page_repeats(struct arena *a, uint64_t count, struct when first);
/* Of the main evidence. */
str page_place(struct page *t, const struct finding *f);
/* False when this was asked for already: one thing is asked for once. */
bool page_ask(struct page *t, const str *ask);

/* Whether this line with these words stands in this block already; remembers it. */
bool page_told(struct page *t, const struct evidence *e);

static inline const struct finding *page_listed(
        const struct page *t, struct finding_list list, size_t at)
{
    return &t->b.findings[list.p[at]];
}

/* What hangs under a leader, and what it explains in other blocks; then guesses at the cause of it. */
void page_explains(struct page *t, size_t leader);
void page_perhaps(struct page *t, size_t leader);
/* False when the finding has none. */
bool page_table(struct page *t, const struct finding *f);
void page_remedy(struct page *t, size_t leader);
void page_asks(struct page *t, size_t leader);
/* What happened when, and how clocks were read. */
void page_timeline(struct page *t);
void page_clocks(struct page *t);
/* A section below the findings, behind an empty line. */
struct section page_section(struct page *t, const char *label);
/* What stands below the findings: ruled out, undecided, unknown, read, trouble. */
void page_below(struct page *t);
void page_nothing_found(struct page *t);
