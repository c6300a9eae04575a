/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kube_event: tables of events as kubectl prints them, of any generation and choice of columns:
 *
 *     LAST SEEN   TYPE      REASON      OBJECT       MESSAGE                        kubectl get events
 *     10m         Warning   SystemOOM   node/n1      System OOM encountered, victim process: java
 *
 *     LAST SEEN   FIRST SEEN   COUNT   NAME   KIND   SUBOBJECT   TYPE   REASON   SOURCE   MESSAGE
 *
 *       Type     Reason   Age               From     Message                    of kubectl describe
 *       Warning  Evicted  3m (x4 over 9m)   kubelet  The node was low on resource: memory.
 *
 * Columns are told by where the heading's words begin; in a row that lost its alignment, by the word
 * Normal or Warning. An age is no time: when it was printed is not told.
 */
#include "kube.h"
#include "limits.h"

struct name_row {
    str name;
    enum kube_column column;
};

/* As kubectl heads its tables, and what people call their own (-o custom-columns=...). */
static const struct name_row names[] = {
    { STR_INIT("NAMESPACE"), KUBE_NAMESPACE },
    { STR_INIT("NS"), KUBE_NAMESPACE },
    { STR_INIT("LAST SEEN"), KUBE_LAST },
    { STR_INIT("LASTSEEN"), KUBE_LAST },
    { STR_INIT("LastSeen"), KUBE_LAST },
    { STR_INIT("LAST"), KUBE_LAST },
    { STR_INIT("LASTTIMESTAMP"), KUBE_LAST },
    { STR_INIT("TIMESTAMP"), KUBE_LAST },
    { STR_INIT("TIME"), KUBE_LAST },
    { STR_INIT("Age"), KUBE_LAST },
    { STR_INIT("AGE"), KUBE_LAST },
    { STR_INIT("FIRST SEEN"), KUBE_FIRST },
    { STR_INIT("FIRSTSEEN"), KUBE_FIRST },
    { STR_INIT("FirstSeen"), KUBE_FIRST },
    { STR_INIT("FIRST"), KUBE_FIRST },
    { STR_INIT("COUNT"), KUBE_COUNT },
    { STR_INIT("Count"), KUBE_COUNT },
    { STR_INIT("NAME"), KUBE_NAME },
    { STR_INIT("KIND"), KUBE_KIND },
    { STR_INIT("SUBOBJECT"), KUBE_SUBOBJECT },
    { STR_INIT("SubObjectPath"), KUBE_SUBOBJECT },
    { STR_INIT("SubobjectPath"), KUBE_SUBOBJECT },
    { STR_INIT("TYPE"), KUBE_TYPE },
    { STR_INIT("Type"), KUBE_TYPE },
    { STR_INIT("REASON"), KUBE_REASON },
    { STR_INIT("Reason"), KUBE_REASON },
    { STR_INIT("OBJECT"), KUBE_OBJECT },
    { STR_INIT("SOURCE"), KUBE_SOURCE },
    { STR_INIT("FROM"), KUBE_SOURCE },
    { STR_INIT("From"), KUBE_SOURCE },
    { STR_INIT("COMPONENT"), KUBE_SOURCE },
    { STR_INIT("NODE"), KUBE_NODE },
    { STR_INIT("HOST"), KUBE_NODE },
    { STR_INIT("MESSAGE"), KUBE_MESSAGE },
    { STR_INIT("Message"), KUBE_MESSAGE },
};

static bool is_upper_word(str word)
{
    for (size_t i = 0; i < word.n; i++) {
        if (is_alpha(word.p[i]) && word.p[i] == to_lower(word.p[i]))
            return false;
    }
    return true;
}

static bool column_of(str word, enum kube_column *ret)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (str_eq(names[i].name, word)) {
            *ret = names[i].column;
            return true;
        }
    }
    *ret = KUBE_OTHER;
    return is_upper_word(word);
}

static bool has_column(const struct kube_table *t, enum kube_column column)
{
    for (size_t i = 0; i < t->n; i++) {
        if (t->column[i] == column)
            return true;
    }
    return false;
}

