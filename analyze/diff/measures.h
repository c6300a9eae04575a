/* SPDX-License-Identifier: Apache-2.0 */
/* measures: which figures are compared, and what each side says of them. Internal to rows.c. */
#pragma once

#include "parts.h"

enum how {
    HOW_LAST,    /* the last fact of that name counts */
    HOW_LISTING, /* the last listing counts: rows of one name are added up */
};

enum { NO_FIELD = UINT8_MAX, COUNT_ROWS = UINT8_MAX - 1 };

struct measure {
    const char *section; /* rows with the same one stand together */
    const struct kind *kind;
    enum how how;
    uint8_t keys[3]; /* fields whose texts make the name; NO_FIELD = none */
    uint8_t value;   /* COUNT_ROWS: how many rows; NO_FIELD: every field in bytes */
    const char *label;
    enum diff_unit unit;
    bool counter;
    bool (*takes)(const struct fact *fact);
};

extern const struct measure diff_measures[]; /* the last has no section */

/* The machine of every fact of either case; NULL = of none, or of many. */
struct fact_hosts {
    const struct diff_host **of_fact[2];
};

/* One figure of one side. */
struct figure {
    const struct diff_host *host;
    str name, text;
    double value;
    struct when when;
    uint64_t listing; /* member and snapshot */
    size_t order;
};

/* The figures of one measure on one side, sorted by host and name. */
struct figures {
    struct arena *arena;
    struct figure *list;
    size_t n, size;
};

struct figures diff_figures(const struct diff *d, const struct fact_hosts *h, enum diff_side side,
        const struct measure *m);
int diff_by_name(const struct figure *a, const struct figure *b);
/* Room for one more in an array of an arena. */
void *diff_bigger(struct arena *a, void *old, size_t each, size_t used, size_t *size);
