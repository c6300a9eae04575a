/* SPDX-License-Identifier: Apache-2.0 */
/* xml: what is told of whole and damaged records, the nesting limit, and what mending changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "limits.h"
#include "out.h"
#include "xml.h"

/* Everything that was told, as text: "(a x=1 hello (b)b )a". */
static void on_open(void *ctx, str name, struct xml_attributes attributes)
{
    str value = xml_attribute(attributes, STR("x"));

    out_printf(ctx, "(%.*s ", STR_ARG(name));
    if (value.p != NULL)
        out_printf(ctx, "x=%.*s ", STR_ARG(value));
}

static void on_close(void *ctx, str name)
{
    out_printf(ctx, ")%.*s ", STR_ARG(name));
}

static void on_text(void *ctx, str text)
{
    out_str(ctx, text);
}

static const struct xml_calls calls = { on_open, on_close, on_text };

struct row {
    const char *record, *told;
    enum xml_end end;
    size_t reached;
};

static void check(struct xml *x, const struct row *row)
{
    struct out out;
    str record = str_z(row->record), told;
    enum xml_end end;

    out_init_memory(&out);
    end = xml_read(x, record, &calls, &out);
    told = out_text(&out);
    if (end != row->end || !str_eq(told, str_z(row->told)) || xml_reached(x) != row->reached)
        fail_msg("%s: end %d, reached %zu, told \"%.*s\"", row->record, (int)end, xml_reached(x),
                STR_ARG(told));
    (void)out_finish(&out);
}

static void test_records(void **state)
{
    static const struct row rows[] = {
        { "<a x='1'>hi &lt;&amp;<b/></a>", "(a x=1 hi <&(b )b )a ", XML_END_WHOLE, 29 },
        { "<?xml version='1.0'?><n:a n:x=\"2\"/>", "(a x=2 )a ", XML_END_WHOLE, 35 },
        /* Cut in a tag: reached is where the tag began. */
        { "<a><b>1</b><c", "(a (b 1)b ", XML_END_DAMAGED, 11 },
        { "<a>text", "(a text", XML_END_DAMAGED, 7 },
        /* A wrong end tag, an entity that is not XML's, a DTD that would declare one. */
        { "<a><b></a>", "(a (b ", XML_END_DAMAGED, 8 },
        { "<a>&bomb;</a>", "(a ", XML_END_DAMAGED, 3 },
        { "<!DOCTYPE a [<!ENTITY bomb 'x'>]><a>&bomb;</a>", "", XML_END_DAMAGED,
                12 }, /* the bracket of the DTD */
        { "", "", XML_END_DAMAGED, 0 },
    };
    struct xml *x = xml_create();

    (void)state;
    /* Twice through one reader: nothing of a damaged record stays behind. */
    for (size_t round = 0; round < 2; round++) {
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
            check(x, &rows[i]);
    }
    xml_destroy(x);
}

static void test_nesting(void **state)
{
    char record[(LIMIT_NESTING + 1) * 7 + 1];
    struct xml *x = xml_create();

    (void)state;
    for (size_t depth = LIMIT_NESTING; depth <= LIMIT_NESTING + 1; depth++) {
        struct out out;
        str all = { record, depth * 7 };

        for (size_t i = 0; i < depth; i++) {
            memcpy(record + i * 3, "<a>", 3);
            memcpy(record + depth * 3 + i * 4, "</a>", 4);
        }
        out_init_memory(&out);
        assert_int_equal(xml_read(x, all, &calls, &out),
                depth > LIMIT_NESTING ? XML_END_DEEP : XML_END_WHOLE);
        (void)out_finish(&out);
    }
    xml_destroy(x);
}

static void test_mend(void **state)
{
    static const struct {
        const char *broken, *mended;
    } rows[] = {
        { "<a>R&D &amp; &#65;&#x41;</a>", "<a>R&amp;D &amp; &#65;&#x41;</a>" },
        { "<a>&#x0;&#0;&#xFFFF;&#xD800;\x07</a>", "<a>     </a>" },
        { "<a>1 < 2, <3 &nbsp;</a>", "<a>1 &lt; 2, &lt;3 &amp;nbsp;</a>" },
        { "<a\u00a0x=\u201c1\u201d y=\u2018it\u201cs\u2019>\u201cq\u201d</a>",
                "<a x=\"1\" y='it\u201cs'>\u201cq\u201d</a>" },
        { "<a x='a<b'/>", "<a x='a&lt;b'/>" },
        { "<a>\xef\xbf\xbe\xff\xc3</a>", "<a>   </a>" },
    };
    struct arena arena;

    (void)state;
    arena_init(&arena, 0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        str got = xml_mend(&arena, str_z(rows[i].broken));

        if (!str_eq(got, str_z(rows[i].mended)))
            fail_msg("%s: mended to %.*s", rows[i].broken, STR_ARG(got));
    }
    arena_finish(&arena);
}

