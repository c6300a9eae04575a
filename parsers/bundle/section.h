/* SPDX-License-Identifier: Apache-2.0 */
/*
 * section: texts that hold what several commands or files showed, one after the other. Each section
 * is a member of its own, read by its own format:
 *
 *     #==[ Command ]======================================#      supportconfig
 *     # /bin/cat /proc/meminfo
 *
 *     ==> /var/log/messages <==                                  tail, head
 *     ===== free -m =====                                        collecting scripts
 *     [root@vz3 ~]# cat /proc/slabinfo                           what was copied from a console
 *
 * Other texts have such lines too, so the last two count only for commands that some format knows
 * the output of, and when there are several of different kinds.
 */
#pragma once

#include "str.h"

enum section_form {
    SECTION_NONE,
    SECTION_SUPPORTCONFIG,
    SECTION_ARROWS,
    SECTION_RULED,
    SECTION_PROMPTS,
};

struct section {
    str host;  /* that the mark names */
    size_t n;  /* of name */
    bool eats; /* the line behind the mark belongs to it */
    bool kept; /* the mark is part of what the section shows */
    char name[200];
};

/* By the head of the text. */
enum section_form section_form(str head);
/* Whether a section begins with this line. */
bool section_begins(enum section_form form, str line);
/* What a section is called that begins with this line and the next: "proc/meminfo", "free_-m". */
void section_read(enum section_form form, str line, str next, struct section *ret);
