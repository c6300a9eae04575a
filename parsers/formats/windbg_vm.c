/* SPDX-License-Identifier: Apache-2.0 */
/*
 * windbg-vm: the debugger's !vm, from NT to Windows 11:
 *
 *     Physical Memory:     1048434 (   4193736 Kb)
 *     NonPagedPool Usage:    62100 (    248400 Kb)
 *     NonPagedPool Max:      64000 (    256000 Kb)
 *     ********** Excessive NonPaged Pool Usage *****
 *     Committed pages:      715256 (   2861024 Kb)
 *              0d40 mailscan.exe   20100 (     80400 Kb)
 *
 * Taken: both pools as pool.usage with their limits and the verdict of the banners, the totals as
 * memory.status, and the table of processes. Kb must be four times the pages. With the wrong symbols
 * !vm shows garbage: what is beyond reason, or a nonpaged pool above physical memory, is refused and
 * noted. Not taken: page files, PTEs, kernel stacks.
 */
#include <string.h>

#include "limits.h"
#include "parser.h"
#include "signs.h"

static const struct kind *const kinds[] = { &kind_POOL_USAGE, &kind_MEMORY_STATUS, &kind_PROCESS,
    &kind_ERROR, &kind_LOG_MESSAGE, NULL };

enum { ABSENT = -1 };

enum figure {
    FIGURE_PHYSICAL,
    FIGURE_AVAILABLE,
    FIGURE_NONPAGED,
    FIGURE_NONPAGED_NX,
    FIGURE_NONPAGED_MAX,
    FIGURE_PAGED,
    FIGURE_PAGED_MAX,
    FIGURE_COMMIT,
    FIGURE_LIMIT,
    FIGURES,
};

static const str names[FIGURES] = {
    [FIGURE_PHYSICAL] = STR_INIT("Physical Memory"),
    [FIGURE_AVAILABLE] = STR_INIT("Available Pages"),
    [FIGURE_NONPAGED] = STR_INIT("NonPagedPool Usage"),
    [FIGURE_NONPAGED_NX] = STR_INIT("NonPagedPoolNx Usage"),
    [FIGURE_NONPAGED_MAX] = STR_INIT("NonPagedPool Max"),
    [FIGURE_PAGED] = STR_INIT("PagedPool Usage"),
    [FIGURE_PAGED_MAX] = STR_INIT("PagedPool Maximum"),
    [FIGURE_COMMIT] = STR_INIT("Committed pages"),
    [FIGURE_LIMIT] = STR_INIT("Commit limit"),
};

/* A line that a fact will quote once the block has ended. */
struct proof {
    struct span where;
    char text[LIMIT_QUOTE];
    size_t n;
};

struct memory {
    struct parse *in;
    int64_t bytes[FIGURES];
    struct proof nonpaged, paged, commit;
    bool any, nonpaged_failed, paged_failed;
    int64_t snapshot;
};

static void keep_proof(struct memory *m, struct proof *proof, const struct line *line)
{
    proof->where = line_span(m->in, line);
    proof->n = line->s.n < sizeof(proof->text) ? line->s.n : 0;
    memcpy(proof->text, line->s.p, proof->n);
}

static void clear(struct memory *m)
{
    for (size_t i = 0; i < FIGURES; i++)
        m->bytes[i] = ABSENT;
    m->any = m->nonpaged_failed = m->paged_failed = false;
}

static struct value value_opt(int64_t v)
{
    return v != ABSENT ? value_int(v) : value_none();
}

static void tell_pool(struct memory *m, const char *pool, int64_t bytes, int64_t limit, bool failed,
        const struct proof *proof)
{
    const struct value values[POOL_USAGE_NFIELDS] = {
        [POOL_USAGE_POOL] = value_z(pool),
        [POOL_USAGE_BYTES] = value_opt(bytes),
        [POOL_USAGE_LIMIT] = value_opt(limit),
        [POOL_USAGE_SNAPSHOT] = value_int(m->snapshot),
        [POOL_USAGE_FAILED] = failed ? value_bool(true) : value_none(),
    };

    emit_at(m->in, &kind_POOL_USAGE, proof->where, (str){ proof->text, proof->n },
            (struct when){ 0 }, values);
}

