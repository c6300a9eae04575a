/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kube_yaml_tree: the blocks of YAML. Lines are read one after the other; a stack holds the mappings and
 * lists that are open, with the column that their keys or dashes stand in.
 *
 *     status:
 *       containerStatuses:
 *       - name: shop              a list may stand in the column of its key
 *         lastState: {}
 *
 * What is not understood is passed over with all that is indented further; the first of it is told.
 */
#include "kube_yaml.h"
#include "limits.h"

enum { FRAMES = 64 }; /* pods need twenty */

struct frame {
    struct json *node, *last; /* its last element so far */
    size_t column;
};

struct reader {
    struct arena *arena;
    str text;
    size_t at; /* of the next line */
    struct frame frames[FRAMES];
    size_t n;
    struct json *open; /* waits for its value on the next line; NULL = none */
    size_t column;     /* which stands here or further right, as a mapping */
    bool listed;       /* a list may stand one column before */
    struct yaml_trouble trouble;
};

struct yaml_line {
    str body; /* without indentation and what follows */
    size_t indent, at;
};

static void trouble(struct reader *r, size_t at, const char *what)
{
    if (r->trouble.what == NULL)
        r->trouble = (struct yaml_trouble){ .what = what, .at = at };
}

/* The next line as it is; false at the end. */
static bool peek_line(const struct reader *r, struct yaml_line *ret, size_t *ret_next)
{
    str rest = str_from(r->text, r->at), line;

    if (!str_line(&rest, &line))
        return false;
    *ret_next = r->text.n - rest.n;
    ret->indent = 0;
    while (ret->indent < line.n && line.p[ret->indent] == ' ')
        ret->indent++;
    ret->at = r->at + ret->indent;
    ret->body = str_trim_end(str_from(line, ret->indent));
    return true;
}

static bool is_dash(str body)
{
    return body.n != 0 && body.p[0] == '-' && (body.n == 1 || is_blank(body.p[1]));
}

/* Passes over lines that are indented as far at least, and over empty ones. True when there were any but empty. */
static bool skip_deeper(struct reader *r, size_t column)
{
    struct yaml_line line;
    size_t next;
    bool any = false;

    while (peek_line(r, &line, &next) && (line.body.n == 0 || line.indent >= column)) {
        any = any || line.body.n != 0;
        r->at = next;
    }
    return any;
}

/* ---------------------------------------------------------------- mappings and lists */

static struct json *add(struct reader *r)
{
    struct frame *top = &r->frames[r->n - 1];
    struct json *node = arena_new(r->arena, struct json);

    node->parent = top->node;
    node->index = top->last != NULL ? top->last->index + 1 : 0;
    if (top->last != NULL)
        top->last->next = node;
    else
        top->node->child = node;
    top->last = node;
    return node;
}

/* Makes what waits for its value a mapping or list in this column, or goes back to the one that is there. */
static bool enter(struct reader *r, enum json_type type, size_t column)
{
    struct json *open = r->open;
    size_t least = r->column - (type == JSON_ARRAY && r->listed), n;

    r->open = NULL;
    if (open != NULL && column >= least) {
        if (r->n == FRAMES)
            return false;
        open->type = type;
        r->frames[r->n++] = (struct frame){ .node = open, .column = column };
        return true;
    }
    while (r->n != 0 && r->frames[r->n - 1].column > column)
        r->n--;
    /* A list and the mapping around it may share a column. */
    for (n = r->n; n != 0 && r->frames[n - 1].column == column; n--) {
        if (r->frames[n - 1].node->type == type) {
            r->n = n;
            return true;
        }
    }
    return false;
}

static void await(struct reader *r, struct json *node, size_t column, bool listed)
{
    r->open = node;
    r->column = column;
    r->listed = listed;
}

