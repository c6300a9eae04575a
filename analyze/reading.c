/* SPDX-License-Identifier: Apache-2.0 */
#include "reading.h"

#include <stdlib.h>
#include <string.h>

#include "clock_watch.h"
#include "limits.h"
#include "line_seeker.h"
#include "nearest.h"
#include "reading_sink.h"
#include "seek.h"

/* Nothing is passed over when everything is kept, or some rule must see every line. Made for the
 * first member that is a text of lines. */
static struct seeker *seeker_of(struct member_reader *r)
{
    const struct ruleset *rules = r->options->rules;

    if (!r->seeker_made && rules != NULL && !r->options->careful) {
        r->seeker_made = true;
        r->seeker = line_seeker(&r->patterns, rules);
    }
    return r->seeker;
}

static str last_component(str path)
{
    size_t slash = str_rfind_char(path, '/'), bang = str_rfind_char(path, '!');
    size_t at = slash == STR_NONE ? bang : bang == STR_NONE || slash > bang ? slash : bang;

    return at != STR_NONE ? str_from(path, at + 1) : path;
}

static void parse_member(
        struct member_sink *s, struct member *m, const struct parser *parser, str name)
{
    struct member_reader *r = s->r;
    struct source *source = &s->reading->source;
    struct parse in = {
        .sink = &s->sink,
        .scratch = &r->scratch,
        .path = source->path,
        .name = name,
        .mtime = m->mtime,
        .member = m->number,
        .text = r->text,
        .host = m->host,
    };

    in.ahead = parser->raw ? NULL : r->ahead;
    in.offers_lines = s->sink.line != NULL && !parser->raw && !parser->says_lines;
    if (!parser->raw && (parser->says_lines || in.offers_lines) && seeker_of(r) != NULL)
        seek_begin(&in, r->seeker);
    text_renew(&in.text, parser->raw ? m->raw : m->text);
    in.text.number = m->line;
    in.text.offset = m->offset;
    parser->parse(&in);
    parse_stray_finish(&in);
    clock_finish(&in);
    /* The size is known only at the end; a parser that stopped early leaves the rest to us. */
    while (text_more(&in.text) || text_peek(&in.text).n != 0)
        text_skip(&in.text, text_peek(&in.text).n);
    source->bytes = in.text.offset - m->offset;
    r->text = in.text;
    when_stretch(&source->first, &source->last, in.first);
    when_stretch(&source->first, &source->last, in.last);
    source->host = arena_str(r->lasting, in.host);
    source->understood = in.understood < source->bytes ? in.understood : source->bytes;
    s->reading->lines = in.text.number - m->line;
    s->reading->snapshots = in.snapshots;
    /* A host named in the middle of a member speaks for what stood before it. */
    for (size_t i = 0; i < r->kept.n && !s->part; i++) {
        if (r->kept.facts[i]->host.n == 0)
            r->kept.facts[i]->host = source->host;
    }
    arena_reset(&r->scratch);
}

void member_reader_tap(struct member_reader *r, str raw)
{
    sha256_update(&r->sha256, raw.n, (const uint8_t *)raw.p);
}

static void put_sha256(struct member_reader *r, char ret_hex[65])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t digest[SHA256_DIGEST_SIZE];

    sha256_digest(&r->sha256, sizeof(digest), digest);
    for (size_t i = 0; i < sizeof(digest); i++) {
        ret_hex[2 * i] = digits[digest[i] >> 4];
        ret_hex[2 * i + 1] = digits[digest[i] & 15];
    }
}

/* The size of a member that nobody reads is known without reading it only on the disk. */
static void finish_member(
        struct member_reader *r, struct source *source, struct member *m, bool read)
{
    if (r->options->hash || (!read && m->size == 0))
        member_drain(m);
    if (r->options->hash)
        put_sha256(r, source->sha256);
    if (!read)
        source->bytes = m->bytes != 0 ? m->bytes : m->size;
    source->encoding = arena_str(r->lasting, str_z(m->encoding));
}

const struct parser *member_choose(struct member_reader *r, struct member *m, struct source *ret)
{
    struct sniff sniff = { .text = m->binary ? STR("") : m->head, .raw = m->raw_head };
    struct bid_result bid;

    *ret = (struct source){ .path = arena_str(r->lasting, m->path), .text = !m->binary };
    ret->mtime = m->mtime;
    ret->encoding = str_z(m->encoding);
    sniff.path = ret->path;
    sniff.name = last_component(ret->path);
    bid = parser_choose(&sniff, m->binary);
    ret->bid = bid.bid;
    ret->second = bid.second;
    ret->runner_up = bid.runner_up != NULL ? str_z(bid.runner_up->name) : STR("");
    if (r->options->declined && !m->binary && m->head.n != 0 && bid.bid <= BID_FALLBACK) {
        struct nearest nearest = parser_nearest(&sniff, &r->scratch);

        ret->declined = nearest_text(&nearest, r->lasting);
    }
    if (bid.parser != NULL) {
        ret->text = ret->text && !bid.parser->raw; /* a binary format that looks like text */
        ret->format = str_z(bid.parser->name);
    } else {
        ret->format = m->raw_head.n == 0 ? STR("empty") : STR("binary");
    }
    return bid.parser;
}

static void end(struct member_reader *r, struct reading *ret)
{
    r->current = NULL;
    ret->facts = r->kept.facts;
    ret->lasting = r->kept.lasting;
    ret->nfacts = r->kept.n;
}

void member_read(struct member_reader *r, struct member *m, struct reading *ret)
{
    struct source *source = &ret->source;
    const struct parser *parser;
    struct member_sink s;

    *ret = (struct reading){ 0 };
    parser = member_choose(r, m, source);
    member_sink_begin(&s, r, ret);
    if (r->options->hash)
        sha256_init(&r->sha256);
    if (parser != NULL)
        parse_member(&s, m, parser, last_component(source->path));
    finish_member(r, source, m, parser != NULL);
    end(r, ret);
}

void member_read_part(struct member_reader *r, const struct member_part *part, struct reading *ret)
{
    struct member m = { .number = 1, .path = part->member->path, .line = 1 };
    struct member_sink s;

    m.mtime = part->member->mtime;
    m.text = m.raw = part->text;
    m.offset = part->offset;
    *ret = (struct reading){ .source = *part->member };
    member_sink_begin(&s, r, ret);
    s.part = true;
    parse_member(&s, &m, part->parser, last_component(part->member->path));
    end(r, ret);
}

void member_reader_init(struct member_reader *r, const struct case_options *options,
        struct arena *folding, struct arena *lasting)
{
    *r = (struct member_reader){ .options = options, .folding = folding, .lasting = lasting };
    arena_init(&r->scratch, 0);
    arena_init(&r->patterns, 0);
}

void member_reader_prepare(struct member_reader *r)
{
    (void)seeker_of(r);
}

const struct seeker *member_reader_seeker(struct member_reader *r)
{
    return seeker_of(r);
}

void member_reader_finish(struct member_reader *r)
{
    text_finish(&r->text);
    arena_finish(&r->scratch);
    arena_finish(&r->patterns);
    folds_finish(&r->folds);
    need_memo_finish(&r->needs);
    free(r->kept.facts);
    free(r->kept.lasting);
}
