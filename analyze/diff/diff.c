/* SPDX-License-Identifier: Apache-2.0 */
/* diff: puts the two cases side by side; the work is in the files beside this one. */
#include <stdlib.h>
#include <string.h>

#include "fields.h"
#include "parts.h"

const struct kind *const diff_kinds[] = { &kind_HOST, &kind_POOL_TAG, &kind_POOL_USAGE,
    &kind_MEMORY_STATUS, &kind_PROCESS, &kind_KERNEL_SLAB, &kind_KERNEL_COUNTER, &kind_BEANCOUNTER,
    &kind_CGROUP, &kind_NET_MEMORY, &kind_VM_BALLOON, &kind_SETTING, &kind_VM_CONFIG, NULL };

const char *diff_state_name(enum diff_state state)
{
    static const char *const names[] = { "gone", "changed", "same", "new" };

    return names[state];
}

const char *diff_fixed_name(enum diff_fixed fixed)
{
    static const char *const names[] = { "cannot-tell", "too-early", "possible", "likely",
        "certain" };

    return names[fixed];
}

static bool same_host(const struct diff *d, str before, str after)
{
    const struct diff_host *host = diff_host_of(d, SIDE_BEFORE, before);

    return host != NULL && host == diff_host_of(d, SIDE_AFTER, after);
}

/* "windows/pool/" of "windows/pool/nonpaged-exhausted" */
static str folder_of(str cause)
{
    size_t slash = str_rfind_char(cause, '/');

    return slash == STR_NONE ? cause : str_slice(cause, 0, slash + 1);
}

static bool alike(
        const struct diff *d, const struct finding *b, const struct finding *a, bool by_folder)
{
    if (!str_eq(b->subject, a->subject) || !same_host(d, b->host, a->host))
        return false;
    return by_folder ? b->subject.n != 0 && str_eq(folder_of(b->cause), folder_of(a->cause))
                     : str_eq(b->cause, a->cause);
}

/* The same cause of the same thing first; then what turned into something near: exhausted -> high. */
static void match(const struct diff *d, size_t *partner, bool *taken, bool by_folder)
{
    const struct verdict *b = &d->before->verdict, *a = &d->after->verdict;

    for (size_t i = 0; i < b->nfindings; i++) {
        for (size_t k = 0; k < a->nfindings && partner[i] == SIZE_MAX; k++) {
            if (taken[k] || !alike(d, &b->findings[i], &a->findings[k], by_folder))
                continue;
            partner[i] = k;
            taken[k] = true;
        }
    }
}

static const struct finding *shown(const struct diff_finding *f)
{
    return f->before != NULL ? f->before : f->after;
}

static int by_weight(const void *pa, const void *pb)
{
    const struct diff_finding *a = pa, *b = pb;
    const struct finding *x = shown(a), *y = shown(b);

    if (a->state != b->state)
        return a->state < b->state ? -1 : 1;
    if (x->severity != y->severity)
        return x->severity > y->severity ? -1 : 1;
    if (x->confidence != y->confidence)
        return x->confidence > y->confidence ? -1 : 1;
    if (x->role != y->role)
        return x->role > y->role ? -1 : 1;
    return str_cmp(x->cause, y->cause) != 0 ? str_cmp(x->cause, y->cause)
                                            : str_cmp(x->subject, y->subject);
}

static void build_findings(struct diff *d)
{
    const struct verdict *b = &d->before->verdict, *a = &d->after->verdict;
    struct diff_finding *list =
            arena_array(d->arena, struct diff_finding, b->nfindings + a->nfindings + 1);
    size_t *partner = arena_array(d->arena, size_t, b->nfindings + 1), n = 0;
    bool *taken = arena_array(d->arena, bool, a->nfindings + 1);

    for (size_t i = 0; i < b->nfindings; i++)
        partner[i] = SIZE_MAX;
    match(d, partner, taken, false);
    match(d, partner, taken, true);
    for (size_t i = 0; i < b->nfindings; i++) {
        struct diff_finding *f = &list[n++];

        f->before = &b->findings[i];
        f->after = partner[i] != SIZE_MAX ? &a->findings[partner[i]] : NULL;
        f->old = f->after != NULL && diff_is_old(d, f->before, f->after);
        if (f->after != NULL && !f->old) {
            diff_compare(d, f);
        } else {
            f->state = DIFF_GONE;
            diff_judge_gone(d, f);
        }
    }
    for (size_t i = 0; i < a->nfindings; i++) {
        if (taken[i])
            continue;
        list[n].state = DIFF_NEW;
        list[n].after = &a->findings[i];
        diff_judge_new(d, &list[n++]);
    }
    qsort(list, n, sizeof(*list), by_weight);
    d->findings = list;
    d->nfindings = n;
}

static struct when latest(const struct case_file *c)
{
    struct when last = { 0 };
    double gap;

    for (size_t i = 0; i < c->nsources; i++) {
        struct when w = c->sources[i].last;

        if (w.basis == WHEN_UTC || w.basis == WHEN_LOCAL || w.basis == WHEN_YEARLESS)
            if (last.basis == WHEN_NONE || (diff_seconds(last, w, &gap) && gap > 0))
                last = w;
    }
    return last;
}

static bool same_files(const struct case_file *b, const struct case_file *a)
{
    if (b->nsources != a->nsources)
        return false;
    for (size_t i = 0; i < b->nsources; i++)
        if (b->sources[i].sha256[0] == '\0' ||
                strcmp(b->sources[i].sha256, a->sources[i].sha256) != 0)
            return false;
    return b->nsources != 0;
}

static void build_notes(struct diff *d)
{
    str *notes = arena_array(d->arena, str, 4);
    struct when b = latest(diff_case(d, SIDE_BEFORE)), a = latest(diff_case(d, SIDE_AFTER));
    uint64_t left_before = diff_case(d, SIDE_BEFORE)->left_out;
    uint64_t left_after = diff_case(d, SIDE_AFTER)->left_out;
    size_t both = 0;
    double gap;

    for (size_t i = 0; i < d->nhosts; i++)
        both += d->hosts[i].in_before && d->hosts[i].in_after;
    if (same_files(diff_case(d, SIDE_BEFORE), diff_case(d, SIDE_AFTER)))
        notes[d->nnotes++] = STR("The files of AFTER are those of BEFORE, byte for byte.");
    if (both == 0 && d->nhosts != 0)
        notes[d->nnotes++] = STR("No machine is in both: nothing can be said of a fix.");
    if (diff_seconds(b, a, &gap) && gap < 0)
        notes[d->nnotes++] = STR("AFTER ends before BEFORE does: perhaps the two were given in the "
                                 "wrong order.");
    if (left_before + left_after != 0)
        notes[d->nnotes++] = arena_printf(d->arena,
                "Left out as outside the time that was asked for: %llu of what BEFORE tells, %llu "
                "of what AFTER tells.",
                (unsigned long long)left_before, (unsigned long long)left_after);
    d->notes = notes;
}

void diff_build(struct arena *a, const struct analysis *before, const struct analysis *after,
        const struct time_options *times, struct diff *ret)
{
    *ret = (struct diff){ .arena = a, .before = before, .after = after, .times = times };
    diff_match_hosts(ret);
    build_findings(ret);
    diff_build_rows(ret);
    build_notes(ret);
}
