/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel_messages: literal -> class, and what a message speaks of.
 *
 *     nf_conntrack: table full, dropping packet                   conntrack-full
 *     INFO: task nfsd:3312 blocked for more than 120 seconds.     hung-task, object nfsd
 *
 * Literals are at least seven bytes long: the filter looks at every fourth place of the text, and
 * one of four windows of a literal that long lies there.
 */
#include "kernel_messages.h"

#include <string.h>

struct found {
    const char *class;
    str object;
    int64_t number; /* INT64_MIN = none */
};

struct message_row {
    str literal;
    const char *class; /* NULL = only a header */
    /* Fills in object and number; may change the class, or refuse by NULL. s begins behind the
     * literal. */
    void (*look)(str text, str s, struct found *found);
    int header;   /* enum header, -1 = none */
    bool program; /* said by programs, not by the kernel */
};

/* --- looks --- */

static void first_number(str text, str s, struct found *f)
{
    uint64_t n;

    (void)text;
    for (; s.n != 0; s = str_from(s, 1)) {
        if (is_digit(s.p[0])) {
            if (str_take_u64(&s, &n) && n <= INT64_MAX)
                f->number = (int64_t)n;
            return;
        }
    }
}

/* The number in front of the literal: "14 printk messages dropped" */
static void number_before(str text, str s, struct found *f)
{
    size_t end = (size_t)(s.p - text.p), from;
    uint64_t n;

    while (end > 0 && !is_digit(text.p[end - 1]))
        end--;
    from = end;
    while (from > 0 && is_digit(text.p[from - 1]))
        from--;
    if (str_u64(str_slice(text, from, end), &n) && n <= INT64_MAX)
        f->number = (int64_t)n;
}

/* A word without what punctuation stands around it. */
static str bare_word(str s)
{
    static const char marks[] = " \t\"'`,.;:()";
    size_t n = 0;

    while (s.n != 0 && memchr(marks, s.p[0], sizeof(marks) - 1) != NULL)
        s = str_from(s, 1);
    while (n < s.n && !is_space(s.p[n]) && s.p[n] != ',' && s.p[n] != '\'' && s.p[n] != '"' &&
            s.p[n] != ')')
        n++;
    while (n != 0 && (s.p[n - 1] == '.' || s.p[n - 1] == ':' || s.p[n - 1] == ';'))
        n--;
    return str_slice(s, 0, n);
}

static void next_word(str text, str s, struct found *f)
{
    (void)text;
    f->object = bare_word(s);
}

/* The word before the literal, e.g. a driver's device: "virtio3: Out of puff!" */
static void word_before(str text, str s, struct found *f)
{
    size_t end = (size_t)(s.p - text.p), from;

    while (end > 0 && text.p[end - 1] != ':')
        end--;
    if (end == 0)
        return;
    from = --end;
    while (from > 0 && !is_space(text.p[from - 1]))
        from--;
    f->object = str_slice(text, from, end);
}

/* "... port 80. Sending cookies", "... port [::]:20002." */
static void port_of(str text, str s, struct found *f)
{
    size_t colon;
    uint64_t port;

    (void)text;
    f->object = bare_word(s);
    colon = str_rfind_char(f->object, ':');
    if (str_u64(str_from(f->object, colon != STR_NONE ? colon + 1 : 0), &port) && port < 65536)
        f->number = (int64_t)port;
}

/* "INFO: task NAME:123 blocked for more than 120 seconds." */
static void hung_task(str text, str s, struct found *f)
{
    size_t from = str_find(text, STR("task ")), end = (size_t)(s.p - text.p);
    str name;

    if (from == STR_NONE || from + 5 >= end) {
        f->class = NULL;
        return;
    }
    name = str_slice(text, from + 5, str_find(text, STR(" blocked for more")));
    f->object = str_slice(name, 0, str_rfind_char(name, ':'));
    first_number(text, s, f);
}

/* "INFO: task a:1 is blocked on a mutex likely owned by task b:2." */
static void owner_task(str text, str s, struct found *f)
{
    size_t at = str_find(s, STR("task "));

    (void)text;
    if (at == STR_NONE) {
        f->class = NULL;
        return;
    }
    s = bare_word(str_from(s, at + 5));
    f->object = str_slice(s, 0, str_rfind_char(s, ':'));
}

