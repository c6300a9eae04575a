/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel_oom: what only OOM reports have: the cgroup's own account, the constraint, the kill.
 *
 *     Task in /docker/x killed as a result of limit of /docker/x
 *     memory: usage 980kB, limit 980kB, failcnt 4152239
 *     Memory cgroup stats for /docker/x: cache:0KB rss:980KB ...          or a list, in bytes
 *     oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),oom_memcg=/a,task_memcg=/a/b,task=..
 *     Killed process 21109, UID 48, (httpd) total-vm:331456kB, anon-rss:980kB, file-rss:412kB
 *     ..., shmem-rss:0kB, UID:48 pgtables:212kB oom_score_adj:0
 */
#include "kernel_report.h"
#include "limits.h"

#define NOTHING (-1)
/* Page counters count to 2^63 - 1 bytes, or pages: what comes near is "no limit". */
#define UNLIMITED_KB 9007199254000000ull

/* --- values in lines --- */

str text_after(str s, str key)
{
    size_t at = str_find(s, key), n = 0;

    if (at == STR_NONE)
        return (str){ NULL, 0 };
    s = str_from(s, at + key.n);
    while (n < s.n && s.p[n] != ',' && s.p[n] != ' ')
        n++;
    return str_slice(s, 0, n);
}

str nodes_after(str s, str key)
{
    size_t at = str_find(s, key), n = 0;

    if (at == STR_NONE)
        return (str){ NULL, 0 };
    s = str_from(s, at + key.n);
    if (str_starts(s, STR("(null)")))
        return str_slice(s, 0, 6);
    while (n < s.n && (is_digit(s.p[n]) || s.p[n] == '-' ||
                              (s.p[n] == ',' && n + 1 < s.n && is_digit(s.p[n + 1]))))
        n++;
    return str_slice(s, 0, n);
}

bool number_after(str s, str key, int64_t *ret)
{
    size_t at = str_find(s, key);
    uint64_t value;
    bool minus;

    if (at == STR_NONE)
        return false;
    s = str_from(s, at + key.n);
    str_skip_blanks(&s);
    minus = str_take_char(&s, '-');
    if (!str_take_u64(&s, &value) || value > INT64_MAX)
        return false;
    *ret = minus ? -(int64_t)value : (int64_t)value;
    return true;
}

bool kilobytes_after(str s, str key, int64_t *ret)
{
    int64_t value;

    if (!number_after(s, key, &value) || value < 0 || value > INT64_MAX / (int64_t)KIB)
        return false;
    *ret = value * (int64_t)KIB;
    return true;
}

/* --- the cgroup's account --- */

static const struct {
    str key;
    uint8_t field;
    bool add;
} stats[] = {
    { STR_INIT("anon"), KERNEL_OOM_CG_ANON, false },
    { STR_INIT("rss"), KERNEL_OOM_CG_ANON, false },
    { STR_INIT("file"), KERNEL_OOM_CG_FILE, false },
    { STR_INIT("cache"), KERNEL_OOM_CG_FILE, false },
    { STR_INIT("file_dirty"), KERNEL_OOM_CG_DIRTY, true },
    { STR_INIT("file_writeback"), KERNEL_OOM_CG_DIRTY, true },
    { STR_INIT("dirty"), KERNEL_OOM_CG_DIRTY, true },
    { STR_INIT("writeback"), KERNEL_OOM_CG_DIRTY, true },
    { STR_INIT("shmem"), KERNEL_OOM_CG_SHMEM, false },
    { STR_INIT("slab"), KERNEL_OOM_CG_SLAB, false },
    { STR_INIT("sock"), KERNEL_OOM_CG_SOCK, false },
    { STR_INIT("kernel_stack"), KERNEL_OOM_CG_STACK, false },
    { STR_INIT("pagetables"), KERNEL_OOM_CG_TABLES, false },
    { STR_INIT("percpu"), KERNEL_OOM_CG_PERCPU, false },
    { STR_INIT("vmalloc"), KERNEL_OOM_CG_VMALLOC, false },
};

