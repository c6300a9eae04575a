/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kube_yaml: objects of Kubernetes as YAML, one at a time: documents between "---", or in a list of items,
 * whose elements are read as they come. An object ends where its indentation does.
 */
#include "kube_yaml.h"

#include "kube_object.h"

struct bounds {
    bool element;  /* of a list; else a document */
    size_t column; /* of the dash of an element */
    bool named;    /* the document has told its apiVersion */
};

static size_t indent_of(str line)
{
    size_t n = 0;

    while (n < line.n && line.p[n] == ' ')
        n++;
    return n;
}

static bool is_dash(str body)
{
    return str_starts(body, STR("- ")) || str_eq(str_trim_end(body), STR("-"));
}

static bool is_items(str line)
{
    return str_eq(str_trim_end(line), STR("items:"));
}

/* "key:", "key: value" at the left margin, as far as that can be told from prose. */
static bool is_key_line(str line)
{
    size_t n = 0;

    while (n < line.n && (is_alnum(line.p[n]) || line.p[n] == '_' || line.p[n] == '-'))
        n++;
    return n != 0 && n < line.n && line.p[n] == ':' && (n + 1 == line.n || is_space(line.p[n + 1]));
}

/* Whether an object ends before this line, which is not its first. */
static bool ends(struct bounds *b, str line)
{
    size_t indent = indent_of(line);

    if (str_trim(line).n == 0 || line.p[indent] == '#')
        return false;
    if (b->element)
        return indent <= b->column;
    if (indent != 0 || is_dash(line))
        return false;
    if (is_items(line) || !is_key_line(line))
        return true;
    if (!str_starts(line, STR("apiVersion:")))
        return false;
    if (b->named)
        return true;
    b->named = true;
    return false;
}

/* Bytes of the window that belong to the object it begins with; 0 when it was longer and was passed over. */
static size_t gather(struct parse *in, struct bounds *b)
{
    size_t at = 0;
    bool first = true, fits = true;

    for (;;) {
        str window = text_peek(&in->text), rest = str_from(window, at), line;
        size_t feed = str_find_char(rest, '\n');

        if (feed == STR_NONE && text_more(&in->text))
            continue;
        if (feed == STR_NONE && !in->text.eof) {
            /* The window is full: what is in it is not held any longer. */
            text_skip(&in->text, at != 0 ? at : window.n);
            at = 0;
            fits = false;
            continue;
        }
        if (rest.n == 0)
            break;
        line = str_slice(rest, 0, feed);
        if (!first && ends(b, line))
            break;
        if (first)
            b->named = str_starts(line, STR("apiVersion:"));
        first = false;
        at += feed != STR_NONE ? feed + 1 : rest.n;
    }
    if (!fits)
        text_skip(&in->text, at);
    return fits ? at : 0;
}

static void read_object(struct kube_items *k, str text)
{
    struct parse *in = k->in;
    struct yaml_trouble trouble;
    struct kube_item item = { .text = text, .number = in->text.number, .offset = in->text.offset };

    item.root = yaml_parse(&k->arena, text, &trouble);
    if (item.root->type == JSON_ARRAY && item.root->child != NULL)
        item.root = item.root->child;
    if (trouble.what != NULL) {
        struct line line = { .offset = item.offset + trouble.at };

        line.number = kube_number(k, &item, trouble.at);
        parse_diag(in, DIAG_WARNING, trouble.cut ? "kube-objects.cut" : "kube-objects.yaml", &line,
                str_z(trouble.what));
    }
    kube_take_item(k, &item);
}

/* The object that the window begins with. */
static void take_object(struct kube_items *k, struct bounds *b)
{
    struct parse *in = k->in;
    const struct line line = { .number = in->text.number, .offset = in->text.offset };
    size_t n = gather(in, b);

    if (n == 0) {
        parse_diag(in, DIAG_WARNING, "kube-objects.long-object", &line,
                STR("an object longer than a record is not read"));
        return;
    }
    read_object(k, str_slice(text_peek(&in->text), 0, n));
    text_skip(&in->text, n);
}

static void read_list(struct kube_items *k)
{
    struct parse *in = k->in;
    struct bounds b = { .element = true };
    struct line line;

    while (text_peek_line(&in->text, &line)) {
        size_t indent = indent_of(line.s);

        if (!is_dash(str_from(line.s, indent)))
            return;
        b.column = indent;
        take_object(k, &b);
    }
}

bool kube_is_yaml(str line)
{
    static const str alone[] = { STR_INIT("items:"), STR_INIT("metadata:"), STR_INIT("spec:"),
        STR_INIT("status:") };
    str body = str_trim(line);

    if (str_take(&body, STR("- ")))
        body = str_trim(body);
    else if (indent_of(line) != 0)
        return false;
    for (size_t i = 0; i < sizeof(alone) / sizeof(alone[0]); i++) {
        if (str_eq(body, alone[i]))
            return true;
    }
    return str_starts(body, STR("apiVersion: ")) || str_starts(body, STR("kind: "));
}

void kube_read_yaml(struct kube_items *k)
{
    struct parse *in = k->in;
    struct bounds b = { .element = false };
    struct line line;

    if (!text_peek_line(&in->text, &line))
        return;
    if (is_items(line.s)) {
        (void)parse_line(in, &line);
        parse_took(in, &line);
        read_list(k);
    } else if (is_dash(str_from(line.s, indent_of(line.s)))) {
        read_list(k);
    } else {
        take_object(k, &b);
    }
}
