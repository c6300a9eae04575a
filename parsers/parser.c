/* SPDX-License-Identifier: Apache-2.0 */
#include "parser.h"

#include "limits.h"
#include "seek.h"
#include "stamp.h"

/* Cuts at a character's border: what is quoted must stay valid UTF-8. */
static str cut_quote(str s)
{
    size_t n = LIMIT_QUOTE;

    if (s.n <= n)
        return s;
    while (n > 0 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
        n--;
    return str_slice(s, 0, n);
}

void parse_saw(struct parse *in, struct when when)
{
    when_stretch(&in->first, &in->last, when);
}

void parse_text_of(struct parse *in, const struct line *line, struct when when, str component,
        str text, const struct line_hits *hits)
{
    const struct value values[LOG_LINE_NFIELDS] = {
        [LOG_LINE_TEXT] = value_text(text),
        [LOG_LINE_COMPONENT] = value_text(component),
        [LOG_LINE_FILE] = value_text(in->path),
    };
    const struct fact fact = {
        .kind = &kind_LOG_LINE,
        .where = line_span(in, line),
        .quote = cut_quote(line->s),
        .when = when,
        .last = when,
        .count = 1,
        .host = in->host,
        .values = values,
    };

    parse_saw(in, when);
    if (in->sink->line != NULL && text.n != 0)
        in->sink->line(in->sink, &fact, hits);
}

void parse_text(
        struct parse *in, const struct line *line, struct when when, str component, str text)
{
    parse_text_of(in, line, when, component, text, seek_hits(in));
}

/* What any line begins with in any log. */
void parse_offer(struct parse *in, const struct line *line)
{
    struct when when = { 0 };
    str text = line->s;

    (void)stamp_take(&text, &when);
    parse_text(in, line, when, (str){ NULL, 0 }, str_trim(text));
}

bool parse_line(struct parse *in, struct line *ret)
{
    uint32_t cut = in->text.long_lines;

    if (in->seek != NULL)
        seek_block(in);
    if (!text_line(&in->text, ret))
        return false;
    if (in->seek != NULL)
        seek_line(in, ret);
    if (in->text.long_lines != cut)
        parse_diag(in, DIAG_WARNING, "text.long-line", ret, STR("cut to 64 KiB"));
    if (in->offers_lines)
        parse_offer(in, ret);
    return true;
}

void parse_took(struct parse *in, const struct line *line)
{
    uint32_t ahead = line->number - in->took, behind = in->took - line->number;

    /* A format and parse_stray may both know it, one of them some lines later. */
    if (line->number > in->took) {
        in->took_lately = ahead < 64 ? in->took_lately << ahead : 0;
        in->took = line->number;
        behind = 0;
    }
    if (behind >= 64 || (in->took_lately >> behind & 1) != 0)
        return;
    in->took_lately |= 1ull << behind;
    in->understood += line->extent != 0 ? line->extent : line->length + 1u;
}

void parse_took_bytes(struct parse *in, uint64_t bytes)
{
    in->understood += bytes;
}

struct span line_span(const struct parse *in, const struct line *line)
{
    return (struct span){
        .member = in->member,
        .line = line->number,
        .offset = line->offset,
        .length = line->length,
    };
}

void emit_between(struct parse *in, const struct kind *kind, struct span where, str quote,
        struct when first, struct when last, const struct value *values)
{
    const struct fact fact = {
        .kind = kind,
        .where = where,
        .quote = cut_quote(quote),
        .when = first,
        .last = last,
        .count = 1,
        .host = in->host,
        .values = values,
    };

    in->facts++;
    in->sink->emit(in->sink, &fact);
}

void emit_at(struct parse *in, const struct kind *kind, struct span where, str quote,
        struct when when, const struct value *values)
{
    emit_between(in, kind, where, quote, when, when, values);
}

void emit(struct parse *in, const struct kind *kind, const struct line *line, struct when when,
        const struct value *values)
{
    emit_at(in, kind, line_span(in, line), line->s, when, values);
}

static void tell(
        struct parse *in, enum diag_level level, const char *code, struct span where, str detail)
{
    const struct diag diag = { level, code, where, cut_quote(detail), 0 };

    in->sink->diag(in->sink, &diag);
}

void parse_diag(struct parse *in, enum diag_level level, const char *code, const struct line *line,
        str detail)
{
    const struct span nowhere = { .member = in->member };

    tell(in, level, code, line != NULL ? line_span(in, line) : nowhere, detail);
}

void parse_diag_at(
        struct parse *in, enum diag_level level, const char *code, uint64_t offset, str detail)
{
    tell(in, level, code, (struct span){ .member = in->member, .offset = offset }, detail);
}

bool parse_wants(const struct parse *in, const struct kind *kind)
{
    return parse_wants_text(in, kind, SIZE_MAX, (str){ NULL, 0 });
}

bool parse_wants_text(const struct parse *in, const struct kind *kind, size_t field, str value)
{
    return in->sink->wants == NULL || in->sink->wants(in->sink, kind, field, value);
}
