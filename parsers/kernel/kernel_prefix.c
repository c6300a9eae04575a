/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel_prefix: (priority) (date) (host) (tag:) (level) ([uptime]) ([caller]), any of them absent.
 *
 *     <4>[   12.345678] text
 *     Jul 15 23:44:32 vz3 kernel: [46106.733511] text
 *     kern  :warn  : 2025-01-21T04:41:44,283302+00:00 text
 *     4,1968,241227987454,-,caller=T12845;text
 */
#include "kernel_prefix.h"

#include "stamp.h"

static const char *const level_names[] = { "emerg", "alert", "crit", "err", "warn", "notice",
    "info", "debug" };

static int level_of(str word)
{
    for (int i = 0; i < 8; i++) {
        str name = str_z(level_names[i]);

        if (str_starts_nocase(word, name) && word.n <= name.n + 4)
            return i; /* "warning", "error", "emergency" begin like it */
    }
    return -1;
}

static bool is_facility(str word)
{
    static const str names[] = { STR_INIT("kern"), STR_INIT("user"), STR_INIT("mail"),
        STR_INIT("daemon"), STR_INIT("auth"), STR_INIT("syslog"), STR_INIT("lpr"), STR_INIT("news"),
        STR_INIT("uucp"), STR_INIT("cron"), STR_INIT("authpriv"), STR_INIT("ftp"),
        STR_INIT("res") };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (str_eq(word, names[i]))
            return true;
    }
    return str_starts(word, STR("res")) || str_starts(word, STR("local"));
}

/* "<4>", "<10>" */
static bool take_raw_priority(str *s, struct prefix *p)
{
    str rest = *s;
    uint64_t number;

    if (!str_take_char(&rest, '<') || !str_take_u64(&rest, &number) || number > 1023 ||
            !str_take_char(&rest, '>'))
        return false;
    p->parts |= PREFIX_RAW;
    p->priority = (int)(number & 7);
    p->facility = (int)(number >> 3);
    *s = rest;
    return true;
}

/* "6,339,5140900,-,caller=T1;" with the kernel release before it on some netconsoles. */
static bool take_kmsg(str *s, struct prefix *p)
{
    size_t end = str_find_char(str_slice(*s, 0, 160), ';');
    str head = str_slice(*s, 0, end), rest, field;
    uint64_t priority, sequence, usec;

    if (end == STR_NONE)
        return false;
    rest = head;
    if (!str_u64(str_cut(&rest, ','), &priority)) {
        if (!str_u64(str_cut(&rest, ','), &priority))
            return false;
    }
    if (!str_u64(str_cut(&rest, ','), &sequence) || !str_u64(str_cut(&rest, ','), &usec) ||
            priority > 1023 || usec > 4000000000000000u)
        return false;
    p->parts |= PREFIX_KMSG | PREFIX_UPTIME;
    p->priority = (int)(priority & 7);
    p->facility = (int)(priority >> 3);
    p->uptime = (int64_t)usec * 1000;
    while (rest.n != 0) {
        field = str_cut(&rest, ',');
        if (str_take(&field, STR("caller="))) {
            p->caller = field;
            p->parts |= PREFIX_CALLER;
        }
    }
    *s = str_from(*s, end + 1);
    return true;
}

/* "kern  :warn  : " */
static bool take_decoded(str *s, struct prefix *p)
{
    str rest = *s, facility, level;

    facility = str_trim(str_cut(&rest, ':'));
    if (facility.n == 0 || facility.n > 8 || !is_facility(facility))
        return false;
    level = str_trim(str_slice(rest, 0, str_find_char(str_slice(rest, 0, 12), ':')));
    p->priority = level_of(level);
    if (p->priority < 0 || str_cut(&rest, ':').n == 0)
        return false;
    p->parts |= PREFIX_DECODED;
    p->facility = str_eq(facility, STR("kern")) ? 0 : 1;
    *s = rest;
    return true;
}

