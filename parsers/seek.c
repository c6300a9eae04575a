/* SPDX-License-Identifier: Apache-2.0 */
#include "seek.h"

#include <string.h>

#include "ahead.h"
#include "limits.h"
#include "marks.h"

/* The first lines are read whatever they say: they tell of hosts and clocks. */
enum { LEAD_LINES = 64 };
/* Lines that are scanned at once: a little less than what is read at once, so that little is moved. */
enum { SEEK_BLOCK = LIMIT_BLOCK - 16 * KIB };
/* The plan of a long member is made for sixteen pieces of it, from the front of as many blocks. */
enum { SAMPLE_PIECE = SCAN_SAMPLE / 16 };
/* A text that is full of what is looked for gets its plan after so many hits: the one for any text may
 * look for the very words that it is made of. */
enum { DENSE_HITS = 8192 };

struct seeker {
    const struct scanner *scanner;
    struct scan_plan *plan; /* for any text */
    uint32_t patterns;      /* ids below are rules' patterns, those from here on marks */
    struct marks marks;
};

struct seek {
    const struct seeker *seeker;
    const struct scan_plan *plan;
    struct scan scan;
    uint64_t from, to;   /* the block: offsets in the member, at borders of lines */
    uint32_t generation; /* of the window that it lies in */
    bool last;           /* nothing is behind it */
    bool scanned;        /* all of the block is */
    bool taken;          /* another process looked through the block: its hits are in ahead */
    struct ahead_walk ahead;
    struct {
        uint64_t begin;
        uint32_t id;
        bool there;
    } next;
    struct line_hits hits;  /* of the line that was given last */
    bool wanted;            /* it has these, or a mark */
    bool marked;            /* it has a mark */
    uint32_t *ids;          /* room for one of each */
    struct line_hits other; /* of a text that is no line */
    uint32_t *other_ids;
    char *sample;
    size_t sample_n;
    bool planned; /* for this text */
    uint32_t hits_told;
    bool apart; /* a block is one line */
    bool visit; /* a line of the block at hand was read for its time */
};

struct seeker *seeker_create(struct arena *a, const struct scan_pattern *patterns, size_t n)
{
    struct seeker *s = arena_new(a, struct seeker);
    struct scan_pattern *all;
    struct scan_set *sets;

    marks_collect(a, &s->marks);
    all = arena_array(a, struct scan_pattern, n + s->marks.n);
    sets = arena_array(a, struct scan_set, s->marks.n);
    if (n != 0)
        memcpy(all, patterns, n * sizeof(*all));
    for (size_t i = 0; i < s->marks.n; i++) {
        sets[i] = (struct scan_set){ &s->marks.rows[i].literal, 1 };
        all[n + i] = (struct scan_pattern){ (uint32_t)(n + i), true, &sets[i],
            s->marks.rows[i].literal.n != 0 };
    }
    s->patterns = (uint32_t)n;
    s->scanner = scanner_create(a, all, n + s->marks.n);
    s->plan = scan_plan_create(a, s->scanner, (str){ NULL, 0 }, SCAN_MAP);
    return s;
}

str seeker_scanner(struct arena *a, const struct seeker *seeker)
{
    size_t n = scanner_size(seeker->scanner);
    char *bytes = arena_alloc(a, n);

    scanner_write(seeker->scanner, bytes);
    return (str){ bytes, n };
}

struct seeker *seeker_open(struct arena *a, str scanner, size_t n)
{
    struct seeker *s = arena_new(a, struct seeker);

    marks_collect(a, &s->marks);
    s->patterns = (uint32_t)n;
    s->scanner = scanner_view(scanner);
    if (s->scanner == NULL || scanner_patterns(s->scanner) != n + s->marks.n)
        return NULL;
    s->plan = scan_plan_create(a, s->scanner, (str){ NULL, 0 }, SCAN_MAP);
    return s;
}

void seek_begin(struct parse *in, struct seeker *seeker)
{
    struct seek *s = arena_new(in->scratch, struct seek);

    s->seeker = seeker;
    s->plan = seeker->plan;
    s->ids = arena_array(in->scratch, uint32_t, seeker->patterns + 1);
    s->scanned = true;
    in->seek = s;
}

void seek_apart(struct parse *in)
{
    if (in->seek != NULL)
        in->seek->apart = true;
}

const struct line_hits *seek_hits(const struct parse *in)
{
    return in->seek != NULL ? &in->seek->hits : NULL;
}

size_t seek_most(const struct parse *in)
{
    return in->seek != NULL ? in->seek->seeker->patterns : 0;
}

bool seek_wanted(const struct parse *in)
{
    return in->seek == NULL || in->seek->wanted;
}

