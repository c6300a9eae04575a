/* SPDX-License-Identifier: Apache-2.0 */
/*
 * container-events: what happened to containers, as Docker, Podman and Kubernetes tell it.
 *
 *     2023-02-03T04:05:06.7Z container oom 77aa01... (image=shop:2, name=shop)
 *     {"status":"die","id":"77aa01...","Type":"container","Actor":{"Attributes":{"exitCode":"137"}}}
 *     NAME        READY   STATUS      RESTARTS      AGE
 *     shop-5d7c   0/1     OOMKilled   3 (41s ago)   9m
 *     Name:   shop-5d7c
 *         Last State:  Terminated
 *           Reason:    OOMKilled
 *           Exit Code: 137
 *
 * Taken: events oom and die, rows of kubectl get pods, the states and the memory limit of every
 * container in kubectl describe pod, evictions. Exit code 137 alone says that it was killed, not by
 * whom.
 */
#include <stdio.h>

#include "json.h"
#include "stamp.h"
#include "stray.h"

static const struct kind *const kinds[] = { &kind_CONTAINER_STATE, &kind_LOG_MESSAGE, &kind_ERROR,
    &kind_OPERATION, &kind_STACK, &kind_BEANCOUNTER, NULL };

struct container {
    const char *runtime;
    str name, id, status;
    struct value exit_code, limit;
};

static bool is_oom(str status)
{
    return str_eq(status, STR("oom")) || str_ends(status, STR("OOMKilled"));
}

static void say_at(
        struct parse *in, struct span where, str quote, struct when when, const struct container *c)
{
    const struct value values[CONTAINER_STATE_NFIELDS] = {
        [CONTAINER_STATE_RUNTIME] = value_z(c->runtime),
        [CONTAINER_STATE_NAME] = value_text(c->name.n != 0 ? c->name : str_slice(c->id, 0, 12)),
        [CONTAINER_STATE_ID] = value_text(c->id),
        [CONTAINER_STATE_STATUS] = value_text(c->status),
        [CONTAINER_STATE_EXIT_CODE] = c->exit_code,
        [CONTAINER_STATE_OOM_KILLED] = is_oom(c->status) ? value_bool(true) : value_none(),
        [CONTAINER_STATE_LIMIT] = c->limit,
    };

    emit_at(in, &kind_CONTAINER_STATE, where, quote, when, values);
}

static struct value code_value(str text)
{
    int64_t number;

    return str_i64(text, &number) ? value_int(number) : value_none();
}

/* ---------------------------------------------------------------- events of Docker and Podman */

/* What an event means for us; absent where it means nothing. */
static str status_of_event(str event)
{
    if (str_eq(event, STR("oom")))
        return event;
    if (str_eq(event, STR("die")) || str_eq(event, STR("died")))
        return STR("exited");
    return (str){ NULL, 0 };
}

/* "name=shop" in "(image=shop:2, name=shop)" */
static str attribute(str list, str key)
{
    size_t from = 0, at;

    while ((at = str_find(str_from(list, from), key)) != STR_NONE) {
        str value = str_from(list, from + at + key.n);
        char before = from + at > 0 ? list.p[from + at - 1] : '(';

        if ((before == '(' || before == ' ') && str_take_char(&value, '=')) {
            size_t end = 0;

            while (end < value.n && value.p[end] != ',' && value.p[end] != ')')
                end++;
            return str_slice(value, 0, end);
        }
        from += at + key.n;
    }
    return (str){ NULL, 0 };
}

struct event {
    struct when when;
    str action, id, attributes;
    bool podman;
};

/* "<stamp> container oom <id> (k=v, ...)"; Podman's stamp has blanks: "... +0100 CET" */
static bool event_parse(str s, struct event *ret)
{
    str word;

    *ret = (struct event){ 0 };
    if (!when_take_iso(&s, &ret->when) || !str_word(&s, &word))
        return false;
    if ((word.p[0] == '+' || word.p[0] == '-') && word.n == 5) {
        int sign = word.p[0] == '-' ? -1 : 1;
        uint64_t zone;

        if (!str_u64(str_from(word, 1), &zone) || !str_word(&s, &word) || !str_word(&s, &word))
            return false;
        zone = (zone / 100 * 60 + zone % 100) * 60;
        ret->when.ns -= sign * (int64_t)zone * WHEN_NS;
        ret->when.basis = WHEN_UTC;
        ret->podman = true;
    }
    if (!str_eq(word, STR("container")) || !str_word(&s, &ret->action) || !str_word(&s, &ret->id))
        return false;
    for (size_t i = 0; i < ret->id.n; i++) {
        if (!is_hex(ret->id.p[i]))
            return false;
    }
    ret->attributes = str_trim(s);
    return ret->id.n >= 12 && (ret->attributes.n == 0 || ret->attributes.p[0] == '(');
}

