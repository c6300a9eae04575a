/* SPDX-License-Identifier: Apache-2.0 */
#include "stray.h"

bool stray_stack(struct parse *in, struct stack_state *s, const struct line *line, str text,
        struct when when)
{
    (void)in, (void)s, (void)line, (void)text, (void)when;
    return false;
}

void stray_stack_finish(struct parse *in, struct stack_state *s)
{
    (void)in, (void)s;
}
