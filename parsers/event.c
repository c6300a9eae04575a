/* SPDX-License-Identifier: Apache-2.0 */
/*
 * event: what all forms of a Windows event log share: the data map, the status that a record
 * carries, and the facts it becomes.
 *
 * Classic driver events carry an I/O error log packet as binary data, little-endian:
 *
 *     +0x0C  event code: severity, facility, id   c00007e4 = id 2020
 *     +0x14  final status                         c000009a
 *
 * It is believed only when the id in it is the event's own.
 */
#include "event.h"

#include <string.h>

#include "bytes.h"
#include "code.h"
#include "event_tally.h"
#include "limits.h"

enum {
    PACKET_CODE = 0x0C,
    PACKET_STATUS = 0x14,
    HOST_BYTES = 255, /* a DNS name */
    FIRST_PAIRS = 16,
    QUOTE_BYTES = LIMIT_QUOTE + 8 /* a little more: emit_at cuts at a character's border */
};

void event_add(struct arena *a, struct event *e, str name, str text)
{
    if (text.n == 0)
        return;
    e->capped = e->ndata == EVENT_DATA_MAX;
    if (e->capped)
        return;
    if (e->ndata == e->data_size) {
        size_t size = e->data_size != 0 ? e->data_size * 4 : FIRST_PAIRS;
        struct pair *data = arena_array(a, struct pair, size);

        if (e->ndata != 0)
            memcpy(data, e->data, e->ndata * sizeof(*data));
        e->data = data;
        e->data_size = size;
    }
    e->data[e->ndata++] = (struct pair){ name, text };
}

str event_number(struct arena *a, size_t n)
{
    static const char digits[] = "123456789";

    return n >= 1 && n <= 9 ? (str){ digits + n - 1, 1 } : arena_printf(a, "%zu", n);
}

str event_data(const struct event *e, str name)
{
    for (size_t i = 0; i < e->ndata; i++) {
        if (str_eq(e->data[i].name, name))
            return e->data[i].text;
    }
    return (str){ NULL, 0 };
}

void event_take_binary(struct event *e, str hex)
{
    hex = str_trim(hex);
    while (hex.n >= 2 && e->nbinary < EVENT_BINARY_BYTES) {
        uint64_t byte;

        if (!str_hex(str_slice(hex, 0, 2), &byte))
            return;
        e->binary[e->nbinary++] = (unsigned char)byte;
        hex = str_from(hex, 2);
    }
}

static void put(char *to, size_t *n, str s)
{
    for (size_t i = 0; i < s.n && *n < QUOTE_BYTES; i++)
        to[(*n)++] = s.p[i];
}

str event_quote(struct arena *a, const struct event *e)
{
    char *p = arena_alloc(a, QUOTE_BYTES);
    size_t n = 0;

    put(p, &n, e->provider);
    put(p, &n, STR(" "));
    put(p, &n, event_number(a, e->id & 0xFFFF));
    for (size_t i = 0; i < e->ndata && n < QUOTE_BYTES; i++) {
        put(p, &n, i == 0 ? STR(": ") : STR(", "));
        put(p, &n, e->data[i].name);
        put(p, &n, STR("="));
        put(p, &n, e->data[i].text);
    }
    return (str){ p, n };
}

uint32_t event_packet_status(str binary, bool has_id, uint64_t id)
{
    uint32_t status;

    if (binary.n < EVENT_PACKET_BYTES ||
            (has_id && (bytes_u32_at(binary, PACKET_CODE) & 0xFFFF) != (id & 0xFFFF)))
        return 0;
    status = bytes_u32_at(binary, PACKET_STATUS);
    return status >> 31 != 0 ? status : 0;
}

static str packet_status(struct arena *a, const struct event *e)
{
    uint32_t status =
            event_packet_status((str){ (const char *)e->binary, e->nbinary }, e->has_id, e->id);

    return status != 0 ? code_text(a, (struct code){ CODE_NTSTATUS, status }) : (str){ NULL, 0 };
}

/* A number that a field or a service's exit code spells: 0xC000009A, 2147942414, -1073741670. */
static str number_status(struct arena *a, str text, bool small)
{
    struct code code;
    uint64_t number;
    int64_t decimal;

    if (!str_starts_nocase(text, STR("0x")) || !str_hex(text, &number)) {
        if (!str_i64(text, &decimal))
            return (str){ NULL, 0 };
        number = (uint64_t)decimal;
    }
    code = code_from_number(number);
    if (code.family == CODE_NONE || (number <= UINT16_MAX && !small))
        return (str){ NULL, 0 };
    return code_text(a, code);
}

/* In a field called status small numbers are states, in one called error they are codes. */
static const struct {
    str name;
    bool small;
} status_fields[] = {
    { STR_INIT("Status"), false },
    { STR_INIT("NTStatus"), false },
    { STR_INIT("FinalStatus"), false },
    { STR_INIT("FailureStatus"), false },
    { STR_INIT("ErrorCode"), true },
    { STR_INIT("Win32Error"), true },
    { STR_INIT("HResult"), true },
    { STR_INIT("HR"), true },
    { STR_INIT("Error"), true },
};

bool event_names_status(str name)
{
    for (size_t i = 0; i < sizeof(status_fields) / sizeof(status_fields[0]); i++) {
        if (str_eq_nocase(name, status_fields[i].name))
            return true;
    }
    return false;
}