static void tell_status(struct memory *m)
{
    const struct value values[MEMORY_STATUS_NFIELDS] = {
        [MEMORY_STATUS_SOURCE] = value_z("windbg-vm"),
        [MEMORY_STATUS_SNAPSHOT] = value_int(m->snapshot),
        [MEMORY_STATUS_TOTAL] = value_opt(m->bytes[FIGURE_PHYSICAL]),
        [MEMORY_STATUS_AVAILABLE] = value_opt(m->bytes[FIGURE_AVAILABLE]),
        [MEMORY_STATUS_COMMIT] = value_opt(m->bytes[FIGURE_COMMIT]),
        [MEMORY_STATUS_COMMIT_LIMIT] = value_opt(m->bytes[FIGURE_LIMIT]),
        [MEMORY_STATUS_KERNEL_NONPAGED] = value_opt(m->bytes[FIGURE_NONPAGED]),
        [MEMORY_STATUS_KERNEL_PAGED] = value_opt(m->bytes[FIGURE_PAGED]),
    };

    if (m->bytes[FIGURE_PHYSICAL] != ABSENT || m->bytes[FIGURE_COMMIT] != ABSENT)
        emit_at(m->in, &kind_MEMORY_STATUS, m->commit.where, (str){ m->commit.text, m->commit.n },
                (struct when){ 0 }, values);
}

static void refuse(struct memory *m, const struct proof *proof, const char *why)
{
    struct line line = { .s = { proof->text, proof->n }, .number = proof->where.line };

    line.offset = proof->where.offset;
    line.length = proof->where.length;
    parse_diag(m->in, DIAG_WARNING, "windbg-vm.impossible", &line, str_z(why));
}

/* Tells the block that was gathered and begins anew. */
static void finish(struct memory *m)
{
    int64_t *b = m->bytes, physical = b[FIGURE_PHYSICAL];

    if (!m->any)
        return;
    if (b[FIGURE_NONPAGED_NX] != ABSENT) /* Windows 8 and later keep the pool in two parts */
        b[FIGURE_NONPAGED] =
                (b[FIGURE_NONPAGED] != ABSENT ? b[FIGURE_NONPAGED] : 0) + b[FIGURE_NONPAGED_NX];
    if (physical != ABSENT && b[FIGURE_NONPAGED] > physical) {
        refuse(m, &m->nonpaged, "a nonpaged pool above physical memory");
        b[FIGURE_NONPAGED] = ABSENT;
    }
    if (b[FIGURE_NONPAGED] != ABSENT)
        tell_pool(m, "nonpaged", b[FIGURE_NONPAGED], b[FIGURE_NONPAGED_MAX], m->nonpaged_failed,
                &m->nonpaged);
    if (b[FIGURE_PAGED] != ABSENT)
        tell_pool(m, "paged", b[FIGURE_PAGED], b[FIGURE_PAGED_MAX], m->paged_failed, &m->paged);
    tell_status(m);
    clear(m);
}

enum pages { PAGES_NONE, PAGES_GOOD, PAGES_BAD };

/* "62100 (    248400 Kb)": bytes. Bad where the two disagree or are beyond reason. */
static enum pages take_pages(str s, int64_t *ret)
{
    /* More bytes than any machine can map: 2^53. */
    const uint64_t most = 1ull << 43;
    uint64_t pages, kb;

    str_skip_blanks(&s);
    if (s.n == 0 || !is_digit(s.p[0]))
        return PAGES_NONE;
    if (!str_take_u64(&s, &pages))
        return PAGES_BAD;
    str_skip_blanks(&s);
    if (!str_take_char(&s, '('))
        return PAGES_NONE;
    str_skip_blanks(&s);
    if (!str_take_u64(&s, &kb))
        return s.n != 0 && is_digit(s.p[0]) ? PAGES_BAD : PAGES_NONE;
    str_skip_blanks(&s);
    if (!str_starts_nocase(s, STR("Kb")))
        return PAGES_NONE; /* cut off: the number may be a piece */
    if (kb > most || pages > most || kb != pages * 4)
        return PAGES_BAD;
    *ret = (int64_t)(kb * KIB);
    return PAGES_GOOD;
}

