/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text report: what most people will ever see. It reads like an engineer's note: what is wrong,
 * because of which lines, what that explains, what to do; then what it is not, what could not be
 * decided, what nobody knows, and how much was read.
 */
#include "page.h"
#include "utf8.h"

/* --- head --------------------------------------------------------------------------------- */

static void put_head(struct page *t)
{
    const struct report *r = t->r;
    struct arena *a = &t->arena;
    str name = layout_plain(a, r->file->name);
    str own = r->rule_site != 0 ? arena_printf(a, ", %zu own", r->rule_site) : STR("");
    str facts = arena_printf(a, "%s%.*s, %.*s   %.*s%.*s",
            r->nhosts == 0 ? ""
                           : arena_z(a, arena_printf(a, "%.*s, ",
                                                STR_ARG(page_plural(a, r->nhosts, "host")))),
            STR_ARG(page_plural(a, r->file->nsources, "file")),
            STR_ARG(bytes_text(a, (int64_t)r->file->bytes)),
            STR_ARG(page_plural(a, r->rule_count, "rule")), STR_ARG(own));
    const struct row row = {
        .label = name,
        .label_style = STYLE_STRONG,
        .hang = 3,
        .text = facts,
    };
    struct row with = row;

    with.hang = (unsigned)name.n + 3 < t->options->width / 2 ? (unsigned)name.n + 3 : 3;
    if (with.hang == 3) {
        with.text = name;
        with.label = (str){ NULL, 0 };
        with.hang = 0;
        layout_row(&t->l, &with);
        with.text = facts;
    }
    layout_row(&t->l, &with);
}

static str host_text(struct arena *a, const struct report_host *host)
{
    str text = host->os;

    if (host->arch.n != 0)
        text = arena_printf(
                a, "%.*s%s%.*s", STR_ARG(text), text.n != 0 ? " " : "", STR_ARG(host->arch));
    if (host->cpus != 0)
        text = arena_printf(a, "%.*s%s%.*s", STR_ARG(text), text.n != 0 ? ", " : "",
                STR_ARG(page_plural(a, (uint64_t)host->cpus, "CPU")));
    if (host->ram != 0)
        text = arena_printf(a, "%.*s%s%.*s", STR_ARG(text), text.n != 0 ? ", " : "",
                STR_ARG(bytes_text(a, (int64_t)host->ram)));
    return text;
}

static void put_hosts(struct page *t)
{
    const struct report *r = t->r;
    struct arena *a = &t->arena;
    size_t told = 0, names = 0;
    str also = { NULL, 0 };

    for (size_t i = 0; i < r->nhosts; i++) {
        str id = layout_plain(a, r->hosts[i].id), about = host_text(a, &r->hosts[i]);
        const struct row row = {
            .label = id,
            .label_style = STYLE_STRONG,
            .hang = id.n != 0 ? (unsigned)utf8_width(id) + 3 : 0,
            .text = about,
        };

        if (about.n != 0 && told < LISTED) {
            if (told++ == 0)
                layout_blank(&t->l);
            layout_row(&t->l, &row);
        } else if (id.n != 0 && names++ < LISTED) {
            also = arena_printf(
                    a, "%.*s%s%.*s", STR_ARG(also), also.n != 0 ? ", " : "", STR_ARG(id));
        }
    }
    if (names != 0) {
        struct row row = { .text = arena_printf(
                                   a, "%s%.*s", told != 0 ? "and " : "", STR_ARG(also)) };

        if (names > LISTED)
            row.text = arena_printf(a, "%.*s and %zu more", STR_ARG(row.text), names - LISTED);
        if (told == 0)
            layout_blank(&t->l);
        layout_row(&t->l, &row);
    }
}

/* --- one block ---------------------------------------------------------------------------- */

static enum style style_of(enum severity severity)
{
    if (severity >= SEVERITY_HIGH)
        return STYLE_ALARM;
    return severity == SEVERITY_MEDIUM ? STYLE_WARN : STYLE_MILD;
}

static void put_title(struct page *t, size_t leader)
{
    const struct finding *f = &t->b.findings[leader];
    const struct row row = {
        .indent = t->b.number[leader] < 10 ? 1 : 0,
        .hang = MARGIN,
        .label = arena_printf(&t->arena, "%u", t->b.number[leader]),
        .label_style = STYLE_STRONG,
        .text = f->title,
        .text_style = STYLE_STRONG,
        .right = arena_printf(&t->arena, "%s, %s%s", severity_name(f->severity),
                confidence_name(f->confidence), f->history ? ", before the last boot" : ""),
        .right_style = style_of(f->severity),
        .beside = true,
    };

    layout_row(&t->l, &row);
}

