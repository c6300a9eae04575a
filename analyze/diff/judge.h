/* SPDX-License-Identifier: Apache-2.0 */
/* judge: whether one finding that is gone is fixed. Internal to the files fixed*.c. */
#pragma once

#include "parts.h"

enum { MOST_ASKS = 8 };

struct judge {
    struct diff *d;
    struct diff_finding *f;
    const struct diff_host *host;
    struct reach before, after; /* what could show it */
    str *asks;
    size_t nasks;
};

void judge_settle(struct judge *j, enum diff_fixed fixed, str reason);
void judge_ask(struct judge *j, str text);
/* Asks for the file that showed it. */
void judge_ask_again(struct judge *j);

/* Each settles it, by what sort of thing it is; see fixed.c. */
void judge_event(struct judge *j);
void judge_level(struct judge *j);
void judge_setting(struct judge *j);
/* Tells beside the reason which settings that it rests on, too, are others now. */
void judge_add_settings(struct judge *j);