/* "BUG: soft lockup - CPU#1 stuck for 134s! [syz:4588]" */
static void cpu_and_seconds(str text, str s, struct found *f)
{
    size_t at = str_find(s, STR("CPU#"));
    int64_t seconds;

    (void)text;
    if (at == STR_NONE)
        return;
    f->object = bare_word(str_from(s, at));
    while (f->object.n != 0 && f->object.p[f->object.n - 1] == '!')
        f->object.n--;
    if (number_after(s, STR("stuck for "), &seconds))
        f->number = seconds;
}

static void cpu_number(str text, str s, struct found *f)
{
    first_number(text, s, f);
}

/* "dev sda, sector 12345", "dev loop0, logical block 0", "device sdb1, logical block 3" */
static void device_and_sector(str text, str s, struct found *f)
{
    int64_t sector;

    (void)text;
    (void)(str_take(&s, STR("ice ")) || str_take(&s, STR(" ")));
    f->object = bare_word(s);
    if (number_after(s, STR("sector "), &sector) || number_after(s, STR("logical block "), &sector))
        f->number = sector;
    if (f->object.n == 0)
        f->class = NULL;
}

/* "sd 0:0:0:0: [sda] ...", "EXT4-fs error (device dm-0): ...", "XFS (sda1): ..." */
static void bracketed_device(str text, str s, struct found *f)
{
    size_t at = str_find(text, STR("(device ")), end;

    (void)s;
    if (at != STR_NONE) {
        f->object = bare_word(str_from(text, at + 8));
        return;
    }
    at = str_find_char(text, '[');
    if (at == STR_NONE)
        at = str_find_char(text, '(');
    if (at == STR_NONE)
        return;
    end = at + 1;
    while (end < text.n && text.p[end] != ']' && text.p[end] != ')')
        end++;
    if (end - at < 24)
        f->object = str_slice(text, at + 1, end);
}

/* "EDAC MC0: 2 CE memory read error on CPU_SrcID#0_MC#0_Chan#1_DIMM#0 (...)" */
static void edac(str text, str s, struct found *f)
{
    bool ue = str_has(s, STR(" UE "));
    size_t at;

    (void)text;
    if (!ue && !str_has(s, STR(" CE "))) {
        f->class = NULL; /* "EDAC MC: Ver: 3.0.0" */
        return;
    }
    f->class = ue ? "edac-ue" : "edac-ce";
    at = str_find(s, STR(": "));
    if (at != STR_NONE)
        first_number(text, str_from(s, at), f);
    at = str_find(s, STR(" on "));
    if (at != STR_NONE) {
        str label = str_from(s, at + 4);

        f->object = str_slice(label, 0, str_find(label, STR(" (")));
    }
}

/* "nfs: server filer1 not responding, still trying", "... OK", "... timed out" */
static void nfs_server(str text, str s, struct found *f)
{
    size_t end = str_find(s, STR(" not responding"));

    (void)text;
    if (end == STR_NONE && (end = str_find(s, STR(" OK"))) != STR_NONE)
        f->class = "nfs-ok";
    if (end == STR_NONE)
        f->class = NULL;
    else
        f->object = str_slice(s, 0, end);
}

static void hyperv_balloon(str text, str s, struct found *f)
{
    static const struct {
        str words;
        const char *class;
    } kinds[] = {
        { STR_INIT("Max. dynamic memory size"), "hv-balloon-max" },
        { STR_INIT("partially fulfilled"), "hv-balloon-partial" },
        { STR_INIT("hot add failed"), "hv-balloon-hot-add-failed" },
        { STR_INIT("hot_add memory failed"), "hv-balloon-hot-add-failed" },
        { STR_INIT("Ballooned pages"), "hv-balloon-pages" },
        { STR_INIT("Unhandled message"), "hv-balloon-unhandled" },
        { STR_INIT("floor reached"), "hv-balloon-floor" },
    };

    (void)text;
    f->class = NULL;
    for (size_t i = 0; f->class == NULL && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (str_find_nocase(s, kinds[i].words) != STR_NONE)
            f->class = kinds[i].class;
    }
    if (str_has(s, STR("Balloon floor reached")))
        f->object = STR("floor");
    else if (str_has(s, STR("Not enough memory")))
        f->object = STR("memory");
    else
        first_number(text, s, f);
}

/* "__vm_enough_memory: pid: 1, comm: x, bytes: 8192 not enough memory for the allocation" */
static void enough_memory(str text, str s, struct found *f)
{
    size_t at = str_find(s, STR("comm: "));
    int64_t bytes;

    (void)text;
    if (at != STR_NONE)
        f->object = bare_word(str_from(s, at + 6));
    if (number_after(s, STR("bytes:"), &bytes))
        f->number = bytes;
}

