/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The comparison for people: the verdict in one line, then what is gone, changed, the same and new,
 * then the numbers.
 */
#include "page.h"
#include "parts.h"
#include "utf8.h"

enum { DETAIL = 14 };

struct sheet {
    const struct diff *d;
    const struct render_options *options;
    struct layout l;
    struct arena arena;
};

static const struct finding *finding_of(const struct diff_finding *f)
{
    return f->after != NULL && !f->old ? f->after : f->before;
}

static bool shown(const struct sheet *t, const struct diff_finding *f)
{
    return finding_of(f)->severity >= t->options->min_severity;
}

/* --- head ------------------------------------------------------------------------------------- */

static str span_text(struct arena *a, const struct case_file *c)
{
    const struct source *first = NULL, *last = NULL;
    double gap;

    for (size_t i = 0; i < c->nsources; i++) {
        const struct source *s = &c->sources[i];

        if (s->first.basis == WHEN_NONE || s->first.basis == WHEN_MONOTONIC)
            continue;
        if (first == NULL || (diff_seconds(s->first, first->first, &gap) && gap > 0))
            first = s;
        if (last == NULL || (diff_seconds(last->last, s->last, &gap) && gap > 0))
            last = s;
    }
    if (first == NULL)
        return STR("");
    return arena_printf(a, ", %.*s to %.*s", STR_ARG(page_clock(a, first->first)),
            STR_ARG(page_clock(a, last->last)));
}

static void put_case(struct sheet *t, const char *label, enum diff_side side)
{
    const struct case_file *c = diff_case(t->d, side);
    struct arena *a = &t->arena;

    layout_row(&t->l,
            &(struct row){ .label = str_z(label),
                    .label_style = STYLE_STRONG,
                    .hang = 8,
                    .text = arena_printf(a, "%.*s   %.*s, %.*s%.*s", STR_ARG(c->name),
                            STR_ARG(page_plural(a, c->nsources, "file")),
                            STR_ARG(bytes_text(a, (int64_t)c->bytes)), STR_ARG(span_text(a, c))) });
}

static str uptime_text(struct arena *a, const char *what, double seconds)
{
    return seconds < 0 ? STR("")
                       : arena_printf(a, ", %s up %.*s", what, STR_ARG(diff_duration(a, seconds)));
}

static str name_of(const struct diff_host *h)
{
    str name = h->after.n != 0 ? h->after : h->before;

    return name.n != 0 ? name : STR("machine");
}

static void put_hosts(struct sheet *t)
{
    struct arena *a = &t->arena;
    size_t shown = t->d->nhosts < LISTED ? t->d->nhosts : LISTED;
    unsigned hang = 8;

    for (size_t i = 0; i < shown; i++) {
        unsigned width = (unsigned)utf8_width(name_of(&t->d->hosts[i])) + 2;

        if (width > hang && width < t->l.width / 2)
            hang = width;
    }
    if (shown != 0)
        layout_blank(&t->l);
    for (size_t i = 0; i < shown; i++) {
        const struct diff_host *h = &t->d->hosts[i];

        layout_row(&t->l, &(struct row){ .label = name_of(h),
                                  .label_style = STYLE_STRONG,
                                  .hang = hang,
                                  .text = arena_printf(a, "%s%.*s%.*s",
                                          !h->in_after    ? "only in BEFORE"
                                          : !h->in_before ? "only in AFTER"
                                                          : "in both",
                                          STR_ARG(uptime_text(a, "before", h->uptime_before)),
                                          STR_ARG(uptime_text(a, "after", h->uptime_after))) });
    }
    if (t->d->nhosts > LISTED)
        layout_row(&t->l, &(struct row){ .text = arena_printf(a, "and %zu more machines",
                                                 t->d->nhosts - LISTED) });
}

static size_t count(const struct sheet *t, enum diff_state state, int fixed)
{
    size_t n = 0;

    for (size_t i = 0; i < t->d->nfindings; i++) {
        const struct diff_finding *f = &t->d->findings[i];

        n += f->state == state && shown(t, f) && (fixed < 0 || (int)f->fixed == fixed);
    }
    return n;
}

