/* SPDX-License-Identifier: Apache-2.0 */
/* draft_write: files and folders of a draft. Nothing that is there is ever written over. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "draft.h"

static bool refuse(const struct draft *d, str path, int error)
{
    command_say(d->o, "%.*s: %s", STR_ARG(path), strerror(error));
    return false;
}

/* With all folders above it. */
bool draft_folder(const struct draft *d, str path)
{
    char *name = arena_z(d->a, path);

    for (char *p = name + 1;; p++) {
        char end = *p;

        if (end != '/' && end != '\0')
            continue;
        *p = '\0';
        if (mkdir(name, 0777) != 0 && errno != EEXIST)
            return refuse(d, str_z(name), errno);
        *p = end;
        if (end == '\0')
            return true;
    }
}

static bool put(const struct draft *d, str path, str text, int flags)
{
    int fd = open(arena_z(d->a, path), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | flags, 0666);
    struct out out;
    bool ok;

    if (fd < 0)
        return refuse(d, path, errno);
    out_init_fd(&out, fd);
    out_str(&out, text);
    ok = out_finish(&out);
    if (close(fd) != 0 && ok) {
        ok = false;
        out.failed = errno;
    }
    return ok || refuse(d, path, out.failed);
}

bool draft_write(const struct draft *d, str path, str text, bool again)
{
    size_t slash = str_rfind_char(path, '/');

    if (slash != STR_NONE && slash != 0 && !draft_folder(d, str_slice(path, 0, slash)))
        return false;
    return put(d, path, text, again ? O_TRUNC : O_EXCL);
}

static str read_file(struct arena *a, str path)
{
    int fd = open(arena_z(a, path), O_RDONLY | O_CLOEXEC);
    char buf[4096];
    struct out out;
    ssize_t n;
    str text;

    if (fd < 0)
        return (str){ NULL, 0 };
    out_init_memory(&out);
    while ((n = read(fd, buf, sizeof(buf))) > 0)
        out_str(&out, (str){ buf, (size_t)n });
    (void)close(fd);
    text = arena_str(a, out_text(&out));
    (void)out_finish(&out);
    return text;
}

bool draft_add_cause(const struct draft *d, str path)
{
    str text = read_file(d->a, path), rest = text, line;

    while (str_line(&rest, &line)) {
        if (str_eq(str_cut(&line, '\t'), d->id))
            return true;
    }
    if (text.p == NULL)
        return draft_write(d, path,
                arena_printf(d->a, "# id\trole\tmeaning\tsubject\tbehind\n%.*s", STR_ARG(d->cause)),
                false);
    /* A last line without its end must not run into ours. */
    return put(d, path,
            arena_printf(d->a, "%s%.*s", text.n != 0 && text.p[text.n - 1] != '\n' ? "\n" : "",
                    STR_ARG(d->cause)),
            O_APPEND);
}

bool draft_is_new(const struct draft *d)
{
    const str paths[] = {
        arena_printf(d->a, "%.*s/rules/%.*s.json", STR_ARG(d->base), STR_ARG(d->id)),
        arena_printf(d->a, "%.*s/cases/%.*s", STR_ARG(d->base), STR_ARG(d->id)),
        arena_printf(d->a, "%.*s/cases/%.*s", STR_ARG(d->base), STR_ARG(d->near)),
    };
    struct stat st;

    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        if (lstat(paths[i].p, &st) != 0)
            continue;
        command_say(d->o,
                "%.*s is there already, and nothing is written over: --id gives the "
                "draft another name",
                STR_ARG(paths[i]));
        return false;
    }
    return true;
}
