/* SPDX-License-Identifier: Apache-2.0 */
/* fixed, of what builds up: by how it moves in AFTER, else by how long the machine was up. */
#include "fields.h"
#include "judge.h"

/* How something moves in the samples of a case. */
struct movement {
    str what, verdict; /* "tag Xpdl"; "rising" ... */
    int64_t samples;
    double seconds; /* that they cover; 0 = not known */
};

static bool same_text(const struct fact *a, const struct fact *b, size_t field)
{
    return str_eq(text_of(a, field), text_of(b, field));
}

static str name_in(const struct fact *f, size_t field)
{
    str name = text_of(f, field);

    return name.n != 0 ? name : STR("?");
}

static bool tag_movement(
        const struct judge *j, const struct fact *was, const struct fact *f, struct movement *ret)
{
    size_t tag;

    if (f->kind != &kind_POOL_TREND || kind_field(was->kind, STR("tag"), &tag) == NULL ||
            !has(was, tag) || !str_eq(text_of(was, tag), text_of(f, POOL_TREND_TAG)))
        return false;
    *ret = (struct movement){
        .what = arena_printf(j->d->arena, "tag %.*s", STR_ARG(name_in(f, POOL_TREND_TAG))),
        .verdict = text_of(f, POOL_TREND_VERDICT),
        .samples = int_or(f, POOL_TREND_SNAPSHOTS, 0),
        .seconds = real_or(f, POOL_TREND_SECONDS, 0),
    };
    return true;
}

static bool counter_movement(
        const struct judge *j, const struct fact *was, const struct fact *f, struct movement *ret)
{
    str instance = text_of(f, COUNTER_INSTANCE);
    bool named = instance.n != 0;

    if (f->kind != &kind_COUNTER || was->kind != &kind_COUNTER ||
            !same_text(was, f, COUNTER_OBJECT) || !same_text(was, f, COUNTER_INSTANCE) ||
            !same_text(was, f, COUNTER_COUNTER))
        return false;
    *ret = (struct movement){
        .what = arena_printf(j->d->arena, "%.*s%s%.*s", STR_ARG(name_in(f, COUNTER_COUNTER)),
                named ? " of " : "", STR_ARG(named ? instance : STR(""))),
        .verdict = text_of(f, COUNTER_VERDICT),
        .samples = int_or(f, COUNTER_SAMPLES, 0),
        .seconds = real_or(f, COUNTER_SECONDS, 0),
    };
    return true;
}

/* Whether AFTER tells how the tag or counter of the finding moves: three samples or more. */
static bool movement_after(const struct judge *j, struct movement *ret)
{
    const struct case_file *c = diff_case(j->d, SIDE_AFTER);
    const struct fact *was = j->f->before->evidence[0].fact;

    for (size_t i = 0; i < c->nfacts; i++) {
        const struct fact *f = c->facts[i];

        if (str_eq(f->host, j->host->after) &&
                (tag_movement(j, was, f, ret) || counter_movement(j, was, f, ret)) &&
                ret->samples >= 3 && !str_eq(ret->verdict, STR("rate")))
            return true;
    }
    return false;
}

static bool judge_movement(struct judge *j)
{
    struct arena *a = j->d->arena;
    struct movement m;
    str over = STR("");

    if (!movement_after(j, &m))
        return false;
    if (m.seconds > 0)
        over = arena_printf(a, " over %.*s", STR_ARG(diff_duration(a, m.seconds)));
    if (str_eq(m.verdict, STR("rising"))) {
        judge_ask_again(j);
        judge_settle(j, FIXED_TOO_EARLY,
                arena_printf(a, "%.*s still rises in AFTER, in %lld samples%.*s", STR_ARG(m.what),
                        (long long)m.samples, STR_ARG(over)));
        return true;
    }
    judge_settle(j, FIXED_LIKELY,
            arena_printf(a, "%.*s %s in the %lld samples of AFTER%.*s", STR_ARG(m.what),
                    str_eq(m.verdict, STR("falling"))    ? "falls"
                    : str_eq(m.verdict, STR("settling")) ? "no longer rises"
                                                         : "does not rise",
                    (long long)m.samples, STR_ARG(over)));
    return true;
}

static str up_ask(const struct judge *j)
{
    const struct case_file *c = diff_case(j->d, SIDE_AFTER);

    for (size_t i = 0; i < c->nfacts; i++) {
        const struct fact *f = c->facts[i];

        if (f->kind == &kind_HOST && str_eq(text_of(f, HOST_OS), STR("windows")))
            return STR("systeminfo | find \"Time\" of the machine, for the time of its last boot");
        if (f->kind == &kind_HOST && str_eq(text_of(f, HOST_OS), STR("linux")))
            return STR("uptime of the machine");
    }
    return STR("how long the machine had been up (uptime; on Windows: systeminfo)");
}

void judge_level(struct judge *j)
{
    struct arena *a = j->d->arena;
    double was = j->host->uptime_before, is = j->host->uptime_after, gap;

    if (diff_seconds(j->before.last, j->after.last, &gap) && gap < 0) {
        judge_ask_again(j);
        judge_settle(j, FIXED_UNKNOWN,
                STR("AFTER is older than BEFORE: were the two given in the wrong order?"));
        return;
    }
    if (judge_movement(j))
        return;
    if (was < 0 || is < 0) {
        judge_ask(j, up_ask(j));
        judge_settle(j, FIXED_POSSIBLE,
                arena_printf(a,
                        "it is not there, but %s does not say how long the machine had been up: it "
                        "may build up again",
                        is < 0 ? "AFTER" : "BEFORE"));
        return;
    }
    if (is < was / 2) {
        judge_ask(j, arena_printf(a, "the same again when the machine has been up for %.*s",
                             STR_ARG(diff_duration(a, was))));
        judge_settle(j, FIXED_TOO_EARLY,
                arena_printf(a, "the machine had been up for %.*s then, and for %.*s in AFTER",
                        STR_ARG(diff_duration(a, was)), STR_ARG(diff_duration(a, is))));
        return;
    }
    /* Never certain: the load may have been another one. */
    judge_settle(j, is >= was ? FIXED_LIKELY : FIXED_POSSIBLE,
            arena_printf(a, "it is not there after %.*s of uptime; it was there after %.*s",
                    STR_ARG(diff_duration(a, is)), STR_ARG(diff_duration(a, was))));
}
