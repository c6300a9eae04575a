/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel_meminfo: the Mem-Info block of a report, 2.4 to 6.19.
 *
 *     active_anon:60744 inactive_anon:109226 isolated_anon:0               counters, in pages
 *     Node 0 active_anon:242976kB ... kernel_stack:9568kB all_unreclaimable? no
 *     Node 0 Normal free:12652kB boost:0kB min:14344kB low:19092kB ...     a zone
 *     lowmem_reserve[]: 0 15360 15360                                      of the zone before, pages
 *     Node 0 Normal: 3138*4kB (UME) 38*8kB (UM) 0*16kB ... = 12856kB       its free lists
 *     2046684 pages RAM
 *
 * Fields were only ever added or moved, so they are read as key:value pairs, never by place. The
 * first column of a free list is the page size.
 */
#include "kernel_report.h"
#include "limits.h"

#define NOTHING (-1)

static const str zone_names[] = { STR_INIT("DMA"), STR_INIT("DMA32"), STR_INIT("Normal"),
    STR_INIT("HighMem"), STR_INIT("Movable"), STR_INIT("Device") };

static const struct {
    str key;
    uint8_t field;
} counters[] = {
    { STR_INIT("free"), KERNEL_MEMORY_FREE },
    { STR_INIT("free_pcp"), KERNEL_MEMORY_FREE_PCP },
    { STR_INIT("free_cma"), KERNEL_MEMORY_FREE_CMA },
    { STR_INIT("active_anon"), KERNEL_MEMORY_ACTIVE_ANON },
    { STR_INIT("inactive_anon"), KERNEL_MEMORY_INACTIVE_ANON },
    { STR_INIT("isolated_anon"), KERNEL_MEMORY_ISOLATED_ANON },
    { STR_INIT("active_file"), KERNEL_MEMORY_ACTIVE_FILE },
    { STR_INIT("inactive_file"), KERNEL_MEMORY_INACTIVE_FILE },
    { STR_INIT("isolated_file"), KERNEL_MEMORY_ISOLATED_FILE },
    { STR_INIT("unevictable"), KERNEL_MEMORY_UNEVICTABLE },
    { STR_INIT("dirty"), KERNEL_MEMORY_DIRTY },
    { STR_INIT("writeback"), KERNEL_MEMORY_WRITEBACK },
    { STR_INIT("slab_reclaimable"), KERNEL_MEMORY_SLAB_RECLAIMABLE },
    { STR_INIT("slab_unreclaimable"), KERNEL_MEMORY_SLAB_UNRECLAIMABLE },
    { STR_INIT("mapped"), KERNEL_MEMORY_MAPPED },
    { STR_INIT("shmem"), KERNEL_MEMORY_SHMEM },
    { STR_INIT("pagetables"), KERNEL_MEMORY_PAGETABLES },
    { STR_INIT("sec_pagetables"), KERNEL_MEMORY_SEC_PAGETABLES },
    { STR_INIT("bounce"), KERNEL_MEMORY_BOUNCE },
    { STR_INIT("active"), KERNEL_MEMORY_ACTIVE },
    { STR_INIT("inactive"), KERNEL_MEMORY_INACTIVE },
    { STR_INIT("slab"), KERNEL_MEMORY_SLAB },
    { STR_INIT("unstable"), KERNEL_MEMORY_NFIELDS },
    { STR_INIT("kernel_misc_reclaimable"), KERNEL_MEMORY_NFIELDS },
};

static const struct {
    str key;
    uint8_t field;
} zone_fields[] = {
    { STR_INIT("free"), KERNEL_ZONE_FREE },
    { STR_INIT("boost"), KERNEL_ZONE_BOOST },
    { STR_INIT("min"), KERNEL_ZONE_MIN },
    { STR_INIT("low"), KERNEL_ZONE_LOW },
    { STR_INIT("high"), KERNEL_ZONE_HIGH },
    { STR_INIT("present"), KERNEL_ZONE_PRESENT },
    { STR_INIT("managed"), KERNEL_ZONE_MANAGED },
    { STR_INIT("reserved_highatomic"), KERNEL_ZONE_RESERVED_HIGHATOMIC },
    { STR_INIT("free_highatomic"), KERNEL_ZONE_FREE_HIGHATOMIC },
    { STR_INIT("free_cma"), KERNEL_ZONE_FREE_CMA },
    { STR_INIT("free_pcp"), KERNEL_ZONE_FREE_PCP },
    { STR_INIT("inactive_file"), KERNEL_ZONE_INACTIVE_FILE },
    { STR_INIT("active_file"), KERNEL_ZONE_ACTIVE_FILE },
};

