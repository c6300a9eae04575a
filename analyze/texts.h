/* SPDX-License-Identifier: Apache-2.0 */
/* texts: files that are compiled in as they are. */
#pragma once

extern const char diff_schema[];    /* docs/diff.schema.json */
extern const char explain_schema[]; /* docs/explain.schema.json */
extern const char report_schema[];  /* docs/report.schema.json */
extern const char rule_schema[];    /* rules/rule.schema.json */
