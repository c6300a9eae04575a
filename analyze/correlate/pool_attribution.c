/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pool_attribution: tags of pool listings to drivers of the bundle. Asked only where the listing
 * names no driver and our own table has no row: there the .sys files of the bundle and the
 * customer's pooltag.txt are all there is. A tag that an instruction loads is used by that driver; a
 * word in its data may be a chance; a driver may also free what another one allocated. So all
 * candidates are told, the likeliest first.
 */
#include <stdlib.h>

#include "correlator.h"
#include "fields.h"
#include "tables.h"

enum {
    TOLD = 3,        /* candidates of one tag */
    PATTERNS = 1024, /* a table has a hundred; more are no table */
};

/* Of how much weight a candidate is: a table that names this very tag says what the memory is, code
 * shows who touches it, a pattern of a table and a word of data are hints. */
enum weight { WEIGHT_DATA, WEIGHT_PATTERN, WEIGHT_CODE, WEIGHT_TABLE };

struct candidate {
    const struct fact *fact; /* driver.tag or pool.owner */
    str tag, driver;
    enum weight weight;
    size_t literal, order;
    int64_t count;
};

/* What is known: whole tags by tag, patterns beside them. */
struct known {
    struct candidate *tags, *patterns;
    size_t ntags, npatterns;
};

/* A tag of a host that is asked for. */
struct asked {
    str host, tag;
};

static int by_host_and_tag(const void *pa, const void *pb)
{
    const struct asked *a = pa, *b = pb;
    int order = str_cmp(a->host, b->host);

    return order != 0 ? order : str_cmp(a->tag, b->tag);
}

static bool is_asked(const struct fact *f)
{
    return f->kind == &kind_POOL_TAG && !has(f, POOL_TAG_DRIVER) && has(f, POOL_TAG_TAG);
}

/* The tags of the case without an owner, each host's once. */
static struct asked *collect(struct correlate *c, size_t *ret_n)
{
    const struct table *table = table_find("pool_tags");
    struct asked *asked;
    size_t n = 0, kept = 0;

    for (size_t i = 0; i < c->facts.n; i++)
        n += is_asked(c->facts.facts[i]);
    asked = arena_array(c->arena, struct asked, n + 1);
    n = 0;
    for (size_t i = 0; i < c->facts.n; i++) {
        const struct fact *f = c->facts.facts[i];

        if (is_asked(f))
            asked[n++] = (struct asked){ f->host, text_of(f, POOL_TAG_TAG) };
    }
    qsort(asked, n, sizeof(*asked), by_host_and_tag);
    for (size_t i = 0; i < n; i++) {
        const struct asked this = asked[i];

        if (kept != 0 && by_host_and_tag(&asked[kept - 1], &this) == 0)
            continue;
        if (table_pool_tag(table, this.tag) == table->nrows)
            asked[kept++] = this;
    }
    *ret_n = kept;
    return asked;
}

static bool is_pattern(str tag)
{
    return str_find_char(tag, '?') != STR_NONE || str_find_char(tag, '*') != STR_NONE;
}

static bool take(const struct fact *f, size_t order, struct candidate *ret)
{
    *ret = (struct candidate){ .fact = f, .order = order };
    if (f->kind == &kind_DRIVER_TAG) {
        ret->tag = text_of(f, DRIVER_TAG_TAG);
        ret->driver = text_of(f, DRIVER_TAG_DRIVER);
        ret->weight = str_eq(text_of(f, DRIVER_TAG_FORM), STR("code")) ? WEIGHT_CODE : WEIGHT_DATA;
        ret->count = int_or(f, DRIVER_TAG_COUNT, 0);
    } else if (f->kind == &kind_POOL_OWNER) {
        ret->tag = text_of(f, POOL_OWNER_TAG);
        ret->driver = text_of(f, POOL_OWNER_DRIVER);
        ret->weight = is_pattern(ret->tag) ? WEIGHT_PATTERN : WEIGHT_TABLE;
    }
    return ret->driver.n != 0;
}

static int by_tag(const void *pa, const void *pb)
{
    const struct candidate *a = pa, *b = pb;
    int order = str_cmp(a->tag, b->tag);

    return order != 0 ? order : a->order < b->order ? -1 : a->order > b->order;
}

static struct known gather(struct correlate *c)
{
    struct known k = { 0 };
    struct candidate candidate;
    size_t n = 0;

    for (size_t i = 0; i < c->facts.n; i++)
        n += take(c->facts.facts[i], i, &candidate);
    k.tags = arena_array(c->arena, struct candidate, n + 1);
    k.patterns = arena_array(c->arena, struct candidate, n < PATTERNS ? n + 1 : PATTERNS);
    for (size_t i = 0; i < c->facts.n && n != 0; i++) {
        if (!take(c->facts.facts[i], i, &candidate))
            continue;
        if (candidate.weight != WEIGHT_PATTERN)
            k.tags[k.ntags++] = candidate;
        else if (k.npatterns < PATTERNS)
            k.patterns[k.npatterns++] = candidate;
    }
    qsort(k.tags, k.ntags, sizeof(*k.tags), by_tag);
    return k;
}

