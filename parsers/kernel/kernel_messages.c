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

#include "kernel_looks.h"

struct message_row {
    str literal;
    const char *class; /* NULL = only a header */
    /* Fills in object and number; may change the class, or refuse by NULL. s begins behind the
     * literal. */
    void (*look)(str text, str s, struct found *found);
    int header;   /* enum header, -1 = none */
    bool program; /* said by programs, not by the kernel */
};

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
    BOTH("page allocation stalls for ", "alloc-stall", look_stall, HEADER_STALL),
    BOTH("page alloction stalls for ", "alloc-stall", look_stall, HEADER_STALL),
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
    BOTH("not syncing: Out of memory", "panic", look_panic_reason, HEADER_PANIC),
    BOTH("not syncing: out of memory", "panic", look_panic_reason, HEADER_PANIC),
    BOTH("not syncing: System is deadlocked on memory", "panic", look_panic_reason, HEADER_PANIC),
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
    PLAIN("ossible SYN flooding on port ", "syn-flood", look_port_of),
    PLAIN("neighbor table overflow", "neighbour-overflow", look_word_before),
    PLAIN("eighbour table overflow", "neighbour-overflow", look_word_before),
    PLAIN("dst cache overflow", "route-overflow", NULL),
    PLAIN("Route cache is full", "route-overflow", NULL),
    PLAIN("file-max limit ", "file-max", look_first_number),
    PLAIN("fork rejected by pids controller in ", "pids-rejected", look_next_word),
    PLAIN(" blocked for more than ", "hung-task", look_hung_task),
    PLAIN(" likely owned by task ", "hung-task-owner", look_owner_task),
    PLAIN(" likely last held by task ", "hung-task-owner", look_owner_task),
    PLAIN("BUG: soft lockup", "soft-lockup", look_cpu_and_seconds),
    PLAIN("etected hard LOCKUP", "hard-lockup", look_cpu_number),
    PLAIN("detected stalls on CPU", "rcu-stall", NULL),
    PLAIN("self-detected stall on CPU", "rcu-stall", NULL),
    PLAIN("detected expedited stalls on", "rcu-stall", NULL),
    PLAIN("hogged CPU for >", "workqueue-hog", look_first_number),
    PLAIN("critical medium error, dev ", "medium-error", look_device_and_sector),
    PLAIN("Medium Error [", "medium-error", look_bracketed_device),
    PLAIN("Unrecovered read error", "medium-error", look_bracketed_device),
    PLAIN("error: { UNC }", "medium-error", look_word_before),
    PLAIN("critical space allocation error, dev ", "io-space", look_device_and_sector),
    PLAIN("critical target error, dev ", "io-error", look_device_and_sector),
    PLAIN("recoverable transport error, dev ", "io-path", look_device_and_sector),
    PLAIN("hostbyte=DID_NO_CONNECT", "io-path", look_bracketed_device),
    PLAIN("hostbyte=DID_TRANSPORT_", "io-path", look_bracketed_device),
    PLAIN("rejecting I/O to offline device", "io-path", look_bracketed_device),
    PLAIN("Buffer I/O error on dev", "io-error", look_device_and_sector),
    PLAIN("I/O error, dev ", "io-error", look_device_and_sector),
    PLAIN("EXT4-fs error", "fs-error", look_bracketed_device),
    PLAIN("EXT3-fs error", "fs-error", look_bracketed_device),
    PLAIN("EXT2-fs error", "fs-error", look_bracketed_device),
    PLAIN("BTRFS error", "fs-error", look_bracketed_device),
    PLAIN("BTRFS critical", "fs-error", look_bracketed_device),
    PLAIN("Corruption of in-memory data", "fs-error", look_bracketed_device),
    PLAIN("Metadata corruption detected", "fs-error", look_bracketed_device),
    PLAIN("emounting filesystem read-only", "fs-read-only", look_bracketed_device),
    PLAIN("Aborting journal on device ", "fs-read-only", look_next_word),
    PLAIN("Directory index full!", "fs-index-full", look_bracketed_device),
    PLAIN("Read-error on swap-device", "swap-error", NULL),
    PLAIN("Write-error on swap-device", "swap-error", NULL),
    PLAIN("EDAC MC", "edac-ce", look_edac),
    PLAIN("Memory failure: 0x", "memory-failure", NULL),
    PLAIN("Machine check events logged", "mce", NULL),
    PLAIN("Machine Check Exception", "mce", NULL),
    PLAIN("[Hardware Error]: ", "mce", NULL),
    PLAIN("nfs: server ", "nfs-not-responding", look_nfs_server),
    PLAIN("hv_balloon: ", "hv-balloon", look_hyperv_balloon),
    PLAIN(": Out of puff! ", "virtio-balloon-puff", look_word_before),
    PLAIN("Initialising balloon driver", "xen-balloon", NULL),
    PLAIN("xen:balloon: ", "xen-balloon", NULL),
    PLAIN("xen_balloon: ", "xen-balloon", NULL),
    PLAIN("underflow current target", "xen-balloon", NULL),
    PLAIN("Initialising VMware balloon", "vmware-balloon", NULL),
    PLAIN("BUG: Bad page state", "bad-page", NULL),
    PLAIN("BUG: Bad page map", "bad-page", NULL),
    PLAIN("BUG: Bad rss-counter state", "bad-page", NULL),
    PLAIN("new suspected memory leaks", "kmemleak", look_number_before),
    PLAIN("BUG: memory leak", "kmemleak", NULL),
    PLAIN("BUG: unable to handle ", "oops", look_rest_of_line),
    PLAIN("Unable to handle kernel ", "oops", look_rest_of_line),
    PLAIN("general protection fault", "oops", NULL),
    PLAIN("Internal error: Oops", "oops", NULL),
    PLAIN("Oops: 0", "oops", NULL),
    PLAIN("kernel BUG at ", "bug", look_next_word),
    PLAIN("BUG: KASAN: ", "kasan", look_rest_of_line),
    PLAIN("slab error in ", "slab-error", NULL),
    PLAIN("Kernel panic - not syncing: ", "panic", look_panic_reason),
    PLAIN(" to become free. Usage count", "unregister-netdevice", look_free_interface),
    PLAIN("__vm_enough_memory: pid", "vm-enough-memory", look_enough_memory),
    PLAIN("possible memory allocation deadlock", "xfs-deadlock", look_xfs_deadlock),
    PLAIN("audit: backlog limit exceeded", "audit-backlog", NULL),
    PLAIN("audit_backlog_limit=", "audit-backlog", look_first_number),
    PLAIN("VM_FAULT_OOM leaked out", "oom-fault-leaked", NULL),
    PLAIN("Purging GPU memory", "gpu-purge", look_first_number),
    PLAIN("vmap allocation for size ", "vmap-exhausted", look_allocation_size),
    PLAIN("oom_reaper: unable to reap", "oom-reaper-failed", NULL),
    PLAIN("Error allocating memory for compressed page", "zram-memory", NULL),
    PLAIN("Manual OOM execution", "oom-manual", NULL),
    PLAIN("Marking clocksource", "clock-unstable", look_next_word),
    PLAIN("NETDEV WATCHDOG: ", "tx-timeout", look_next_word),
    PLAIN("Fatal resource shortage: ", "ubc-shortage", look_shortage),
    PLAIN("printk messages dropped", "messages-lost", look_number_before),
    PLAIN(" callbacks suppressed", "messages-lost", look_number_before),
    PLAIN(" messages suppressed", "messages-lost", look_number_before),
    PLAIN("lowmemorykiller: Killing ", "lowmemorykiller", look_quoted_name),

    PROGRAM("systemd-oomd killed ", "oomd-kill-unit", look_first_number),
    PROGRAM(" due to memory used ", "oomd-kill", look_oomd_cgroup),
    PROGRAM(" due to memory pressure ", "oomd-kill", look_oomd_cgroup),
    PROGRAM("sending SIGTERM to process ", "earlyoom-kill", look_earlyoom),
    PROGRAM("sending SIGKILL to process ", "earlyoom-kill", look_earlyoom),
    PROGRAM("begins to drop messages", "messages-lost", NULL),
    PROGRAM("imuxsock lost ", "messages-lost", look_first_number),
    PROGRAM(" messages lost due to rate-limiting", "messages-lost", look_number_before),
    PROGRAM(" kernel messages", "messages-lost", look_number_before),
    PROGRAM("Suppressed ", "messages-lost", look_suppressed),
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
