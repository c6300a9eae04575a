/* SPDX-License-Identifier: Apache-2.0 */
/* The comparison as JSON, described by docs/diff.schema.json. Same input, same bytes. */
#include "jsonw.h"
#include "parts.h"
#include "version.h"

static void put_case(struct jsonw *w, const char *name, const struct case_file *c)
{
    jsonw_object_inline(w, name);
    jsonw_str(w, "name", c->name);
    jsonw_int(w, "files", (int64_t)c->nsources);
    jsonw_int(w, "bytes", (int64_t)c->bytes);
    jsonw_end_object(w);
}

static void put_uptime(struct jsonw *w, const char *name, double seconds)
{
    if (seconds < 0)
        jsonw_null(w, name);
    else
        jsonw_real(w, name, seconds);
}

static void put_hosts(struct jsonw *w, const struct diff *d)
{
    jsonw_array(w, "hosts");
    for (size_t i = 0; i < d->nhosts; i++) {
        const struct diff_host *h = &d->hosts[i];

        jsonw_object_inline(w, NULL);
        jsonw_str(w, "before", h->before);
        jsonw_str(w, "after", h->after);
        jsonw_bool(w, "in_before", h->in_before);
        jsonw_bool(w, "in_after", h->in_after);
        put_uptime(w, "uptime_before", h->uptime_before);
        put_uptime(w, "uptime_after", h->uptime_after);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}

static void put_side(struct jsonw *w, const char *name, const struct finding *f)
{
    char id[13];

    if (f == NULL) {
        jsonw_null(w, name);
        return;
    }
    finding_id(f, id);
    jsonw_object(w, name);
    jsonw_z(w, "id", id);
    jsonw_str(w, "rule", f->rule);
    jsonw_str(w, "cause", f->cause);
    jsonw_z(w, "role", role_name(f->role));
    jsonw_str_or_null(w, "host", f->host);
    jsonw_str_or_null(w, "subject", f->subject);
    jsonw_z(w, "severity", severity_name(f->severity));
    jsonw_z(w, "confidence", confidence_name(f->confidence));
    jsonw_str(w, "title", f->title);
    jsonw_int(w, "count", (int64_t)f->count);
    jsonw_when(w, "first", f->first);
    jsonw_when(w, "last", f->last);
    jsonw_end_object(w);
}

static void put_finding(struct jsonw *w, const struct diff_finding *f)
{
    jsonw_object(w, NULL);
    jsonw_z(w, "state", diff_state_name(f->state));
    if (f->state == DIFF_GONE)
        jsonw_z(w, "fixed", diff_fixed_name(f->fixed));
    else
        jsonw_null(w, "fixed");
    jsonw_str_or_null(w, "reason", f->reason);
    jsonw_strs(w, "ask", f->asks, f->nasks);
    jsonw_bool(w, "old_records", f->old);
    jsonw_array(w, "changes");
    for (size_t i = 0; i < f->nchanges; i++) {
        jsonw_object_inline(w, NULL);
        jsonw_str(w, "what", f->changes[i].what);
        jsonw_str(w, "before", f->changes[i].before);
        jsonw_str(w, "after", f->changes[i].after);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
    put_side(w, "before", f->before);
    put_side(w, "after", f->after);
    jsonw_end_object(w);
}

static bool shown(const struct diff_finding *f, const struct render_options *options)
{
    return (f->after != NULL ? f->after : f->before)->severity >= options->min_severity;
}

static void put_value(struct jsonw *w, const char *name, const struct diff_row *row, bool has,
        double number, str text)
{
    if (!has)
        jsonw_null(w, name);
    else if (row->unit == DIFF_TEXT)
        jsonw_str(w, name, text);
    else
        jsonw_real(w, name, number);
}

static void put_rate(struct jsonw *w, const char *name, bool has, double rate)
{
    if (has)
        jsonw_real(w, name, rate);
    else
        jsonw_null(w, name);
}

static void put_row(struct jsonw *w, const struct diff_row *row)
{
    static const char *const units[] = { "count", "bytes", "text" };
    bool both = row->has_before && row->has_after && row->unit != DIFF_TEXT;

    jsonw_object_inline(w, NULL);
    jsonw_str(w, "name", row->name);
    jsonw_str_or_null(w, "host", row->host);
    jsonw_z(w, "unit", units[row->unit]);
    put_value(w, "before", row, row->has_before, row->before, row->text_before);
    put_value(w, "after", row, row->has_after, row->after, row->text_after);
    put_rate(w, "change", both, row->after - row->before);
    put_rate(w, "ratio", both && row->before != 0, row->before != 0 ? row->after / row->before : 0);
    put_rate(w, "per_hour", row->has_rate, row->rate);
    put_rate(w, "per_hour_before", row->has_own_rates, row->rate_before);
    put_rate(w, "per_hour_after", row->has_own_rates, row->rate_after);
    jsonw_end_object(w);
}

static void put_sections(struct jsonw *w, const struct diff *d)
{
    jsonw_array(w, "sections");
    for (size_t i = 0; i < d->nsections; i++) {
        const struct diff_section *s = &d->sections[i];

        jsonw_object(w, NULL);
        jsonw_z(w, "name", s->name);
        jsonw_z(w, "title", s->title);
        jsonw_int(w, "total", (int64_t)s->total);
        jsonw_array(w, "rows");
        for (size_t k = 0; k < s->nrows; k++)
            put_row(w, &s->rows[k]);
        jsonw_end_array(w);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}

void diff_print_json(const struct diff *d, const struct render_options *options, struct out *out)
{
    struct jsonw w;

    jsonw_init(&w, out, options->compact);
    jsonw_object(&w, NULL);
    jsonw_int(&w, "schema", 1);
    jsonw_z(&w, "fathom", FATHOM_VERSION);
    put_case(&w, "before", diff_case(d, SIDE_BEFORE));
    put_case(&w, "after", diff_case(d, SIDE_AFTER));
    jsonw_strs(&w, "notes", d->notes, d->nnotes);
    put_hosts(&w, d);
    jsonw_array(&w, "findings");
    for (size_t i = 0; i < d->nfindings; i++)
        if (shown(&d->findings[i], options))
            put_finding(&w, &d->findings[i]);
    jsonw_end_array(&w);
    put_sections(&w, d);
    jsonw_end_object(&w);
    jsonw_finish(&w);
}
