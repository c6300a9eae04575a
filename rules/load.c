/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load: one rule file to one struct rule. A table says what keys there are, what they hold and who
 * reads them; everything that is wrong is reported, each with its place, and reading goes on.
 */
#include "loader.h"
#include "utf8.h"

#define ROLES "symptom mechanism root-cause exoneration"
#define SEVERITIES "info low medium high critical"
#define CONFIDENCES "possible likely certain"
#define STATUSES "draft test stable"
#define RISKS "none restart downtime data"

static void load_title(struct loader *l, const struct json *node)
{
    struct place place = place_node(&l->file, node);

    l->rule->title_text = node->text;
    l->rule->title = load_template(l, node);
    if (str_find_char(node->text, '\n') != STR_NONE)
        problem_error(&place, 0, "rule.value", "one line expected");
}

static void load_cause(struct loader *l, const struct json *node)
{
    struct place place = place_node(&l->file, node);
    size_t at;

    l->rule->cause = node->text;
    if (!is_cause_id(node->text, &at))
        problem_error(
                &place, (uint32_t)at + 1, "rule.value", "a cause is area/.../name in lower case");
}

static void load_role(struct loader *l, const struct json *node)
{
    int role = load_value(l, node, ROLES);

    l->rule->role = role >= 0 ? (enum rule_role)role : ROLE_SYMPTOM;
}

static void load_severity(struct loader *l, const struct json *node)
{
    struct rule *rule = l->rule;

    if (node->type == JSON_ARRAY) {
        rule->severity = load_grades(l, node, SEVERITIES, &rule->nseverity);
        return;
    }
    rule->severity = arena_new(l->a, struct grade);
    rule->severity->grade = load_value(l, node, SEVERITIES);
    rule->nseverity = 1;
}

static void load_status(struct loader *l, const struct json *node)
{
    if (load_value(l, node, STATUSES) >= 0)
        l->rule->status = node->text;
}

static void load_lets(struct loader *l, const struct json *node)
{
    struct rule *rule = l->rule;

    rule->lets = arena_array(l->a, struct scope_let, json_count(node) + 1);
    l->scope.lets = rule->lets;
    for (const struct json *c = node->child; c != NULL; c = c->next) {
        struct place place = place_node(&l->file, c);
        struct scope_let *let = &rule->lets[rule->nlets];

        (void)check_name(l, c);
        let->name = c->key;
        let->slot = ++rule->nslots;
        if (c->type != JSON_STRING) {
            problem_error(&place, 0, "rule.type", "an expression expected");
        } else {
            let->expr = expr_parse(l->a, c->text, &place);
            if (let->expr != NULL)
                (void)expr_check(l->a, let->expr, &l->scope, RESULT_UNKNOWN, &place);
        }
        l->scope.nlets = ++rule->nlets;
    }
}

static void load_when(struct loader *l, const struct json *node)
{
    l->rule->when = load_expr(l, node, RESULT_BOOL);
}

static void load_subject(struct loader *l, const struct json *node)
{
    l->rule->subject = load_template(l, node);
}

static void load_share(struct loader *l, const struct json *node)
{
    struct place place = place_node(&l->file, node);
    struct dim dim;

    l->rule->share = load_expr(l, node, RESULT_NUMBER);
    if (l->rule->share != NULL && !dim_unify(l->rule->share->shape.dim, dim_of(UNIT_RATIO), &dim))
        problem_error(&place, 1, "rule.unit", "a ratio expected, this is %s",
                shape_name(l->rule->share->shape));
}

static void load_confidence(struct loader *l, const struct json *node)
{
    l->rule->confidence = load_grades(l, node, CONFIDENCES, &l->rule->nconfidence);
}

static void load_explains(struct loader *l, const struct json *node)
{
    l->rule->explains = load_texts(l, node);
}

static void load_supersedes(struct loader *l, const struct json *node)
{
    l->rule->supersedes = load_texts(l, node);
}

static void load_clears(struct loader *l, const struct json *node)
{
    struct place place = place_node(&l->file, node);

    l->rule->clears = load_texts(l, node);
    if (l->rule->role != ROLE_EXONERATION)
        problem_error(&place, 0, "rule.value", "only an exoneration clears");
}

static void load_summary(struct loader *l, const struct json *node)
{
    l->rule->summary = load_template(l, node);
}

static const struct key remedy_keys[] = {
    { "do", true, 'T', NULL, "the action, as an imperative sentence", NULL, NULL },
    { "command", false, 'T', NULL, "the command that does it", NULL, NULL },
    { "verify", true, 'T', NULL, "how to see that it helped", NULL, NULL },
    { "risk", true, 'e', RISKS, "what it costs", NULL, NULL },
    { "when", false, 'x', NULL, "only given when true", NULL, NULL },
    { NULL, false, 0, NULL, NULL, NULL, NULL },
};

