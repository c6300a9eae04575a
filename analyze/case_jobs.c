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
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "case_jobs_parts.h"
#include "scanner.h"

static void *shared(size_t size)
{
    void *p = mmap(
            NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    return p != MAP_FAILED ? p : NULL;
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
    struct file_work *file;
    struct stat st;

    if (j->nfiles == FILES_MOST)
        return false;
    file = &j->files[j->nfiles++];
    file->name_hash = jobs_name_hash(name);
    if (fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
        file->size = (uint64_t)st.st_size;
        file->device = st.st_dev;
        file->inode = st.st_ino;
        j->largest = file->size > j->largest ? file->size : j->largest;
    }
    return false;
}

void jobs_walk(struct jobs *j, const struct bundle_ops *ops, void *ctx)
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
    jobs_walk(j, &ops, j);
    for (size_t i = 0; i < j->nfiles; i++)
        total += j->files[i].size;
    if (j->nfiles == FILES_MOST || (j->nfiles < WORTH_FILES && total < WORTH_BYTES))
        return false;
    if (j->workers > j->nfiles && j->largest < WORTH_HELP)
        j->workers = (unsigned)j->nfiles;
    if (j->workers < 2)
        return false;
    list_large(j, total);
    return true;
}

/* --- the case ----------------------------------------------------------------------------- */

/* What all share stands before the first of them begins. */
static void share(struct jobs *j)
{
    j->gone = shared(WORKERS_MOST * sizeof(*j->gone));
    for (unsigned i = 0; i < j->workers && j->gone != NULL; i++) {
        j->regions[i] = shared(REGION_BYTES);
        j->boards[i] = j->largest >= WORTH_HELP ? shared(ahead_size()) : NULL;
    }
}

/* False when there is no worker at all. */
static bool start_workers(struct jobs *j, const struct builder *b)
{
    unsigned started = 0;

    share(j);
    scanner_prepare();
    for (unsigned i = 0; i < j->workers; i++) {
        j->pids[i] = j->regions[i] != NULL ? fork() : -1;
        if (j->pids[i] == 0)
            jobs_work(j, b, i);
        started += j->pids[i] > 0;
    }
    return started != 0;
}

static bool is_full(int status)
{
    return WIFEXITED(status) && WEXITSTATUS(status) == FULL;
}

/* Whether worker i read this file, or of it, and did not come to the end. */
static bool left_by(const struct file_work *file, unsigned i)
{
    const struct archive_work *archive = atomic_load(&file->archive);
    const struct share *s = archive != NULL ? atomic_load(&archive->shares) : NULL;

    for (; s != NULL; s = s->next) {
        if (s->worker == i + 1)
            return !s->done;
    }
    if (atomic_load(&file->parts) != NULL)
        return parts_left_by(atomic_load(&file->parts), i + 1);
    return file->worker == i + 1 && file->state == FILE_TAKEN;
}

/* What a worker could not hold is read by the case; what it died of is not read again. */
static void worker_ended(struct jobs *j, unsigned i, int status)
{
    j->pids[i] = -1;
    atomic_store(&j->gone[i], true);
    if (j->boards[i] != NULL)
        ahead_close(j->boards[i]); /* whoever helps it, or waits to, need not */
    for (size_t k = 0; k < j->nfiles && is_full(status); k++) {
        if (left_by(&j->files[k], i))
            j->files[k].state = FILE_FREE;
    }
}

/* In the order in which they end. False when the bundle changed under their hands. */
static bool wait_for_workers(struct jobs *j)
{
    bool same = true;
    int status = 0;
    pid_t pid;

    while ((pid = waitpid(-1, &status, 0)) > 0 || errno == EINTR) {
        for (unsigned i = 0; i < j->workers && pid > 0; i++) {
            if (j->pids[i] == pid)
                worker_ended(j, i, status);
        }
        same = same && !(pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == CHANGED);
    }
    return same;
}

static void count_happenings(const struct happening *first, uint64_t *members, uint64_t *bytes)
{
    for (const struct happening *h = first; h != NULL; h = h->next) {
        *members += h->is_member;
        *bytes += h->reading.source.bytes;
    }
}

/* Caps of the whole case bit: only reading in order tells where. */
static bool is_too_much(const struct jobs *j)
{
    uint64_t members = 0, bytes = 0;

    for (size_t i = 0; i < j->nfiles; i++) {
        const struct archive_work *archive = atomic_load(&j->files[i].archive);
        const struct share *s = archive != NULL ? atomic_load(&archive->shares) : NULL;

        count_happenings(j->files[i].first, &members, &bytes);
        for (; s != NULL; s = s->next)
            count_happenings(s->first, &members, &bytes);
        bytes += atomic_load(&j->files[i].parts) != NULL ? j->files[i].size : 0;
    }
    return members >= LIMIT_MEMBERS || bytes >= LIMIT_BYTES;
}

static void take_happenings(struct builder *b, const struct happening *first)
{
    for (const struct happening *h = first; h != NULL; h = h->next) {
        if (h->is_member)
            builder_add(b, &h->reading);
        else
            builder_diag(b, &h->diag, h->path);
    }
}

bool jobs_take(struct builder *b, const char *name)
{
    struct jobs *j = b->jobs;
    struct file_work *file;
    struct diag died = { .level = DIAG_ERROR, .code = "bundle.worker" };
    struct reading reading;
    bool is_dead;

    if (j == NULL)
        return false;
    file = &j->files[j->at++];
    if (j->at > j->nfiles || file->name_hash != jobs_name_hash(name) || file->state == FILE_FREE)
        return false;
    is_dead = file->state != FILE_DONE;
    if (atomic_load(&file->archive) != NULL && !archive_merge(file, &file->first, &is_dead))
        return false;
    if (atomic_load(&file->parts) != NULL) {
        if (!parts_merge(file, &b->c->arena, &reading, &is_dead))
            return false;
        builder_add(b, &reading);
    }
    take_happenings(b, file->first);
    if (is_dead) {
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
        if (j->boards[i] != NULL)
            (void)munmap(j->boards[i], ahead_size());
    }
    if (j->gone != NULL)
        (void)munmap(j->gone, WORKERS_MOST * sizeof(*j->gone));
    if (j->files != NULL)
        (void)munmap(j->files, FILES_MOST * sizeof(*j->files));
    free(j);
    b->jobs = NULL;
}
