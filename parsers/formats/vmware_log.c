/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vmware-log: vmware.log of a virtual machine in its three generations of prefixes, and the logs of
 * ESXi and vCenter (vmkernel, hostd, vpxd).
 *
 *     Feb 11 10:20:30.040: vmx| text
 *     2015-02-11T10:20:30.040+01:00| vmx| I120: DICT   memsize = "2048"
 *     2024-02-11T10:20:30.040Z In(05) vmx MemSched: locked 10 target 20 balloon 5 9 40 swapped 0 0 0
 *     2021-02-11T10:20:30.040Z cpu3:7001)WARNING: Sched: vm 7002: could not create container group
 *     2021-02-11T10:20:30.040Z info hostd[7003] [Originator@6876 sub=Vimsvc] text
 *
 * Taken: the dictionary that a machine writes down when it starts (the whole .vmx), the balloon and
 * what the host swapped, as often as they change; whether the tools run; known messages and codes
 * in the rest. Sizes in MemSched lines are pages of 4 KiB: held, asked for, most.
 */
#include "clock_watch.h"
#include "stray.h"
#include "vmx_dict.h"

static const struct kind *const kinds[] = { &kind_VM_CONFIG, &kind_VM_BALLOON, &kind_LOG_MESSAGE,
    &kind_ERROR, &kind_OPERATION, &kind_STACK, &kind_BEANCOUNTER, &kind_CLOCK, NULL };

enum origin { FROM_NOBODY, FROM_MACHINE, FROM_HOST };

struct entry {
    enum origin origin;
    struct when when;
    struct stamp stamp;
    str text; /* without stamp, level and thread */
};

static bool is_word_char(char c)
{
    return is_alnum(c) || c == '-' || c == '_' || c == '.';
}

static str take_name(str *s)
{
    size_t n = 0;

    while (n < s->n && is_word_char(s->p[n]))
        n++;
    *s = str_from(*s, n);
    return (str){ s->p - n, n };
}

/* "vmx| I120: text", "vcpu-0| text" */
static bool take_thread(str rest, struct entry *ret)
{
    str level;

    if (take_name(&rest).n == 0 || !str_take_char(&rest, '|'))
        return false;
    str_skip_blanks(&rest);
    level = rest;
    if (level.n > 2 && level.p[0] >= 'A' && level.p[0] <= 'Z' && is_digit(level.p[1])) {
        level = str_from(level, 1);
        while (level.n != 0 && (is_digit(level.p[0]) || level.p[0] == '+'))
            level = str_from(level, 1);
        if (str_take_char(&level, ':'))
            rest = level;
    }
    str_skip_blanks(&rest);
    ret->origin = FROM_MACHINE;
    ret->text = rest;
    return true;
}

/* "In(05) vmx text", "In(05)+ vmx text", "Wa(180) vmkwarning: text", "In(14)[+] hostd[77]: text" */
static bool take_level(str rest, struct entry *ret)
{
    static const str levels[] = { STR_INIT("Em"), STR_INIT("Al"), STR_INIT("Cr"), STR_INIT("Er"),
        STR_INIT("Wa"), STR_INIT("No"), STR_INIT("In"), STR_INIT("Db") };
    bool known = false;
    uint64_t number;
    str name;

    for (size_t i = 0; !known && i < sizeof(levels) / sizeof(levels[0]); i++)
        known = str_take(&rest, levels[i]);
    if (!known || !str_take_char(&rest, '(') || !str_take_u64(&rest, &number) ||
            !str_take_char(&rest, ')'))
        return false;
    if (!str_take(&rest, STR("[+]")))
        (void)str_take_char(&rest, '+');
    str_skip_blanks(&rest);
    name = take_name(&rest);
    ret->origin = FROM_HOST;
    if (str_take_char(&rest, '[')) {
        (void)str_cut(&rest, ']');
        (void)str_take_char(&rest, ':');
    } else if (!str_take_char(&rest, ':')) {
        ret->origin = FROM_MACHINE;
    }
    if (name.n == 0)
        return false;
    str_skip_blanks(&rest);
    ret->text = rest;
    return true;
}