static bool take_event(struct parse *in, const struct line *line)
{
    struct event event;
    struct container c = { .runtime = "docker" };

    if (!event_parse(line->s, &event))
        return false;
    c.status = status_of_event(event.action);
    c.id = event.id;
    c.name = attribute(event.attributes, STR("io.kubernetes.container.name"));
    if (c.name.n == 0)
        c.name = attribute(event.attributes, STR("name"));
    c.exit_code = code_value(attribute(event.attributes, STR("exitCode")));
    if (event.podman || str_eq(event.action, STR("died")))
        c.runtime = "podman";
    if (c.status.n != 0)
        say_at(in, line_span(in, line), line->s, event.when, &c);
    parse_took(in, line);
    return true;
}

static bool is_json_event(str s)
{
    return str_starts(s, STR("{")) &&
           (str_has(s, STR("\"Type\":\"container\"")) ||
                   str_has(s, STR("\"Type\": \"container\"")) ||
                   (str_has(s, STR("\"status\":")) && str_has(s, STR("\"timeNano\":"))));
}

static str text_of(const struct json *object, const char *key, const char *other)
{
    str s = json_text(json_get(object, str_z(key)));

    return s.n != 0 ? s : json_text(json_get(object, str_z(other)));
}

static struct when when_of(const struct json *event)
{
    const struct json *nano = json_get(event, STR("timeNano")),
                      *time = json_get(event, STR("time"));

    if (time == NULL)
        time = json_get(event, STR("Time"));
    if (nano != NULL && nano->number > 0 && nano->number < 9.2e18)
        return when_utc((int64_t)nano->number);
    if (time != NULL && time->number > 0 && time->number < 9.2e9)
        return when_utc((int64_t)(time->number * 1e9));
    return (struct when){ 0 };
}

static bool take_json(struct parse *in, struct arena *arena, const struct line *line)
{
    struct container c = { .runtime = "docker" };
    const struct json *event, *attributes, *code;
    str error = { NULL, 0 };

    if (!is_json_event(line->s))
        return false;
    event = json_parse(arena, str_trim(line->s), &error);
    if (event == NULL) {
        parse_diag(in, DIAG_WARNING, "container-events.json", line, error);
        return true;
    }
    attributes = json_get(json_get(event, STR("Actor")), STR("Attributes"));
    c.status = text_of(event, "Action", "status");
    if (c.status.n == 0) {
        c.status = json_text(json_get(event, STR("Status")));
        c.runtime = "podman";
    }
    c.status = status_of_event(c.status);
    c.id = text_of(event, "id", "ID");
    if (c.id.n == 0)
        c.id = json_text(json_get(json_get(event, STR("Actor")), STR("ID")));
    c.name = text_of(attributes, "io.kubernetes.container.name", "name");
    if (c.name.n == 0)
        c.name = json_text(json_get(event, STR("Name")));
    c.exit_code = code_value(json_text(json_get(attributes, STR("exitCode"))));
    code = json_get(event, STR("ContainerExitCode"));
    if (code != NULL && code->type == JSON_NUMBER && code->number >= 0 &&
            code->number < 4294967296.)
        c.exit_code = value_int((int64_t)code->number);
    if (c.status.n != 0)
        say_at(in, line_span(in, line), line->s, when_of(event), &c);
    parse_took(in, line);
    return true;
}

/* ---------------------------------------------------------------- kubectl get pods */

static bool is_pods_heading(str s)
{
    str word;

    if (!str_word(&s, &word) || (str_eq(word, STR("NAMESPACE")) && !str_word(&s, &word)) ||
            !str_eq(word, STR("NAME")))
        return false;
    return str_word(&s, &word) && str_eq(word, STR("READY")) && str_word(&s, &word) &&
           str_eq(word, STR("STATUS")) && str_word(&s, &word) && str_eq(word, STR("RESTARTS"));
}

static bool is_ready(str word)
{
    uint64_t n;

    return str_take_u64(&word, &n) && str_take_char(&word, '/') && str_u64(word, &n);
}

/* "[namespace] shop-5d7c  0/1  OOMKilled  3 (41s ago)  9m" */
static bool pod_row(str s, struct container *ret)
{
    str word, name = { NULL, 0 };
    uint64_t restarts;
    size_t n = 0;

    *ret = (struct container){ .runtime = "kubernetes" };
    while (str_word(&s, &word) && !is_ready(word)) {
        name = word;
        if (++n > 2)
            return false;
    }
    if (n == 0 || !str_word(&s, &ret->status) || !is_alpha(ret->status.p[0]) ||
            !str_word(&s, &word) || !str_u64(word, &restarts) || !str_word(&s, &word))
        return false;
    ret->name = name;
    return true;
}

