/* SPDX-License-Identifier: Apache-2.0 */
#include "prompt.h"

enum { PROMPT_MOST = 120 };

static bool is_host(str s)
{
    if (s.n == 0 || s.n > 64)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (!is_alnum(s.p[i]) && s.p[i] != '-' && s.p[i] != '.' && s.p[i] != '_')
            return false;
    }
    return true;
}

/* "root@vz3": true when it is such; *ret_host is what stands behind the '@'. */
static bool take_user_at_host(str s, str *ret_host)
{
    str user = str_cut(&s, '@');

    if (!is_host(user) || !is_host(s))
        return false;
    *ret_host = s;
    return true;
}

/* Up to the "# " or "$ " that ends a prompt; what follows is the command. */
static bool cut_mark(str line, str *ret_front, str *ret_command)
{
    str head = str_slice(line, 0, PROMPT_MOST);

    if (str_find_char(head, '#') == STR_NONE && str_find_char(head, '$') == STR_NONE)
        return false;
    for (size_t i = 1; i < head.n; i++) {
        if ((line.p[i] == '#' || line.p[i] == '$') && (i + 1 == line.n || line.p[i + 1] == ' ')) {
            *ret_front = str_trim_end(str_slice(line, 0, i));
            *ret_command = str_trim(str_from(line, i + 1));
            return true;
        }
    }
    return false;
}

static bool take_unix(str line, struct prompt *ret)
{
    str front, host;
    size_t colon;

    if (!cut_mark(line, &front, &ret->command) || front.n < 3)
        return false;
    if (front.p[0] == '[' && front.p[front.n - 1] == ']') {
        front = str_slice(front, 1, front.n - 1);
        return take_user_at_host(str_cut(&front, ' '), &ret->host);
    }
    colon = str_find_char(front, ':');
    if (colon == STR_NONE || colon + 1 == front.n)
        return false;
    if (take_user_at_host(str_slice(front, 0, colon), &ret->host))
        return true;
    /* SUSE: "vz3:~ # ", "vz3:/var/log # " */
    host = str_slice(front, 0, colon);
    front = str_from(front, colon + 1);
    if (!is_host(host) || is_digit(host.p[0]) || (front.p[0] != '~' && front.p[0] != '/') ||
            str_find_char(front, ' ') != STR_NONE)
        return false;
    ret->host = host;
    return true;
}

static bool take_windows(str line, struct prompt *ret)
{
    size_t end;

    (void)str_take(&line, STR("PS "));
    if (line.n < 4 || !is_alpha(line.p[0]) || line.p[1] != ':' || line.p[2] != '\\')
        return false;
    end = str_find_char(str_slice(line, 0, PROMPT_MOST), '>');
    if (end == STR_NONE || str_find_char(str_slice(line, 0, end), '"') != STR_NONE)
        return false;
    ret->command = str_trim(str_from(line, end + 1));
    return true;
}

static bool take_debugger(str line, struct prompt *ret)
{
    uint64_t cpu;

    if (str_take_u64(&line, &cpu) && !str_take(&line, STR(": ")))
        return false;
    (void)str_take_char(&line, 'l');
    if (!str_take(&line, STR("kd>")))
        return false;
    ret->command = str_trim(line);
    return true;
}

bool prompt_take(str line, struct prompt *ret)
{
    struct prompt p = { .weak = false };

    line = str_trim(line);
    if (line.n < 3)
        return false;
    if (str_starts(line, STR("# ")) || str_starts(line, STR("$ "))) {
        p.weak = true;
        p.command = str_trim(str_from(line, 2));
    } else if (!take_unix(line, &p) && !take_windows(line, &p) && !take_debugger(line, &p)) {
        return false;
    }
    *ret = p;
    return true;
}

str command_word(str command)
{
    str word = { NULL, 0 };
    size_t at;

    if (str_take(&command, STR("sudo ")))
        str_skip_blanks(&command);
    if (!str_word(&command, &word))
        return word;
    at = str_rfind_char(word, '/');
    if (at == STR_NONE)
        at = str_rfind_char(word, '\\');
    word = str_from(word, at != STR_NONE ? at + 1 : 0);
    if (word.n > 4 && str_eq_nocase(str_from(word, word.n - 4), STR(".exe")))
        word.n -= 4;
    return word;
}

str command_file(str command)
{
    static const str shows[] = { STR_INIT("cat"), STR_INIT("zcat"), STR_INIT("bzcat"),
        STR_INIT("xzcat"), STR_INIT("zstdcat"), STR_INIT("tail"), STR_INIT("head"),
        STR_INIT("more"), STR_INIT("less"), STR_INIT("type"), STR_INIT("Get-Content") };
    str word = command_word(command), rest = command, file = { NULL, 0 };
    bool known = false;

    for (size_t i = 0; i < sizeof(shows) / sizeof(shows[0]); i++)
        known = known || str_eq(word, shows[i]);
    if (!known)
        return file;
    (void)str_take(&rest, STR("sudo "));
    (void)str_word(&rest, &word);
    while (str_word(&rest, &word)) {
        uint64_t number;

        if (word.p[0] == '|' || word.p[0] == '>' || word.p[0] == '<')
            break; /* what comes then is no longer the file as it is, but its lines are */
        if (word.p[0] == '-' || str_u64(word, &number))
            continue;
        if (file.n != 0) /* two files: neither is it */
            return (str){ NULL, 0 };
        file = word;
    }
    return file;
}
