/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cgroup: the memory files of a control group, version 1 and 2. What a file says is in its name:
 *
 *     memory.limit_in_bytes:   536870912           memory.max:     max
 *     memory.stat:             cache 170328064     memory.stat:    anon 22843392
 *                              total_rss 82860032                  inactive_file 75956224
 *     memory.events:           oom_kill 3
 *
 * Taken: limits, usage, peaks, failure counts, and of the lists the keys that tell who holds the
 * memory (of version 1 those with "total_", which count the groups below). Not taken: page fault
 * and reclaim statistics.
 */
#include "shape.h"
#include "signs.h"

static const struct kind *const kinds[] = { &kind_CGROUP, &kind_ERROR, &kind_LOG_MESSAGE,
    &kind_OPERATION, &kind_STACK, &kind_BEANCOUNTER, NULL };

/* Unlimited in version 1: the largest number of bytes in whole pages. */
static const uint64_t no_limit = 1ull << 62;

static const struct {
    str name, key;
} files[] = {
    { STR_INIT("memory.limit_in_bytes"), STR_INIT("limit") },
    { STR_INIT("memory.max"), STR_INIT("limit") },
    { STR_INIT("memory.high"), STR_INIT("high") },
    { STR_INIT("memory.soft_limit_in_bytes"), STR_INIT("soft_limit") },
    { STR_INIT("memory.usage_in_bytes"), STR_INIT("usage") },
    { STR_INIT("memory.current"), STR_INIT("usage") },
    { STR_INIT("memory.max_usage_in_bytes"), STR_INIT("peak") },
    { STR_INIT("memory.peak"), STR_INIT("peak") },
    { STR_INIT("memory.failcnt"), STR_INIT("failcnt") },
    { STR_INIT("memory.memsw.limit_in_bytes"), STR_INIT("swap_limit") },
    { STR_INIT("memory.swap.max"), STR_INIT("swap_limit") },
    { STR_INIT("memory.memsw.usage_in_bytes"), STR_INIT("swap_usage") },
    { STR_INIT("memory.swap.current"), STR_INIT("swap_usage") },
    { STR_INIT("memory.kmem.usage_in_bytes"), STR_INIT("kernel") },
    { STR_INIT("memory.kmem.limit_in_bytes"), STR_INIT("kernel_limit") },
    { STR_INIT("pids.max"), STR_INIT("pids_limit") },
    { STR_INIT("pids.current"), STR_INIT("pids") },
};

static const struct {
    str name, key;
} rows[] = {
    { STR_INIT("total_cache"), STR_INIT("file") },
    { STR_INIT("total_rss"), STR_INIT("anon") },
    { STR_INIT("total_shmem"), STR_INIT("shmem") },
    { STR_INIT("total_dirty"), STR_INIT("dirty") },
    { STR_INIT("total_inactive_file"), STR_INIT("inactive_file") },
    { STR_INIT("hierarchical_memory_limit"), STR_INIT("limit") },
    { STR_INIT("hierarchical_memsw_limit"), STR_INIT("swap_limit") },
    { STR_INIT("anon"), STR_INIT("anon") },
    { STR_INIT("file"), STR_INIT("file") },
    { STR_INIT("kernel"), STR_INIT("kernel") },
    { STR_INIT("kernel_stack"), STR_INIT("kernel_stack") },
    { STR_INIT("pagetables"), STR_INIT("pagetables") },
    { STR_INIT("percpu"), STR_INIT("percpu") },
    { STR_INIT("sock"), STR_INIT("sock") },
    { STR_INIT("shmem"), STR_INIT("shmem") },
    { STR_INIT("file_dirty"), STR_INIT("dirty") },
    { STR_INIT("slab"), STR_INIT("slab") },
    { STR_INIT("oom"), STR_INIT("oom") },
    { STR_INIT("oom_kill"), STR_INIT("oom_kill") },
    { STR_INIT("oom_group_kill"), STR_INIT("oom_group_kill") },
    { STR_INIT("under_oom"), STR_INIT("under_oom") },
};

/* Version 2 has these under names that version 1 uses for the group without those below it. */
static const str second_only[] = { STR_INIT("inactive_file") };

