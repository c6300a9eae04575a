/* SPDX-License-Identifier: Apache-2.0 */
/*
 * journal: journalctl -o json, json-pretty and export.
 *
 *     { "__REALTIME_TIMESTAMP" : "1534860261221373", "_TRANSPORT" : "kernel", "MESSAGE" : "..." }
 *
 *     __REALTIME_TIMESTAMP=1534860261221373
 *     _TRANSPORT=kernel
 *     MESSAGE=...
 *
 * Taken of each record: time, host, priority, identifier, message. The kernel's messages are read
 * as in kernel-log. A message with control characters is an array of bytes in JSON. Not taken:
 * fields with line feeds in the export form, which are binary there.
 */
#include <string.h>

#include "kernel_reader.h"
#include "limits.h"

struct record {
    char *message; /* LIMIT_LINE bytes */
    size_t length;
    char host[256], identifier[64], boot_id[32];
    size_t nhost, nidentifier, nboot_id;
    int64_t realtime, monotonic; /* microseconds, -1 = not told */
    int priority;
    bool kernel, any;
    struct line line;
};

static int sniff(const struct sniff *in)
{
    str head = str_trim(str_slice(in->text, 0, 8 * KIB));

    if (str_starts(head, STR("{")) && str_has(head, STR("\"__REALTIME_TIMESTAMP\"")))
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
    parse_took(k->in, &r->line);
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

    while (s.n != 0) {
        char key_buf[64];
        str key;
        char c = s.p[0];

        s = str_from(s, 1);
        if (c == '{') {
            clear(r);
            r->line = *line;
        } else if (c == '}') {
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

static void export_line(struct kernel_reader *k, struct record *r, const struct line *line)
{
    str s = line->s, key;

    if (s.n == 0) {
        deliver(k, r);
        return;
    }
    if (!r->any)
        r->line = *line;
    if (str_find_char(s, '=') == STR_NONE)
        return;
    key = str_cut(&s, '=');
    /* The line that says it is the better place. */
    if (str_eq(key, STR("MESSAGE")))
        r->line = *line;
    set_field(r, key, s);
}

static void parse(struct parse *in)
{
    struct kernel_reader *k = kernel_reader_new(in);
    char *buf = arena_buffer(in->scratch, LIMIT_LINE);
    struct record record = { .message = arena_buffer(in->scratch, LIMIT_LINE) };
    bool json = str_starts(str_trim(text_ahead(&in->text, 64)), STR("{"));
    struct line line;

    clear(&record);
    while (parse_line(in, &line)) {
        if (json)
            json_line(k, &record, &line, buf);
        else
            export_line(k, &record, &line);
    }
    deliver(k, &record);
    kernel_reader_finish(k);
}

const struct parser parser_journal = {
    .name = "journal",
    .summary = "systemd journal: journalctl -o json or export",
    .kinds = kernel_kinds,
    .says_lines = true,
    .sniff = sniff,
    .parse = parse,
};
