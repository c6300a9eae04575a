/* SPDX-License-Identifier: Apache-2.0 */
/* fathom inspect: what each member was taken for and why, and what was read of it. */
#include "case.h"
#include "command.h"
#include "jsonw.h"
#include "layout.h"

static str why_text(struct arena *a, const struct source *s)
{
    str text = arena_printf(a, "%.*s, bid %d", STR_ARG(s->format), s->bid);

    if (s->bid == BID_NO)
        text = s->format;
    if (s->runner_up.n != 0)
        text = arena_printf(
                a, "%.*s; next %.*s, %d", STR_ARG(text), STR_ARG(s->runner_up), s->second);
    if (s->encoding.n != 0 && s->text)
        text = arena_printf(a, "%.*s; %.*s", STR_ARG(text), STR_ARG(s->encoding));
    return text;
}

/* A log that says what it says in its own words is no puzzle. */
static str declined_text(const struct source *s)
{
    return 2 * s->understood < s->bytes ? s->declined : STR("");
}

static str kinds_text(struct arena *a, const struct source *s)
{
    str text = { NULL, 0 };

    for (size_t i = 0; case_kinds[i] != NULL; i++) {
        if (s->facts_by_kind[i] != 0)
            text = arena_printf(a, "%.*s%s%s %llu", STR_ARG(text), text.n != 0 ? ", " : "",
                    case_kinds[i]->name, (unsigned long long)s->facts_by_kind[i]);
    }
    return text;
}

static str share_text(struct arena *a, const struct source *s)
{
    if (s->bytes == 0)
        return STR("0 bytes");
    return arena_printf(a, "%.*s, %.*f %% understood", STR_ARG(bytes_text(a, (int64_t)s->bytes)),
            s->understood == s->bytes || s->understood == 0 ? 0 : 1,
            100.0 * (double)s->understood / (double)s->bytes);
}

static str span_text(struct arena *a, const struct source *s)
{
    char first[WHEN_TEXT], last[WHEN_TEXT];

    if (s->first.basis == WHEN_NONE)
        return (str){ NULL, 0 };
    return arena_printf(a, "%.*s to %.*s", STR_ARG(when_format(s->first, first)),
            STR_ARG(when_format(s->last, last)));
}

static str diag_text(struct arena *a, const struct diag *d)
{
    str text = arena_printf(a, "%s: %s", diag_level_name(d->level), d->code);

    if (d->where.line != 0)
        text = arena_printf(a, "%.*s, line %u", STR_ARG(text), d->where.line);
    if (d->repeats != 0)
        text = arena_printf(a, "%.*s, %u times", STR_ARG(text), d->repeats + 1);
    if (d->detail.n != 0)
        text = arena_printf(a, "%.*s: %.*s", STR_ARG(text), STR_ARG(d->detail));
    return text;
}

static void put_line(struct layout *l, const char *label, str text)
{
    const struct row row = {
        .indent = 2, .hang = 13, .label = str_z(label), .label_style = STYLE_DIM, .text = text
    };

    if (text.n != 0)
        layout_row(l, &row);
}

static void put_source_text(struct layout *l, struct arena *a, const struct source *s)
{
    const struct row head = { .text = s->path, .text_style = STYLE_STRONG };

    layout_row(l, &head);
    put_line(l, "format", why_text(a, s));
    put_line(l, "why", declined_text(s));
    put_line(l, "read", share_text(a, s));
    put_line(l, "facts", kinds_text(a, s));
    put_line(l, "time", span_text(a, s));
    put_line(l, "host", s->host);
    for (size_t i = 0; i < s->ndiags; i++)
        put_line(l, i == 0 ? "odd" : "", diag_text(a, &s->diags[i]));
    if (s->ndiags_total > s->ndiags)
        put_line(l, "", arena_printf(a, "%zu in all", s->ndiags_total));
}

static void put_text(struct out *out, const struct case_file *c, unsigned width)
{
    struct arena a;
    struct layout l;

    arena_init(&a, 0);
    layout_init(&l, out, width, false);
    for (size_t i = 0; i < c->nsources; i++) {
        if (i != 0)
            layout_blank(&l);
        put_source_text(&l, &a, &c->sources[i]);
        arena_reset(&a);
    }
    if (c->ndiags != 0)
        layout_blank(&l);
    for (size_t i = 0; i < c->ndiags; i++) {
        const struct row row = { .text = c->diag_paths[i], .text_style = STYLE_STRONG };

        layout_row(&l, &row);
        put_line(&l, "odd", diag_text(&a, &c->diags[i]));
    }
    layout_finish(&l);
    arena_finish(&a);
}

