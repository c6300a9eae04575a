/* SPDX-License-Identifier: Apache-2.0 */
#include "section.h"

#include <string.h>

#include "prompt.h"

enum { MARK_MOST = 300, MARKS = 32 };

/* Commands whose output some format reads. */
static const struct command {
    str word;
    bool verbs; /* what it does is its first argument */
} commands[] = {
    { STR_INIT("free"), false },
    { STR_INIT("vmstat"), false },
    { STR_INIT("sysctl"), false },
    { STR_INIT("dmesg"), false },
    { STR_INIT("journalctl"), false },
    { STR_INIT("slabtop"), false },
    { STR_INIT("ps"), false },
    { STR_INIT("uname"), false },
    { STR_INIT("hostname"), false },
    { STR_INIT("hostnamectl"), false },
    { STR_INIT("uptime"), false },
    { STR_INIT("date"), false },
    { STR_INIT("swapon"), false },
    { STR_INIT("lsmod"), false },
    { STR_INIT("lscpu"), false },
    { STR_INIT("systeminfo"), false },
    { STR_INIT("tasklist"), false },
    { STR_INIT("pslist"), false },
    { STR_INIT("poolmon"), false },
    { STR_INIT("vssadmin"), false },
    { STR_INIT("typeperf"), false },
    { STR_INIT("Get-Process"), false },
    { STR_INIT("gps"), false },
    { STR_INIT("!vm"), false },
    { STR_INIT("!poolused"), false },
    { STR_INIT("vmware-toolbox-cmd"), true },
    { STR_INIT("docker"), true },
    { STR_INIT("podman"), true },
    { STR_INIT("kubectl"), true },
    { STR_INIT("crictl"), true },
    { STR_INIT("wmic"), true },
};

static const struct command *find_command(str word)
{
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (str_eq_nocase(word, commands[i].word))
            return &commands[i];
    }
    return NULL;
}

static str base_name(str path)
{
    size_t at = str_rfind_char(path, '/');

    if (at == STR_NONE)
        at = str_rfind_char(path, '\\');
    return str_from(path, at != STR_NONE ? at + 1 : 0);
}

/*
 * What tells sections of one kind: the file that is shown, or the command; absent for commands that
 * no format knows.
 */
static str kind_of(str command)
{
    str file = command_file(command), word = command_word(command);

    if (file.n != 0)
        return base_name(file);
    return find_command(word) != NULL ? word : (str){ NULL, 0 };
}

/* Behind a bare "# " words may as well be a comment: "# free -m" is none, "# free for all" is. */
static bool looks_typed(str command)
{
    const struct command *known = find_command(command_word(command));
    str file = command_file(command), rest = command, word;

    if (file.n != 0)
        return file.p[0] == '/';
    if (known == NULL || !str_word(&rest, &word))
        return false;
    rest = str_trim(rest);
    return known->verbs || rest.n == 0 || rest.p[0] == '-' || rest.p[0] == '|' || rest.p[0] == '>';
}

/* "===== free -m =====": the same mark, three times or more, on both sides. */
static bool take_ruled(str line, str *ret_inner)
{
    size_t front = 0, back = 0;
    char mark;

    line = str_trim(line);
    if (line.n < 8 || line.n > MARK_MOST)
        return false;
    mark = line.p[0];
    if (str_find_char(STR("=#-*+~"), mark) == STR_NONE)
        return false;
    while (front < line.n && line.p[front] == mark)
        front++;
    while (back < line.n - front && line.p[line.n - 1 - back] == mark)
        back++;
    *ret_inner = str_trim(str_slice(line, front, line.n - back));
    return front >= 3 && back >= 3 && ret_inner->n != 0;
}

static bool take_arrows(str line, str *ret_name)
{
    line = str_trim_end(line);
    if (line.n > MARK_MOST || !str_take(&line, STR("==> ")) || !str_ends(line, STR(" <==")))
        return false;
    *ret_name = str_trim(str_slice(line, 0, line.n - 4));
    return ret_name->n != 0;
}

static bool is_supportconfig(str line)
{
    return str_starts(line, STR("#==[ ")) && str_has(str_slice(line, 0, 40), STR(" ]===="));
}

/* The command or path that a mark of these two forms holds. */
static bool take_command(enum section_form form, str line, str *ret_command, str *ret_host)
{
    struct prompt prompt;

    *ret_host = (str){ NULL, 0 };
    if (form == SECTION_RULED)
        return take_ruled(line, ret_command) &&
               (ret_command->p[0] == '/' || kind_of(*ret_command).n != 0);
    if (!prompt_take(line, &prompt) || prompt.command.n == 0 ||
            (prompt.weak && !looks_typed(prompt.command)))
        return false;
    *ret_command = prompt.command;
    *ret_host = prompt.host;
    return true;
}

