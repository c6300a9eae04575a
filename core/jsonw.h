/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jsonw: writes JSON. Commas, indents and escapes are its business; nesting is the caller's. What is
 * begun with an _inline function stands on one line, however deep; with `compact` everything does.
 */
#pragma once

#include "diag.h"
#include "out.h"
#include "when.h"

enum { JSONW_DEPTH = 16 };

struct jsonw {
    struct out *out;
    bool compact;
    unsigned depth, flat; /* open containers; depth from which all is on one line, 0 = none */
    bool any[JSONW_DEPTH];
};

void jsonw_init(struct jsonw *w, struct out *out, bool compact);

/* name is NULL in arrays and for the document itself. */
void jsonw_object(struct jsonw *w, const char *name);
void jsonw_array(struct jsonw *w, const char *name);
void jsonw_object_inline(struct jsonw *w, const char *name);
void jsonw_array_inline(struct jsonw *w, const char *name);
void jsonw_end_object(struct jsonw *w);
void jsonw_end_array(struct jsonw *w);
void jsonw_finish(struct jsonw *w); /* the line end behind the document */

void jsonw_str(struct jsonw *w, const char *name, str s);
void jsonw_z(struct jsonw *w, const char *name, const char *z);
void jsonw_int(struct jsonw *w, const char *name, int64_t i);
void jsonw_real(struct jsonw *w, const char *name, double d);
void jsonw_bool(struct jsonw *w, const char *name, bool b);
void jsonw_null(struct jsonw *w, const char *name);
/* The text, or null where it is absent. */
void jsonw_str_or_null(struct jsonw *w, const char *name, str s);
/* Canonical text of an instant, or null where it is not known. */
void jsonw_when(struct jsonw *w, const char *name, struct when when);
/* An array of texts, on one line. */
void jsonw_strs(struct jsonw *w, const char *name, const str *s, size_t n);

/* A diagnostic as one object; path says whose it is, absent where that stands around it. */
void jsonw_diag(struct jsonw *w, const struct diag *diag, str path);
