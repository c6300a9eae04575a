/* SPDX-License-Identifier: Apache-2.0 */
/* The text report below its findings: what it is not, what is open, how much was read. */
#include "page.h"

enum { FORMATS_SHOWN = 12 };

static void put_notes(struct page *t)
{
    struct section s;
    size_t rows = 0;

    for (size_t i = 0; i < t->b.norder; i++) {
        const struct finding *f = &t->b.findings[t->b.order[i]];

        if (f->severity != SEVERITY_INFO)
            continue;
        if (rows++ == 0)
            s = page_section(t, "noted");
        page_row(t, &s, f->title, page_place(t, f), 0);
    }
}

static str sentence(struct page *t, const struct finding *f)
{
    if (f->summary.n == 0 || str_eq(f->summary, f->title))
        return f->title;
    return arena_printf(&t->arena, "%.*s. %.*s", STR_ARG(f->title), STR_ARG(f->summary));
}

static void put_ruled_out(struct page *t)
{
    const struct verdict *v = t->r->verdict;
    struct section s;

    for (size_t i = 0; i < v->nruled_out; i++) {
        if (i == 0)
            s = page_section(t, "ruled out");
        page_row(t, &s, sentence(t, &v->ruled_out[i]), page_place(t, &v->ruled_out[i]), 0);
    }
}

static str join(struct arena *a, const str *s, size_t n, size_t most)
{
    str text = { NULL, 0 };

    for (size_t i = 0; i < n && i < most; i++)
        text = arena_printf(a, "%.*s%s%.*s", STR_ARG(text), i != 0 ? ", " : "", STR_ARG(s[i]));
    if (n > most)
        text = arena_printf(a, "%.*s and %zu more", STR_ARG(text), n - most);
    return text;
}

static void put_undetermined(struct page *t)
{
    const struct verdict *v = t->r->verdict;
    struct section s;
    size_t left = 0;

    for (size_t i = 0; i < v->nundetermined; i++) {
        const struct undetermined *u = &v->undetermined[i];

        if (i == 0)
            s = page_section(t, "undecided");
        if (i >= LISTED) {
            left++;
            continue;
        }
        page_row(t, &s,
                arena_printf(&t->arena, "%.*s%s%.*s", STR_ARG(u->title),
                        u->nmissing != 0 ? "? Needs " : "?",
                        STR_ARG(join(&t->arena, u->missing, u->nmissing, NAMED))),
                (str){ NULL, 0 }, 0);
        for (size_t k = 0; k < u->nasks; k++) {
            if (page_ask(t, &u->asks[k]))
                page_row(t, &s, arena_printf(&t->arena, "ask: %.*s", STR_ARG(u->asks[k])),
                        (str){ NULL, 0 }, 0);
        }
    }
    if (left != 0)
        page_row(t, &s, arena_printf(&t->arena, "and %zu more", left), (str){ NULL, 0 }, 0);
}

static void put_items(struct page *t, struct section *s, const char *what,
        const struct unknown_item *items, size_t n)
{
    struct arena *a = &t->arena;
    str text;

    if (n == 0)
        return;
    if (s->hang == 0)
        *s = page_section(t, "unknown");
    text = arena_printf(a, "%zu %s: ", n, what);
    for (size_t i = 0; i < n && i < NAMED; i++) {
        text = arena_printf(
                a, "%.*s%s%.*s", STR_ARG(text), i != 0 ? ", " : "", STR_ARG(items[i].text));
        if (items[i].detail.n != 0)
            text = arena_printf(a, "%.*s (%.*s)", STR_ARG(text), STR_ARG(items[i].detail));
    }
    if (n > NAMED)
        text = arena_printf(a, "%.*s and %zu more", STR_ARG(text), n - NAMED);
    page_row(t, s, text, (str){ NULL, 0 }, 0);
}

