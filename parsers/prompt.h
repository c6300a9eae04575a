/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prompt: lines on which somebody typed a command, in what was copied from a console:
 *
 *     [root@vz3 ~]# free -m        root@vz3:~$ free        vz3:~ # free        # free
 *     C:\>tasklist                 PS C:\Temp> gps         0: kd> !vm 1
 */
#pragma once

#include "str.h"

struct prompt {
    str host;    /* absent when the prompt does not name it */
    str command; /* trimmed; may be empty */
    bool weak;   /* "# " or "$ " alone: may as well be a comment */
};

bool prompt_take(str line, struct prompt *ret);

/*
 * The path that a command shows as it is ("/proc/meminfo" of "cat /proc/meminfo"); absent when it
 * shows something else.
 */
str command_file(str command);
/* What a command is called, without its path and ".exe": "free" of "/usr/bin/free -m". */
str command_word(str command);
