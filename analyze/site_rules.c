/* SPDX-License-Identifier: Apache-2.0 */
/*
 * site_rules: where a site keeps rules of its own, by the XDG base directory convention: fathom/rules
 * below each of $XDG_CONFIG_DIRS (/etc/xdg) and below $XDG_CONFIG_HOME (~/.config), the least
 * important first. Folders that are not there are passed over, relative paths ignored.
 */
#include <stdlib.h>
#include <sys/stat.h>

#include "analysis.h"

enum { MOST = 32 };

struct folders {
    struct arena *a;
    const char **p;
    size_t n;
};

static void add_folder(struct folders *f, str base, const char *below)
{
    const char *path;
    struct stat st;

    if (base.n == 0 || base.p[0] != '/' || f->n == MOST)
        return;
    path = arena_printf(f->a, "%.*s/%s", STR_ARG(base), below).p;
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        f->p[f->n++] = path;
}

/* The first of the list is the most important. */
static void add_system(struct folders *f, str list)
{
    str dirs[MOST];
    size_t n = 0;

    while (list.n != 0 && n < MOST)
        dirs[n++] = str_cut(&list, ':');
    while (n > 0)
        add_folder(f, dirs[--n], "fathom/rules");
}

const char *const *site_rules(struct arena *a, size_t *ret_n)
{
    struct folders f = { a, arena_array(a, const char *, MOST), 0 };
    const char *dirs = getenv("XDG_CONFIG_DIRS"), *home = getenv("XDG_CONFIG_HOME");

    add_system(&f, dirs != NULL && *dirs != '\0' ? str_z(dirs) : STR("/etc/xdg"));
    if (home != NULL && *home != '\0')
        add_folder(&f, str_z(home), "fathom/rules");
    else
        add_folder(&f, str_z(getenv("HOME")), ".config/fathom/rules");
    *ret_n = f.n;
    return f.p;
}