/* ---------------------------------------------------------------- kubectl describe pod */

struct pod_state {
    bool set;
    struct name status; /* the reason, where one is given */
    struct value exit_code;
    struct held_line line;
};

struct describe {
    struct name pod, container, heading;
    struct pod_state states[2]; /* now, before */
    struct pod_state *state;    /* that the lines speak of; NULL = none */
    struct value limit;
    bool limits; /* within "Limits:" */
};

static bool is_key_char(char c)
{
    return is_alnum(c) || c == ' ' || c == '-' || c == '_' || c == '.' || c == '/';
}

/* "    Exit Code:    137": key and value */
static bool describe_pair(str s, size_t *ret_indent, str *ret_key, str *ret_value)
{
    size_t colon = str_find_char(s, ':');
    str key = str_slice(s, 0, colon);

    if (colon == STR_NONE || str_trim(key).n == 0 || str_trim(key).n > 63)
        return false;
    for (size_t i = 0; i < key.n; i++) {
        if (!is_key_char(key.p[i]))
            return false;
    }
    *ret_indent = (size_t)(str_trim(key).p - s.p);
    *ret_key = str_trim(key);
    *ret_value = str_trim(str_from(s, colon + 1));
    return true;
}

/* "512Mi", "1.5Gi", "500M", "268435456" */
static struct value quantity(str s)
{
    static const struct {
        str suffix;
        double unit;
    } rows[] = { { STR_INIT("Ki"), 1024. }, { STR_INIT("Mi"), 1048576. },
        { STR_INIT("Gi"), 1073741824. }, { STR_INIT("Ti"), 1099511627776. }, { STR_INIT("k"), 1e3 },
        { STR_INIT("M"), 1e6 }, { STR_INIT("G"), 1e9 }, { STR_INIT("T"), 1e12 } };
    double number, unit = 1;

    for (size_t i = 0; unit == 1 && i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (str_ends(s, rows[i].suffix)) {
            unit = rows[i].unit;
            s = str_slice(s, 0, s.n - rows[i].suffix.n);
        }
    }
    if (!str_real(s, &number) || !(number > 0) || !(number * unit < 9e18))
        return value_none();
    return value_int((int64_t)(number * unit));
}

/* "Fri, 03 Feb 2023 04:00:00 +0100" */
static struct when finish_time(str s)
{
    struct when when = { 0 };
    str weekday = str_cut(&s, ','), day, month, year, clock, zone, iso;
    char buf[64];
    int n;

    if (weekday.n != 3 || !str_word(&s, &day) || !str_word(&s, &month) || !str_word(&s, &year) ||
            !str_word(&s, &clock) || !str_word(&s, &zone) || day.n + clock.n + zone.n > 20)
        return when;
    n = snprintf(buf, sizeof(buf), "%.4s-%02d-%.*sT%.*s%.*s", year.n == 4 ? year.p : "0000",
            when_month(month), STR_ARG(day), STR_ARG(clock), STR_ARG(zone));
    iso = (str){ buf, (size_t)n };
    return when_take_iso(&iso, &when) ? when : (struct when){ 0 };
}

static void flush(struct parse *in, struct describe *d)
{
    for (size_t i = 0; i < 2; i++) {
        const struct pod_state *state = &d->states[i];
        const struct container c = {
            .runtime = "kubernetes",
            .name = name_str(d->container.n != 0 ? &d->container : &d->pod),
            .status = name_str(&state->status),
            .exit_code = state->exit_code,
            .limit = d->limit,
        };

        if (state->set)
            say_at(in, state->line.where, held_str(&state->line), state->line.when, &c);
    }
    d->states[0] = d->states[1] = (struct pod_state){ 0 };
    d->state = NULL;
    d->limit = value_none();
    d->limits = false;
}

static void begin_state(
        struct parse *in, struct describe *d, const struct line *line, size_t which, str value)
{
    if (d->states[which].set)
        flush(in, d); /* an excerpt: another container without its name */
    d->state = &d->states[which];
    d->state->set = true;
    name_set(&d->state->status, value);
    held_set(&d->state->line, in, line, (struct when){ 0 });
}

/* Lines of the pod itself, at the left margin. */
static void take_pod_line(
        struct parse *in, struct describe *d, const struct line *line, str key, str value)
{
    flush(in, d);
    d->container.n = 0;
    if (str_eq(key, STR("Name"))) {
        name_set(&d->pod, value);
    } else if (str_eq(key, STR("Reason")) && value.n != 0) {
        const struct container c = {
            .runtime = "kubernetes", .name = name_str(&d->pod), .status = value
        };

        say_at(in, line_span(in, line), line->s, (struct when){ 0 }, &c);
    }
}