/* "warning|kernel[-]|" */
static bool take_piped(str *s, struct prefix *p)
{
    size_t bar = str_find_char(str_slice(*s, 0, 12), '|');
    str rest = *s, tag;
    int level;

    if (bar == STR_NONE || bar == 0)
        return false;
    level = level_of(str_slice(*s, 0, bar));
    rest = str_from(*s, bar + 1);
    bar = str_find_char(str_slice(rest, 0, 64), '|');
    if (level < 0 || bar == STR_NONE)
        return false;
    tag = str_slice(rest, 0, bar);
    p->tag = str_cut(&tag, '[');
    p->priority = level;
    p->parts |= str_eq(p->tag, STR("kernel")) ? PREFIX_KERNEL : PREFIX_PROGRAM;
    *s = str_from(rest, bar + 1);
    return true;
}

/* A syslog tag: what stands before ':' without blanks, "[pid]" dropped. */
static bool take_tag(str *s, struct prefix *p)
{
    size_t end = 0, name;

    while (end < s->n && end < 96 && s->p[end] > ' ' && s->p[end] != ':')
        end++;
    if (end == 0 || end >= s->n || s->p[end] != ':' || (end + 1 < s->n && s->p[end + 1] != ' '))
        return false;
    name = str_find_char(str_slice(*s, 0, end), '[');
    p->tag = str_slice(*s, 0, name != STR_NONE && name != 0 ? name : end);
    p->parts |= str_eq(p->tag, STR("kernel")) ? PREFIX_KERNEL : PREFIX_PROGRAM;
    *s = str_from(*s, end + 1);
    return true;
}

/* A machine's name has more than digits: those are a process or thread. */
static bool is_host(str word)
{
    for (size_t i = 0; i < word.n; i++) {
        if (!is_digit(word.p[i]))
            return true;
    }
    return false;
}

/* Behind a date: "host tag:", "tag:", "host " and anything. */
static void take_host_and_tag(str *s, struct prefix *p)
{
    str rest = *s, word, after;

    str_skip_blanks(&rest);
    if (take_tag(&rest, p)) {
        *s = rest;
        return;
    }
    after = rest;
    if (!str_word(&after, &word) || !is_host(word))
        return;
    str_skip_blanks(&after);
    p->host = word;
    p->parts |= PREFIX_HOST;
    if (!take_tag(&after, p)) {
        /* Tags with blanks ("Server Administrator: "), repeats and marks: not the kernel's. */
        p->parts |= PREFIX_PROGRAM;
    }
    *s = after;
}

/* "err kern kernel  text": severity, facility and tag of a site's own template. */
static bool take_template(str *s, struct prefix *p)
{
    str rest = *s, word;
    int level;

    if (!str_word(&rest, &word) || word.n > 9)
        return false;
    level = level_of(word);
    if (level < 0 || !str_word(&rest, &word) || !is_facility(word) || !str_word(&rest, &word))
        return false;
    while (word.n != 0 && word.p[word.n - 1] == ':')
        word.n--;
    p->tag = word;
    p->priority = level;
    p->parts |= str_eq(word, STR("kernel")) ? PREFIX_KERNEL : PREFIX_PROGRAM;
    *s = rest;
    return true;
}

/* Whether a host name and a tag follow: dates of other logs stand in front of anything. */
static bool names_follow(str s)
{
    struct prefix p = { 0 };
    str word, rest = s;

    str_skip_blanks(&rest);
    if (take_tag(&rest, &p))
        return true;
    if (!str_word(&rest, &word) || !is_alnum(word.p[0]) || !is_host(word))
        return false;
    for (size_t i = 0; i < word.n; i++) {
        if (!is_alnum(word.p[i]) && word.p[i] != '-' && word.p[i] != '.' && word.p[i] != '_')
            return false;
    }
    str_skip_blanks(&rest);
    return take_tag(&rest, &p);
}

static bool take_iso_date(str *s, struct prefix *p)
{
    struct stamp stamp;

    if (!stamp_take_iso(s, &stamp))
        return false;
    prefix_set_wall(p, stamp.when);
    p->parts |= PREFIX_ISO;
    p->named = stamp.named;
    p->zulu = stamp.zulu;
    p->offset = stamp.offset;
    return true;
}

static bool take_iso(str *s, struct prefix *p)
{
    str rest = *s, stamp;

    if (!take_iso_date(&rest, p))
        return false;
    stamp = str_slice(*s, 0, s->n - rest.n);
    *s = rest;
    str_skip_blanks(&rest);
    /* dmesg writes a comma before the fraction and no host; syslog daemons write a T. */
    if (str_find_char(stamp, ',') != STR_NONE || str_find_char(stamp, 'T') == STR_NONE)
        return true;
    if (take_template(&rest, p)) {
        *s = rest;
    } else if (names_follow(rest)) {
        take_host_and_tag(&rest, p);
        *s = rest;
    }
    return true;
}

