/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dump-user: a minidump of one process ("MDMP"), as WER, debuggers and crash reporters write it. Its
 * streams, little-endian:
 *
 *     7   system         u16 architecture, u8 CPUs at 6, u8 product type, version, build, platform
 *     6   exception      thread, code at 8, address at 24, parameters at 40
 *     4   modules        base, size at 8, stamp at 16, name at 20, fixed version at 24; 108 bytes
 *     14  unloaded       base, size at 8, stamp at 16, name at 20
 *     15  misc           process id at 8, if bit 0 of the flags at 4 says so
 *     16  memory info    size at 24, state at 32, type at 40: what the address space holds
 *     21  system memory  of the whole machine, in pages: commit and its limit, both pools
 *     3, 12              threads, handles: their numbers
 *
 * Taken: what ended the process and where, how full it and the machine were, its modules. Not taken:
 * stacks, registers, memory.
 */
#include <inttypes.h>

#include "bytes.h"
#include "code.h"
#include "minidump.h"
#include "utf16.h"
#include "windows.h"

static const struct kind *const kinds[] = { &kind_DUMP, &kind_ERROR, &kind_HOST, &kind_MODULE,
    &kind_MEMORY_STATUS, &kind_POOL_USAGE, NULL };

enum {
    MODULE_BYTES = 108,
    MODULES_MAX = 4096, /* large processes have 1500 */
    THREAD_BYTES = 48,
    UNLOADED_BYTES = 24,
    REGION_BYTES = 48,
    HANDLE_BYTES = 32,
    SYSTEM_MEMORY_BYTES = 268, /* up to both pools */
    PARAMETERS = 40,           /* of an exception */
    PLATFORM_NT = 2,
    ARCH_X86 = 0,
    PRODUCT_CONTROLLER = 2,
    HAS_COMMIT = 2, /* flag of the system's memory: commit is filled in */
    COMMITTED = 0x1000,
    RESERVED = 0x2000,
    FREE = 0x10000,
    PRIVATE = 0x20000,
};

#define FIXED_VERSION 0xFEEF04BDu
#define EXCEPTION_IN_PAGE 0xC0000006u /* the third parameter is an NTSTATUS */
#define EXCEPTION_CLR 0xE0434352u     /* .NET: the first parameter is an HRESULT */
#define PAGES_MAX (UINT64_C(1) << 36) /* no machine has more memory */

struct process {
    struct minidump dump;
    struct parse *in;
    struct arena *a;
    struct when when;
    str name, quote, blamed;
    uint32_t code; /* of the exception; 0 = none */
    uint64_t address;
    bool redirected; /* a 32-bit process on a 64-bit system */
    size_t loaded, unloaded;
};

static int sniff(const struct sniff *in)
{
    return str_starts(in->raw, STR("MDMP")) && bytes_u16_at(in->raw, 4) == 0xA793 ? BID_MAGIC
                                                                                  : BID_NO;
}

static str stream(const struct process *p, enum minidump_stream type)
{
    return p->dump.streams[type].bytes;
}

static void put(const struct process *p, const struct kind *kind, uint64_t offset, size_t length,
        const struct value *values)
{
    const struct span where = {
        .member = p->in->member, .offset = offset, .length = (uint32_t)length
    };

    emit_at(p->in, kind, where, p->quote, p->when, values);
}

static void put_stream(const struct process *p, const struct kind *kind, enum minidump_stream type,
        const struct value *values)
{
    put(p, kind, p->dump.streams[type].offset, stream(p, type).n, values);
}

static struct value hex(const struct process *p, uint64_t n)
{
    return value_text(arena_printf(p->a, "0x%" PRIX64, n));
}

/* --- the exception ------------------------------------------------------------------------ */

static void read_exception(struct process *p)
{
    str s = stream(p, STREAM_EXCEPTION);

    p->code = bytes_u32_at(s, 8);
    p->address = bytes_u64_at(s, 24);
}

static void emit_code(const struct process *p, struct code code, uint64_t spelled, const char *role)
{
    if (code.family == CODE_NONE)
        return;
    const struct value values[ERROR_NFIELDS] = {
        [ERROR_CODE] = value_text(code_text(p->a, code)),
        [ERROR_FAMILY] = value_z(code_family_name(code.family)),
        [ERROR_NUMBER] = value_u64(code.number),
        [ERROR_SPELLED] = hex(p, spelled),
        [ERROR_NAME] = value_z(code_name(code)),
        [ERROR_COMPONENT] = value_text(p->name),
        [ERROR_OBJECT] = value_text(p->blamed),
        [ERROR_ROLE] = value_z(role),
    };

    put_stream(p, &kind_ERROR, STREAM_EXCEPTION, values);
}

