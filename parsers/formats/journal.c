/* SPDX-License-Identifier: Apache-2.0 */
/*
 * journal: journalctl -o json, json-pretty, json-sse, export and verbose.
 *
 *     { "__REALTIME_TIMESTAMP" : "1534860261221373", "_TRANSPORT" : "kernel", "MESSAGE" : "..." }
 *
 *     __REALTIME_TIMESTAMP=1534860261221373
 *     _TRANSPORT=kernel
 *     MESSAGE=...
 *
 *     Wed 2026-03-04 15:30:01.123456 CET [s=739a;i=4301;b=4ef0;m=ba35e;t=64c33a7b76e80;x=2c1]
 *         _TRANSPORT=kernel
 *         MESSAGE=...
 *
 * Taken of each record: time, host, priority, identifier, message. The kernel's messages are read
 * as in kernel-log. A message with control characters is an array of bytes in JSON. In the export
 * form a field with line feeds is its name alone, the length in eight bytes, and the bytes as they
 * are: where it ends is told by the field or record that follows, as the length is no text.
 */
#include <string.h>

#include "kernel_reader.h"
#include "limits.h"
#include "signs.h"

struct record {
    char *message; /* LIMIT_LINE bytes */
    size_t length;
    char host[256], identifier[64], boot_id[32];
    size_t nhost, nidentifier, nboot_id;
    int64_t realtime, monotonic; /* microseconds, -1 = not told */
    int priority;
    bool kernel, any;
    bool in_message; /* the last field was the message; it may go on */
    unsigned binary; /* lines of a binary field so far, its name is the first; 0 = not in one */
    bool gap;        /* a blank line in it, which may end the record */
    struct line line;
};

/* The cursor that heads a record of -o verbose: "[s=...;i=...;b=...;m=...;t=...;x=...]" */
static bool take_cursor(str line, str *ret_cursor)
{
    size_t at = str_find(str_slice(line, 0, 64), STR(" [s="));

    line = str_trim_end(line);
    if (at == STR_NONE || at < 20 || line.p[line.n - 1] != ']' || line.p[0] == ' ')
        return false;
    *ret_cursor = str_slice(line, at + 2, line.n - 1);
    return str_has(*ret_cursor, STR(";b="));
}

/* A note about the journal's span may stand above the first record. */
static bool is_verbose(str head)
{
    str line, cursor;

    for (unsigned i = 0; i < 3 && str_line(&head, &line); i++) {
        if (take_cursor(line, &cursor))
            return true;
    }
    return false;
}

static void signs(struct signs *to)
{
    signs_add(to, STR("__REALTIME_TIMESTAMP"));
    signs_add(to, STR("__CURSOR"));
    signs_add(to, STR(" [s="));
}

static int sniff(const struct sniff *in)
{
    str head = str_trim(str_slice(in->text, 0, 8 * KIB));

    if (str_starts(head, STR("{")) && str_has(head, STR("\"__REALTIME_TIMESTAMP\"")))
        return BID_MAGIC;
    (void)str_take(&head, STR("data: "));
    if (str_starts(head, STR("{")) && str_has(head, STR("\"__CURSOR\"")))
        return BID_MAGIC;
    if (is_verbose(head))
        return BID_MAGIC;
    if (str_starts(head, STR("__CURSOR=")) || str_has(head, STR("\n__REALTIME_TIMESTAMP=")))
        return BID_MAGIC;
    return BID_NO;
}

static void clear(struct record *r)
{
    char *message = r->message;

    *r = (struct record){ .message = message, .realtime = -1, .monotonic = -1, .priority = -1 };
}

static size_t copy(char *to, size_t size, str s)
{
    size_t n = s.n < size ? s.n : size;

    if (n != 0)
        memcpy(to, s.p, n);
    return n;
}

static void set_field(struct record *r, str key, str value)
{
    uint64_t number;

    r->any = true;
    if (str_eq(key, STR("MESSAGE")))
        r->length = copy(r->message, LIMIT_LINE, value);
    else if (str_eq(key, STR("_HOSTNAME")))
        r->nhost = copy(r->host, sizeof(r->host), value);
    else if (str_eq(key, STR("SYSLOG_IDENTIFIER")))
        r->nidentifier = copy(r->identifier, sizeof(r->identifier), value);
    else if (str_eq(key, STR("_BOOT_ID")))
        r->nboot_id = copy(r->boot_id, sizeof(r->boot_id), value);
    else if (str_eq(key, STR("_TRANSPORT")))
        r->kernel = str_eq(value, STR("kernel"));
    else if (!str_u64(value, &number) || number > INT64_MAX / 1000)
        return;
    else if (str_eq(key, STR("__REALTIME_TIMESTAMP")))
        r->realtime = (int64_t)number;
    else if (str_eq(key, STR("_SOURCE_MONOTONIC_TIMESTAMP")))
        r->monotonic = (int64_t)number;
    else if (str_eq(key, STR("PRIORITY")) && number < 8)
        r->priority = (int)number;
}

