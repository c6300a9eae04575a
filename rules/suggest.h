/* SPDX-License-Identifier: Apache-2.0 */
/* suggest: "did you mean": the candidate nearest to a misspelt name, if any is near enough. */
#pragma once

#include "str.h"

struct suggest {
    str name, best; /* best absent: nothing near */
    unsigned distance;
};

void suggest_init(struct suggest *s, str name);
void suggest_try(struct suggest *s, str candidate);