/* "cpu3:7001)text", "cpu0:7001 opID=a0)text" */
static bool take_cpu(str rest, struct entry *ret)
{
    uint64_t number;
    size_t close;

    if (!str_take(&rest, STR("cpu")) || !str_take_u64(&rest, &number) ||
            !str_take_char(&rest, ':') || !str_take_u64(&rest, &number))
        return false;
    close = str_find_char(rest, ')');
    if (close == STR_NONE || close > 40 || (close != 0 && rest.p[0] != ' '))
        return false;
    ret->origin = FROM_HOST;
    ret->text = str_from(rest, close + 1);
    return true;
}

/* "info hostd[7003] [Originator@6876 sub=x] text", "[7F00 verbose 'Default' opID=1] text" */
static bool take_daemon(str rest, struct entry *ret)
{
    static const str levels[] = { STR_INIT("info"), STR_INIT("warning"), STR_INIT("error"),
        STR_INIT("verbose"), STR_INIT("trivia"), STR_INIT("panic") };
    size_t at = str_find(rest, STR("[Originator@"));
    str word, head = rest;

    ret->origin = FROM_HOST;
    if (at != STR_NONE && at < 60) {
        rest = str_from(rest, at);
        (void)str_cut(&rest, ']');
        ret->text = str_trim(rest);
        return true;
    }
    if (str_starts(rest, STR("Section for VMware "))) {
        ret->text = rest;
        return true;
    }
    if (!str_take_char(&head, '[') || !str_word(&head, &word) || !str_word(&head, &word))
        return false;
    str_skip_blanks(&head);
    if (!str_starts(head, STR("'")))
        return false;
    for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
        if (str_eq(word, levels[i])) {
            (void)str_cut(&head, ']');
            ret->text = str_trim(head);
            return true;
        }
    }
    return false;
}

/* Any generation of prefix. */
static bool take_prefix(str s, struct entry *ret)
{
    *ret = (struct entry){ .text = s };
    ret->stamp.uptime = -1;
    if (!stamp_take_iso(&s, &ret->stamp) && !when_take_syslog(&s, &ret->stamp.when))
        return false;
    ret->when = ret->stamp.when;
    if (ret->when.basis == WHEN_YEARLESS && !str_take_char(&s, ':'))
        return false;
    (void)str_take_char(&s, '|');
    str_skip_blanks(&s);
    if (take_thread(s, ret))
        return true;
    return ret->when.basis != WHEN_YEARLESS &&
           (take_level(s, ret) || take_cpu(s, ret) || take_daemon(s, ret));
}

/* vmkernel's own line may stand behind the prefix of syslog: "vmkernel: cpu3:7001)text". */
static bool read_entry(str s, struct entry *ret)
{
    struct entry inner = { 0 };

    if (!take_prefix(s, ret))
        return false;
    if (ret->origin == FROM_HOST && take_cpu(ret->text, &inner))
        ret->text = inner.text;
    return true;
}

static int sniff(const struct sniff *in)
{
    str rest = in->text, line;
    struct entry entry;
    unsigned lines = 0, entries = 0;

    while (lines < 100 && str_line(&rest, &line)) {
        if (str_trim(line).n == 0 || str_starts(line, STR("-->")))
            continue;
        lines++;
        entries += read_entry(line, &entry);
    }
    if (entries == 0)
        return BID_NO;
    return 2 * entries >= lines ? BID_MAGIC : 5 * entries >= lines ? BID_SHAPE + 5 : BID_NAME;
}

/* ---------------------------------------------------------------- what the lines say */

struct state {
    struct vmx_machine vm;
    struct when dict_when;
    bool balloon_known;
    uint64_t balloon[4]; /* held, asked for, most, swapped: as said last */
};

/* " balloon 5 9 40": the numbers behind a word */
static bool numbers_behind(str text, str word, uint64_t *ret, size_t n)
{
    size_t at = str_find(text, word);
    str rest = at != STR_NONE ? str_from(text, at + word.n) : STR(""), number;

    for (size_t i = 0; i < n; i++) {
        if (!str_word(&rest, &number) || !str_u64(number, &ret[i]) || ret[i] > INT64_MAX / 4096)
            return false;
        ret[i] *= 4096;
    }
    return true;
}