static bool take_figure(struct memory *m, const struct line *line)
{
    size_t colon = str_find_char(line->s, ':'), i = 0;
    str name = str_trim(str_slice(line->s, 0, colon));
    int64_t bytes;
    enum pages pages;

    if (colon == STR_NONE || name.n > 60)
        return false;
    pages = take_pages(str_from(line->s, colon + 1), &bytes);
    if (pages == PAGES_NONE)
        return false;
    if (pages == PAGES_BAD) {
        parse_diag(m->in, DIAG_WARNING, "windbg-vm.impossible", line, line->s);
        return true;
    }
    while (i < FIGURES && !str_eq(name, names[i]))
        i++;
    if (i == FIGURES)
        return true;
    if (m->bytes[i] != ABSENT)
        finish(m);
    if (!m->any)
        m->snapshot++;
    m->any = true;
    m->bytes[i] = bytes;
    if (i == FIGURE_NONPAGED || i == FIGURE_NONPAGED_NX)
        keep_proof(m, &m->nonpaged, line);
    else if (i == FIGURE_PAGED)
        keep_proof(m, &m->paged, line);
    else if (i == FIGURE_COMMIT || i == FIGURE_PHYSICAL)
        keep_proof(m, &m->commit, line);
    return true;
}

/* "0d40 mailscan.exe  20100 (   80400 Kb)": the pid in hex. */
static bool take_process(struct memory *m, const struct line *line)
{
    str rest = line->s, pid_word, name;
    uint64_t pid;
    int64_t bytes;

    if (!str_word(&rest, &pid_word) || !str_hex(pid_word, &pid) || pid > UINT32_MAX ||
            !str_word(&rest, &name) || take_pages(rest, &bytes) != PAGES_GOOD)
        return false;

    const struct value values[PROCESS_NFIELDS] = {
        [PROCESS_NAME] = value_text(name),
        [PROCESS_PID] = value_u64(pid),
        [PROCESS_COMMIT] = value_int(bytes),
        [PROCESS_SNAPSHOT] = value_int(m->snapshot != 0 ? m->snapshot : 1),
    };

    emit(m->in, &kind_PROCESS, line, (struct when){ 0 }, values);
    return true;
}

static bool take_banner(struct memory *m, str s)
{
    s = str_trim(s);
    if (!str_starts(s, STR("***")))
        return false;
    if (str_has(s, STR("Excessive NonPaged Pool")))
        m->nonpaged_failed = true;
    else if (str_has(s, STR("Excessive Paged Pool")))
        m->paged_failed = true;
    return true;
}

static bool is_frame(str s)
{
    static const str starts[] = { STR_INIT("Page File:"), STR_INIT("Current:"),
        STR_INIT("Minimum:"), STR_INIT("No Name for Paging File") };

    s = str_trim(s);
    for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
        if (str_starts(s, starts[i]))
            return true;
    }
    return s.n == 0 || str_has(s, STR("kd> !vm")) || str_starts(s, STR("!vm"));
}

static void parse(struct parse *in)
{
    struct memory m = { .in = in };
    struct line line;

    clear(&m);
    while (parse_line(in, &line)) {
        if (take_figure(&m, &line) || take_process(&m, &line) || take_banner(&m, line.s) ||
                is_frame(line.s))
            parse_took(in, &line);
        else
            parse_stray(in, &line, (struct when){ 0 });
    }
    finish(&m);
}

static void signs(struct signs *to)
{
    SIGNS_ADD(to, names);
}

static int sniff(const struct sniff *in)
{
    str rest = in->text, line;
    unsigned known = 0;

    while (str_line(&rest, &line)) {
        size_t colon = line.n < 400 ? str_find_char(line, ':') : STR_NONE;
        str name = str_trim(str_slice(line, 0, colon));
        int64_t bytes;

        if (colon == STR_NONE || name.n > 30 ||
                take_pages(str_from(line, colon + 1), &bytes) == PAGES_NONE)
            continue;
        for (size_t i = 0; i < FIGURES; i++)
            known += str_eq(name, names[i]);
        if (known >= 3)
            return BID_MAGIC;
    }
    return known != 0 ? BID_SHAPE : BID_NO;
}

const struct parser parser_windbg_vm = {
    .name = "windbg-vm",
    .summary = "the debugger's !vm",
    .kinds = kinds,
    .sniff = sniff,
    .signs = signs,
    .parse = parse,
};
