/* SPDX-License-Identifier: Apache-2.0 */
/* stray: what a line says that belongs to no format. */
#include "parser.h"

void parse_stray(struct parse *in, const struct line *line, struct when when)
{
    (void)in;
    (void)line;
    (void)when;
}
