/* SPDX-License-Identifier: Apache-2.0 */
/* pack_dir: a pack as a folder: every *.json below it is a rule, causes.tsv at its top the causes. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "limits.h"
#include "rule.h"

static bool read_all(int fd, char *text, size_t n)
{
    while (n != 0) {
        ssize_t got = read(fd, text, n);

        if (got <= 0)
            return false;
        text += got;
        n -= (size_t)got;
    }
    return true;
}

/* A list of causes is as long as a pack is large. */
#define CAUSES_MOST (16 * LIMIT_RULE)

static bool read_file(const char *path, uint64_t most, char **ret, size_t *ret_n)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat st;
    bool ok;

    *ret = NULL;
    if (fd < 0)
        return false;
    ok = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size >= 0 &&
         (uint64_t)st.st_size <= most;
    if (ok) {
        *ret = malloc((size_t)st.st_size + 1);
        ok = *ret != NULL && read_all(fd, *ret, (size_t)st.st_size);
        *ret_n = (size_t)st.st_size;
    } else {
        errno = EFBIG;
    }
    close(fd);
    return ok;
}

/* id absent: the causes of the pack. */
static void add_file(struct ruleset *rs, str id, str path)
{
    struct place place = { &rs->problems, path, STR(""), NULL, 0 };
    AUTO_FREE char *text = NULL;
    size_t n = 0;

    if (!read_file(path.p, id.n != 0 ? LIMIT_RULE : CAUSES_MOST, &text, &n))
        problem_error(&place, 0, "rule.unreadable", "cannot be read: %s", strerror(errno));
    else if (id.n != 0)
        ruleset_add(rs, id, path, (str){ text, n });
    else
        ruleset_add_causes(rs, path, (str){ text, n });
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* False when the folder cannot be read. Folders of a pack are a handful deep. */
static bool add_folder(struct ruleset *rs, str dir, str prefix, unsigned depth);

static void add_below(struct ruleset *rs, str dir, str prefix, unsigned depth)
{
    struct place place = { &rs->problems, dir, STR(""), NULL, 0 };

    if (depth == LIMIT_DEPTH)
        problem_error(&place, 0, "rule.unreadable", "folders are nested too deeply");
    else if (!add_folder(rs, dir, prefix, depth))
        problem_error(&place, 0, "rule.unreadable", "cannot be read: %s", strerror(errno));
}

/* type: what the directory says it is (d_type); links are followed here. */
static bool is_folder(const char *path, int type)
{
    struct stat st;

    if (type == DT_UNKNOWN || type == DT_LNK)
        return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
    return type == DT_DIR;
}

static void add_entry(
        struct ruleset *rs, str dir, str prefix, const struct dirent *entry, unsigned depth)
{
    str name = str_z(entry->d_name);
    str path = arena_printf(&rs->arena, "%.*s/%.*s", STR_ARG(dir), STR_ARG(name));

    if (is_folder(path.p, entry->d_type)) {
        add_below(rs, path, arena_printf(&rs->arena, "%.*s%.*s/", STR_ARG(prefix), STR_ARG(name)),
                depth + 1);
    } else if (str_ends(name, STR(".json"))) {
        name.n -= 5;
        add_file(rs, arena_printf(&rs->arena, "%.*s%.*s", STR_ARG(prefix), STR_ARG(name)), path);
    } else if (depth == 0 && str_eq(name, STR("causes.tsv"))) {
        add_file(rs, (str){ NULL, 0 }, path);
    }
}

static bool add_folder(struct ruleset *rs, str dir, str prefix, unsigned depth)
{
    struct dirent **names;
    int n = scandir(dir.p, &names, NULL, by_bytes);

    for (int i = 0; i < n; i++) {
        if (names[i]->d_name[0] != '.')
            add_entry(rs, dir, prefix, names[i], depth);
        free(names[i]);
    }
    if (n >= 0)
        free(names);
    return n >= 0;
}

bool ruleset_add_dir(struct ruleset *rs, const char *dir, enum pack_sort sort, str *ret_error)
{
    str path = arena_str(&rs->arena, str_z(dir));

    while (path.n > 1 && path.p[path.n - 1] == '/')
        path.n--;
    path = arena_str(&rs->arena, path);
    ruleset_begin_pack(rs, path, sort);
    if (add_folder(rs, path, STR(""), 0))
        return true;
    *ret_error = arena_str(&rs->arena, str_z(strerror(errno)));
    return false;
}
