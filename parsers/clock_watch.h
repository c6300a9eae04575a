/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clock_watch: looks at the stamps of a member's lines and tells, as facts of kind clock, what they
 * say of the clocks behind them: where wall clock and time since boot stand side by side, which
 * offset from UTC stamps name, where a clock was set back, over how many years year-less stamps run.
 * Stamps come in the order of the lines. Only what is new is told, so a log of any length costs few
 * facts; LIMIT_CLOCKS bounds them. clock.cap
 */
#pragma once

#include "parser.h"
#include "stamp.h"

/*
 * Sees the stamp of a line of this host ("" = of the member's). A year-less stamp gets the number of
 * its year in the member.
 */
void clock_see(struct parse *in, const struct line *line, str host, struct stamp *stamp);
/* The member's newest line comes first: years are counted backwards. Before the first stamp. */
void clock_newest_first(struct parse *in);
/* Tells what is known only at the end. Called once after parse. */
void clock_finish(struct parse *in);

/* One fact of kind clock about the clock of in->host. */
struct clock_say {
    const char *says;
    struct when when, uptime, wall;
    const int32_t *offset; /* NULL = not told */
    str zone;
    double seconds;         /* NAN = not told */
    const int64_t *daytime; /* NULL = not told */
};
void clock_say(struct parse *in, const struct line *line, const struct clock_say *say);

/*
 * The time of a line: sees the stamp that it begins with; without one it goes with `before`, the
 * line above it. *ret_rest is what follows the stamp, or the whole line.
 */
struct when clock_line(
        struct parse *in, const struct line *line, struct when before, str *ret_rest);
