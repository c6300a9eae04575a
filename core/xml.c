/* SPDX-License-Identifier: Apache-2.0 */
#include "xml.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <expat.h>

#include "limits.h"
#include "utf8.h"

struct xml {
    XML_Parser expat;
    const struct xml_calls *calls;
    void *ctx;
    size_t reached;
    unsigned depth;
    bool deep;
};

struct xml *xml_create(void)
{
    struct xml *x = calloc(1, sizeof(*x));

    if (x != NULL)
        x->expat = XML_ParserCreate("UTF-8");
    if (x == NULL || x->expat == NULL) {
        fputs("fathom: out of memory\n", stderr);
        abort();
    }
    return x;
}

void xml_destroy(struct xml *x)
{
    if (x == NULL)
        return;
    XML_ParserFree(x->expat);
    free(x);
}

static str local_name(const char *name)
{
    str s = str_z(name);
    size_t colon = str_rfind_char(s, ':');

    return colon != STR_NONE ? str_from(s, colon + 1) : s;
}

static void XMLCALL on_open(void *ctx, const XML_Char *name, const XML_Char **attributes)
{
    struct xml *x = ctx;

    if (x->depth >= LIMIT_NESTING) {
        x->deep = true;
        (void)XML_StopParser(x->expat, XML_FALSE);
        return;
    }
    x->depth++;
    x->calls->open(x->ctx, local_name(name), (struct xml_attributes){ attributes });
}

static void XMLCALL on_close(void *ctx, const XML_Char *name)
{
    struct xml *x = ctx;

    /* Expat still ends an empty element whose start stopped it. */
    if (x->deep)
        return;
    x->depth--;
    x->calls->close(x->ctx, local_name(name));
}

static void XMLCALL on_text(void *ctx, const XML_Char *text, int length)
{
    struct xml *x = ctx;

    x->calls->text(x->ctx, (str){ text, (size_t)length });
}

static void XMLCALL on_doctype(
        void *ctx, const XML_Char *name, const XML_Char *sys, const XML_Char *pub, int internal)
{
    struct xml *x = ctx;

    (void)name;
    (void)sys;
    (void)pub;
    (void)internal;
    (void)XML_StopParser(x->expat, XML_FALSE);
}

enum xml_end xml_read(struct xml *x, str record, const struct xml_calls *calls, void *ctx)
{
    enum XML_Status status;

    assert(record.n <= INT32_MAX);
    x->calls = calls;
    x->ctx = ctx;
    x->depth = 0;
    x->deep = false;
    (void)XML_ParserReset(x->expat, "UTF-8");
    /* Only against chosen collisions; an address costs no system call, unlike expat's own salt. */
    (void)XML_SetHashSalt(x->expat, (unsigned long)(uintptr_t)x | 1);
    XML_SetUserData(x->expat, x);
    XML_SetElementHandler(x->expat, on_open, on_close);
    XML_SetCharacterDataHandler(x->expat, on_text);
    XML_SetStartDoctypeDeclHandler(x->expat, on_doctype);
    status = XML_Parse(x->expat, record.p, (int)record.n, XML_TRUE);
    x->reached = status == XML_STATUS_OK ? record.n : (size_t)XML_GetCurrentByteIndex(x->expat);
    if (x->reached > record.n) /* expat says -1 when it does not know */
        x->reached = record.n;
    if (x->deep)
        return XML_END_DEEP;
    return status == XML_STATUS_OK ? XML_END_WHOLE : XML_END_DAMAGED;
}

size_t xml_reached(const struct xml *x)
{
    return x->reached;
}

str xml_attribute(struct xml_attributes attributes, str name)
{
    for (const char **a = attributes.list; *a != NULL; a += 2) {
        size_t n = strlen(a[0]);

        /* The whole, or what stands behind the prefix. */
        if (n >= name.n && (n == name.n || a[0][n - name.n - 1] == ':') &&
                memcmp(a[0] + n - name.n, name.p, name.n) == 0)
            return str_z(a[1]);
    }
    return (str){ NULL, 0 };
}

