/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records of event-text: which line belongs to which record.
 *
 * Keys differ in strength. "Event Source" is of an event record and nothing else; "Source" or
 * "User" may as well be a line of a description or of prose, so outside of a record's head it
 * counts only with another key on the next line.
 */
#include "event_text_record.h"

#include "limits.h"

enum {
    DESCRIPTION_BYTES = 16 * 1024, /* the Event Log's own limit is 31,839 characters */
    ONE_KEY_BYTES = 24,            /* a shorter line holds one key at most */
    HALF_BLOCK = LIMIT_BLOCK / 2,
};

void event_text_init(struct event_text *t, struct parse *in)
{
    *t = (struct event_text){ .in = in };
    event_log_init(&t->log);
    event_reader_init(&t->reader);
    arena_init(&t->arena, 0);
    out_init_memory(&t->description);
    event_learn_order(text_ahead(&in->text, HALF_BLOCK), &t->order);
}

void event_text_finish(struct event_text *t)
{
    (void)out_finish(&t->description);
    arena_finish(&t->arena);
    event_reader_finish(&t->reader);
    event_log_finish(&t->log);
}

static void clear(struct event_text *t)
{
    arena_reset(&t->arena);
    arena_reset(&t->log.arena);
    t->description.used = 0;
    t->state = EVENT_TEXT_OUTSIDE;
    t->e = (struct event){ 0 };
    for (size_t i = 0; i < EVENT_KEYS; i++)
        t->values[i] = (str){ NULL, 0 };
    t->quote = t->section = t->group = t->item = (str){ NULL, 0 };
    t->position = 0;
    t->blank = 0;
    t->one_paragraph = t->wide = t->announced = false;
}

/* What is known only once all lines are there. */
static void complete(struct event_text *t)
{
    struct diag diag = { .level = DIAG_NOTE, .code = "event-text.ambiguous-date" };
    bool ambiguous = false;

    t->e.message = str_trim(out_text(&t->description));
    t->where.length = (uint32_t)(t->end - t->where.offset);
    if (t->e.when.basis != WHEN_NONE)
        return;
    (void)event_when(t->values[EVENT_KEY_DATE], t->values[EVENT_KEY_TIME], &t->order, &t->e.when,
            &ambiguous);
    if (ambiguous) {
        diag.where = t->where;
        t->in->sink->diag(t->in->sink, &diag);
    }
}

static bool is_record(const struct event_text *t)
{
    return t->state != EVENT_TEXT_OUTSIDE && t->e.has_id &&
           (t->e.provider.n != 0 || str_trim(out_text(&t->description)).n != 0);
}

void event_text_flush(struct event_text *t)
{
    if (is_record(t)) {
        complete(t);
        event_emit(t->in, &t->log, &t->e, t->where, t->e.message.n != 0 ? t->e.message : t->quote);
    }
    clear(t);
}

void event_text_begin(struct event_text *t, const struct line *line, enum event_text_state state)
{
    event_text_flush(t);
    t->state = state;
    t->where = line_span(t->in, line);
    t->end = line->offset + line->length;
}

static void took(struct event_text *t, const struct line *line)
{
    parse_took(t->in, line);
    t->end = line->offset + line->length;
}

static void describe(struct event_text *t, str text)
{
    if (t->description.used + text.n > DESCRIPTION_BYTES)
        return;
    if (t->description.used != 0)
        out_char(&t->description, '\n');
    out_str(&t->description, text);
}

static bool not_available(str value)
{
    return value.n == 0 || str_eq_nocase(value, STR("N/A")) || str_eq(value, STR("-"));
}

static void take_id(struct event_text *t, str value, const struct line *line)
{
    uint64_t id;

    if (!str_take_u64(&value, &id) || id > UINT32_MAX)
        return;
    if (id > 0xFFFF) {
        t->e.qualifiers = id >> 16;
        t->e.has_qualifiers = true;
    }
    t->e.id = id & 0xFFFF;
    t->e.has_id = true;
    t->quote = arena_str(&t->arena, line->s);
}

static void take_field(struct event_text *t, const struct event_word *word, const struct line *line)
{
    str value = arena_str(&t->arena, word->value);
    struct event *e = &t->e;

    t->values[word->key] = value.p != NULL ? value : STR("");
    t->wide |= word->wide;
    t->state = EVENT_TEXT_HEAD;
    if (word->key == EVENT_KEY_TYPE) {
        e->has_level |= event_level(value, &e->level);
    } else if (word->key == EVENT_KEY_SOURCE) {
        e->provider = value;
    } else if (word->key == EVENT_KEY_ID) {
        take_id(t, value, line);
    } else if (word->key == EVENT_KEY_LOG) {
        e->channel = value;
    } else if (word->key == EVENT_KEY_RECORD) {
        (void)str_u64(value, &e->record);
    } else if (word->key == EVENT_KEY_USER && !not_available(value)) {
        e->user = value;
    } else if (word->key == EVENT_KEY_COMPUTER && !not_available(value) &&
               str_find_char(value, ' ') == STR_NONE) {
        e->computer = value; /* "computer name" stands in templates */
    } else if (word->key == EVENT_KEY_DESCRIPTION) {
        t->state = EVENT_TEXT_DESCRIPTION;
        t->one_paragraph = value.n != 0 && !t->wide;
        describe(t, value);
    } else if (word->key == EVENT_KEY_DATA) {
        t->state = EVENT_TEXT_DUMP;
    } else if (word->key == EVENT_KEY_XML) {
        t->announced = true;
    }
}

