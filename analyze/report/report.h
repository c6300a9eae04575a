/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report: everything a renderer may see, and the list of renderers. A renderer knows no rule, kind
 * or format by name. One renderer = one file in analyze/report/ that exports `const struct renderer
 * renderer_NAME`, and one line in analyze/report/meson.build.
 */
#pragma once

#include "case.h"
#include "eval.h"
#include "out.h"

struct report_host {
    str id; /* "VZ1"; "" = no name known */
    str os; /* "Windows Server 2003 SP2" */
    str arch;
    int64_t cpus, ram; /* 0 = not known */
};

struct unknown_item {
    str text;   /* the tag, code, event or masked line */
    str detail; /* "3.1 MB nonpaged", "12 times" */
    uint64_t count;
    struct span where;
    struct when first, last; /* of what has a time */
    str example;             /* of lines: one of them as it stands */
};

/* How much a row of the timeline matters: evidence by the severity of its finding, then the rest. */
enum timeline_rank {
    RANK_EVIDENCE,
    RANK_LAST_BOOT = RANK_EVIDENCE + SEVERITY_CRITICAL + 1,
    RANK_BOOT,
    RANK_OTHER,
};

struct timeline_item {
    struct when when, last;
    uint64_t count;
    str host, text;
    struct span where;
    const struct finding *finding; /* of which it is evidence; NULL = of none */
    uint8_t rank;
};

struct report {
    const struct case_file *file;
    const struct verdict *verdict;
    size_t rule_count, rule_site; /* all; those of a site */
    str rule_sha256;
    const struct report_host *hosts;
    size_t nhosts;
    const struct unknown_item *tags, *codes, *events, *lines;
    size_t ntags, ncodes, nevents, nlines;
    uint64_t lines_fallen; /* lines of forms that there was no room for */
    const struct timeline_item *timeline;
    size_t ntimeline, timeline_fallen; /* rows that there was no room for */
    uint64_t bytes, parsed;            /* of text members: all, and understood */
    const str *unclaimed;              /* paths of members that no format took */
    size_t nunclaimed;
    const str *limits_hit; /* "text.long-line in a.zip!x.log: ..." */
    size_t nlimits_hit;
};

struct render_options {
    bool color;
    bool compact;   /* for programs: all on one line, where the format can */
    unsigned width; /* columns of the terminal, 80 where unknown */
    enum severity min_severity;
};

struct renderer {
    const char *name; /* "json" */
    const char *mime;
    bool shows_sums; /* the sha256 of members */
    void (*render)(
            const struct report *report, const struct render_options *options, struct out *out);
};

extern const struct renderer *const renderers[]; /* NULL-terminated */
const struct renderer *renderer_find(str name);

/* Builds the report of an evaluated case in the case's arena. */
void report_build(struct case_file *file, const struct ruleset *rules,
        const struct verdict *verdict, struct report *ret);
/* "a.zip!poolmon.txt:14" for a span; the number stands in sources[member - 1]. */
void report_place(const struct report *report, struct span where, struct out *out);
/* Stable id of a finding: rule, subject and host hashed, 12 hex digits. */
void finding_id(const struct finding *finding, char ret[static 13]);
