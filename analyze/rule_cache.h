/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rule_cache: rule sets kept compiled, so that a folder of rules is read and checked once. A set is
 * known by this program and by what the files of its folders are: names, sizes, times of change and
 * numbers. They stand in fathom/ below $XDG_CACHE_HOME (~/.cache) where that is there and nobody else's,
 * the newest few of them; whatever goes wrong, the rules are read as if there were none.
 */
#pragma once

#include "arena.h"
#include "ruleset.h"

struct rule_cache {
    str path;   /* of the file for this set; absent: not to be kept */
    bool fresh; /* some rule was changed just now: it may change again and look the same */
    const char *const *folders; /* borrowed */
    size_t n;
};

/* folders: in the order in which their packs are laid over each other. Lives in arena a. */
void rule_cache_find(struct rule_cache *ret, struct arena *a, const char *const *folders, size_t n);
/* The set as it was kept; NULL when it was not, or is no longer good. */
struct ruleset *rule_cache_open(const struct rule_cache *cache, const struct kind *const *kinds);
/* Nothing is kept when the folders are no longer what they were when they were found. */
void rule_cache_keep(const struct rule_cache *cache, const struct ruleset *rules);
