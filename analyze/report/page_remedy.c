/* SPDX-License-Identifier: Apache-2.0 */
/* What to do and what to ask for: the end of a block of the text report. */
#include "page.h"

static void put_step(struct page *t, struct section *s, unsigned number, const struct remedy *step)
{
    struct arena *a = &t->arena;
    const struct row first = {
        .indent = s->indent,
        .hang = s->hang + 3,
        .label = arena_printf(
                a, "%-*s%u.", (int)(s->hang - s->indent), s->label != NULL ? s->label : "", number),
        .text = step->action,
        .right = str_eq(step->risk, STR("none"))
                         ? STR("no risk")
                         : arena_printf(a, "risk: %.*s", STR_ARG(step->risk)),
        .right_style = STYLE_DIM,
        .beside = true,
    };
    struct row row = { .hang = s->hang + 3, .text = step->command };

    layout_row(&t->l, &first);
    s->label = NULL;
    if (row.text.n != 0)
        layout_row(&t->l, &row);
    if (step->verify.n != 0) {
        row.text = arena_printf(a, "check: %.*s", STR_ARG(step->verify));
        layout_row(&t->l, &row);
    }
}

struct step_list {
    const struct remedy **steps;
    size_t n;
};

static bool said_step(const struct step_list *said, const struct remedy *step)
{
    for (size_t i = 0; i < said->n; i++) {
        if (str_eq(said->steps[i]->action, step->action))
            return true;
    }
    return false;
}

static void put_steps(
        struct page *t, struct section *s, struct step_list *said, const struct finding *f)
{
    for (size_t i = 0; i < f->nremedy; i++) {
        if (said_step(said, &f->remedy[i]))
            continue;
        if (said->n == 0)
            layout_blank(&t->l);
        said->steps[said->n++] = &f->remedy[i];
        put_step(t, s, (unsigned)said->n, &f->remedy[i]);
    }
}

/* What cures the causes first, then the leader's own steps; where there are none, those of what hangs under it. */
void page_remedy(struct page *t, size_t leader)
{
    struct finding_list members = blocks_members(&t->b, leader);
    struct section s = { "do", MARGIN, 9 };
    struct step_list said = { 0 };
    size_t most = 0;

    for (size_t i = 0; i < members.n; i++)
        most += t->b.findings[members.p[i]].nremedy;
    said.steps = arena_array(&t->arena, const struct remedy *, most);
    for (size_t i = 0; i < members.n; i++) {
        size_t at = members.p[i];

        if (t->b.contributes[at] && t->b.parent[at] == leader)
            put_steps(t, &s, &said, &t->b.findings[at]);
    }
    put_steps(t, &s, &said, &t->b.findings[leader]);
    for (size_t i = 0; i < members.n && said.n == 0; i++) {
        if (members.p[i] != leader)
            put_steps(t, &s, &said, &t->b.findings[members.p[i]]);
    }
}

void page_asks(struct page *t, size_t leader)
{
    struct finding_list members = blocks_members(&t->b, leader);
    struct section s = { "ask", MARGIN, 9 };
    bool blank = false;

    for (size_t i = 0; i < members.n; i++) {
        const struct finding *f = &t->b.findings[members.p[i]];

        for (size_t k = 0; k < f->nasks; k++) {
            if (!page_ask(t, &f->asks[k]))
                continue;
            if (!blank)
                layout_blank(&t->l);
            blank = true;
            page_row(t, &s, f->asks[k], (str){ NULL, 0 }, 0);
        }
    }
}
