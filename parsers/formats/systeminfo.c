/* SPDX-License-Identifier: Apache-2.0 */
/*
 * systeminfo: what systeminfo.exe prints, in any language:
 *
 *     Host Name:                 DEPOT3
 *     OS Name:                   Microsoft Windows Server 2012 R2 Standard
 *     OS Version:                6.3.9600 N/A Build 9600
 *     Virtual Memory: In Use:    2,980 MB
 *
 * Taken: the host, and memory.status (commit is "Virtual Memory: In Use", its limit "Max Size").
 * Keys are known in nine languages; in others the lines are known by their order, which is the same
 * everywhere, counted from the version, whose shape is the same everywhere. The same goes for
 * /fo csv. Not taken: hotfixes, network cards, and the processor count of Vista and later, where
 * it counts sockets and not logical processors.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cells.h"
#include "clock_watch.h"
#include "limits.h"
#include "parser.h"
#include "systeminfo_keys.h"
#include "windows.h"
#include "zone.h"

static const struct kind *const kinds[] = { &kind_HOST, &kind_MEMORY_STATUS, &kind_ERROR,
    &kind_LOG_MESSAGE, &kind_CLOCK, NULL };

enum { VALUE = 160 };

struct system {
    struct parse *in;
    char values[PLACES][VALUE];
    size_t lengths[PLACES]; /* 0 = not met */
    struct span os_at, memory_at, zone_at;
    char os_quote[LIMIT_QUOTE], memory_quote[LIMIT_QUOTE], zone_quote[LIMIT_QUOTE];
    size_t os_quoted, memory_quoted, zone_quoted;
    /* Lines by order: the place of the last one, and whether that may be trusted. */
    size_t place;
    bool ordered, any;
    size_t indent;               /* of the whole listing, in a paste */
    char before[2][LIMIT_QUOTE]; /* the two lines before this one */
    size_t before_n[2];
    struct line before_line[2];
};

static str value_of(const struct system *s, enum systeminfo_place place)
{
    return (str){ s->values[place], s->lengths[place] };
}

/* "6.3.9600 N/A Build 9600": the last word repeats the third number. */
static bool read_version(str s, str *ret_version, uint64_t *ret_build)
{
    str rest = s, last;
    uint64_t major, minor, build, again;
    size_t dot;

    if (!str_take_u64(&rest, &major) || !str_take_char(&rest, '.') ||
            !str_take_u64(&rest, &minor) || !str_take_char(&rest, '.') ||
            !str_take_u64(&rest, &build) || major > 99 || minor > 99 || build > 999999)
        return false;
    dot = str_rfind_char(str_trim(s), ' ');
    if (dot == STR_NONE)
        return false;
    last = str_from(str_trim(s), dot + 1);
    if (!str_u64(last, &again) || again != build)
        return false;
    *ret_version = str_slice(s, 0, str_find_char(s, '.') + 1 + (minor > 9 ? 2u : 1u));
    *ret_build = build;
    return true;
}

/* The whole part before the numbers' end: service pack, or nothing for "N/A". */
static str service_pack(str version)
{
    size_t blank = str_find_char(version, ' '), end;
    str rest = blank != STR_NONE ? str_trim(str_from(version, blank)) : STR("");

    /* What is left ends in the word for "Build" and the number; packs are numbered, "N/A" is not. */
    for (unsigned i = 0; i < 2; i++) {
        end = str_rfind_char(rest, ' ');
        rest = end != STR_NONE ? str_trim_end(str_slice(rest, 0, end)) : STR("");
    }
    for (size_t i = 0; i < rest.n; i++) {
        if (is_digit(rest.p[i]))
            return rest;
    }
    return STR("");
}

/* NULL when the version says none. The x64 edition of XP calls itself 5.2. */
static const char *product_of(str version, uint64_t build, str os)
{
    bool server = str_find_nocase(os, STR("server")) != STR_NONE;

    return str_has(os, STR(" XP ")) ? "xp" : windows_product(version, build, server);
}