static void put_source(struct jsonw *w, const struct source *s)
{
    jsonw_object(w, NULL);
    jsonw_str(w, "path", s->path);
    jsonw_str(w, "format", s->format);
    jsonw_int(w, "bid", s->bid);
    jsonw_str_or_null(w, "runner_up", s->runner_up);
    jsonw_int(w, "runner_up_bid", s->second);
    jsonw_str_or_null(w, "declined", declined_text(s));
    jsonw_str_or_null(w, "encoding", s->encoding);
    jsonw_str_or_null(w, "host", s->host);
    jsonw_int(w, "bytes", (int64_t)s->bytes);
    jsonw_int(w, "understood", (int64_t)s->understood);
    jsonw_when(w, "first", s->first);
    jsonw_when(w, "last", s->last);
    jsonw_object_inline(w, "facts");
    for (size_t i = 0; case_kinds[i] != NULL; i++) {
        if (s->facts_by_kind[i] != 0)
            jsonw_int(w, case_kinds[i]->name, (int64_t)s->facts_by_kind[i]);
    }
    jsonw_end_object(w);
    jsonw_array(w, "diagnostics");
    for (size_t i = 0; i < s->ndiags; i++)
        jsonw_diag(w, &s->diags[i], (str){ NULL, 0 });
    jsonw_end_array(w);
    jsonw_end_object(w);
}

static void put_json(struct out *out, const struct case_file *c)
{
    struct jsonw w;

    jsonw_init(&w, out, false);
    jsonw_object(&w, NULL);
    jsonw_str(&w, "case", c->name);
    jsonw_strs(&w, "hosts", c->hosts, c->nhosts);
    jsonw_array(&w, "members");
    for (size_t i = 0; i < c->nsources; i++)
        put_source(&w, &c->sources[i]);
    jsonw_end_array(&w);
    jsonw_array(&w, "diagnostics");
    for (size_t i = 0; i < c->ndiags; i++)
        jsonw_diag(&w, &c->diags[i], c->diag_paths[i]);
    jsonw_end_array(&w);
    jsonw_end_object(&w);
    jsonw_finish(&w);
}

/* Facts and times of what is left of each member: they were counted as they were read. */
static void count_again(struct case_file *c)
{
    for (size_t i = 0; i < c->nsources; i++) {
        c->sources[i].first = c->sources[i].last = (struct when){ 0 };
        for (size_t k = 0; case_kinds[k] != NULL; k++)
            c->sources[i].facts_by_kind[k] = 0;
    }
    for (size_t i = 0; i < c->nfacts; i++) {
        const struct fact *f = c->facts[i];
        struct source *s = f->where.member != 0 ? &c->sources[f->where.member - 1] : NULL;
        struct when last = f->last.basis != WHEN_NONE ? f->last : f->when;
        size_t k = 0;

        if (s == NULL)
            continue;
        while (case_kinds[k] != NULL && case_kinds[k] != f->kind)
            k++;
        if (case_kinds[k] != NULL)
            s->facts_by_kind[k] += f->count;
        if (f->when.basis == WHEN_NONE)
            continue;
        if (s->first.basis == WHEN_NONE || when_cmp(f->when, s->first) < 0)
            s->first = f->when;
        if (s->last.basis == WHEN_NONE || when_cmp(last, s->last) > 0)
            s->last = last;
    }
}

static int run(struct options *o)
{
    const struct case_options options = { .declined = true, .times = o->timed ? &o->times : NULL };
    struct case_file c;
    struct output output;
    int status = STATUS_USAGE;

    if (!output_open(o, &output))
        return STATUS_USAGE;
    case_read(&c, o->args, o->nargs, &options);
    case_settle_hosts(&c);
    case_settle_times(&c, options.times);
    if (o->since != NULL || o->until != NULL)
        count_again(&c);
    if (command_tell_unread(o, &c)) {
        status = STATUS_DONE;
        if (str_eq(str_z(o->format), STR("json")))
            put_json(&output.out, &c);
        else
            put_text(&output.out, &c, o->width != 0 ? o->width : 80);
    }
    case_finish(&c);
    return output_close(&output, status);
}

const struct command command_inspect = {
    .name = "inspect",
    .arguments = "PATH...",
    .summary = "what each member was taken for and why, and what was read of it",
    .about =
            "For every member: the format that won and its bid (90 a signature, 60 the shape of the\n"
            "lines, 30 the name, 10 nobody else wanted it) beside the next best, the encoding, how\n"
            "many bytes were understood, facts by kind, the time they span, the host they speak of,\n"
            "and what was odd. For text that no format claimed: which one came nearest, and what kept it\n"
            "from bidding. With --since and --until facts of that time alone are counted.",
    .examples =
            "  fathom inspect case-4711.zip\n"
            "  fathom inspect --format json logs/ | jq -r '.members[] | .format + \" \" + .path'\n",
    .options = OPTION_BIT(OPTION_FORMAT) | OPTION_BIT(OPTION_OUTPUT) | OPTION_BIT(OPTION_WIDTH) |
               OPTION_BIT(OPTION_SINCE),
    .formats = "text json",
    .least = 1,
    .run = run,
};
