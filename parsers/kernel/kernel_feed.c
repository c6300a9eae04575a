/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel_feed: from lines to messages.
 *
 *     Jul 15 23:44:32 vz3 kernel: active_anon:4558#012 active_file:6371     one line, two messages
 *     [ 363.81] ** 14 printk messages dropped ** [ 363.82]  f+0x1/0x2       the same
 *     [34.433694] CPU: 0 PID: 402 Comm: mkfs.ext4 Not tainted               folded by a mailer:
 *     5.7.0-rc6 #1                                                          two lines, one message
 *
 * A line is held back until the next one shows that it does not go on there.
 */
#include "kernel_feed.h"

#include <string.h>

#include "clock_watch.h"
#include "kernel_clock.h"
#include "limits.h"
#include "seek.h"

/* A folded message may collect this much. */
#define BUFFER (2 * LIMIT_LINE)

void feed_init(struct feed *f, struct parse *in, void (*message)(void *ctx, const struct kmsg *m),
        bool (*busy)(void *ctx), void *ctx)
{
    *f = (struct feed){ .in = in, .message = message, .busy = busy, .ctx = ctx };
    f->pending.buf = arena_buffer(in->scratch, BUFFER);
    f->next = arena_buffer(in->scratch, BUFFER);
}

/* Machines beyond what there is room for share the last place: their boots are told apart worse. */
struct prefix_track *feed_track(struct feed *f, str host)
{
    uint64_t hash = str_hash(host);

    for (unsigned i = 0; i < f->nhosts; i++) {
        if (f->hosts[i].host == hash)
            return &f->hosts[i].track;
    }
    if (f->nhosts == FEED_HOSTS)
        return &f->hosts[FEED_HOSTS - 1].track;
    f->hosts[f->nhosts].host = hash;
    f->hosts[f->nhosts].track =
            (struct prefix_track){ .uptime = -1, .newest_first = f->newest_first };
    return &f->hosts[f->nhosts++].track;
}

void feed_boot(struct feed *f, struct prefix_track *track)
{
    prefix_track_boot(track);
    f->boot_next = true;
}

static struct prefix_track *track_of(struct feed *f, const struct prefix *p)
{
    /* What goes on from the line before has no name of its own any more. */
    bool goes_on = p->host.n == 0 && (p->parts & PREFIX_HOST) != 0;

    return goes_on && f->last_track != NULL ? f->last_track : feed_track(f, p->host);
}

void feed_follow(struct feed *f, const struct line *line, struct prefix *p)
{
    struct stamp stamp;
    str host = f->in->host;

    f->last_track = track_of(f, p);
    prefix_track(f->last_track, p);
    if ((p->parts & PREFIX_WALL) != 0 && !p->rounded) {
        stamp = (struct stamp){ p->when, p->uptime, p->boot, p->named, p->zulu, p->offset };
        clock_see(f->in, line, p->host, &stamp);
        p->when = stamp.when;
    }
    if (!f->boot_next && !kernel_clock_may(p))
        return;
    if (p->host.n != 0)
        f->in->host = p->host;
    kernel_clock(f->in, line, p, f->boot_next && p->when.basis != WHEN_NONE);
    f->boot_next = f->boot_next && p->when.basis == WHEN_NONE;
    f->in->host = host;
}

/* Copies without colours, mail quotes, hard blanks and what record separators left behind. */
static size_t clean(str s, char *buf)
{
    size_t n = 0;

    for (;;) {
        if (str_take_char(&s, '\0') || str_take(&s, STR("\xef\xbf\xbd")) || str_take_char(&s, '\f'))
            continue;
        if (!str_take_char(&s, '>'))
            break;
        (void)str_take_char(&s, ' ');
    }
    if (str_find_char(s, '\033') == STR_NONE && str_find_char(s, '\xc2') == STR_NONE) {
        if (s.n != 0)
            memcpy(buf, s.p, s.n);
        return s.n;
    }
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\xc2' && i + 1 < s.n && s.p[i + 1] == '\xa0') {
            buf[n++] = ' '; /* mail programs keep runs of blanks by U+00A0 */
            i++;
            continue;
        }
        if (s.p[i] != '\033') {
            buf[n++] = s.p[i];
            continue;
        }
        if (i + 1 < s.n && s.p[i + 1] == '[') {
            for (i += 2; i < s.n && !is_alpha(s.p[i]); i++)
                ;
        }
    }
    return n;
}

