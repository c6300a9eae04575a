/* SPDX-License-Identifier: Apache-2.0 */
/* case_jobs: workers that read the files of a bundle side by side, for case.c. */
#pragma once

#include "builder.h"

/*
 * Lets `workers` processes read the files of the paths. When it returns, b->jobs holds what they
 * read; it is NULL when that was not worth it or not possible, and then all is as before.
 */
void jobs_start(struct builder *b, const char *const *paths, size_t npaths, unsigned workers);
/* The walk has come to a file of that name: true when a worker read it, and then it is taken into
 * the case. */
bool jobs_take(struct builder *b, const char *name);
void jobs_finish(struct builder *b);
