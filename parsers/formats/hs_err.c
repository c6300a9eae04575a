/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hs-err: hs_err_pidN.log, the crash report of the Java virtual machine.
 *
 *     # There is insufficient memory for the Java Runtime Environment to continue.
 *     # Native memory allocation (mmap) failed to map 715849728 bytes for committing reserved memory.
 *     #  Out of Memory Error (os_linux.cpp:2760), pid=4711, tid=4712
 *     V  [libjvm.so+0x6c5f2b]  report_vm_out_of_memory(char const*, int)+0x1bb
 *     Memory: 4k page, physical 16262096k(120340k free), swap 0k(0k free)
 *     Memory: 4k page, system-wide physical 16383M (1200M free)
 *     TotalPageFile size 18815M (AvailPageFile size 2M)
 *
 * Taken: the error and its frames as a stack, the memory of the machine, its system and processors.
 * On Windows the swap of older reports is the commit limit. Not taken: registers, maps, threads,
 * events of the virtual machine, flags, and what the file repeats of /proc/cpuinfo.
 */
#include <string.h>

#include "kernel_prefix.h"
#include "limits.h"
#include "shape.h"
#include "stray.h"

static const struct kind *const kinds[] = { &kind_STACK, &kind_MEMORY_STATUS, &kind_HOST,
    &kind_LOG_MESSAGE, &kind_ERROR, NULL };

enum { FRAMES_SIZE = 2048 };

struct report {
    struct held_line error, message;
    struct name exception;
    char frames[FRAMES_SIZE];
    size_t nframes;
    struct value memory[MEMORY_STATUS_NFIELDS];
    struct held_line memory_line, host_line;
    struct name version;
    uint64_t cpus;
    bool windows;
};

/* "715849728k", "16383M" */
static bool take_size(str *s, uint64_t *ret)
{
    uint64_t n, unit = 1;

    if (!str_take_u64(s, &n))
        return false;
    if (str_take_nocase(s, STR("k")))
        unit = KIB;
    else if (str_take(s, STR("M")))
        unit = MIB;
    else if (str_take(s, STR("G")))
        unit = GIB;
    return !__builtin_mul_overflow(n, unit, ret) && *ret <= INT64_MAX;
}

/* "715849728k(120340k free)", "16383M (1200M free)": both sizes */
static bool take_sizes(str s, uint64_t *ret_all, uint64_t *ret_free)
{
    if (!take_size(&s, ret_all))
        return false;
    str_skip_blanks(&s);
    if (!str_take_char(&s, '('))
        return false;
    (void)str_take(&s, STR("AvailPageFile size "));
    return take_size(&s, ret_free);
}

static void set(
        struct parse *in, struct report *r, const struct line *line, size_t field, uint64_t n)
{
    if (r->memory_line.n == 0)
        held_set(&r->memory_line, in, line, (struct when){ 0 });
    if (r->memory[field].type == VALUE_NONE)
        r->memory[field] = value_u64(n);
}

/* Both lines of Windows and the one of others; k and M are written without a B. */
static void take_memory(struct parse *in, struct report *r, const struct line *line)
{
    str s = line->s;
    size_t at = str_find(s, STR("physical ")), swap = str_find(s, STR("swap "));
    uint64_t all, left;

    if (str_take(&s, STR("TotalPageFile size "))) {
        if (take_sizes(s, &all, &left) && left <= all) {
            set(in, r, line, MEMORY_STATUS_COMMIT_LIMIT, all);
            set(in, r, line, MEMORY_STATUS_COMMIT, all - left);
        }
        return;
    }
    if (at != STR_NONE && take_sizes(str_from(s, at + 9), &all, &left)) {
        set(in, r, line, MEMORY_STATUS_TOTAL, all);
        set(in, r, line, r->windows ? MEMORY_STATUS_AVAILABLE : MEMORY_STATUS_FREE, left);
    }
    if (swap != STR_NONE && take_sizes(str_from(s, swap + 5), &all, &left) && left <= all) {
        set(in, r, line, r->windows ? MEMORY_STATUS_COMMIT_LIMIT : MEMORY_STATUS_SWAP_TOTAL, all);
        set(in, r, line, r->windows ? MEMORY_STATUS_COMMIT : MEMORY_STATUS_SWAP_FREE,
                r->windows ? all - left : left);
    }
}

/* What newer reports copy of /proc/meminfo. */
static void take_meminfo(struct parse *in, struct report *r, const struct line *line)
{
    static const struct {
        str key;
        size_t field;
    } keys[] = {
        { STR_INIT("MemAvailable:"), MEMORY_STATUS_AVAILABLE },
        { STR_INIT("MemTotal:"), MEMORY_STATUS_TOTAL },
        { STR_INIT("MemFree:"), MEMORY_STATUS_FREE },
        { STR_INIT("SwapTotal:"), MEMORY_STATUS_SWAP_TOTAL },
        { STR_INIT("SwapFree:"), MEMORY_STATUS_SWAP_FREE },
        { STR_INIT("CommitLimit:"), MEMORY_STATUS_COMMIT_LIMIT },
        { STR_INIT("Committed_AS:"), MEMORY_STATUS_COMMIT },
    };

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        str s = line->s;
        uint64_t n;

        if (str_take(&s, keys[i].key) && kernel_size(s, 1, &n))
            set(in, r, line, keys[i].field, n);
    }
}

