/* SPDX-License-Identifier: Apache-2.0 */
#include "watermark.h"

#include "fields.h"

/* More than any kernel has, little enough that pages and bytes of all lists fit an int64_t. */
enum { ORDERS = 20, COUNT_MAX = 1 << 24 };

enum zone_type zone_type(str name)
{
    static const str names[ZONE_TYPES] = {
        [ZONE_TYPE_DMA] = STR_INIT("DMA"),
        [ZONE_TYPE_DMA32] = STR_INIT("DMA32"),
        [ZONE_TYPE_NORMAL] = STR_INIT("Normal"),
        [ZONE_TYPE_HIGHMEM] = STR_INIT("HighMem"),
        [ZONE_TYPE_MOVABLE] = STR_INIT("Movable"),
        [ZONE_TYPE_DEVICE] = STR_INIT("Device"),
    };
    size_t i = 0;

    while (i < ZONE_TYPES && !str_eq(names[i], name))
        i++;
    return (enum zone_type)i;
}

/* Where the log does not name the kernel, the mask tells: 4.4 moved every reclaim bit up, 5.1 put
 * two of them at 0x400 and 0x800. */
static bool mask_looks_old(int64_t mode)
{
    return mode < 0x400000 && (mode & 0xc00) == 0;
}

static void set_version(struct request *q, str kernel, int64_t mode, bool mode_known)
{
    int major, minor;

    if (kernel_version(kernel, &major, &minor)) {
        q->old = !version_at_least(major, minor, 4, 4);
        q->no_cma_rule = !version_at_least(major, minor, 3, 7);
        if (!version_at_least(major, minor, 2, 7))
            q->no_reserves = false; /* the exception came late in 2.6 */
    } else {
        q->old = mode_known && mask_looks_old(mode);
    }
}

int64_t page_size(const struct kernel_report *r)
{
    int64_t size = int_or(first_of(r->memories), KERNEL_MEMORY_PAGE_SIZE, 4096);

    return size >= 1024 && size <= 256 * 1024 ? size : 4096;
}

bool request_of(const struct kernel_report *r, const struct fact *head, struct request *ret)
{
    bool oom = head->kind == &kind_KERNEL_OOM;
    size_t order = oom ? KERNEL_OOM_ORDER : KERNEL_ALLOC_FAILURE_ORDER;
    size_t zone = oom ? KERNEL_OOM_ZONE : KERNEL_ALLOC_FAILURE_ZONE;
    size_t mode = oom ? KERNEL_OOM_MODE : KERNEL_ALLOC_FAILURE_MODE;
    size_t sleep = oom ? KERNEL_OOM_CAN_SLEEP : KERNEL_ALLOC_FAILURE_CAN_SLEEP;
    size_t atomic = oom ? KERNEL_OOM_ATOMIC : KERNEL_ALLOC_FAILURE_ATOMIC;
    size_t movable = oom ? KERNEL_OOM_MOVABLE : KERNEL_ALLOC_FAILURE_MOVABLE;
    str flags = text_of(head, oom ? KERNEL_OOM_FLAGS : KERNEL_ALLOC_FAILURE_FLAGS);
    int64_t asked = int_or(head, order, 0);
    struct request q = {
        .order = asked > 0 && asked < 32 ? (int)asked : 0,
        .oom = oom,
        .can_sleep = bool_or(head, sleep, true),
        .atomic = bool_or(head, atomic, false),
        .movable = bool_or(head, movable, false),
        .no_reserves = has_word(flags, '|', STR("__GFP_NOMEMALLOC")),
        .page = page_size(r),
        .mems_allowed =
                text_of(head, oom ? KERNEL_OOM_MEMS_ALLOWED : KERNEL_ALLOC_FAILURE_MEMS_ALLOWED),
        .nodemask = oom ? text_of(head, KERNEL_OOM_NODEMASK) : (str){ NULL, 0 },
    };

    q.high = q.atomic || has_word(flags, '|', STR("__GFP_HIGH")) ||
             has_word(flags, '|', STR("GFP_ATOMIC"));
    q.highest = zone_type(text_of(head, zone));
    set_version(&q, text_of(head, oom ? KERNEL_OOM_KERNEL : KERNEL_ALLOC_FAILURE_KERNEL),
            int_or(head, mode, 0), has(head, mode));
    if (q.highest == ZONE_TYPES)
        q.highest = ZONE_TYPE_NORMAL;
    *ret = q;
    return has(head, order) && has(head, zone);
}

static size_t count_words(str s)
{
    size_t n = 0;
    str word;

    while (str_word(&s, &word))
        n++;
    return n;
}

static size_t add_types(struct zone_layout *layout, const enum zone_type *types, size_t n)
{
    for (size_t i = 0; i < n; i++)
        layout->types[i] = types[i];
    return n;
}