/* With several hosts each block says which one it is about, or that nothing says it. */
static void put_summary(struct page *t, const struct finding *f)
{
    const str host = f->host.n != 0 ? f->host : STR("a machine that is not named");
    struct row row = { .hang = MARGIN, .text = f->summary };

    if (t->r->nhosts > 1)
        row.text = arena_printf(&t->arena, "On %.*s%s%.*s", STR_ARG(host),
                f->summary.n != 0 ? ": " : ".", STR_ARG(f->summary));
    if (row.text.n != 0)
        layout_row(&t->l, &row);
}

/* A quoted line stands for others that differ in their numbers only; what a rule says does not. */
static bool alike(const struct evidence *a, const struct evidence *b)
{
    str x = a->fact->quote, y = b->fact->quote;

    if (a->say.n != 0 || b->say.n != 0)
        return str_eq(a->say, b->say);
    while (x.n != 0 && y.n != 0) {
        if (is_digit(x.p[0]) && is_digit(y.p[0])) {
            while (x.n != 0 && is_digit(x.p[0]))
                x = str_from(x, 1);
            while (y.n != 0 && is_digit(y.p[0]))
                y = str_from(y, 1);
        } else if (x.p[0] == y.p[0]) {
            x = str_from(x, 1);
            y = str_from(y, 1);
        } else {
            return false;
        }
    }
    return x.n == y.n;
}

static bool said_before(const struct finding *f, size_t at)
{
    for (size_t i = 0; i < at; i++) {
        if (alike(&f->evidence[i], &f->evidence[at]))
            return true;
    }
    return false;
}

static str said(const struct evidence *e)
{
    return e->say.n != 0 ? e->say : str_trim(e->fact->quote);
}

/* A code or a message of a line that is quoted whole beside it. */
static bool part_of_another(const struct finding *f, size_t at)
{
    const struct span *where = &f->evidence[at].fact->where;
    str part = said(&f->evidence[at]);

    for (size_t i = 0; i < f->nevidence && where->line != 0; i++) {
        const struct span *other = &f->evidence[i].fact->where;
        str whole = said(&f->evidence[i]);

        if (other->member == where->member && other->line == where->line && whole.n > part.n &&
                str_has(whole, part))
            return true;
    }
    return false;
}

/* "poolmon.txt:14, 19, 31 ..." */
static str places_of(struct page *t, const struct finding *f, size_t at)
{
    const struct fact *first = f->evidence[at].fact;
    str text = places_text(&t->places, &t->arena, first->where);
    size_t more = 0;

    for (size_t i = at + 1; i < f->nevidence; i++) {
        const struct fact *fact = f->evidence[i].fact;

        if (!alike(&f->evidence[at], &f->evidence[i]) || fact->where.line == first->where.line ||
                fact->where.member != first->where.member)
            continue;
        if (++more <= ALSO)
            text = arena_printf(&t->arena, "%.*s, %u", STR_ARG(text), fact->where.line);
    }
    return more > ALSO ? arena_printf(&t->arena, "%.*s ...", STR_ARG(text)) : text;
}

static str evidence_text(struct page *t, const struct finding *f, size_t at)
{
    const struct evidence *e = &f->evidence[at];
    uint64_t count = 0;

    for (size_t i = at; i < f->nevidence; i++) {
        if (alike(e, &f->evidence[i]))
            count += f->evidence[i].fact->count;
    }
    return arena_printf(&t->arena, "%.*s%.*s", STR_ARG(said(e)),
            STR_ARG(page_repeats(&t->arena, count, e->fact->when)));
}

/* Whether this row, or one that it stands for, is what the finding's words rest on. */
static bool decides(const struct finding *f, size_t at)
{
    for (size_t i = at; i < f->nevidence; i++) {
        if (f->evidence[i].decides && alike(&f->evidence[at], &f->evidence[i]))
            return true;
    }
    return false;
}

/* Of n rows as many as may be printed: the first ones, but before these any that decide. Returns how many. */
static size_t choose_rows(const struct finding *f, size_t *rows, size_t n, size_t most)
{
    size_t kept = 0, deciding = 0, left;

    if (n <= most)
        return n;
    for (size_t i = 0; i < n; i++)
        deciding += decides(f, rows[i]);
    left = most - (deciding < most ? deciding : most);
    for (size_t i = 0; i < n && kept < most; i++) {
        const bool needed = decides(f, rows[i]);

        if (!needed && left == 0)
            continue;
        left -= !needed;
        rows[kept++] = rows[i];
    }
    return kept;
}

