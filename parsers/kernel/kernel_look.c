/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel_look: is this a kernel log? Lines with a stamp or tag that only kernel logs carry count
 * most; a capture without prefixes is told by words that nothing else prints.
 */
#include "kernel_look.h"

#include "kernel_report.h"
#include "literal.h"
#include "signs.h"

enum { LINES_PREFIXED = 400, LINES_SEARCHED = 100, LINE_LOOKED_AT = 400 };

/* What stands nowhere but in kernel messages; what is common in them and rare elsewhere. */
enum { USUAL = 1, STRONG };

static const struct literal words[] = {
    { STR_INIT(" invoked oom-killer: "), STRONG, false },
    { STR_INIT(": page allocation failure"), STRONG, false },
    { STR_INIT("vmalloc: allocation failure"), STRONG, false },
    { STR_INIT("-order allocation failed (gfp="), STRONG, false },
    { STR_INIT("Unable to allocate memory on node"), STRONG, false },
    { STR_INIT("Out of memory: Kill"), STRONG, false },
    { STR_INIT("emory cgroup out of memory: Kill"), STRONG, false },
    { STR_INIT("INFO: task "), STRONG, false },
    { STR_INIT("oom-kill:constraint="), STRONG, false },
    { STR_INIT("nf_conntrack: "), STRONG, false },
    { STR_INIT("ip_conntrack: "), STRONG, false },
    { STR_INIT("Kernel panic - not syncing"), STRONG, false },
    { STR_INIT("BUG: soft lockup"), STRONG, false },
    { STR_INIT("neighbor table overflow!"), STRONG, false },
    { STR_INIT("fork rejected by pids controller"), STRONG, false },
    { STR_INIT("page allocation stalls for"), STRONG, false },
    { STR_INIT("BUG: unable to handle kernel"), STRONG, false },
    { STR_INIT("BUG: memory leak"), STRONG, false },
    { STR_INIT("TCP: out of memory -- "), STRONG, false },
    { STR_INIT("VFS: file-max limit"), STRONG, false },
    { STR_INIT("OOM killed process "), STRONG, false },
    { STR_INIT("Fatal resource shortage: "), STRONG, false },
    { STR_INIT("EDAC MC"), STRONG, false },
    { STR_INIT("hv_balloon: "), STRONG, false },
    { STR_INIT("blk_update_request: "), STRONG, false },
    { STR_INIT("end_request: I/O error"), STRONG, false },
    { STR_INIT("Call Trace:"), USUAL, false },
    { STR_INIT("Call trace:"), USUAL, false },
    { STR_INIT("Mem-Info:"), USUAL, false },
    { STR_INIT("Mem-info:"), USUAL, false },
    { STR_INIT("Hardware name: "), USUAL, false },
    { STR_INIT("lowmem_reserve[]:"), USUAL, false },
    { STR_INIT("total pagecache pages"), USUAL, false },
    { STR_INIT("Free swap  = "), USUAL, false },
    { STR_INIT("Total swap = "), USUAL, false },
    { STR_INIT("active_anon:"), USUAL, false },
    { STR_INIT("Linux version "), USUAL, false },
    { STR_INIT("BIOS-e820"), USUAL, false },
    { STR_INIT("pages RAM"), USUAL, false },
    { STR_INIT("pages reserved"), USUAL, false },
    { STR_INIT("Not tainted "), USUAL, false },
    { STR_INIT("Tainted: "), USUAL, false },
    { STR_INIT("*4kB "), USUAL, false },
    { STR_INIT("Killed process "), USUAL, false },
    { STR_INIT("memory: usage "), USUAL, false },
    { STR_INIT("hugepages_total="), USUAL, false },
    { STR_INIT("unreferenced object"), USUAL, false },
    { STR_INIT("too many orphaned sockets"), USUAL, false },
    { STR_INIT("VM: killing process "), USUAL, false },
};

void kernel_look_signs(struct signs *to)
{
    SIGNS_ADD(to, words);
}

static const struct literals *all_words(void)
{
    static struct literals set;

    if (set.n == 0)
        literals_prepare(&set, words, sizeof(words) / sizeof(words[0]));
    return &set;
}

/* The strongest word in s; 0 without one. The kernel never changes the case of its words. */
static unsigned find_words(str s)
{
    const struct literals *set = all_words();
    struct literal_hit hit;
    unsigned found = 0;

    for (size_t from = 0; found < STRONG && literals_find(set, s, from, s.n, &hit);
            from = hit.begin + 1) {
        if (hit.literal->id > found && str_starts(str_from(s, hit.begin), hit.literal->text))
            found = hit.literal->id;
    }
    return found;
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

/* spoken: a word of the kernel stands somewhere. */
static void look_at(str s, bool spoken, struct kernel_look *look)
{
    struct prefix p;
    struct frame frame;
    unsigned found;
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
    found = spoken ? find_words(s) : 0;
    look->strong += found == STRONG;
    look->words += found != 0 || trace_frame(s, &frame, &narrow) || is_stack_words(s) ||
                   meminfo_stage(&nothing_open, s) >= 0;
}

static struct kernel_look take_look(str head, bool spoken)
{
    struct kernel_look look = { .taken = true };
    str line, rest = head;

    look.json = str_starts(str_trim(str_slice(head, 0, 64)), STR("{")) &&
                str_has(str_slice(head, 0, 64), STR("\"dmesg\": ["));
    /* What is looked for in lines without a prefix adds up over a bundle. */
    while (look.lines < LINES_PREFIXED && look.searched < LINES_SEARCHED &&
            str_line(&rest, &line)) {
        if (str_trim(line).n != 0)
            look_at(line, spoken, &look);
    }
    return look;
}

struct kernel_look kernel_look(const struct sniff *in)
{
    if (in->look == NULL)
        return take_look(in->text, !in->signless);
    if (!in->look->taken)
        *in->look = take_look(in->text, !in->signless);
    return *in->look;
}
