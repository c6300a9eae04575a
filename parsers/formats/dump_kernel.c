/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dump-kernel: what Windows writes when it stops: a header (crash_header.c), then memory. A small
 * (triage) dump goes on with 32-bit offsets that count from its own start:
 *
 *     +08 end mark "TRGD"  +18 unloaded drivers  +30 driver list, count, strings  +40 broken driver
 *     driver     offset of its name, then a loader entry: base, size of the image, checksum, stamp
 *     unloaded   count; each a counted string without text, 12 characters of its name, start, end
 *     string     count of characters, UTF-16
 *
 * Taken: the stop, the host, the drivers. Not taken: context, stack, memory (finding the pool's
 * tables in it needs page tables and the symbols of the build).
 */
#include <inttypes.h>

#include "bytes.h"
#include "crash_header.h"
#include "utf16.h"
#include "windows.h"

static const struct kind *const kinds[] = { &kind_DUMP, &kind_BUGCHECK, &kind_HOST, &kind_DRIVER,
    NULL };

enum triage {
    TRIAGE_END = 0x08,
    TRIAGE_UNLOADED = 0x18,
    TRIAGE_DRIVERS = 0x30,
    TRIAGE_COUNT = 0x34,
    TRIAGE_STRINGS = 0x38,
    TRIAGE_BROKEN = 0x40,
};

enum {
    COMMENT_BYTES = 128,
    NAME_CHARS = 1024,   /* of a path; longer ones are no paths */
    DRIVERS_MAX = 4096,  /* systems load some hundred */
    UNLOADED_CHARS = 12, /* what is kept of a name */
    UNLOADED_MAX = 64,   /* the kernel remembers 50 */
    CONTROLLER = 2,      /* product type */
    PAGE = 4096,
};

struct dump {
    struct crash crash;
    struct parse *in;
    struct arena *a;
    const uint16_t *at; /* the crash's */
    str bytes;
    struct when when;
    str quote;
    int64_t loaded, unloaded;
};

static int sniff(const struct sniff *in)
{
    return crash_is_dump(in->raw) ? BID_MAGIC : BID_NO;
}

static struct span span_at(const struct dump *d, uint64_t offset, size_t length)
{
    return (struct span){ .member = d->in->member, .offset = offset, .length = (uint32_t)length };
}

/* --- the header -------------------------------------------------------------------------- */

static void emit_host(struct dump *d, uint64_t pages)
{
    uint32_t build = 0, machine = 0, product = 0;
    int64_t uptime = crash_uptime(&d->crash);
    bool typed = crash_word(&d->crash, AT_PRODUCT, &product) && product >= 1 && product <= 3;
    const char *version = crash_word(&d->crash, AT_BUILD, &build) ? windows_version(build) : NULL;
    struct value values[HOST_NFIELDS] = {
        [HOST_OS] = value_z("windows"),
        [HOST_VERSION] = value_z(version),
        [HOST_BUILD] = build != 0 ? value_u64(build) : value_none(),
        [HOST_CPUS] = crash_cpus(&d->crash),
        [HOST_RAM] = pages != 0 ? value_u64(pages * PAGE) : value_none(),
        [HOST_UPTIME] = uptime != 0 ? value_int(uptime / 10000000) : value_none(),
        [HOST_ROLE] = value_z(typed && product == CONTROLLER ? "domain-controller" : NULL),
    };

    if (typed)
        values[HOST_PRODUCT] = value_z(windows_product(str_z(version), build, product != 1));
    if (crash_word(&d->crash, AT_MACHINE, &machine) && machine <= UINT16_MAX)
        values[HOST_ARCH] = value_z(windows_machine((uint16_t)machine));
    if (uptime != 0 && d->when.basis == WHEN_UTC)
        values[HOST_BOOT] = value_time(when_utc(d->when.ns - uptime * 100));
    emit_at(d->in, &kind_HOST, span_at(d, 0, d->at[AT_HEADER]), d->quote, d->when, values);
}

/* --- triage dumps ------------------------------------------------------------------------- */

static uint32_t triage(const struct dump *d, enum triage field)
{
    return bytes_u32_at(d->bytes, d->at[AT_HEADER] + (size_t)field);
}

