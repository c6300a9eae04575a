/* SPDX-License-Identifier: Apache-2.0 */
/* base: written. */
#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "base.h"
#include "wants.h"

uint32_t base_put(struct base_writer *w, enum base_part part, const void *row, size_t size)
{
    size_t before = out_text(&w->parts[part]).n / size;

    assert(before < UINT32_MAX);
    out_str(&w->parts[part], (str){ row, size });
    return (uint32_t)before;
}

struct base_text base_put_text(struct base_writer *w, str s)
{
    size_t at = out_text(&w->parts[BASE_TEXTS]).n;

    assert(at + s.n < UINT32_MAX);
    out_str(&w->parts[BASE_TEXTS], s);
    return (struct base_text){ (uint32_t)at, (uint32_t)s.n };
}

static void put_rules(struct base_writer *w)
{
    const struct ruleset *rs = w->rs;
    const struct pack *last = NULL;
    uint32_t line = 0, pack = 0;

    for (size_t i = 0; i < rs->nrules; i++) {
        const struct rule *rule = rs->rules[i];
        struct base_rule row = { .line = line, .cycle = rule->cycle };

        /* Rules of one pack mostly stand together; a pack that comes again is written again. */
        if (rule->pack != last) {
            struct base_pack put = { base_put_text(w, rule->pack->name), rule->pack->sort };

            pack = base_put(w, BASE_PACKS, &put, sizeof(put));
            last = rule->pack;
        }
        row.pack = pack;
        row.id = base_put_text(w, rule->id);
        row.file = base_put_text(w, rule->file);
        row.json = base_put_text(w, rule->json);
        for (size_t k = 0; k < rule->nselections; k++) {
            uint32_t number = (uint32_t)i;

            if (rule->selections[k].kind == rs->line) {
                (void)base_put(w, BASE_LINES, &number, sizeof(number));
                line++;
            }
        }
        (void)base_put(w, BASE_RULES, &row, sizeof(row));
    }
    assert(line == rs->nlines);
}

static void put_kinds(struct base_writer *w)
{
    struct arena a;
    struct base_kind *rows;
    size_t n = 0;

    while (w->rs->kinds[n] != NULL)
        n++;
    arena_init(&a, 0);
    rows = arena_array(&a, struct base_kind, n + 1);
    wants_write(w, rows);
    keys_write(w, rows);
    for (size_t i = 0; i <= n; i++)
        (void)base_put(w, BASE_KINDS, &rows[i], sizeof(rows[i]));
    arena_finish(&a);
}

/* As a causes.tsv. */
static void put_causes(struct base_writer *w)
{
    struct out *out = &w->parts[BASE_CAUSES];

    for (size_t i = 0; i < w->rs->ncauses; i++) {
        const struct cause_info *c = &w->rs->causes[i];

        out_printf(out, "%.*s\t%s\t%.*s\t%.*s\t%.*s\n", STR_ARG(c->id), role_name(c->role),
                STR_ARG(c->meaning), STR_ARG(c->subject), STR_ARG(c->behind));
    }
}

static size_t aligned(size_t n)
{
    return (n + 7) & ~(size_t)7;
}

/* The head, then the parts, each at a multiple of eight. */
static void put_all(const struct base_writer *w, struct base_header *head, char *buf, size_t size)
{
    size_t at = sizeof(*head), behind_sum = offsetof(struct base_header, kinds);

    for (int i = 0; i < BASE_PARTS; i++) {
        str part = out_text(&w->parts[i]);

        head->parts[i] = (struct base_span){ at, part.n };
        if (part.n != 0)
            memcpy(buf + at, part.p, part.n);
        at += aligned(part.n);
    }
    assert(at == size);
    memcpy(buf, head, sizeof(*head));
    head->sum = base_sum(buf + behind_sum, size - behind_sum);
    memcpy(buf, head, sizeof(*head));
}

str ruleset_write(const struct ruleset *rs, str scanner, struct arena *a)
{
    struct base_writer w = { .rs = rs };
    struct base_header head = { .magic = BASE_MAGIC, .kinds = base_vocabulary(rs->kinds) };
    size_t size = sizeof(head);
    char *buf;

    assert(rs->frozen && rs->base == NULL && rs->problems.errors == 0);
    for (int i = 0; i < BASE_PARTS; i++)
        out_init_memory(&w.parts[i]);
    put_rules(&w);
    put_kinds(&w);
    put_causes(&w);
    out_str(&w.parts[BASE_SCANNER], scanner);
    memcpy(head.sha256, rs->sha256, sizeof(head.sha256));
    for (size_t i = 0; i < rs->nrules; i++)
        head.nsite += rs->rules[i]->pack->sort == PACK_SITE;
    for (int i = 0; i < BASE_PARTS; i++)
        size += aligned(out_text(&w.parts[i]).n);
    head.size = size;
    buf = arena_alloc(a, size);
    put_all(&w, &head, buf, size);
    for (int i = 0; i < BASE_PARTS; i++)
        (void)out_finish(&w.parts[i]);
    return (str){ buf, size };
}