/* "XFS: mkfs(123) possible ..", "XFS (sda1): kworker(1) possible ..", "XFS: possible .." */
static void xfs_deadlock(str text, str s, struct found *f)
{
    bracketed_device(text, s, f);
    if (!str_starts(text, STR("XFS (")))
        f->object = (str){ NULL, 0 };
    if (!number_after(s, STR(" size "), &f->number))
        f->number = INT64_MIN;
}

/* "privvmpages, UB 185096.": the resource, and the container as the number */
static void shortage(str text, str s, struct found *f)
{
    str rest = s;

    (void)text;
    f->object = bare_word(str_cut(&rest, ','));
    str_skip_blanks(&rest);
    if (str_take(&rest, STR("UB ")))
        first_number(text, str_slice(rest, 0, 12), f);
}

/* "Suppressed 117 messages from /system.slice/x.service" */
static void suppressed(str text, str s, struct found *f)
{
    if (str_has(s, STR(" messages from ")))
        first_number(text, s, f);
    else
        f->class = NULL;
}

/* "waiting for eth0 to become free. Usage count = 1" */
static void free_interface(str text, str s, struct found *f)
{
    size_t at = str_find(text, STR("waiting for "));

    if (at != STR_NONE)
        f->object = bare_word(str_from(text, at + 12));
    first_number(text, s, f);
}

/* "page allocation stalls for 10014ms": whole seconds */
static void stall(str text, str s, struct found *f)
{
    first_number(text, s, f);
    if (f->number != INT64_MIN)
        f->number /= 1000;
    text = str_slice(text, 0, str_find(text, STR(": page all")));
    f->object = text.n <= 64 ? text : (str){ NULL, 0 };
}

static void rest_of_line(str text, str s, struct found *f)
{
    (void)text;
    f->object = str_slice(str_trim(s), 0, 120);
}

static void panic_reason(str text, str s, struct found *f)
{
    size_t at = str_find(text, STR("not syncing: "));

    if (at != STR_NONE)
        rest_of_line(text, str_from(text, at + 13), f);
    else
        rest_of_line(text, s, f);
}

static void allocation_size(str text, str s, struct found *f)
{
    first_number(text, s, f);
}

/* "Killed /a/b.scope due to memory pressure ...", "Marked /a for killing ..." */
static void oomd_cgroup(str text, str s, struct found *f)
{
    size_t at = str_find(text, STR("/"));

    (void)s;
    if (at == STR_NONE || !(str_has(text, STR("Killed ")) || str_has(text, STR("Marked ")))) {
        f->class = NULL;
        return;
    }
    f->object = bare_word(str_from(text, at));
}

/* "sending SIGTERM to process 1234 uid 1000 \"chrome\": badness 900, VmRSS 512 MiB" */
static void earlyoom(str text, str s, struct found *f)
{
    size_t quote = str_find_char(s, '"');

    first_number(text, s, f);
    if (quote != STR_NONE) {
        str name = str_from(s, quote + 1);

        f->object = str_slice(name, 0, str_find_char(name, '"'));
    }
}

/* "lowmemorykiller: Killing 'com.x' (123) (tgid 123), adj 900," */
static void quoted_name(str text, str s, struct found *f)
{
    first_number(text, s, f);
    f->object = bare_word(s);
}

/* --- the table: rows that say more stand before those that say less --- */

#define PLAIN(text, class, look)                                                                   \
    {                                                                                              \
        STR_INIT(text), class, look, -1, false                                                     \
    }
#define HEADER(text, header)                                                                       \
    {                                                                                              \
        STR_INIT(text), NULL, NULL, header, false                                                  \
    }
#define BOTH(text, class, look, header)                                                            \
    {                                                                                              \
        STR_INIT(text), class, look, header, false                                                 \
    }
#define PROGRAM(text, class, look)                                                                 \
    {                                                                                              \
        STR_INIT(text), class, look, -1, true                                                      \
    }