/* ": 1 fixed for certain, 2 likely fixed", of one alone ": likely fixed" */
static str gone_text(struct sheet *t, size_t gone)
{
    static const char *const alone[] = { "AFTER does not decide whether it is fixed",
        "too early to tell", "perhaps fixed", "likely fixed", "fixed for certain" };
    static const char *const among[] = { "undecided", "too early to tell", "perhaps fixed",
        "likely fixed", "fixed for certain" };
    struct arena *a = &t->arena;
    str text = STR("");
    const char *join = ": ";

    for (int fixed = FIXED_CERTAIN; fixed >= FIXED_UNKNOWN; fixed--) {
        size_t n = count(t, DIFF_GONE, fixed);

        if (n == 0)
            continue;
        text = gone == 1 ? arena_printf(a, ": %s", alone[fixed])
                         : arena_printf(a, "%.*s%s%zu %s", STR_ARG(text), join, n, among[fixed]);
        join = ", ";
    }
    return text;
}

/* "2 of 3 findings are gone: 1 fixed for certain, 1 too early to tell. 1 is still there." */
static str before_text(struct sheet *t, size_t gone, size_t changed, size_t same)
{
    struct arena *a = &t->arena;
    size_t still = changed + same, before = gone + still;
    const char *as = changed == 0 ? ", as before" : "";
    str all;

    if (before == 0)
        return STR("BEFORE has no findings.");
    all = before == 1   ? STR("The one finding is")
          : before == 2 ? STR("Both findings are")
                        : arena_printf(a, "All %zu findings are", before);
    if (gone == 0)
        return arena_printf(a, "%.*s still there%s.", STR_ARG(all), as);
    if (still == 0)
        return arena_printf(a, "%.*s gone%.*s.", STR_ARG(all), STR_ARG(gone_text(t, gone)));
    return arena_printf(a, "%zu of %zu findings %s gone%.*s. %zu %s still there%s.", gone, before,
            gone == 1 ? "is" : "are", STR_ARG(gone_text(t, gone)), still, still == 1 ? "is" : "are",
            as);
}

static void put_verdict(struct sheet *t)
{
    struct arena *a = &t->arena;
    size_t news = count(t, DIFF_NEW, -1);
    str text = before_text(
            t, count(t, DIFF_GONE, -1), count(t, DIFF_CHANGED, -1), count(t, DIFF_SAME, -1));

    if (news != 0)
        text = arena_printf(a, "%.*s %zu %s new.", STR_ARG(text), news, news == 1 ? "is" : "are");
    layout_blank(&t->l);
    layout_row(&t->l, &(struct row){ .text = text, .text_style = STYLE_STRONG });
    for (size_t i = 0; i < t->d->nnotes; i++)
        layout_row(&t->l, &(struct row){ .text = t->d->notes[i], .text_style = STYLE_WARN });
}

/* --- findings --------------------------------------------------------------------------------- */

static enum style style_of(const struct diff_finding *f)
{
    if (f->state == DIFF_GONE)
        return STYLE_DIM;
    return finding_of(f)->severity >= SEVERITY_HIGH     ? STYLE_ALARM
           : finding_of(f)->severity == SEVERITY_MEDIUM ? STYLE_WARN
                                                        : STYLE_MILD;
}

static void put_detail(struct sheet *t, const char *label, str text)
{
    if (text.n != 0)
        layout_row(&t->l, &(struct row){ .indent = MARGIN,
                                  .hang = DETAIL,
                                  .label = str_z(label),
                                  .label_style = STYLE_STRONG,
                                  .text = text });
}

static str changes_text(struct arena *a, const struct diff_finding *f)
{
    str text = STR("");

    for (size_t i = 0; i < f->nchanges; i++) {
        const struct diff_change *c = &f->changes[i];
        bool figure = str_eq(c->what, STR("figure"));

        if (str_eq(c->what, STR("title"))) /* told as what it was */
            continue;
        text = arena_printf(a, "%.*s%s%.*s%s%.*s -> %.*s", STR_ARG(text), text.n != 0 ? ", " : "",
                STR_ARG(figure ? STR("") : c->what), figure ? "" : " ", STR_ARG(c->before),
                STR_ARG(c->after));
    }
    return text;
}