static void add_stat(struct report *r, str key, int64_t value, bool sum_all)
{
    for (size_t i = 0; i < sizeof(stats) / sizeof(stats[0]); i++) {
        int64_t *slot = &r->oom[stats[i].field];

        if (!str_eq(stats[i].key, key))
            continue;
        /* Quoted again in the answer to a mail. */
        if (!sum_all && (r->stats_seen & 1u << i) != 0)
            continue;
        r->stats_seen |= 1u << i;
        if (*slot < 0)
            *slot = value;
        else if ((stats[i].add || sum_all) && __builtin_add_overflow(*slot, value, slot))
            *slot = INT64_MAX;
    }
}

/* "anon 26927104" of the list that follows the stats heading. */
static bool is_stat_row(str s)
{
    str word;
    uint64_t value;

    return str_word(&s, &word) && word.n > 2 && word.n < 40 && !is_digit(word.p[0]) &&
           str_word(&s, &word) && str_u64(word, &value) && str_trim(s).n == 0;
}

int cgroup_stage(const struct report *r, str s)
{
    if (r->form != FORM_OOM && r->form != FORM_BLOCK)
        return NOTHING;
    if (str_starts(s, STR("Task in ")) || str_starts(s, STR("memory: usage ")) ||
            str_starts(s, STR("memory+swap: usage ")) || str_starts(s, STR("swap: usage ")) ||
            str_starts(s, STR("kmem: usage ")) || str_starts(s, STR("Memory cgroup stats for ")))
        return STAGE_CGROUP;
    if (str_starts(s, STR("Tasks in ")) && str_has(s, STR("memory.oom.group")))
        return STAGE_KILL;
    return r->going_on == LINE_STATS && is_stat_row(s) ? STAGE_CGROUP : NOTHING;
}

static void read_usage(struct report *r, str s, uint8_t usage, uint8_t limit)
{
    int64_t value;

    if (kilobytes_after(s, STR("usage "), &value))
        r->oom[usage] = value;
    if (limit == KERNEL_OOM_NFIELDS)
        return;
    if (number_after(s, STR("limit "), &value) && value >= 0 && (uint64_t)value < UNLIMITED_KB &&
            kilobytes_after(s, STR("limit "), &value))
        r->oom[limit] = value;
}

/* "Task in A killed as a result of limit of B" */
static void read_task_in(struct report *r, str s)
{
    static const str middle = STR_INIT(" killed as a result of limit of ");
    size_t at = str_find(s, middle);

    if (at == STR_NONE)
        return;
    r->task_cgroup = report_keep(r, str_slice(s, 8, at));
    r->cgroup = report_keep(r, str_trim(str_from(s, at + middle.n)));
}

/* "Memory cgroup stats for /mem2: cache:0KB rss:980KB": one line per child, so they are summed. */
static void read_stats(struct report *r, str s)
{
    size_t at = str_find(s, STR(": "));
    str path = str_slice(s, 0, at), word;
    uint64_t value;

    if (path.n != 0 && path.p[path.n - 1] == ':')
        path.n--;
    if (r->cgroup.n == 0)
        r->cgroup = report_keep(r, path);
    r->going_on = LINE_STATS;
    if (at == STR_NONE)
        return;
    s = str_from(s, at + 2);
    while (str_word(&s, &word)) {
        str key = str_cut(&word, ':');

        if (str_take_u64(&word, &value) && value < UNLIMITED_KB && str_eq_nocase(word, STR("KB")))
            add_stat(r, key, (int64_t)(value * KIB), true);
    }
}