static const char *arch_of(str type, str os)
{
    static const struct {
        str word;
        const char *arch;
    } words[] = {
        { STR_INIT("arm64"), "arm64" },
        { STR_INIT("x64"), "x64" },
        { STR_INIT("amd64"), "x64" },
        { STR_INIT("ia64"), "ia64" },
        { STR_INIT("itanium"), "ia64" },
        { STR_INIT("x86"), "x86" },
    };

    /* The type speaks of the hardware; an edition's name of the system. */
    if (str_find_nocase(os, STR("x64 edition")) != STR_NONE)
        return "x64";
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (str_find_nocase(type, words[i].word) != STR_NONE)
            return words[i].arch;
    }
    return NULL;
}

/*
 * Told from the machine's own description only: "a hypervisor has been detected" is also said on
 * hardware that runs Hyper-V itself.
 */
static const char *virtual_of(str maker, str model, str bios)
{
    static const struct {
        str word;
        const char *is;
    } words[] = {
        { STR_INIT("vmware"), "vmware" },
        { STR_INIT("virtualbox"), "virtualbox" },
        { STR_INIT("innotek"), "virtualbox" },
        { STR_INIT("hvm domu"), "xen" },
        { STR_INIT("xen"), "xen" },
        { STR_INIT("kvm"), "kvm" },
        { STR_INIT("qemu"), "kvm" },
        { STR_INIT("bochs"), "kvm" },
        { STR_INIT("seabios"), "kvm" },
        { STR_INIT("openstack"), "kvm" },
        { STR_INIT("google compute engine"), "kvm" },
        { STR_INIT("nutanix"), "kvm" },
    };
    const str texts[] = { maker, model, bios };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        for (size_t k = 0; k < 3; k++) {
            if (str_find_nocase(texts[k], words[i].word) != STR_NONE)
                return words[i].is;
        }
    }
    if (str_starts_nocase(maker, STR("Microsoft")) && str_eq_nocase(model, STR("Virtual Machine")))
        return "hyperv";
    return NULL;
}

/* Days, hours, minutes and seconds, in this order in every language. */
static struct value uptime_of(str s)
{
    static const uint64_t units[] = { 86400, 3600, 60, 1 };
    uint64_t total = 0, number;
    size_t n = 0;

    while (s.n != 0 && n < 4) {
        if (!is_digit(s.p[0])) {
            s = str_from(s, 1);
            continue;
        }
        if (!str_take_u64(&s, &number) || number > 100000)
            return value_none();
        total += number * units[n++];
    }
    return n == 4 ? value_u64(total) : value_none();
}

static struct value boot_of(str s, str locale)
{
    struct when when = { 0 };
    enum date_order order = DATE_UNKNOWN;
    bool guessed;

    if (locale.n >= 2)
        order = str_starts_nocase(locale, STR("en-us")) ? DATE_MDY : DATE_DMY;
    return date_take_local(&s, order, &when, &guessed) ? value_time(when) : value_none();
}

static struct value size_of(str s)
{
    uint64_t bytes;

    return s.n != 0 && cell_size(s, MIB, &bytes) ? value_u64(bytes) : value_none();
}

static struct value first_number(str s)
{
    uint64_t number;

    while (s.n != 0 && !is_digit(s.p[0]))
        s = str_from(s, 1);
    return str_take_u64(&s, &number) && number != 0 && number < 100000 ? value_u64(number)
                                                                       : value_none();
}

