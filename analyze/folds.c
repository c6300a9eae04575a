/* SPDX-License-Identifier: Apache-2.0 */
#include "folds.h"

#include <stdlib.h>
#include <string.h>

#include "times.h"

enum { FIRST = 256, CLEARED = 4096 };

void folds_finish(struct folds *f)
{
    free(f->rows);
    *f = (struct folds){ 0 };
}

void folds_clear(struct folds *f)
{
    if (f->size > CLEARED)
        folds_finish(f);
    else if (f->n != 0)
        memset(f->rows, 0, f->size * sizeof(*f->rows));
    f->n = 0;
}

static size_t slot(const struct folds *f, uint64_t key)
{
    size_t at = key & (f->size - 1);

    while (f->rows[at].key != 0 && f->rows[at].key != key)
        at = (at + 1) & (f->size - 1);
    return at;
}

static void grow(struct folds *f)
{
    struct folds old = *f;

    f->size = old.size != 0 ? old.size * 2 : FIRST;
    f->rows = calloc(f->size, sizeof(*f->rows));
    if (f->rows == NULL)
        abort();
    for (size_t i = 0; i < old.size; i++) {
        if (old.rows[i].key != 0)
            f->rows[slot(f, old.rows[i].key)] = old.rows[i];
    }
    free(old.rows);
}

struct fold *folds_find(struct folds *f, uint64_t key)
{
    struct fold *fold;

    if (f->n * 2 >= f->size)
        grow(f);
    fold = &f->rows[slot(f, key)];
    if (fold->key == 0) {
        fold->key = key;
        f->n++;
    }
    return fold;
}

/*
 * Facts are said again only where their times mean the same: time since boot and dates without a year
 * are the member's own, and so is a host that is not known yet.
 */
uint64_t fold_key(const struct fact *fact)
{
    uint64_t key = fact_fold_key(fact);

    if (key == 0 || times_want_all(fact))
        return 0;
    if (fact->host.n == 0 || fact->when.basis == WHEN_MONOTONIC ||
            fact->when.basis == WHEN_YEARLESS)
        key = (key ^ fact->where.member) * 0x9e3779b97f4a7c15u;
    key += fact->when.basis;
    return key != 0 ? key : 1;
}

/* Rotated logs are read in the order of their names, not of their times. */
void fold_again(struct fact *kept, const struct fact *fact)
{
    kept->count += fact->count;
    if (when_cmp(fact->when, kept->when) < 0)
        kept->when = fact->when;
    if (when_cmp(fact->last, kept->last) > 0)
        kept->last = fact->last;
}

int64_t fold_report(const struct fact *fact)
{
    size_t at;

    if (kind_field(fact->kind, STR("report"), &at) == NULL || fact->values[at].type != VALUE_INT)
        return 0;
    return fact->values[at].i;
}
