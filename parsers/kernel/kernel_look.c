/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel_look: is this a kernel log? Lines with a stamp or tag that only kernel logs carry count
 * most; a capture without prefixes is told by words that nothing else prints.
 */
#include "kernel_reader.h"

enum { LINES_PREFIXED = 400, LINES_SEARCHED = 100, LINE_LOOKED_AT = 400 };

/* What stands nowhere but in kernel messages. */
static const str strong[] = { STR_INIT(" invoked oom-killer: "),
    STR_INIT(": page allocation failure"), STR_INIT("vmalloc: allocation failure"),
    STR_INIT("-order allocation failed (gfp="), STR_INIT("Unable to allocate memory on node"),
    STR_INIT("Out of memory: Kill"), STR_INIT("emory cgroup out of memory: Kill"),
    STR_INIT("INFO: task "), STR_INIT("oom-kill:constraint="), STR_INIT("nf_conntrack: "),
    STR_INIT("ip_conntrack: "), STR_INIT("Kernel panic - not syncing"),
    STR_INIT("BUG: soft lockup"), STR_INIT("neighbor table overflow!"),
    STR_INIT("fork rejected by pids controller"), STR_INIT("page allocation stalls for"),
    STR_INIT("BUG: unable to handle kernel"), STR_INIT("BUG: memory leak"),
    STR_INIT("TCP: out of memory -- "), STR_INIT("VFS: file-max limit"),
    STR_INIT("OOM killed process "), STR_INIT("Fatal resource shortage: "), STR_INIT("EDAC MC"),
    STR_INIT("hv_balloon: "), STR_INIT("blk_update_request: "),
    STR_INIT("end_request: I/O error") };

/* What is common in them and rare elsewhere. */
static const str usual[] = { STR_INIT("Call Trace:"), STR_INIT("Call trace:"),
    STR_INIT("Mem-Info:"), STR_INIT("Mem-info:"), STR_INIT("Hardware name: "),
    STR_INIT("lowmem_reserve[]:"), STR_INIT("total pagecache pages"), STR_INIT("Free swap  = "),
    STR_INIT("Total swap = "), STR_INIT("active_anon:"), STR_INIT("Linux version "),
    STR_INIT("BIOS-e820"), STR_INIT("pages RAM"), STR_INIT("pages reserved"),
    STR_INIT("Not tainted "), STR_INIT("Tainted: "), STR_INIT("*4kB "), STR_INIT("Killed process "),
    STR_INIT("memory: usage "), STR_INIT("hugepages_total="), STR_INIT("unreferenced object"),
    STR_INIT("too many orphaned sockets"), STR_INIT("VM: killing process ") };

static bool has_any(str s, const str *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (str_has(s, list[i]))
            return true;
    }
    return false;
}

/* Three words of hex digits or a register dump. */
static bool is_stack_words(str s)
{
    str word;
    unsigned n = 0;
    uint64_t value;

    while (str_word(&s, &word)) {
        if ((word.n != 16 && word.n != 8) || !str_hex(word, &value))
            return false;
        n++;
    }
    return n >= 3;
}

/* Large: kept out of the stack. */
static const struct report nothing_open;

static void look_at(str s, struct kernel_look *look)
{
    struct prefix p;
    struct frame frame;
    bool narrow;
    const unsigned stamps =
            PREFIX_UPTIME | PREFIX_KMSG | PREFIX_RAW | PREFIX_DECODED | PREFIX_DELTA;

    /* Colours and quotes do not hide a prefix. */
    while (str_take_char(&s, '>'))
        (void)str_take_char(&s, ' ');
    (void)str_take_char(&s, '\0');
    (void)str_take(&s, STR("\xef\xbf\xbd"));
    prefix_parse(s, &p);
    look->lines++;
    look->bytes |= (p.parts & PREFIX_KMSG) != 0;
    if ((p.parts & PREFIX_KERNEL) != 0 ||
            ((p.parts & stamps) != 0 && (p.parts & PREFIX_PROGRAM) == 0)) {
        look->kernel++;
        return;
    }
    if ((p.parts & PREFIX_PROGRAM) != 0) {
        look->program++;
        look->iso += (p.parts & PREFIX_ISO) != 0;
        return;
    }
    s = str_slice(str_trim(p.text), 0, LINE_LOOKED_AT);
    /* "[Thu Jul 15 23:44:32 2021] text": other logs bracket such dates too, but rarely. */
    if ((p.parts & (PREFIX_CALLER | PREFIX_CTIME)) != 0) {
        look->kernel++;
        return;
    }
    look->searched++;
    if (has_any(s, strong, sizeof(strong) / sizeof(strong[0]))) {
        look->strong++;
        look->words++;
    } else if (trace_frame(s, &frame, &narrow) || is_stack_words(s) ||
               meminfo_stage(&nothing_open, s) >= 0 ||
               has_any(s, usual, sizeof(usual) / sizeof(usual[0]))) {
        look->words++;
    }
}

struct kernel_look kernel_look(str head)
{
    struct kernel_look look = { 0 };
    str line, rest = head;

    look.json = str_starts(str_trim(str_slice(head, 0, 64)), STR("{")) &&
                str_has(str_slice(head, 0, 64), STR("\"dmesg\": ["));
    /* Fifty searches per line of prose or code add up over a bundle. */
    while (look.lines < LINES_PREFIXED && look.searched < LINES_SEARCHED &&
            str_line(&rest, &line)) {
        if (str_trim(line).n != 0)
            look_at(line, &look);
    }
    return look;
}
