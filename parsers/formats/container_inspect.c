/* SPDX-License-Identifier: Apache-2.0 */
/*
 * container-inspect: containers as docker or podman inspect shows them, and the files Docker keeps
 * of them (config.v2.json, config.json, hostconfig.json).
 *
 *     [ { "Id": "77aa...", "Name": "/shop", "Platform": "linux",
 *         "State": { "Status": "exited", "OOMKilled": true, "ExitCode": 137 },
 *         "HostConfig": { "Memory": 268435456, "MemorySwap": -1 } } ]
 *
 * Taken: state, exit code, whether the runtime says it was killed for memory, and its limits: 0 is
 * none, and -1 for memory and swap. Objects are read one at a time, so a listing of any length is
 * read in bounded memory; one object may be as long as a record. A bare "State": { ... } pasted into
 * a ticket is an object as well.
 */
#include "json.h"
#include "signs.h"
#include "stray.h"

static const struct kind *const kinds[] = { &kind_CONTAINER_STATE, &kind_ERROR, &kind_LOG_MESSAGE,
    &kind_OPERATION, &kind_STACK, &kind_BEANCOUNTER, NULL };

static void signs(struct signs *to)
{
    signs_add(to, STR("\"OOMKilled\""));
    signs_add(to, STR("\"MemorySwap\""));
}

static int sniff(const struct sniff *in)
{
    str text = str_trim(in->text);
    bool state = str_has(text, STR("\"OOMKilled\"")) && str_has(text, STR("\"ExitCode\""));
    bool limits = str_has(text, STR("\"MemorySwap\"")) &&
                  (str_has(text, STR("\"CpuShares\"")) || str_has(text, STR("\"OomKill")));

    if (text.n == 0 || (!state && !limits))
        return BID_NO;
    return text.p[0] == '[' || text.p[0] == '{' || text.p[0] == '"' ? BID_MAGIC : BID_SHAPE;
}

static bool yes(const struct json *node)
{
    return node != NULL && node->type == JSON_BOOL && node->number != 0;
}

static struct value whole(const struct json *node)
{
    if (node == NULL || node->type != JSON_NUMBER || !(node->number >= -9.2e18) ||
            !(node->number <= 9.2e18))
        return value_none();
    return value_int((int64_t)node->number);
}

/* 0 and -1 are no limit; so is what only a word's size limits. */
static struct value limit(const struct json *node)
{
    struct value v = whole(node);

    return v.type == VALUE_INT && v.i > 0 && v.i < INT64_C(1) << 62 ? v : value_none();
}

static str text_of(const struct json *object, const char *key, const char *other)
{
    str s = json_text(json_get(object, str_z(key)));

    return s.n != 0 ? s : json_text(json_get(object, str_z(other)));
}

/* Older files have no "Status". */
static str status_of(const struct json *state)
{
    str s = text_of(state, "Status", "status");

    if (s.n != 0 || state == NULL)
        return s;
    if (yes(json_get(state, STR("Running"))))
        return STR("running");
    return json_get(state, STR("ExitCode")) != NULL ? STR("exited") : s;
}

/* When it ended, else when it began; the year 1 stands for "not yet". */
static struct when when_of(const struct json *state)
{
    static const char *const keys[] = { "FinishedAt", "StartedAt" };
    struct when when = { 0 };

    for (size_t i = 0; i < 2; i++) {
        str s = json_text(json_get(state, str_z(keys[i])));

        if (!str_starts(s, STR("0001-")) && when_take_iso(&s, &when))
            return when;
    }
    return (struct when){ 0 };
}

/* hostconfig.json does not name its container; the folder does. */
static str id_of_path(str path)
{
    size_t at = str_find(path, STR("containers/"));
    str id = at != STR_NONE ? str_from(path, at + 11) : STR("");
    size_t n = 0;

    while (n < id.n && is_hex(id.p[n]))
        n++;
    return n >= 12 && n < id.n && id.p[n] == '/' ? str_slice(id, 0, n) : (str){ NULL, 0 };
}

