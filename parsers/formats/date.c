/* SPDX-License-Identifier: Apache-2.0 */
/*
 * date: what date, uptime and timedatectl print, and /proc/uptime: when the evidence was taken.
 *
 *     Thu Feb 29 06:07:08 CET 2024
 *      06:07:08 up 12 days,  3:04,  2 users,  load average: 0.00, 0.01, 0.05
 *                       Universal time: Thu 2024-02-29 05:07:08 UTC
 *                            Time zone: Europe/Prague (CET, +0100)
 *     1048744.59 8388608.11
 *
 * Taken: the instant, the zone as it is written, how long the machine has been up. Not taken: users
 * and load.
 */
#include <math.h>

#include "clock_watch.h"
#include "kernel_prefix.h"
#include "shape.h"
#include "uptime.h"
#include "zone.h"

static const struct kind *const kinds[] = { &kind_CLOCK, &kind_HOST, &kind_ERROR, &kind_LOG_MESSAGE,
    NULL };

enum says {
    SAYS_NOTHING,
    SAYS_DATE,
    SAYS_UPTIME,
    SAYS_UNIVERSAL,
    SAYS_LOCAL,
    SAYS_ZONE,
    SAYS_REST
};

struct reading {
    enum says says;
    struct when when;
    int32_t offset;
    bool named;
    str zone;
    double up;
    int64_t daytime; /* -1 = not told */
};

static bool is_zone_word(str word)
{
    for (size_t i = 0; i < word.n; i++) {
        if (word.p[i] < 'A' || word.p[i] > 'Z')
            return false;
    }
    return word.n >= 3 && word.n <= 5;
}

/* The word that names a zone: CET, +03. */
static str zone_word(str s)
{
    str word;
    int32_t offset;

    while (str_word(&s, &word)) {
        if (is_zone_word(word) || (word.n >= 3 && (word.p[0] == '+' || word.p[0] == '-') &&
                                          zone_parse_offset(word, &offset)))
            return word;
    }
    return (str){ NULL, 0 };
}

/* Nothing but a date: a weekday, a month, a zone, and numbers. AM and PM move the hour. */
static bool is_date(str s, str zone, struct when *when)
{
    struct civil c = civil_from_ns(when->ns);
    unsigned words = 0, names = 0;
    str word;

    while (str_word(&s, &word)) {
        bool pm = str_eq(word, STR("PM"));

        if (++words > 8)
            return false;
        if (pm || str_eq(word, STR("AM")))
            when->ns += (c.hour % 12 + (pm ? 12 : 0) - c.hour) * 3600 * WHEN_NS;
        else if (!is_digit(word.p[0]) && !str_eq(word, zone))
            names++;
    }
    return words >= 5 && names <= 2;
}

/* "Thu Feb 29 06:07:08 CET 2024", in any language, "2024-02-29T06:07:08+01:00" */
static bool read_date(str s, struct reading *r)
{
    struct stamp stamp;
    str rest = str_trim(s);

    if (rest.n > 64)
        return false;
    if (stamp_take_iso(&rest, &stamp)) {
        r->when = stamp.when;
        r->offset = stamp.offset;
        r->named = stamp.named && !stamp.zulu;
        r->zone = zone_word(rest);
        return str_trim(rest).n == r->zone.n && (stamp.named || r->zone.n != 0);
    }
    r->zone = zone_word(rest);
    return r->zone.n != 0 && prefix_ctime(rest, &r->when) && is_date(rest, r->zone, &r->when);
}

/* "350735.47 234388.90" */
static bool read_proc(str s, struct reading *r)
{
    str up, idle;
    double second;

    r->daytime = -1;
    return str_word(&s, &up) && str_word(&s, &idle) && str_trim(s).n == 0 &&
           str_find_char(up, '.') != STR_NONE && str_real(up, &r->up) &&
           str_find_char(idle, '.') != STR_NONE && str_real(idle, &second) && r->up >= 0 &&
           r->up < 1e10 && second >= 0;
}

