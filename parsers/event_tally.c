/* SPDX-License-Identifier: Apache-2.0 */
#include "event_tally.h"

#include <string.h>

#include "limits.h"

enum { SLOTS = 1024, MOST = SLOTS / 2 };

#define FIELD_BIT(field) (1ull << (field))

struct sort {
    struct event_head head; /* its texts in the member's scratch; provider.n 0 = free */
    uint64_t hash;
    enum sink_need need;
    uint64_t count;
    struct when first, last;
};

struct event_tally {
    struct parse *in;
    struct sort *sorts[SLOTS]; /* open addressing */
    size_t n;
};

struct event_tally *event_tally_create(struct parse *in)
{
    struct event_tally *t = arena_new(in->scratch, struct event_tally);

    t->in = in;
    return t;
}

static uint64_t eight(const char *p)
{
    uint64_t word;

    memcpy(&word, p, sizeof(word));
    return word;
}

static uint64_t mix(uint64_t hash)
{
    hash = (hash ^ hash >> 32) * 0x9e3779b97f4a7c15u;
    return hash ^ hash >> 29;
}

/* Each word by a factor of its own (an odd one): none waits for the one before it, which the last overlaps. */
static uint64_t hash_str(str s, uint64_t factor)
{
    uint64_t hash = s.n, word = 0;

    if (s.n >= 8) {
        for (size_t i = 0; i + 8 < s.n; i += 8, factor += 0x3c6ef372fe94f82a)
            hash += eight(s.p + i) * factor;
        return hash + eight(s.p + s.n - 8) * factor;
    }
    for (size_t i = 0; i < s.n; i++)
        word = word << 8 | (unsigned char)s.p[i];
    return hash + word * factor;
}

/* str_eq without a call: the two are nearly always equal. */
static bool same_text(str a, str b)
{
    uint64_t differs = 0;

    if (a.n != b.n || a.n < 8)
        return str_eq(a, b);
    for (size_t i = 0; i + 8 < a.n; i += 8)
        differs |= eight(a.p + i) ^ eight(b.p + i);
    return (differs | (eight(a.p + a.n - 8) ^ eight(b.p + a.n - 8))) == 0;
}

static uint64_t hash_head(const struct event_head *h)
{
    uint64_t hash = (h->has_id ? h->id << 8 : 1) ^ (h->has_level ? h->level << 4 : 2);

    hash ^= (uint64_t)h->may_status << 62 ^ (uint64_t)h->may_message << 63;
    return mix(hash * 0x9e3779b97f4a7c15u + hash_str(h->provider, 0xbf58476d1ce4e5b9) +
               hash_str(h->computer, 0x94d049bb133111eb));
}

static bool same_head(const struct event_head *a, const struct event_head *b)
{
    return a->id == b->id && a->level == b->level && a->has_id == b->has_id &&
           a->has_level == b->has_level && a->may_status == b->may_status &&
           a->may_message == b->may_message && same_text(a->provider, b->provider) &&
           same_text(a->computer, b->computer);
}

static struct fact fact_of(const struct event_tally *t, const struct sort *s, struct value *values)
{
    struct event e = { .provider = s->head.provider, .computer = s->head.computer };

    e.id = s->head.id;
    e.level = s->head.level;
    e.has_id = s->head.has_id;
    e.has_level = s->head.has_level;
    event_values(&e, values);
    return (struct fact){
        .kind = &kind_EVENT,
        .where = { .member = t->in->member },
        .when = s->first,
        .last = s->last,
        .count = s->count,
        .host = s->head.computer,
        .values = values,
    };
}

/* Facts of other kinds come of events of a few providers, and of any that carries a status. */
static bool tells_more(const struct event_tally *t, const struct event_head *h)
{
    return (h->may_status && parse_wants(t->in, &kind_ERROR)) || event_is_resource(h->provider) ||
           event_is_bugcheck(h->provider);
}

static enum sink_need ask(const struct event_tally *t, const struct sort *s)
{
    uint64_t known = FIELD_BIT(EVENT_PROVIDER) | FIELD_BIT(EVENT_ID) | FIELD_BIT(EVENT_LEVEL) |
                     FIELD_BIT(EVENT_COMPUTER);
    struct value values[EVENT_NFIELDS];
    struct fact fact = fact_of(t, s, values);

    if (t->in->sink->need == NULL || tells_more(t, &s->head))
        return SINK_WHOLE;
    if (!s->head.may_status)
        known |= FIELD_BIT(EVENT_STATUS);
    if (!s->head.may_message)
        known |= FIELD_BIT(EVENT_MESSAGE);
    return t->in->sink->need(t->in->sink, &fact, known);
}

static struct sort *find_sort(struct event_tally *t, const struct event_head *head)
{
    uint64_t hash = hash_head(head);
    struct sort *s;
    size_t at;

    for (at = hash & (SLOTS - 1); (s = t->sorts[at]) != NULL; at = (at + 1) & (SLOTS - 1)) {
        if (s->hash == hash && same_head(&s->head, head))
            return s;
    }
    if (t->n == MOST)
        return NULL;
    s = arena_new(t->in->scratch, struct sort);
    s->hash = hash;
    s->head = *head;
    s->head.provider = arena_str(t->in->scratch, head->provider);
    s->head.computer = arena_str(t->in->scratch, head->computer);
    s->need = SINK_WHOLE_YET;
    t->sorts[at] = s;
    t->n++;
    return s;
}

bool event_tally_reads(struct event_tally *t, const struct event_head *head)
{
    struct sort *s = find_sort(t, head);

    if (s == NULL)
        return true;
    if (s->need == SINK_WHOLE_YET) {
        s->first = s->last = head->when;
        s->need = ask(t, s);
        s->first = s->last = (struct when){ 0 };
    }
    if (s->need == SINK_WHOLE || s->need == SINK_WHOLE_YET || head->when.basis == WHEN_NONE)
        return true;
    s->count++;
    when_stretch(&s->first, &s->last, head->when);
    t->in->facts++;
    return false;
}

void event_tally_finish(struct event_tally *t)
{
    struct sink *sink = t->in->sink;

    for (size_t i = 0; i < SLOTS; i++) {
        const struct sort *s = t->sorts[i];
        struct value values[EVENT_NFIELDS];
        struct fact fact;

        if (s == NULL || s->count == 0)
            continue;
        fact = fact_of(t, s, values);
        if (s->need == SINK_NOTHING)
            sink->passed(sink, &kind_EVENT, s->count, s->first, s->last);
        else
            sink->emit(sink, &fact);
    }
}