bool kube_heading(str line, struct kube_table *ret)
{
    str rest = line, word, next;
    struct kube_table t = { .n = 0 };

    if (line.n > 400 || (!str_has(line, STR("essage")) && !str_has(line, STR("MESSAGE"))))
        return false;
    while (str_word(&rest, &word)) {
        str behind = rest;

        if (t.n == KUBE_CELLS)
            return false;
        if ((str_eq(word, STR("LAST")) || str_eq(word, STR("FIRST"))) && str_word(&behind, &next) &&
                str_eq(next, STR("SEEN")) && next.p == word.p + word.n + 1) {
            word = (str){ word.p, word.n + 1 + next.n };
            rest = behind;
        }
        t.at[t.n] = (size_t)(word.p - line.p);
        if (!column_of(word, &t.column[t.n]))
            return false;
        t.n++;
    }
    if (t.n < 3 || !has_column(&t, KUBE_REASON) || !has_column(&t, KUBE_MESSAGE))
        return false;
    if (!has_column(&t, KUBE_TYPE) && !has_column(&t, KUBE_OBJECT) && !has_column(&t, KUBE_KIND) &&
            !has_column(&t, KUBE_LAST))
        return false;
    *ret = t;
    return true;
}

/* By where the heading's words begin: before each stands a blank. */
static bool cut_by_place(const struct kube_table *t, str line, str *cells)
{
    for (size_t i = 0; i < t->n; i++) {
        size_t from = t->at[i], to = i + 1 < t->n ? t->at[i + 1] : line.n;

        if (from > line.n)
            from = line.n;
        if (from != 0 && from < line.n && !is_blank(line.p[from - 1]))
            return false;
        if (from < line.n && is_blank(line.p[from])) {
            /* The cell is empty, or the row is not aligned by this heading. */
            if (str_trim(str_slice(line, from, to)).n != 0)
                return false;
        }
        cells[t->column[i]] = str_trim(str_slice(line, from, to));
    }
    return true;
}

static bool is_type(str word)
{
    return str_eq(word, STR("Normal")) || str_eq(word, STR("Warning"));
}

/* "3m", "3m (x4 over 9m)", "kubelet, n1", "{kubelet n1}" of old: one cell of several words. */
static bool take_cell(str *rest, enum kube_column column, str *ret)
{
    str word, more, behind;

    if (!str_word(rest, &word))
        return false;
    *ret = word;
    behind = *rest;
    if (column == KUBE_LAST && str_word(&behind, &more) && str_starts(more, STR("(x"))) {
        size_t end = str_find_char(*rest, ')');

        if (end == STR_NONE)
            return false;
        *ret = (str){ word.p, (size_t)(rest->p + end + 1 - word.p) };
        *rest = str_from(*rest, end + 1);
    } else if (column == KUBE_SOURCE && str_word(&behind, &more) &&
               (word.p[word.n - 1] == ',' || (word.p[0] == '{' && more.p[more.n - 1] == '}'))) {
        *ret = (str){ word.p, (size_t)(more.p + more.n - word.p) };
        *rest = behind;
    }
    return true;
}

/* Words in the heading's order: of tables in which only the message has blanks of its own. */
static bool cut_by_words(const struct kube_table *t, str line, str *cells)
{
    str rest = line;

    if (!has_column(t, KUBE_TYPE))
        return false;
    for (size_t i = 0; i < t->n; i++) {
        enum kube_column column = t->column[i];
        str behind = rest, word;

        if (column == KUBE_MESSAGE) {
            cells[column] = str_trim(rest);
            return true;
        }
        /* Of what is often empty: only what looks like it. */
        if (column == KUBE_SUBOBJECT && (!str_word(&behind, &word) || !str_has(word, STR("{"))))
            continue;
        if (!take_cell(&rest, column, &cells[column]))
            return false;
    }
    return true;
}

/* "NodeHasSufficientMemory" */
static bool is_reason(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (!is_alnum(s.p[i]) && s.p[i] != '_' && s.p[i] != '-')
            return false;
    }
    return s.n != 0 && is_alpha(s.p[0]);
}

static bool is_row(const struct kube_table *t, const str *cells)
{
    return is_reason(cells[KUBE_REASON]) && cells[KUBE_MESSAGE].n != 0 &&
           (!has_column(t, KUBE_TYPE) || is_type(cells[KUBE_TYPE])) &&
           (!has_column(t, KUBE_OBJECT) || str_find_char(cells[KUBE_OBJECT], ' ') == STR_NONE);
}

