/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain_line: a line of a log, pasted. The parsers of the bundle read it as a member of one line;
 * what they make of it is explained as any word is.
 */
#include <string.h>

#include "explain_parts.h"
#include "out.h"
#include "parser.h"

enum { FACTS = 32 };

struct bytes {
    struct text_source source;
    str rest;
};

struct collected {
    struct sink sink;
    struct arena *a;
    const struct fact *facts[FACTS];
    size_t n;
};

static size_t read_bytes(struct text_source *source, char *buf, size_t size)
{
    struct bytes *s = (struct bytes *)source;
    size_t n = s->rest.n < size ? s->rest.n : size;

    if (n != 0)
        memcpy(buf, s->rest.p, n);
    s->rest = str_from(s->rest, n);
    return n;
}

static void on_emit(struct sink *sink, const struct fact *fact)
{
    struct collected *c = (struct collected *)sink;

    if (c->n < FACTS)
        c->facts[c->n] = fact_keep(c->a, fact);
    c->n += c->n < FACTS && c->facts[c->n] != NULL;
}

static void on_diag(struct sink *sink, const struct diag *diag)
{
    (void)sink;
    (void)diag;
}

static void parse_with(const struct parser *parser, str line, struct collected *c)
{
    struct bytes bytes = { .source.read = read_bytes, .rest = line };
    struct arena scratch;
    struct parse in = {
        .sink = &c->sink, .scratch = &scratch, .path = STR("line"), .name = STR("line"), .member = 1
    };

    arena_init(&scratch, 0);
    text_init(&in.text, &bytes.source);
    parser->parse(&in);
    parse_stray_finish(&in);
    text_finish(&in.text);
    arena_finish(&scratch);
}

static str text_field(const struct fact *fact, const char *name)
{
    size_t at;

    if (kind_field(fact->kind, str_z(name), &at) == NULL || fact->values[at].type != VALUE_TEXT)
        return (str){ NULL, 0 };
    return fact->values[at].s;
}

static bool int_field(const struct fact *fact, const char *name, int64_t *ret)
{
    size_t at;

    if (kind_field(fact->kind, str_z(name), &at) == NULL || fact->values[at].type != VALUE_INT)
        return false;
    *ret = fact->values[at].i;
    return true;
}

static bool is_kind(const struct fact *fact, const char *name)
{
    return strcmp(fact->kind->name, name) == 0;
}

/* "acronis:7/4", "vzctl:6" are codes, too. */
static void explain_any_code(struct explain *e, int rank, str text)
{
    struct code code;
    uint64_t a, b;

    if (code_parse(text, &code)) {
        explain_code(e, rank, code);
    } else if (str_take(&text, STR("vzctl:")) && str_u64(text, &a)) {
        (void)explain_vzctl(e, rank, (uint32_t)a);
    } else if (str_take(&text, STR("acronis:")) && str_take_u64(&text, &a) &&
               str_take_char(&text, '/') && str_u64(text, &b)) {
        (void)explain_acronis(e, rank, (uint32_t)a, (uint32_t)b);
    }
}

static void take_error(struct explain *e, const struct fact *fact, int rank)
{
    str component = text_field(fact, "component");
    size_t before = e->ret->n;

    explain_any_code(e, rank, text_field(fact, "code"));
    if (e->ret->n != before) {
        struct reading *r = &e->ret->readings[before];

        r->context = component.n != 0
                             ? arena_printf(e->a, "in this line, said by %.*s", STR_ARG(component))
                             : STR("in this line");
        reading_detail(e, r, "spelled", text_field(fact, "spelled"));
        reading_detail(e, r, "function", text_field(fact, "api"));
        reading_detail(e, r, "path", text_field(fact, "path"));
    }
}

static str value_words(struct arena *a, const struct value *v, enum unit unit)
{
    struct out out;
    str text;

    switch (v->type) {
    case VALUE_TEXT:
        return v->s;
    case VALUE_BOOL:
        return v->b ? STR("yes") : STR("no");
    case VALUE_REAL:
        return arena_printf(a, "%.6g", v->d);
    case VALUE_INT:
        if (unit != UNIT_BYTES)
            return arena_printf(a, "%lld", (long long)v->i);
        out_init_memory(&out);
        out_bytes(&out, v->i);
        text = arena_str(a, out_text(&out));
        (void)out_finish(&out);
        return text;
    default:
        return (str){ NULL, 0 };
    }
}

/* What the reading says already, and what only parsers care about. */
static bool is_shown(const char *name, const struct value *v)
{
    static const char *const hidden[] = { "report", "guessed", "mode", "flags", "class", "tag",
        "pool", "resource", "snapshot", "scope", "code", "family", "number", "trace", "zone" };

    for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++) {
        if (strcmp(name, hidden[i]) == 0)
            return false;
    }
    return v->type != VALUE_NONE && v->type != VALUE_MAP && (v->type != VALUE_BOOL || v->b) &&
           (v->type != VALUE_INT || v->i != 0);
}

static void put_fields(struct explain *e, struct reading *r, const struct fact *fact)
{
    for (size_t i = 0; i < fact->kind->nfields; i++) {
        const struct field *f = &fact->kind->fields[i];
        str label = str_z(f->name);

        if (!is_shown(f->name, &fact->values[i]))
            continue;
        label = arena_str(e->a, label);
        for (size_t k = 0; k < label.n; k++) {
            if (label.p[k] == '_')
                ((char *)(uintptr_t)label.p)[k] = ' ';
        }
        reading_detail(e, r, label.p, value_words(e->a, &fact->values[i], f->unit));
    }
}