/*
 * The list is as long as the kernel has zone types, but does not name them. What tells them apart:
 * the zones that are printed (from 6.1 on only those open to the request, hence the high memory
 * count), and the length.
 */
struct zone_layout zone_layout_of(const struct kernel_report *r)
{
    struct zone_layout layout = { 0 };
    bool seen[ZONE_TYPES + 1] = { false };
    size_t n = 0;

    for (size_t i = 0; i < r->zones.n; i++) {
        size_t words = count_words(text_of(r->zones.facts[i], KERNEL_ZONE_PROTECTION));

        seen[zone_type(text_of(r->zones.facts[i], KERNEL_ZONE_ZONE))] = true;
        n = words > n ? words : n;
    }
    layout.high = seen[ZONE_TYPE_HIGHMEM] ||
                  (!seen[ZONE_TYPE_MOVABLE] && !seen[ZONE_TYPE_DMA32] &&
                          int_or(first_of(r->memories), KERNEL_MEMORY_HIGHMEM, 0) > 0);
    n = n < ZONE_TYPES ? n : ZONE_TYPES;
    if (layout.high && seen[ZONE_TYPE_DMA32])
        layout.n = add_types(&layout,
                (const enum zone_type[]){ ZONE_TYPE_DMA, ZONE_TYPE_DMA32, ZONE_TYPE_NORMAL,
                        ZONE_TYPE_HIGHMEM, ZONE_TYPE_MOVABLE },
                n < 5 ? n : 5);
    else if (layout.high && (n >= 4 || seen[ZONE_TYPE_DMA]))
        layout.n = add_types(&layout,
                (const enum zone_type[]){ ZONE_TYPE_DMA, ZONE_TYPE_NORMAL, ZONE_TYPE_HIGHMEM,
                        ZONE_TYPE_MOVABLE, ZONE_TYPE_DEVICE },
                n < 5 ? n : 5);
    else if (layout.high)
        layout.n = add_types(&layout,
                (const enum zone_type[]){ ZONE_TYPE_NORMAL, ZONE_TYPE_HIGHMEM, ZONE_TYPE_MOVABLE },
                n < 3 ? n : 3);
    else if (n >= 5 || (n == 4 && (seen[ZONE_TYPE_DMA] || !seen[ZONE_TYPE_DMA32])) ||
             (n == 3 && seen[ZONE_TYPE_DMA] && seen[ZONE_TYPE_DMA32]))
        layout.n = add_types(&layout,
                (const enum zone_type[]){ ZONE_TYPE_DMA, ZONE_TYPE_DMA32, ZONE_TYPE_NORMAL,
                        ZONE_TYPE_MOVABLE, ZONE_TYPE_DEVICE },
                n < 5 ? n : 5);
    else if (n >= 3)
        layout.n = add_types(&layout,
                (const enum zone_type[]){ seen[ZONE_TYPE_DMA32] ? ZONE_TYPE_DMA32 : ZONE_TYPE_DMA,
                        ZONE_TYPE_NORMAL, ZONE_TYPE_MOVABLE, ZONE_TYPE_DEVICE },
                n);
    else
        layout.n = add_types(&layout,
                (const enum zone_type[]){ seen[ZONE_TYPE_NORMAL] ? ZONE_TYPE_NORMAL : ZONE_TYPE_DMA,
                        ZONE_TYPE_MOVABLE },
                n);
    return layout;
}

/* Reserve that the zone keeps from requests that could go higher, in pages. */
static int64_t reserve_of(const struct zone_layout *layout, enum zone_type highest, str protection)
{
    int64_t reserve = 0;
    str word;

    for (size_t i = 0; i < layout->n && layout->types[i] <= highest; i++) {
        uint64_t pages;

        if (!str_word(&protection, &word))
            break;
        reserve = str_u64(word, &pages) && pages < 1ull << 36 ? (int64_t)pages : 0;
    }
    return reserve;
}

/* One entry of the free lists: blocks and who may use them. No letters = not told: anybody. */
struct blocks {
    int64_t n;
    bool anybody, cma, highatomic;
};

static bool next_blocks(str *buddy, struct blocks *ret)
{
    struct blocks b = { 0 };
    uint64_t n;
    str word;

    if (!str_word(buddy, &word))
        return false;
    if (str_take_u64(&word, &n))
        b.n = n < COUNT_MAX ? (int64_t)n : COUNT_MAX;
    if (!str_take_char(&word, ':'))
        b.anybody = true;
    for (size_t i = 0; i < word.n; i++) {
        b.cma = b.cma || word.p[i] == 'C';
        b.highatomic = b.highatomic || word.p[i] == 'H';
        b.anybody = b.anybody || word.p[i] == 'U' || word.p[i] == 'M' || word.p[i] == 'E' ||
                    word.p[i] == 'R';
    }
    *ret = b;
    return true;
}