/* "V  [libjvm.so+0x6c5f2b]  f(char const*, int)+0x1bb", "j  com.example.A.run()V+5" */
static bool take_frame(struct report *r, str s)
{
    size_t end;

    if (s.n < 4 || strchr("VCjJv", s.p[0]) == NULL || s.p[1] != ' ' || s.p[2] != ' ')
        return false;
    s = str_trim(str_from(s, 3));
    if (str_starts(s, STR("["))) {
        end = str_find_char(s, ']');
        if (end == STR_NONE)
            return false;
        if (str_trim(str_from(s, end + 1)).n != 0)
            s = str_trim(str_from(s, end + 1));
        else
            s = str_slice(s, 1, end);
    }
    s = str_slice(s, 0, str_find_char(s, '('));
    end = str_rfind_char(s, '+');
    s = text_cut(str_slice(s, 0, end), NAME_MAX_LEN);
    if (s.n == 0 || r->nframes + s.n + 1 > FRAMES_SIZE)
        return true;
    if (r->nframes != 0)
        r->frames[r->nframes++] = ';';
    memcpy(r->frames + r->nframes, s.p, s.n);
    r->nframes += s.n;
    return true;
}

/* "#  Out of Memory Error (os_linux.cpp:2760), pid=4711, tid=4712", "#  SIGSEGV (0xb) at pc=0x0" */
static void take_head(struct parse *in, struct report *r, const struct line *line)
{
    str s = str_trim(str_from(line->s, 1));
    size_t open = str_find(s, STR(" ("));

    if (str_starts(s, STR("Native memory allocation")) && r->message.n == 0) {
        held_set(&r->message, in, line, (struct when){ 0 });
        held_text(&r->message, s);
    } else if (r->exception.n == 0 && open != STR_NONE && str_has(s, STR(" pid="))) {
        held_set(&r->error, in, line, (struct when){ 0 });
        name_set(&r->exception, str_slice(s, 0, open));
    }
}

static void take_system(struct parse *in, struct report *r, const struct line *line)
{
    str s = line->s, word;

    if (str_starts(s, STR("OS: Windows")) || str_starts(s, STR("OS:Windows")))
        r->windows = true;
    if (str_take(&s, STR("uname:"))) {
        (void)str_take_char(&s, ' ');
        if (str_take(&s, STR("Linux ")) && str_word(&s, &word)) {
            name_set(&r->version, word);
            held_set(&r->host_line, in, line, (struct when){ 0 });
        }
    } else if (str_take(&s, STR("CPU: total ")) || str_take(&s, STR("CPU:total "))) {
        if (r->host_line.n == 0)
            held_set(&r->host_line, in, line, (struct when){ 0 });
        (void)str_take_u64(&s, &r->cpus);
    } else if (str_take(&s, STR("Time: ")) || str_take(&s, STR("time: "))) {
        (void)prefix_ctime(str_slice(s, 0, str_find(s, STR(" elapsed"))), &r->error.when);
    }
}

static void tell(struct parse *in, struct report *r)
{
    str frames = { r->frames, r->nframes };
    const struct value stack[STACK_NFIELDS] = {
        [STACK_LANGUAGE] = value_z("java"),
        [STACK_EXCEPTION] = value_text(name_str(&r->exception)),
        [STACK_MESSAGE] = value_text(held_str(&r->message)),
        [STACK_TOP] = value_text(str_slice(frames, 0, str_find_char(frames, ';'))),
        [STACK_FRAMES] = value_text(frames),
    };
    const struct value host[HOST_NFIELDS] = {
        [HOST_OS] = value_z(r->windows ? "windows" : "linux"),
        [HOST_VERSION] = value_text(name_str(&r->version)),
        [HOST_CPUS] = r->cpus != 0 && r->cpus < 100000 ? value_u64(r->cpus) : value_none(),
    };

    if (r->exception.n != 0)
        emit_at(in, &kind_STACK, r->error.where, held_str(&r->error), r->error.when, stack);
    if (r->memory_line.n != 0) {
        r->memory[MEMORY_STATUS_SOURCE] = value_z("hs-err");
        emit_at(in, &kind_MEMORY_STATUS, r->memory_line.where, held_str(&r->memory_line),
                r->error.when, r->memory);
    }
    if (r->host_line.n != 0)
        emit_at(in, &kind_HOST, r->host_line.where, held_str(&r->host_line), r->error.when, host);
}

static void parse(struct parse *in)
{
    struct report *r = arena_new(in->scratch, struct report);
    struct line line;

    while (parse_line(in, &line)) {
        str s = line.s;

        parse_took(in, &line);
        if (str_starts(s, STR("#"))) {
            take_head(in, r, &line);
            parse_stray(in, &line, (struct when){ 0 });
        } else if (!take_frame(r, s)) {
            take_system(in, r, &line);
            take_meminfo(in, r, &line);
            if (str_starts(s, STR("Memory: ")) || str_starts(s, STR("TotalPageFile size ")))
                take_memory(in, r, &line);
        }
    }
    tell(in, r);
}

static int sniff(const struct sniff *in)
{
    str rest = in->text, line;

    for (unsigned i = 0; i < 12 && str_line(&rest, &line); i++) {
        if (str_starts(line, STR("# There is insufficient memory for the Java Runtime")) ||
                str_starts(line, STR("# A fatal error has been detected by the Java Runtime")))
            return BID_MAGIC;
    }
    return BID_NO;
}

const struct parser parser_hs_err = {
    .name = "hs-err",
    .summary = "crash report of a Java virtual machine",
    .kinds = kinds,
    .sniff = sniff,
    .parse = parse,
};
