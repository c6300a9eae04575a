/* SPDX-License-Identifier: Apache-2.0 */
#include "heap.h"

#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#if defined(__GLIBC__) && defined(MADV_HUGEPAGE)

enum {
    PAGE_SMALL = 4096,
    PAGE_LARGE = 2 * 1024 * 1024,
    HEAP_FIRST = 2 * PAGE_LARGE, /* what a short run needs; what is not touched costs nothing */
};

void heap_begin(void)
{
    const uintptr_t end = (uintptr_t)sbrk(0);
    const uintptr_t large = (end + PAGE_SMALL + PAGE_LARGE - 1) & ~(uintptr_t)(PAGE_LARGE - 1);
    void *volatile first; /* so that it is allocated indeed, and the heap with it */

    /* Blocks up to this size come from the heap and go back to it, not to the kernel. */
    if (mallopt(M_TOP_PAD, HEAP_FIRST) == 0 || mallopt(M_TRIM_THRESHOLD, 2 * HEAP_FIRST) == 0 ||
            mallopt(M_MMAP_THRESHOLD, HEAP_FIRST) == 0)
        return;
    /* The heap's head is written to before the kernel can be told: it stands in front of the border. */
    if (sbrk((intptr_t)(large - PAGE_SMALL - end)) == (void *)-1)
        return;
    first = malloc(1);
    free(first);
    (void)madvise((void *)large, (size_t)((uintptr_t)sbrk(0) - large), MADV_HUGEPAGE);
}

#else

void heap_begin(void)
{
}

#endif
