/* SPDX-License-Identifier: Apache-2.0 */
/*
 * draft_input: the input of a draft's case, cut down to what the draft is about. Of a log these are
 * the lines around it; of a table of pool tags all that is no row, and the rows of the tag; members
 * that are no text are copied as they are. The bundle is read once more for each step, for what is
 * cut off is not kept.
 */
#include <stdlib.h>

#include "draft.h"
#include "kinds.h"

enum {
    HITS_MOST = 3, /* of a log; the same thing said a hundred times makes no better case */
    PARTS_MOST = 8,
    WHOLE_MOST = 64 * 1024 * 1024
};

struct step {
    uint32_t around, head; /* lines around what was found, and from the top */
    bool whole;
};

/* The top of a file may say what it is, or whose. */
static const struct step steps[draft_steps] = {
    { 3, 0, false },
    { 3, 20, false },
    { 20, 20, false },
    { 200, 40, false },
    { 0, 0, true },
};

struct cut {
    struct draft *d;
    struct step step;
    struct draft_part *parts;
    size_t nparts;
    const struct fact *const *hits; /* those that are cut out */
    size_t nhits;
};

/* "case.zip!logs/a.log.gz" -> "logs/a.log": never a way out of the folder. */
static str path_below(struct draft *d, str path)
{
    static const str packed[] = { STR_INIT(".gz"), STR_INIT(".xz"), STR_INIT(".bz2"),
        STR_INIT(".zst") };
    str name = d->file.name, part, result = { NULL, 0 };

    if (path.n > name.n && str_starts(path, name) &&
            (path.p[name.n] == '!' || path.p[name.n] == '/'))
        path = str_from(path, name.n + 1);
    for (size_t i = 0; i < sizeof(packed) / sizeof(packed[0]); i++) {
        if (str_ends(path, packed[i]) && path.n > packed[i].n)
            path.n -= packed[i].n;
    }
    while (path.n != 0) {
        size_t n = 0;

        while (n < path.n && path.p[n] != '/' && path.p[n] != '!')
            n++;
        part = str_slice(path, 0, n);
        path = str_from(path, n + 1);
        if (part.n == 0 || str_eq(part, STR(".")) || str_eq(part, STR("..")))
            continue;
        result = result.n != 0 ? arena_printf(d->a, "%.*s/%.*s", STR_ARG(result), STR_ARG(part))
                               : part;
    }
    return result.n != 0 ? arena_str(d->a, result) : STR("input");
}

static bool keeps_line(const struct cut *c, uint32_t member, uint32_t line)
{
    if (line <= c->step.head)
        return true;
    for (size_t i = 0; i < c->nhits; i++) {
        struct span where = c->hits[i]->where;
        uint32_t apart = line > where.line ? line - where.line : where.line - line;

        if (where.member == member && apart <= c->step.around)
            return true;
    }
    return false;
}

/* Lines that hold rows of other tags; the facts of a member stand in the order of its lines. */
static bool is_other_row(
        const struct draft *d, uint32_t member, uint32_t line, size_t *at, bool *ret_hit)
{
    bool row = false;

    *ret_hit = false;
    for (; *at < d->file.nfacts; ++*at) {
        const struct fact *f = d->file.facts[*at];

        if (f->where.member > member || (f->where.member == member && f->where.line > line))
            break;
        if (f->where.member != member || f->where.line != line || f->kind != &kind_POOL_TAG)
            continue;
        row = true;
        for (size_t i = 0; i < d->nhits; i++)
            *ret_hit = *ret_hit || d->hits[i] == f;
    }
    return row && !*ret_hit;
}

static void cut_lines(struct cut *c, struct member *m, struct draft_part *part)
{
    struct text text;
    struct line line;
    struct out out;
    size_t at = 0;
    bool hit;

    out_init_memory(&out);
    text_init(&text, m->text);
    while (text_line(&text, &line)) {
        bool keep = c->d->sort == DRAFT_TAG ? !is_other_row(c->d, m->number, line.number, &at, &hit)
                                            : keeps_line(c, m->number, line.number);

        part->of++;
        if (!keep || out_text(&out).n + line.s.n > WHOLE_MOST)
            continue;
        part->lines++;
        out_str(&out, line.s);
        out_char(&out, '\n');
    }
    text_finish(&text);
    part->text = arena_str(c->d->a, out_text(&out));
    (void)out_finish(&out);
}

static void copy_whole(struct cut *c, struct member *m, struct draft_part *part)
{
    char buf[16 * 1024];
    struct out out;
    size_t n;

    out_init_memory(&out);
    while (!part->too_large && (n = m->raw->read(m->raw, buf, sizeof(buf))) != 0) {
        out_str(&out, (str){ buf, n });
        part->too_large = out_text(&out).n > WHOLE_MOST;
    }
    if (!part->too_large)
        part->text = arena_str(c->d->a, out_text(&out));
    (void)out_finish(&out);
}

static void on_member(void *ctx, struct member *m)
{
    struct cut *c = ctx;
    struct draft_part *part = &c->parts[c->nparts];
    bool wanted = false;

    for (size_t i = 0; i < c->nhits && !wanted; i++)
        wanted = c->hits[i]->where.member == m->number;
    if (!wanted || c->nparts == PARTS_MOST)
        return;
    *part = (struct draft_part){ .member = m->number, .path = path_below(c->d, m->path) };
    if (c->step.whole || !c->d->file.sources[m->number - 1].text)
        copy_whole(c, m, part);
    else
        cut_lines(c, m, part);
    c->nparts++;
}

static void on_diag(void *ctx, const struct diag *diag, str path)
{
    (void)ctx;
    (void)diag;
    (void)path;
}

/* Of a line the one that was pointed to, of others the first: all in one member. A tag is taken with
 * all its snapshots. */
static void choose_hits(struct cut *c)
{
    struct draft *d = c->d;
    const struct fact **chosen = arena_array(d->a, const struct fact *, d->nhits + 1);
    size_t first = 0;

    for (size_t i = 0; i < d->nhits; i++) {
        if (d->sort == DRAFT_LINE && d->hits[i]->where.line == d->line)
            first = i;
    }
    chosen[c->nhits++] = d->hits[first];
    for (size_t i = 0; i < d->nhits; i++) {
        if (i == first || (d->sort != DRAFT_TAG &&
                                  (c->nhits == HITS_MOST ||
                                          d->hits[i]->where.member != chosen[0]->where.member)))
            continue;
        chosen[c->nhits++] = d->hits[i];
    }
    c->hits = chosen;
}

size_t draft_input(struct draft *d, unsigned step, struct draft_part **ret)
{
    const struct bundle_ops ops = { .member = on_member, .diag = on_diag };
    struct cut c = { .d = d, .step = steps[step] };
    str name;

    choose_hits(&c);
    c.parts = arena_array(d->a, struct draft_part, PARTS_MOST + 1);
    (void)bundle_walk(d->a, d->o->args, d->o->nargs, &ops, &c, &name);
    *ret = c.parts;
    return c.nparts;
}
