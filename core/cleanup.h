/* SPDX-License-Identifier: Apache-2.0 */
/* cleanup: local resources that end with their scope, and the hand-over of one. */
#pragma once

#include <stdlib.h>

static inline void cleanup_free(void *p)
{
    free(*(void **)p);
}

#define AUTO_FREE __attribute__((cleanup(cleanup_free)))
