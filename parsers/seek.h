/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seek: lines that nobody looks for are passed over in blocks. A line is looked for when it holds a
 * literal of a rule's pattern, or a mark: a literal without which no parser of logs would take
 * anything from the line (marks.h). One scanner finds both.
 *
 * Without a seeker every line is read and every rule tried: the careful way, which gives the same
 * facts.
 */
#pragma once

#include "parser.h"
#include "scanner.h"

/* What is looked for in the lines of a case. */
struct seeker;
/* patterns: of the rules, ids from 0 in order. Lives in arena a, as the patterns' literals do not. */
struct seeker *seeker_create(struct arena *a, const struct scan_pattern *patterns, size_t n);
/* Its scanner as bytes, in arena a, and the seeker of n patterns whose scanner this was; NULL when the
 * bytes are none of this program's. */
str seeker_scanner(struct arena *a, const struct seeker *seeker);
struct seeker *seeker_open(struct arena *a, str scanner, size_t n);

/*
 * How far what a line says of itself reaches to lines without: a stamp, the program. Bounded, so that
 * reading may begin near a line that is looked for.
 */
enum { BACK_LINES = 64, BACK_BYTES = 8192 };

/* A plan for texts like the sample, in arena a; empty: for any text. */
struct scan_plan *seeker_plan(struct arena *a, const struct seeker *seeker, str sample);
/* The next hit that counts: the literal of a rule's pattern, or a mark that holds. */
bool seeker_next(const struct seeker *seeker, struct scan *scan, struct scan_hit *ret);

/* Of one member: made by seek_begin in its scratch. */
struct seek;
void seek_begin(struct parse *in, struct seeker *seeker);

/* For parsers that pass over most of a member by themselves: only the line that is read next is looked at,
 * not a block of them. */
void seek_apart(struct parse *in);

/* The rules' patterns whose literals stand in the line that parse_line gave last; NULL = not known. */
const struct line_hits *seek_hits(const struct parse *in);
/* The same for any text, as one put together from several lines; good until the next call. */
const struct line_hits *seek_text(struct parse *in, str text);
/* A copy of them for a line that is held back; ids is room for as many as seek_most says. */
size_t seek_most(const struct parse *in);
/* Whether the line that parse_line gave last is looked for at all; true where that is not known. */
bool seek_wanted(const struct parse *in);
/* Whether it is known to hold no mark: no parser of logs takes anything from it as it stands, unless it
 * goes on from lines before. Not known of the lines at the head. */
bool seek_plain(const struct parse *in);
/* After text_line: collects the hits of the line. */
void seek_line(struct parse *in, const struct line *line);
/* Before text_line: scans the next block where the last one is used up. */
void seek_block(struct parse *in);