/* Breakpoints and other notices end no process; some exceptions wrap a code that says more. */
static void emit_errors(const struct process *p)
{
    str s = stream(p, STREAM_EXCEPTION);
    uint32_t inner = 0;

    if (p->code >> 30 != 3)
        return;
    if (p->code == EXCEPTION_CLR)
        inner = bytes_u32_at(s, PARAMETERS);
    else if (p->code == EXCEPTION_IN_PAGE)
        inner = bytes_u32_at(s, PARAMETERS + 16);
    inner = inner >> 31 != 0 ? inner : 0;
    emit_code(p, (struct code){ CODE_NTSTATUS, p->code }, p->code, inner != 0 ? "outer" : "leaf");
    if (inner != 0)
        emit_code(p, code_from_number(inner), inner, "leaf");
}

/* --- modules ------------------------------------------------------------------------------ */

static str version_of(const struct process *p, str row)
{
    uint32_t high = bytes_u32_at(row, 32), low = bytes_u32_at(row, 36);

    if (bytes_u32_at(row, 24) != FIXED_VERSION)
        return (str){ NULL, 0 };
    return arena_printf(p->a, "%u.%u.%u.%u", high >> 16, high & 0xFFFF, low >> 16, low & 0xFFFF);
}

static void emit_module(
        struct process *p, str row, uint64_t offset, const char *state, str path, str version)
{
    uint32_t size = bytes_u32_at(row, 8), stamp = bytes_u32_at(row, 16);
    str name = windows_file(path);
    const struct value values[MODULE_NFIELDS] = {
        [MODULE_NAME] = value_text(name),
        [MODULE_STATE] = value_z(state),
        [MODULE_VERSION] = value_text(version),
        [MODULE_SIZE] = size != 0 ? value_u64(size) : value_none(),
        [MODULE_STAMP] = stamp != 0 ? value_u64(stamp) : value_none(),
        [MODULE_PATH] = value_text(name.n != path.n ? path : STR("")),
    };
    const struct span where = {
        .member = p->in->member, .offset = offset, .length = (uint32_t)row.n
    };

    if (name.n != 0)
        emit_at(p->in, &kind_MODULE, where, path, p->when, values);
}

static void read_modules(struct process *p)
{
    struct minidump_list list = minidump_plain_list(&p->dump, STREAM_MODULES, MODULE_BYTES);

    minidump_limit(&p->dump, &list, MODULES_MAX);
    for (size_t i = 0; i < list.n; i++) {
        str row = minidump_row(&list, i), path = minidump_string(&p->dump, bytes_u32_at(row, 20));
        uint64_t base = bytes_u64_at(row, 0), size = bytes_u32_at(row, 8);

        if (i == 0)
            p->name = windows_file(path);
        if (p->code != 0 && p->address >= base && p->address - base < size)
            p->blamed = windows_file(path);
        p->redirected = p->redirected || str_find_nocase(path, STR("\\SysWOW64\\")) != STR_NONE;
        emit_module(p, row, list.offset + i * list.each, "loaded", path, version_of(p, row));
    }
    p->loaded = list.n;
    list = minidump_sized_list(&p->dump, STREAM_UNLOADED, 4, UNLOADED_BYTES);
    minidump_limit(&p->dump, &list, MODULES_MAX);
    for (size_t i = 0; i < list.n; i++) {
        str row = minidump_row(&list, i);

        emit_module(p, row, list.offset + i * list.each, "unloaded",
                minidump_string(&p->dump, bytes_u32_at(row, 20)), (str){ NULL, 0 });
    }
    p->unloaded = list.n;
}

/* --- the machine -------------------------------------------------------------------------- */

static const char *arch_name(uint16_t arch)
{
    static const char *const names[] = {
        [ARCH_X86] = "x86", [5] = "arm", [6] = "ia64", [9] = "x64", [12] = "arm64"
    };

    return arch < sizeof(names) / sizeof(names[0]) ? names[arch] : NULL;
}

static struct value bytes_of_pages(uint64_t pages, uint32_t page)
{
    return pages != 0 && pages <= PAGES_MAX && page != 0 && page <= UINT16_MAX
                   ? value_u64(pages * page)
                   : value_none();
}

/* What the dump says of the machine's memory; absent when there is nothing, or its figures contradict
 * each other. */