/* Records of a journal name their boot; records of several hosts may be mixed. */
static void follow_boot(struct kernel_reader *k, const struct record *r, str host)
{
    struct prefix_track *track = feed_track(&k->feed, host);
    uint64_t id = r->nboot_id != 0 ? str_hash((str){ r->boot_id, r->nboot_id }) : 0;

    if (id != 0 && track->boot_id != 0 && track->boot_id != id)
        feed_boot(&k->feed, track);
    if (id != 0)
        track->boot_id = id;
}

static void deliver(struct kernel_reader *k, struct record *r)
{
    struct prefix p = {
        .parts = PREFIX_WALL | (r->kernel ? PREFIX_KERNEL : PREFIX_PROGRAM),
        .uptime = r->monotonic >= 0 ? r->monotonic * 1000 : -1,
        .delta = -1,
        .clock = -1,
        .priority = r->priority,
        .facility = -1,
        .host = { r->host, r->nhost },
        .tag = { r->identifier, r->nidentifier },
        .text = { r->message, r->length },
    };

    if (!r->any)
        return;
    if (r->realtime >= 0)
        p.when = when_utc(r->realtime * 1000);
    /* What proves it is the message, not the record with its cursor and ids. */
    r->line.s = p.text;
    follow_boot(k, r, p.host);
    feed_follow(&k->feed, &r->line, &p);
    feed_message(&k->feed, &r->line, p.text, &p);
    clear(r);
}

/* Takes a JSON string whose opening quote is eaten; the text goes to buf of size bytes. */
static str take_string(str *s, char *buf, size_t size)
{
    size_t n = 0, i = 0;
    uint64_t code;

    for (; i < s->n && s->p[i] != '"'; i++) {
        char c = s->p[i];

        if (c == '\\' && i + 1 < s->n) {
            c = s->p[++i];
            if (c == 'n')
                c = '\n';
            else if (c == 't' || c == 'r' || c == 'b' || c == 'f')
                c = ' ';
            else if (c == 'u' && str_hex(str_slice(*s, i + 1, i + 5), &code)) {
                c = code >= ' ' && code < 0x7f ? (char)code : ' ';
                i += 4;
            }
        }
        if (n < size)
            buf[n++] = c;
    }
    *s = str_from(*s, i + 1);
    return (str){ buf, n };
}

/* "[27,91,48]": bytes of a text with control characters; other characters than ASCII become '?'. */
static str take_bytes(str *s, char *buf, size_t size)
{
    size_t n = 0;
    uint64_t byte;

    for (;;) {
        while (s->n != 0 && (is_space(s->p[0]) || s->p[0] == ','))
            *s = str_from(*s, 1);
        if (!str_take_u64(s, &byte))
            break;
        if (n < size)
            buf[n++] = byte == '\n' || (byte >= ' ' && byte < 0x7f) ? (char)byte
                       : byte < ' '                                 ? ' '
                                                                    : '?';
    }
    (void)str_take_char(s, ']');
    return (str){ buf, n };
}

static void skip_to_value(str *s)
{
    while (s->n != 0 && (is_space(s->p[0]) || s->p[0] == ':'))
        *s = str_from(*s, 1);
}

/* All pairs of one line; braces begin and end records, which may span lines or share one. */
static void json_line(struct kernel_reader *k, struct record *r, const struct line *line, char *buf)
{
    str s = line->s;

    if (str_take(&s, STR("data: ")) || r->any || str_find_char(s, '{') != STR_NONE)
        parse_took(k->in, line);
    while (s.n != 0) {
        char key_buf[64];
        str key;
        char c = s.p[0];

        s = str_from(s, 1);
        if (c == '{') {
            clear(r);
            r->line = *line;
        } else if (c == '}') {
            parse_took(k->in, line);
            deliver(k, r);
        } else if (c == '"') {
            key = take_string(&s, key_buf, sizeof(key_buf));
            skip_to_value(&s);
            if (str_take_char(&s, '"'))
                set_field(r, key, take_string(&s, buf, LIMIT_LINE));
            else if (str_take_char(&s, '['))
                set_field(r, key, take_bytes(&s, buf, LIMIT_LINE));
        }
    }
}

static void append(struct record *r, str s)
{
    if (r->length + 1 >= LIMIT_LINE)
        return;
    if (r->length != 0)
        r->message[r->length++] = '\n';
    r->length += copy(r->message + r->length, LIMIT_LINE - r->length, s);
}

static bool is_name(str key)
{
    for (size_t i = 0; i < key.n; i++) {
        if (!is_alnum(key.p[i]) && key.p[i] != '_')
            return false;
    }
    return key.n != 0 && !is_digit(key.p[0]);
}