/* What only node or zone lines tell; summed over them. */
static const struct {
    str key;
    uint8_t field;
} summed[] = {
    { STR_INIT("kernel_stack"), KERNEL_MEMORY_KERNEL_STACK },
    { STR_INIT("mlocked"), KERNEL_MEMORY_MLOCKED },
    { STR_INIT("zspages"), KERNEL_MEMORY_ZSPAGES },
    { STR_INIT("Balloon"), KERNEL_MEMORY_BALLOON },
};

struct pair_of {
    str key;
    int64_t value; /* bytes where kilo */
    bool kilo;
    bool flag, yes; /* "all_unreclaimable? yes" */
};

/* The next "key:123", "key:123kB", "key: 0kB" or "all_unreclaimable? no"; others are skipped. */
static bool next_pair(str *s, struct pair_of *ret)
{
    str word, rest;
    uint64_t value;

    while (str_word(s, &word)) {
        size_t colon = str_find_char(word, ':');

        *ret = (struct pair_of){ .key = str_slice(word, 0, colon) };
        if (str_eq(word, STR("all_unreclaimable?"))) {
            ret->flag = true;
            if (str_word(s, &word))
                ret->yes = str_eq(word, STR("yes"));
            return true;
        }
        if (colon == STR_NONE || colon == 0)
            continue;
        rest = str_from(word, colon + 1);
        if (rest.n == 0) {
            rest = *s;
            if (!str_word(&rest, &word) || word.n == 0 || !is_digit(word.p[0]))
                continue;
            *s = rest;
            rest = word;
        }
        if (!str_take_u64(&rest, &value) || value > (uint64_t)INT64_MAX / KIB)
            continue;
        ret->kilo = str_starts_nocase(rest, STR("kB"));
        ret->value = (int64_t)(ret->kilo ? value * KIB : value);
        return true;
    }
    return false;
}

static bool take_zone_name(str *s, str *ret)
{
    size_t n = 0;

    while (n < s->n && is_alnum(s->p[n]))
        n++;
    for (size_t i = 0; i < sizeof(zone_names) / sizeof(zone_names[0]); i++) {
        if (n == zone_names[i].n && str_starts(*s, zone_names[i])) {
            *ret = zone_names[i];
            *s = str_from(*s, n);
            return true;
        }
    }
    return false;
}

static bool take_node(str *s, int64_t *ret)
{
    str rest = *s;
    uint64_t node;

    if (!str_take(&rest, STR("Node ")) || !str_take_u64(&rest, &node) || node > 65535 ||
            !str_take_char(&rest, ' '))
        return false;
    *ret = (int64_t)node;
    *s = rest;
    return true;
}

static int counter_field(str key)
{
    for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++) {
        if (str_eq_nocase(counters[i].key, key))
            return counters[i].field;
    }
    return NOTHING;
}

/* "active_anon:4558 inactive_anon:..": every word a counter. */
static bool is_counters(str s)
{
    struct pair_of pair;
    size_t colon = str_find_char(s, ':');
    str word = str_slice(s, 0, colon);

    /* "Active:   1234 kB" is of /proc/meminfo. */
    if (colon == STR_NONE || colon + 1 >= s.n || !is_digit(s.p[colon + 1]))
        return false;
    return counter_field(word) != NOTHING && next_pair(&s, &pair) && !pair.kilo && !pair.flag;
}

/* "active_file:25672kB inactive_file:.." without a node: a line that a mailer folded. */
static bool is_folded_pairs(const struct report *r, str s)
{
    struct pair_of pair;
    str first = s;

    if (r->going_on != LINE_ZONE && r->going_on != LINE_NODE)
        return false;
    if (s.n == 0 || !(is_alpha(s.p[0]) || s.p[0] == '('))
        return false;
    return next_pair(&s, &pair) && ((pair.kilo && str_starts(first, pair.key)) || pair.flag);
}

/* "0*64kB 12*128kB (UM) = 12856kB" */
static bool is_folded_blocks(const struct report *r, str s)
{
    uint64_t n;

    return r->going_on == LINE_BUDDY && str_take_u64(&s, &n) && str_take_char(&s, '*') &&
           str_take_u64(&s, &n);
}