static str report_meaning(const struct fact *fact, bool oom)
{
    if (oom && text_field(fact, "victim").n != 0 && text_field(fact, "comm").n == 0)
        return STR("the OOM killer ended this process: chosen by what it held and by its "
                   "oom_score_adj; it need not be the cause");
    if (oom && text_field(fact, "comm").n == 0)
        return STR("memory ran out, and the machine was told to stop then instead of killing");
    return oom ? STR("the task named asked for memory when none could be freed; it is neither the "
                     "victim nor the cause")
               : STR("the task named asked for memory and got none; it is the victim, seldom the "
                     "cause");
}

/* A line of a report of the kernel: who asked, for how much, and how. */
static void take_report(struct explain *e, const struct fact *fact, bool oom)
{
    struct reading *r = reading_add(e, RANK_GIVEN, "report", str_z(fact->kind->name));
    int64_t mode, order;

    if (r == NULL)
        return;
    r->name = oom ? STR("a run of the OOM killer")
                  : STR("an allocation that the kernel could not serve");
    r->context = STR("a line of a report of the Linux kernel: the lines around it decide");
    r->meaning = report_meaning(fact, oom);
    r->advice = STR("give the whole report: fathom analyze dmesg.txt tells by its zones and task "
                    "table what was short and who held it");
    put_fields(e, r, fact);
    reading_see(e, r,
            oom ? STR("linux/oom/global, linux/oom/cgroup, linux/memory/process")
                : STR("linux/alloc/atomic-reserve, linux/alloc/fragmentation, "
                      "linux/alloc/exhausted"));
    if (int_field(fact, "order", &order) && order > 0 && order < 20)
        reading_detail(e, r, "asked for",
                arena_printf(e->a, "%lld pages in one piece: %lld KB with pages of 4 KB",
                        1LL << order, 4LL << order));
    if (int_field(fact, "mode", &mode) && mode > 0)
        explain_gfp(e, RANK_CERTAIN, (uint64_t)mode, text_field(fact, "flags"),
                text_field(fact, "kernel"));
}

static void take_fact(struct explain *e, const struct fact *fact)
{
    int64_t number;
    struct reading *r;

    if (is_kind(fact, "error")) {
        take_error(e, fact, RANK_CERTAIN);
    } else if (is_kind(fact, "kernel.message") || is_kind(fact, "log.message")) {
        (void)explain_class(
                e, RANK_CERTAIN + 5, text_field(fact, "class"), text_field(fact, "object"));
    } else if (is_kind(fact, "kernel.alloc_failure") || is_kind(fact, "kernel.oom")) {
        take_report(e, fact, is_kind(fact, "kernel.oom"));
    } else if (is_kind(fact, "event") && int_field(fact, "id", &number)) {
        (void)explain_event(e, RANK_CERTAIN, text_field(fact, "provider"), (uint32_t)number);
    } else if (is_kind(fact, "stack")) {
        explain_exception(e, text_field(fact, "exception"), text_field(fact, "message"));
    } else if (is_kind(fact, "beancounter")) {
        if (explain_beancounter(e, RANK_CERTAIN, text_field(fact, "resource")) && e->ret->n == 1)
            put_fields(e, &e->ret->readings[0], fact);
    } else if (is_kind(fact, "pool.tag")) {
        explain_tag(e, text_field(fact, "tag"), true);
        if (e->ret->n == 1)
            put_fields(e, &e->ret->readings[0], fact);
    } else if (is_kind(fact, "container.state") && int_field(fact, "exit_code", &number)) {
        explain_exit(e, RANK_CERTAIN, (uint32_t)number);
    } else if (!is_kind(fact, "host")) {
        r = reading_add(e, RANK_MIDDLE, "fact", str_z(fact->kind->name));
        if (r != NULL) {
            r->name = str_z(fact->kind->doc);
            put_fields(e, r, fact);
        }
    }
}

void explain_exception(struct explain *e, str exception, str message)
{
    struct reading *r = reading_add(e, RANK_MIDDLE, "exception", exception);

    if (r == NULL)
        return;
    r->context = STR("an exception of a program");
    r->meaning = message;
    reading_rules_part(e, r, STR("exception"), exception);
}

static bool is_known(const struct fact *fact)
{
    return !is_kind(fact, "host") && !is_kind(fact, "process");
}

static size_t count_known(const struct collected *c)
{
    size_t n = 0;

    for (size_t i = 0; i < c->n; i++)
        n += is_known(c->facts[i]);
    return n;
}

bool explain_line(struct explain *e, str line)
{
    struct collected *c = arena_new(e->a, struct collected);
    struct sniff sniff = { .text = line, .raw = line, .path = STR("line"), .name = STR("line") };
    const struct parser *kernel = parser_find(STR("kernel-log"));
    struct bid_result bid;

    *c = (struct collected){ .sink = { .emit = on_emit, .diag = on_diag }, .a = e->a };
    bid = parser_choose(&sniff, false);
    if (bid.parser != NULL)
        parse_with(bid.parser, line, c);
    /* Without its prefix a line of the kernel looks like any other. */
    if (count_known(c) == 0 && kernel != NULL && bid.parser != kernel)
        parse_with(kernel, line, c);
    for (size_t i = 0; i < c->n; i++) {
        if (is_known(c->facts[i]))
            take_fact(e, c->facts[i]);
    }
    e->ret->line = e->ret->n != 0;
    return e->ret->line;
}