void cgroup_line(struct report *r, str s)
{
    str key, value;
    uint64_t number;
    int64_t count;

    r->trace.closed = true;
    r->form = FORM_OOM;
    if (str_starts(s, STR("Tasks in "))) {
        r->group_kill = true;
        return;
    }
    r->memcg = true;
    if (str_starts(s, STR("Task in "))) {
        read_task_in(r, s);
    } else if (str_starts(s, STR("memory: "))) {
        read_usage(r, s, KERNEL_OOM_USAGE, KERNEL_OOM_LIMIT);
        if (number_after(s, STR("failcnt "), &count))
            r->oom[KERNEL_OOM_FAILCNT] = count;
    } else if (str_starts(s, STR("memory+swap: ")) || str_starts(s, STR("swap: "))) {
        read_usage(r, s, KERNEL_OOM_SWAP_USAGE, KERNEL_OOM_SWAP_LIMIT);
    } else if (str_starts(s, STR("kmem: "))) {
        read_usage(r, s, KERNEL_OOM_KMEM_USAGE, KERNEL_OOM_NFIELDS);
    } else if (str_take(&s, STR("Memory cgroup stats for "))) {
        read_stats(r, s);
    } else if (str_word(&s, &key) && str_word(&s, &value) && str_u64(value, &number) &&
               number <= INT64_MAX) {
        add_stat(r, key, (int64_t)number, false);
    }
}

/* --- constraint and kill --- */

void constraint_line(struct report *r, str s)
{
    static const struct {
        str kernel, name;
    } names[] = {
        { STR_INIT("CONSTRAINT_NONE"), STR_INIT("none") },
        { STR_INIT("CONSTRAINT_CPUSET"), STR_INIT("cpuset") },
        { STR_INIT("CONSTRAINT_MEMORY_POLICY"), STR_INIT("mempolicy") },
        { STR_INIT("CONSTRAINT_MEMCG"), STR_INIT("memcg") },
    };
    str constraint = text_after(s, STR("constraint=")), value;
    size_t at;

    r->form = FORM_OOM;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (str_eq(names[i].kernel, constraint))
            r->constraint = names[i].name;
    }
    value = text_after(s, STR(",oom_memcg="));
    if (value.n != 0) {
        r->cgroup = report_keep(r, value);
        r->memcg = true;
        /* 5.2 named the cgroup and said "none" all the same. */
        r->constraint = STR("memcg");
    }
    value = text_after(s, STR("task_memcg="));
    if (value.n != 0)
        r->task_cgroup = report_keep(r, value);
    value = text_after(s, STR(",cpuset="));
    if (value.n != 0)
        r->cpuset = report_keep(r, value);
    value = nodes_after(s, STR("mems_allowed="));
    if (value.n != 0)
        r->mems_allowed = report_keep(r, value);
    value = nodes_after(s, STR("nodemask="));
    if (value.n != 0)
        r->nodemask = report_keep(r, value);
    at = str_find(s, STR(",task="));
    if (at != STR_NONE && r->victim.n == 0) {
        value = str_from(s, at + 6);
        r->victim = report_keep(r, str_slice(value, 0, str_find(value, STR(",pid="))));
    }
    (void)number_after(s, STR(",pid="), &r->oom[KERNEL_OOM_VICTIM_PID]);
}

/* "123 (name) ...", "123, UID 48, (name) ..."; names may hold parentheses and blanks. */
static bool take_victim(str *s, struct kill *k)
{
    static const str ends[] = { STR_INIT(") total-vm"), STR_INIT(") score"), STR_INIT(") vm:"),
        STR_INIT(") vsz:"), STR_INIT("), "), STR_INIT(") or "), STR_INIT(") is already") };
    uint64_t pid;
    str rest = *s;
    size_t open, close = STR_NONE;

    str_skip_blanks(&rest);
    if (!str_take_u64(&rest, &pid) || pid > INT64_MAX)
        return false;
    open = str_find_char(str_slice(rest, 0, 32), '(');
    if (open == STR_NONE)
        return false;
    rest = str_from(rest, open + 1);
    for (size_t i = 0; close == STR_NONE && i < sizeof(ends) / sizeof(ends[0]); i++)
        close = str_find(rest, ends[i]);
    if (close == STR_NONE)
        close = str_rfind_char(rest, ')');
    k->pid = (int64_t)pid;
    k->name = str_slice(rest, 0, close);
    *s = close != STR_NONE ? str_from(rest, close + 1) : (str){ rest.p, 0 };
    return true;
}