/* The dates of journalctl's longer forms count where its host and tag follow. */
static bool take_journal(str *s, struct prefix *p)
{
    struct prefix made = *p;
    str rest = *s;

    if (!prefix_take_unix_time(&rest, &made) && !prefix_take_full_date(&rest, &made))
        return false;
    if (!names_follow(rest))
        return false;
    take_host_and_tag(&rest, &made);
    *p = made;
    *s = rest;
    return true;
}

static bool take_syslog(str *s, struct prefix *p)
{
    struct when when;
    str rest = *s;

    if (!prefix_take_date(&rest, &when))
        return false;
    prefix_set_wall(p, when);
    take_host_and_tag(&rest, p);
    *s = rest;
    return true;
}

/* "10:53:41 AM kernel: text": a time of day without a date says nothing about when. */
static bool take_clock_and_tag(str *s, struct prefix *p)
{
    str rest = *s;
    uint64_t part;
    int64_t clock = 0;

    for (int i = 0; i < 3; i++) {
        if (!str_take_u64(&rest, &part) || part > 59 || (i < 2 && !str_take_char(&rest, ':')))
            return false;
        clock = clock * 60 + (int64_t)part;
    }
    str_skip_blanks(&rest);
    if (str_take(&rest, STR("AM "))) {
        clock %= 12 * 3600ll;
    } else if (str_take(&rest, STR("PM "))) {
        clock = clock % (12 * 3600ll) + 12 * 3600ll;
    }
    str_skip_blanks(&rest);
    if (!take_tag(&rest, p))
        return false;
    p->clock = clock;
    p->parts |= PREFIX_CLOCK;
    *s = rest;
    return true;
}

/* "hostname kernel: " as journalctl -o short-monotonic puts it behind the stamp. */
static bool take_host_kernel(str *s, struct prefix *p)
{
    size_t blank = str_find_char(str_slice(*s, 0, 80), ' ');
    str rest;

    if (blank == STR_NONE || blank == 0)
        return false;
    rest = str_from(*s, blank + 1);
    if (!str_take(&rest, STR("kernel: ")))
        return false;
    p->host = str_slice(*s, 0, blank);
    p->tag = STR("kernel");
    p->parts |= PREFIX_HOST | PREFIX_KERNEL;
    *s = rest;
    return true;
}

static bool take_kernel_tag(str *s, struct prefix *p)
{
    if (!str_take(s, STR("kernel: ")) && !str_take(s, STR("kernel:[")))
        return false;
    if (s->p[-1] == '[')
        *s = (str){ s->p - 1, s->n + 1 };
    p->parts |= PREFIX_KERNEL;
    p->tag = STR("kernel");
    return true;
}

/* "192.168.17.32:6665 " of a netconsole receiver. */
static void skip_receiver(str *s)
{
    str rest = *s;
    uint64_t part;

    for (int i = 0; i < 4; i++) {
        if (!str_take_u64(&rest, &part) || part > 255 || !str_take_char(&rest, i < 3 ? '.' : ':'))
            return;
    }
    if (str_take_u64(&rest, &part) && part < 65536 && str_take_char(&rest, ' '))
        *s = rest;
}

/* What can only stand at the front. */
static void take_front(str *s, struct prefix *p)
{
    char c = s->n != 0 ? s->p[0] : 0;

    if (c == '[')
        return;
    if (c == '<') {
        if (!take_raw_priority(s, p) || s->n == 0 || s->p[0] == '[')
            return;
        /* A syslog daemon's, as it came over the network. */
        if (is_digit(s->p[0]) ? prefix_take_rfc5424(s, p) || take_iso(s, p) : take_syslog(s, p))
            p->parts &= ~PREFIX_RAW;
        return;
    }
    if (is_digit(c)) {
        skip_receiver(s);
        if (!take_kmsg(s, p) && !take_iso(s, p) && !prefix_take_program(s, p) &&
                !take_journal(s, p))
            (void)take_clock_and_tag(s, p);
        return;
    }
    if (take_decoded(s, p)) {
        str rest = *s;

        str_skip_blanks(&rest);
        if (rest.n != 0 && is_digit(rest.p[0]) && take_iso(&rest, p))
            *s = rest;
        return;
    }
    if (!take_kernel_tag(s, p) && !take_syslog(s, p) && !take_journal(s, p))
        (void)take_piped(s, p);
}