struct place {
    struct span where;
    str quote;
};

static void say(struct parse *in, const struct json *root, const struct place *place)
{
    const struct json *state = json_get(root, STR("State")),
                      *host = json_get(root, STR("HostConfig"));
    const struct json *oom;
    bool podman =
            json_get(state, STR("OciVersion")) != NULL || json_get(root, STR("OCIRuntime")) != NULL;
    str name = json_text(json_get(root, STR("Name"))), id = text_of(root, "Id", "ID");

    if (state == NULL && json_get(root, STR("OOMKilled")) != NULL)
        state = root;
    if (host == NULL && json_get(root, STR("MemorySwap")) != NULL)
        host = root;
    if (state == NULL && host == NULL)
        return;
    oom = json_get(state, STR("OOMKilled"));
    (void)str_take_char(&name, '/');
    const struct value values[CONTAINER_STATE_NFIELDS] = {
        [CONTAINER_STATE_RUNTIME] = value_z(podman ? "podman" : "docker"),
        [CONTAINER_STATE_NAME] = value_text(name),
        [CONTAINER_STATE_ID] = value_text(id.n != 0 ? id : id_of_path(in->path)),
        [CONTAINER_STATE_STATUS] = value_text(status_of(state)),
        [CONTAINER_STATE_EXIT_CODE] = whole(json_get(state, STR("ExitCode"))),
        [CONTAINER_STATE_OOM_KILLED] =
                oom != NULL && oom->type == JSON_BOOL ? value_bool(yes(oom)) : value_none(),
        [CONTAINER_STATE_LIMIT] = limit(json_get(host, STR("Memory"))),
        [CONTAINER_STATE_SWAP_LIMIT] = limit(json_get(host, STR("MemorySwap"))),
        [CONTAINER_STATE_ISOLATION] = value_text(json_text(json_get(host, STR("Isolation")))),
        [CONTAINER_STATE_PLATFORM] = value_text(text_of(root, "Platform", "OS")),
    };
    emit_at(in, &kind_CONTAINER_STATE, place->where, place->quote, when_of(state), values);
}

/* The line of an object that proves most: OOMKilled, else the limit, else its first. */
static struct place find_place(const struct parse *in, str object)
{
    static const str keys[] = { STR_INIT("\"OOMKilled\""), STR_INIT("\"Memory\"") };
    size_t at = STR_NONE, begin, end;
    struct place place = { .where = { .member = in->member, .line = in->text.number } };

    for (size_t i = 0; at == STR_NONE && i < sizeof(keys) / sizeof(keys[0]); i++)
        at = str_find(object, keys[i]);
    if (at == STR_NONE)
        at = 0;
    begin = str_rfind_char(str_slice(object, 0, at), '\n');
    begin = begin != STR_NONE ? begin + 1 : 0;
    end = str_find_char(str_from(object, at), '\n');
    end = end != STR_NONE ? at + end : object.n;
    /* All on one line: quote from the key on. */
    if (at - begin > LIMIT_QUOTE / 2)
        begin = at;
    place.quote = str_trim(text_cut(str_slice(object, begin, end), LIMIT_QUOTE));
    place.where.offset = in->text.offset + begin;
    place.where.length = (uint32_t)(end - begin);
    for (size_t i = 0; i < begin; i++)
        place.where.line += object.p[i] == '\n' && place.where.line != UINT32_MAX;
    return place;
}

/* The end of the object that s begins with, STR_NONE when it is not in s. */
struct scan {
    size_t at;
    unsigned depth;
    bool quoted, escaped;
};

