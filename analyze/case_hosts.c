/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose facts are whose. Members name their machine in many ways (VZ1, vz1, vz1.example.net) or not
 * at all. Spellings are made one; a fact that names no host belongs to its member's host, else to
 * the one host of the nearest folder that has one, else to the only host of the case, else to none.
 */
#include <stdlib.h>

#include "case.h"

enum { HOST_NONE = -1, HOST_MANY = -2 };

/* What is known of one folder (or of one member, which stands as its own folder). */
struct folder {
    str path;
    int host; /* index into spellings, or HOST_ */
    bool used;
};

struct settle {
    struct case_file *c;
    str *names; /* canonical, in order of first mention */
    size_t nnames, size;
    str last; /* the name looked up before this one: facts come in runs */
    int last_number;
    struct folder *folders; /* open addressing */
    size_t nfolders, folders_size;
};

static void *must(void *p)
{
    if (p == NULL)
        abort();
    return p;
}

static str first_label(str name)
{
    size_t dot = str_find_char(name, '.');

    return dot != STR_NONE && dot != 0 ? str_slice(name, 0, dot) : name;
}

static bool is_address(str name)
{
    return name.n != 0 && is_digit(name.p[0]) && str_find_char(name, '.') != STR_NONE;
}

/* The same machine: equal but for case, or one is the short form of the other. */
static bool same_host(str a, str b)
{
    str label_a = first_label(a), label_b = first_label(b);

    if (str_eq_nocase(a, b))
        return true;
    if (is_address(a) || is_address(b) || (label_a.n != a.n && label_b.n != b.n))
        return false;
    return str_eq_nocase(label_a, label_b);
}

static int look_up(struct settle *s, str name)
{
    for (size_t i = 0; i < s->nnames; i++) {
        if (!same_host(s->names[i], name))
            continue;
        if (name.n < s->names[i].n)
            s->names[i] = name; /* the short form is what people say */
        return (int)i;
    }
    if (s->nnames == s->size) {
        s->size = s->size != 0 ? s->size * 2 : 16;
        s->names = must(realloc(s->names, s->size * sizeof(*s->names)));
    }
    s->names[s->nnames] = name;
    return (int)s->nnames++;
}

static int host_number(struct settle *s, str name)
{
    if (name.n == 0)
        return HOST_NONE;
    if (s->last.n == 0 || !str_eq(s->last, name)) {
        s->last_number = look_up(s, name);
        s->last = name;
    }
    return s->last_number;
}

static void grow_folders(struct settle *s)
{
    struct folder *old = s->folders;
    size_t size = s->folders_size;

    s->folders_size = size != 0 ? size * 2 : 256;
    s->folders = must(calloc(s->folders_size, sizeof(*s->folders)));
    for (size_t i = 0; i < size; i++) {
        size_t at = str_hash(old[i].path) & (s->folders_size - 1);

        if (!old[i].used)
            continue;
        while (s->folders[at].used)
            at = (at + 1) & (s->folders_size - 1);
        s->folders[at] = old[i];
    }
    free(old);
}

static struct folder *find_folder(struct settle *s, str path)
{
    size_t at;

    if (s->nfolders * 2 >= s->folders_size)
        grow_folders(s);
    at = str_hash(path) & (s->folders_size - 1);
    while (s->folders[at].used && !str_eq(s->folders[at].path, path))
        at = (at + 1) & (s->folders_size - 1);
    if (!s->folders[at].used) {
        s->folders[at] = (struct folder){ path, HOST_NONE, true };
        s->nfolders++;
    }
    return &s->folders[at];
}

/* The folder above; false at the root, whose path is empty. An archive is a folder. */
static bool go_up(str *path)
{
    size_t n = path->n;

    if (n == 0)
        return false;
    while (n > 0 && path->p[n - 1] != '/' && path->p[n - 1] != '!')
        n--;
    path->n = n != 0 ? n - 1 : 0;
    return true;
}

static void note(struct settle *s, uint32_t member, int host)
{
    str path;

    if (host == HOST_NONE || member == 0)
        return;
    path = s->c->sources[member - 1].path;
    do {
        struct folder *f = find_folder(s, path);

        if (f->host == HOST_MANY || f->host == host)
            return; /* so are all above */
        f->host = f->host == HOST_NONE ? host : HOST_MANY;
    } while (go_up(&path));
}

static int host_of_member(struct settle *s, uint32_t member)
{
    str path;

    if (member == 0)
        return HOST_NONE;
    path = s->c->sources[member - 1].path;
    do {
        int host = find_folder(s, path)->host;

        if (host != HOST_NONE)
            return host;
    } while (go_up(&path));
    return HOST_NONE;
}

static int by_name(const void *a, const void *b)
{
    return str_cmp(*(const str *)a, *(const str *)b);
}

void case_settle_hosts(struct case_file *c)
{
    struct settle s = { .c = c };
    str *sorted;

    for (size_t i = 0; i < c->nsources; i++)
        note(&s, (uint32_t)i + 1, host_number(&s, c->sources[i].host));
    for (size_t i = 0; i < c->nfacts; i++)
        note(&s, c->facts[i]->where.member, host_number(&s, c->facts[i]->host));
    for (size_t i = 0; i < c->nsources; i++) {
        int host = host_of_member(&s, (uint32_t)i + 1);

        c->sources[i].host = host >= 0 ? s.names[host] : STR("");
    }
    for (size_t i = 0; i < c->nfacts; i++) {
        struct fact *fact = (struct fact *)(uintptr_t)c->facts[i];
        int host = host_number(&s, fact->host);

        if (host >= 0)
            fact->host = s.names[host];
        else if (fact->where.member != 0)
            fact->host = c->sources[fact->where.member - 1].host;
    }
    sorted = arena_array(&c->arena, str, s.nnames);
    for (size_t i = 0; i < s.nnames; i++)
        sorted[i] = s.names[i];
    if (s.nnames != 0)
        qsort(sorted, s.nnames, sizeof(*sorted), by_name);
    c->hosts = sorted;
    c->nhosts = s.nnames;
    free(s.names);
    free(s.folders);
}