/* "(x12 over 30m)" */
static struct value count_of(const str *cells)
{
    size_t at = str_find(cells[KUBE_LAST], STR("(x"));
    str s = at != STR_NONE ? str_from(cells[KUBE_LAST], at + 2) : cells[KUBE_COUNT];
    uint64_t n;

    return str_take_u64(&s, &n) && n < 1u << 30 ? value_u64(n) : value_none();
}

/* "kubelet, n1", "{kubelet n1}": the component and its node. */
static void cut_source(str source, str *ret_component, str *ret_node)
{
    bool braces = str_starts(source, STR("{")) && str_ends(source, STR("}"));

    if (braces)
        source = str_slice(source, 1, source.n - 1);
    *ret_component = str_trim(str_cut(&source, braces ? ' ' : ','));
    *ret_node = str_trim(source);
}

bool kube_row(const struct kube_table *t, str line, struct kube_event *ret)
{
    str *cells = ret->cells, last, node;
    size_t slash;

    *ret = (struct kube_event){ .count = value_none() };
    if (t->n == 0 || str_trim(line).n == 0)
        return false;
    if (!cut_by_place(t, line, cells) || !is_row(t, cells)) {
        *ret = (struct kube_event){ .count = value_none() };
        if (!cut_by_words(t, line, cells) || !is_row(t, cells))
            return false;
    }
    ret->kind = cells[KUBE_KIND];
    ret->object = cells[KUBE_NAME];
    slash = str_find_char(cells[KUBE_OBJECT], '/');
    if (slash != STR_NONE) {
        ret->kind = str_slice(cells[KUBE_OBJECT], 0, slash);
        ret->object = str_from(cells[KUBE_OBJECT], slash + 1);
    } else if (cells[KUBE_OBJECT].n != 0) {
        ret->object = cells[KUBE_OBJECT];
    }
    cut_source(cells[KUBE_SOURCE], &cells[KUBE_SOURCE], &node);
    ret->node = cells[KUBE_NODE].n != 0                 ? cells[KUBE_NODE]
                : str_eq_nocase(ret->kind, STR("node")) ? ret->object
                                                        : node;
    ret->count = count_of(cells);
    last = cells[KUBE_LAST];
    if (!when_take_iso(&last, &ret->when))
        ret->when = (struct when){ 0 };
    return true;
}

const char *kube_class(str text)
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
        if (str_has(text, rows[i].text))
            return rows[i].class;
    }
    return NULL;
}

/* "Pod" is "pod". buf lives as long as what is returned. */
static str lower(str s, char *buf, size_t size)
{
    s = text_cut(s, size);
    for (size_t i = 0; i < s.n; i++)
        buf[i] = to_lower(s.p[i]);
    return (str){ buf, s.n };
}

void kube_tell_event(struct parse *in, const struct line *line, const struct kube_event *e)
{
    const str *cells = e->cells;
    char kind[NAME_MAX_LEN];

    if (str_eq(cells[KUBE_REASON], STR("SystemOOM")))
        say_message(in, line_span(in, line), line->s, e->when, kube_class(cells[KUBE_REASON]),
                STR("kubernetes"), e->object, NULL, e->text.n != 0 ? e->text : line->s);
    const struct value values[KUBE_EVENT_NFIELDS] = {
        [KUBE_EVENT_TYPE] = value_text(cells[KUBE_TYPE]),
        [KUBE_EVENT_REASON] = value_text(cells[KUBE_REASON]),
        [KUBE_EVENT_OBJECT_KIND] = value_text(lower(e->kind, kind, sizeof(kind))),
        [KUBE_EVENT_OBJECT] = value_text(e->object),
        [KUBE_EVENT_NAMESPACE] = value_text(cells[KUBE_NAMESPACE]),
        [KUBE_EVENT_NODE] = value_text(e->node),
        [KUBE_EVENT_SOURCE] = value_text(cells[KUBE_SOURCE]),
        [KUBE_EVENT_COUNT] = e->count,
        [KUBE_EVENT_MESSAGE] = value_text(text_cut(cells[KUBE_MESSAGE], LIMIT_QUOTE)),
    };
    emit(in, &kind_KUBE_EVENT, line, e->when, values);
}
