/* SPDX-License-Identifier: Apache-2.0 */
/*
 * meminfo: /proc/meminfo, also several in one file.
 *
 *     MemTotal:        8123456 kB
 *     MemFree:          234567 kB
 *     HugePages_Total:       0
 *
 * Taken: the keys that the table names, whatever their order. Unknown keys pass. A file that ends
 * before its page tables is not complete: no sums may be drawn from it.
 */
#include <string.h>

#include "shape.h"
#include "signs.h"

static const struct kind *const kinds[] = { &kind_MEMORY_STATUS, &kind_ERROR, &kind_LOG_MESSAGE,
    &kind_OPERATION, &kind_STACK, &kind_BEANCOUNTER, NULL };

static const struct {
    str key;
    uint8_t field;
} keys[] = {
    { STR_INIT("MemTotal"), MEMORY_STATUS_TOTAL },
    { STR_INIT("MemFree"), MEMORY_STATUS_FREE },
    { STR_INIT("MemAvailable"), MEMORY_STATUS_AVAILABLE },
    { STR_INIT("Buffers"), MEMORY_STATUS_BUFFERS },
    { STR_INIT("Cached"), MEMORY_STATUS_CACHED },
    { STR_INIT("SwapTotal"), MEMORY_STATUS_SWAP_TOTAL },
    { STR_INIT("SwapFree"), MEMORY_STATUS_SWAP_FREE },
    { STR_INIT("Committed_AS"), MEMORY_STATUS_COMMIT },
    { STR_INIT("CommitLimit"), MEMORY_STATUS_COMMIT_LIMIT },
    { STR_INIT("Active"), MEMORY_STATUS_ACTIVE },
    { STR_INIT("Inactive"), MEMORY_STATUS_INACTIVE },
    { STR_INIT("AnonPages"), MEMORY_STATUS_ANON },
    { STR_INIT("Slab"), MEMORY_STATUS_SLAB },
    { STR_INIT("SReclaimable"), MEMORY_STATUS_SLAB_RECLAIMABLE },
    { STR_INIT("SUnreclaim"), MEMORY_STATUS_SLAB_UNRECLAIMABLE },
    { STR_INIT("Shmem"), MEMORY_STATUS_SHMEM },
    { STR_INIT("PageTables"), MEMORY_STATUS_PAGETABLES },
    { STR_INIT("SecPageTables"), MEMORY_STATUS_SEC_PAGETABLES },
    { STR_INIT("KernelStack"), MEMORY_STATUS_KERNEL_STACK },
    { STR_INIT("Percpu"), MEMORY_STATUS_PERCPU },
    { STR_INIT("VmallocUsed"), MEMORY_STATUS_VMALLOC_USED },
    { STR_INIT("Unevictable"), MEMORY_STATUS_UNEVICTABLE },
    { STR_INIT("Mlocked"), MEMORY_STATUS_MLOCKED },
    { STR_INIT("Dirty"), MEMORY_STATUS_DIRTY },
    { STR_INIT("Writeback"), MEMORY_STATUS_WRITEBACK },
    { STR_INIT("HugePages_Total"), MEMORY_STATUS_HUGEPAGES_TOTAL },
    { STR_INIT("HugePages_Free"), MEMORY_STATUS_HUGEPAGES_FREE },
    { STR_INIT("Hugepagesize"), MEMORY_STATUS_HUGEPAGE_SIZE },
    { STR_INIT("Hugetlb"), MEMORY_STATUS_HUGETLB },
    { STR_INIT("Zswap"), MEMORY_STATUS_ZSWAP },
    { STR_INIT("Balloon"), MEMORY_STATUS_BALLOON },
    { STR_INIT("HighTotal"), MEMORY_STATUS_HIGH_TOTAL },
    { STR_INIT("LowTotal"), MEMORY_STATUS_LOW_TOTAL },
    { STR_INIT("LowFree"), MEMORY_STATUS_LOW_FREE },
};

