/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel-log: the kernel's messages, by whatever way they came: dmesg in all its output formats,
 * kern.log, journalctl -k, serial consoles, netconsole, vmcore-dmesg, pastes and mails.
 *
 *     [   12.345678] java: page allocation failure: order:1, mode:0x20
 *     Jul 15 23:44:32 vz3 kernel: java invoked oom-killer: gfp_mask=0xd0, order=0, oom_score_adj=0
 *
 * Taken: page allocation failures and OOM reports of all ages with everything they list, messages
 * of known classes, what boot messages say of the machine. Not taken: traces of other messages.
 */
#include "kernel_look.h"
#include "kernel_reader.h"
#include "signs.h"

static void signs(struct signs *to)
{
    kernel_look_signs(to);
}

static int sniff(const struct sniff *in)
{
    struct kernel_look look = kernel_look(in);
    unsigned ours = look.kernel + look.words;

    if (look.json)
        return BID_MAGIC;
    if (look.lines == 0)
        return BID_NO;
    if (look.program > look.kernel)
        return look.kernel != 0 ? BID_NAME : BID_NO;
    if (2 * ours >= look.lines || (look.kernel > 20 && look.kernel > look.program))
        return BID_SHAPE + 9;
    if (3 * ours >= look.lines || look.strong > 1)
        return BID_SHAPE;
    if (str_has(in->name, STR("dmesg")) || str_has(in->name, STR("kern.log")))
        return BID_NAME + 5;
    if (10 * ours >= look.lines)
        return BID_NAME;
    return look.strong != 0 ? BID_FALLBACK + 11 : BID_NO;
}

/*
 * `dmesg -J`: one object per record, one member per line.
 *
 *     "pri": 4,
 *     "time":  12.345678,
 *     "caller": "T12",
 *     "msg": "text"
 */
static str json_text(str s, char *buf)
{
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        uint64_t code;

        if (c == '"')
            break;
        if (c == '\\' && i + 1 < s.n) {
            c = s.p[++i];
            if (c == 'n')
                c = '\n';
            else if (c == 't' || c == 'r')
                c = ' ';
            else if (c == 'u' && i + 4 < s.n && str_hex(str_slice(s, i + 1, i + 5), &code)) {
                c = code >= ' ' && code < 0x7f ? (char)code : ' ';
                i += 4;
            }
        }
        buf[n++] = c;
    }
    return (str){ buf, n };
}

static void json_line(struct parse *in, struct kernel_reader *k, const struct line *line,
        struct prefix *p, char caller[static 32])
{
    str s = str_trim(line->s);
    struct prefix stamp;

    if (str_take(&s, STR("\"pri\": "))) {
        uint64_t pri;

        *p = (struct prefix){ .uptime = -1, .delta = -1, .clock = -1, .priority = -1 };
        if (str_take_u64(&s, &pri))
            p->priority = (int)(pri & 7);
    } else if (str_take(&s, STR("\"time\": "))) {
        char buf[40] = "[";
        size_t n = 1;

        s = str_trim(s);
        for (; n < 38 && s.n != 0 && s.p[0] != ','; s = str_from(s, 1))
            buf[n++] = s.p[0];
        buf[n++] = ']';
        prefix_parse((str){ buf, n }, &stamp);
        p->uptime = stamp.uptime;
        p->when = stamp.when;
        p->parts |= stamp.parts;
    } else if (str_take(&s, STR("\"caller\": \""))) {
        size_t n = 0;

        for (; n < 31 && n < s.n && s.p[n] != '"'; n++)
            caller[n] = s.p[n];
        p->caller = (str){ caller, n };
    } else if (str_take(&s, STR("\"msg\": \""))) {
        /* No escape is shorter than what it stands for. */
        p->text = json_text(s, k->feed.next);
        feed_follow(&k->feed, line, p);
        feed_message(&k->feed, line, p->text, p);
    }
    parse_took(in, line);
}

static void parse_json(struct parse *in)
{
    struct kernel_reader *k = kernel_reader_new(in);
    struct prefix p = { .uptime = -1, .priority = -1 };
    char caller[32];
    struct line line;

    while (parse_line(in, &line))
        json_line(in, k, &line, &p, caller);
    kernel_reader_finish(k);
}

static void parse(struct parse *in)
{
    str head = text_ahead(&in->text, 64);

    if (str_starts(head, STR("{")) && str_has(str_slice(head, 0, 64), STR("\"dmesg\": [")))
        parse_json(in);
    else
        kernel_read(in);
}

const struct parser parser_kernel_log = {
    .name = "kernel-log",
    .summary = "Linux kernel messages: dmesg, kern.log, journalctl -k, consoles",
    .kinds = kernel_kinds,
    .says_lines = true,
    .by_shape = true,
    .sniff = sniff,
    .signs = signs,
    .parse = parse,
};