/* Whether a is the likelier one. */
static bool likelier(const struct candidate *a, const struct candidate *b)
{
    if (a->weight != b->weight)
        return a->weight > b->weight;
    if (a->literal != b->literal)
        return a->literal > b->literal;
    return a->count > b->count;
}

/* Tables leave out the extension. */
static str base_name(str driver)
{
    return str_slice(driver, 0, str_find_nocase(driver, STR(".sys")));
}

/* The best candidates of one tag, likeliest first. */
struct choice {
    struct candidate best[TOLD];
    size_t n, all;
};

/* A driver that is there already, as a copy of its file or as a row of a table: the file says more,
 * and both together are surer. */
static bool merge(struct choice *choice, const struct candidate *c)
{
    for (size_t i = 0; i < choice->n; i++) {
        struct candidate *b = &choice->best[i];
        enum weight weight = b->weight > c->weight ? b->weight : c->weight;

        if (!str_eq_nocase(base_name(b->driver), base_name(c->driver)))
            continue;
        if (c->fact->kind == &kind_DRIVER_TAG && b->fact->kind == &kind_POOL_OWNER)
            *b = *c;
        b->weight = weight;
        while (i > 0 && likelier(&choice->best[i], &choice->best[i - 1])) {
            struct candidate moved = choice->best[i - 1];

            choice->best[i - 1] = choice->best[i];
            choice->best[i--] = moved;
        }
        return true;
    }
    return false;
}

static void consider(struct choice *choice, const struct asked *asked, struct candidate c)
{
    size_t at;

    if (c.fact->host.n != 0 && asked->host.n != 0 && !str_eq(c.fact->host, asked->host))
        return;
    c.literal = pattern_fits(c.tag, asked->tag);
    if (c.literal == 0 || merge(choice, &c))
        return;
    choice->all++;
    at = choice->n < TOLD ? choice->n++ : TOLD;
    for (; at > 0 && likelier(&c, &choice->best[at - 1]); at--) {
        if (at < TOLD)
            choice->best[at] = choice->best[at - 1];
    }
    if (at < TOLD)
        choice->best[at] = c;
}

static void tell(
        struct correlate *c, const struct asked *asked, const struct choice *choice, size_t i)
{
    const struct candidate *candidate = &choice->best[i];
    struct fact on = *candidate->fact;
    bool table = on.kind == &kind_POOL_OWNER;
    str form = table ? STR("pooltag") : text_of(&on, DRIVER_TAG_FORM);
    struct value values[POOL_ATTRIBUTION_NFIELDS] = {
        [POOL_ATTRIBUTION_TAG] = value_text(asked->tag),
        [POOL_ATTRIBUTION_DRIVER] = value_text(candidate->driver),
        [POOL_ATTRIBUTION_SOURCE] = value_text(form),
        [POOL_ATTRIBUTION_RANK] = value_u64(i + 1),
        [POOL_ATTRIBUTION_CANDIDATES] = value_u64(choice->all),
    };

    if (table) {
        values[POOL_ATTRIBUTION_DESCRIPTION] = value_of(&on, POOL_OWNER_DESCRIPTION);
    } else {
        values[POOL_ATTRIBUTION_VERSION] = value_of(&on, DRIVER_TAG_VERSION);
        values[POOL_ATTRIBUTION_COMPANY] = value_of(&on, DRIVER_TAG_COMPANY);
        values[POOL_ATTRIBUTION_DESCRIPTION] = value_of(&on, DRIVER_TAG_DESCRIPTION);
        values[POOL_ATTRIBUTION_COUNT] = value_of(&on, DRIVER_TAG_COUNT);
    }
    on.host = asked->host;
    derive(c, &kind_POOL_ATTRIBUTION, &on, values);
}

static size_t first_of(const struct known *k, str tag)
{
    size_t low = 0, high = k->ntags;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (str_cmp(k->tags[middle].tag, tag) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void run(struct correlate *c)
{
    struct known k = gather(c);
    struct asked *asked;
    size_t n;

    if (k.ntags + k.npatterns == 0)
        return;
    asked = collect(c, &n);
    for (size_t i = 0; i < n; i++) {
        struct choice choice = { 0 };

        for (size_t at = first_of(&k, asked[i].tag);
                at < k.ntags && str_eq(k.tags[at].tag, asked[i].tag); at++)
            consider(&choice, &asked[i], k.tags[at]);
        for (size_t at = 0; at < k.npatterns; at++)
            consider(&choice, &asked[i], k.patterns[at]);
        for (size_t rank = 0; rank < choice.n; rank++)
            tell(c, &asked[i], &choice, rank);
    }
}

static const struct kind *const wants[] = { &kind_POOL_TAG, &kind_POOL_OWNER, &kind_DRIVER_TAG,
    NULL };
static const struct kind *const emits[] = { &kind_POOL_ATTRIBUTION, NULL };

const struct correlator correlator_pool_attribution = {
    .name = "pool_attribution",
    .summary = "tags that nobody knows to drivers of the bundle",
    .wants = wants,
    .emits = emits,
    .run = run,
};
