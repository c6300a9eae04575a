/* SPDX-License-Identifier: Apache-2.0 */
/*
 * draft: something that no rule takes, made into the beginning of a rule: the selection that finds
 * it, a row for its cause, a worked case with the input cut down to it, and the blanks (RULE_BLANK)
 * that a person has to fill in.
 *
 *     OUT/rules/site/fan-of-tray-failed.json
 *     OUT/rules/causes.tsv
 *     OUT/cases/site/fan-of-tray-failed/case.json, input/messages
 *     OUT/cases/site/fan-of-tray-failed-near-miss/case.json, input/ (empty)
 */
#pragma once

#include "analysis.h"

enum draft_sort { DRAFT_NONE, DRAFT_LINE, DRAFT_EVENT, DRAFT_CODE, DRAFT_TAG };

struct draft {
    const struct options *o;
    struct arena *a;
    enum draft_sort sort;
    str want; /* the tag, code or PROVIDER/ID; of a line its member */
    uint32_t line;

    struct case_file file; /* what was read to find it */
    const struct fact *const *hits;
    size_t nhits;
    str text, component; /* of a line */

    str id;    /* of the rule, the cause and the case */
    str shown; /* what it is about, for people */
    str rule;  /* the rule file */
    str cause; /* its row of causes.tsv */
    str base;  /* the folder that all is written to */
    str near;  /* id of the near miss */
};

/* One member of the trimmed input. */
struct draft_part {
    uint32_t member;
    str path; /* below input/ */
    str text;
    uint64_t lines, of; /* 0 = copied as it is */
    bool too_large;     /* left out */
};

/* Takes what the options choose; DRAFT_NONE when they choose nothing. False: told on stderr. */
bool draft_chosen(struct draft *d);
/* Chooses the most frequent thing that the report does not know. False when there is none. */
bool draft_first_unknown(struct draft *d, const struct analysis *analysis);
/* Reads the bundle again for it. False: told on stderr. d->file is to be finished in any case. */
bool draft_find(struct draft *d);

/* Fills in id, rule, cause. False when the id that was asked for is none: told on stderr. */
bool draft_compose(struct draft *d);
/* The text of a case.json: what is found on it now, or nothing for a near miss. */
str draft_case(const struct draft *d, const struct analysis *found);

/*
 * The input around what was found, with more around it at each step: draft_steps of them, the last
 * one takes whole members.
 */
enum { draft_steps = 5 };
size_t draft_input(struct draft *d, unsigned step, struct draft_part **ret);

/* Writes a new file with its folders; with `again` it may be there already. False: told on stderr. */
bool draft_write(const struct draft *d, str path, str text, bool again);
bool draft_folder(const struct draft *d, str path);
/* Adds the row of the cause to the pack's list unless it stands there. */
bool draft_add_cause(const struct draft *d, str path);
/* Nothing of what would be written is there yet. False: told on stderr. */
bool draft_is_new(const struct draft *d);