/* Whether the line after this one has a key: heads are blocks of them. */
static bool key_follows(struct event_text *t)
{
    struct line next;

    return text_peek_line(&t->in->text, &next) && event_word(next.s).key != EVENT_KEY_NONE;
}

static bool heads_record(struct event_text *t, const struct event_word *word)
{
    if (word->key == EVENT_KEY_NONE || word->key == EVENT_KEY_XML ||
            word->key == EVENT_KEY_DESCRIPTION || word->key == EVENT_KEY_DATA)
        return false;
    return word->strong || key_follows(t);
}

/* The record at hand has this key with another value: the next one has begun. */
static bool repeats(const struct event_text *t, const struct event_word *word)
{
    str had = t->values[word->key], value = word->value;
    uint64_t id;

    if (had.p == NULL)
        return false;
    if (word->key == EVENT_KEY_ID)
        return !str_take_u64(&value, &id) || (id & 0xFFFF) != t->e.id;
    return (word->key == EVENT_KEY_SOURCE || word->key == EVENT_KEY_LOG ||
                   word->key == EVENT_KEY_TYPE || word->key == EVENT_KEY_DATE) &&
           !str_eq_nocase(had, value);
}

static void outside(struct event_text *t, const struct event_word *word, const struct line *line)
{
    event_text_flush(t);
    if (heads_record(t, word)) {
        event_text_begin(t, line, EVENT_TEXT_HEAD);
        took(t, line);
        take_field(t, word, line);
    } else if (line->s.n != 0) {
        parse_stray(t->in, line, (struct when){ 0 });
    }
}

/* "Ereignis-XML:", "XML zdarzenia:": any language says XML and ends with a colon. */
static bool announces_xml(str s)
{
    s = str_trim(s);
    return s.n < 48 && (str_ends(s, STR(":")) || str_ends(s, STR("\xef\xbc\x9a"))) &&
           str_find_nocase(s, STR("xml")) != STR_NONE;
}

static void in_head(struct event_text *t, const struct event_word *word, const struct line *line)
{
    if (word->key != EVENT_KEY_NONE) {
        if (repeats(t, word)) {
            outside(t, word, line);
            return;
        }
        took(t, line);
        take_field(t, word, line);
    } else if (announces_xml(line->s)) {
        took(t, line);
        t->announced = true;
    } else if (t->blank == 0 && str_find_char(str_slice(line->s, 0, 48), ':') != STR_NONE) {
        took(t, line); /* a key of a language or tool not known */
    } else if (t->blank == 0 && t->e.has_id && t->e.provider.n != 0) {
        took(t, line);
        t->state = EVENT_TEXT_DESCRIPTION;
        t->one_paragraph = true;
        describe(t, str_trim(line->s));
    } else {
        outside(t, word, line);
    }
}

static bool is_dump_row(str s)
{
    uint64_t offset;

    return str_take_hex(&s, &offset) && str_take_char(&s, ':') && s.n > 2 && s.p[0] == ' ';
}

/* "0000: 00 00 04 00 01 00 54 00   ......T." or "0000: 00040000 00540001": bytes or words. */
static void take_dump(struct event_text *t, str s)
{
    struct event *e = &t->e;
    uint64_t offset, value;
    str word;
    size_t taken = 0;

    if (!str_take_hex(&s, &offset) || !str_take_char(&s, ':') || offset != e->nbinary)
        return;
    while (taken < 8 && str_word(&s, &word) && str_hex(word, &value)) {
        size_t size = word.n / 2;

        /* A row is either; behind the bytes stands their text. */
        if ((size != 1 && size != 4) || word.n % 2 != 0 || e->nbinary + size > EVENT_BINARY_BYTES)
            return;
        for (size_t i = 0; i < size; i++)
            e->binary[e->nbinary++] = (unsigned char)(value >> (8 * i));
        taken += size == 4 ? 2 : 1;
    }
}

static void in_description(
        struct event_text *t, const struct event_word *word, const struct line *line)
{
    bool begun = t->description.used != 0;
    struct line next;