/* Returns how many rows were printed. */
static size_t put_evidence(struct page *t, struct section *s, const struct finding *f, size_t most)
{
    size_t rows[LIMIT_EVIDENCE], n = 0, left, printed;

    for (size_t i = 0; i < f->nevidence; i++) {
        if (!said_before(f, i) && !part_of_another(f, i) && !page_told(t, &f->evidence[i]))
            rows[n++] = i;
    }
    printed = choose_rows(f, rows, n, most);
    for (size_t i = 0; i < printed; i++)
        page_row(t, s, evidence_text(t, f, rows[i]), places_of(t, f, rows[i]), QUOTE_LINES);
    left = n - printed;
    if (f->evidence_total > f->nevidence)
        left += f->evidence_total - f->nevidence;
    if (left != 0 && most != SHOWN_BY_EACH)
        page_row(t, s, arena_printf(&t->arena, "and %zu more", left), (str){ NULL, 0 }, 0);
    return printed;
}

static void put_shown_by(struct page *t, size_t leader)
{
    struct finding_list members = blocks_members(&t->b, leader);
    struct section s = { "shown by", MARGIN, HANG };
    size_t rows = 0;

    for (size_t i = 0; i < members.n && rows < SHOWN_BY; i++) {
        const struct finding *f = &t->b.findings[members.p[i]];

        if (members.p[i] != leader && f->role == ROLE_MECHANISM)
            rows += put_evidence(t, &s, f, SHOWN_BY_EACH);
    }
}

/* The root causes that share this effect, each with what it says and where. False when it has none. */
static bool put_contributors(struct page *t, size_t leader)
{
    struct finding_list members = blocks_members(&t->b, leader);
    struct section s = { "because", MARGIN, HANG };
    bool any = false;

    for (size_t i = 0; i < members.n; i++) {
        const struct finding *f = page_listed(t, members, i);

        if (!t->b.contributes[members.p[i]] || t->b.parent[members.p[i]] != leader)
            continue;
        page_row(t, &s,
                arena_printf(
                        &t->arena, "%.*s (%s)", STR_ARG(f->title), confidence_name(f->confidence)),
                page_place(t, f), 0);
        page_row(t, &s, f->summary, (str){ NULL, 0 }, 0);
        any = true;
    }
    return any;
}

/* Of the leader, else of the first that hangs under it and has one. */
static void put_table(struct page *t, size_t leader)
{
    struct finding_list members = blocks_members(&t->b, leader);
    bool told = page_table(t, &t->b.findings[leader]);

    for (size_t i = 0; i < members.n && !told; i++)
        told = members.p[i] != leader && page_table(t, page_listed(t, members, i));
}

static void put_block(struct page *t, size_t leader)
{
    const struct finding *f = &t->b.findings[leader];
    struct section because = { "because", MARGIN, HANG };

    t->ntold = 0;
    layout_blank(&t->l);
    put_title(t, leader);
    put_summary(t, f);
    put_table(t, leader);
    layout_blank(&t->l);
    if (put_contributors(t, leader))
        because.label = "shown by";
    (void)put_evidence(t, &because, f, BECAUSE);
    put_shown_by(t, leader);
    page_explains(t, leader);
    page_perhaps(t, leader);
    page_remedy(t, leader);
    page_asks(t, leader);
}

static size_t count_asks(const struct verdict *v)
{
    size_t n = 0;

    for (size_t i = 0; i < v->nfindings; i++)
        n += v->findings[i].nasks;
    for (size_t i = 0; i < v->nundetermined; i++)
        n += v->undetermined[i].nasks;
    return n;
}

static void render(
        const struct report *report, const struct render_options *options, struct out *out)
{
    struct page t = { .r = report, .options = options, .first_row = true };

    arena_init(&t.arena, 0);
    layout_init(&t.l, out, options->width, options->color);
    blocks_build(&t.arena, report->verdict, options->min_severity, &t.b);
    places_init(&t.places, report, options->width / 2);
    t.asked = arena_array(&t.arena, const str *, count_asks(report->verdict));
    put_head(&t);
    put_hosts(&t);
    page_nothing_found(&t);
    for (size_t i = 0; i < t.b.norder; i++) {
        if (t.b.number[t.b.order[i]] != 0)
            put_block(&t, t.b.order[i]);
    }
    page_below(&t);
    layout_finish(&t.l);
    arena_finish(&t.arena);
}

const struct renderer renderer_text = {
    .name = "text",
    .mime = "text/plain; charset=utf-8",
    .render = render,
};