static str file_key(str name)
{
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        if (str_eq(name, files[i].name))
            return files[i].key;
    return (str){ NULL, 0 };
}

static bool is_list(str name)
{
    return str_eq(name, STR("memory.stat")) || str_eq(name, STR("memory.events")) ||
           str_eq(name, STR("memory.oom_control")) || str_eq(name, STR("memory.events.local"));
}

static bool is_row(str line, str *ret_key, uint64_t *ret)
{
    str text;

    if (!key_value(line, ret_key, &text) || !is_alpha(ret_key->p[0]))
        return false;
    for (size_t i = 0; i < ret_key->n; i++)
        if (!is_alnum(ret_key->p[i]) && ret_key->p[i] != '_')
            return false;
    return str_u64(text, ret);
}

static bool fits(str line)
{
    uint64_t n;
    str key;

    return is_row(line, &key, &n);
}

/* What tells memory.stat by any name. */
static bool has_rows_of_own(str text)
{
    return str_has(text, STR("hierarchical_memory_limit ")) ||
           (str_starts(text, STR("anon ")) && str_has(text, STR("\nfile ")));
}

static void signs(struct signs *to)
{
    signs_add(to, STR("hierarchical_memory_limit "));
    signs_add(to, STR("anon "));
}

static int sniff(const struct sniff *in)
{
    str rest = in->text, line;
    uint64_t n;

    if (file_key(in->name).n != 0 && str_line(&rest, &line)) {
        line = str_trim(line);
        if (str_eq(line, STR("max")) || str_u64(line, &n))
            return BID_SHAPE;
    }
    if (!is_list(in->name) && (in->signless || !has_rows_of_own(in->text)))
        return BID_NO;
    return shape_bid(in, fits, BID_MAGIC - 10);
}

static str folder_of(str path)
{
    size_t slash = str_rfind_char(path, '/');

    return slash != STR_NONE ? str_slice(path, 0, slash) : (str){ NULL, 0 };
}

static void emit_value(struct parse *in, const struct line *line, str key, uint64_t n, bool limit)
{
    bool none = limit && n >= no_limit;
    const struct value values[CGROUP_NFIELDS] = {
        [CGROUP_PATH] = value_text(folder_of(in->path)),
        [CGROUP_KEY] = value_text(key),
        [CGROUP_VALUE] = none ? value_none() : value_u64(n),
        [CGROUP_UNLIMITED] = limit ? value_bool(none) : value_none(),
    };

    emit(in, &kind_CGROUP, line, (struct when){ 0 }, values);
}

static str row_key(str name, bool first)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (str_eq(name, rows[i].name))
            return rows[i].key;
    for (size_t i = 0; !first && i < sizeof(second_only) / sizeof(second_only[0]); i++)
        if (str_eq(name, second_only[i]))
            return name;
    return (str){ NULL, 0 };
}

static void parse(struct parse *in)
{
    str file = file_key(in->name);
    bool first = false; /* version 1: told by its first keys */
    struct line line;
    uint64_t n;
    str key;

    while (parse_line(in, &line)) {
        str text = str_trim(line.s);

        if (is_row(line.s, &key, &n)) {
            first = first || str_eq(key, STR("cache")) || str_eq(key, STR("rss"));
            /* "shmem" of version 1 is without the groups below. */
            key = first && !str_starts(key, STR("total_")) && !str_starts(key, STR("hierarchical"))
                          ? (str){ NULL, 0 }
                          : row_key(key, first);
            if (key.n != 0)
                emit_value(in, &line, key, n, str_ends(key, STR("limit")));
        } else if (file.n != 0 && (str_u64(text, &n) || str_eq(text, STR("max")))) {
            emit_value(in, &line, file, str_eq(text, STR("max")) ? UINT64_MAX : n,
                    str_ends(file, STR("limit")) || str_eq(file, STR("high")));
        } else {
            parse_stray(in, &line, (struct when){ 0 });
            continue;
        }
        parse_took(in, &line);
    }
}

const struct parser parser_cgroup = {
    .name = "cgroup",
    .summary = "memory files of control groups",
    .kinds = kinds,
    .by_shape = true,
    .sniff = sniff,
    .signs = signs,
    .parse = parse,
};