/* Length of a reference that a parser without a DTD understands; 0 for none. */
static size_t reference_length(str s, bool *ret_forbidden)
{
    static const str named[] = { STR_INIT("&amp;"), STR_INIT("&lt;"), STR_INIT("&gt;"),
        STR_INIT("&quot;"), STR_INIT("&apos;") };
    str rest = s;
    uint64_t c;

    *ret_forbidden = false;
    for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
        if (str_starts(s, named[i]))
            return named[i].n;
    }
    if (!str_take(&rest, STR("&#")) ||
            !(str_take_char(&rest, 'x') ? str_take_hex(&rest, &c) : str_take_u64(&rest, &c)) ||
            !str_take_char(&rest, ';'))
        return 0;
    *ret_forbidden = (c < 0x20 && c != '\t' && c != '\n' && c != '\r') ||
                     (c >= 0xD800 && c <= 0xDFFF) || c == 0xFFFE || c == 0xFFFF || c > 0x10FFFF;
    return s.n - rest.n;
}

struct mending {
    char *p;
    size_t n;
    char quote; /* the open attribute's, or 0 */
    bool tag;
};

static void put(struct mending *m, str s)
{
    memcpy(m->p + m->n, s.p, s.n);
    m->n += s.n;
}

/* A character above ASCII: as it is, or the plain one that was meant inside a tag. */
static size_t mend_wide(struct mending *m, str s)
{
    str at = s, taken;
    uint32_t c = 0;

    if (!utf8_take(&at, &c)) {
        put(m, STR(" "));
        return 1;
    }
    taken = str_slice(s, 0, s.n - at.n);
    if (c == 0xFFFE || c == 0xFFFF || (m->tag && m->quote == 0 && c == 0xA0))
        put(m, STR(" "));
    else if (m->tag && m->quote != '\'' && (c == 0x201C || c == 0x201D || c == 0x201E))
        put(m, STR("\"")), m->quote = m->quote != 0 ? 0 : '"';
    else if (m->tag && m->quote != '"' && (c == 0x2018 || c == 0x2019))
        put(m, STR("'")), m->quote = m->quote != 0 ? 0 : '\'';
    else
        put(m, taken);
    return taken.n;
}

static bool opens_tag(str s)
{
    return s.n > 1 &&
           (is_alpha(s.p[1]) || s.p[1] == '_' || s.p[1] == '/' || s.p[1] == '!' || s.p[1] == '?');
}

static void mend_plain(struct mending *m, str s)
{
    char c = s.p[0];

    if (m->quote != 0) {
        if (c == m->quote)
            m->quote = 0;
    } else if (m->tag && (c == '"' || c == '\'')) {
        m->quote = c;
    } else if (c == '>') {
        m->tag = false;
    }
    put(m, str_slice(s, 0, 1));
}

str xml_mend(struct arena *a, str record)
{
    /* The longest replacement is "&amp;" for one byte. */
    struct mending m = { .p = arena_alloc(a, record.n * 5 + 1) };
    bool forbidden;

    for (size_t i = 0, step = 1; i < record.n; i += step) {
        str s = str_from(record, i);
        char c = s.p[0];

        step = 1;
        if ((unsigned char)c >= 0x80) {
            step = mend_wide(&m, s);
        } else if ((unsigned char)c < 0x20 && c != '\t' && c != '\n' && c != '\r') {
            put(&m, STR(" "));
        } else if (c == '&') {
            size_t length = reference_length(s, &forbidden);

            put(&m, length == 0 ? STR("&amp;") : forbidden ? STR(" ") : str_slice(s, 0, length));
            step = length != 0 ? length : 1;
        } else if (c == '<' && (m.quote != 0 || !opens_tag(s))) {
            put(&m, STR("&lt;"));
        } else if (c == '<') {
            m.tag = true;
            put(&m, STR("<"));
        } else {
            mend_plain(&m, s);
        }
    }
    return (str){ m.p, m.n };
}
