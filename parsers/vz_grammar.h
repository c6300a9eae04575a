/* SPDX-License-Identifier: Apache-2.0 */
/* vz_grammar: the sentences of vzctl, its Windows twin and the dispatcher, one at a time. */
#pragma once

#include "str.h"

struct vz_phrase {
    str action;          /* start, stop, mount ... */
    str id;              /* container, if the sentence names one */
    const char *outcome; /* started, completed, failed */
};

/* "Container 101 is not started", "Failed to start the Container", "Starting container ..." */
bool vz_phrase_parse(str text, struct vz_phrase *ret);
/* "C:\>vzctl start 101", "# vzctl --verbose start web1" */
bool vz_command_parse(str text, str *ret_action, str *ret_id);
/* "<Product> API function call 'F' failed (path, {GUID}) err = 1450" */
struct vz_call {
    str api, path, spelled;
    uint64_t number; /* 0 = none was said */
};
bool vz_call_parse(str text, struct vz_call *ret);
/* "kmemsize 14372700 14790164 14372700 14790164 241"; the container where "101:" stands before */
struct vz_counter {
    str resource, id;
    uint64_t values[5]; /* held, maxheld, barrier, limit, failcnt */
    uint64_t unit;      /* bytes of one; 0 = a count */
};
bool vz_counter_parse(str text, struct vz_counter *ret);
/* A container's id: a number or a UUID, as far as it goes from the front of text. */
str vz_id(str text);
bool vz_is_uuid(str id);