/* Each form of a message with how often it was said, and where it stands first. */
static void put_lines(struct page *t, struct section *s)
{
    const struct report *r = t->r;
    struct arena *a = &t->arena;

    if (r->nlines == 0)
        return;
    if (s->hang == 0)
        *s = page_section(t, "unknown");
    page_row(t, s,
            arena_printf(a, "%zu %s that no finding rests on:", r->nlines,
                    r->nlines == 1 ? "message" : "sorts of messages"),
            (str){ NULL, 0 }, 0);
    for (size_t i = 0; i < r->nlines && i < NAMED; i++) {
        const struct unknown_item *item = &r->lines[i];
        str repeats = page_repeats(a, item->count, item->first);

        page_row(t, s, arena_printf(a, "%.*s%.*s", STR_ARG(item->text), STR_ARG(repeats)),
                places_text(&t->places, a, item->where), 2);
    }
    if (r->nlines > NAMED)
        page_row(t, s, arena_printf(a, "and %zu more", r->nlines - NAMED), (str){ NULL, 0 }, 0);
}

static void put_unknown(struct page *t)
{
    const struct report *r = t->r;
    struct section s = { 0 };

    put_items(t, &s,
            r->ntags == 1 ? "tag above 1 MB that no table knows"
                          : "tags above 1 MB that no table knows",
            r->tags, r->ntags);
    put_items(t, &s,
            r->ncodes == 1 ? "error code that no finding rests on"
                           : "error codes that no finding rests on",
            r->codes, r->ncodes);
    put_items(t, &s,
            r->nevents == 1 ? "error event that no finding rests on"
                            : "error events that no finding rests on",
            r->events, r->nevents);
    put_lines(t, &s);
}

static str ignored_text(struct page *t)
{
    const struct report *r = t->r;
    str text = { NULL, 0 };

    for (size_t i = 0; i < r->nunclaimed && i < NAMED; i++)
        text = arena_printf(&t->arena, "%.*s%s%.*s", STR_ARG(text), i != 0 ? ", " : "; ",
                STR_ARG(places_path(&t->places, r->unclaimed[i])));
    if (r->nunclaimed > NAMED)
        text = arena_printf(&t->arena, "%.*s and %zu more", STR_ARG(text), r->nunclaimed - NAMED);
    return text.n != 0 ? arena_printf(&t->arena, "%.*s ignored", STR_ARG(text)) : text;
}

static void put_read(struct page *t)
{
    const struct report *r = t->r;
    struct section s = page_section(t, "read");
    str ignored = ignored_text(t);
    double share = r->bytes != 0 ? 100.0 * (double)r->parsed / (double)r->bytes : 0;

    /* "100 %" is for all of it. */
    if (share > 99.9 && r->parsed != r->bytes)
        share = 99.9;
    if (r->bytes == 0)
        page_row(t, &s,
                arena_printf(&t->arena, "nothing that could be understood%.*s", STR_ARG(ignored)),
                (str){ NULL, 0 }, 0);
    else
        page_row(t, &s,
                arena_printf(&t->arena, "%.*f %% of %.*s understood%.*s",
                        r->parsed == r->bytes ? 0 : 1, share,
                        STR_ARG(bytes_text(&t->arena, (int64_t)r->bytes)), STR_ARG(ignored)),
                (str){ NULL, 0 }, 0);
}

/* What --since and --until did. */
static void put_left_out(struct page *t)
{
    const struct case_file *c = t->r->file;
    struct section s = { NULL, 1, 13 };

    if (c->left_out != 0)
        page_row(t, &s,
                arena_printf(&t->arena, "%s outside the time that was asked for: left out",
                        page_plural(&t->arena, c->left_out, "fact").p),
                (str){ NULL, 0 }, 0);
    if (c->untimed != 0)
        page_row(t, &s,
                arena_printf(&t->arena,
                        "%s of a time that cannot be compared with what was asked for: kept",
                        page_plural(&t->arena, c->untimed, "fact").p),
                (str){ NULL, 0 }, 0);
}