static str memory_of(const struct process *p)
{
    str s = stream(p, STREAM_SYSTEM_MEMORY);
    uint32_t total = bytes_u32_at(s, 12);

    if (s.n < SYSTEM_MEMORY_BYTES || (bytes_u16_at(s, 2) & HAS_COMMIT) == 0)
        return (str){ NULL, 0 };
    if (bytes_u64_at(s, 124) <= bytes_u64_at(s, 132) && bytes_u32_at(s, 264) <= total &&
            bytes_u64_at(s, 116) <= total)
        return s;
    minidump_tell(&p->dump, "dump-user.impossible", p->dump.streams[STREAM_SYSTEM_MEMORY].offset,
            "the system's memory");
    return (str){ NULL, 0 };
}

/* A 32-bit process does not tell the machine's architecture, unless its modules show that it is not
 * its own. */
static void emit_host(const struct process *p, str memory)
{
    str s = stream(p, STREAM_SYSTEM), version;
    uint16_t arch = bytes_u16_at(s, 0);
    unsigned cpus = (unsigned char)bytes_at(s, 6, 1), product = (unsigned char)bytes_at(s, 7, 1);
    uint32_t build = bytes_u32_at(s, 16);

    if (s.n < 24 || bytes_u32_at(s, 20) != PLATFORM_NT)
        return;
    version = arena_printf(p->a, "%u.%u", bytes_u32_at(s, 8), bytes_u32_at(s, 12));
    const struct value values[HOST_NFIELDS] = {
        [HOST_OS] = value_z("windows"),
        [HOST_PRODUCT] =
                value_z(product >= 1 && product <= 3 ? windows_product(version, build, product != 1)
                                                     : NULL),
        [HOST_VERSION] = value_text(version),
        [HOST_BUILD] = value_u64(build),
        [HOST_ARCH] = value_z(arch != ARCH_X86 ? arch_name(arch)
                              : p->redirected  ? "x64"
                                               : NULL),
        [HOST_CPUS] = cpus != 0 ? value_u64(cpus) : value_none(),
        [HOST_RAM] = bytes_of_pages(bytes_u32_at(memory, 12), bytes_u32_at(memory, 8)),
        [HOST_ROLE] = value_z(product == PRODUCT_CONTROLLER ? "domain-controller" : NULL),
    };

    put_stream(p, &kind_HOST, STREAM_SYSTEM, values);
}

static void emit_pool(const struct process *p, const char *pool, struct value bytes)
{
    const struct value values[POOL_USAGE_NFIELDS] = {
        [POOL_USAGE_POOL] = value_z(pool),
        [POOL_USAGE_BYTES] = bytes,
        [POOL_USAGE_SNAPSHOT] = value_int(1),
    };

    if (bytes.type != VALUE_NONE)
        put_stream(p, &kind_POOL_USAGE, STREAM_SYSTEM_MEMORY, values);
}

static void emit_memory(const struct process *p, str s)
{
    uint32_t page = bytes_u32_at(s, 8);
    struct value paged = bytes_of_pages(bytes_u32_at(s, 260), page);
    struct value nonpaged = bytes_of_pages(bytes_u32_at(s, 264), page);
    const struct value values[MEMORY_STATUS_NFIELDS] = {
        [MEMORY_STATUS_SOURCE] = value_z("dump-user"),
        [MEMORY_STATUS_SNAPSHOT] = value_int(1),
        [MEMORY_STATUS_TOTAL] = bytes_of_pages(bytes_u32_at(s, 12), page),
        [MEMORY_STATUS_AVAILABLE] = bytes_of_pages(bytes_u64_at(s, 116), page),
        [MEMORY_STATUS_COMMIT] = bytes_of_pages(bytes_u64_at(s, 124), page),
        [MEMORY_STATUS_COMMIT_LIMIT] = bytes_of_pages(bytes_u64_at(s, 132), page),
        [MEMORY_STATUS_COMMIT_PEAK] = bytes_of_pages(bytes_u64_at(s, 140), page),
        [MEMORY_STATUS_KERNEL_PAGED] = paged,
        [MEMORY_STATUS_KERNEL_NONPAGED] = nonpaged,
    };

    if (s.n == 0)
        return;
    put_stream(p, &kind_MEMORY_STATUS, STREAM_SYSTEM_MEMORY, values);
    emit_pool(p, "nonpaged", nonpaged);
    emit_pool(p, "paged", paged);
}

/* --- the process -------------------------------------------------------------------------- */