static void tell_host(struct system *s)
{
    str os = value_of(s, PLACE_OS), full = value_of(s, PLACE_VERSION), version = STR("");
    str maker = value_of(s, PLACE_MAKER), model = value_of(s, PLACE_MODEL), pack;
    char os_text[2 * VALUE + 2], machine[2 * VALUE + 2];
    uint64_t build = 0;
    bool known = read_version(full, &version, &build);
    bool logical = known && str_starts(version, STR("5."));

    pack = known ? service_pack(full) : STR("");
    snprintf(os_text, sizeof(os_text), "%.*s%s%.*s", STR_ARG(os), pack.n != 0 ? " " : "",
            STR_ARG(pack));
    snprintf(machine, sizeof(machine), "%.*s%s%.*s", STR_ARG(maker),
            maker.n != 0 && model.n != 0 ? " " : "", STR_ARG(model));

    const struct value values[HOST_NFIELDS] = {
        [HOST_NAME] = value_text(value_of(s, PLACE_NAME)),
        [HOST_OS] = value_z("windows"),
        [HOST_PRODUCT] = value_z(known ? product_of(version, build, os) : NULL),
        [HOST_OS_TEXT] = value_z(os_text),
        [HOST_VERSION] = value_text(version),
        [HOST_BUILD] = known ? value_u64(build) : value_none(),
        [HOST_ARCH] = value_z(arch_of(value_of(s, PLACE_TYPE), os)),
        [HOST_CPUS] = logical ? first_number(value_of(s, PLACE_CPUS)) : value_none(),
        [HOST_RAM] = size_of(value_of(s, PLACE_RAM)),
        [HOST_UPTIME] = logical ? uptime_of(value_of(s, PLACE_BOOT)) : value_none(),
        [HOST_BOOT] = boot_of(value_of(s, PLACE_BOOT), value_of(s, PLACE_LOCALE)),
        [HOST_MODEL] = value_z(machine),
        [HOST_VIRTUAL] = value_z(virtual_of(maker, model, value_of(s, PLACE_BIOS))),
    };

    emit_at(s->in, &kind_HOST, s->os_at, (str){ s->os_quote, s->os_quoted }, (struct when){ 0 },
            values);
}

static void tell_memory(struct system *s)
{
    const struct value values[MEMORY_STATUS_NFIELDS] = {
        [MEMORY_STATUS_SOURCE] = value_z("systeminfo"),
        [MEMORY_STATUS_TOTAL] = size_of(value_of(s, PLACE_RAM)),
        [MEMORY_STATUS_AVAILABLE] = size_of(value_of(s, PLACE_AVAILABLE)),
        [MEMORY_STATUS_COMMIT] = size_of(value_of(s, PLACE_COMMIT)),
        [MEMORY_STATUS_COMMIT_LIMIT] = size_of(value_of(s, PLACE_LIMIT)),
    };

    if (values[MEMORY_STATUS_TOTAL].type != VALUE_NONE ||
            values[MEMORY_STATUS_COMMIT].type != VALUE_NONE)
        emit_at(s->in, &kind_MEMORY_STATUS, s->memory_at,
                (str){ s->memory_quote, s->memory_quoted }, (struct when){ 0 }, values);
}

/* "(UTC+01:00) Amsterdam, Berlin": standard time; whether the clock knows summer time the cities say. */
static void tell_zone(struct system *s)
{
    str zone = value_of(s, PLACE_ZONE), rest = zone;
    struct line line = { .s = { s->zone_quote, s->zone_quoted },
        .number = s->zone_at.line,
        .offset = s->zone_at.offset,
        .length = s->zone_at.length };
    int32_t offset;

    if (!str_take_char(&rest, '(') || str_find_char(rest, ')') == STR_NONE ||
            !zone_parse_offset(str_slice(rest, 0, str_find_char(rest, ')')), &offset))
        return;
    clock_say(s->in, &line,
            &(struct clock_say){ .says = "zone", .offset = &offset, .zone = zone, .seconds = NAN });
}

/* Tells what was gathered and begins anew. */
static void finish(struct system *s)
{
    if (s->any) {
        tell_host(s);
        tell_memory(s);
        tell_zone(s);
    }
    memset(s->lengths, 0, sizeof(s->lengths));
    s->any = false;
    s->ordered = false;
    s->place = 0;
}

static size_t keep_quote(char *to, str s)
{
    size_t n = s.n < LIMIT_QUOTE ? s.n : LIMIT_QUOTE;

    while (n > 0 && n < s.n && ((unsigned char)s.p[n] & 0xc0) == 0x80)
        n--;
    memcpy(to, s.p, n);
    return n;
}

