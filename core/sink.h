/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sink: where facts and diagnostics go. Parsers and correlators know only this face; the case
 * behind it keeps what some rule or view wants, counts the rest, and caps both.
 */
#pragma once

#include "diag.h"

struct sink {
    void (*emit)(struct sink *sink, const struct fact *fact); /* borrowed, see fact.h */
    void (*diag)(struct sink *sink, const struct diag *diag); /* borrowed; detail is copied */
    /*
     * Whether anybody would look at a fact of this kind whose text field `field` equals `value`
     * (case-insensitive; field SIZE_MAX or absent value = any). A "no" lets a parser skip the work
     * of building it.
     */
    bool (*wants)(const struct sink *sink, const struct kind *kind, size_t field, str value);
};