static void load_remedy(struct loader *l, const struct json *node)
{
    struct rule *rule = l->rule;

    rule->steps = arena_array(l->a, struct step, json_count(node) + 1);
    for (const struct json *c = node->child; c != NULL; c = c->next) {
        struct step *step = &rule->steps[rule->nsteps++];
        const struct json *when = json_get(c, STR("when")), *risk = json_get(c, STR("risk"));
        const struct json *action = json_get(c, STR("do")), *command = json_get(c, STR("command"));

        if (!check_keys(l, c, remedy_keys))
            continue;
        *step = (struct step){
            .action = load_template(l, action),
            .command = command != NULL ? load_template(l, command) : NULL,
            .verify = load_template(l, json_get(c, STR("verify"))),
            .risk = json_text(risk),
        };
        (void)load_value(l, risk, RISKS);
        step->when = when != NULL ? load_expr(l, when, RESULT_BOOL) : NULL;
    }
}

static const struct key collect_keys[] = {
    { "when", false, 'x', NULL, "only asked when true", NULL, NULL },
    { "ask", true, 'T', NULL, "what to ask the customer for", NULL, NULL },
    { NULL, false, 0, NULL, NULL, NULL, NULL },
};

static void load_collect(struct loader *l, const struct json *node)
{
    struct rule *rule = l->rule;

    rule->asks = arena_array(l->a, struct ask, json_count(node) + 1);
    for (const struct json *c = node->child; c != NULL; c = c->next) {
        struct ask *ask = &rule->asks[rule->nasks];
        const struct json *when = json_get(c, STR("when"));

        if (!check_keys(l, c, collect_keys))
            continue;
        ask->text = load_template(l, json_get(c, STR("ask")));
        ask->when = when != NULL ? load_expr(l, when, RESULT_BOOL) : NULL;
        rule->nasks++;
    }
}

static void load_question(struct loader *l, const struct json *node)
{
    l->rule->question = load_template(l, node);
}

static void load_references(struct loader *l, const struct json *node)
{
    l->rule->references = load_texts(l, node);
}

static const struct key case_keys[] = {
    { "fires", false, 'L', NULL, "worked cases in which the rule fires", NULL, NULL },
    { "silent", false, 'L', NULL, "near misses in which it stays silent", NULL, NULL },
    { NULL, false, 0, NULL, NULL, NULL, NULL },
};

static void load_cases(struct loader *l, const struct json *node)
{
    const struct json *fires = json_get(node, STR("fires")),
                      *silent = json_get(node, STR("silent"));

    if (!check_keys(l, node, case_keys))
        return;
    if (fires != NULL)
        l->rule->fires = load_texts(l, fires);
    if (silent != NULL)
        l->rule->silent = load_texts(l, silent);
}

static void load_disabled(struct loader *l, const struct json *node)
{
    l->rule->disabled = node->number != 0;
}

/* Keys that are dealt with before the others are read, or are for editors only. */
static void load_nothing(struct loader *l, const struct json *node)
{
    (void)l, (void)node;
}

/* The keys of a selection that are not fields of its kind; match_load knows the others. */
static const struct key selection_keys[] = {
    { "fact", true, 't', NULL, "the kind of fact; every other key is a field of it", NULL, NULL },
    { "any", false, 'l', NULL, "objects of which one must hold", NULL, NULL },
    { "not", false, 'l', NULL, "object or list of objects that must not hold", NULL, NULL },
    { "say", false, 'T', NULL, "the evidence line; own fields go by their bare names", NULL, NULL },
    { "show", false, 'n', NULL, "evidence lines at most; 0 = used in the condition only", NULL,
            NULL },
    { "host", false, 'e', "any", "looks at the facts of all hosts", NULL, NULL },
    { NULL, false, 0, NULL, NULL, NULL, NULL },
};

