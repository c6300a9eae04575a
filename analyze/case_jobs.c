/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of a bundle read side by side by workers, which are processes: a file that brings one down
 * costs that file only. Each reads whole files into readings that lie in memory it shares with the
 * case, at the same addresses, so nothing is packed or sent. The case then walks the bundle as ever
 * and takes what was read where it would have read, in the same order: what comes out does not
 * depend on the number of workers.
 *
 * A worker that is free takes the largest file that nobody has: what a file takes is known only when
 * it was read. In the end each walks through the small ones and takes what it finds free.
 */
#include "case_jobs.h"

#include <assert.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "builder.h"
#include "limits.h"

enum {
    WORKERS_MOST = 64,
    FILES_MOST = 1 << 20,
    WORTH_FILES = 256,             /* less than that ... */
    WORTH_BYTES = 4 * 1024 * 1024, /* ... of less than that is read sooner than workers start */
    SHARES = 4,                    /* a file with more than 1/SHARES of a worker's part is large */
    DONE = 0,                      /* exit status of a worker */
    FULL = 3,                      /* its memory did not suffice for what it read last */
    CHANGED = 4,                   /* the bundle is not the one that was looked at */
};

/* Shared memory of a worker: what the case may keep of facts, and as much for all else. */
#define REGION_BYTES (2 * (size_t)LIMIT_FACT_BYTES)

enum file_state { FILE_FREE, FILE_TAKEN, FILE_DONE };

/* What a file had to say, in order: a member, or a diagnostic that is of none. */
struct happening {
    struct happening *next;
    bool is_member;
    struct reading reading;
    struct diag diag;
    str path;
};

struct file_work {
    _Atomic uint8_t state; /* enum file_state */
    uint8_t worker;        /* who took it, from 1 */
    bool large;
    uint32_t name_hash;
    uint64_t size;
    struct happening *first;
};

struct jobs {
    const char *const *paths;
    size_t npaths;
    struct file_work *files;                     /* shared */
    size_t nfiles, at;                           /* at: the file that the walk has come to */
    size_t large[SHARES * WORKERS_MOST], nlarge; /* the largest first */
    unsigned workers;
    char *regions[WORKERS_MOST];
    pid_t pids[WORKERS_MOST];
};

static void *shared(size_t size)
{
    void *p = mmap(
            NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    return p != MAP_FAILED ? p : NULL;
}

static uint32_t name_hash(const char *name)
{
    return (uint32_t)str_hash(str_z(name));
}

/* --- looking at what there is ------------------------------------------------------------- */

static void ignore_member(void *ctx, struct member *m)
{
    (void)ctx;
    (void)m;
}

static void ignore_diag(void *ctx, const struct diag *diag, str path)
{
    (void)ctx;
    (void)diag;
    (void)path;
}

static bool survey_file(void *ctx, int at, const char *name)
{
    struct jobs *j = ctx;
    struct stat st;

    if (j->nfiles < FILES_MOST) {
        struct file_work *file = &j->files[j->nfiles++];

        file->name_hash = name_hash(name);
        file->size = fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) == 0 ? (uint64_t)st.st_size : 0;
    }
    return false;
}

static void walk(struct jobs *j, const struct bundle_ops *ops, void *ctx)
{
    struct arena a;
    str name;

    arena_init(&a, 0);
    j->at = 0;
    (void)bundle_walk(&a, j->paths, j->npaths, ops, ctx, &name);
    arena_finish(&a);
}

static int larger_first(const void *a, const void *b)
{
    const struct file_work *x = *(struct file_work *const *)a, *y = *(struct file_work *const *)b;

    if (x->size != y->size)
        return x->size > y->size ? -1 : 1;
    return x < y ? -1 : 1;
}

static void list_large(struct jobs *j, uint64_t total)
{
    const struct file_work *large[SHARES * WORKERS_MOST];

    for (size_t i = 0; i < j->nfiles; i++) {
        j->files[i].large = j->files[i].size > total / (SHARES * j->workers) &&
                            j->nlarge < SHARES * WORKERS_MOST;
        if (j->files[i].large)
            large[j->nlarge++] = &j->files[i];
    }
    if (j->nlarge != 0)
        qsort(large, j->nlarge, sizeof(large[0]), larger_first);
    for (size_t i = 0; i < j->nlarge; i++)
        j->large[i] = (size_t)(large[i] - j->files);
}