static size_t scan_object(struct scan *scan, str s)
{
    for (; scan->at < s.n; scan->at++) {
        char c = s.p[scan->at];

        if (scan->escaped) {
            scan->escaped = false;
        } else if (scan->quoted) {
            scan->escaped = c == '\\';
            scan->quoted = c != '"';
        } else if (c == '"') {
            scan->quoted = true;
        } else if (c == '{') {
            scan->depth++;
        } else if (c == '}' && --scan->depth == 0) {
            return ++scan->at;
        }
    }
    return STR_NONE;
}

static void read_object(struct parse *in, struct arena *arena, str object)
{
    str error = { NULL, 0 };
    const struct json *root = json_parse(arena, object, &error);
    struct place place = find_place(in, object);
    const struct line line = {
        .s = place.quote, .number = place.where.line, .offset = place.where.offset
    };

    if (root != NULL)
        say(in, root, &place);
    else
        parse_diag(in, DIAG_WARNING, "container-inspect.json", &line, error);
    parse_took_bytes(in, object.n);
    arena_reset(arena);
}

/* The object that the window begins with. False when its end is not within a record. */
static bool take_object(struct parse *in, struct arena *arena)
{
    struct scan scan = { 0 };
    str window = text_peek(&in->text);
    size_t end;

    while ((end = scan_object(&scan, window)) == STR_NONE) {
        if (!text_more(&in->text))
            return false;
        window = text_peek(&in->text);
    }
    read_object(in, arena, str_slice(window, 0, end));
    text_skip(&in->text, end);
    return true;
}

/* Eats what stands between objects of a list. True when another object follows. */
static bool skip_separators(struct parse *in)
{
    for (;;) {
        str window = text_peek(&in->text);
        size_t n = 0;

        while (n < window.n && (is_space(window.p[n]) || window.p[n] == ',' || window.p[n] == '[' ||
                                       window.p[n] == ']'))
            n++;
        if (n < window.n && window.p[n] != '{')
            return false; /* a line of its own: nothing of it is eaten */
        text_skip(&in->text, n);
        parse_took_bytes(in, n);
        if (n < window.n)
            return true;
        if (!text_more(&in->text))
            return false;
    }
}

/* Prose and prompts have braces as well: an object begins its line or follows "State":. */
static size_t object_in(str s)
{
    size_t at = str_find_char(s, '{');
    str before = str_trim(str_slice(s, 0, at));

    if (at == STR_NONE || str_starts(str_from(s, at), STR("{{")))
        return STR_NONE;
    return before.n == 0 || str_find_char(STR(":[,="), before.p[before.n - 1]) != STR_NONE
                   ? at
                   : STR_NONE;
}

static void parse(struct parse *in)
{
    struct arena arena;
    struct line line;
    bool whole_objects = true;

    arena_init(&arena, 0);
    while (text_peek_line(&in->text, &line)) {
        size_t at = whole_objects ? object_in(line.s) : STR_NONE;

        if (at == STR_NONE) {
            (void)parse_line(in, &line);
            if (str_trim(line.s).n < 3)
                parse_took(in, &line);
            else
                parse_stray(in, &line, (struct when){ 0 });
            continue;
        }
        text_skip(&in->text, at);
        while (take_object(in, &arena) && skip_separators(in))
            ;
        if (!str_starts(text_peek(&in->text), STR("{")))
            continue;
        /* Whatever is left of it is not looked at a second time. */
        line = (struct line){ .number = in->text.number, .offset = in->text.offset };
        whole_objects = !in->text.eof;
        parse_diag(in, DIAG_WARNING,
                whole_objects ? "container-inspect.long-object" : "container-inspect.cut", &line,
                STR("an object without its end is not read"));
        if (whole_objects)
            text_skip(&in->text, text_peek(&in->text).n);
    }
    arena_finish(&arena);
}

const struct parser parser_container_inspect = {
    .name = "container-inspect",
    .summary = "docker or podman inspect, Docker's own files of a container",
    .kinds = kinds,
    .sniff = sniff,
    .signs = signs,
    .parse = parse,
};