/* clang-format off: a table */
static const struct message_row rows[] = {
    BOTH("page allocation stalls for ", "alloc-stall", stall, HEADER_STALL),
    BOTH("page alloction stalls for ", "alloc-stall", stall, HEADER_STALL),
    HEADER("vmalloc: allocation failure", HEADER_VMALLOC),
    HEADER("vmalloc error: size ", HEADER_VMALLOC),
    HEADER("vmemmap alloc failure: ", HEADER_VMEMMAP),
    HEADER(": page allocation failure", HEADER_PAGE),
    HEADER("-order allocation failed (gfp=", HEADER_PAGE_24),
    HEADER("SLUB: Unable to allocate memory on", HEADER_SLUB),
    HEADER("SLAB: Unable to allocate memory on", HEADER_SLAB),
    HEADER(" invoked oom", HEADER_OOM),
    HEADER("oom-killer: gfp_mask=", HEADER_OOM),
    HEADER("oom-kill:constraint=", HEADER_CONSTRAINT),
    BOTH("not syncing: Out of memory", "panic", panic_reason, HEADER_PANIC),
    BOTH("not syncing: out of memory", "panic", panic_reason, HEADER_PANIC),
    BOTH("not syncing: System is deadlocked on memory", "panic", panic_reason, HEADER_PANIC),
    HEADER("OOM killed process ", HEADER_UB),
    HEADER("Killed process ", HEADER_KILL),
    HEADER("Kill process ", HEADER_KILL),
    HEADER("kill process ", HEADER_KILL),
    HEADER("VM: killing process ", HEADER_KILL),

    HEADER(" mems_allowed=", HEADER_BLOCK),
    HEADER("Mem-Info:", HEADER_BLOCK),
    HEADER("Mem-info:", HEADER_BLOCK),
    HEADER("kB min:", HEADER_BLOCK),
    HEADER("killed as a result of limit of ", HEADER_BLOCK),
    HEADER("memory: usage ", HEADER_BLOCK),
    HEADER(" uid  tgid total_vm", HEADER_BLOCK),

    PLAIN("conntrack: table full", "conntrack-full", NULL),
    PLAIN("conntrack: expectation table full", "conntrack-expect", NULL),
    PLAIN("TCP: out of memory -- consider", "tcp-memory", NULL),
    PLAIN("Out of socket memory", "tcp-memory", NULL),
    PLAIN("too many orphaned sockets", "tcp-orphans", NULL),
    PLAIN("too many of orphaned sockets", "tcp-orphans", NULL),
    PLAIN("time wait bucket table overflow", "tcp-timewait", NULL),
    PLAIN("ossible SYN flooding on port ", "syn-flood", port_of),
    PLAIN("neighbor table overflow", "neighbour-overflow", word_before),
    PLAIN("eighbour table overflow", "neighbour-overflow", word_before),
    PLAIN("dst cache overflow", "route-overflow", NULL),
    PLAIN("Route cache is full", "route-overflow", NULL),
    PLAIN("file-max limit ", "file-max", first_number),
    PLAIN("fork rejected by pids controller in ", "pids-rejected", next_word),
    PLAIN(" blocked for more than ", "hung-task", hung_task),
    PLAIN(" likely owned by task ", "hung-task-owner", owner_task),
    PLAIN(" likely last held by task ", "hung-task-owner", owner_task),
    PLAIN("BUG: soft lockup", "soft-lockup", cpu_and_seconds),
    PLAIN("etected hard LOCKUP", "hard-lockup", cpu_number),
    PLAIN("detected stalls on CPU", "rcu-stall", NULL),
    PLAIN("self-detected stall on CPU", "rcu-stall", NULL),
    PLAIN("detected expedited stalls on", "rcu-stall", NULL),
    PLAIN("hogged CPU for >", "workqueue-hog", first_number),
    PLAIN("critical medium error, dev ", "medium-error", device_and_sector),
    PLAIN("Medium Error [", "medium-error", bracketed_device),
    PLAIN("Unrecovered read error", "medium-error", bracketed_device),
    PLAIN("error: { UNC }", "medium-error", word_before),
    PLAIN("critical space allocation error, dev ", "io-space", device_and_sector),
    PLAIN("critical target error, dev ", "io-error", device_and_sector),
    PLAIN("recoverable transport error, dev ", "io-path", device_and_sector),
    PLAIN("hostbyte=DID_NO_CONNECT", "io-path", bracketed_device),
    PLAIN("hostbyte=DID_TRANSPORT_", "io-path", bracketed_device),
    PLAIN("rejecting I/O to offline device", "io-path", bracketed_device),
    PLAIN("Buffer I/O error on dev", "io-error", device_and_sector),
    PLAIN("I/O error, dev ", "io-error", device_and_sector),
    PLAIN("EXT4-fs error", "fs-error", bracketed_device),
    PLAIN("EXT3-fs error", "fs-error", bracketed_device),
    PLAIN("EXT2-fs error", "fs-error", bracketed_device),
    PLAIN("BTRFS error", "fs-error", bracketed_device),
    PLAIN("BTRFS critical", "fs-error", bracketed_device),
    PLAIN("Corruption of in-memory data", "fs-error", bracketed_device),
    PLAIN("Metadata corruption detected", "fs-error", bracketed_device),
    PLAIN("emounting filesystem read-only", "fs-read-only", bracketed_device),
    PLAIN("Aborting journal on device ", "fs-read-only", next_word),
    PLAIN("Directory index full!", "fs-index-full", bracketed_device),
    PLAIN("Read-error on swap-device", "swap-error", NULL),
    PLAIN("Write-error on swap-device", "swap-error", NULL),
    PLAIN("EDAC MC", "edac-ce", edac),
    PLAIN("Memory failure: 0x", "memory-failure", NULL),
    PLAIN("Machine check events logged", "mce", NULL),
    PLAIN("Machine Check Exception", "mce", NULL),
    PLAIN("[Hardware Error]: ", "mce", NULL),
    PLAIN("nfs: server ", "nfs-not-responding", nfs_server),
    PLAIN("hv_balloon: ", "hv-balloon", hyperv_balloon),
    PLAIN(": Out of puff! ", "virtio-balloon-puff", word_before),
    PLAIN("Initialising balloon driver", "xen-balloon", NULL),
    PLAIN("xen:balloon: ", "xen-balloon", NULL),
    PLAIN("xen_balloon: ", "xen-balloon", NULL),
    PLAIN("underflow current target", "xen-balloon", NULL),
    PLAIN("Initialising VMware balloon", "vmware-balloon", NULL),
    PLAIN("BUG: Bad page state", "bad-page", NULL),
    PLAIN("BUG: Bad page map", "bad-page", NULL),
    PLAIN("BUG: Bad rss-counter state", "bad-page", NULL),
    PLAIN("new suspected memory leaks", "kmemleak", number_before),
    PLAIN("BUG: memory leak", "kmemleak", NULL),
    PLAIN("BUG: unable to handle ", "oops", rest_of_line),
    PLAIN("Unable to handle kernel ", "oops", rest_of_line),
    PLAIN("general protection fault", "oops", NULL),
    PLAIN("Internal error: Oops", "oops", NULL),
    PLAIN("Oops: 0", "oops", NULL),
    PLAIN("kernel BUG at ", "bug", next_word),
    PLAIN("BUG: KASAN: ", "kasan", rest_of_line),
    PLAIN("slab error in ", "slab-error", NULL),
    PLAIN("Kernel panic - not syncing: ", "panic", panic_reason),
    PLAIN(" to become free. Usage count", "unregister-netdevice", free_interface),
    PLAIN("__vm_enough_memory: pid", "vm-enough-memory", enough_memory),
    PLAIN("possible memory allocation deadlock", "xfs-deadlock", xfs_deadlock),
    PLAIN("audit: backlog limit exceeded", "audit-backlog", NULL),
    PLAIN("audit_backlog_limit=", "audit-backlog", first_number),
    PLAIN("VM_FAULT_OOM leaked out", "oom-fault-leaked", NULL),
    PLAIN("Purging GPU memory", "gpu-purge", first_number),
    PLAIN("vmap allocation for size ", "vmap-exhausted", allocation_size),
    PLAIN("oom_reaper: unable to reap", "oom-reaper-failed", NULL),
    PLAIN("Error allocating memory for compressed page", "zram-memory", NULL),
    PLAIN("Manual OOM execution", "oom-manual", NULL),
    PLAIN("Marking clocksource", "clock-unstable", next_word),
    PLAIN("NETDEV WATCHDOG: ", "tx-timeout", next_word),
    PLAIN("Fatal resource shortage: ", "ubc-shortage", shortage),
    PLAIN("printk messages dropped", "messages-lost", number_before),
    PLAIN(" callbacks suppressed", "messages-lost", number_before),
    PLAIN(" messages suppressed", "messages-lost", number_before),
    PLAIN("lowmemorykiller: Killing ", "lowmemorykiller", quoted_name),

    PROGRAM("systemd-oomd killed ", "oomd-kill-unit", first_number),
    PROGRAM(" due to memory used ", "oomd-kill", oomd_cgroup),
    PROGRAM(" due to memory pressure ", "oomd-kill", oomd_cgroup),
    PROGRAM("sending SIGTERM to process ", "earlyoom-kill", earlyoom),
    PROGRAM("sending SIGKILL to process ", "earlyoom-kill", earlyoom),
    PROGRAM("begins to drop messages", "messages-lost", NULL),
    PROGRAM("imuxsock lost ", "messages-lost", first_number),
    PROGRAM(" messages lost due to rate-limiting", "messages-lost", number_before),
    PROGRAM(" kernel messages", "messages-lost", number_before),
    PROGRAM("Suppressed ", "messages-lost", suppressed),
};
/* clang-format on */