    if (word->key == EVENT_KEY_DATA && word->value.n == 0 && text_peek_line(&t->in->text, &next) &&
            is_dump_row(str_trim(next.s))) {
        took(t, line);
        t->state = EVENT_TEXT_DUMP;
    } else if (word->key == EVENT_KEY_XML || announces_xml(line->s)) {
        took(t, line);
        t->announced = true;
    } else if (t->wide && word->wide && word->key != EVENT_KEY_NONE && !repeats(t, word)) {
        took(t, line);
        take_field(t, word, line);
    } else if (heads_record(t, word) || (begun && t->blank > (t->one_paragraph ? 0 : 1))) {
        outside(t, word, line);
    } else {
        took(t, line);
        if (begun && t->blank != 0)
            out_char(&t->description, '\n');
        describe(t, str_trim(line->s));
        /* Nothing marks its end: codes in what may be prose already are taken too. */
        if (begun &&
                (t->blank != 0 || str_find(out_text(&t->description), STR("\n\n")) != STR_NONE))
            parse_stray(t->in, line, (struct when){ 0 });
    }
}

static void in_dump(struct event_text *t, const struct event_word *word, const struct line *line)
{
    if (is_dump_row(str_trim(line->s))) {
        took(t, line);
        take_dump(t, str_trim(line->s));
    } else if (word->key == EVENT_KEY_XML || announces_xml(line->s)) {
        took(t, line);
        t->announced = true;
    } else if (word->key == EVENT_KEY_DESCRIPTION) {
        took(t, line);
        take_field(t, word, line);
    } else {
        outside(t, word, line);
    }
}

/* "Event[12]:", as wevtutil numbers them. */
static bool is_number_line(str s)
{
    uint64_t number;

    s = str_trim(s);
    return str_take(&s, STR("Event[")) && str_take_u64(&s, &number) && str_take_char(&s, ']');
}

static void take_part(struct event_text *t, const struct line *line)
{
    struct event_word word = event_word(line->s);

    if (is_number_line(line->s)) {
        event_text_flush(t);
        parse_took(t->in, line);
        return;
    }
    switch (t->state) {
    case EVENT_TEXT_OUTSIDE:
    case EVENT_TEXT_FRIENDLY:
        outside(t, &word, line);
        break;
    case EVENT_TEXT_HEAD:
        in_head(t, &word, line);
        break;
    case EVENT_TEXT_DESCRIPTION:
        in_description(t, &word, line);
        break;
    case EVENT_TEXT_DUMP:
        in_dump(t, &word, line);
        break;
    }
    t->blank = 0;
}

/* Where a key of a record begins behind at least one blank; STR_NONE without one. */
static size_t inner_key(str line, size_t from)
{
    static const str inner[] = { STR_INIT(" Event Type: "), STR_INIT(" Event Source: "),
        STR_INIT(" Event Category: "), STR_INIT(" Event ID: "), STR_INIT(" Description: ") };
    size_t first = STR_NONE;

    for (size_t i = 0; i < sizeof(inner) / sizeof(inner[0]); i++) {
        size_t at = str_find(str_from(line, from), inner[i]);

        if (at != STR_NONE && from + at < first)
            first = from + at;
    }
    return first;
}

bool event_text_part(str *line, str *ret_part)
{
    size_t at;

    if (line->n == 0)
        return false;
    at = line->n > ONE_KEY_BYTES && str_has(*line, STR("Event ID: ")) ? inner_key(*line, 0)
                                                                      : STR_NONE;
    /* Its last key is cut from what follows an id only by another key: the rest of a part. */
    if (at == STR_NONE && str_starts(*line, STR("Event ID: ")))
        at = inner_key(*line, 1);
    *ret_part = str_slice(*line, 0, at);
    *line = at != STR_NONE ? str_from(*line, at + 1) : str_from(*line, line->n);
    return true;
}

void event_text_line(struct event_text *t, const struct line *line)
{
    str rest = str_trim(line->s), part;

    if (rest.n == 0) {
        t->blank++;
        parse_took(t->in, line);
        return;
    }
    while (event_text_part(&rest, &part)) {
        struct line one = *line;

        one.s = part;
        one.length = (uint32_t)part.n;
        one.offset += (uint64_t)(part.p - line->s.p);
        take_part(t, &one);
    }
}

bool event_text_take_xml(struct event_text *t)
{
    struct line line, before;
    size_t at;

    if (!text_peek_line(&t->in->text, &line) || (at = event_xml_find(line.s, 0)) == STR_NONE)
        return false;
    before = line;
    before.extent = (uint32_t)at;
    before.s = str_trim(str_slice(line.s, 0, at));
    while (str_ends(before.s, STR("-")) || str_ends(before.s, STR("+")))
        before.s = str_trim_end(str_slice(before.s, 0, before.s.n - 1));
    if (before.s.n != 0)
        event_text_line(t, &before);
    text_skip(&t->in->text, at);
    if (!t->announced)
        event_text_flush(t);
    complete(t);
    event_xml_take(t->in, &t->log, &t->reader, is_record(t) ? &t->e : NULL);
    clear(t);
    return true;
}
