/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel_clock: messages about the clock.
 *
 *     Linux version 5.14.0-362.el9.x86_64 (builder@example) ...            another boot
 *     rtc_cmos 00:01: setting system clock to 2024-02-29T05:06:07 UTC (1709183167)
 *     PM: suspend entry (deep)          time since boot stands still from here ...
 *     PM: suspend exit                  ... to here
 *     Timekeeping suspended for 5025.376 seconds
 */
#include "kernel_clock.h"

#include <math.h>

#include "clock_watch.h"
#include "marks.h"

/* The battery clock is read while the system starts. */
#define BOOT_NS (600 * WHEN_NS)

bool kernel_clock_may(const struct prefix *p)
{
    str s = p->text;

    if (s.n < 8)
        return false;
    return (s.p[0] == 'L' && str_starts(s, STR("Linux version "))) ||
           (s.p[0] == 'P' && str_starts(s, STR("PM: "))) ||
           (s.p[0] == 'T' && str_starts(s, STR("Timekeeping suspended"))) ||
           (p->uptime >= 0 && p->uptime < BOOT_NS &&
                   str_has(str_slice(s, 0, 64), STR("setting system clock to ")));
}

static const char *suspend_word(str s)
{
    if (!str_take(&s, STR("PM: ")))
        return NULL;
    (void)str_take(&s, STR("hibernation: "));
    if (str_starts(s, STR("suspend entry")) || str_starts(s, STR("hibernation entry")))
        return "suspend";
    if (str_starts(s, STR("suspend exit")) || str_starts(s, STR("hibernation exit")))
        return "resume";
    return NULL;
}

/* "Timekeeping suspended for 5025.376 seconds" */
static bool take_length(str s, double *ret)
{
    (void)str_take(&s, STR("PM: "));
    if (!str_take(&s, STR("Timekeeping suspended for ")))
        return false;
    return str_real(str_slice(s, 0, str_find_char(s, ' ')), ret) && *ret >= 0 && *ret < 1e9;
}

/* "rtc_cmos 00:01: setting system clock to 2024-02-29T05:06:07 UTC (1709183167)": always UTC. */
static bool take_rtc(str s, struct when *ret)
{
    size_t at = str_find(s, STR("setting system clock to "));

    if (at == STR_NONE)
        return false;
    s = str_from(s, at + 24);
    if (!when_take_iso(&s, ret) || !str_starts(s, STR(" UTC")))
        return false;
    ret->basis = WHEN_UTC;
    return true;
}

void kernel_clock(struct parse *in, const struct line *line, const struct prefix *p, bool boot)
{
    struct clock_say say = { .when = p->when, .seconds = NAN };

    if (p->uptime >= 0)
        say.uptime = when_monotonic(p->uptime, p->boot);
    say.says = suspend_word(p->text);
    if (boot || str_starts(p->text, STR("Linux version ")))
        say.says = "boot";
    else if (take_length(p->text, &say.seconds))
        say.says = "suspended";
    else if (p->uptime >= 0 && take_rtc(p->text, &say.wall))
        say.says = "rtc";
    if (say.says != NULL)
        clock_say(in, line, &say);
}

void kernel_clock_marks(struct marks *m)
{
    static const str words[] = { STR_INIT("PM: suspend"), STR_INIT("PM: hibernation"),
        STR_INIT("Timekeeping suspended for "), STR_INIT("setting system clock to "),
        STR_INIT("Feb 29 ") };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        marks_add(m, words[i], NULL);
}
