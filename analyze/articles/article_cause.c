/* SPDX-License-Identifier: Apache-2.0 */
/* article_cause: the page of one cause. */
#include "articles.h"
#include "rule_words.h"

enum { RELATED_MOST = 12, LINKS_MOST = 100 };

static const char *role_says(enum rule_role role)
{
    switch (role) {
    case ROLE_SYMPTOM:
        return "A symptom: what people notice. What can be behind it stands below.";
    case ROLE_MECHANISM:
        return "A mechanism: the way from a root cause to what people notice.";
    case ROLE_ROOT_CAUSE:
        return "A root cause: this is what has to be changed.";
    case ROLE_EXONERATION:
        break;
    }
    return "An exoneration: it rules suspects out.";
}

/* "the nonpaged pool is empty" -> "The nonpaged pool is empty" */
static str heading_of(struct arena *a, const struct article_cause *cause)
{
    str name = article_cause_name(cause);
    char *copy = arena_z(a, name);

    if (cause->info != NULL && copy[0] >= 'a' && copy[0] <= 'z')
        copy[0] = (char)(copy[0] - 'a' + 'A');
    return (str){ copy, name.n };
}

static void put_head(struct article_writer *p, struct arena *a, const struct article_cause *cause)
{
    article_begin(p, heading_of(a, cause));
    article_open(p, ARTICLE_H1);
    article_text(p, heading_of(a, cause));
    article_close(p);
    article_open(p, ARTICLE_PARAGRAPH);
    article_code(p, cause->id);
    article_close(p);
    if (cause->info == NULL)
        return;
    article_open(p, ARTICLE_PARAGRAPH);
    article_z(p, role_says(cause->info->role));
    if (cause->info->subject.n != 0) {
        article_z(p, " Findings name ");
        article_text(p, cause->info->subject);
        article_z(p, ".");
    }
    article_close(p);
}

static void put_link(struct article_writer *p, const struct article_cause *cause)
{
    article_open(p, ARTICLE_ITEM);
    article_link(p, article_cause_name(cause), cause->id);
    article_close(p);
}

static void put_links(
        struct article_writer *p, const struct articles *articles, const uint32_t *causes, size_t n)
{
    if (n == 0)
        return;
    article_open(p, ARTICLE_LIST);
    for (size_t i = 0; i < n && i < LINKS_MOST; i++)
        put_link(p, &articles->causes[causes[i]]);
    if (n > LINKS_MOST) {
        article_open(p, ARTICLE_ITEM);
        article_z(p, "and others");
        article_close(p);
    }
    article_close(p);
}

static bool speaks(const struct articles *articles, uint32_t rule)
{
    return ruleset_rule(articles->rules, rule).role != ROLE_EXONERATION;
}

static size_t count_speaking(const struct articles *articles, const struct article_cause *cause)
{
    size_t n = 0;

    for (size_t i = 0; i < cause->nrules; i++)
        n += speaks(articles, cause->rules[i]);
    return n;
}

static void put_symptoms(struct article_writer *p, const struct articles *articles,
        const struct article_cause *cause)
{
    if (count_speaking(articles, cause) + cause->nexplains == 0)
        return;
    article_heading(p, ARTICLE_H2, "Symptoms");
    if (count_speaking(articles, cause) != 0) {
        article_open(p, ARTICLE_PARAGRAPH);
        article_z(p, "A report says:");
        article_close(p);
        article_open(p, ARTICLE_LIST);
        for (size_t i = 0; i < cause->nrules; i++) {
            if (!speaks(articles, cause->rules[i]))
                continue;
            article_open(p, ARTICLE_ITEM);
            article_template(p, ruleset_rule(articles->rules, cause->rules[i]).title);
            article_close(p);
        }
        article_close(p);
    }
    if (cause->nexplains != 0) {
        article_open(p, ARTICLE_PARAGRAPH);
        article_z(p, "What it leads to:");
        article_close(p);
        put_links(p, articles, cause->explains, cause->nexplains);
    }
}

static void put_behind(struct article_writer *p, const struct articles *articles,
        const struct article_cause *cause)
{
    str behind = cause->info != NULL ? cause->info->behind : (str){ NULL, 0 };

    if (cause->nexplained == 0 && behind.n == 0)
        return;
    article_heading(p, ARTICLE_H2, "Cause");
    if (cause->nexplained != 0) {
        article_open(p, ARTICLE_PARAGRAPH);
        article_z(p, "Behind it can be:");
        article_close(p);
        put_links(p, articles, cause->explained, cause->nexplained);
    }
    if (behind.n != 0) {
        article_open(p, ARTICLE_PARAGRAPH);
        article_z(p, cause->nexplained != 0
                             ? "Or, without evidence that a rule could read: "
                             : "What lies behind it leaves no evidence that a rule could read: ");
        article_text(p, behind);
        article_z(p, ".");
        article_close(p);
    }
}

