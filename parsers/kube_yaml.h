/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kube_yaml: a reader of the YAML that kubectl prints, and of no other: blocks indented by blanks, lists
 * with "- ", scalars plain, quoted or in blocks, folded over lines or not, {} and [] with little in them.
 */
#pragma once

#include "json.h"

/* The first thing in a text that was not understood; its value is null in the tree. */
struct yaml_trouble {
    const char *what; /* NULL: nothing */
    size_t at;
    bool cut; /* the text ends within it */
};

/*
 * The tree of one document or of one element of a list, which is then an array of one. Keys, and strings that
 * are written as they are, are parts of the text. Never NULL.
 */
const struct json *yaml_parse(struct arena *a, str text, struct yaml_trouble *ret);

/* ---- scalars: kube_yaml_scalar.c */

/* Null, boolean, number or string. */
void yaml_plain(struct json *node, str s);
/* Behind the quote that closes what text begins with; STR_NONE when none does. */
size_t yaml_quote_end(str text);
/* What stands between quotes of this sort. */
str yaml_unquote(struct arena *a, str raw, char quote);
/* Lines folded into one: a line break is a blank, an empty line is a line break. */
str yaml_fold(struct arena *a, str raw);
/* The lines of a block, `indent` blanks of each dropped; folded: as '>' has it. */
str yaml_block(struct arena *a, str raw, size_t indent, bool folded);