static str fixed_text(struct arena *a, const struct diff_finding *f)
{
    static const char *const words[] = { "cannot tell", "too early", "possible", "likely",
        "certain" };

    return arena_printf(a, "%s: %.*s", words[f->fixed], STR_ARG(f->reason));
}

/* Effects of one cause are gone for one reason. */
static bool as_above(const struct diff_finding *f, const struct diff_finding *above)
{
    return above != NULL && above->state == DIFF_GONE && above->fixed == f->fixed &&
           str_eq(above->reason, f->reason);
}

static void put_gone(
        struct sheet *t, const struct diff_finding *f, const struct diff_finding *above)
{
    if (as_above(f, above)) {
        put_detail(t, "fixed", STR("as above"));
        return;
    }
    put_detail(t, "fixed", fixed_text(&t->arena, f));
    for (size_t i = 0; i < f->nasks; i++)
        put_detail(t, i == 0 ? "ask" : "", f->asks[i]);
}

static void put_finding(
        struct sheet *t, const struct diff_finding *f, const struct diff_finding *above)
{
    const struct finding *x = finding_of(f);
    struct arena *a = &t->arena;

    layout_row(&t->l, &(struct row){ .indent = 2,
                              .hang = MARGIN,
                              .label = STR("-"),
                              .text = t->d->nhosts > 1 && x->host.n != 0
                                              ? arena_printf(a, "%.*s: %.*s", STR_ARG(x->host),
                                                        STR_ARG(x->title))
                                              : x->title,
                              .text_style = STYLE_STRONG,
                              .right = arena_printf(a, "%s, %s", severity_name(x->severity),
                                      confidence_name(x->confidence)),
                              .right_style = style_of(f),
                              .beside = true });
    put_detail(t, "was",
            f->state == DIFF_CHANGED && !str_eq(f->before->title, f->after->title)
                    ? f->before->title
                    : STR(""));
    if (f->state == DIFF_GONE)
        put_gone(t, f, above);
    else if (f->state == DIFF_NEW)
        put_detail(t, "but", f->reason);
    else
        put_detail(t, "changed", changes_text(a, f));
    if (f->state == DIFF_CHANGED || f->state == DIFF_SAME)
        put_detail(t, "since", f->reason);
    if (f->old)
        put_detail(t, "note", STR("AFTER still holds its old records, and none newer"));
}

static void put_findings(struct sheet *t)
{
    static const char *const heads[] = { "gone", "changed", "as before", "new" };
    const struct diff_finding *above;

    for (int state = DIFF_GONE; state <= DIFF_NEW; state++) {
        if (count(t, (enum diff_state)state, -1) == 0)
            continue;
        layout_blank(&t->l);
        layout_row(&t->l, &(struct row){ .text = str_z(heads[state]), .text_style = STYLE_STRONG });
        above = NULL;
        for (size_t i = 0; i < t->d->nfindings; i++) {
            const struct diff_finding *f = &t->d->findings[i];

            if ((int)f->state != state || !shown(t, f))
                continue;
            put_finding(t, f, above);
            above = f;
        }
    }
}

void diff_print_text(const struct diff *d, const struct render_options *options, struct out *out)
{
    struct sheet t = { .d = d, .options = options };

    arena_init(&t.arena, 0);
    layout_init(&t.l, out, options->width, options->color);
    put_case(&t, "before", SIDE_BEFORE);
    put_case(&t, "after", SIDE_AFTER);
    put_hosts(&t);
    put_verdict(&t);
    put_findings(&t);
    for (size_t i = 0; i < d->nsections; i++)
        diff_print_section(&t.l, &t.arena, d, &d->sections[i]);
    layout_finish(&t.l);
    arena_finish(&t.arena);
}