static bool read_label(str s, struct reading *r)
{
    static const struct {
        str label;
        enum says says;
    } labels[] = {
        { STR_INIT("Local time: "), SAYS_LOCAL },
        { STR_INIT("Universal time: "), SAYS_UNIVERSAL },
        { STR_INIT("Time zone: "), SAYS_ZONE },
        { STR_INIT("Timezone: "), SAYS_ZONE },
        { STR_INIT("RTC time: "), SAYS_REST },
        { STR_INIT("NTP enabled: "), SAYS_REST },
        { STR_INIT("NTP synchronized: "), SAYS_REST },
        { STR_INIT("NTP service: "), SAYS_REST },
        { STR_INIT("System clock synchronized: "), SAYS_REST },
        { STR_INIT("systemd-timesyncd.service active: "), SAYS_REST },
        { STR_INIT("RTC in local TZ: "), SAYS_REST },
        { STR_INIT("DST active: "), SAYS_REST },
    };
    str day;

    s = str_trim(s);
    for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
        if (!str_take(&s, labels[i].label))
            continue;
        r->says = labels[i].says;
        if (r->says == SAYS_ZONE)
            r->zone = str_trim(str_slice(s, 0, str_find_char(s, '(')));
        else if (r->says != SAYS_REST)
            return str_word(&s, &day) && read_date(s, r);
        return true;
    }
    return false;
}

static bool read_line(str s, str name, struct reading *r)
{
    struct uptime up;

    *r = (struct reading){ .daytime = -1, .up = NAN };
    if (read_label(s, r))
        return true;
    if (uptime_read(s, &up) && !isnan(up.up)) {
        r->says = SAYS_UPTIME;
        r->up = up.up;
        r->daytime = up.daytime;
    } else if (str_has(name, STR("uptime")) && read_proc(s, r)) {
        r->says = SAYS_UPTIME;
    }
    if (r->says == SAYS_NOTHING && read_date(s, r))
        r->says = SAYS_DATE;
    return r->says != SAYS_NOTHING;
}

static int sniff(const struct sniff *in)
{
    str rest = in->text, line;
    unsigned lines = 0, labels = 0;

    while (lines < 20 && str_line(&rest, &line)) {
        struct reading r;

        if (str_trim(line).n == 0)
            continue;
        lines++;
        if (!read_line(line, in->name, &r))
            return BID_NO;
        labels += r.says >= SAYS_UNIVERSAL;
    }
    if (lines == 0 || lines > 14)
        return BID_NO;
    return labels > 1 || lines == 1 ? BID_SHAPE + 20 : BID_SHAPE;
}

static void say_now(struct parse *in, const struct line *line, const struct reading *r)
{
    clock_say(in, line,
            &(struct clock_say){ .says = "now",
                    .when = r->when,
                    .wall = r->when,
                    .offset = r->named ? &r->offset : NULL,
                    .zone = r->zone,
                    .seconds = NAN });
}

static void say_uptime(struct parse *in, const struct line *line, const struct reading *r)
{
    const struct value host[HOST_NFIELDS] = {
        [HOST_OS] = value_z("linux"), [HOST_UPTIME] = value_int((int64_t)r->up)
    };

    clock_say(in, line,
            &(struct clock_say){ .says = "uptime",
                    .seconds = r->up,
                    .daytime = r->daytime >= 0 ? &r->daytime : NULL });
    emit(in, &kind_HOST, line, (struct when){ 0 }, host);
}

static void parse(struct parse *in)
{
    struct reading local = { 0 };
    struct reading r;
    struct line line;

    while (parse_line(in, &line)) {
        if (!read_line(line.s, in->name, &r)) {
            if (str_trim(line.s).n != 0)
                parse_stray(in, &line, (struct when){ 0 });
            continue;
        }
        parse_took(in, &line);
        if (r.says == SAYS_DATE) {
            say_now(in, &line, &r);
        } else if (r.says == SAYS_UPTIME) {
            say_uptime(in, &line, &r);
        } else if (r.says == SAYS_LOCAL) {
            local = r;
            local.zone = arena_str(in->scratch, r.zone);
        } else if (r.says == SAYS_UNIVERSAL && local.when.basis == WHEN_LOCAL &&
                   r.when.basis == WHEN_LOCAL) {
            r.when.basis = WHEN_UTC;
            r.named = true;
            r.offset = (int32_t)((local.when.ns - r.when.ns) / WHEN_NS);
            r.zone = local.zone;
            say_now(in, &line, &r);
        }
    }
}

const struct parser parser_date = {
    .name = "date",
    .summary = "date, uptime, timedatectl, /proc/uptime",
    .kinds = kinds,
    .sniff = sniff,
    .parse = parse,
};
