/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prefix_program: fronts of lines that only programs write.
 *
 *     <165>1 2026-03-04T15:29:58.003Z web1 app 881 ID47 [id@1 k="v"] text    RFC 5424
 *     03-04 15:30:01.123  1000  1020 W ActivityManager: text                 Android's logcat
 *     03-04 15:30:01.123 F /disp:2211:2212/ text                             Virtuozzo's dispatcher
 *     Wed 2026-03-04 15:30:01 CET web1 app[881]: text                        journalctl -o short-full
 *     1772634605.123456 web1 app[881]: text                                  journalctl -o short-unix
 */
#include "kernel_prefix.h"
#include "stamp.h"

/* "-" stands for what is not told. */
static bool take_word(str *s, str *ret)
{
    size_t n = str_find_char(*s, ' ');

    if (n == STR_NONE || n == 0)
        return false;
    *ret = str_slice(*s, 0, n);
    if (str_eq(*ret, STR("-")))
        ret->n = 0;
    *s = str_from(*s, n + 1);
    return true;
}

/* "-", or elements [id key="value \] \" more"] without blanks between them. */
static bool skip_elements(str *s)
{
    str rest = *s;

    if (str_take_char(&rest, '-')) {
        *s = rest;
        return true;
    }
    if (rest.n == 0 || rest.p[0] != '[')
        return false;
    while (str_take_char(&rest, '[')) {
        bool quoted = false;
        size_t n = 0;

        for (; n < rest.n && (quoted || rest.p[n] != ']'); n++) {
            if (rest.p[n] == '"')
                quoted = !quoted;
            else if (quoted && rest.p[n] == '\\')
                n++;
        }
        if (n >= rest.n)
            return false;
        rest = str_from(rest, n + 1);
    }
    *s = rest;
    return true;
}

/* Behind the priority: version, stamp, host, program, process, message id, elements, text. */
bool prefix_take_rfc5424(str *s, struct prefix *p)
{
    str rest = *s, host, program, process, id;
    struct stamp stamp = { .uptime = -1 };
    uint64_t version;

    if (!str_take_u64(&rest, &version) || version == 0 || version > 99 ||
            !str_take_char(&rest, ' '))
        return false;
    if (!str_take_char(&rest, '-') && !stamp_take_iso(&rest, &stamp))
        return false;
    if (!str_take_char(&rest, ' ') || !take_word(&rest, &host) || !take_word(&rest, &program) ||
            !take_word(&rest, &process) || !take_word(&rest, &id) || !skip_elements(&rest))
        return false;
    (void)str_take_char(&rest, ' ');
    (void)str_take(&rest, STR("\xef\xbb\xbf"));
    if (stamp.when.basis != WHEN_NONE) {
        prefix_set_wall(p, stamp.when);
        p->named = stamp.named;
        p->zulu = stamp.zulu;
        p->offset = stamp.offset;
    }
    p->host = host;
    p->tag = program;
    p->parts |= PREFIX_ISO | PREFIX_HOST;
    p->parts |= str_eq(program, STR("kernel")) ? PREFIX_KERNEL : PREFIX_PROGRAM;
    *s = rest;
    return true;
}

/* "03-04 15:30:01.123": LOCAL with a year before it, else YEARLESS. */
static bool take_short_date(str *s, struct when *ret)
{
    int at[5] = { 0 };
    struct civil c = { .year = 1972 };
    str rest = *s;
    uint64_t fraction;
    size_t digits;

    for (int i = 0; i < 5; i++) {
        if (rest.n < 3 || !is_digit(rest.p[0]) || !is_digit(rest.p[1]))
            return false;
        at[i] = (rest.p[0] - '0') * 10 + (rest.p[1] - '0');
        rest = str_from(rest, 2);
        if (i < 4 && !str_take_char(&rest, "- ::"[i]))
            return false;
    }
    c.month = at[0];
    c.day = at[1];
    c.hour = at[2];
    c.minute = at[3];
    c.second = at[4];
    digits = rest.n;
    if (!str_take_char(&rest, '.') || !str_take_u64(&rest, &fraction))
        return false;
    digits -= rest.n + 1;
    if (digits != 3 && digits != 6)
        return false;
    c.ns = (int32_t)fraction * (digits == 3 ? 1000000 : 1000);
    *ret = (struct when){ .basis = WHEN_YEARLESS };
    if (!civil_to_ns(&c, &ret->ns))
        return false;
    *s = rest;
    return true;
}