/* "MemSched: locked 10 target 20 balloon 5 9 40 swapped 0 0 0 allocd ..." */
static bool take_balloon(
        struct parse *in, struct state *s, const struct line *line, const struct entry *entry)
{
    uint64_t balloon[3], swapped[1], now[4];
    bool changed = !s->balloon_known;

    if (!str_starts(entry->text, STR("MemSched: ")) ||
            !numbers_behind(entry->text, STR(" balloon "), balloon, 3) ||
            !numbers_behind(entry->text, STR(" swapped "), swapped, 1))
        return false;
    for (size_t i = 0; i < 4; i++) {
        now[i] = i < 3 ? balloon[i] : swapped[0];
        changed |= s->balloon[i] != now[i];
        s->balloon[i] = now[i];
    }
    s->balloon_known = true;
    if (!changed)
        return true;
    const struct value values[VM_BALLOON_NFIELDS] = {
        [VM_BALLOON_SOURCE] = value_z("vmware-log"),
        [VM_BALLOON_SIZE] = value_u64(now[0]),
        [VM_BALLOON_TARGET] = value_u64(now[1]),
        [VM_BALLOON_MAXIMUM] = now[2] != 0 ? value_u64(now[2]) : value_none(),
        [VM_BALLOON_SWAPPED] = value_u64(now[3]),
    };
    emit(in, &kind_VM_BALLOON, line, entry->when, values);
    return true;
}

/* "Tools: Changing running status: 2 => 1." */
static bool take_tools(struct parse *in, const struct line *line, const struct entry *entry)
{
    str rest = entry->text;
    uint64_t before, after;
    int64_t number;

    if (!str_take(&rest, STR("Tools: Changing running status: ")) ||
            !str_take_u64(&rest, &before) || !str_take(&rest, STR(" => ")) ||
            !str_take_u64(&rest, &after) || after > 9)
        return false;
    number = (int64_t)after;
    say_message(in, line_span(in, line), line->s, entry->when, "vmware-tools", STR("vmware"),
            after == 0 ? STR("stopped") : STR("running"), &number, entry->text);
    return true;
}

/* "DICT   memsize = "2048"", "DICT --- CONFIGURATION /vmfs/x.vmx" */
static bool take_dict(
        struct parse *in, struct state *s, const struct line *line, const struct entry *entry)
{
    str rest = entry->text, key, value;

    if (!str_take(&rest, STR("DICT "))) {
        vmx_emit(in, &s->vm, s->dict_when);
        return false;
    }
    if (!s->vm.any)
        s->dict_when = entry->when;
    if (vmx_split(rest, &key, &value))
        (void)vmx_take(in, &s->vm, line, key, value);
    return true;
}

static void parse(struct parse *in)
{
    struct state s = { 0 };
    struct when last = { 0 };
    struct line line, text;
    struct entry entry;

    while (parse_line(in, &line)) {
        if (!read_entry(line.s, &entry)) {
            if (str_starts(line.s, STR("-->")) || str_trim(line.s).n == 0)
                parse_took(in, &line);
            parse_stray(in, &line, last);
            continue;
        }
        clock_see(in, &line, STR(""), &entry.stamp);
        last = entry.when = entry.stamp.when;
        parse_took(in, &line);
        if (take_dict(in, &s, &line, &entry))
            continue;
        if (entry.origin == FROM_MACHINE &&
                (take_balloon(in, &s, &line, &entry) || take_tools(in, &line, &entry) ||
                        str_starts(entry.text, STR("OvhdMem "))))
            continue;
        text = line;
        text.s = entry.text;
        parse_stray(in, &text, entry.when);
    }
    vmx_emit(in, &s.vm, s.dict_when);
}

const struct parser parser_vmware_log = {
    .name = "vmware-log",
    .summary = "vmware.log, vmkernel, hostd, vpxd",
    .kinds = kinds,
    .sniff = sniff,
    .parse = parse,
};
