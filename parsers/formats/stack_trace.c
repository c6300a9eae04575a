/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stack-trace: a text that is mainly exceptions and their traces, of .NET in any language, Java, Go,
 * Python, Node or Rust.
 *
 *     Unbehandelte Ausnahme: System.IO.IOException: text
 *        bei Some.Type.Method(Int32 x)
 *
 * What is taken, and what not: stray_stack.c, which every other text format uses as well.
 */
#include "signs.h"
#include "stray.h"

static const struct kind *const kinds[] = { &kind_STACK, &kind_ERROR, &kind_LOG_MESSAGE,
    &kind_OPERATION, &kind_BEANCOUNTER, &kind_CLOCK, NULL };

static void signs(struct signs *to)
{
    stack_signs(to);
}

static int sniff(const struct sniff *in)
{
    str rest = in->text, line;
    unsigned frames = 0, heads = 0, lines = 0;

    while (lines < 400 && str_line(&rest, &line)) {
        frames += stack_is_frame(line);
        heads += !in->signless && stack_is_head(line);
        lines += str_trim(line).n != 0;
    }
    if ((frames == 0 && heads == 0) || lines == 0)
        return BID_NO;
    if (frames != 0 && (frames + heads) * 3 >= lines)
        return BID_SHAPE;
    return heads != 0 && (frames + heads) * 4 >= lines ? BID_SHAPE - 20 : BID_NO;
}

const struct parser parser_stack_trace = {
    .name = "stack-trace",
    .summary = "exceptions and stack traces of .NET, Java, Go, Python, Node, Rust",
    .kinds = kinds,
    .says_lines = true,
    .by_shape = true,
    .sniff = sniff,
    .signs = signs,
    .parse = parse_stray_wanted,
};