/* "123 pages RAM" and its kin. */
static bool is_total(str s)
{
    uint64_t n;

    if (str_starts(s, STR("Free swap")) || str_starts(s, STR("Total swap")) ||
            str_starts(s, STR("Swap cache")))
        return true;
    if (!str_take_u64(&s, &n) || !str_take_char(&s, ' '))
        return false;
    return str_starts(s, STR("pages ")) || str_starts(s, STR("total pagecache pages")) ||
           str_starts(s, STR("reserved pages")) || str_starts(s, STR("free pages"));
}

int meminfo_stage(const struct report *r, str s)
{
    int64_t node;
    str zone, rest = s;

    if (s.n == 0)
        return NOTHING;
    if (str_starts_nocase(s, STR("Mem-info:")) || str_starts(s, STR("Free pages:")))
        return STAGE_COUNTERS;
    if (str_starts(s, STR("lowmem_reserve[]:")) || str_starts(s, STR("protections[]:")))
        return STAGE_ZONES;
    if (take_node(&rest, &node) && str_starts(rest, STR("hugepages_total=")))
        return STAGE_TOTALS;
    if (take_zone_name(&rest, &zone)) {
        if (str_starts(rest, STR(" free:")))
            return STAGE_ZONES;
        if (str_starts(rest, STR(" per-cpu:")))
            return STAGE_COUNTERS;
        return str_starts(rest, STR(": ")) ? STAGE_LISTS : NOTHING;
    }
    if (rest.n != s.n)
        return STAGE_ZONES; /* a node line */
    if (is_total(s))
        return STAGE_TOTALS;
    if (is_counters(s))
        return STAGE_COUNTERS;
    if (is_folded_pairs(r, s))
        return STAGE_ZONES;
    if (is_folded_blocks(r, s))
        return STAGE_LISTS;
    return NOTHING;
}

static struct zone *zone_of(struct report *r, int64_t node, str name)
{
    struct zone *z;

    for (unsigned i = 0; i < r->nzones; i++) {
        z = &r->zones[i];
        if (z->node == node && str_eq(z->name, name))
            return z;
    }
    if (r->nzones == REPORT_ZONES)
        return NULL;
    z = &r->zones[r->nzones++];
    *z = (struct zone){ .place = kernel_place(r), .node = node, .name = name, .unreclaimable = -1 };
    for (size_t i = 0; i < KERNEL_ZONE_NFIELDS; i++)
        z->values[i] = -1;
    return z;
}

static void add_to(int64_t *sum, int64_t value)
{
    int64_t before = *sum < 0 ? 0 : *sum;

    if (__builtin_add_overflow(before, value, sum))
        *sum = INT64_MAX;
}

static void add_summed(struct report *r, const struct pair_of *pair)
{
    for (size_t i = 0; i < sizeof(summed) / sizeof(summed[0]); i++) {
        if (str_eq(summed[i].key, pair->key))
            add_to(&r->bytes[summed[i].field], pair->value);
    }
}

static void read_counters(struct report *r, str s)
{
    struct pair_of pair;

    while (next_pair(&s, &pair)) {
        int field = pair.kilo || pair.flag ? NOTHING : counter_field(pair.key);

        if (field == NOTHING || field == KERNEL_MEMORY_NFIELDS)
            continue;
        r->pages[field] = pair.value;
        r->memory_seen = true;
    }
    r->going_on = LINE_COUNTERS;
}

static void read_node(struct report *r, str s)
{
    struct pair_of pair;

    while (next_pair(&s, &pair)) {
        if (!pair.kilo)
            continue;
        add_summed(r, &pair);
        /* Zone lines repeat it on some kernels: the node's figure is the sum already. */
        r->node_stack |= str_eq(pair.key, STR("kernel_stack"));
    }
    r->memory_seen = true;
    r->going_on = LINE_NODE;
}

static void read_zone(struct report *r, struct zone *z, str s)
{
    struct pair_of pair;

    while (next_pair(&s, &pair)) {
        if (pair.flag) {
            z->unreclaimable = pair.yes;
            continue;
        }
        if (!pair.kilo)
            continue;
        for (size_t i = 0; i < sizeof(zone_fields) / sizeof(zone_fields[0]); i++) {
            if (str_eq(zone_fields[i].key, pair.key))
                z->values[zone_fields[i].field] = pair.value;
        }
        if (!(r->node_stack && str_eq(pair.key, STR("kernel_stack"))))
            add_summed(r, &pair);
    }
    r->zone = z;
    r->going_on = LINE_ZONE;
}