/* ---- the twins */

static void say_open(void *ctx, str name, struct xml_attributes attributes)
{
    out_printf(ctx, "\n(%.*s", STR_ARG(name));
    for (const char **a = attributes.list; *a != NULL; a += 2)
        out_printf(ctx, " %s=%s;", a[0], a[1]);
    out_printf(ctx, "\n");
}

static const struct xml_calls say = { say_open, on_close, on_text };

static unsigned roll(unsigned *seed, unsigned n)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (unsigned)((uint64_t)*seed * n >> 32);
}

/* Grows an element, of pieces that mostly belong where they are put. */
static void grow(struct out *out, unsigned *seed, unsigned depth)
{
    static const char *const names[] = { "a", "Event", "b-1", "_x.y", "n:a", "Data" };
    static const char *const attributes[] = { " x='1'", " y = \"a>b\"", " Name='it\"s'",
        "\r\n z=''", " x=''", " u='\u00e4\u65e5'", " n:x='1'", " e='&amp;'", " t='a\tb'" };
    static const char *const texts[] = { "text", " ", "\r\n  ", "\r", "\t", "&lt;", "&amp;&gt;",
        "&quot;", "&apos;", "\u65e5\u672c\uff01", "\xf0\x9f\x98\x80", "]]", "]>", "a]b", "&#65;",
        "<!-- c -->", "<![CDATA[<c>]]>", "\xef\xbf\xbd", "\xef\xbf\xbe", "\xef\xbf\xbf" };
    const char *name = names[roll(seed, roll(seed, 9) == 0 ? 6 : 4)];

    out_printf(out, "<%s", name);
    for (unsigned k = roll(seed, 4); k > 1; k--)
        out_printf(out, "%s", attributes[roll(seed, roll(seed, 6) == 0 ? 9 : 4)]);
    if (roll(seed, 5) == 0) {
        out_printf(out, roll(seed, 2) == 0 ? "/>" : " />");
        return;
    }
    out_printf(out, ">");
    for (unsigned k = roll(seed, 5); k != 0; k--) {
        if (depth != 0 && roll(seed, 2) == 0)
            grow(out, seed, depth - 1);
        else
            out_printf(out, "%s", texts[roll(seed, roll(seed, 9) == 0 ? 20 : 14)]);
    }
    out_printf(out, roll(seed, 9) == 0 ? "</%s >" : "</%s>", name);
}

static void mutate(char *p, size_t n, unsigned *seed)
{
    static const char bytes[] = "<>/='\"& ]!?;:\r\n\tax1\x01\x7f\xc3\xef\xbf\xbe";

    for (unsigned k = roll(seed, 3); k != 0 && n != 0; k--)
        p[roll(seed, (unsigned)n)] = bytes[roll(seed, sizeof(bytes))];
}

/* Catches: a record taken that expat does not take, or told otherwise: the plain way must be sure or decline. */
static void test_plain(void **state)
{
    static const char *const behind[] = { "x", "<b/>", " " };
    struct xml *x = xml_create();
    unsigned seed = 7, taken = 0;

    (void)state;
    for (unsigned round = 0; round < 60000; round++) {
        struct out record, plain, whole;
        str s;

        out_init_memory(&record);
        out_init_memory(&plain);
        out_init_memory(&whole);
        grow(&record, &seed, 4);
        if (roll(&seed, 20) == 0)
            out_printf(&record, "%s", behind[roll(&seed, 3)]);
        s = out_text(&record);
        mutate(record.buf, s.n, &seed);
        s.n -= roll(&seed, 20) == 0 ? 1 + roll(&seed, 2) : 0;
        if (xml_read_plain(s, &say, &plain)) {
            enum xml_end end = xml_read(x, s, &say, &whole);

            if (end != XML_END_WHOLE || !str_eq(out_text(&plain), out_text(&whole)))
                fail_msg("%.*s\nplain: %.*s\nexpat (%d): %.*s", STR_ARG(s),
                        STR_ARG(out_text(&plain)), (int)end, STR_ARG(out_text(&whole)));
            taken++;
        }
        (void)out_finish(&record);
        (void)out_finish(&plain);
        (void)out_finish(&whole);
    }
    assert_true(taken > 10000);
    xml_destroy(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_records),
        cmocka_unit_test(test_nesting),
        cmocka_unit_test(test_mend),
        cmocka_unit_test(test_plain),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
