/* SPDX-License-Identifier: Apache-2.0 */
/*
 * layout: rows of text for a terminal: wrapped to a width, hanging under a label, something at the
 * right edge. Widths are columns, not bytes. What comes from a bundle is escaped here.
 */
#pragma once

#include "out.h"

enum style {
    STYLE_PLAIN,
    STYLE_STRONG,
    STYLE_DIM,
    STYLE_ALARM,
    STYLE_WARN,
    STYLE_MILD,
};

struct layout {
    struct arena arena; /* of the rows; reset by each */
    struct out *out;
    unsigned width;
    bool color;
};

/*
 *     label     text that is wrapped and hangs         right
 *     ^indent   ^hang                                       ^width
 */
struct row {
    unsigned indent, hang;
    str label;
    str text; /* may hold line ends */
    str right;
    enum style label_style, text_style, right_style;
    bool beside;   /* right stands on the first line and the text stays left of it; else it follows
                      the text, on a line of its own where it does not fit */
    unsigned most; /* lines at most, the rest is cut and ends in "..."; 0 = all */
};

void layout_init(struct layout *l, struct out *out, unsigned width, bool color);
void layout_finish(struct layout *l);
void layout_row(struct layout *l, const struct row *row);
void layout_blank(struct layout *l);

/* Takes the next line of at most `columns` from the front: broken at a blank where there is one,
 * else between wide characters, else anywhere. Blanks at the break are dropped. */
str wrap_take(str *text, unsigned columns);
/* As for a terminal (see out_plain): a copy, or s itself where that is so already. */
str layout_plain(struct arena *a, str s);