/* "key: value", "key:", "\"key\": value" */
static bool split_key(struct reader *r, str body, str *ret_key, str *ret_value)
{
    size_t at = 0, end = 0;

    if (body.n != 0 && (body.p[0] == '"' || body.p[0] == '\'')) {
        end = yaml_quote_end(body);
        if (end == STR_NONE || end >= body.n || body.p[end] != ':' ||
                (end + 1 < body.n && !is_blank(body.p[end + 1])))
            return false;
        *ret_key = yaml_unquote(r->arena, str_slice(body, 1, end - 1), body.p[0]);
        at = end;
    } else {
        if (body.n == 0 || str_find_char(STR("{[&*!|>%@`#?,]}"), body.p[0]) != STR_NONE)
            return false;
        while (at < body.n && (body.p[at] != ':' || (at + 1 < body.n && !is_blank(body.p[at + 1]))))
            at++;
        if (at == 0 || at >= body.n)
            return false;
        *ret_key = str_slice(body, 0, at);
    }
    *ret_value = str_trim(str_from(body, at + 1));
    if (str_starts(*ret_value, STR("#")))
        ret_value->n = 0;
    return true;
}

/* ---------------------------------------------------------------- values */

/* From value on, over the lines that are indented as far as column: raw text. */
static str take_lines(struct reader *r, str value, size_t column)
{
    struct yaml_line line;
    size_t next, end = (size_t)(value.p + value.n - r->text.p);

    while (peek_line(r, &line, &next) && (line.body.n == 0 || line.indent >= column)) {
        if (line.body.n != 0)
            end = line.at + line.body.n;
        r->at = next;
    }
    return (str){ value.p, (size_t)(r->text.p + end - value.p) };
}

static void take_quoted(struct reader *r, struct json *node, str value)
{
    size_t from = (size_t)(value.p - r->text.p);
    str text = str_from(r->text, from), behind;
    size_t end = yaml_quote_end(text);

    if (end == STR_NONE) {
        trouble(r, from, "a quote without its end");
        r->trouble.cut = r->trouble.cut || r->trouble.at == from;
        return;
    }
    node->type = JSON_STRING;
    node->text = yaml_unquote(r->arena, str_slice(text, 1, end - 1), value.p[0]);
    if (from + end > r->at)
        r->at = from + end; /* the rest of the last of its lines: nothing, or trouble below */
    else
        return;
    behind = str_from(r->text, r->at);
    (void)str_line(&behind, &text);
    if (str_trim(text).n != 0 && str_trim(text).p[0] != '#')
        trouble(r, r->at, "something follows a quoted text");
    r->at = r->text.n - behind.n;
}

/* "|-", ">2": lines that are indented further than what they belong to, or by so many. */
static void take_block(struct reader *r, struct json *node, str value, size_t column)
{
    bool folded = value.p[0] == '>';
    size_t begin = r->at, indent = 0;
    struct yaml_line line;
    size_t next;

    for (size_t i = 1; i < value.n && !is_blank(value.p[i]); i++) {
        if (is_digit(value.p[i]))
            indent = column - 1 + (size_t)(value.p[i] - '0');
    }
    while (peek_line(r, &line, &next)) {
        if (line.body.n != 0 && indent == 0)
            indent = line.indent;
        if (line.body.n != 0 && (line.indent < indent || line.indent < column))
            break;
        r->at = next;
    }
    node->type = JSON_STRING;
    node->text = yaml_block(r->arena, str_slice(r->text, begin, r->at), indent, folded);
}

/* One scalar of {} or []; what follows it is one of these. */
static str flow_word(struct reader *r, str *rest, const char *ends, struct json *node)
{
    size_t n = 0;
    str word;

    *rest = str_trim(*rest);
    if (rest->n != 0 && (rest->p[0] == '"' || rest->p[0] == '\'')) {
        size_t end = yaml_quote_end(*rest);

        node->type = JSON_STRING;
        word = yaml_unquote(
                r->arena, str_slice(*rest, 1, end != STR_NONE ? end - 1 : STR_NONE), rest->p[0]);
        node->text = word;
        *rest = str_trim(str_from(*rest, end));
        return word;
    }
    while (n < rest->n && str_find_char(str_z(ends), rest->p[n]) == STR_NONE)
        n++;
    word = str_trim(str_slice(*rest, 0, n));
    yaml_plain(node, word);
    *rest = str_trim(str_from(*rest, n));
    return word;
}