bool seek_plain(const struct parse *in)
{
    return in->seek != NULL && !in->seek->marked && in->text.number > LEAD_LINES + 1;
}

struct scan_plan *seeker_plan(struct arena *a, const struct seeker *seeker, str sample)
{
    return scan_plan_create(a, seeker->scanner, sample, SCAN_MAP);
}

/* From here on the text has a plan of its own, and others may look through it by the same. */
static void plan_for(struct parse *in, struct seek *s)
{
    const str sample = { s->sample, s->sample_n };

    s->plan = seeker_plan(in->scratch, s->seeker, sample);
    s->planned = true;
    if (in->ahead != NULL && in->text.source->verbatim)
        ahead_open(in->ahead, sample);
}

/* Adds to what the member's plan will be made for. */
static void add_sample(struct parse *in, struct seek *s, str text)
{
    if (s->sample == NULL && in->ahead != NULL && in->text.source->verbatim)
        s->sample = ahead_sample(in->ahead);
    if (s->sample == NULL)
        s->sample = arena_buffer(in->scratch, SCAN_SAMPLE);
    text = str_slice(text, 0, SCAN_SAMPLE - s->sample_n);
    memcpy(s->sample + s->sample_n, text.p, text.n);
    s->sample_n += text.n;
}

/* A long member is scanned with a plan of its own, once enough of it has been seen. */
static void take_sample(struct parse *in, struct seek *s, str block)
{
    if (s->planned || in->text.offset == 0)
        return;
    add_sample(in, s, str_slice(block, 0, SAMPLE_PIECE));
    if (s->sample_n + SAMPLE_PIECE > SCAN_SAMPLE)
        plan_for(in, s);
}

bool seeker_next(const struct seeker *seeker, struct scan *scan, struct scan_hit *ret)
{
    while (scan_next(scan, ret)) {
        if (ret->id < seeker->patterns ||
                mark_holds(&seeker->marks.rows[ret->id - seeker->patterns], scan->block, ret->begin,
                        ret->end))
            return true;
    }
    return false;
}

/* The next literal that counts, in order of lines. */
static void find_next(struct seek *s)
{
    struct scan_hit hit;

    s->next.there = false;
    if (s->scanned)
        return;
    if (s->taken) {
        s->next.there = ahead_next(&s->ahead, &s->next.begin, &s->next.id);
    } else if (seeker_next(s->seeker, &s->scan, &hit)) {
        s->next.begin = s->from + hit.begin;
        s->next.id = hit.id;
        s->next.there = true;
    }
    s->scanned = !s->next.there;
}

/*
 * The next lines of the member, SEEK_BLOCK bytes of them or one that is longer, or what is left. Which lines these
 * are depends on the text alone, not on how much of it is at hand: so do the lines that are read.
 */
static str whole_lines(struct parse *in, bool *ret_last)
{
    str window = text_peek(&in->text);
    size_t nl;

    while (window.n <= SEEK_BLOCK && text_more(&in->text))
        window = text_peek(&in->text);
    *ret_last = window.n <= SEEK_BLOCK;
    if (*ret_last)
        return window;
    nl = str_rfind_char(str_slice(window, 0, SEEK_BLOCK), '\n');
    if (nl != STR_NONE)
        return str_slice(window, 0, nl + 1);
    while ((nl = str_find_char(window, '\n')) == STR_NONE && text_more(&in->text))
        window = text_peek(&in->text);
    *ret_last = nl == STR_NONE && in->text.eof;
    return nl != STR_NONE ? str_slice(window, 0, nl + 1) : window;
}

/* The line that is next, without its terminator: that is no part of a literal. */
static str one_line(struct parse *in)
{
    struct line line;

    return text_peek_line(&in->text, &line) ? line.s : (str){ NULL, 0 };
}

void seek_block(struct parse *in)
{
    struct seek *s = in->seek;
    bool again =
            !s->apart && in->text.offset < s->to; /* the same block; it may stand elsewhere now */
    str block;

    if (again && s->generation == in->text.generation)
        return;
    if (s->apart)
        block = one_line(in);
    else if (again)
        block = str_slice(text_peek(&in->text), 0, (size_t)(s->to - in->text.offset));
    else
        take_sample(in, s, block = whole_lines(in, &s->last));
    s->from = in->text.offset;
    s->to = s->from + block.n;
    s->generation = in->text.generation;
    s->scanned = block.n == 0;
    s->taken = s->planned && in->ahead != NULL && in->text.source->verbatim && block.n != 0 &&
               ahead_take(in->ahead, s->from, s->to, &s->ahead);
    if (!s->taken)
        scan_begin(&s->scan, s->plan, block, 0);
    find_next(s);
}