static bool take_describe(struct parse *in, struct describe *d, const struct line *line)
{
    str key, value;
    size_t indent;

    if (!describe_pair(line->s, &indent, &key, &value))
        return false;
    if (str_eq(key, STR("State")) || str_eq(key, STR("Last State"))) {
        begin_state(in, d, line, key.p[0] == 'L', value);
    } else if (str_eq(key, STR("Container ID"))) {
        flush(in, d);
        d->container = d->heading;
    } else if (str_eq(key, STR("Reason")) && d->state != NULL) {
        name_set(&d->state->status, value);
        held_set(&d->state->line, in, line, (struct when){ 0 });
    } else if (str_eq(key, STR("Exit Code")) && d->state != NULL) {
        d->state->exit_code = code_value(value);
    } else if (str_eq(key, STR("Finished")) && d->state != NULL) {
        d->state->line.when = finish_time(value);
    } else if (str_eq(key, STR("memory")) && d->limits) {
        d->limit = quantity(value);
    } else if (indent == 0 && !str_eq(key, STR("Exit Code")) && !str_eq(key, STR("Started")) &&
               !str_eq(key, STR("Finished"))) {
        take_pod_line(in, d, line, key, value);
    } else if (value.n == 0 && indent == 2) {
        flush(in, d);
        name_set(&d->container, key);
    }
    if (value.n == 0) {
        d->limits = str_eq(key, STR("Limits"));
        name_set(&d->heading, key);
    }
    return true;
}

/* Lines under "Events:" and messages about a node. */
static bool take_notice(struct parse *in, const struct describe *d, const struct line *line)
{
    static const struct {
        str text;
        const char *class;
    } rows[] = {
        { STR_INIT("was low on resource: memory"), "kubernetes-evicted" },
        { STR_INIT("SystemOOM"), "kubernetes-system-oom" },
        { STR_INIT("System OOM encountered"), "kubernetes-system-oom" },
        { STR_INIT("Insufficient memory"), "kubernetes-no-room" },
        { STR_INIT("enough resource: memory"), "kubernetes-no-room" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (str_has(line->s, rows[i].text)) {
            say_message(in, line_span(in, line), line->s, (struct when){ 0 }, rows[i].class,
                    STR("kubernetes"), name_str(&d->pod), NULL, line->s);
            return true;
        }
    }
    return false;
}

/* ---------------------------------------------------------------- the format */

static int sniff(const struct sniff *in)
{
    str rest = in->text, line;
    struct event event;
    struct container pod;
    unsigned lines = 0, events = 0, rows = 0, headings = 0;
    bool states = str_has(in->text, STR("Exit Code:")) && str_has(in->text, STR("Reason:")) &&
                  str_has(in->text, STR("State:"));

    while (lines < 100 && str_line(&rest, &line)) {
        if (str_trim(line).n == 0)
            continue;
        lines++;
        events += is_json_event(line) || event_parse(line, &event);
        headings += is_pods_heading(line);
        rows += pod_row(line, &pod);
    }
    if (2 * events > lines || (headings != 0 && rows != 0))
        return BID_MAGIC;
    if (states)
        return str_has(in->text, STR("Container ID:")) ? BID_MAGIC : BID_SHAPE + 5;
    if (rows != 0 && rows == lines)
        return BID_SHAPE + 5;
    return events != 0 ? BID_SHAPE : BID_NO;
}

static void parse(struct parse *in)
{
    struct describe *d = arena_new(in->scratch, struct describe);
    struct arena arena;
    struct line line;

    arena_init(&arena, 0);
    while (parse_line(in, &line)) {
        struct container pod;

        if (take_event(in, &line))
            continue;
        if (take_json(in, &arena, &line)) {
            arena_reset(&arena);
        } else if (is_pods_heading(line.s) || str_trim(line.s).n == 0) {
            parse_took(in, &line);
        } else if (pod_row(line.s, &pod)) {
            say_at(in, line_span(in, &line), line.s, (struct when){ 0 }, &pod);
            parse_took(in, &line);
        } else {
            bool known = take_describe(in, d, &line);

            known |= take_notice(in, d, &line);
            if (known)
                parse_took(in, &line);
            else
                parse_stray(in, &line, (struct when){ 0 });
        }
    }
    flush(in, d);
    arena_finish(&arena);
}

const struct parser parser_container_events = {
    .name = "container-events",
    .summary = "docker and podman events, kubectl get pods and describe",
    .kinds = kinds,
    .sniff = sniff,
    .parse = parse,
};
