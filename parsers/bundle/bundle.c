/* SPDX-License-Identifier: Apache-2.0 */
/* bundle: the walk over paths and directories. */
#include "bundle.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "limits.h"

struct walk {
    struct arena *arena;
    const struct bundle_ops *ops;
    void *ctx;
    size_t members;
};

struct file_source {
    struct text_source source;
    int fd;
    const char *head;
    size_t head_at, head_end;
};

static size_t read_file(struct text_source *source, char *buf, size_t size)
{
    struct file_source *f = (struct file_source *)source;
    ssize_t n;

    if (f->head_at < f->head_end) {
        size_t left = f->head_end - f->head_at;

        size = size < left ? size : left;
        memcpy(buf, f->head + f->head_at, size);
        f->head_at += size;
        return size;
    }
    n = read(f->fd, buf, size);
    return n > 0 ? (size_t)n : 0;
}

static void walk_file(struct walk *w, int fd, str path, const struct stat *st)
{
    static char head[LIMIT_SNIFF];
    struct file_source source = { .source.read = read_file, .fd = fd, .head = head };
    struct member member = {
        .number = (uint32_t)++w->members,
        .path = path,
        .mtime = st->st_mtime,
        .size = (uint64_t)st->st_size,
        .encoding = "utf-8",
        .text = &source.source,
        .raw = &source.source,
    };
    ssize_t n;

    while (source.head_end < sizeof(head) &&
            (n = read(fd, head + source.head_end, sizeof(head) - source.head_end)) > 0)
        source.head_end += (size_t)n;
    member.head = member.raw_head = (str){ head, source.head_end };
    member.bytes = member.size;
    w->ops->member(w->ctx, &member);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int no_dots(const struct dirent *entry)
{
    return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static void walk_path(struct walk *w, const char *real, str path, unsigned depth)
{
    struct stat st;
    int fd;

    if (lstat(real, &st) != 0)
        return;
    if (S_ISDIR(st.st_mode) && depth < 64) {
        struct dirent **names;
        int n = scandir(real, &names, no_dots, by_name);

        for (int i = 0; i < n; i++) {
            str child = arena_printf(w->arena, "%s/%s", real, names[i]->d_name);

            walk_path(w, child.p,
                    arena_printf(w->arena, "%.*s/%s", STR_ARG(path), names[i]->d_name), depth + 1);
            free(names[i]);
        }
        if (n >= 0)
            free(names);
        return;
    }
    if (!S_ISREG(st.st_mode))
        return;
    fd = open(real, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return;
    walk_file(w, fd, path, &st);
    close(fd);
}

size_t bundle_walk(struct arena *a, const char *const *paths, size_t npaths,
        const struct bundle_ops *ops, void *ctx, str *ret_name)
{
    struct walk w = { .arena = a, .ops = ops, .ctx = ctx };

    for (size_t i = 0; i < npaths; i++) {
        str path = str_z(paths[i]);
        size_t slash;

        while (path.n > 1 && path.p[path.n - 1] == '/')
            path.n--;
        slash = str_rfind_char(path, '/');
        path = slash != STR_NONE ? str_from(path, slash + 1) : path;
        if (i == 0)
            *ret_name = path;
        walk_path(&w, paths[i], path, 0);
    }
    return w.members;
}