/* --- how it is told ------------------------------------------------------------------------ */

static void put_part(struct article_writer *p, const char *label, str expression)
{
    if (expression.n == 0)
        return;
    article_open(p, ARTICLE_ITEM);
    article_z(p, label);
    article_code(p, expression);
    article_close(p);
}

static void put_named(struct article_writer *p, const struct json *lets)
{
    for (const struct json *c = lets != NULL ? lets->child : NULL; c != NULL; c = c->next) {
        article_open(p, ARTICLE_ITEM);
        article_z(p, "where ");
        article_code(p, c->key);
        article_z(p, " is ");
        article_code(p, json_text(c));
        article_close(p);
    }
}

static void put_confidence(struct article_writer *p, const struct json *list)
{
    for (const struct json *c = list != NULL ? list->child : NULL; c != NULL; c = c->next) {
        str when = json_text(c->child != NULL ? c->child->next : NULL);

        article_open(p, ARTICLE_ITEM);
        article_text(p, json_text(c->child));
        if (str_eq(when, STR("true"))) {
            article_z(p, c == list->child ? "" : " otherwise");
        } else {
            article_z(p, " if ");
            article_code(p, when);
        }
        article_close(p);
    }
}

static void put_evidence(struct article_writer *p, struct arena *a, const struct json *rule)
{
    const struct json *evidence = json_get(rule, STR("evidence"));

    for (const struct json *c = evidence != NULL ? evidence->child : NULL; c != NULL; c = c->next) {
        article_open(p, ARTICLE_ITEM);
        article_code(p, rule_selection_text(a, c));
        article_close(p);
    }
    put_part(p, "when ", json_text(json_get(rule, STR("when"))));
    put_named(p, json_get(rule, STR("let")));
    put_confidence(p, json_get(rule, STR("confidence")));
}

static void put_rule(
        struct article_writer *p, struct arena *a, const struct articles *articles, uint32_t i)
{
    struct rule_info info = ruleset_rule(articles->rules, i);
    const struct json *rule = articles->json[i];

    article_open(p, ARTICLE_H3);
    article_template(p, info.title);
    article_close(p);
    article_open(p, ARTICLE_PARAGRAPH);
    article_template(p, json_text(json_get(rule, STR("summary"))));
    article_close(p);
    article_open(p, ARTICLE_PARAGRAPH);
    article_z(p, "Severity ");
    article_text(p, rule_severity_text(a, rule));
    article_z(p, "; rule ");
    article_code(p, info.id);
    article_z(p, str_eq(info.status, STR("stable")) ? "." : ", not stable yet.");
    article_close(p);
    article_open(p, ARTICLE_LIST);
    put_evidence(p, a, rule);
    article_close(p);
}

static void put_told(struct article_writer *p, struct arena *a, const struct articles *articles,
        const struct article_cause *cause)
{
    article_heading(p, ARTICLE_H2, "How it was told");
    if (count_speaking(articles, cause) == 0) {
        article_open(p, ARTICLE_PARAGRAPH);
        article_z(p, "No rule tells of it yet.");
        article_close(p);
    }
    for (size_t i = 0; i < cause->nrules; i++) {
        if (speaks(articles, cause->rules[i]))
            put_rule(p, a, articles, cause->rules[i]);
    }
}

static void put_cleared(struct article_writer *p, struct arena *a, const struct articles *articles,
        const struct article_cause *cause)
{
    size_t exonerations = cause->nrules - count_speaking(articles, cause);

    if (cause->ncleared + exonerations == 0)
        return;
    article_heading(p, ARTICLE_H2, "What rules it out");
    for (size_t i = 0; i < cause->nrules; i++) {
        if (!speaks(articles, cause->rules[i]))
            put_rule(p, a, articles, cause->rules[i]);
    }
    for (size_t i = 0; i < cause->ncleared; i++) {
        if (!str_eq(ruleset_rule(articles->rules, cause->cleared[i]).cause, cause->id))
            put_rule(p, a, articles, cause->cleared[i]);
    }
}

/* --- what to do ---------------------------------------------------------------------------- */

struct said {
    const struct json **nodes;
    size_t n;
};

/* Two rules of a cause often give the same step. */
static bool said_before(struct said *said, const struct json *node, const char *key)
{
    str text = key != NULL ? json_text(json_get(node, str_z(key))) : json_text(node);

    for (size_t i = 0; i < said->n; i++) {
        const struct json *other = said->nodes[i];

        if (str_eq(text, key != NULL ? json_text(json_get(other, str_z(key))) : json_text(other)))
            return true;
    }
    said->nodes[said->n++] = node;
    return false;
}

