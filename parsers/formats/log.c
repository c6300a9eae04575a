/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log: any text that no other format claims. The last bidder.
 *
 *     2024-05-06 07:08:09 backupd: open \\\\nas\\x failed: 0x800705AA
 *
 * Taken: the time stamp where a line begins with one, and what parse_stray makes of any line. A
 * stamp without zone stays local; nothing is guessed. A text that begins with what "uname -a" prints
 * names its machine.
 */
#include "stray.h"
#include "uname.h"

static const struct kind *const kinds[] = { &kind_ERROR, &kind_LOG_MESSAGE, &kind_OPERATION,
    &kind_STACK, &kind_BEANCOUNTER, &kind_CLOCK, &kind_HOST, NULL };

static int sniff(const struct sniff *in)
{
    return in->text.n != 0 ? BID_FALLBACK : BID_NO;
}

static void tell_machine(struct parse *in)
{
    str head = text_ahead(&in->text, LIMIT_SNIFF), first;
    struct uname u;
    struct line line;

    if (!str_line(&head, &first) || !uname_read(first, &u) || !parse_line(in, &line) ||
            !uname_read(line.s, &u))
        return;
    in->host = arena_str(in->scratch, u.name);
    const struct value values[HOST_NFIELDS] = {
        [HOST_NAME] = value_text(in->host),
        [HOST_OS] = value_z("linux"),
        [HOST_VERSION] = value_text(u.release),
        [HOST_ARCH] = value_text(uname_arch(u.arch)),
    };
    parse_took(in, &line);
    emit(in, &kind_HOST, &line, (struct when){ 0 }, values);
}

static void parse(struct parse *in)
{
    tell_machine(in);
    parse_stray_wanted(in);
}

const struct parser parser_log = {
    .name = "log",
    .summary = "any other text log",
    .kinds = kinds,
    .says_lines = true,
    .sniff = sniff,
    .parse = parse,
};
