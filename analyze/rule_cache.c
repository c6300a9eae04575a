/* SPDX-License-Identifier: Apache-2.0 */
#include "rule_cache.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <nettle/sha2.h>

#include "limits.h"
#include "line_seeker.h"

#define SUFFIX ".base"
#define UNFINISHED "new-"
enum { KEPT = 16 };
enum { ABANDONED_SECONDS = 3600 };
/* A set in use is written anew no more often: what was not used longest goes first. */
enum { USED_SECONDS = 86400 };
/* Times of files are no finer than this everywhere. */
enum { FRESH_SECONDS = 2 };

struct walk {
    struct sha256_ctx sha;
    int64_t newest; /* change of a file, in seconds */
    bool whole;
};

static void add_bytes(struct walk *w, const void *p, size_t n)
{
    sha256_update(&w->sha, n, p);
}

/* st_ctime cannot be set back, so it tells of every change. */
static void add_stat(struct walk *w, const struct stat *st)
{
    const int64_t row[] = { (int64_t)st->st_dev, (int64_t)st->st_ino, st->st_size,
        st->st_mtim.tv_sec, st->st_mtim.tv_nsec, st->st_ctim.tv_sec, st->st_ctim.tv_nsec };

    add_bytes(w, row, sizeof(row));
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void add_folder(struct walk *w, int at, const char *name, unsigned depth);

/* A folder, a rule, or the causes; whatever else is there is no part of a pack. */
static void add_entry(struct walk *w, int dir, const struct dirent *entry, unsigned depth)
{
    str name = str_z(entry->d_name);
    bool file = str_ends(name, STR(".json")) || str_ends(name, STR(".tsv"));
    struct stat st;

    if (entry->d_name[0] == '.' || (entry->d_type == DT_REG && !file))
        return;
    if (fstatat(dir, entry->d_name, &st, 0) != 0) {
        w->whole = w->whole && !file; /* a link that leads nowhere is no folder */
        return;
    }
    add_bytes(w, name.p, name.n + 1);
    if (S_ISDIR(st.st_mode)) {
        add_folder(w, dir, entry->d_name, depth + 1);
        return;
    }
    add_stat(w, &st);
    w->newest = st.st_ctim.tv_sec > w->newest ? st.st_ctim.tv_sec : w->newest;
}

static void add_folder(struct walk *w, int at, const char *name, unsigned depth)
{
    int fd = depth < LIMIT_DEPTH ? openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    struct dirent **entries;
    int n = fd >= 0 ? scandirat(fd, ".", &entries, NULL, by_bytes) : -1;

    w->whole = w->whole && n >= 0;
    for (int i = 0; i < n; i++) {
        add_entry(w, fd, entries[i], depth);
        free(entries[i]);
    }
    if (n >= 0)
        free(entries);
    if (fd >= 0)
        close(fd);
    add_bytes(w, "", 1); /* where it ends */
}

/* others: whether somebody else may write there, too. */
static bool is_own_folder(const char *path, bool others)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid() &&
           (others || (st.st_mode & (S_IWGRP | S_IWOTH)) == 0);
}

/*
 * Made where it is missing, but not what it stands in, and not for somebody else: what root made in a
 * user's home would only be in that user's way. Absent when there is none.
 */
static str cache_folder(struct arena *a)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    str above = { NULL, 0 }, path;

    if (cache != NULL && cache[0] == '/')
        above = arena_str(a, str_z(cache));
    else if ((cache == NULL || *cache == '\0') && home != NULL && home[0] == '/')
        above = arena_printf(a, "%s/.cache", home);
    if (above.n == 0)
        return above;
    path = arena_printf(a, "%.*s/fathom", STR_ARG(above));
    if (is_own_folder(above.p, true))
        (void)mkdir(path.p, 0700);
    return is_own_folder(path.p, false) ? path : (str){ NULL, 0 };
}

/* False when some of it cannot be looked at. */
static bool name_set(
        struct walk *w, const char *const *folders, size_t n, char ret[2 * SHA256_DIGEST_SIZE + 1])
{
    uint8_t digest[SHA256_DIGEST_SIZE];
    struct stat st;

    if (stat("/proc/self/exe", &st) != 0)
        return false;
    sha256_init(&w->sha);
    add_stat(w, &st);
    for (size_t i = 0; i < n; i++) {
        add_bytes(w, folders[i], strlen(folders[i]) + 1);
        add_folder(w, AT_FDCWD, folders[i], 0);
    }
    sha256_digest(&w->sha, sizeof(digest), digest);
    for (size_t i = 0; i < sizeof(digest); i++)
        (void)snprintf(ret + 2 * i, 3, "%02x", digest[i]);
    return w->whole;
}