static void name_host(struct system *s, str name)
{
    if (!str_eq(s->in->host, name))
        s->in->host = arena_str(s->in->scratch, name);
}

static void store(struct system *s, const struct line *line, size_t place, str value)
{
    value = cell_trim(value);
    if (place >= PLACES || value.n == 0)
        return;
    if (place == PLACE_NAME && s->any && s->lengths[PLACE_NAME] != 0)
        finish(s);
    if (value.n > VALUE)
        value.n = 0; /* no value of this tool is that long */
    memcpy(s->values[place], value.p, value.n);
    s->lengths[place] = value.n;
    s->any = true;
    if (place == PLACE_NAME)
        name_host(s, value);
    if (place == PLACE_OS || s->os_quoted == 0) {
        s->os_at = line_span(s->in, line);
        s->os_quoted = keep_quote(s->os_quote, line->s);
    }
    if (place == PLACE_ZONE) {
        s->zone_at = line_span(s->in, line);
        s->zone_quoted = keep_quote(s->zone_quote, line->s);
    }
    if (place == PLACE_COMMIT || place == PLACE_RAM) {
        s->memory_at = line_span(s->in, line);
        s->memory_quoted = keep_quote(s->memory_quote, line->s);
    }
}

/* Key and value of a line in a language not known: sizes stand behind the last colon. */
static bool unsysteminfo_key(str line, bool size, str *ret_value)
{
    size_t at = size ? str_rfind_char(line, ':') : str_find_char(line, ':');

    if (at == STR_NONE || at == 0 || at > 100)
        return false;
    *ret_value = str_trim(str_from(line, at + 1));
    return true;
}

static bool is_version_line(str line)
{
    str value, version;
    uint64_t build;

    return unsysteminfo_key(line, false, &value) && read_version(value, &version, &build);
}

/* The version was met under a key of no known language: name and system stand before it. */
static void anchor(struct system *s, const struct line *line)
{
    str value;

    for (size_t i = 0; i < 2; i++) {
        str before = { s->before[i], s->before_n[i] };
        struct line at = s->before_line[i];

        at.s = before;
        /* Under a key that is known it was stored already. */
        if (systeminfo_key(before, &value) == PLACES && unsysteminfo_key(before, false, &value)) {
            store(s, &at, i, value);
            parse_took(s->in, &at);
        }
    }
    s->ordered = true;
    s->place = PLACE_VERSION;
    if (unsysteminfo_key(line->s, false, &value))
        store(s, line, PLACE_VERSION, value);
}

static bool take_key(struct system *s, const struct line *line)
{
    str value;
    size_t place = systeminfo_key(line->s, &value);

    if (place != PLACES) {
        s->place = place;
        s->ordered = false;
        store(s, line, place, value);
        return true;
    }
    if (is_version_line(line->s)) {
        anchor(s, line);
        return true;
    }
    if (!s->ordered || s->place + 1 >= PLACES)
        return false;
    s->place++;
    if (unsysteminfo_key(line->s, s->place >= PLACE_RAM, &value))
        store(s, line, s->place, value);
    return true;
}

/* Microsoft Windows [Version 5.2.3790], as a console greets. */
static bool take_greeting(struct system *s, const struct line *line)
{
    size_t at = str_find(line->s, STR("Microsoft Windows ["));
    str rest = at != STR_NONE ? str_from(line->s, at + 19) : STR(""), version;
    char text[64];
    uint64_t major, minor, build;

    if (at == STR_NONE || !str_word(&rest, &version) || rest.n == 0)
        return false;
    str_skip_blanks(&rest);
    if (!str_take_u64(&rest, &major) || !str_take_char(&rest, '.') ||
            !str_take_u64(&rest, &minor) || !str_take_char(&rest, '.') ||
            !str_take_u64(&rest, &build) || major > 99 || minor > 99 || build > 999999)
        return false;
    if (s->lengths[PLACE_VERSION] == 0) {
        snprintf(text, sizeof(text), "%u.%u.%u N/A Build %u", (unsigned)major, (unsigned)minor,
                (unsigned)build, (unsigned)build);
        store(s, line, PLACE_VERSION, str_z(text));
    }
    return true;
}

