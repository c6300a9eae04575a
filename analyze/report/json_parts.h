/* SPDX-License-Identifier: Apache-2.0 */
/* json_parts: what the files of the JSON renderer share. */
#pragma once

#include "jsonw.h"
#include "report.h"

/* "source" and "line". */
void json_put_place(struct jsonw *w, const struct report *r, struct span where);

/* "timeline" and "clocks". */
void json_put_times(struct jsonw *w, const struct report *r, const struct render_options *options);

static inline bool json_shown(const struct finding *f, const struct render_options *options)
{
    return f->severity >= options->min_severity;
}