/* "0 15360 15360" */
static void read_reserve(struct report *r, str s)
{
    str word, kept = { NULL, 0 };
    uint64_t pages;
    int zones = 0;

    if (r->zone == NULL || r->zone->protection.n != 0)
        return;
    /* One figure per zone type: no kernel has more than six. */
    while (zones++ < 8 && str_word(&s, &word) && str_u64(word, &pages))
        kept = arena_printf(&r->arena, "%.*s%s%llu", STR_ARG(kept), kept.n != 0 ? " " : "",
                (unsigned long long)pages);
    r->zone->protection = kept;
}

/* "3138*4kB (UME) 0*8kB ... = 12856kB" becomes "3138:UME 0 ..." */
static void read_blocks(struct report *r, struct zone *z, str s)
{
    char buf[600];
    size_t n = 0;
    str word;

    while (str_word(&s, &word) && n + 40 < sizeof(buf)) {
        uint64_t count, size;
        str rest = word;

        if (str_take_char(&rest, '(')) {
            if (n == 0)
                continue;
            buf[n++] = ':';
            for (size_t i = 0; i < rest.n && is_alpha(rest.p[i]) && i < 8; i++)
                buf[n++] = rest.p[i];
            continue;
        }
        if (!str_take_u64(&rest, &count) || !str_take_char(&rest, '*') ||
                !str_take_u64(&rest, &size) || !str_starts_nocase(rest, STR("kB")))
            continue;
        if (r->page_size == 0 && z->buddy.n == 0 && n == 0 && size >= 1 && size <= 1024)
            r->page_size = (int64_t)(size * KIB);
        if (n != 0)
            buf[n++] = ' ';
        str digits = arena_printf(&r->arena, "%llu", (unsigned long long)count);
        for (size_t i = 0; i < digits.n; i++)
            buf[n++] = digits.p[i];
    }
    if (n == 0 || z->buddy.n > sizeof(buf))
        return;
    z->buddy = arena_printf(
            &r->arena, "%.*s%s%.*s", STR_ARG(z->buddy), z->buddy.n != 0 ? " " : "", (int)n, buf);
    r->zone = z;
    r->going_on = LINE_BUDDY;
}

static void read_hugepages(struct report *r, str s)
{
    int64_t total, idle, size, bytes;

    if (!number_after(s, STR("hugepages_total="), &total) ||
            !number_after(s, STR("hugepages_free="), &idle) ||
            !number_after(s, STR("hugepages_size="), &size))
        return;
    if (!__builtin_mul_overflow(total, size * (int64_t)KIB, &bytes))
        add_to(&r->bytes[KERNEL_MEMORY_HUGETLB_TOTAL], bytes);
    if (!__builtin_mul_overflow(idle, size * (int64_t)KIB, &bytes))
        add_to(&r->bytes[KERNEL_MEMORY_HUGETLB_FREE], bytes);
}

static void read_swap(struct report *r, str s, str key, int field)
{
    uint64_t value;

    if (!str_take(&s, key))
        return;
    while (s.n != 0 && (is_blank(s.p[0]) || s.p[0] == '=' || s.p[0] == ':'))
        s = str_from(s, 1);
    if (str_take_u64(&s, &value) && value < (uint64_t)INT64_MAX / KIB &&
            str_starts_nocase(s, STR("kB")))
        r->bytes[field] = (int64_t)(value * KIB);
}

static void read_total(struct report *r, str s)
{
    uint64_t value;
    int64_t n;

    read_swap(r, s, STR("Free swap"), KERNEL_MEMORY_SWAP_FREE);
    read_swap(r, s, STR("Total swap"), KERNEL_MEMORY_SWAP_TOTAL);
    if (!str_take_u64(&s, &value) || value > INT64_MAX / (1 << 20) || !str_take_char(&s, ' '))
        return;
    n = (int64_t)value;
    if (str_starts(s, STR("total pagecache pages")))
        r->pages[KERNEL_MEMORY_PAGECACHE] = n;
    else if (str_starts(s, STR("pages RAM")) || str_starts(s, STR("pages of RAM")))
        r->ram_pages = n;
    else if (str_starts(s, STR("pages HighMem")) || str_starts(s, STR("pages of HIGHMEM")))
        r->pages[KERNEL_MEMORY_HIGHMEM] = n;
    else if (str_starts(s, STR("pages reserved")) || str_starts(s, STR("reserved pages")))
        r->reserved_pages = n;
    else if (str_starts(s, STR("pages hwpoisoned")))
        r->pages[KERNEL_MEMORY_HWPOISONED] = n;
    r->memory_seen = true;
    r->totals_seen = r->reserved_pages >= 0;
}