str event_status(struct arena *a, const struct event *e)
{
    str status = packet_status(a, e);

    for (size_t i = 0; i < e->ndata && status.n == 0; i++) {
        str text = e->data[i].text;

        /* The service control manager puts exit codes in as message numbers: %%1450. */
        if (str_eq_nocase(e->provider, STR("Service Control Manager")) &&
                str_take(&text, STR("%%"))) {
            status = number_status(a, text, true);
            continue;
        }
        for (size_t k = 0; k < sizeof(status_fields) / sizeof(status_fields[0]) && status.n == 0;
                k++) {
            if (str_eq_nocase(e->data[i].name, status_fields[k].name))
                status = number_status(a, text, status_fields[k].small);
        }
    }
    return status;
}

void event_log_init(struct event_log *log)
{
    *log = (struct event_log){ 0 };
    arena_init(&log->arena, 0);
}

void event_log_finish(struct event_log *log)
{
    arena_finish(&log->arena);
}

bool event_wanted(const struct parse *in, str provider)
{
    if (parse_wants_text(in, &kind_EVENT, EVENT_PROVIDER, provider))
        return true;
    /* It reports the exit codes of all others. */
    if (str_eq_nocase(provider, STR("Service Control Manager")) && parse_wants(in, &kind_ERROR))
        return true;
    if (event_is_bugcheck(provider) && parse_wants(in, &kind_BUGCHECK))
        return true;
    return event_is_resource(provider) &&
           (parse_wants(in, &kind_MEMORY_STATUS) || parse_wants(in, &kind_POOL_USAGE) ||
                   parse_wants(in, &kind_POOL_TAG) || parse_wants(in, &kind_PROCESS));
}

void event_host(struct parse *in, struct event_log *log, str computer)
{
    if (computer.n == 0 || computer.n > HOST_BYTES || str_eq(in->host, computer))
        return;
    /* One buffer for all: a forwarded log names thousands of machines. */
    if (log->host == NULL)
        log->host = arena_alloc(in->scratch, HOST_BYTES);
    memcpy(log->host, computer.p, computer.n);
    in->host = (str){ log->host, computer.n };
}

/* "ProcessInfo.Process_1.Name" is known as "Process_1.Name": a group of groups is left out. */
static str short_name(str path)
{
    size_t dot = str_find_char(path, '.');

    return dot != STR_NONE ? str_from(path, dot + 1) : path;
}

/* User data by short name; where that is taken already, by the whole path. */
static struct value data_map(struct arena *a, const struct event *e)
{
    struct pair *pairs;

    if (!e->nested || e->ndata == 0)
        return value_map(e->data, e->ndata);
    pairs = arena_array(a, struct pair, e->ndata);
    for (size_t i = 0; i < e->ndata; i++) {
        pairs[i].name = short_name(e->data[i].name);
        pairs[i].text = e->data[i].text;
        for (size_t k = 0; k < i; k++) {
            if (str_eq(pairs[k].name, pairs[i].name)) {
                pairs[i].name = e->data[i].name;
                break;
            }
        }
    }
    return value_map(pairs, e->ndata);
}

/* The code that a record carries is an error like one in any text, said by the event's source. */
static void emit_error(
        struct parse *in, const struct event *e, str status, struct span where, str quote)
{
    struct code code;

    if (!code_parse(status, &code))
        return;
    const struct value values[ERROR_NFIELDS] = {
        [ERROR_CODE] = value_text(status),
        [ERROR_FAMILY] = value_z(code_family_name(code.family)),
        [ERROR_NUMBER] = value_u64(code.number),
        [ERROR_SPELLED] = value_text(status),
        [ERROR_NAME] = value_z(code_name(code)),
        [ERROR_COMPONENT] = value_text(e->provider),
        [ERROR_OBJECT] = value_text(event_data(e, STR("param1"))),
        [ERROR_ROLE] = value_z("leaf"),
        [ERROR_MESSAGE] = value_text(e->message),
    };

    emit_at(in, &kind_ERROR, where, quote, e->when, values);
}

void event_values(const struct event *e, struct value *ret)
{
    /* Level 0 is "always log": what classic sources write for information. */
    uint64_t level = e->level != 0 ? e->level : 4;

    memset(ret, 0, EVENT_NFIELDS * sizeof(*ret));
    ret[EVENT_CHANNEL] = value_text(e->channel);
    ret[EVENT_PROVIDER] = value_text(e->provider);
    ret[EVENT_ID] = e->has_id ? value_u64(e->id & 0xFFFF) : value_none();
    ret[EVENT_QUALIFIERS] = e->has_qualifiers ? value_u64(e->qualifiers) : value_none();
    ret[EVENT_LEVEL] = e->has_level ? value_u64(level) : value_none();
    ret[EVENT_COMPUTER] = value_text(e->computer);
    ret[EVENT_RECORD] = e->record != 0 ? value_u64(e->record) : value_none();
    ret[EVENT_MESSAGE] = value_text(e->message);
    ret[EVENT_USER] = value_text(e->user);
}

void event_emit(struct parse *in, struct event_log *log, const struct event *e, struct span where,
        str quote)
{
    str status = event_status(&log->arena, e);
    struct value values[EVENT_NFIELDS];

    event_values(e, values);
    values[EVENT_STATUS] = value_text(status);
    values[EVENT_DATA] = data_map(&log->arena, e);
    parse_saw(in, e->when);
    event_host(in, log, e->computer);
    where.record = e->record;
    if (parse_wants_text(in, &kind_EVENT, EVENT_PROVIDER, e->provider))
        emit_at(in, &kind_EVENT, where, quote, e->when, values);
    if (status.n != 0)
        emit_error(in, e, status, where, quote);
    if (event_is_resource(e->provider) && e->has_id && (e->id & 0xFFFF) == 2004)
        event_emit_resource(in, log, e, where, quote);
    event_emit_bugcheck(in, log, e, where, quote);
}
