/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Event 2004 of Microsoft-Windows-Resource-Exhaustion-Detector: the commit limit is near. Its user
 * data is a snapshot of memory, of the top tags of both pools and of the top processes:
 *
 *     <MemoryExhaustionInfo>
 *       <SystemInfo><SystemCommitLimit>8589934592</SystemCommitLimit>...</SystemInfo>
 *       <NonPagedPoolInfo><Tag_1><Name>Leak</Name><PoolUsed>1048576</PoolUsed></Tag_1>...
 *       <ProcessInfo><Process_1><Name>hog.exe</Name><ID>4711</ID>...</Process_1>...
 *
 * The pool groups are optional: Windows 7 does not write them. Where only the rendered text is left
 * ("hog.exe (4711) consumed 8 589 934 592 bytes"), the processes and their commit come from there;
 * the order of name, pid and figure is the same in every language.
 */
#include "event.h"

enum { GROUP_MAX = 16 /* Tag_n, Process_n: Windows writes 3 and 6 */ };

bool event_is_resource(str provider)
{
    return str_eq_nocase(provider, STR("Microsoft-Windows-Resource-Exhaustion-Detector"));
}

static struct value number(const struct event *e, str name)
{
    uint64_t n;

    return str_u64(event_data(e, name), &n) ? value_u64(n) : value_none();
}

static struct value difference(struct value a, struct value b)
{
    return a.type == VALUE_INT && b.type == VALUE_INT && a.i >= b.i ? value_int(a.i - b.i)
                                                                    : value_none();
}

struct emission {
    struct parse *in;
    struct arena *arena;
    const struct event *e;
    struct span where;
    str quote;
    struct value snapshot;
};

static void put(const struct emission *m, const struct kind *kind, const struct value *values)
{
    emit_at(m->in, kind, m->where, m->quote, m->e->when, values);
}

static void put_memory(const struct emission *m)
{
    const struct event *e = m->e;
    struct value total = number(e, STR("SystemInfo.PhysicalMemorySize"));
    struct value limit = number(e, STR("SystemInfo.SystemCommitLimit"));
    struct value commit = number(e, STR("SystemInfo.SystemCommitCharge"));
    const struct value values[MEMORY_STATUS_NFIELDS] = {
        [MEMORY_STATUS_SOURCE] = value_z("event-2004"),
        [MEMORY_STATUS_SNAPSHOT] = m->snapshot,
        [MEMORY_STATUS_TOTAL] = total,
        [MEMORY_STATUS_AVAILABLE] =
                difference(total, number(e, STR("SystemInfo.PhysicalMemoryUsage"))),
        [MEMORY_STATUS_COMMIT] = commit,
        [MEMORY_STATUS_COMMIT_LIMIT] = limit,
        [MEMORY_STATUS_COMMIT_PROCESS] = number(e, STR("SystemInfo.ProcessCommitCharge")),
        [MEMORY_STATUS_KERNEL_NONPAGED] = number(e, STR("SystemInfo.NonPagedPoolUsage")),
        [MEMORY_STATUS_KERNEL_PAGED] = number(e, STR("SystemInfo.PagedPoolUsage")),
    };

    if (total.type != VALUE_NONE || limit.type != VALUE_NONE || commit.type != VALUE_NONE)
        put(m, &kind_MEMORY_STATUS, values);
}

static void put_pool(const struct emission *m, str pool, str usage, str group)
{
    const struct value used[POOL_USAGE_NFIELDS] = {
        [POOL_USAGE_POOL] = value_text(pool),
        [POOL_USAGE_BYTES] = number(m->e, usage),
        [POOL_USAGE_SNAPSHOT] = m->snapshot,
    };

    if (used[POOL_USAGE_BYTES].type != VALUE_NONE)
        put(m, &kind_POOL_USAGE, used);
    for (unsigned i = 1; i <= GROUP_MAX; i++) {
        str name = arena_printf(m->arena, "%.*s.Tag_%u.Name", STR_ARG(group), i);
        str bytes = arena_printf(m->arena, "%.*s.Tag_%u.PoolUsed", STR_ARG(group), i);
        str tag = event_data(m->e, name);
        const struct value values[POOL_TAG_NFIELDS] = {
            /* A tag has four characters; readers of XML strip blanks. */
            [POOL_TAG_TAG] = value_text(
                    tag.n != 0 && tag.n < 4 ? arena_printf(m->arena, "%-4.*s", STR_ARG(tag)) : tag),
            [POOL_TAG_POOL] = value_text(pool),
            [POOL_TAG_BYTES] = number(m->e, bytes),
            [POOL_TAG_SNAPSHOT] = m->snapshot,
        };

        if (tag.n != 0 && values[POOL_TAG_BYTES].type != VALUE_NONE)
            put(m, &kind_POOL_TAG, values);
    }
}