const struct key rule_keys[] = {
    { "$schema", false, 't', NULL, "where an editor finds the schema of rules", load_nothing,
            NULL },
    { "extends", false, 't', NULL, "id of a rule of an earlier pack that this one changes",
            load_nothing, NULL },
    { "disabled", false, 'b', NULL, "true removes the rule of that id", load_disabled, NULL },
    { "evidence", true, 'o', NULL, "named selections; the first is the main evidence",
            load_evidence, selection_keys },
    { "each", false, 'L', NULL, "selection.field: one evaluation per value", load_each, NULL },
    { "let", false, 'o', NULL, "named expressions; a later one may use an earlier one", load_lets,
            NULL },
    { "title", true, 'T', NULL, "one line that names the finding", load_title, NULL },
    { "cause", true, 't', NULL, "id from the vocabulary of causes", load_cause, NULL },
    { "role", true, 'e', ROLES, "where in the chain it stands", load_role, NULL },
    { "severity", true, 'G', SEVERITIES, "how bad it is; of a list the first true one",
            load_severity, NULL },
    { "status", true, 'e', STATUSES, "how far it is to be trusted", load_status, NULL },
    { "when", false, 'x', NULL,
            "the condition; without it every selection must have found something", load_when,
            NULL },
    { "subject", false, 'T', NULL, "what it is about; without it the value of each", load_subject,
            NULL },
    { "share", false, 'x', NULL, "from 0 to 1: how much this explains", load_share, NULL },
    { "confidence", false, 'g', CONFIDENCES, "how sure it is; the first true one, else possible",
            load_confidence, NULL },
    { "explains", false, 'L', NULL, "causes that this one explains; a trailing * is a prefix",
            load_explains, NULL },
    { "supersedes", false, 'L', NULL, "causes or rule ids that say less", load_supersedes, NULL },
    { "clears", false, 'L', NULL, "of an exoneration: causes that lose one step of confidence",
            load_clears, NULL },
    { "summary", true, 'T', NULL, "what was seen, with its numbers", load_summary, NULL },
    { "question", false, 'T', NULL, "what is open where the condition cannot be decided",
            load_question, NULL },
    { "table", false, 'o', NULL, "the facts of a selection as a table", load_table, table_keys },
    { "remedy", false, 'l', NULL, "what to do, step by step", load_remedy, remedy_keys },
    { "collect", false, 'l', NULL, "what to ask for", load_collect, collect_keys },
    { "references", false, 'L', NULL, "where this knowledge comes from", load_references, NULL },
    { "cases", false, 'o', NULL, "worked cases", load_cases, case_keys },
    { NULL, false, 0, NULL, NULL, NULL, NULL },
};

/* What a good rule has besides what it must have. */
static void lint(struct loader *l)
{
    const struct rule *rule = l->rule;
    bool cause = rule->role == ROLE_ROOT_CAUSE || rule->role == ROLE_MECHANISM;

    if (rule->references.n == 0)
        problem_warning(&l->file, 0, "rule.no-reference", "\"references\" is empty");
    if (cause && rule->nsteps == 0)
        problem_warning(
                &l->file, 0, "rule.no-remedy", "a %s needs a \"remedy\"", role_name(rule->role));
    if (str_eq(rule->status, STR("stable")) && (rule->fires.n == 0 || rule->silent.n == 0))
        problem_warning(&l->file, 0, "rule.no-case",
                "a stable rule names cases in which it fires and stays silent");
}

struct rule *rule_load(struct ruleset *rs, str id, str file, str text)
{
    struct rule *rule = arena_new(&rs->arena, struct rule);
    struct loader l = { .rs = rs, .a = &rs->arena, .rule = rule };
    const struct json_room room = { &rs->nodes, l.a };
    const bool lasting = rs->base != NULL; /* what a base says outlives the set */
    const struct json *root, *disabled;
    size_t errors = rs->problems.errors;
    str error;

    rule->id = lasting ? id : arena_str(l.a, id);
    rule->file = lasting ? file : arena_str(l.a, file);
    rule->json = lasting ? text : arena_str(l.a, text);
    rule->pack = rs->pack;
    l.file = (struct place){ &rs->problems, rule->file, STR(""), NULL, 0 };
    l.scope = (struct scope){ .host = rs->host,
        .limit = rs->limit,
        .regexes = &rs->regexes,
        .slots = &rule->nslots,
        .uses_host = &rule->uses_host };
    if (!utf8_valid(text)) {
        problem_error(&l.file, 0, "rule.json", "not valid UTF-8");
        return NULL;
    }
    arena_reset(&rs->nodes);
    root = json_parse_in(room, rule->json, &error);
    if (root == NULL) {
        problem_error(&l.file, 0, "rule.json", "%.*s", STR_ARG(error));
        return NULL;
    }
    disabled = json_get(root, STR("disabled"));
    if (disabled != NULL && disabled->type == JSON_BOOL && disabled->number != 0) {
        rule->disabled = true;
        return rule;
    }
    if (json_get(root, STR("extends")) != NULL) {
        rule->json = extend_rule(rs, &l.file, root);
        root = rule->json.n != 0 ? json_parse_in(room, rule->json, &error) : NULL;
        if (root == NULL)
            return NULL;
    }
    (void)check_keys(&l, root, rule_keys);
    for (const struct key *k = rule_keys; k->name != NULL; k++) {
        const struct json *node = json_get(root, str_z(k->name));

        if (node != NULL && wrong_form(node, k->form) == NULL)
            k->load(&l, node);
        if (k->load == load_lets && rule->nselections != 0)
            load_says(&l, json_get(root, STR("evidence")));
    }
    if (rs->base == NULL)
        lint(&l);
    rule->broken = rs->problems.errors != errors;
    return rule;
}

bool pattern_matches(str pattern, str name)
{
    if (str_ends(pattern, STR("*")))
        return str_starts(name, str_slice(pattern, 0, pattern.n - 1));
    return str_eq(pattern, name);
}
