/* SPDX-License-Identifier: Apache-2.0 */
/* bundle: the walk over paths and directories. */
#include "bundle.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "walk.h"

static void tell_errno(struct walk *w, const char *code, int error)
{
    tell(w, DIAG_ERROR, code, strerror(error));
}

static void walk_fd(struct walk *w, int fd)
{
    const struct place place = { 0 };
    struct file_stream file;

    stream_of_file(&file, fd);
    walk_stream(w, &file.s, place);
    tell_trouble(w, &file.s.trouble, 0);
    stream_finish(&file.s);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a + 1, *(const char *const *)b + 1);
}

/* The names of a directory, each behind a byte that says what the directory says it is (d_type). */
struct names {
    struct arena arena;
    const char **list;
    size_t n, size;
};

static void add_name(struct names *names, const struct dirent *entry)
{
    size_t n = strlen(entry->d_name);
    char *name;

    if (names->n == names->size) {
        names->size = names->size != 0 ? names->size * 2 : 64;
        names->list = realloc(names->list, names->size * sizeof(*names->list));
        if (names->list == NULL) {
            fputs("fathom: out of memory\n", stderr);
            abort();
        }
    }
    name = arena_buffer(&names->arena, n + 2);
    name[0] = (char)entry->d_type;
    memcpy(name + 1, entry->d_name, n + 1);
    names->list[names->n++] = name;
}

static void read_names(struct walk *w, DIR *dir, struct names *names)
{
    const struct dirent *entry;

    errno = 0;
    while ((entry = readdir(dir)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            add_name(names, entry);
        if (names->n > 2 * LIMIT_MEMBERS) {
            tell(w, DIAG_ERROR, "bundle.members", "a directory with too many entries");
            break;
        }
        errno = 0;
    }
    if (entry == NULL && errno != 0)
        tell_errno(w, "bundle.read", errno);
    if (names->n != 0)
        qsort(names->list, names->n, sizeof(*names->list), by_name);
}

static void walk_at(struct walk *w, int at, const char *name, unsigned depth, int type);

/* Takes fd over. */
static void walk_directory(struct walk *w, int fd, unsigned depth)
{
    struct names names = { 0 };
    DIR *dir = fdopendir(fd);

    if (dir == NULL) {
        tell_errno(w, "bundle.open", errno);
        close(fd);
        return;
    }
    arena_init(&names.arena, 0);
    if (depth < LIMIT_DIRECTORIES)
        read_names(w, dir, &names);
    else
        tell(w, DIAG_ERROR, "bundle.depth", "directories too deep");
    for (size_t i = 0; i < names.n && !w->stopped; i++) {
        size_t mark;

        if (path_add(w, '/', str_z(names.list[i] + 1), &mark))
            walk_at(w, fd, names.list[i] + 1, depth + 1, names.list[i][0]);
        path_cut(w, mark);
    }
    free(names.list);
    arena_finish(&names.arena);
    closedir(dir);
}

static void walk_open(struct walk *w, int at, const char *name, unsigned depth)
{
    const int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
    int fd = openat(at, name, flags);
    struct stat st;

    if (fd < 0 || fstat(fd, &st) != 0) {
        tell_errno(w, "bundle.open", errno);
    } else if (S_ISDIR(st.st_mode)) {
        walk_directory(w, fd, depth);
        return;
    } else if (S_ISREG(st.st_mode)) {
        walk_fd(w, fd);
    }
    if (fd >= 0)
        close(fd);
}

/* A directory or a file; anything else is told and left alone. Looks before it opens, unless the
 * directory told already: opening a device may do something. */
static void walk_at(struct walk *w, int at, const char *name, unsigned depth, int type)
{
    struct stat st = { .st_mode = DTTOIF(type) };

    if (type == DT_UNKNOWN && fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        tell_errno(w, "bundle.open", errno);
    else if (S_ISLNK(st.st_mode))
        tell(w, DIAG_NOTE, "bundle.link", "a symbolic link, not followed");
    else if (S_ISDIR(st.st_mode) || (S_ISREG(st.st_mode) && w->ops->file == NULL))
        walk_open(w, at, name, depth);
    else if (!S_ISREG(st.st_mode))
        tell(w, DIAG_NOTE, "bundle.special", "neither a file nor a directory");
    else if (w->ops->file(w->ctx, at, name)) {
        walk_open(w, at, name, depth);
        w->ops->file_end(w->ctx);
    }
}

/* The last n components of a path, without slashes at its end. */
static str last_components(const char *path, size_t n)
{
    str s = str_z(path);
    size_t at;

    while (s.n > 1 && s.p[s.n - 1] == '/')
        s.n--;
    at = s.n;
    while (at != 0 && (s.p[at - 1] != '/' || --n != 0))
        at--;
    return str_from(s, at);
}

/* The shortest end of a path that no other path of the command line has. */
static str path_name(const char *const *paths, size_t npaths, size_t i)
{
    enum { MOST = 16 };

    for (size_t n = 1; n < MOST; n++) {
        str name = last_components(paths[i], n);
        bool same = false;

        for (size_t k = 0; k < npaths; k++)
            same = same || (k != i && strcmp(paths[k], paths[i]) != 0 &&
                                   str_eq(last_components(paths[k], n), name));
        if (!same)
            return name;
    }
    return last_components(paths[i], 1);
}

static void walk_stdin(struct walk *w)
{
    struct stat st;

    if (fstat(STDIN_FILENO, &st) != 0)
        tell_errno(w, "bundle.open", errno);
    else if (S_ISDIR(st.st_mode))
        tell_errno(w, "bundle.open", EISDIR);
    else
        walk_fd(w, STDIN_FILENO);
}

static bool is_stdin(const char *path)
{
    return strcmp(path, "-") == 0;
}

static void walk_argument(struct walk *w, const char *path, str name)
{
    size_t mark;

    if (is_stdin(path))
        name = STR("stdin");
    else if (str_eq(name, STR(".")) || str_eq(name, STR("..")) || str_eq(name, STR("/")))
        name = STR("");
    if (path_add(w, '/', name, &mark)) {
        if (is_stdin(path))
            walk_stdin(w);
        else
            walk_at(w, AT_FDCWD, path, 0, DT_UNKNOWN);
    }
    path_cut(w, mark);
}

size_t bundle_walk(struct arena *a, const char *const *paths, size_t npaths,
        const struct bundle_ops *ops, void *ctx, str *ret_name)
{
    struct walk *w = calloc(1, sizeof(*w));
    size_t members;

    if (w == NULL || (w->head = malloc(LIMIT_SNIFF)) == NULL) {
        fputs("fathom: out of memory\n", stderr);
        abort();
    }
    w->ops = ops;
    w->ctx = ctx;
    *ret_name = STR("");
    for (size_t i = 0; i < npaths && !w->stopped; i++) {
        str name = path_name(paths, npaths, i);

        if (i == 0)
            *ret_name =
                    is_stdin(paths[0]) ? STR("stdin") : arena_str(a, last_components(paths[0], 1));
        walk_argument(w, paths[i], name);
    }
    members = w->members;
    decode_destroy(&w->decode);
    free(w->head);
    free(w);
    return members;
}

void bundle_prepare(void)
{
    codepage_prepare();
}