static bool put_process(const struct emission *m, unsigned i)
{
    str group = arena_printf(m->arena, "ProcessInfo.Process_%u.", i);
    const struct value values[PROCESS_NFIELDS] = {
        [PROCESS_NAME] =
                value_text(event_data(m->e, arena_printf(m->arena, "%.*sName", STR_ARG(group)))),
        [PROCESS_PID] = number(m->e, arena_printf(m->arena, "%.*sID", STR_ARG(group))),
        [PROCESS_COMMIT] = number(m->e, arena_printf(m->arena, "%.*sCommitCharge", STR_ARG(group))),
        [PROCESS_HANDLES] = number(m->e, arena_printf(m->arena, "%.*sHandleCount", STR_ARG(group))),
        [PROCESS_SNAPSHOT] = m->snapshot,
    };

    if (values[PROCESS_NAME].type == VALUE_NONE)
        return false;
    put(m, &kind_PROCESS, values);
    return true;
}

static bool take_mark(str *s)
{
    return str_take(s, STR(" ")) || str_take(s, STR(",")) || str_take(s, STR(".")) ||
           str_take(s, STR("\xc2\xa0")) || str_take(s, STR("\xe2\x80\xaf"));
}

/* The next figure before a bracket or line end: "941  436 928" is digits in groups. */
static bool take_figure(str s, uint64_t *ret)
{
    uint64_t value = 0;
    size_t digits = 0;

    while (s.n != 0 && !is_digit(s.p[0]) && s.p[0] != '(' && s.p[0] != '\n')
        s = str_from(s, 1);
    while (s.n != 0) {
        if (is_digit(s.p[0])) {
            if (__builtin_mul_overflow(value, 10u, &value) ||
                    __builtin_add_overflow(value, (uint64_t)(s.p[0] - '0'), &value))
                return false;
            digits++;
            s = str_from(s, 1);
        } else if (!take_mark(&s)) {
            break;
        }
    }
    *ret = value;
    return digits >= 5;
}

static void put_processes_of_text(const struct emission *m)
{
    str text = m->e->message;
    size_t at, seen = 0;

    while (seen++ < GROUP_MAX && (at = str_find_char(text, '(')) != STR_NONE) {
        str before = str_trim_end(str_slice(text, 0, at));
        size_t space = str_rfind_char(before, ' '), nl = str_rfind_char(before, '\n');
        size_t from = space == STR_NONE || (nl != STR_NONE && nl > space) ? nl : space;
        str name = from != STR_NONE ? str_from(before, from + 1) : before;
        uint64_t pid, commit;

        text = str_from(text, at + 1);
        if (name.n == 0 || !str_take_u64(&text, &pid) || !str_take_char(&text, ')') ||
                !take_figure(text, &commit))
            continue;
        const struct value values[PROCESS_NFIELDS] = {
            [PROCESS_NAME] = value_text(name),
            [PROCESS_PID] = value_u64(pid),
            [PROCESS_COMMIT] = value_u64(commit),
            [PROCESS_SNAPSHOT] = m->snapshot,
        };
        put(m, &kind_PROCESS, values);
    }
}

void event_emit_resource(struct parse *in, struct event_log *log, const struct event *e,
        struct span where, str quote)
{
    const struct emission m = {
        .in = in,
        .arena = &log->arena,
        .e = e,
        .where = where,
        .quote = quote,
        .snapshot = value_u64(++in->snapshots),
    };
    bool any = false;

    put_memory(&m);
    put_pool(&m, STR("nonpaged"), STR("SystemInfo.NonPagedPoolUsage"), STR("NonPagedPoolInfo"));
    put_pool(&m, STR("paged"), STR("SystemInfo.PagedPoolUsage"), STR("PagedPoolInfo"));
    for (unsigned i = 1; i <= GROUP_MAX; i++)
        any |= put_process(&m, i);
    if (!any)
        put_processes_of_text(&m);
}