static int logcat_priority(char letter)
{
    static const char letters[] = "FEWIDV";
    static const int priorities[] = { 2, 3, 4, 6, 7, 7 };
    size_t at = str_find_char(STR("FEWIDV"), letter);

    return at < sizeof(letters) - 1 ? priorities[at] : -1;
}

/* "1000  1020 W ActivityManager: " */
static bool take_logcat(str *s, struct prefix *p)
{
    str rest = *s;
    uint64_t process, thread;
    size_t end;

    str_skip_blanks(&rest);
    if (!str_take_u64(&rest, &process))
        return false;
    str_skip_blanks(&rest);
    if (!str_take_u64(&rest, &thread) || rest.n < 4 || rest.p[0] != ' ' || rest.p[2] != ' ')
        return false;
    p->priority = logcat_priority(rest.p[1]);
    rest = str_from(rest, 3);
    end = str_find(rest, STR(": "));
    if (p->priority < 0 || end == STR_NONE || end > 64)
        return false;
    p->tag = str_trim(str_slice(rest, 0, end));
    *s = str_from(rest, end + 1);
    return true;
}

/* "F /disp:2211:2212/ ": a level, the program, its process and thread */
static bool take_dispatcher(str *s, struct prefix *p)
{
    str rest = *s, inner;
    uint64_t number;
    size_t end;

    if (rest.n < 6 || rest.p[0] < 'A' || rest.p[0] > 'Z' || !str_take(&rest, str_slice(*s, 0, 1)) ||
            !str_take(&rest, STR(" /")))
        return false;
    end = str_find_char(str_slice(rest, 0, 80), '/');
    inner = str_slice(rest, 0, end);
    if (end == STR_NONE)
        return false;
    p->tag = str_cut(&inner, ':');
    if (!str_u64(str_cut(&inner, ':'), &number) || !str_u64(inner, &number))
        return false;
    *s = str_from(rest, end + 1);
    return true;
}

bool prefix_take_program(str *s, struct prefix *p)
{
    struct prefix made = *p;
    struct when when;
    str rest = *s;

    if (!take_short_date(&rest, &when) || !str_take_char(&rest, ' '))
        return false;
    if (!take_logcat(&rest, &made) && !take_dispatcher(&rest, &made))
        return false;
    *p = made;
    prefix_set_wall(p, when);
    p->parts |= PREFIX_PROGRAM;
    *s = rest;
    return true;
}

/* "Wed 2026-03-04 15:30:01 CET ": an abbreviation may mean several zones, but for UTC. */
bool prefix_take_full_date(str *s, struct prefix *p)
{
    struct stamp stamp;
    str rest = *s, zone;
    size_t n = str_find_char(str_slice(*s, 0, 16), ' ');

    if (n == STR_NONE || n + 1 >= s->n || !is_digit(s->p[n + 1]))
        return false;
    rest = str_from(rest, n + 1);
    if (!stamp_take_iso(&rest, &stamp) || !str_take_char(&rest, ' ') || !take_word(&rest, &zone))
        return false;
    for (size_t i = 0; i < zone.n; i++) {
        if (!is_alnum(zone.p[i]) && zone.p[i] != '+' && zone.p[i] != '-')
            return false;
    }
    if (zone.n > 6)
        return false;
    if (str_eq(zone, STR("UTC")) || str_eq(zone, STR("GMT")))
        stamp.when = when_utc(stamp.when.ns);
    prefix_set_wall(p, stamp.when);
    p->parts |= PREFIX_ISO;
    *s = rest;
    return true;
}

/* "1772634605.123456 ": seconds since 1970, of this century */
bool prefix_take_unix_time(str *s, struct prefix *p)
{
    uint64_t seconds, micros;
    str rest = *s;

    if (rest.n < 18 || rest.p[10] != '.' || rest.p[17] != ' ' || !str_take_u64(&rest, &seconds) ||
            !str_take_char(&rest, '.') || !str_take_u64(&rest, &micros) || rest.n + 17 != s->n ||
            seconds < 978307200 || seconds > 4102444800)
        return false;
    prefix_set_wall(p, when_utc((int64_t)seconds * WHEN_NS + (int64_t)micros * 1000));
    p->parts |= PREFIX_ISO;
    *s = rest;
    return true;
}