/* Names of files hold no control characters. */
static bool is_name(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if ((unsigned char)s.p[i] < ' ')
            return false;
    }
    return s.n != 0;
}

/* A counted string; absent when it does not lie in the dump. */
static str string_at(const struct dump *d, uint64_t at)
{
    uint32_t chars = at < d->bytes.n ? bytes_u32_at(d->bytes, (size_t)at) : 0;
    str bytes = bytes_part(d->bytes, at + 4, UINT64_C(2) * chars);

    return at != 0 && chars != 0 && chars <= NAME_CHARS ? utf16_text(d->a, bytes)
                                                        : (str){ NULL, 0 };
}

static void emit_driver(struct dump *d, size_t at, size_t length, str path, const char *state,
        uint64_t size, uint32_t stamp)
{
    str name = windows_file(path);
    const struct value values[DRIVER_NFIELDS] = {
        [DRIVER_NAME] = value_text(name),
        [DRIVER_STATE] = value_z(state),
        [DRIVER_SIZE] = size != 0 && size <= UINT32_MAX ? value_u64(size) : value_none(),
        [DRIVER_STAMP] = stamp != 0 ? value_u64(stamp) : value_none(),
        [DRIVER_PATH] = value_text(name.n != path.n ? path : STR("")),
    };

    emit_at(d->in, &kind_DRIVER, span_at(d, at, length), path, d->when, values);
}

/* The entries have grown over the versions: what lies between list and strings tells their size. */
static size_t entry_size(const struct dump *d, uint64_t list, uint32_t count)
{
    size_t step = d->crash.pointer, size = d->at[AT_DRIVER];
    uint64_t strings = triage(d, TRIAGE_STRINGS), room;

    if (strings <= list || count == 0)
        return size;
    room = (strings - list) / count;
    return room >= size && room < 2 * size ? (size_t)(room / step * step) : size;
}

static void read_loaded(struct dump *d)
{
    uint64_t list = triage(d, TRIAGE_DRIVERS);
    uint32_t count = triage(d, TRIAGE_COUNT);
    size_t size = entry_size(d, list, count);

    for (uint32_t i = 0; i < count; i++) {
        uint64_t at = list + (uint64_t)i * size;
        str entry = bytes_part(d->bytes, at, d->at[AT_DRIVER]);
        str path = string_at(d, bytes_u32_at(entry, 0));

        if (list == 0 || !is_name(path) || i == DRIVERS_MAX) {
            crash_tell(&d->crash, "dump-kernel.driver-list", at,
                    i == DRIVERS_MAX ? "more drivers than any system loads"
                                     : "a driver or its name lies outside of the dump");
            return;
        }
        emit_driver(d, (size_t)at, size, path, "loaded",
                bytes_at(entry, d->at[AT_DRIVER_SIZE], d->crash.pointer),
                bytes_u32_at(entry, d->at[AT_DRIVER_STAMP]));
        d->loaded++;
    }
}

static void read_unloaded(struct dump *d)
{
    uint64_t list = triage(d, TRIAGE_UNLOADED), at = list + d->crash.pointer;
    uint32_t count = list < d->bytes.n ? bytes_u32_at(d->bytes, (size_t)list) : 0;

    if (list == 0)
        return;
    for (uint32_t i = 0; i < count; i++, at += d->at[AT_UNLOADED]) {
        str entry = bytes_part(d->bytes, at, d->at[AT_UNLOADED]);
        str name = bytes_part(entry, d->at[AT_UNLOADED_NAME], 2 * UNLOADED_CHARS);
        uint64_t start = bytes_at(entry, d->at[AT_UNLOADED_START], d->crash.pointer);
        uint64_t end =
                bytes_at(entry, d->at[AT_UNLOADED_START] + d->crash.pointer, d->crash.pointer);

        name = utf16_text(d->a, name);
        if (i == UNLOADED_MAX || !is_name(name)) {
            crash_tell(&d->crash, "dump-kernel.driver-list", at,
                    "what should be an unloaded driver is none");
            return;
        }
        emit_driver(d, (size_t)at, entry.n, name, "unloaded", end > start ? end - start : 0, 0);
        d->unloaded++;
    }
}

