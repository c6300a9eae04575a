/* SPDX-License-Identifier: Apache-2.0 */
#include "gfp.h"

enum {
    CAN_SLEEP = 1u << 0,
    HIGH = 1u << 1,
    MOVABLE = 1u << 2,
    HIGHMEM = 1u << 3,
    DMA = 1u << 4,
    DMA32 = 1u << 5,
};

/* Both of kernels before 4.4. */
enum { WAIT_BIT = 0x10, HIGH_BIT = 0x20 };

struct row {
    uint32_t from, to;
    uint32_t mask;
    str name;
};

/* Combined names first, those of most bits before the others; then single bits in table order. */
static const struct row table[] = {
#include "gfp_table.inc"
};

/* Only names that say something about sleeping, reserves or zones. */
static const struct {
    str name;
    unsigned properties;
} meanings[] = {
    { STR_INIT("__GFP_WAIT"), CAN_SLEEP },
    { STR_INIT("__GFP_DIRECT_RECLAIM"), CAN_SLEEP },
    { STR_INIT("__GFP_RECLAIM"), CAN_SLEEP },
    { STR_INIT("__GFP_HIGH"), HIGH },
    { STR_INIT("__GFP_MOVABLE"), MOVABLE },
    { STR_INIT("__GFP_HIGHMEM"), HIGHMEM },
    { STR_INIT("__GFP_DMA"), DMA },
    { STR_INIT("__GFP_DMA32"), DMA32 },
    { STR_INIT("GFP_DMA"), DMA },
    { STR_INIT("GFP_DMA32"), DMA32 },
    { STR_INIT("GFP_ATOMIC"), HIGH },
    { STR_INIT("GFP_NOIO"), CAN_SLEEP },
    { STR_INIT("GFP_NOFS"), CAN_SLEEP },
    { STR_INIT("GFP_KERNEL"), CAN_SLEEP },
    { STR_INIT("GFP_KERNEL_ACCOUNT"), CAN_SLEEP },
    { STR_INIT("GFP_TEMPORARY"), CAN_SLEEP },
    { STR_INIT("GFP_USER"), CAN_SLEEP },
    { STR_INIT("GFP_HIGHUSER"), CAN_SLEEP | HIGHMEM },
    { STR_INIT("GFP_HIGHUSER_MOVABLE"), CAN_SLEEP | HIGHMEM | MOVABLE },
    { STR_INIT("GFP_TRANSHUGE"), CAN_SLEEP | HIGHMEM | MOVABLE },
    { STR_INIT("GFP_TRANSHUGE_LIGHT"), HIGHMEM | MOVABLE },
};

uint32_t release_version(str release)
{
    uint64_t part[3] = { 0 };

    for (int i = 0; i < 3; i++) {
        if (!str_take_u64(&release, &part[i]) || part[i] > 100000)
            break;
        if (!str_take_char(&release, '.'))
            break;
    }
    if (part[0] < 2 || part[0] > 99 || part[1] > 255)
        return 0;
    return (uint32_t)(part[0] << 16 | part[1] << 8 | (part[2] < 255 ? part[2] : 255));
}

/* A kernel whose layout makes sense of the mask: told from the bits that only reclaim sets. */
static uint32_t guess_version(uint64_t mask)
{
    /* GFP_KERNEL 0xcc0, GFP_ATOMIC 0xa20, later 0x820. Below 4.4 0x800 is NOFAIL, which must wait
     * (0x10) and excludes 0x400. */
    if ((mask & 0x800) != 0 && ((mask & 0x400) != 0 || (mask & 0x10) == 0))
        return 6 << 16 | 4 << 8;
    if ((mask & 0x2000000) != 0)
        return 4 << 16 | 5 << 8;
    /* Below 4.4 whoever may wait sets 0x10; above, the high bits say so. */
    if ((mask & 0x1400000) == 0x1400000 || ((mask & 0x1000000) != 0 && (mask & 0x10) == 0))
        return 4 << 16 | 13 << 8;
    if ((mask & 0x400000) != 0 && (mask & 0x10) == 0)
        return 4 << 16 | 18 << 8;
    return 3 << 16 | 10 << 8;
}

static unsigned properties_of(str name)
{
    for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++) {
        if (str_eq(meanings[i].name, name))
            return meanings[i].properties;
    }
    return 0;
}

static str names_of(struct arena *a, uint64_t mask, uint32_t version)
{
    str names = { NULL, 0 };
    uint64_t whole = mask;

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]) && mask != 0; i++) {
        const struct row *row = &table[i];

        if (version < row->from || version > row->to || (mask & row->mask) != row->mask)
            continue;
        /* Before 4.4 GFP_ATOMIC was the bit __GFP_HIGH: beside __GFP_WAIT it says no more. */
        if (row->mask == HIGH_BIT && (whole & WAIT_BIT) != 0 && str_starts(row->name, STR("GFP_")))
            continue;
        mask &= ~(uint64_t)row->mask;
        names = arena_printf(
                a, "%.*s%s%.*s", STR_ARG(names), names.n != 0 ? "|" : "", STR_ARG(row->name));
    }
    if (mask != 0)
        names = arena_printf(a, "%.*s%s0x%llx", STR_ARG(names), names.n != 0 ? "|" : "",
                (unsigned long long)mask);
    return names;
}

static const char *highest_zone(unsigned properties, bool high_zones)
{
    if ((properties & DMA) != 0)
        return "DMA";
    if ((properties & DMA32) != 0)
        return "DMA32";
    if ((properties & (HIGHMEM | MOVABLE)) == (HIGHMEM | MOVABLE))
        return "Movable";
    return (properties & HIGHMEM) != 0 && high_zones ? "HighMem" : "Normal";
}

struct gfp gfp_decode(struct arena *a, uint64_t mask, str names, uint32_t version, bool high_zones)
{
    struct gfp gfp = { .flags = names };
    unsigned properties = 0;
    str rest;

    if (names.n == 0) {
        gfp.guessed = version == 0 && mask != 0;
        gfp.flags = names_of(a, mask, version != 0 ? version : guess_version(mask));
    }
    for (rest = gfp.flags; rest.n != 0;)
        properties |= properties_of(str_trim(str_cut(&rest, '|')));
    gfp.can_sleep = (properties & CAN_SLEEP) != 0;
    gfp.atomic = (properties & HIGH) != 0 && !gfp.can_sleep;
    gfp.movable = (properties & MOVABLE) != 0;
    gfp.highmem = (properties & HIGHMEM) != 0;
    gfp.zone = highest_zone(properties, high_zones);
    return gfp;
}

bool gfp_mask_of(str name, uint32_t version, uint64_t *ret)
{
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        const struct row *row = &table[i];

        if (version < row->from || version > row->to || !str_eq(row->name, name))
            continue;
        *ret = row->mask;
        return true;
    }
    return false;
}