/* Marks of this form that show different things which some format knows. */
static bool several_kinds(enum section_form form, str head)
{
    str line, first = { NULL, 0 };
    unsigned lines = 0;

    while (str_line(&head, &line) && lines++ < 20000) {
        str command, host, kind;

        if (line.n > MARK_MOST || !take_command(form, line, &command, &host))
            continue;
        kind = command.p[0] == '/' && form == SECTION_RULED ? base_name(command) : kind_of(command);
        if (kind.n == 0)
            continue;
        if (first.n != 0 && !str_eq(first, kind))
            return true;
        first = kind;
    }
    return false;
}

enum section_form section_form(str head)
{
    str rest = head, line;
    bool arrows = false, ruled = false, prompts = false;

    for (unsigned lines = 0; lines < 20000 && str_line(&rest, &line); lines++) {
        str inner;

        if (line.n < 3 || line.n > MARK_MOST)
            continue;
        if (is_supportconfig(line))
            return SECTION_SUPPORTCONFIG;
        /* tail begins with it; in a text it would be a drawing. */
        arrows = arrows || (lines < 3 && take_arrows(line, &inner));
        ruled = ruled || take_ruled(line, &inner);
        prompts = prompts || str_find_char(STR("[$#"), line.p[0]) != STR_NONE ||
                  str_find_char(line, '>') != STR_NONE || str_has(line, STR("# ")) ||
                  str_has(line, STR("$ "));
    }
    if (arrows)
        return SECTION_ARROWS;
    if (ruled && several_kinds(SECTION_RULED, head))
        return SECTION_RULED;
    return prompts && several_kinds(SECTION_PROMPTS, head) ? SECTION_PROMPTS : SECTION_NONE;
}

bool section_begins(enum section_form form, str line)
{
    str command, host;

    switch (form) {
    case SECTION_SUPPORTCONFIG:
        return is_supportconfig(line);
    case SECTION_ARROWS:
        return take_arrows(line, &command);
    case SECTION_RULED:
    case SECTION_PROMPTS:
        return line.n <= MARK_MOST && take_command(form, line, &command, &host);
    default:
        return false;
    }
}

/* As sos names the files of commands: blanks become '_', and '/' a full stop. */
static void put_command(struct section *s, str command)
{
    str word = command_word(command), rest = command, skipped;

    (void)str_word(&rest, &skipped);
    if (str_starts(word, STR("!")))
        word = str_from(word, 1);
    s->n = 0;
    for (size_t i = 0; i < word.n && s->n < sizeof(s->name); i++)
        s->name[s->n++] = word.p[i];
    rest = str_trim(rest);
    if (rest.n != 0 && s->n < sizeof(s->name))
        s->name[s->n++] = '_';
    for (size_t i = 0; i < rest.n && s->n < sizeof(s->name); i++) {
        char c = rest.p[i];

        s->name[s->n++] = c == ' ' || c == '\t' ? '_' : c == '/' || c == '\\' || c == '!' ? '.' : c;
    }
}

static void put_file(struct section *s, str path)
{
    while (str_take_char(&path, '/'))
        ;
    s->n = path.n < sizeof(s->name) ? path.n : sizeof(s->name);
    memcpy(s->name, path.p, s->n);
}

/* "# /bin/cat /proc/meminfo", "# /etc/sysctl.conf", "# /var/log/messages - Last 500 Lines" */
static void read_supportconfig(str line, str next, struct section *ret)
{
    str what = str_from(line, 5), name = next;
    size_t last;

    what = str_slice(what, 0, str_find(what, STR(" ]")));
    ret->eats = str_take(&name, STR("# "));
    name = str_trim(name);
    if (!ret->eats || name.n == 0) {
        put_file(ret, what);
        return;
    }
    last = str_find(name, STR(" - Last "));
    if (!str_eq(what, STR("Command")))
        put_file(ret, str_slice(name, 0, last));
    else if (command_file(name).n != 0)
        put_file(ret, command_file(name));
    else
        put_command(ret, name);
}

void section_read(enum section_form form, str line, str next, struct section *ret)
{
    str command;

    *ret = (struct section){ .n = 0 };
    if (form == SECTION_SUPPORTCONFIG) {
        read_supportconfig(line, next, ret);
    } else if (form == SECTION_ARROWS) {
        (void)take_arrows(line, &command);
        put_file(ret, command);
    } else if (take_command(form, line, &command, &ret->host)) {
        ret->kept = form == SECTION_PROMPTS;
        if (form == SECTION_RULED && command.p[0] == '/' && str_find_char(command, ' ') == STR_NONE)
            put_file(ret, command);
        else if (command_file(command).n != 0)
            put_file(ret, command_file(command));
        else
            put_command(ret, command);
    }
    /* A name that was cut in the middle of a character is no text. */
    while (ret->n == sizeof(ret->name) && ((unsigned char)ret->name[ret->n - 1] & 0x80) != 0)
        ret->n--;
}