static uint64_t plus(uint64_t a, uint64_t b)
{
    return __builtin_add_overflow(a, b, &a) ? UINT64_MAX : a;
}

static void read_regions(const struct process *p, struct value *values)
{
    struct minidump_list list = minidump_sized_list(&p->dump, STREAM_MEMORY_INFO, 8, REGION_BYTES);
    uint64_t commit = 0, reserved = 0, room = 0, largest = 0;

    if (list.n == 0)
        return;
    for (size_t i = 0; i < list.n; i++) {
        str row = minidump_row(&list, i);
        uint64_t size = bytes_u64_at(row, 24);
        uint32_t state = bytes_u32_at(row, 32);

        if (state == COMMITTED && bytes_u32_at(row, 40) == PRIVATE)
            commit = plus(commit, size);
        else if (state == RESERVED)
            reserved = plus(reserved, size);
        else if (state == FREE)
            room = plus(room, size);
        if (state == FREE && size > largest)
            largest = size;
    }
    values[DUMP_COMMIT] = value_u64(commit);
    values[DUMP_RESERVED] = value_u64(reserved);
    values[DUMP_FREE] = value_u64(room);
    values[DUMP_LARGEST_FREE] = value_u64(largest);
}

static struct value count(const struct process *p, enum minidump_stream type)
{
    struct minidump_list list = { 0 };

    if (stream(p, type).n == 0)
        return value_none();
    if (type == STREAM_THREADS)
        list = minidump_plain_list(&p->dump, type, THREAD_BYTES);
    else
        list = minidump_sized_list(&p->dump, type, 4, HANDLE_BYTES);
    return list.n != 0 ? value_u64(list.n) : value_none();
}

static str comment_of(const struct process *p)
{
    str wide = stream(p, STREAM_COMMENT_WIDE);

    return wide.n != 0 ? utf16_text(p->a, wide) : windows_ansi(p->a, stream(p, STREAM_COMMENT));
}

static void emit_dump(const struct process *p)
{
    str misc = stream(p, STREAM_MISC), system = stream(p, STREAM_SYSTEM);
    bool modules = stream(p, STREAM_MODULES).n != 0;
    struct value values[DUMP_NFIELDS] = {
        [DUMP_TYPE] = value_z("user"),
        [DUMP_BLAMED] = value_text(p->blamed),
        [DUMP_ARCH] = value_z(system.n != 0 ? arch_name(bytes_u16_at(system, 0)) : NULL),
        [DUMP_COMMENT] = value_text(comment_of(p)),
        [DUMP_MODULES] = modules ? value_u64(p->loaded) : value_none(),
        [DUMP_UNLOADED] = modules ? value_u64(p->unloaded) : value_none(),
        [DUMP_PROCESS] = value_text(p->name),
        [DUMP_THREADS] = count(p, STREAM_THREADS),
        [DUMP_HANDLES] = count(p, STREAM_HANDLES),
    };

    if (p->code != 0) {
        values[DUMP_CODE] = value_text(code_text(p->a, (struct code){ CODE_NTSTATUS, p->code }));
        values[DUMP_ADDRESS] = hex(p, p->address);
    }
    if (misc.n >= 12 && (bytes_u32_at(misc, 4) & 1) != 0)
        values[DUMP_PID] = value_u64(bytes_u32_at(misc, 8));
    read_regions(p, values);
    put(p, &kind_DUMP, 0, 0, values);
}

static void read_process(struct process *p)
{
    str memory = memory_of(p);

    p->when = when_unix(bytes_u32_at(p->dump.held.bytes, 20));
    read_exception(p);
    read_modules(p);
    p->quote = p->name;
    if (p->code != 0)
        p->quote = arena_printf(p->a, "%.*s: exception 0x%08X at 0x%" PRIX64 "%s%.*s",
                STR_ARG(p->name), p->code, p->address, p->blamed.n != 0 ? " in " : "",
                STR_ARG(p->blamed));
    emit_host(p, memory);
    emit_errors(p);
    emit_memory(p, memory);
    emit_dump(p);
    parse_took_bytes(p->in, p->dump.held.bytes.n);
}

static void parse(struct parse *in)
{
    struct process p = { .in = in, .a = in->scratch };

    if (minidump_open(&p.dump, in))
        read_process(&p);
    minidump_close(&p.dump);
}

const struct parser parser_dump_user = {
    .name = "dump-user",
    .summary = "Windows dump of one process (minidump)",
    .kinds = kinds,
    .raw = true,
    .sniff = sniff,
    .parse = parse,
};
