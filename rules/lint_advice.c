/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lint_advice: steps for another system than the one they may be given on. What levers and tools
 * there are stands in tables. A step is given where the rule's condition and its own are true; both
 * are folded with the system put in for host.os and host.product, and where neither becomes false,
 * nothing keeps the step from that system.
 */
#include "lint.h"

static const char *const windows[] = { "2000", "xp", "2003", "vista", "2008", "7", "2008r2", "8",
    "2012", "8.1", "2012r2", "10", "2016", "2019", "11", "2022", "2025", NULL };

/* Which systems a rule speaks of; "" = it cannot be told. */
static str system_of(const struct rule *rule)
{
    bool pool = rule->nselections != 0, kernel = rule->nselections != 0;

    if (str_starts(rule->cause, STR("windows/")))
        return STR("windows");
    if (str_starts(rule->cause, STR("linux/")))
        return STR("linux");
    for (size_t i = 0; i < rule->nselections; i++) {
        str kind = str_z(rule->selections[i].kind != NULL ? rule->selections[i].kind->name : "");

        pool = pool && str_starts(kind, STR("pool."));
        kernel = kernel && str_starts(kind, STR("kernel."));
    }
    return pool ? STR("windows") : kernel ? STR("linux") : (str){ NULL, 0 };
}

static bool is_false(const struct rule *rule, const struct expr *e, const struct fold_host *host)
{
    struct result r = e != NULL ? fold(rule, e, host) : result_unknown();

    return r.type == RESULT_BOOL && !r.b;
}

static bool may_be_given(
        const struct rule *rule, const struct step *step, const struct fold_host *host)
{
    return !is_false(rule, rule->when, host) && !is_false(rule, step->when, host);
}

static bool is_word_char(char c)
{
    return is_alnum(c) || c == '_';
}

/* As whole words, in either case. */
static bool names_lever(str text, str lever)
{
    for (size_t from = 0;;) {
        size_t at = str_find_nocase(str_from(text, from), lever), end;

        if (at == STR_NONE)
            return false;
        at += from;
        end = at + lever.n;
        if ((at == 0 || !is_word_char(text.p[at - 1]) || !is_word_char(lever.p[0])) &&
                (end == text.n || !is_word_char(text.p[end])))
            return true;
        from = at + 1;
    }
}

/* "2000,xp" or "!2000,xp"; empty: all. */
static bool has_product(str products, str product)
{
    bool but = str_take_char(&products, '!');

    if (products.n == 0)
        return true;
    while (products.n != 0) {
        if (str_eq(str_cut(&products, ','), product))
            return !but;
    }
    return but;
}

static str on_products(struct lint *l, str products)
{
    bool but = str_take_char(&products, '!');

    return arena_printf(l->scratch, "%s%.*s", but ? "all but " : "", STR_ARG(products));
}

static void check_lever(
        struct lint *l, const struct step *step, str pointer, const struct lint_lever *lever)
{
    for (size_t i = 0; str_eq(lever->os, STR("windows")) && windows[i] != NULL; i++) {
        const struct fold_host host = { STR("windows"), str_z(windows[i]) };

        if (has_product(lever->products, host.product) || !may_be_given(l->rule, step, &host))
            continue;
        lint_warn(l, pointer, 0, "rule.wrong-product",
                "%.*s exists on %.*s only (%.*s), and nothing keeps this step from %s: a \"when\" on host.product",
                STR_ARG(lever->lever), STR_ARG(on_products(l, lever->products)),
                STR_ARG(lever->note), windows[i]);
        return;
    }
}

static void check_levers(struct lint *l, const struct step *step, str pointer, str text)
{
    for (size_t i = 0; i < l->tables->nlevers; i++) {
        if (names_lever(text, l->tables->levers[i].lever))
            check_lever(l, step, pointer, &l->tables->levers[i]);
    }
}

/* The program that a command starts: without path, sudo and .exe. */
static str tool_of(str command)
{
    str word = { NULL, 0 };
    size_t slash;

    do {
        if (!str_word(&command, &word))
            return (str){ NULL, 0 };
    } while (str_eq(word, STR("sudo")));
    slash = str_rfind_char(word, '/');
    if (slash != STR_NONE)
        word = str_from(word, slash + 1);
    if (word.n > 4 && str_eq_nocase(str_from(word, word.n - 4), STR(".exe")))
        word.n -= 4;
    while (word.n != 0 && (word.p[word.n - 1] == ':' || word.p[word.n - 1] == ','))
        word.n--;
    return word;
}

static const struct lint_tool *find_tool(const struct lint *l, str word)
{
    for (size_t i = 0; word.n != 0 && i < l->tables->ntools; i++) {
        if (str_eq_nocase(l->tables->tools[i].tool, word))
            return &l->tables->tools[i];
    }
    return NULL;
}

/* Each command of "a; b | c && d". */
static void check_tools(struct lint *l, const struct step *step, str pointer, str text)
{
    str system = system_of(l->rule);

    while (text.n != 0) {
        size_t n = 0;
        const struct lint_tool *tool;
        /* No product of Windows. */
        struct fold_host host = { system, str_eq(system, STR("linux")) ? STR("-") : STR("") };

        while (n < text.n && str_find_char(STR(";|&\n"), text.p[n]) == STR_NONE)
            n++;
        tool = find_tool(l, tool_of(str_slice(text, 0, n)));
        text = str_from(text, n + 1);
        if (tool == NULL || system.n == 0 || str_eq(tool->os, system) ||
                !may_be_given(l->rule, step, &host))
            continue;
        lint_warn(l, pointer, 0, "rule.wrong-tool",
                "%.*s is a command of %s, this rule is about %.*s", STR_ARG(tool->tool),
                str_eq(tool->os, STR("linux")) ? "Linux" : "Windows", STR_ARG(system));
    }
}

void lint_advice(struct lint *l)
{
    const struct json *steps = json_get(l->root, STR("remedy"));
    const struct json *c = steps != NULL ? steps->child : NULL;

    for (size_t i = 0; i < l->rule->nsteps && c != NULL; i++, c = c->next) {
        const struct step *step = &l->rule->steps[i];
        str command = json_text(json_get(c, STR("command")));

        check_levers(l, step, arena_printf(l->scratch, "/remedy/%zu/do", i),
                json_text(json_get(c, STR("do"))));
        check_levers(l, step, arena_printf(l->scratch, "/remedy/%zu/command", i), command);
        check_tools(l, step, arena_printf(l->scratch, "/remedy/%zu/command", i), command);
    }
}