void rule_cache_find(struct rule_cache *ret, struct arena *a, const char *const *folders, size_t n)
{
    struct walk w = { .whole = true };
    str folder = cache_folder(a);
    char name[2 * SHA256_DIGEST_SIZE + 1];
    time_t now = time(NULL); /* before the files are looked at */

    *ret = (struct rule_cache){ .fresh = false };
    if (folder.n == 0 || !name_set(&w, folders, n, name))
        return;
    ret->path = arena_printf(a, "%.*s/%s" SUFFIX, STR_ARG(folder), name);
    ret->folders = folders;
    ret->n = n;
    ret->fresh = w.newest + FRESH_SECONDS >= now;
}

/* Whether the folders are what they were: a link or a folder may have changed places while they were read. */
static bool is_still_so(const struct rule_cache *cache)
{
    struct walk w = { .whole = true };
    char name[2 * SHA256_DIGEST_SIZE + 1];

    return name_set(&w, cache->folders, cache->n, name) && str_has(cache->path, str_z(name));
}

/* Only what this user wrote, and nobody else can. */
static bool is_own(int fd, struct stat *ret)
{
    return fstat(fd, ret) == 0 && S_ISREG(ret->st_mode) && ret->st_uid == geteuid() &&
           (ret->st_mode & (S_IWGRP | S_IWOTH)) == 0 && ret->st_size > 0;
}

struct ruleset *rule_cache_open(const struct rule_cache *cache, const struct kind *const *kinds)
{
    int fd = cache->path.n != 0 ? open(cache->path.p, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;
    struct ruleset *rules = NULL;
    void *p = MAP_FAILED;
    struct stat st;
    size_t size = 0;

    if (fd < 0)
        return NULL;
    if (is_own(fd, &st)) {
        size = (size_t)st.st_size;
        p = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    }
    if (p != MAP_FAILED && st.st_mtim.tv_sec + USED_SECONDS < time(NULL))
        (void)futimens(fd, NULL);
    close(fd);
    if (p == MAP_FAILED)
        return NULL;
    rules = ruleset_open(kinds, (str){ p, size }); /* which borrows it, to the end of the run */
    if (rules == NULL)
        (void)munmap(p, size);
    return rules;
}

/* Past the limit on the size of files a signal ends the run. */
static bool may_write(size_t n)
{
    struct rlimit limit;

    return getrlimit(RLIMIT_FSIZE, &limit) == 0 &&
           (limit.rlim_cur == RLIM_INFINITY || n <= limit.rlim_cur);
}

static bool write_all(int fd, str s)
{
    while (s.n != 0) {
        ssize_t put = write(fd, s.p, s.n);

        if (put <= 0)
            return false;
        s = str_from(s, (size_t)put);
    }
    return true;
}

/* The oldest goes when there are too many, and what a run did not live to finish. */
static void make_room(str folder)
{
    DIR *dir = opendir(folder.p);
    struct dirent *entry;
    struct stat st;
    char oldest[NAME_MAX + 1] = "";
    int64_t least = INT64_MAX;
    unsigned n = 0;

    if (dir == NULL)
        return;
    while ((entry = readdir(dir)) != NULL) {
        bool unfinished = str_starts(str_z(entry->d_name), STR(UNFINISHED));

        if ((!unfinished && !str_ends(str_z(entry->d_name), STR(SUFFIX))) ||
                fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        if (unfinished) {
            if (st.st_mtim.tv_sec + ABANDONED_SECONDS < time(NULL))
                (void)unlinkat(dirfd(dir), entry->d_name, 0);
            continue;
        }
        n++;
        if (st.st_mtim.tv_sec < least) {
            least = st.st_mtim.tv_sec;
            (void)snprintf(oldest, sizeof(oldest), "%s", entry->d_name);
        }
    }
    if (n > KEPT)
        (void)unlinkat(dirfd(dir), oldest, 0);
    closedir(dir);
}

/* Under another name first: a reader finds all of it, or nothing. */
void rule_cache_keep(const struct rule_cache *cache, const struct ruleset *rules)
{
    struct arena a;
    str folder, name, bytes;
    int fd;

    if (cache->path.n == 0 || cache->fresh || !is_still_so(cache))
        return;
    arena_init(&a, 0);
    folder = arena_str(&a, str_slice(cache->path, 0, str_rfind_char(cache->path, '/')));
    name = arena_printf(&a, "%.*s/" UNFINISHED "XXXXXX", STR_ARG(folder));
    bytes = ruleset_write(rules, line_scanner(&a, rules), &a);
    fd = may_write(bytes.n) ? mkostemp((char *)(uintptr_t)name.p, O_CLOEXEC) : -1;
    if (fd >= 0) {
        bool ok = write_all(fd, bytes);

        if ((close(fd) != 0 || !ok) || rename(name.p, cache->path.p) != 0)
            (void)unlink(name.p);
        make_room(folder);
    }
    arena_finish(&a);
}
