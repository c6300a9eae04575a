/* SPDX-License-Identifier: Apache-2.0 */
#include "parser.h"

#include "limits.h"

bool parse_line(struct parse *in, struct line *ret)
{
    uint32_t cut = in->text.long_lines;

    if (!text_line(&in->text, ret))
        return false;
    if (in->text.long_lines != cut)
        parse_diag(in, DIAG_WARNING, "text.long-line", ret, STR("cut to 64 KiB"));
    return true;
}

void parse_took(struct parse *in, const struct line *line)
{
    if (line->number == in->took)
        return; /* a format and parse_stray may both know it */
    in->took = line->number;
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

void emit_at(struct parse *in, const struct kind *kind, struct span where, str quote,
        struct when when, const struct value *values)
{
    const struct fact fact = {
        .kind = kind,
        .where = where,
        .quote = cut_quote(quote),
        .when = when,
        .last = when,
        .count = 1,
        .host = in->host,
        .values = values,
    };

    in->facts++;
    in->sink->emit(in->sink, &fact);
}

void emit(struct parse *in, const struct kind *kind, const struct line *line, struct when when,
        const struct value *values)
{
    emit_at(in, kind, line_span(in, line), line->s, when, values);
}

void parse_diag(struct parse *in, enum diag_level level, const char *code, const struct line *line,
        str detail)
{
    struct diag diag = { .level = level, .code = code, .where = { .member = in->member } };

    diag.detail = cut_quote(detail);
    if (line != NULL)
        diag.where = line_span(in, line);
    in->sink->diag(in->sink, &diag);
}

bool parse_wants(const struct parse *in, const struct kind *kind)
{
    return parse_wants_text(in, kind, SIZE_MAX, (str){ NULL, 0 });
}

bool parse_wants_text(const struct parse *in, const struct kind *kind, size_t field, str value)
{
    return in->sink->wants == NULL || in->sink->wants(in->sink, kind, field, value);
}