/* "_TRANSPORT=kernel": no field has small letters in its name. */
static bool is_field(str s)
{
    size_t n = str_find_char(s, '=');
    str key = str_slice(s, 0, n);

    for (size_t i = 0; i < key.n; i++) {
        if (key.p[i] >= 'a' && key.p[i] <= 'z')
            return false;
    }
    return n != STR_NONE && is_name(key);
}

/* A line in a binary field; false when the field is over. */
static bool binary_line(struct record *r, const struct line *line)
{
    str s = line->s;
    bool control = s.n == 1 && (unsigned char)s.p[0] < ' ';

    if (r->binary == 0 || is_field(s))
        return false;
    if (r->binary++ == 1 || (r->binary == 3 && control))
        return true; /* the length; decoding makes a line of its zeros, and of a 10 in it too */
    if (!r->in_message)
        return true;
    if (r->length == 0)
        r->line = *line;
    if (r->gap)
        append(r, STR(""));
    r->gap = s.n == 0;
    if (!r->gap)
        append(r, s);
    return true;
}

static void export_line(struct kernel_reader *k, struct record *r, const struct line *line)
{
    str s = line->s, key;
    bool bare;

    parse_took(k->in, line);
    if (binary_line(r, line))
        return;
    r->binary = 0;
    if (s.n == 0 || (r->gap && str_starts(s, STR("__"))))
        deliver(k, r);
    r->gap = false;
    if (s.n == 0)
        return;
    if (!r->any)
        r->line = *line;
    bare = str_find_char(s, '=') == STR_NONE;
    key = str_cut(&s, '=');
    r->in_message = str_eq(key, STR("MESSAGE"));
    if (bare) {
        r->any = true;
        r->binary = is_name(key);
        if (r->in_message)
            r->length = 0;
        return;
    }
    /* The line that says it is the better place. */
    if (r->in_message)
        r->line = *line;
    set_field(r, key, s);
}

/* b: the boot; m and t: microseconds since boot and since 1970, in hex */
static void set_cursor(struct record *r, str cursor)
{
    while (cursor.n != 0) {
        str value = str_cut(&cursor, ';'), key = str_cut(&value, '=');
        uint64_t number;

        if (str_eq(key, STR("b")))
            r->nboot_id = copy(r->boot_id, sizeof(r->boot_id), value);
        else if (!str_hex(value, &number) || number > INT64_MAX / 1000)
            continue;
        else if (str_eq(key, STR("t")))
            r->realtime = (int64_t)number;
        else if (str_eq(key, STR("m")))
            r->monotonic = (int64_t)number;
    }
}

/* A field, or a further line of one that has several. */
static void verbose_line(struct kernel_reader *k, struct record *r, const struct line *line)
{
    str s = line->s, key, cursor;

    if (take_cursor(s, &cursor)) {
        deliver(k, r);
        clear(r);
        r->line = *line;
        r->any = true;
        set_cursor(r, cursor);
        parse_took(k->in, line);
        return;
    }
    str_skip_blanks(&s);
    if (!r->any || s.p == line->s.p)
        return;
    parse_took(k->in, line);
    key = str_cut(&s, '=');
    if (!is_name(key)) {
        if (r->in_message)
            append(r, str_trim(line->s));
        return;
    }
    r->in_message = str_eq(key, STR("MESSAGE"));
    if (r->in_message)
        r->line = *line;
    set_field(r, key, s);
}

enum form { FORM_EXPORT, FORM_JSON, FORM_VERBOSE };

static enum form form_of_text(struct parse *in)
{
    str head = str_slice(text_ahead(&in->text, 4096), 0, 4096);

    if (is_verbose(head))
        return FORM_VERBOSE;
    head = str_trim(head);
    return str_starts(head, STR("{")) || str_starts(head, STR("data: {")) ? FORM_JSON : FORM_EXPORT;
}

static void parse(struct parse *in)
{
    struct kernel_reader *k = kernel_reader_new(in);
    char *buf = arena_buffer(in->scratch, LIMIT_LINE);
    struct record record = { .message = arena_buffer(in->scratch, LIMIT_LINE) };
    enum form form = form_of_text(in);
    struct line line;

    clear(&record);
    while (parse_line(in, &line)) {
        if (form == FORM_JSON)
            json_line(k, &record, &line, buf);
        else if (form == FORM_VERBOSE)
            verbose_line(k, &record, &line);
        else
            export_line(k, &record, &line);
    }
    deliver(k, &record);
    kernel_reader_finish(k);
}

const struct parser parser_journal = {
    .name = "journal",
    .summary = "systemd journal: journalctl -o json, export or verbose",
    .kinds = kernel_kinds,
    .says_lines = true,
    .sniff = sniff,
    .signs = signs,
    .parse = parse,
};
