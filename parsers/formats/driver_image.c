/* SPDX-License-Identifier: Apache-2.0 */
/*
 * driver-image: a Windows image of the native subsystem: a driver (.sys), the kernel, its libraries.
 * Nobody sends them to be read for themselves, but for whose pool tag it is:
 *
 *     41 B8 54 61 67 31     mov r8d, 'Tag1' before a call of ExAllocatePoolWithTag
 *
 * Taken: who made it and its version (pe.c); the tags in its code and data (tag_scan.c), as findstr
 * would find them, with their counts. Read in one sweep, section by section; only the resources are
 * held. Not taken: other images; packed code; imports.
 */
#include "bytes.h"
#include "limits.h"
#include "out.h"
#include "parser.h"
#include "pe.h"
#include "tag_scan.h"
#include "windows.h"

static const struct kind *const kinds[] = { &kind_DRIVER, &kind_DRIVER_TAG, NULL };

enum {
    TAGS_TOLD = 512,   /* most frequent first: no driver has as many of its own */
    DEBUG_BYTES = 448, /* of its debug directory: 16 entries */
    MACHINE_ARM64 = 0xAA64,
    MACHINE_X86 = 0x014C,
    MACHINE_X64 = 0x8664,
};

#define YEAR_1993 725846400u /* the first of these images */

struct image {
    struct parse *in;
    struct arena *a;
    struct pe pe;
    struct tag_scan tags;
    struct out resources;
    uint64_t debug_at; /* offset of the debug directory; 0 = none */
    bool hashed;       /* it says that the stamp is a hash */
    bool truncated, held;
};

static int sniff(const struct sniff *in)
{
    struct pe pe;

    return pe_read(&pe, NULL, in->raw) && pe.subsystem == PE_SUBSYSTEM_NATIVE ? BID_MAGIC : BID_NO;
}

/* False at the end of the member. */
static bool skip_to(struct text *text, uint64_t offset)
{
    while (text->offset < offset) {
        str window = text_ahead(text, 1);
        uint64_t left = offset - text->offset;

        if (window.n == 0)
            return false;
        text_skip(text, window.n < left ? window.n : (size_t)left);
    }
    return true;
}

static void look_for_debug(struct image *m, str window)
{
    uint64_t offset = m->in->text.offset;
    size_t size = m->pe.debug_size < DEBUG_BYTES ? m->pe.debug_size : DEBUG_BYTES;

    if (m->debug_at >= offset && m->debug_at - offset < window.n)
        m->hashed = m->hashed || pe_is_reproducible(bytes_part(window, m->debug_at - offset, size));
}

static void keep_resources(struct image *m, str s)
{
    size_t room = LIMIT_HELD - out_text(&m->resources).n;

    out_str(&m->resources, str_slice(s, 0, room));
    m->held = m->held || s.n > room;
}

static void scan(struct image *m, const struct pe_section *s, str window, size_t n, char before)
{
    uint64_t offset = m->in->text.offset;

    if (s == pe_find(&m->pe, m->pe.resources))
        keep_resources(m, str_slice(window, 0, n));
    else if (!s->code)
        tag_scan_data(&m->tags, window, n, before, offset);
    else if (m->pe.machine == MACHINE_ARM64)
        tag_scan_arm64(&m->tags, window, n, offset);
    else if (m->pe.machine == MACHINE_X64 || m->pe.machine == MACHINE_X86)
        tag_scan_intel(&m->tags, window, n, offset);
}

static void read_section(struct image *m, const struct pe_section *s)
{
    struct text *text = &m->in->text;
    uint64_t end = (uint64_t)s->at + s->size;
    char before = '\0';

    if (text->offset > s->at)
        parse_diag_at(m->in, DIAG_WARNING, "driver-image.overlap", s->at,
                STR("a section begins inside of the one before it"));
    if (!skip_to(text, s->at))
        m->truncated = true;
    while (text->offset < end && !m->truncated) {
        str window = text_ahead(text, LIMIT_BLOCK + DEBUG_BYTES);
        uint64_t left = end - text->offset;
        size_t n = left < LIMIT_BLOCK ? (size_t)left : LIMIT_BLOCK;

        m->truncated = window.n < n;
        if (window.n == 0)
            break;
        look_for_debug(m, window);
        n = n < window.n ? n : window.n;
        /* What lies behind the section is none of its code. */
        if (left < window.n)
            window.n = (size_t)left;
        scan(m, s, window, n, before);
        before = window.p[n - 1];
        text_skip(text, n);
    }
}