/* The next bracket of the prefix, or dmesg's ISO date behind another stamp. */
static bool take_further(str *s, struct prefix *p)
{
    str rest = *s;

    /* Leading blanks of an unstamped line are indentation, and what follows is its text. */
    if (p->parts != 0)
        str_skip_blanks(&rest);
    if (prefix_take_bracket(&rest, p)) {
        *s = rest;
        return true;
    }
    if ((p->parts & PREFIX_UPTIME) == 0 || (p->parts & PREFIX_ISO) != 0 || rest.n == 0 ||
            !is_digit(rest.p[0]) || !take_iso_date(&rest, p))
        return false;
    *s = rest;
    return true;
}

void prefix_parse(str line, struct prefix *ret)
{
    struct prefix *p = ret;
    str s = line;

    *p = (struct prefix){ .uptime = -1, .delta = -1, .clock = -1, .priority = -1, .facility = -1 };
    take_front(&s, p);
    while (take_further(&s, p))
        ;
    if (p->parts != 0 && (p->parts & PREFIX_KMSG) == 0)
        (void)str_take_char(&s, ' ');
    if ((p->parts & (PREFIX_UPTIME | PREFIX_WALL)) != 0 &&
            (p->parts & (PREFIX_KMSG | PREFIX_KERNEL | PREFIX_PROGRAM)) == 0)
        (void)(take_kernel_tag(&s, p) || take_host_kernel(&s, p));
    if ((p->parts & PREFIX_WALL) == 0 && (p->parts & PREFIX_UPTIME) != 0)
        p->when = when_monotonic(p->uptime, 0);
    p->text = s;
}

static bool fell_back(const struct prefix_track *track, int64_t uptime)
{
    int64_t last = track->uptime;

    if (last < 0)
        return false;
    /* CPUs print a little out of order; a reboot starts near zero, another capture anywhere. */
    return track->newest_first ? uptime > last + 10 * WHEN_NS : uptime < last - 10 * WHEN_NS;
}

/*
 * For a while (2.6.11 and some after) kernels counted from five minutes before the jiffies wrap at 2^32
 * ms: "[4294667.296000] Linux version", five minutes later "[    0.000000]".
 */
#define EARLY_NS (4294667296ll * 1000000)
#define EARLY_WRAP_NS (300 * WHEN_NS)

static void follow_early(struct prefix_track *track, struct prefix *p, bool banner)
{
    if (banner)
        track->early = p->uptime >= EARLY_NS && p->uptime < EARLY_NS + WHEN_NS;
    if (!track->early || p->uptime < 0)
        return;
    p->uptime += p->uptime >= EARLY_NS ? -EARLY_NS : EARLY_WRAP_NS;
    if (p->when.basis == WHEN_MONOTONIC)
        p->when.ns = p->uptime;
}

static void next_boot(struct prefix_track *track)
{
    if (track->boot < WHEN_BOOT_MAX)
        track->boot++;
    track->banner = false;
    track->uptime = -1;
}

void prefix_track_boot(struct prefix_track *track)
{
    if (track->uptime >= 0 || track->banner)
        next_boot(track);
}

void prefix_track(struct prefix_track *track, struct prefix *p)
{
    bool banner = str_starts(p->text, STR("Linux version ")) && !track->newest_first;

    if (banner) {
        if (track->banner || track->uptime > 60 * WHEN_NS)
            next_boot(track);
        track->banner = true;
        track->uptime = -1;
    }
    follow_early(track, p, banner);
    if (p->uptime >= 0) {
        if (fell_back(track, p->uptime))
            next_boot(track);
        track->uptime = p->uptime;
    }
    p->boot = track->boot;
    if (p->rounded) {
        track->base = p->when;
    } else if (p->delta >= 0 && p->when.basis == WHEN_NONE && track->base.basis != WHEN_NONE) {
        if (__builtin_add_overflow(track->base.ns, p->delta, &track->base.ns))
            track->base.basis = WHEN_NONE;
        p->when = track->base;
    }
    if (p->when.basis == WHEN_MONOTONIC)
        p->when.boot = track->boot;
}
