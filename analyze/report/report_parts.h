/* SPDX-License-Identifier: Apache-2.0 */
/* report_parts: the larger parts of report_build, one file each. */
#pragma once

#include "report.h"

void build_unknown(struct report *r, struct case_file *c);
void build_unknown_tags(struct report *r, struct case_file *c);
void build_timeline(struct report *r, struct case_file *c);