static struct value built(const struct image *m)
{
    return !m->hashed && m->pe.stamp >= YEAR_1993 ? value_time(when_unix(m->pe.stamp))
                                                  : value_none();
}

static void emit_driver(const struct image *m, const struct pe_version *v, str quote)
{
    const struct value values[DRIVER_NFIELDS] = {
        [DRIVER_NAME] = value_text(m->in->name),
        [DRIVER_STATE] = value_z("file"),
        [DRIVER_VERSION] = value_text(v->version),
        [DRIVER_COMPANY] = value_text(v->company),
        [DRIVER_PRODUCT] = value_text(v->product),
        [DRIVER_DESCRIPTION] = value_text(v->description),
        [DRIVER_SIZE] = value_u64(m->pe.size),
        [DRIVER_STAMP] = value_u64(m->pe.stamp),
        [DRIVER_BUILT] = built(m),
        [DRIVER_ARCH] = value_z(windows_machine(m->pe.machine)),
        [DRIVER_TAGS] = value_u64(m->tags.n),
    };
    const struct span where = { .member = m->in->member };

    emit_at(m->in, &kind_DRIVER, where, quote, (struct when){ 0 }, values);
}

static void emit_tag(
        const struct image *m, const struct pe_version *v, str quote, const struct tag_sighting *s)
{
    char tag[4];

    for (size_t i = 0; i < 4; i++)
        tag[i] = (char)(s->tag >> (8 * i));
    const struct value values[DRIVER_TAG_NFIELDS] = {
        [DRIVER_TAG_TAG] = value_text((str){ tag, 4 }),
        [DRIVER_TAG_DRIVER] = value_text(m->in->name),
        [DRIVER_TAG_COUNT] = value_u64((uint64_t)s->code + s->data),
        [DRIVER_TAG_FORM] = value_z(s->code != 0 ? "code" : "data"),
        [DRIVER_TAG_VERSION] = value_text(v->version),
        [DRIVER_TAG_COMPANY] = value_text(v->company),
        [DRIVER_TAG_DESCRIPTION] = value_text(v->description),
    };
    const struct span where = { .member = m->in->member, .offset = s->first, .length = 4 };

    emit_at(m->in, &kind_DRIVER_TAG, where, arena_printf(m->a, "%.4s in %.*s", tag, STR_ARG(quote)),
            (struct when){ 0 }, values);
}

static void emit_all(struct image *m)
{
    struct pe_version v;
    str quote;

    pe_read_version(&v, m->a, out_text(&m->resources));
    quote = arena_printf(m->a, "%.*s%s%.*s%s%.*s", STR_ARG(m->in->name),
            v.version.n != 0 ? " " : "", STR_ARG(v.version), v.company.n != 0 ? ", " : "",
            STR_ARG(v.company));
    emit_driver(m, &v, quote);
    tag_scan_sort(&m->tags);
    if (m->tags.full || m->tags.n > TAGS_TOLD)
        parse_diag_at(m->in, DIAG_NOTE, "driver-image.tag-cap", 0,
                arena_printf(
                        m->a, "%d of %zu%s", TAGS_TOLD, m->tags.n, m->tags.full ? " or more" : ""));
    for (size_t i = 0; i < m->tags.n && i < TAGS_TOLD; i++)
        emit_tag(m, &v, quote, &m->tags.items[i]);
}

static void parse(struct parse *in)
{
    struct image m = { .in = in, .a = in->scratch };
    const struct pe_section *debug;

    if (!pe_read(&m.pe, m.a, text_ahead(&in->text, LIMIT_SNIFF)))
        return;
    debug = pe_find(&m.pe, m.pe.debug);
    if (debug != NULL)
        m.debug_at = (uint64_t)debug->at + (m.pe.debug - debug->rva);
    out_init_memory(&m.resources);
    for (size_t i = 0; i < m.pe.nsections; i++)
        read_section(&m, &m.pe.sections[i]);
    if (m.truncated)
        parse_diag_at(in, DIAG_WARNING, "driver-image.truncated", in->text.offset,
                STR("the file ends among its sections"));
    if (m.held)
        parse_diag_at(in, DIAG_WARNING, "driver-image.held", 0, STR("the resources"));
    emit_all(&m);
    parse_took_bytes(in, in->text.offset);
    (void)out_finish(&m.resources);
    tag_scan_finish(&m.tags);
}

const struct parser parser_driver_image = {
    .name = "driver-image",
    .summary = "Windows driver or kernel image (.sys)",
    .kinds = kinds,
    .raw = true,
    .sniff = sniff,
    .parse = parse,
};