struct state {
    struct value values[MEMORY_STATUS_NFIELDS];
    struct span where;
    char quote[80];
    size_t nquote;
    int64_t snapshot;
    bool any;
};

/* "Key:   123 kB": the number behind a key of letters, digits, '_' and "(anon)". */
static bool is_pair(str line, str *ret_key, uint64_t *ret)
{
    size_t colon = str_find_char(line, ':');
    str key = str_trim(str_slice(line, 0, colon));

    if (colon == STR_NONE || key.n == 0 || !is_alpha(key.p[0]))
        return false;
    for (size_t i = 0; i < key.n; i++)
        if (!is_alnum(key.p[i]) && key.p[i] != '_' && key.p[i] != '(' && key.p[i] != ')')
            return false;
    *ret_key = key;
    return kernel_size(str_from(line, colon + 1), 1, ret);
}

static bool fits(str line)
{
    uint64_t n;
    str key;

    return is_pair(line, &key, &n);
}

static void signs(struct signs *to)
{
    signs_add(to, STR("MemTotal:"));
}

static int sniff(const struct sniff *in)
{
    bool total = str_has(in->text, STR("MemTotal:"));
    bool own = total && str_has(in->text, STR("MemFree:"));

    /* A few lines that somebody picked out are still of this file when the total is among them. */
    return shape_bid(in, fits, own ? BID_MAGIC : total ? BID_SHAPE : BID_NO);
}

static void flush(struct parse *in, struct state *s)
{
    struct value *v = s->values;

    if (!s->any)
        return;
    v[MEMORY_STATUS_SOURCE] = value_z("meminfo");
    v[MEMORY_STATUS_SNAPSHOT] = value_int(s->snapshot);
    v[MEMORY_STATUS_COMPLETE] = value_bool(v[MEMORY_STATUS_TOTAL].type != VALUE_NONE &&
                                           v[MEMORY_STATUS_FREE].type != VALUE_NONE &&
                                           v[MEMORY_STATUS_ACTIVE].type != VALUE_NONE &&
                                           v[MEMORY_STATUS_INACTIVE].type != VALUE_NONE &&
                                           v[MEMORY_STATUS_SLAB].type != VALUE_NONE &&
                                           v[MEMORY_STATUS_PAGETABLES].type != VALUE_NONE &&
                                           v[MEMORY_STATUS_COMMIT].type != VALUE_NONE);
    emit_at(in, &kind_MEMORY_STATUS, s->where, (str){ s->quote, s->nquote }, (struct when){ 0 }, v);
    memset(v, 0, sizeof(s->values));
    s->any = false;
}

static void take(struct parse *in, struct state *s, const struct line *line, str key, uint64_t n)
{
    if (str_eq(key, STR("MemTotal"))) {
        flush(in, s);
        s->snapshot++;
        s->where = line_span(in, line);
        s->nquote = line->s.n < sizeof(s->quote) ? line->s.n : sizeof(s->quote);
        memcpy(s->quote, line->s.p, s->nquote);
        s->any = true;
    }
    for (size_t i = 0; s->any && i < sizeof(keys) / sizeof(keys[0]); i++)
        if (str_eq(key, keys[i].key))
            s->values[keys[i].field] = value_u64(n);
}

static void parse(struct parse *in)
{
    struct state s = { 0 };
    struct line line;
    uint64_t n;
    str key;

    while (parse_line(in, &line)) {
        if (is_pair(line.s, &key, &n)) {
            take(in, &s, &line, key, n);
            parse_took(in, &line);
        } else {
            parse_stray(in, &line, (struct when){ 0 });
        }
    }
    flush(in, &s);
}

const struct parser parser_meminfo = {
    .name = "meminfo",
    .summary = "/proc/meminfo",
    .kinds = kinds,
    .sniff = sniff,
    .signs = signs,
    .parse = parse,
};