static uint32_t window_hash(const char *p)
{
    uint32_t word;

    memcpy(&word, p, sizeof(word));
    return (word * 0x9e3779b1u) >> 16;
}

void messages_init(struct message_scan *scan)
{
    memset(scan, 0, sizeof(*scan));
    for (uint16_t row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
        for (uint8_t offset = 0; offset < 4; offset++) {
            uint32_t hash = window_hash(rows[row].literal.p + offset);
            unsigned entry = scan->nentries++;

            scan->map[hash >> 6] |= 1ull << (hash & 63);
            scan->entries[entry].row = row;
            scan->entries[entry].offset = offset;
            scan->entries[entry].next = scan->heads[hash % SCAN_SLOTS];
            scan->heads[hash % SCAN_SLOTS] = (uint16_t)(entry + 1);
        }
    }
}

static unsigned best_at(
        const struct message_scan *scan, str text, size_t at, uint32_t hash, unsigned best)
{
    for (unsigned e = scan->heads[hash % SCAN_SLOTS]; e != 0; e = scan->entries[e - 1].next) {
        unsigned row = scan->entries[e - 1].row;
        size_t offset = scan->entries[e - 1].offset;

        if (row < best && at >= offset &&
                str_starts(str_from(text, at - offset), rows[row].literal))
            best = row;
    }
    return best;
}