static void take_sizes(str s, struct kill *k)
{
    (void)number_after(s, STR(" score "), &k->score);
    if (!kilobytes_after(s, STR("total-vm:"), &k->vm) && !kilobytes_after(s, STR("vsz:"), &k->vm))
        (void)kilobytes_after(s, STR(" vm:"), &k->vm);
    (void)kilobytes_after(s, STR("anon-rss:"), &k->anon);
    (void)kilobytes_after(s, STR("file-rss:"), &k->file);
    (void)kilobytes_after(s, STR("shmem-rss:"), &k->shmem);
    (void)kilobytes_after(s, STR("pgtables:"), &k->tables);
    k->adjusted = number_after(s, STR("oom_score_adj:"), &k->adj);
}

bool kill_parse(str s, struct kill *ret)
{
    static const str verbs[] = { STR_INIT("Killed process "), STR_INIT("OOM killed process "),
        STR_INIT("Kill process "), STR_INIT("kill process ") };
    size_t at = STR_NONE, verb = 0;
    str head;

    *ret = (struct kill){
        .pid = -1, .score = -1, .vm = -1, .anon = -1, .file = -1, .shmem = -1, .tables = -1
    };
    if (str_take(&s, STR("VM: killing process "))) {
        ret->name = str_trim(s);
        ret->done = true;
        return ret->name.n != 0;
    }
    for (; verb < sizeof(verbs) / sizeof(verbs[0]); verb++) {
        at = str_find(s, verbs[verb]);
        if (at != STR_NONE)
            break;
    }
    if (at == STR_NONE)
        return false;
    head = str_slice(s, 0, at);
    ret->done = verb < 2;
    if (!ret->done && str_find_nocase(head, STR("memory")) == STR_NONE)
        return false;
    s = str_from(s, at + verbs[verb].n);
    if (!take_victim(&s, ret))
        return false;
    ret->memcg = str_has(head, STR("emory cgroup out of"));
    if (str_has(head, STR("(MPOL_BIND)")))
        ret->constraint = "mempolicy";
    else if (str_has(head, STR("available memory in cpuset")))
        ret->constraint = "cpuset";
    at = str_find(head, STR(" in UB "));
    if (at != STR_NONE)
        ret->ubc = text_after(head, STR(" in UB "));
    while (ret->ubc.n != 0 && ret->ubc.p[ret->ubc.n - 1] == ':')
        ret->ubc.n--;
    take_sizes(s, ret);
    return true;
}

static void set_known(int64_t *slot, int64_t value)
{
    if (value >= 0)
        *slot = value;
}

void kill_apply(struct report *r, const struct kill *k)
{
    if (k->name.n != 0)
        r->victim = report_keep(r, k->name);
    set_known(&r->oom[KERNEL_OOM_VICTIM_PID], k->pid);
    set_known(&r->oom[KERNEL_OOM_SCORE], k->score);
    set_known(&r->oom[KERNEL_OOM_VICTIM_VM], k->vm);
    set_known(&r->oom[KERNEL_OOM_VICTIM_ANON], k->anon);
    set_known(&r->oom[KERNEL_OOM_VICTIM_FILE], k->file);
    set_known(&r->oom[KERNEL_OOM_VICTIM_SHMEM], k->shmem);
    set_known(&r->oom[KERNEL_OOM_VICTIM_TABLES], k->tables);
    if (k->adjusted) {
        r->score_adj = k->adj;
        r->score_adj_known = true;
    }
    r->memcg |= k->memcg;
    if (k->constraint != NULL)
        r->constraint = str_z(k->constraint);
    if (k->ubc.n != 0)
        r->ubc = report_keep(r, k->ubc);
    r->form = FORM_OOM;
    r->announced = true;
    r->killed |= k->done;
    r->trace.closed = true;
}
