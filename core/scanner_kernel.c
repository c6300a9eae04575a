/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scanner_kernel: which filter this machine takes. The speed of gather differs a lot between processors:
 * so the first use measures it. That decides nothing but speed, since all kernels let pass what must be.
 */
#include <time.h>

#include "scanner_parts.h"

#ifdef __x86_64__
/* Nanoseconds for one stripe of bytes that no log holds more varied, through an empty map. */
static int64_t measure(
        const struct scan_kernel *kernel, const struct scan_plan *plan, const char *text)
{
    static struct scan_group groups[SCAN_STRIPE / 32 + 1];
    int64_t best = INT64_MAX;

    for (int i = 0; i < 4; i++) {
        struct timespec began, ended;
        int64_t took;

        (void)clock_gettime(CLOCK_MONOTONIC, &began);
        (void)kernel->grams[0](plan, text, 0, SCAN_STRIPE, groups);
        (void)clock_gettime(CLOCK_MONOTONIC, &ended);
        took = (ended.tv_sec - began.tv_sec) * 1000000000 + (ended.tv_nsec - began.tv_nsec);
        best = took < best ? took : best;
    }
    return best;
}

bool scan_kernel_runs(const struct scan_kernel *kernel)
{
    if (kernel == &scan_kernel_plain)
        return true;
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("bmi") ||
            !__builtin_cpu_supports("popcnt"))
        return false;
    return kernel == &scan_kernel_avx2 || kernel == &scan_kernel_avx2_loads ||
           (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi"));
}

/* What is not the filter is faster with the widest vectors there are. */
static const struct scan_kernel *wider(bool gather)
{
    if (scan_kernel_runs(&scan_kernel_avx512))
        return gather ? &scan_kernel_avx512 : &scan_kernel_avx512_loads;
    return gather ? &scan_kernel_avx2 : &scan_kernel_avx2_loads;
}

const struct scan_kernel *scan_kernel_best(void)
{
    static const struct scan_kernel *best;
    static uint32_t map[(1u << SCAN_MAP) / 32];
    static char text[SCAN_STRIPE + 3];
    const struct scan_plan plan = { .bits = SCAN_MAP, .map = map };
    int64_t plain, gather, loads;
    uint32_t random = 1;

    if (best != NULL)
        return best;
    best = &scan_kernel_plain;
    if (!scan_kernel_runs(&scan_kernel_avx2))
        return best;
    for (size_t i = 0; i < sizeof(text); i++) {
        random = random * 1664525 + 1013904223;
        text[i] = (char)(random >> 24);
    }
    plain = measure(&scan_kernel_plain, &plan, text);
    gather = measure(&scan_kernel_avx2, &plan, text);
    loads = measure(&scan_kernel_avx2_loads, &plan, text);
    if (gather < plain || loads < plain)
        best = wider(gather <= loads);
    return best;
}

#else
bool scan_kernel_runs(const struct scan_kernel *kernel)
{
    return kernel == &scan_kernel_plain;
}

const struct scan_kernel *scan_kernel_best(void)
{
    return &scan_kernel_plain;
}
#endif

void scanner_prepare(void)
{
    (void)scan_kernel_best();
}
