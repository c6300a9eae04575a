/* SPDX-License-Identifier: Apache-2.0 */
/*
 * zoneinfo: /proc/zoneinfo: free pages and watermarks of every zone.
 *
 *     Node 0, zone   Normal
 *       pages free     17347
 *             min      4130
 *             low      5162
 *             high     6194
 *             managed  520000
 *             protection: (0, 0, 0, 0)
 *           nr_free_cma  0
 *
 * Taken: those lines; the statistics of nodes and CPUs are passed over. Counts are pages.
 */
#include <string.h>

#include "shape.h"
#include "signs.h"

static const struct kind *const kinds[] = { &kind_KERNEL_ZONE, &kind_ERROR, &kind_LOG_MESSAGE,
    &kind_OPERATION, &kind_STACK, &kind_BEANCOUNTER, NULL };

static const struct {
    str key;
    uint8_t field;
} keys[] = {
    { STR_INIT("min"), KERNEL_ZONE_MIN },
    { STR_INIT("low"), KERNEL_ZONE_LOW },
    { STR_INIT("high"), KERNEL_ZONE_HIGH },
    { STR_INIT("boost"), KERNEL_ZONE_BOOST },
    { STR_INIT("present"), KERNEL_ZONE_PRESENT },
    { STR_INIT("managed"), KERNEL_ZONE_MANAGED },
    { STR_INIT("nr_free_cma"), KERNEL_ZONE_FREE_CMA },
};

struct state {
    struct value values[KERNEL_ZONE_NFIELDS];
    struct span where;
    str quote;
    bool any, in_cpus;
    struct arena arena; /* of the zone being read */
};

static bool is_zone(str line, uint64_t *ret_node, str *ret_zone)
{
    str rest = line, word;

    return str_take(&rest, STR("Node")) && next_number(&rest, ret_node) &&
           str_take_char(&rest, ',') && str_word(&rest, &word) && str_eq(word, STR("zone")) &&
           str_word(&rest, ret_zone) && str_trim(rest).n == 0;
}

static void signs(struct signs *to)
{
    signs_add(to, STR("pages free"));
}

static int sniff(const struct sniff *in)
{
    str rest = in->text, line, zone;
    uint64_t node;

    for (size_t i = 0; i < 20 && str_line(&rest, &line); i++)
        if (is_zone(line, &node, &zone))
            return str_has(in->text, STR("pages free")) ? BID_MAGIC : BID_NO;
    return BID_NO;
}

static void flush(struct parse *in, struct state *s)
{
    if (s->any && s->values[KERNEL_ZONE_FREE].type != VALUE_NONE)
        emit_at(in, &kind_KERNEL_ZONE, s->where, s->quote, (struct when){ 0 }, s->values);
    memset(s->values, 0, sizeof(s->values));
    s->any = s->in_cpus = false;
    arena_reset(&s->arena);
}

static void start(struct parse *in, struct state *s, const struct line *line)
{
    uint64_t node;
    str zone;

    flush(in, s);
    (void)is_zone(line->s, &node, &zone);
    s->any = true;
    s->where = line_span(in, line);
    s->quote = arena_str(&s->arena, line->s);
    s->values[KERNEL_ZONE_REPORT] = value_int(0);
    s->values[KERNEL_ZONE_NODE] = value_u64(node);
    s->values[KERNEL_ZONE_ZONE] = value_text(arena_str(&s->arena, zone));
}

/* "(0, 2781, 15800)": as a Mem-Info block has it, without marks. */
static str protection_of(struct arena *a, str list)
{
    str all = { NULL, 0 };
    uint64_t n;

    for (size_t i = 0; i < list.n && all.n < 200;) {
        str rest = str_from(list, i);

        if (str_take_u64(&rest, &n)) {
            all = arena_printf(
                    a, "%.*s%s%llu", STR_ARG(all), all.n != 0 ? " " : "", (unsigned long long)n);
            i = list.n - rest.n;
        } else {
            i++;
        }
    }
    return all;
}

static void take(struct state *s, str line)
{
    uint64_t pages;
    str key, text;

    if (!key_value(line, &key, &text))
        return;
    if (str_eq(key, STR("pagesets")))
        s->in_cpus = true; /* below it "high:" is of a CPU */
    if (str_eq(key, STR("protection"))) {
        if (s->values[KERNEL_ZONE_PROTECTION].type == VALUE_NONE)
            s->values[KERNEL_ZONE_PROTECTION] = value_text(protection_of(&s->arena, text));
        return;
    }
    if (str_eq(key, STR("pages")) && str_take(&text, STR("free"))) {
        key = STR("free");
        text = str_trim(text);
    }
    if (s->in_cpus || !str_u64(text, &pages) || pages > 1ull << 50)
        return;
    if (str_eq(key, STR("free")))
        s->values[KERNEL_ZONE_FREE] = value_u64(pages * PROC_PAGE);
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (str_eq(key, keys[i].key) && s->values[keys[i].field].type == VALUE_NONE)
            s->values[keys[i].field] = value_u64(pages * PROC_PAGE);
}

static void parse(struct parse *in)
{
    struct state s = { 0 };
    struct line line;
    uint64_t node;
    str zone;

    arena_init(&s.arena, 0);
    while (parse_line(in, &line)) {
        if (is_zone(line.s, &node, &zone)) {
            start(in, &s, &line);
        } else if (s.any && line.s.n != 0 && (is_blank(line.s.p[0]))) {
            take(&s, line.s);
        } else {
            parse_stray(in, &line, (struct when){ 0 });
            continue;
        }
        parse_took(in, &line);
    }
    flush(in, &s);
    arena_finish(&s.arena);
}

const struct parser parser_zoneinfo = {
    .name = "zoneinfo",
    .summary = "/proc/zoneinfo",
    .kinds = kinds,
    .sniff = sniff,
    .signs = signs,
    .parse = parse,
};