/* A row of /fo csv: the cells stand in the order of the lines. */
static bool take_csv(struct system *s, const struct line *line)
{
    str cells[PLACES + 8], version;
    uint64_t build;
    size_t n;

    if (line->s.n < 40 || line->s.p[0] != '"')
        return false;
    n = cells_split(line->s, ',', cells, PLACES + 8);
    if (n < PLACES || !read_version(cells[PLACE_VERSION], &version, &build))
        return n >= PLACES; /* the heading */
    finish(s);
    for (size_t i = 0; i < PLACES; i++)
        store(s, line, i, cells[i]);
    return true;
}

static void remember(struct system *s, const struct line *line)
{
    memcpy(s->before[0], s->before[1], s->before_n[1]);
    s->before_n[0] = s->before_n[1];
    s->before_line[0] = s->before_line[1];
    s->before_n[1] = keep_quote(s->before[1], line->s);
    s->before_line[1] = *line;
    s->before_line[1].s = STR("");
}

/* Blanks and quote marks before the text. */
static size_t indent_of(str line)
{
    size_t n = 0;

    while (n < line.n && (is_blank(line.p[n]) || line.p[n] == '>'))
        n++;
    return n;
}

/* Whether the line, without the listing's own indent, is one of its lines. */
static bool take_line(struct system *s, const struct line *whole)
{
    struct line line = *whole;
    size_t indent = indent_of(line.s);
    bool first = !s->any;
    bool took;

    if (indent == line.s.n || (s->any && indent > s->indent))
        return true;
    line.s = str_from(line.s, indent);
    took = take_csv(s, &line) || take_greeting(s, &line) || take_key(s, &line);
    if (first && s->any)
        s->indent = indent;
    remember(s, &line);
    /* Behind the version, a key that nothing is taken of is one of its lines too. */
    return took ||
           (s->any && s->lengths[PLACE_VERSION] != 0 && str_find_char(line.s, ':') != STR_NONE);
}

static void parse(struct parse *in)
{
    struct system s = { .in = in };
    struct line line;

    while (parse_line(in, &line)) {
        if (take_line(&s, &line))
            parse_took(in, &line);
        else
            parse_stray(in, &line, (struct when){ 0 });
    }
    finish(&s);
}

static int sniff(const struct sniff *in)
{
    str rest = in->text, line, value, version;
    uint64_t build;
    unsigned met = 0, keyed = 0, versions = 0;

    while (str_line(&rest, &line)) {
        size_t place;

        line = str_from(line, indent_of(line));
        if (line.n > 4096 || line.n < 4)
            continue;
        if (line.p[0] == '"' && str_has(line, STR("\",\""))) {
            str cells[PLACES + 8];
            size_t n = cells_split(line, ',', cells, PLACES + 8);

            if (n >= PLACES && read_version(cells[PLACE_VERSION], &version, &build))
                return BID_MAGIC;
            continue;
        }
        if (str_find_char(line, ':') == STR_NONE && !str_has(line, STR("\xef\xbc\x9a")))
            continue;
        place = systeminfo_key(line, &value);
        met += place == PLACE_OS || place == PLACE_VERSION || place == PLACE_RAM ||
               place == PLACE_TYPE || place == PLACE_COMMIT || place == PLACE_BOOT;
        if (unsysteminfo_key(line, false, &value)) {
            keyed++;
            versions += read_version(value, &version, &build);
        }
        if (met >= 3)
            return BID_MAGIC;
    }
    if (versions != 0 && keyed >= 20)
        return BID_SHAPE + 9;
    return versions != 0 && met >= 2 ? BID_SHAPE + 5 : BID_NO;
}

const struct parser parser_systeminfo = {
    .name = "systeminfo",
    .summary = "systeminfo.exe, in any language",
    .kinds = kinds,
    .sniff = sniff,
    .parse = parse,
};