static void put_trouble_row(
        struct page *t, struct section *s, size_t *rows, const char *code, str detail, str place)
{
    if (*rows == 0)
        *s = page_section(t, "trouble");
    if ((*rows)++ < LISTED)
        page_row(t, s,
                detail.n != 0 ? arena_printf(&t->arena, "%.*s (%s)", STR_ARG(detail), code)
                              : str_z(code),
                place, QUOTE_LINES);
}

/* What was lost: caps that bit, members that could not be read. */
static void put_trouble(struct page *t)
{
    const struct report *r = t->r;
    const struct case_file *c = r->file;
    struct section s;
    size_t rows = 0;

    for (size_t i = 0; i < c->ndiags; i++) {
        if (c->diags[i].level != DIAG_NOTE)
            put_trouble_row(t, &s, &rows, c->diags[i].code, c->diags[i].detail,
                    places_path(&t->places, c->diag_paths[i]));
    }
    for (size_t i = 0; i < c->nsources; i++) {
        for (size_t k = 0; k < c->sources[i].ndiags; k++) {
            const struct diag *d = &c->sources[i].diags[k];
            struct span where = d->where;

            where.member = (uint32_t)i + 1;
            if (d->level == DIAG_ERROR)
                put_trouble_row(t, &s, &rows, d->code, d->detail,
                        places_text(&t->places, &t->arena, where));
        }
    }
    for (size_t i = 0; i < r->nlimits_hit; i++)
        put_trouble_row(t, &s, &rows, "limit", r->limits_hit[i], (str){ NULL, 0 });
    if (rows > LISTED)
        page_row(
                t, &s, arena_printf(&t->arena, "and %zu more", rows - LISTED), (str){ NULL, 0 }, 0);
}

/* "2 poolmon, 1 event-xml": what the members were taken for. */
static str formats_text(struct page *t)
{
    const struct case_file *c = t->r->file;
    struct {
        str format;
        size_t n;
    } kinds[FORMATS_SHOWN];
    size_t n = 0, others = 0;
    str text = { NULL, 0 };

    for (size_t i = 0; i < c->nsources; i++) {
        size_t k = 0;

        while (k < n && !str_eq(kinds[k].format, c->sources[i].format))
            k++;
        if (k == n && n == FORMATS_SHOWN) {
            others++;
            continue;
        }
        if (k == n) {
            kinds[n].format = c->sources[i].format;
            kinds[n++].n = 0;
        }
        kinds[k].n++;
    }
    for (size_t k = 0; k < n; k++)
        text = arena_printf(&t->arena, "%.*s%s%zu %.*s", STR_ARG(text), k != 0 ? ", " : "",
                kinds[k].n, STR_ARG(kinds[k].format));
    if (others != 0)
        text = arena_printf(&t->arena, "%.*s, %zu others", STR_ARG(text), others);
    return text;
}

void page_nothing_found(struct page *t)
{
    struct row row = { .text_style = STYLE_STRONG };

    for (size_t i = 0; i < t->b.norder; i++) {
        if (t->b.findings[t->b.order[i]].severity != SEVERITY_INFO)
            return;
    }
    layout_blank(&t->l);
    row.text = t->b.norder != 0 ? STR("Nothing is wrong that the rules know of.")
                                : STR("Nothing was found that the rules know of.");
    layout_row(&t->l, &row);
    if (t->r->file->nsources == 0)
        return;
    row.text_style = STYLE_PLAIN;
    row.text = arena_printf(&t->arena, "Read: %.*s.", STR_ARG(formats_text(t)));
    layout_row(&t->l, &row);
}

void page_below(struct page *t)
{
    put_notes(t);
    put_ruled_out(t);
    put_undetermined(t);
    page_timeline(t);
    put_unknown(t);
    page_clocks(t);
    put_read(t);
    put_left_out(t);
    put_trouble(t);
}