static unsigned hex_value(char c)
{
    return is_digit(c) ? (unsigned)(c - '0') : (unsigned)(to_lower(c) - 'a' + 10);
}

/*
 * Replaces escapes in place: "#012" and "#011" of rsyslog, "\x0a" of /dev/kmsg, "=3D" of
 * quoted-printable mail. Control characters other than line feed become blanks.
 */
static size_t unescape(char *p, size_t n, bool kmsg, bool quoted)
{
    size_t to = 0;

    for (size_t i = 0; i < n; i++) {
        unsigned c = 0;
        size_t used = 0;

        if (p[i] == '#' && n - i >= 4 && p[i + 1] == '0' && p[i + 2] == '1' &&
                (p[i + 3] == '2' || p[i + 3] == '1')) {
            c = p[i + 3] == '2' ? '\n' : ' ';
            used = 4;
        } else if (kmsg && p[i] == '\\' && n - i >= 4 && p[i + 1] == 'x' && is_hex(p[i + 2]) &&
                   is_hex(p[i + 3])) {
            c = hex_value(p[i + 2]) << 4 | hex_value(p[i + 3]);
            used = 4;
        } else if (quoted && p[i] == '=' && n - i >= 3 && is_hex(p[i + 1]) && is_hex(p[i + 2])) {
            c = hex_value(p[i + 1]) << 4 | hex_value(p[i + 2]);
            used = 3;
        }
        if (used == 0) {
            p[to++] = p[i];
            continue;
        }
        /* One byte of a longer character would not be valid text. */
        p[to++] = c == '\n' || (c >= ' ' && c < 0x7f) ? (char)c : c < ' ' ? ' ' : '?';
        i += used - 1;
    }
    return to;
}

/* Offset of a "[  363.818816]" inside s that begins another message; STR_NONE without one. */
static size_t find_glued(str s)
{
    size_t from = 1;

    while (from + 10 < s.n) {
        size_t at = str_find_char(str_from(s, from), '[');
        str rest;
        uint64_t part;

        if (at == STR_NONE)
            break;
        at += from;
        from = at + 1;
        rest = str_from(s, from);
        str_skip_blanks(&rest);
        if (!str_take_u64(&rest, &part) || !str_take_char(&rest, '.') || rest.n < 7 ||
                rest.p[6] != ']')
            continue;
        rest = str_slice(rest, 0, 6);
        if (str_u64(rest, &part))
            return at;
    }
    return STR_NONE;
}

static void deliver_piece(struct feed *f, const struct line *line, str text,
        const struct prefix *prefix, bool bare, bool plain, const struct line_hits *hits)
{
    struct kmsg m = { .line = *line, .prefix = *prefix, .bare = bare, .hits = hits };
    size_t glued;

    for (;;) {
        glued = find_glued(text);
        m.plain = plain = plain && glued == STR_NONE;
        m.text = str_trim(str_slice(text, 0, glued));
        m.when = m.prefix.when;
        m.kernel = (m.prefix.parts & PREFIX_PROGRAM) == 0;
        if (m.text.n != 0)
            f->message(f->ctx, &m);
        if (glued == STR_NONE)
            return;
        struct prefix inner;
        prefix_parse(str_from(text, glued), &inner);
        text = inner.text;
        inner.text = (str){ NULL, 0 };
        feed_follow(f, line, &inner);
        if (inner.caller.n != 0)
            m.prefix.caller = inner.caller;
        if (m.prefix.when.basis == WHEN_NONE || m.prefix.when.basis == WHEN_MONOTONIC)
            m.prefix.when = inner.when;
        m.prefix.uptime = inner.uptime;
        m.bare = false;
    }
}

void feed_message(struct feed *f, const struct line *line, str text, const struct prefix *prefix)
{
    while (text.n != 0)
        deliver_piece(f, line, str_cut(&text, '\n'), prefix, false, false, seek_hits(f->in));
}