/* Whether workers are worth their start. */
static bool survey(struct jobs *j)
{
    const struct bundle_ops ops = {
        .member = ignore_member, .diag = ignore_diag, .file = survey_file
    };
    uint64_t total = 0;

    for (size_t i = 0; i < j->npaths; i++) {
        if (strcmp(j->paths[i], "-") == 0)
            return false;
    }
    j->files = shared(FILES_MOST * sizeof(*j->files));
    if (j->files == NULL)
        return false;
    walk(j, &ops, j);
    for (size_t i = 0; i < j->nfiles; i++)
        total += j->files[i].size;
    if (j->nfiles < 2 || j->nfiles == FILES_MOST ||
            (j->nfiles < WORTH_FILES && total < WORTH_BYTES))
        return false;
    if (j->workers > j->nfiles)
        j->workers = (unsigned)j->nfiles;
    list_large(j, total);
    return true;
}

/* --- a worker ----------------------------------------------------------------------------- */

struct worker {
    struct jobs *jobs;
    uint8_t number; /* from 1 */
    size_t target;  /* the large file that it took; SIZE_MAX: takes small ones */
    struct member_reader reader;
    struct arena arena; /* in the region */
    struct file_work *file;
    struct happening **end;
};

static void leave_full(void)
{
    _exit(FULL);
}

static bool take(struct worker *w, size_t index)
{
    struct file_work *file = &w->jobs->files[index];
    uint8_t free_state = FILE_FREE;

    if (!atomic_compare_exchange_strong(&file->state, &free_state, FILE_TAKEN))
        return false;
    file->worker = w->number;
    w->file = file;
    w->end = &file->first;
    return true;
}

static bool take_large(struct worker *w)
{
    const struct jobs *j = w->jobs;

    for (size_t i = 0; i < j->nlarge; i++) {
        if (take(w, j->large[i])) {
            w->target = j->large[i];
            return true;
        }
    }
    return false;
}

static bool worker_takes(void *ctx, int at, const char *name)
{
    struct worker *w = ctx;
    size_t index = w->jobs->at++;

    (void)at;
    if (index >= w->jobs->nfiles || w->jobs->files[index].name_hash != name_hash(name))
        _exit(CHANGED);
    if (w->target != SIZE_MAX)
        return index == w->target;
    return !w->jobs->files[index].large && take(w, index);
}

static void worker_file_end(void *ctx)
{
    struct worker *w = ctx;

    atomic_store(&w->file->state, FILE_DONE);
    w->file = NULL;
}

static struct happening *worker_happening(struct worker *w)
{
    struct happening *h = arena_new(&w->arena, struct happening);

    *w->end = h;
    w->end = &h->next;
    return h;
}

static void *copy(struct arena *a, const void *from, size_t size)
{
    return size != 0 ? memcpy(arena_alloc(a, size), from, size) : NULL;
}

static void worker_member(void *ctx, struct member *m)
{
    struct worker *w = ctx;
    struct reading reading;
    struct happening *h;

    member_read(&w->reader, m, &reading);
    reading.facts = copy(&w->arena, reading.facts, reading.nfacts * sizeof(*reading.facts));
    reading.lasting = NULL;
    /* Hung in when it is whole: what a worker dies of takes only its member along. */
    h = arena_new(&w->arena, struct happening);
    h->is_member = true;
    h->reading = reading;
    *w->end = h;
    w->end = &h->next;
}

static void worker_diag(void *ctx, const struct diag *diag, str path)
{
    struct worker *w = ctx;
    struct happening *h;

    if (w->file == NULL || member_reader_diag(&w->reader, diag))
        return;
    h = worker_happening(w);
    h->diag = *diag;
    h->diag.detail = arena_str(&w->arena, diag->detail);
    h->path = arena_str(&w->arena, path);
}

static void worker_tap(void *ctx, str raw)
{
    struct worker *w = ctx;

    member_reader_tap(&w->reader, raw);
}

