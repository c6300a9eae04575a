/* SPDX-License-Identifier: Apache-2.0 */
/* fixed, of what is set: by what it is now. */
#include "fields.h"
#include "judge.h"

/* The same setting in AFTER; that of the same file or command before another one's. */
static const struct fact *same_setting(const struct judge *j, const struct fact *was)
{
    const struct case_file *c = diff_case(j->d, SIDE_AFTER);
    const struct fact *found = NULL;
    bool exact = false;

    for (size_t i = 0; i < c->nfacts; i++) {
        const struct fact *f = c->facts[i];
        bool same;

        if (f->kind != &kind_SETTING || !str_eq(f->host, j->host->after) ||
                !str_eq(text_of(f, SETTING_NAME), text_of(was, SETTING_NAME)) ||
                !str_eq(text_of(f, SETTING_OBJECT), text_of(was, SETTING_OBJECT)))
            continue;
        same = str_eq(text_of(f, SETTING_SOURCE), text_of(was, SETTING_SOURCE));
        if (same || !exact)
            found = f;
        exact |= same;
    }
    return found;
}

static str change_text(struct arena *a, const struct fact *was, const struct fact *is)
{
    return arena_printf(a, "%.*s was %.*s and is %.*s", STR_ARG(text_of(was, SETTING_NAME)),
            STR_ARG(text_of(was, SETTING_TEXT)), STR_ARG(text_of(is, SETTING_TEXT)));
}

void judge_setting(struct judge *j)
{
    struct arena *a = j->d->arena;
    const struct fact *was = j->f->before->evidence[0].fact, *is;

    if (was->kind != &kind_SETTING) {
        judge_settle(j, FIXED_CERTAIN,
                was->kind == &kind_HOST ? STR("the machine is not set up so any more")
                                        : STR("the configuration is another one now"));
        return;
    }
    is = same_setting(j, was);
    if (is == NULL) {
        judge_ask_again(j);
        judge_settle(j, FIXED_UNKNOWN,
                arena_printf(a, "AFTER does not show %.*s", STR_ARG(text_of(was, SETTING_NAME))));
    } else if (str_eq(text_of(was, SETTING_TEXT), text_of(is, SETTING_TEXT))) {
        judge_settle(j, FIXED_POSSIBLE,
                arena_printf(a, "%.*s is %.*s as before; what else the finding rested on is gone",
                        STR_ARG(text_of(was, SETTING_NAME)), STR_ARG(text_of(is, SETTING_TEXT))));
    } else {
        judge_settle(j, FIXED_CERTAIN, change_text(a, was, is));
    }
}

void judge_add_settings(struct judge *j)
{
    const struct finding *f = j->f->before;

    for (size_t i = 1; i < f->nevidence; i++) {
        const struct fact *was = f->evidence[i].fact, *is;

        if (was->kind != &kind_SETTING)
            continue;
        is = same_setting(j, was);
        if (is != NULL && !str_eq(text_of(was, SETTING_TEXT), text_of(is, SETTING_TEXT)))
            j->f->reason = arena_printf(j->d->arena, "%.*s; %.*s", STR_ARG(j->f->reason),
                    STR_ARG(change_text(j->d->arena, was, is)));
    }
}