static bool may_use(const struct request *q, const struct blocks *b)
{
    return b->anybody || (b->cma && q->movable) || (b->highatomic && q->atomic);
}

/* Pages that stand only under H: kernels before 4.19 do not print their number. */
static int64_t only_highatomic(str buddy)
{
    struct blocks b;
    int64_t pages = 0;

    for (int order = 0; order < ORDERS && next_blocks(&buddy, &b); order++)
        if (b.highatomic && !b.anybody && !b.cma)
            pages += b.n << order;
    return pages;
}

/* All free pages of the lists; what a cut report has instead of "free:". */
static int64_t listed_pages(str buddy)
{
    struct blocks b;
    int64_t pages = 0;

    for (int order = 0; order < ORDERS && next_blocks(&buddy, &b); order++)
        pages += b.n << order;
    return pages;
}

static void count_blocks(const struct request *q, str buddy, struct zone_check *ret)
{
    struct blocks b;

    for (int order = 0; order < ORDERS && next_blocks(&buddy, &b); order++) {
        if (order < q->order)
            ret->small += b.n << order;
        else if (may_use(q, &b))
            ret->blocks += b.n;
    }
}

/* Up to 4.3: blocks that are too small are taken off one order after the other. */
static bool old_order_ok(const struct request *q, str buddy, int64_t usable, int64_t mark)
{
    struct blocks b;

    for (int order = 0; order < q->order && next_blocks(&buddy, &b); order++) {
        usable -= b.n << order;
        mark >>= 1;
        if (usable <= mark)
            return false;
    }
    return true;
}

static int64_t privileged(const struct request *q, int64_t mark)
{
    bool harder = q->old ? !q->can_sleep : q->atomic; /* from 4.4 on GFP_NOWAIT has no share */

    if (q->oom)
        return mark;
    if (q->high)
        mark -= mark / 2;
    if (harder && !q->no_reserves)
        mark -= mark / 4;
    return mark;
}

struct zone_check zone_check(
        const struct request *q, const struct zone_layout *layout, const struct fact *zone)
{
    str buddy = text_of(zone, KERNEL_ZONE_BUDDY);
    enum zone_type type = zone_type(text_of(zone, KERNEL_ZONE_ZONE));
    int64_t node = int_or(zone, KERNEL_ZONE_NODE, 0);
    int64_t page = q->page;
    struct zone_check r = {
        .zone = zone,
        .free = has(zone, KERNEL_ZONE_FREE) ? int_or(zone, KERNEL_ZONE_FREE, 0) / page
                                            : listed_pages(buddy),
        .base = int_or(zone, q->oom ? KERNEL_ZONE_HIGH : KERNEL_ZONE_MIN, 0) / page,
        .known = has(zone, KERNEL_ZONE_FREE) &&
                 has(zone, q->oom ? KERNEL_ZONE_HIGH : KERNEL_ZONE_MIN),
        .boost = int_or(zone, KERNEL_ZONE_BOOST, 0) / page,
        .cma = int_or(zone, KERNEL_ZONE_FREE_CMA, 0) / page,
    };

    r.highatomic = int_or(zone,
                           has(zone, KERNEL_ZONE_FREE_HIGHATOMIC) ? KERNEL_ZONE_FREE_HIGHATOMIC
                                                                  : KERNEL_ZONE_RESERVED_HIGHATOMIC,
                           only_highatomic(buddy) * page) /
                   page;
    /* A caller that cannot wait is let out of its cpuset, not out of its memory policy. */
    r.node_ok =
            node_allowed(q->nodemask, node) && (q->atomic || node_allowed(q->mems_allowed, node));
    r.eligible = type <= q->highest && type < ZONE_TYPE_DEVICE && r.node_ok &&
                 int_or(zone, KERNEL_ZONE_MANAGED, int_or(zone, KERNEL_ZONE_PRESENT, 1)) > 0;
    r.mark = privileged(q, r.base);
    r.reserve = reserve_of(layout, q->highest, text_of(zone, KERNEL_ZONE_PROTECTION));
    r.usable = r.free - ((int64_t)1 << q->order) + 1;
    if (!q->old && !q->atomic)
        r.usable -= r.highatomic;
    if (!q->no_cma_rule && !q->movable)
        r.usable -= r.cma;
    count_blocks(q, buddy, &r);
    r.mark_ok = !r.known || r.usable > r.mark + r.reserve;
    r.ok = r.mark_ok;
    if (r.ok && q->order > 0 && buddy.n != 0)
        r.ok = q->old ? old_order_ok(q, buddy, r.usable, r.mark) : r.blocks > 0;
    return r;
}
