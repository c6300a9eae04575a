/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stray_chain_json: the pieces of JSON in chains of errors: the fields of form 3, and form 6, which
 * is JSON as a whole, often cut and often a string inside other JSON. Read loosely, so that a piece
 * of it still counts.
 *
 *     {"code":458756,"fields":{"code":2147943850},"suberror":{...},"text":"Write error."}
 */
#include "stray.h"

/* A string without its quotes; escapes of quotes and backslashes undone into buf. */
static str unescape(str s, char *buf, size_t size)
{
    size_t n = 0;

    for (size_t i = 0; i < s.n && n < size; i++) {
        if (s.p[i] == '\\' && i + 1 < s.n &&
                (s.p[i + 1] == '\\' || s.p[i + 1] == '"' || s.p[i + 1] == '/'))
            i++;
        buf[n++] = s.p[i];
    }
    return text_cut((str){ buf, n }, n - (n == size));
}

/* Eats '"...": quote is \" where the JSON itself is a string. */
static bool take_json_string(str *s, str *ret)
{
    size_t i = 0, from;
    bool outer = str_starts(*s, STR("\\\""));

    if (!outer && (s->n == 0 || s->p[0] != '"'))
        return false;
    i = from = outer ? 2 : 1;
    for (; i < s->n; i++) {
        if (outer && s->p[i] == '\\' && i + 1 < s->n && s->p[i + 1] == '"') {
            *ret = str_slice(*s, from, i);
            *s = str_from(*s, i + 2);
            return true;
        }
        if (!outer && s->p[i] == '"') {
            *ret = str_slice(*s, from, i);
            *s = str_from(*s, i + 1);
            return true;
        }
        if (s->p[i] == '\\')
            i++;
    }
    return false;
}

/* {"function":"NtOpenFile","path":"\\\\?\\UNC\\nas\\x","code":2147943672} */
void chain_json_fields(struct chain_node *node, str s)
{
    char buf[LIMIT_QUOTE];
    str key, value;

    while (s.n != 0) {
        if (!take_json_string(&s, &key)) {
            s = str_from(s, 1);
            continue;
        }
        if (!str_take_char(&s, ':'))
            continue;
        str_skip_blanks(&s);
        if (!take_json_string(&s, &value)) {
            size_t n = 0;

            while (n < s.n && (is_alnum(s.p[n]) || s.p[n] == '-' || s.p[n] == '.'))
                n++;
            value = str_slice(s, 0, n);
            s = str_from(s, n);
        }
        chain_field(node, key, unescape(value, buf, sizeof(buf)), 10);
    }
}

enum json_object {
    OBJECT_ERROR,
    OBJECT_FIELDS,
    OBJECT_OTHER,
};

struct json_frame {
    enum json_object what;
    uint32_t node; /* the error that the object is or speaks of; NODES_MAX = none yet */
};

static struct json_frame open_object(const struct json_frame *outer, str key)
{
    struct json_frame frame = { OBJECT_ERROR, NODES_MAX };

    if (str_eq(key, STR("fields")))
        frame = (struct json_frame){ OBJECT_FIELDS, outer->node };
    else if (str_eq(key, STR("src")))
        frame.what = OBJECT_OTHER;
    return frame;
}

static void take_json_value(struct parse *in, struct chain_state *s, const struct line *line,
        struct json_frame *frame, str key, str value, struct when when)
{
    char buf[LIMIT_QUOTE];
    uint64_t number;

    if (frame->what == OBJECT_ERROR && str_eq(key, STR("code"))) {
        if (str_u64(value, &number) && number != 0 && number <= UINT32_MAX && s->n < NODES_MAX) {
            (void)chain_add(in, s, line, when, CHAIN_JSON, (uint32_t)number);
            frame->node = s->n - 1;
        }
    } else if (frame->node < s->n && frame->what == OBJECT_FIELDS) {
        chain_field(&s->nodes[frame->node], key, unescape(value, buf, sizeof(buf)), 10);
    } else if (frame->node < s->n && frame->what == OBJECT_ERROR && str_eq(key, STR("text"))) {
        chain_message(&s->nodes[frame->node], unescape(value, buf, sizeof(buf)));
    }
}

/*
 * Nested errors in one line, also from their middle on. The outer error's text stands behind its
 * suberror, so every depth remembers its node.
 */
bool chain_json(struct parse *in, struct chain_state *s, const struct line *line, str text,
        struct when when)
{
    struct json_frame stack[LIMIT_NESTING] = { { OBJECT_ERROR, NODES_MAX } };
    size_t depth = 0, n;
    str key = { NULL, 0 }, value;

    if (!str_has(text, STR("suberror\\\":")) && !str_has(text, STR("suberror\":")))
        return false;
    chain_flush(in, s);
    while (text.n != 0) {
        if (str_starts(text, STR("\"{"))) {
            text = str_from(text, 1); /* JSON in a string of JSON */
        } else if (take_json_string(&text, &value)) {
            if (str_take_char(&text, ':'))
                key = value;
            else
                take_json_value(in, s, line, &stack[depth], key, value, when);
        } else if (str_take_char(&text, '{')) {
            struct json_frame frame = open_object(&stack[depth], key);

            depth += depth + 1 < LIMIT_NESTING;
            stack[depth] = frame;
        } else if (str_take_char(&text, '}')) {
            depth -= depth > 0;
        } else if (is_digit(text.p[0])) {
            for (n = 0; n < text.n && is_digit(text.p[n]);)
                n++;
            take_json_value(in, s, line, &stack[depth], key, str_slice(text, 0, n), when);
            text = str_from(text, n);
        } else {
            text = str_from(text, 1);
        }
    }
    chain_flush(in, s);
    return true;
}
