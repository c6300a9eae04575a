/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Little-endian; unset fields hold "PAGEPAGE...":
 *
 *     PAGEDUMP PAGEDU64
 *           12       12  build                   3976     3992  kind of dump
 *           32       48  machine type            4032     4008  time of the stop (FILETIME)
 *           36       52  processors              4024     4144  time since boot (100 ns)
 *           40       56  bug check code          3988     4160  1 workstation, 2 controller, 3 server
 *           44       64  four parameters         2080     4016  comment
 *          100      136  runs of physical memory: count, pages in all, (first page, pages) ...
 */
#include "crash_header.h"

#include "bytes.h"
#include "limits.h"

static const uint16_t places[2][CRASH_PLACES] = {
    { 12, 32, 36, 40, 44, 100, 104, 108, 800, 2080, 3976, 4032, 4024, 3988, 4096, 0x4c, 0x24, 0x48,
            40, 8, 32 },
    { 12, 48, 52, 56, 64, 136, 144, 152, 840, 4016, 3992, 4008, 4144, 4160, 8192, 0x90, 0x48, 0x88,
            56, 16, 40 },
};

#define RAM_MAX (UINT64_C(1) << 48)                       /* no machine has more */
#define UPTIME_MAX (INT64_C(50) * 365 * 86400 * 10000000) /* nor ran longer */
#define UNSET32 0x45474150u                               /* "PAGE" */
#define UNSET64 0x4547415045474150u

enum { CPUS_MAX = 4096, PAGE = 4096 };

static const str magics[] = { STR_INIT("PAGEDUMP"), STR_INIT("PAGEDU64") };

bool crash_is_dump(str head)
{
    return str_starts(head, magics[0]) || str_starts(head, magics[1]);
}

/* Only a small dump has more in it that can be read without symbols. */
void crash_open(struct crash *d, struct parse *in)
{
    bool wide = str_starts(text_ahead(&in->text, magics[1].n), magics[1]);
    str head;

    *d = (struct crash){ .in = in, .at = places[wide], .pointer = wide ? 8 : 4 };
    head = text_ahead(&in->text, d->at[AT_HEADER]);
    held_read(&d->held, in,
            bytes_u32_at(head, d->at[AT_TYPE]) == CRASH_TRIAGE ? LIMIT_HELD : d->at[AT_HEADER]);
}

void crash_close(struct crash *d)
{
    held_finish(&d->held);
}

void crash_tell(const struct crash *d, const char *code, uint64_t offset, const char *detail)
{
    parse_diag_at(d->in, DIAG_WARNING, code, offset, str_z(detail));
}

bool crash_word(const struct crash *d, enum crash_place place, uint32_t *ret)
{
    uint32_t n = bytes_u32_at(d->held.bytes, d->at[place]);

    if (n == UNSET32 || d->at[place] + 4u > d->held.bytes.n)
        return false;
    *ret = n;
    return true;
}

static bool wide_word(const struct crash *d, enum crash_place place, uint64_t *ret)
{
    uint64_t n = bytes_u64_at(d->held.bytes, d->at[place]);

    if (n == UNSET64 || d->at[place] + 8u > d->held.bytes.n)
        return false;
    *ret = n;
    return true;
}

uint64_t crash_pointer(const struct crash *d, size_t at)
{
    return bytes_at(d->held.bytes, at, d->pointer);
}

/* The runs have to add up to what the header says. */
uint64_t crash_pages(const struct crash *d)
{
    size_t each = 2 * d->pointer, room = (size_t)(d->at[AT_RUNS_END] - d->at[AT_RUN]) / each;
    uint64_t pages = crash_pointer(d, d->at[AT_PAGES]), sum = 0;
    uint32_t runs;

    if (!crash_word(d, AT_RUNS, &runs) || (uint32_t)pages == UNSET32)
        return 0;
    for (size_t i = 0; i < runs && i < room; i++) {
        if (__builtin_add_overflow(
                    sum, crash_pointer(d, d->at[AT_RUN] + i * each + each / 2), &sum))
            return 0;
    }
    if (runs > room || sum != pages || pages > RAM_MAX / PAGE) {
        crash_tell(d, "dump-kernel.impossible", d->at[AT_RUNS],
                "the runs of physical memory do not add up");
        return 0;
    }
    return pages;
}

struct when crash_time(const struct crash *d)
{
    const struct civil first = { .year = 1995, .month = 1, .day = 1 };
    uint64_t ticks;
    struct when when;
    int64_t ns;

    if (!wide_word(d, AT_TIME, &ticks))
        return (struct when){ 0 };
    when = when_filetime(ticks);
    if (when.basis != WHEN_NONE && civil_to_ns(&first, &ns) && when.ns >= ns)
        return when;
    if (ticks != 0)
        crash_tell(d, "dump-kernel.impossible", d->at[AT_TIME], "the time of the stop");
    return (struct when){ 0 };
}

int64_t crash_uptime(const struct crash *d)
{
    uint64_t ticks;

    if (!wide_word(d, AT_UPTIME, &ticks) || ticks == 0)
        return 0;
    if (ticks <= UPTIME_MAX)
        return (int64_t)ticks;
    crash_tell(d, "dump-kernel.impossible", d->at[AT_UPTIME], "the time since boot");
    return 0;
}

struct value crash_cpus(const struct crash *d)
{
    uint32_t cpus;

    if (!crash_word(d, AT_CPUS, &cpus) || cpus == 0)
        return value_none();
    if (cpus <= CPUS_MAX)
        return value_u64(cpus);
    crash_tell(d, "dump-kernel.impossible", d->at[AT_CPUS], "the number of processors");
    return value_none();
}

struct bugcheck crash_stop(const struct crash *d)
{
    struct bugcheck stop = { .source = "dump" };
    uint32_t code;

    stop.has_code = crash_word(d, AT_CODE, &code) && code != 0; /* 0: taken of a running system */
    if (!stop.has_code)
        return stop;
    stop.code = code;
    stop.nparameters = 4;
    for (size_t i = 0; i < 4; i++)
        stop.parameters[i] = crash_pointer(d, d->at[AT_PARAMETERS] + i * d->pointer);
    return stop;
}

const char *crash_type_name(uint32_t type)
{
    static const char *const names[] = { NULL, "full", "kernel", "header", "triage", "bitmap-full",
        "bitmap-kernel", "automatic" };

    return type < sizeof(names) / sizeof(names[0]) ? names[type] : NULL;
}