/* What is left of the block from this line on is looked through by a plan of its own, if that and what was
 * seen before are enough to tell what is common in the text. */
static void plan_dense(struct parse *in, struct seek *s, uint64_t line)
{
    str block = s->scan.block;

    if (s->planned || s->apart || s->hits_told < DENSE_HITS || line < s->from || !s->next.there)
        return;
    if (s->sample_n + (block.n - (size_t)(line - s->from)) < SAMPLE_PIECE)
        return;
    add_sample(in, s, str_from(block, (size_t)(line - s->from)));
    plan_for(in, s);
    s->taken = false;
    scan_begin(&s->scan, s->plan, block, (size_t)(line - s->from));
    find_next(s);
}

/* ids: those of the hits, ascending. */
static void add_id(struct line_hits *hits, uint32_t *ids, uint32_t id)
{
    size_t n = hits->n;

    while (n > 0 && ids[n - 1] > id)
        n--;
    if (n > 0 && ids[n - 1] == id)
        return;
    memmove(ids + n + 1, ids + n, (hits->n - n) * sizeof(*ids));
    ids[n] = id;
    hits->n++;
}

const struct line_hits *seek_text(struct parse *in, str text)
{
    struct seek *s = in->seek;
    struct scan_hit hit;
    struct scan scan;

    if (s == NULL)
        return NULL;
    if (s->other_ids == NULL)
        s->other_ids = arena_array(in->scratch, uint32_t, s->seeker->patterns + 1);
    s->other = (struct line_hits){ s->other_ids, 0 };
    scan_begin(&scan, s->seeker->plan, text, 0);
    while (scan_next(&scan, &hit)) {
        if (hit.id < s->seeker->patterns)
            add_id(&s->other, s->other_ids, hit.id);
    }
    return &s->other;
}

void seek_line(struct parse *in, const struct line *line)
{
    struct seek *s = in->seek;

    s->hits = (struct line_hits){ s->ids, 0 };
    s->wanted = s->marked = false;
    plan_dense(in, s, line->offset);
    while (s->next.there && s->next.begin < line->offset + line->extent) {
        s->wanted = true;
        s->hits_told++;
        if (s->next.id < s->seeker->patterns)
            add_id(&s->hits, s->ids, s->next.id);
        else
            s->marked = true;
        find_next(s);
    }
}

/* Where the line around `at` begins, seen from the cursor. */
static size_t line_begin(str window, size_t at)
{
    size_t nl = str_rfind_char(str_slice(window, 0, at), '\n');

    return nl != STR_NONE ? nl + 1 : 0;
}

static bool may_begin(bool (*begins)(str line), str window, size_t at)
{
    str rest = str_from(window, at), line;

    return str_line(&rest, &line) && begins(line);
}

/* Back to a line with which a message begins, if one is near. */
static size_t step_back(str window, size_t at, bool (*begins)(str line))
{
    size_t back = at;

    for (unsigned n = 0; n < BACK_LINES; n++) {
        if (may_begin(begins, window, back))
            return back;
        if (back == 0 || at - back > BACK_BYTES)
            break;
        back = line_begin(window, back - 1);
    }
    return at;
}

/* A block without anything in it is left but for its last lines, which the next may go on from. */
static size_t keep_tail(str block)
{
    size_t at = block.n > BACK_BYTES ? block.n - BACK_BYTES : 0;

    return line_begin(block, at);
}

bool parse_seek(struct parse *in, bool (*begins)(str line))
{
    struct seek *s = in->seek;

    if (s == NULL || in->text.number <= LEAD_LINES)
        return true;
    for (;;) {
        str block;
        size_t n;

        seek_block(in);
        block = str_slice(text_peek(&in->text), 0, (size_t)(s->to - in->text.offset));
        if (block.n == 0)
            return false;
        if (s->next.there) {
            n = step_back(
                    block, line_begin(block, (size_t)(s->next.begin - in->text.offset)), begins);
            in->skipped += n;
            text_skip(&in->text, n);
            return true;
        }
        /* The last line is read whatever it says: it tells until when the member goes. */
        n = !s->last ? keep_tail(block)
                     : line_begin(block, block.p[block.n - 1] == '\n' ? block.n - 1 : block.n);
        in->skipped += n;
        text_skip(&in->text, n);
        if (s->last || n == 0)
            return true;         /* n = 0: one line as long as the block */
        s->to = in->text.offset; /* what is kept is scanned with what comes */
        if (!s->visit)
            return s->visit = true; /* a line of each block is read, so that clocks are followed */
        s->visit = false;
    }
}