/* "{}", "[a, b]", "{cpu: 1, memory: 1Gi}", on one line and with nothing nested. */
static bool take_flow(struct reader *r, struct json *node, str value)
{
    char close = value.p[0] == '{' ? '}' : ']';
    str rest = str_trim(str_from(value, 1));
    struct json key = { .type = JSON_NULL };

    if (r->n == FRAMES)
        return false;
    node->type = close == '}' ? JSON_OBJECT : JSON_ARRAY;
    r->frames[r->n++] = (struct frame){ .node = node, .column = SIZE_MAX };
    while (rest.n != 0 && rest.p[0] != close && str_find_char(STR("{["), rest.p[0]) == STR_NONE) {
        str name = { NULL, 0 };
        struct json *child;

        if (close == '}') {
            name = flow_word(r, &rest, ":,}", &key);
            if (!str_take_char(&rest, ':'))
                break;
        }
        child = add(r);
        child->key = name;
        (void)flow_word(r, &rest, close == '}' ? ",}" : ",]", child);
        if (!str_take_char(&rest, ','))
            break;
        rest = str_trim(rest);
    }
    r->n--;
    if (!str_take_char(&rest, close) || (str_trim(rest).n != 0 && str_trim(rest).p[0] != '#')) {
        *node = (struct json){
            .key = node->key, .index = node->index, .next = node->next, .parent = node->parent
        };
        return false;
    }
    return true;
}

/* column: lines of the value that follow are indented as far. */
static void take_value(struct reader *r, struct json *node, str value, size_t column)
{
    size_t at = (size_t)(value.p - r->text.p), comment;
    char c = value.p[0];

    if (c == '"' || c == '\'') {
        take_quoted(r, node, value);
    } else if (c == '|' || c == '>') {
        take_block(r, node, value, column);
    } else if (c == '{' || c == '[') {
        if (!take_flow(r, node, value)) {
            trouble(r, at, "braces or brackets with more in them than is read");
            (void)skip_deeper(r, column);
        }
    } else if (str_find_char(STR("&*!%@`?,]}"), c) != STR_NONE) {
        trouble(r, at, "not YAML as kubectl writes it");
        (void)skip_deeper(r, column);
    } else {
        comment = str_find(value, STR(" #"));
        if (comment != STR_NONE)
            value = str_trim_end(str_slice(value, 0, comment));
        else
            value = take_lines(r, value, column);
        yaml_plain(node, yaml_fold(r->arena, value));
    }
}

/* ---------------------------------------------------------------- lines */

/* Long, and told by nobody. */
static bool is_idle(str key)
{
    return str_eq(key, STR("managedFields")) || str_eq(key, STR("annotations")) ||
           str_eq(key, STR("labels"));
}

static void skip_list(struct reader *r, size_t column)
{
    struct yaml_line line;
    size_t next;

    do
        (void)skip_deeper(r, column + 1);
    while (peek_line(r, &line, &next) && line.indent == column && is_dash(line.body) &&
            (r->at = next) != 0);
}

static void take_line(struct reader *r, struct yaml_line line)
{
    struct json *node = NULL;
    size_t column = line.indent, least = 0;
    str key, value = line.body;
    bool fits = true;

    while (fits && is_dash(value)) {
        str behind = str_trim(str_from(value, 1));

        fits = enter(r, JSON_ARRAY, column);
        if (!fits)
            break;
        node = add(r);
        least = column + 1;
        await(r, node, least, false);
        if (behind.n == 0 || behind.p[0] == '#')
            return;
        column += value.n - behind.n;
        value = behind;
    }
    if (fits && split_key(r, value, &key, &value)) {
        fits = enter(r, JSON_OBJECT, column);
        if (fits) {
            node = add(r);
            node->key = key;
            least = column + 1;
            await(r, node, least, true);
        }
        if (fits && value.n == 0) {
            if (is_idle(key))
                skip_list(r, column);
            return;
        }
    }
    r->open = NULL;
    if (fits && node != NULL) {
        take_value(r, node, value, least);
        return;
    }
    trouble(r, line.at, "a line that belongs to nothing before it");
    (void)skip_deeper(r, line.indent + 1);
}

const struct json *yaml_parse(struct arena *a, str text, struct yaml_trouble *ret)
{
    struct json *root = arena_new(a, struct json);
    struct reader r = { .arena = a, .text = text, .open = root };
    struct yaml_line line;
    size_t next;

    while (peek_line(&r, &line, &next)) {
        r.at = next;
        if (line.body.n == 0 || line.body.p[0] == '#')
            continue;
        if (line.body.p[0] == '\t')
            trouble(&r, line.at, "a tab where blanks should be");
        else
            take_line(&r, line);
    }
    *ret = r.trouble;
    return root;
}