void meminfo_line(struct report *r, str s)
{
    int64_t node = 0;
    str rest = s, name;
    bool numa = take_node(&rest, &node);

    if (!r->block_seen)
        r->memory_place = kernel_place(r);
    r->trace.closed = true;
    r->block_seen = true;
    if (str_starts_nocase(s, STR("Mem-info:"))) {
        r->going_on = LINE_NONE;
    } else if (str_take(&rest, STR("lowmem_reserve[]:")) ||
               str_take(&rest, STR("protections[]:"))) {
        read_reserve(r, rest);
        r->going_on = LINE_NONE;
    } else if (str_starts(rest, STR("hugepages_total="))) {
        read_hugepages(r, rest);
        r->going_on = LINE_NONE;
    } else if (take_zone_name(&rest, &name)) {
        struct zone *z = NULL;

        /* "DMA32: empty" is no zone. */
        if (str_starts(rest, STR(" free:")) ||
                (str_take(&rest, STR(": ")) && rest.n != 0 && is_digit(rest.p[0])))
            z = zone_of(r, node, name);
        if (z != NULL && str_starts(rest, STR(" free:")))
            read_zone(r, z, rest);
        else if (z != NULL)
            read_blocks(r, z, rest);
    } else if (numa) {
        read_node(r, rest);
    } else if (is_total(s)) {
        read_total(r, s);
        r->going_on = LINE_NONE;
    } else if (is_counters(s)) {
        read_counters(r, s);
    } else if (r->going_on == LINE_ZONE && r->zone != NULL) {
        read_zone(r, r->zone, s);
    } else if (r->going_on == LINE_NODE) {
        read_node(r, s);
    } else if (r->going_on == LINE_BUDDY && r->zone != NULL) {
        read_blocks(r, r->zone, s);
    }
}

int64_t report_page_size(const struct report *r)
{
    return r->page_size != 0 ? r->page_size : 4096;
}

static struct value bytes_of(int64_t pages, int64_t page_size)
{
    int64_t bytes;

    if (pages < 0 || __builtin_mul_overflow(pages, page_size, &bytes))
        return value_none();
    return value_int(bytes);
}

static struct value known(int64_t value)
{
    return value >= 0 ? value_int(value) : value_none();
}

static void emit_zone(struct parse *in, const struct report *r, const struct zone *z)
{
    struct value values[KERNEL_ZONE_NFIELDS] = {
        [KERNEL_ZONE_REPORT] = value_u64(r->number),
        [KERNEL_ZONE_NODE] = value_int(z->node),
        [KERNEL_ZONE_ZONE] = value_text(z->name),
        [KERNEL_ZONE_PROTECTION] = value_text(z->protection),
        [KERNEL_ZONE_BUDDY] = value_text(z->buddy),
    };

    for (size_t i = 0; i < sizeof(zone_fields) / sizeof(zone_fields[0]); i++)
        values[zone_fields[i].field] = known(z->values[zone_fields[i].field]);
    if (z->unreclaimable >= 0)
        values[KERNEL_ZONE_UNRECLAIMABLE] = value_bool(z->unreclaimable != 0);
    emit_at(in, &kind_KERNEL_ZONE, z->place.where, z->place.quote, r->when, values);
}

void meminfo_emit(struct parse *in, struct report *r)
{
    struct value values[KERNEL_MEMORY_NFIELDS] = { 0 };
    int64_t size = report_page_size(r);

    if (r->memory_seen) {
        for (size_t i = 0; i < KERNEL_MEMORY_NFIELDS; i++) {
            values[i] = bytes_of(r->pages[i], size);
            if (r->bytes[i] >= 0)
                values[i] = value_int(r->bytes[i]);
        }
        values[KERNEL_MEMORY_REPORT] = value_u64(r->number);
        values[KERNEL_MEMORY_PAGE_SIZE] = value_int(size);
        if (r->ram_pages >= 0 && r->reserved_pages >= 0 && r->ram_pages >= r->reserved_pages)
            values[KERNEL_MEMORY_TOTAL] = bytes_of(r->ram_pages - r->reserved_pages, size);
        values[KERNEL_MEMORY_RESERVED] = bytes_of(r->reserved_pages, size);
        emit_at(in, &kind_KERNEL_MEMORY, r->memory_place.where, r->memory_place.quote, r->when,
                values);
    }
    for (unsigned i = 0; i < r->nzones; i++)
        emit_zone(in, r, &r->zones[i]);
}