static void flush(struct feed *f)
{
    str all = { f->pending.buf, f->pending.n };
    str text = f->pending.prefix.text;
    size_t n;

    if (!f->pending.used)
        return;
    f->pending.used = false;
    /* Folding appended to the buffer behind the text. */
    text = str_from(all, (size_t)(text.p - all.p));
    if (str_find(text, STR("#01")) != STR_NONE || f->quoted_printable ||
            (f->pending.prefix.parts & PREFIX_KMSG) != 0) {
        char *p = f->pending.buf + (text.p - all.p);

        n = unescape(p, text.n, (f->pending.prefix.parts & PREFIX_KMSG) != 0, f->quoted_printable);
        text = (str){ p, n };
        f->pending.plain = false;
        f->pending.hits_known = false;
    }
    f->pending.line.s = all;
    feed_follow(f, &f->pending.line, &f->pending.prefix);
    while (text.n != 0) {
        str piece = str_cut(&text, '\n');

        deliver_piece(f, &f->pending.line, piece, &f->pending.prefix, f->pending.bare,
                f->pending.plain,
                f->pending.hits_known ? &f->pending.hits : seek_text(f->in, piece));
    }
}

static void remember(struct feed *f, const struct prefix *p)
{
    size_t n = p->caller.n < sizeof(f->caller) ? p->caller.n : sizeof(f->caller);

    f->last = *p;
    if (n != 0)
        memcpy(f->caller, p->caller.p, n);
    f->last.caller = (str){ f->caller, n };
    f->last.host = f->last.tag = (str){ NULL, 0 };
    f->last.delta = -1;
}

/*
 * Mailers fold at 64 to 80 columns: the line before is no longer than that (or one long word), and
 * the first word of this one would not have fitted on it.
 */
static bool was_folded(const struct feed *f, str s)
{
    size_t word, before = f->pending.last_length;
    str head = { f->pending.buf, f->pending.n }, last, rest = s;

    if (!f->pending.used || f->pending.n + s.n + 1 > BUFFER)
        return false;
    last = str_from(head, f->pending.n - before);
    head = str_trim_end(head);
    if (str_ends(head, STR(" invoked")) || str_ends(head, STR("invoked oom-killer:")) ||
            str_ends(head, STR("allocation failure:")))
        return true;
    if (f->pending.prefix.parts == 0)
        return false;
    str_skip_blanks(&rest);
    /* Indentation is journald's, except inside the taint flags of a CPU line. */
    if (rest.n != s.n && !(str_has(head, STR(" Tainted: ")) && s.n - rest.n < 16))
        return false;
    word = str_find_char(rest, ' ');
    word = s.n - rest.n + (word != STR_NONE ? word : rest.n);
    return before + 1 + word > 64 &&
           (before <= 80 || str_find_char(str_trim(last), ' ') == STR_NONE);
}

static void append(struct feed *f, const char *text, size_t n, bool blank)
{
    char *p = f->pending.buf;

    if (f->pending.n + n + 1 > BUFFER)
        return;
    if (blank && f->pending.n != 0 && p[f->pending.n - 1] != ' ')
        p[f->pending.n++] = ' ';
    memcpy(p + f->pending.n, text, n);
    f->pending.n += n;
    f->pending.last_length = n;
    f->pending.hits_known = f->pending.plain = false; /* a literal may stand across the fold */
}

/* The hits of the line at hand, which is said when the next one is at hand. */
static void keep_hits(struct feed *f, const struct line_hits *hits)
{
    f->pending.hits_known = hits != NULL;
    if (hits == NULL)
        return;
    if (f->pending.ids == NULL)
        f->pending.ids = arena_array(f->in->scratch, uint32_t, seek_most(f->in) + 1);
    if (hits->n != 0)
        memcpy(f->pending.ids, hits->ids, hits->n * sizeof(*hits->ids));
    f->pending.hits = (struct line_hits){ f->pending.ids, hits->n };
}

static void hold(
        struct feed *f, const struct line *line, size_t n, const struct prefix *p, bool bare)
{
    char *old = f->pending.buf;

    f->pending.buf = f->next;
    f->next = old;
    f->pending.n = n;
    f->pending.line = *line;
    f->pending.prefix = *p;
    f->pending.bare = bare;
    f->pending.used = true;
    f->pending.wanted = seek_wanted(f->in);
    f->pending.plain = !bare && n == line->length && seek_plain(f->in);
    keep_hits(f, seek_hits(f->in));
    f->pending.last_length = n;
}