static void read_triage(struct dump *d)
{
    uint32_t end = triage(d, TRIAGE_END);

    if (d->bytes.n <= d->at[AT_HEADER])
        return;
    if (!str_eq(bytes_part(d->bytes, end, 4), STR("TRGD")))
        crash_tell(&d->crash,
                d->crash.held.size > d->bytes.n ? "dump-kernel.held" : "dump-kernel.truncated", end,
                "the end mark of the small dump");
    read_loaded(d);
    read_unloaded(d);
    parse_took_bytes(d->in, d->bytes.n);
}

/* --- all dumps ---------------------------------------------------------------------------- */

static str comment_of(const struct dump *d)
{
    str s = str_slice(d->bytes, d->at[AT_COMMENT], d->at[AT_COMMENT] + COMMENT_BYTES);

    return str_starts(s, STR("PAGE")) ? (str){ NULL, 0 } : windows_ansi(d->a, s);
}

static void emit_dump(struct dump *d, const struct bugcheck *stop, uint32_t type, str broken)
{
    uint32_t machine = 0;
    const struct value values[DUMP_NFIELDS] = {
        [DUMP_TYPE] = value_z(crash_type_name(type)),
        [DUMP_CODE] = stop->has_code ? value_text(bugcheck_code(d->a, stop->code)) : value_none(),
        [DUMP_BLAMED] = value_text(windows_file(broken)),
        [DUMP_ARCH] = value_z(crash_word(&d->crash, AT_MACHINE, &machine) && machine <= UINT16_MAX
                                      ? windows_machine((uint16_t)machine)
                                      : NULL),
        [DUMP_COMMENT] = value_text(comment_of(d)),
        [DUMP_MODULES] = type == CRASH_TRIAGE ? value_int(d->loaded) : value_none(),
        [DUMP_UNLOADED] = type == CRASH_TRIAGE ? value_int(d->unloaded) : value_none(),
    };

    emit_at(d->in, &kind_DUMP, span_at(d, 0, d->at[AT_HEADER]), d->quote, d->when, values);
}

static void read_dump(struct dump *d)
{
    uint32_t type = 0;
    uint64_t pages;
    struct bugcheck stop = crash_stop(&d->crash);
    str broken = { NULL, 0 };

    if (d->bytes.n < d->at[AT_HEADER])
        crash_tell(&d->crash, "dump-kernel.truncated", d->crash.held.size, "the header");
    (void)crash_word(&d->crash, AT_TYPE, &type);
    d->when = crash_time(&d->crash);
    d->quote = arena_printf(d->a,
            "0x%08" PRIX64 " (0x%" PRIX64 ", 0x%" PRIX64 ", 0x%" PRIX64 ", 0x%" PRIX64 ")",
            stop.code, stop.parameters[0], stop.parameters[1], stop.parameters[2],
            stop.parameters[3]);
    pages = crash_pages(&d->crash);
    if (type == CRASH_FULL && d->crash.held.size < d->at[AT_HEADER] + pages * PAGE)
        crash_tell(&d->crash, "dump-kernel.truncated", d->crash.held.size,
                "less memory than the header says");
    emit_host(d, pages);
    if (stop.has_code)
        bugcheck_emit(d->in, d->a, &stop, span_at(d, d->at[AT_CODE], 4), d->quote, d->when);
    if (type == CRASH_TRIAGE) {
        read_triage(d);
        broken = string_at(d, triage(d, TRIAGE_BROKEN));
    } else {
        parse_took_bytes(d->in, d->bytes.n);
    }
    emit_dump(d, &stop, type, broken);
}

static void parse(struct parse *in)
{
    struct dump d = { .in = in, .a = in->scratch };

    crash_open(&d.crash, in);
    d.at = d.crash.at;
    d.bytes = d.crash.held.bytes;
    if (d.bytes.n != 0)
        read_dump(&d);
    crash_close(&d.crash);
}

const struct parser parser_dump_kernel = {
    .name = "dump-kernel",
    .summary = "Windows kernel dump: full, kernel or small",
    .kinds = kinds,
    .raw = true,
    .sniff = sniff,
    .parse = parse,
};
