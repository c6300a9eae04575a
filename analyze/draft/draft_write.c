/* SPDX-License-Identifier: Apache-2.0 */
/* draft_write: files and folders of a draft. Nothing that is there is ever written over. */
#include <string.h>
#include <sys/stat.h>

#include "command.h"
#include "draft.h"
#include "files.h"

static bool done(const struct draft *d, str path, int error)
{
    if (error != 0)
        command_say(d->o, "%.*s: %s", STR_ARG(path), strerror(error));
    return error == 0;
}

bool draft_folder(const struct draft *d, str path)
{
    return done(d, path, folder_make(d->a, path));
}

bool draft_write(const struct draft *d, str path, str text, bool again)
{
    return done(d, path, file_write(d->a, path, text, again ? FILE_OVER : FILE_NEW));
}

bool draft_add_cause(const struct draft *d, str path)
{
    str text = file_read(d->a, path), rest = text, line, row = d->cause;

    while (str_line(&rest, &line)) {
        if (str_eq(str_cut(&line, '\t'), d->id))
            return true;
    }
    if (text.n == 0)
        row = arena_printf(d->a, "# id\trole\tmeaning\tsubject\tbehind\n%.*s", STR_ARG(row));
    else if (text.p[text.n - 1] != '\n')
        row = arena_printf(d->a, "\n%.*s", STR_ARG(row)); /* the last line has no end */
    return done(d, path, file_write(d->a, path, row, FILE_APPEND));
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
