/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case_expect: what a worked case must and must not yield, as its case.json says:
 *
 *     { "title": "...", "source": "...", "healthy": false, "expect": {
 *         "findings": [ { "cause": "...", "rule": "...", "subject": "...", "host": "...",
 *                         "severity": "...", "confidence": "...", "at": "poolmon.txt:14" } ],
 *         "ruled_out": [ { "cause": "...", "subject": "..." } ],
 *         "undetermined": [ { "cause": "..." } ],
 *         "absent": [ "windows/pool/paged-*" ],
 *         "formats": { "poolmon.txt": "poolmon" },
 *         "explains": [ [ "cause", "effect" ] ] } }
 *
 * Only "cause" is required in an entry. Findings above info that no entry lists are wrong; a healthy
 * capture has none at all.
 */
#pragma once

#include "analysis.h"

/* One line per disagreement; nothing when all holds. */
void case_expect(const char *path, const struct analysis *a, struct out *wrong, bool *ret_healthy);