const struct message_row *messages_find(const struct message_scan *scan, str text)
{
    const unsigned none = sizeof(rows) / sizeof(rows[0]);
    unsigned best = none;

    for (size_t i = 0; i + 4 <= text.n; i += 4) {
        uint32_t hash = window_hash(text.p + i);

        if ((scan->map[hash >> 6] >> (hash & 63) & 1) != 0)
            best = best_at(scan, text, i, hash, best);
    }
    return best != none ? &rows[best] : NULL;
}

bool message_header(const struct message_row *row, enum header *ret)
{
    if (row->header < 0)
        return false;
    *ret = (enum header)row->header;
    return true;
}

bool message_is_of_program(const struct message_row *row)
{
    return row->program;
}

static bool emit_found(struct parse *in, const struct kmsg *m, const struct message_row *row)
{
    struct found found = { .class = row->class, .number = INT64_MIN };
    struct value values[KERNEL_MESSAGE_NFIELDS] = { 0 };
    size_t at = str_find(m->text, row->literal);

    if (row->class == NULL || at == STR_NONE)
        return false;
    if (row->look != NULL)
        row->look(m->text, str_from(m->text, at + row->literal.n), &found);
    if (found.class == NULL)
        return false;
    if (!parse_wants_text(in, &kind_KERNEL_MESSAGE, KERNEL_MESSAGE_CLASS, str_z(found.class)))
        return true;
    values[KERNEL_MESSAGE_CLASS] = value_z(found.class);
    values[KERNEL_MESSAGE_TEXT] = value_text(str_slice(m->text, 0, 1024));
    values[KERNEL_MESSAGE_OBJECT] = value_text(found.object);
    if (found.number != INT64_MIN)
        values[KERNEL_MESSAGE_NUMBER] = value_int(found.number);
    if (m->prefix.priority >= 0)
        values[KERNEL_MESSAGE_PRIORITY] = value_int(m->prefix.priority);
    emit(in, &kind_KERNEL_MESSAGE, &m->line, m->when, values);
    if (str_eq(str_z(found.class), STR("messages-lost")))
        parse_diag(in, DIAG_NOTE, "kernel-log.lines-lost", &m->line,
                STR("lines are missing here: counts are lower bounds"));
    return true;
}

void message_emit(struct parse *in, const struct kmsg *m, const struct message_row *row)
{
    (void)emit_found(in, m, row);
}

bool message_of_program(struct parse *in, const struct message_scan *scan, const struct kmsg *m)
{
    const struct message_row *row = messages_find(scan, m->text);

    return row != NULL && row->program && emit_found(in, m, row);
}
