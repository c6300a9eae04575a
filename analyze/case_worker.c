/* SPDX-License-Identifier: Apache-2.0 */
/* case_worker: one of the processes that read files side by side, see case_jobs.c. */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "case_jobs_parts.h"

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
    if (w->reader.ahead != NULL)
        ahead_begin(w->reader.ahead, index + 1);
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

int worker_open(const struct worker *w, const struct file_work *file)
{
    int fd = openat(w->at, w->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    struct stat st;

    if (fd < 0)
        return -1;
    if (fstat(fd, &st) == 0 && st.st_dev == file->device && st.st_ino == file->inode &&
            (uint64_t)st.st_size == file->size)
        return fd;
    (void)close(fd);
    return -1;
}

static void nap(void)
{
    const struct timespec a_moment = { .tv_nsec = 1000000 };

    (void)nanosleep(&a_moment, NULL);
}

/* Looks through the log that another worker reads. */
static void look_through(struct worker *w)
{
    int fd = worker_open(w, &w->jobs->files[w->target]);

    if (fd < 0) {
        nap(); /* the log is still open for help */
        return;
    }
    ahead_help(w->jobs->boards[w->helped - 1], w->target + 1, member_reader_seeker(&w->reader), fd);
    (void)close(fd);
}

static bool worker_takes(void *ctx, int at, const char *name)
{
    struct worker *w = ctx;
    size_t index = w->jobs->at++;

    if (index >= w->jobs->nfiles || w->jobs->files[index].name_hash != jobs_name_hash(name))
        _exit(CHANGED);
    w->at = at;
    w->name = name;
    if (w->helped != 0 && index == w->target)
        look_through(w);
    else if (w->joins && index == w->target)
        parts_join(w);
    if (w->target != SIZE_MAX)
        w->inside = w->helped == 0 && !w->joins && index == w->target;
    else
        w->inside = !w->jobs->files[index].large && take(w, index);
    return w->inside;
}

static void end_file(struct worker *w)
{
    if (w->reader.ahead != NULL)
        ahead_close(w->reader.ahead);
    atomic_store(&w->file->state, FILE_DONE);
    w->file = NULL;
}

/* A large file may be walked through more than once. */
static void worker_file_end(void *ctx)
{
    struct worker *w = ctx;

    w->inside = false;
    if (w->target == SIZE_MAX)
        end_file(w);
}

static struct happening *worker_happening(struct worker *w)
{
    struct happening *h = arena_new(&w->arena, struct happening);

    h->entry = w->entry;
    *w->end = h;
    w->end = &h->next;
    return h;
}

static void *copy(struct arena *a, const void *from, size_t size)
{
    return size != 0 ? memcpy(arena_alloc(a, size), from, size) : NULL;
}

void worker_keep(struct worker *w, struct reading *reading)
{
    reading->facts = copy(&w->arena, reading->facts, reading->nfacts * sizeof(*reading->facts));
    reading->lasting = NULL;
}

static void worker_member(void *ctx, struct member *m)
{
    struct worker *w = ctx;
    struct reading reading;
    struct happening *h;

    if (parts_read(w, m))
        return;
    member_read(&w->reader, m, &reading);
    worker_keep(w, &reading);
    /* Hung in when it is whole: what a worker dies of takes only its member along. */
    h = arena_new(&w->arena, struct happening);
    h->entry = w->entry;
    h->is_member = true;
    h->reading = reading;
    *w->end = h;
    w->end = &h->next;
}

static void worker_diag(void *ctx, const struct diag *diag, str path)
{
    struct worker *w = ctx;
    struct happening *h;

    if (!w->inside || member_reader_diag(&w->reader, diag))
        return; /* what is told of other files the case tells itself */
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

void worker_walk(struct worker *w, const struct bundle_ops *ops)
{
    jobs_walk(w->jobs, ops, w);
    if (w->jobs->at != w->jobs->nfiles)
        _exit(CHANGED);
}

enum help { HELP_NONE, HELP_LATER, HELP_LOG, HELP_ARCHIVE, HELP_PARTS };

/* How w may help with this large file, which another has taken. */
static enum help help_for(const struct worker *w, size_t index)
{
    const struct jobs *j = w->jobs;
    const struct file_work *file = &j->files[index];
    const struct parts_work *parts = atomic_load(&file->parts);
    unsigned who = file->worker;

    if (file->state != FILE_TAKEN || file->size < WORTH_HELP)
        return HELP_NONE;
    if (atomic_load(&file->archive) != NULL)
        return archive_joined(file, w->number) ? HELP_NONE : HELP_ARCHIVE;
    if (parts != NULL)
        return parts->next < parts->n && !parts->odd ? HELP_PARTS : HELP_NONE;
    if (who == 0)
        return HELP_LATER;
    if (j->gone[who - 1])
        return HELP_NONE;
    return j->boards[who - 1] != NULL && ahead_log(j->boards[who - 1]) == index + 1 ? HELP_LOG
                                                                                    : HELP_LATER;
}

/* Nothing is left to take: w helps others with the large files that they still read. */
static void help(struct worker *w, const struct bundle_ops *ops)
{
    const struct jobs *j = w->jobs;
    enum help help = HELP_NONE;

    do {
        help = HELP_NONE;
        for (size_t i = 0; i < j->nlarge && help < HELP_LOG; i++) {
            enum help more = help_for(w, j->large[i]);

            help = more > help ? more : help;
            w->target = j->large[i];
        }
        w->helped = help == HELP_LOG ? j->files[w->target].worker : 0;
        w->joins = help == HELP_PARTS;
        if (help == HELP_LOG || help == HELP_PARTS)
            worker_walk(w, ops);
        else if (help == HELP_ARCHIVE)
            archive_join(w, ops);
        else if (help == HELP_LATER)
            nap();
    } while (help != HELP_NONE);
}

/* The reader is the case's own, as it was when the worker began: what all share is made already. */
_Noreturn void jobs_work(struct jobs *j, const struct builder *b, unsigned number)
{
    const struct bundle_ops ops = {
        .member = worker_member,
        .diag = worker_diag,
        .tap = b->options->hash ? worker_tap : NULL,
        .file = worker_takes,
        .file_end = worker_file_end,
        .entry = archive_entry,
        .entries_end = archive_entries_end,
    };
    struct worker w = { .jobs = j, .number = (uint8_t)(number + 1), .reader = b->reader };

    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    arena_init_fixed(&w.arena, j->regions[number], REGION_BYTES, LIMIT_FACT_BYTES, leave_full);
    w.reader.folding = w.reader.lasting = &w.arena;
    w.reader.ahead = j->boards[number];
    while (take_large(&w)) {
        archive_read(&w, &ops);
        end_file(&w);
    }
    w.target = SIZE_MAX;
    worker_walk(&w, &ops);
    help(&w, &ops);
    _exit(DONE);
}
