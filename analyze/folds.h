/* SPDX-License-Identifier: Apache-2.0 */
/*
 * folds: facts that are said again, by key. Each member folds its own; what it kept is folded once
 * more with what the members before it kept. So a case comes out the same whether its members are
 * read one after the other or side by side.
 */
#pragma once

#include "fact.h"

struct fold {
    uint64_t key;
    struct fact *last; /* the newest kept one; carries what is only counted */
    uint32_t kept;
};

struct folds {
    struct fold *rows; /* open addressing, power of two */
    size_t n, size;
};

void folds_clear(struct folds *f); /* for the next member */
void folds_finish(struct folds *f);
/* Never NULL; a new one has kept 0. Pointers die with the next call. */
struct fold *folds_find(struct folds *f, uint64_t key);

/* 0 = never folded. */
uint64_t fold_key(const struct fact *fact);
/* Counts fact into kept. */
void fold_again(struct fact *kept, const struct fact *fact);
/* The report that a fact is part of, by the field of that name; 0 = none. */
int64_t fold_report(const struct fact *fact);