/* The reader is the case's own, as it was when the worker began: what all share is made already. */
_Noreturn static void work(struct jobs *j, const struct builder *b, unsigned number)
{
    const struct bundle_ops ops = {
        .member = worker_member,
        .diag = worker_diag,
        .tap = b->options->hash ? worker_tap : NULL,
        .file = worker_takes,
        .file_end = worker_file_end,
    };
    struct worker w = { .jobs = j, .number = (uint8_t)(number + 1), .reader = b->reader };

    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    arena_init_fixed(&w.arena, j->regions[number], REGION_BYTES, LIMIT_FACT_BYTES, leave_full);
    w.reader.folding = w.reader.lasting = &w.arena;
    do {
        if (!take_large(&w))
            w.target = SIZE_MAX;
        walk(j, &ops, &w);
        if (j->at != j->nfiles)
            _exit(CHANGED);
    } while (w.target != SIZE_MAX);
    _exit(DONE);
}

/* --- the case ----------------------------------------------------------------------------- */

/* False when there is no worker at all. */
static bool start_workers(struct jobs *j, const struct builder *b)
{
    unsigned started = 0;

    for (unsigned i = 0; i < j->workers; i++) {
        j->pids[i] = -1;
        j->regions[i] = shared(REGION_BYTES);
        if (j->regions[i] == NULL)
            continue;
        j->pids[i] = fork();
        if (j->pids[i] == 0)
            work(j, b, i);
        started += j->pids[i] > 0;
    }
    return started != 0;
}

/* What a worker could not hold is read by the case; what it died of is not read again. False when
 * the bundle changed under its hands. */
static bool wait_for_workers(struct jobs *j)
{
    bool same = true;

    for (unsigned i = 0; i < j->workers; i++) {
        int status = 0;

        if (j->pids[i] <= 0)
            continue;
        while (waitpid(j->pids[i], &status, 0) < 0)
            ;
        if (WIFEXITED(status) && WEXITSTATUS(status) == CHANGED)
            same = false;
        if (!WIFEXITED(status) || WEXITSTATUS(status) != FULL)
            continue;
        for (size_t k = 0; k < j->nfiles; k++) {
            if (j->files[k].worker == i + 1 && j->files[k].state == FILE_TAKEN)
                j->files[k].state = FILE_FREE;
        }
    }
    return same;
}

/* Caps of the whole case bit: only reading in order tells where. */
static bool is_too_much(const struct jobs *j)
{
    uint64_t members = 0, bytes = 0;

    for (size_t i = 0; i < j->nfiles; i++) {
        for (const struct happening *h = j->files[i].first; h != NULL; h = h->next) {
            members += h->is_member;
            bytes += h->reading.source.bytes;
        }
    }
    return members >= LIMIT_MEMBERS || bytes >= LIMIT_BYTES;
}

bool jobs_take(struct builder *b, const char *name)
{
    struct jobs *j = b->jobs;
    struct file_work *file;
    struct diag died = { .level = DIAG_ERROR, .code = "bundle.worker" };

    if (j == NULL)
        return false;
    file = &j->files[j->at++];
    if (j->at > j->nfiles || file->name_hash != name_hash(name) || file->state == FILE_FREE)
        return false;
    for (const struct happening *h = file->first; h != NULL; h = h->next) {
        if (h->is_member)
            builder_add(b, &h->reading);
        else
            builder_diag(b, &h->diag, h->path);
    }
    if (file->state != FILE_DONE) {
        died.detail = STR("the process that read this file died of it; the rest of it is not read");
        builder_diag(b, &died, str_z(name));
    }
    return true;
}

void jobs_start(struct builder *b, const char *const *paths, size_t npaths, unsigned workers)
{
    struct jobs *j;

    if (workers < 2)
        return;
    j = calloc(1, sizeof(*j));
    if (j == NULL)
        abort();
    *j = (struct jobs){ .paths = paths, .npaths = npaths };
    j->workers = workers < WORKERS_MOST ? workers : WORKERS_MOST;
    b->jobs = j;
    if (!survey(j)) {
        jobs_finish(b);
        return;
    }
    member_reader_prepare(&b->reader);
    if (start_workers(j, b) && wait_for_workers(j) && !is_too_much(j))
        j->at = 0;
    else
        jobs_finish(b);
}

void jobs_finish(struct builder *b)
{
    struct jobs *j = b->jobs;

    if (j == NULL)
        return;
    for (unsigned i = 0; i < j->workers; i++) {
        if (j->regions[i] != NULL)
            (void)munmap(j->regions[i], REGION_BYTES);
    }
    if (j->files != NULL)
        (void)munmap(j->files, FILES_MOST * sizeof(*j->files));
    free(j);
    b->jobs = NULL;
}
