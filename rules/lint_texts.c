/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lint_texts: advice that says nothing, and blanks that a draft left to be filled in.
 *
 * A text says nothing when nothing is left of it once the phrases below and words without weight are
 * taken away: "Contact support." or "Known issue found, see summary".
 */
#include <string.h>

#include "lint.h"

/* Phrases that contain others stand before them. */
static const char *const empty_actions[] = { "known issue found", "known issue", "known problem",
    "see the summary", "see summary", "see above", "see below", "see the references",
    "see references", "see reference", "see the documentation", "see documentation",
    "read the documentation", "see kb", "contact technical support", "contact the support",
    "contact your support", "contact support", "contact the vendor", "contact your vendor",
    "contact vendor", "contact the manufacturer", "contact microsoft", "open a support ticket",
    "open a ticket", "open a case", "call support", "ask support", "escalate",
    "investigate further", "investigate", "analyze further", "fix it", "fix the problem",
    "fix the issue", "fix the cause", "solve the problem", "resolve the issue",
    "resolve the problem", "check the system", "check the logs", "check logs", "try again", "none",
    "n a", "tbd", "unknown", "nothing", NULL };
static const char *const empty_checks[] = { "check that it works", "see if it works", "it works",
    "works", "works again", "check", "ok", "the problem is gone", "problem is gone",
    "the problem is solved", "problem solved", "problem is solved", "no more errors", "verify",
    "done", "see above", "see summary", "none", "n a", "tbd", NULL };
static const char *const light_words[] = { "please", "and", "or", "then", "the", "a", "for",
    "details", "more", "information", "further", "this", "it", "your", "our", "issue", "problem",
    "if", "needed", "necessary", NULL };

/* Words in lower case with one blank before, between and behind them. */
static str plain_words(struct arena *a, str text)
{
    char *p = arena_alloc(a, text.n + 3);
    size_t n = 0;

    p[n++] = ' ';
    for (size_t i = 0; i < text.n; i++) {
        char c = to_lower(text.p[i]);
        bool word = is_alnum(c) || (unsigned char)c >= 0x80;

        if (word)
            p[n++] = c;
        else if (p[n - 1] != ' ')
            p[n++] = ' ';
    }
    if (p[n - 1] != ' ')
        p[n++] = ' ';
    return (str){ p, n };
}

static str without(struct arena *a, str words, const char *const *phrases)
{
    for (; *phrases != NULL; phrases++) {
        str phrase = arena_printf(a, " %s ", *phrases);
        size_t at;

        while ((at = str_find(words, phrase)) != STR_NONE)
            words = arena_printf(
                    a, "%.*s %.*s", (int)at, words.p, STR_ARG(str_from(words, at + phrase.n)));
    }
    return words;
}

static bool says_nothing(struct arena *a, str text, const char *const *phrases)
{
    str words = plain_words(a, text);

    if (words.n == 1)
        return true;
    words = without(a, words, phrases);
    return str_trim(without(a, words, light_words)).n == 0;
}

static void lint_step(struct lint *l, const struct json *step, size_t number)
{
    str action = json_text(json_get(step, STR("do"))),
        check = json_text(json_get(step, STR("verify")));
    str place = arena_printf(l->scratch, "/remedy/%zu/", number);
    bool word = str_find_char(str_trim(action), ' ') == STR_NONE;

    if (word || says_nothing(l->scratch, action, empty_actions))
        lint_warn(l, arena_printf(l->scratch, "%.*sdo", STR_ARG(place)), 0, "rule.vague-remedy",
                "say what to do: what to change, where, to what");
    if (says_nothing(l->scratch, check, empty_checks))
        lint_warn(l, arena_printf(l->scratch, "%.*sverify", STR_ARG(place)), 0, "rule.vague-remedy",
                "say how it is seen that it helped: which value, where, against what");
    else if (str_eq_nocase(str_trim(action), str_trim(check)))
        lint_warn(l, arena_printf(l->scratch, "%.*sverify", STR_ARG(place)), 0, "rule.vague-remedy",
                "the check says what the action says");
}

/* Depth is bounded by json_parse. */
static void find_blanks(struct lint *l, const struct json *node)
{
    size_t at = node->type == JSON_STRING ? str_find(node->text, STR(RULE_BLANK)) : STR_NONE;
    str what;

    if (at != STR_NONE) {
        what = str_from(node->text, at + sizeof(RULE_BLANK) - 1);
        (void)str_take_char(&what, ':');
        lint_warn(l, json_pointer(l->scratch, node), (uint32_t)at + 1, "rule.blank",
                "still to be filled in: %.*s", STR_ARG(str_trim(what)));
    }
    for (const struct json *c = node->child; c != NULL; c = c->next)
        find_blanks(l, c);
}

void lint_texts(struct lint *l)
{
    const struct json *steps = json_get(l->root, STR("remedy"));
    size_t number = 0;

    for (const struct json *c = steps != NULL ? steps->child : NULL; c != NULL; c = c->next)
        lint_step(l, c, number++);
    find_blanks(l, l->root);
}