/* A line without prefix: folded, indented under the message before, or plain text. */
static void bare_line(struct feed *f, const struct line *line, str s, struct prefix *p)
{
    struct prefix as_last = f->last;
    size_t glued = find_glued(s);

    if (glued == STR_NONE && f->quoted_printable && f->pending.used && f->pending.n != 0 &&
            f->pending.buf[f->pending.n - 1] == '=') {
        f->pending.n--;
        append(f, s.p, s.n, false);
        return;
    }
    if (glued == STR_NONE && was_folded(f, s)) {
        append(f, s.p, s.n, true);
        parse_took(f->in, line);
        return;
    }
    flush(f);
    if (str_starts(s, STR("-- Reboot --")) || str_starts(s, STR("-- Boot "))) {
        feed_boot(f, f->last_track != NULL ? f->last_track : feed_track(f, STR("")));
        parse_took(f->in, line);
        return;
    }
    if (f->last.parts != 0 && (f->last.parts & PREFIX_KMSG) != 0 && s.p[0] == ' ')
        return; /* " SUBSYSTEM=pci": the dictionary of a record */
    if (glued != STR_NONE) {
        deliver_piece(f, line, str_slice(s, 0, glued), p, true, false, seek_hits(f->in));
        prefix_parse(str_from(s, glued), p);
        remember(f, p);
        hold(f, line, s.n, p, false);
        return;
    }
    if (f->last.parts == 0) {
        hold(f, line, s.n, p, true);
        return;
    }
    as_last.text = s;
    as_last.uptime = -1;
    hold(f, line, s.n, &as_last, !(s.n > 2 && s.p[0] == ' ' && s.p[1] == ' '));
}

static void one_line(struct feed *f, const struct line *line)
{
    size_t n = clean(line->s, f->next);
    str s = { f->next, n };
    struct prefix p;

    if (str_trim(s).n == 0) {
        flush(f);
        parse_took(f->in, line);
        return;
    }
    if (!f->quoted_printable && str_has(s, STR("=3D")))
        f->quoted_printable = true;
    prefix_parse(s, &p);
    if (p.parts == 0) {
        bare_line(f, line, s, &p);
        return;
    }
    flush(f);
    parse_took(f->in, line); /* its shape was recognised, whatever a program says in it */
    remember(f, &p);
    hold(f, line, n, &p, false);
}

/* Which way the times run, and whether every line stands for itself: from the first window. */
static void look_ahead(struct feed *f)
{
    str window = text_ahead(&f->in->text, LIMIT_SNIFF), line;
    struct prefix before = { 0 }, p;
    unsigned rises = 0, falls = 0, lines = 0, prefixes = 0, deltas = 0;

    window = str_slice(window, 0, LIMIT_SNIFF);
    while (str_line(&window, &line)) {
        prefix_parse(line, &p);
        lines += str_trim(line).n != 0;
        prefixes += p.parts != 0;
        deltas += p.delta >= 0 || p.rounded;
        if (p.when.basis == WHEN_NONE && p.clock >= 0)
            p.when = when_yearless(p.clock * WHEN_NS);
        if (p.when.basis == WHEN_NONE)
            continue;
        if (when_comparable(before.when, p.when)) {
            rises += when_cmp(before.when, p.when) < 0;
            falls += when_cmp(before.when, p.when) > 0;
        }
        before = p;
    }
    f->regular = 20 * prefixes > 19 * lines && deltas == 0;
    if (falls < 3 || falls <= 4 * rises)
        return;
    f->regular = false;
    f->newest_first = true;
    clock_newest_first(f->in);
    parse_diag(f->in, DIAG_NOTE, "kernel-log.newest-first", NULL,
            STR("the newest line comes first; reports of several lines are read in part only"));
}

static bool has_prefix(str line)
{
    struct prefix p;
    struct when when;
    str rest = line;

    /* Whatever stands behind a date. */
    if (line.n != 0 && is_alpha(line.p[0]) && prefix_take_date(&rest, &when))
        return true;
    prefix_parse(line, &p);
    return p.parts != 0;
}

/* Passes over what nobody looks for, unless the next line may go on with the last ones. */
static bool feed_seek(struct feed *f)
{
    if (!f->regular || (f->pending.used && f->pending.wanted))
        return true;
    flush(f);
    return f->busy(f->ctx) || parse_seek(f->in, has_prefix);
}

void feed_run(struct feed *f)
{
    struct line line;

    look_ahead(f);
    while (feed_seek(f) && parse_line(f->in, &line))
        one_line(f, &line);
    flush(f);
    parse_took_bytes(f->in, f->in->skipped);
}
