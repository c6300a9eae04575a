/* SPDX-License-Identifier: Apache-2.0 */
/* case_jobs_parts: what the case and its workers share. Internal to case_jobs.c and case_worker.c. */
#pragma once

#include <stdatomic.h>
#include <sys/types.h>

#include "ahead.h"
#include "builder.h"
#include "limits.h"

enum {
    WORKERS_MOST = 64,
    FILES_MOST = 1 << 20,
    WORTH_FILES = 256,             /* less than that ... */
    WORTH_BYTES = 4 * 1024 * 1024, /* ... of less than that is read sooner than workers start */
    WORTH_HELP = 32 * 1024 * 1024, /* so large a file may be worth a second worker of its own */
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
    _Atomic uint8_t state;  /* enum file_state */
    _Atomic uint8_t worker; /* who took it, from 1; 0 = not yet */
    bool large;
    uint32_t name_hash;
    uint64_t size;
    dev_t device;
    ino_t inode;
    struct happening *first;
};

struct jobs {
    const char *const *paths;
    size_t npaths;
    struct file_work *files; /* shared */
    size_t nfiles, at;       /* at: the file that the walk has come to */
    uint64_t largest;
    size_t large[SHARES * WORKERS_MOST], nlarge; /* the largest first */
    unsigned workers;
    char *regions[WORKERS_MOST];
    struct ahead
            *boards[WORKERS_MOST]; /* shared: where others help each of them; NULL = nobody does */
    _Atomic bool *gone;            /* shared, of each worker: it reads no more */
    pid_t pids[WORKERS_MOST];
};

static inline uint32_t jobs_name_hash(const char *name)
{
    return (uint32_t)str_hash(str_z(name));
}

/* Over all files, in the order in which they were counted. */
void jobs_walk(struct jobs *j, const struct bundle_ops *ops, void *ctx);
/* The life of worker `number`, from 0. */
_Noreturn void jobs_work(struct jobs *j, const struct builder *b, unsigned number);