static void put_step(struct article_writer *p, struct arena *a, const struct json *step)
{
    str command = json_text(json_get(step, STR("command")));
    str when = json_text(json_get(step, STR("when"))),
        risk = json_text(json_get(step, STR("risk")));

    article_open(p, ARTICLE_ITEM);
    article_open(p, ARTICLE_PARAGRAPH);
    article_template(p, json_text(json_get(step, STR("do"))));
    article_close(p);
    if (when.n != 0) {
        article_open(p, ARTICLE_PARAGRAPH);
        article_z(p, "Only if ");
        article_code(p, when);
        article_close(p);
    }
    if (command.n != 0)
        article_lines(p, template_plain(a, command));
    article_open(p, ARTICLE_PARAGRAPH);
    article_z(p, "Check: ");
    article_template(p, json_text(json_get(step, STR("verify"))));
    article_z(p, str_eq(risk, STR("none")) ? ". No risk." : ". Risk: ");
    if (!str_eq(risk, STR("none"))) {
        article_text(p, risk);
        article_z(p, ".");
    }
    article_close(p);
    article_close(p);
}

static void put_ask(struct article_writer *p, const struct json *ask)
{
    str when = json_text(json_get(ask, STR("when")));

    article_open(p, ARTICLE_ITEM);
    article_template(p, json_text(json_get(ask, STR("ask"))));
    if (when.n != 0) {
        article_z(p, " (if ");
        article_code(p, when);
        article_z(p, ")");
    }
    article_close(p);
}

enum list { LIST_REMEDY, LIST_COLLECT, LIST_REFERENCES };

static const struct {
    const char *key, *heading, *tells; /* tells: the text that makes an entry another one */
    enum article_block block;
} lists[] = {
    [LIST_REMEDY] = { "remedy", "Remedy", "do", ARTICLE_STEPS },
    [LIST_COLLECT] = { "collect", "What to collect", "ask", ARTICLE_LIST },
    [LIST_REFERENCES] = { "references", "References", NULL, ARTICLE_LIST },
};

static void put_entry(
        struct article_writer *p, struct arena *a, const struct json *node, enum list which)
{
    if (which == LIST_REMEDY) {
        put_step(p, a, node);
    } else if (which == LIST_COLLECT) {
        put_ask(p, node);
    } else {
        article_open(p, ARTICLE_ITEM);
        article_text(p, json_text(node));
        article_close(p);
    }
}

/* What all rules of the cause have under one key, each entry once. */
static void put_list(struct article_writer *p, struct arena *a, const struct articles *articles,
        const struct article_cause *cause, enum list which)
{
    struct said said = { 0 };
    size_t most = 0;

    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < cause->nrules; i++) {
            const struct json *list =
                    json_get(articles->json[cause->rules[i]], str_z(lists[which].key));

            for (const struct json *c = list != NULL ? list->child : NULL; c != NULL; c = c->next) {
                most += pass == 0;
                if (pass == 1 && !said_before(&said, c, lists[which].tells))
                    put_entry(p, a, c, which);
            }
        }
        if (most == 0)
            return;
        if (pass == 0) {
            said.nodes = arena_array(a, const struct json *, most);
            article_heading(p, ARTICLE_H2, lists[which].heading);
            article_open(p, lists[which].block);
        }
    }
    article_close(p);
}

/* Causes of the same folder. */
static void put_related(struct article_writer *p, const struct articles *articles,
        const struct article_cause *cause)
{
    size_t slash = str_rfind_char(cause->id, '/'), n = 0;
    str folder = str_slice(cause->id, 0, slash == STR_NONE ? 0 : slash + 1);

    for (size_t i = articles_from(articles, folder); i < articles->ncauses && n < RELATED_MOST;
            i++) {
        const struct article_cause *other = &articles->causes[i];

        if (folder.n == 0 || !str_starts(other->id, folder))
            break;
        if (other == cause || str_find_char(str_from(other->id, folder.n), '/') != STR_NONE)
            continue;
        if (n++ == 0) {
            article_heading(p, ARTICLE_H2, "Related");
            article_open(p, ARTICLE_LIST);
        }
        put_link(p, other);
    }
    if (n != 0)
        article_close(p);
}

void article_write_cause(struct article_writer *p, const struct articles *articles, size_t number)
{
    const struct article_cause *cause = &articles->causes[number];
    struct arena a;

    arena_init(&a, 0);
    put_head(p, &a, cause);
    put_symptoms(p, articles, cause);
    put_behind(p, articles, cause);
    put_told(p, &a, articles, cause);
    article_write_words(p, articles, cause);
    put_cleared(p, &a, articles, cause);
    put_list(p, &a, articles, cause, LIST_REMEDY);
    put_list(p, &a, articles, cause, LIST_COLLECT);
    put_list(p, &a, articles, cause, LIST_REFERENCES);
    put_related(p, articles, cause);
    article_end(p, articles->foot);
    arena_finish(&a);
}
