/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON report: stable, described by docs/report.schema.json. Same input, same bytes. */
#include "json_parts.h"
#include "jsonw.h"
#include "version.h"

static str path_of(const struct report *r, struct span where)
{
    if (where.member == 0 || where.member > r->file->nsources)
        return (str){ NULL, 0 };
    return r->file->sources[where.member - 1].path;
}

void json_put_place(struct jsonw *w, const struct report *r, struct span where)
{
    jsonw_str_or_null(w, "source", path_of(r, where));
    jsonw_int(w, "line", where.line);
}

static void put_rules(struct jsonw *w, const struct report *r)
{
    jsonw_object_inline(w, "rules");
    jsonw_int(w, "count", (int64_t)r->rule_count);
    jsonw_int(w, "site", (int64_t)r->rule_site);
    jsonw_str(w, "sha256", r->rule_sha256);
    jsonw_end_object(w);
}

static void put_int_or_null(struct jsonw *w, const char *name, int64_t i)
{
    if (i != 0)
        jsonw_int(w, name, i);
    else
        jsonw_null(w, name);
}

static void put_case(struct jsonw *w, const struct report *r)
{
    jsonw_object(w, "case");
    jsonw_str(w, "name", r->file->name);
    jsonw_int(w, "bytes", (int64_t)r->file->bytes);
    jsonw_array(w, "hosts");
    for (size_t i = 0; i < r->nhosts; i++) {
        const struct report_host *host = &r->hosts[i];

        jsonw_object_inline(w, NULL);
        jsonw_str(w, "id", host->id);
        jsonw_str_or_null(w, "os", host->os);
        jsonw_str_or_null(w, "arch", host->arch);
        put_int_or_null(w, "cpus", host->cpus);
        put_int_or_null(w, "ram", host->ram);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
    jsonw_end_object(w);
}

static void put_source(struct jsonw *w, const struct source *s)
{
    jsonw_object(w, NULL);
    jsonw_str(w, "path", s->path);
    jsonw_str_or_null(w, "sha256", str_z(s->sha256));
    jsonw_str(w, "format", s->format);
    jsonw_int(w, "bid", s->bid);
    jsonw_int(w, "bytes", (int64_t)s->bytes);
    jsonw_int(w, "facts", (int64_t)s->facts);
    jsonw_array(w, "diagnostics");
    for (size_t i = 0; i < s->ndiags; i++)
        jsonw_diag(w, &s->diags[i], (str){ NULL, 0 });
    jsonw_end_array(w);
    jsonw_end_object(w);
}

static void put_sources(struct jsonw *w, const struct report *r)
{
    jsonw_array(w, "sources");
    for (size_t i = 0; i < r->file->nsources; i++)
        put_source(w, &r->file->sources[i]);
    jsonw_end_array(w);
}

static void put_evidence(struct jsonw *w, const struct report *r, const struct finding *f)
{
    jsonw_array(w, "evidence");
    for (size_t i = 0; i < f->nevidence; i++) {
        const struct evidence *e = &f->evidence[i];

        jsonw_object_inline(w, NULL);
        json_put_place(w, r, e->fact->where);
        jsonw_int(w, "offset", (int64_t)e->fact->where.offset);
        jsonw_int(w, "record", (int64_t)e->fact->where.record);
        jsonw_str(w, "text", e->say.n != 0 ? e->say : str_trim(e->fact->quote));
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}

static void put_table(struct jsonw *w, const struct finding_table *t)
{
    if (t == NULL) {
        jsonw_null(w, "table");
        return;
    }
    jsonw_object(w, "table");
    jsonw_strs(w, "heads", t->heads, t->ncolumns);
    jsonw_array(w, "rows");
    for (size_t row = 0; row < t->nrows; row++) {
        jsonw_array_inline(w, NULL);
        for (size_t i = 0; i < t->ncolumns; i++)
            jsonw_str(w, NULL, t->cells[row * t->ncolumns + i]);
        jsonw_end_array(w);
    }
    jsonw_end_array(w);
    jsonw_strs(w, "foot", t->foot, t->foot != NULL ? t->ncolumns : 0);
    jsonw_int(w, "total", (int64_t)t->total);
    jsonw_end_object(w);
}

static void put_remedy(struct jsonw *w, const struct finding *f)
{
    jsonw_array(w, "remedy");
    for (size_t i = 0; i < f->nremedy; i++) {
        const struct remedy *step = &f->remedy[i];

        jsonw_object(w, NULL);
        jsonw_str(w, "do", step->action);
        jsonw_str_or_null(w, "command", step->command);
        jsonw_str_or_null(w, "verify", step->verify);
        jsonw_str(w, "risk", step->risk);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}

static void put_explains(struct jsonw *w, const struct report *r, const struct finding *f,
        const struct render_options *options)
{
    jsonw_array_inline(w, "explains");
    for (size_t i = 0; i < f->nexplains; i++) {
        const struct finding *other = &r->verdict->findings[f->explains[i]];
        char id[13];

        if (!json_shown(other, options))
            continue;
        finding_id(other, id);
        jsonw_z(w, NULL, id);
    }
    jsonw_end_array(w);
}

static void put_finding(struct jsonw *w, const struct report *r, const struct finding *f,
        const struct render_options *options)
{
    char id[13];

    finding_id(f, id);
    jsonw_object(w, NULL);
    jsonw_z(w, "id", id);
    jsonw_str(w, "rule", f->rule);
    jsonw_str(w, "cause", f->cause);
    jsonw_z(w, "role", role_name(f->role));
    jsonw_str_or_null(w, "subject", f->subject);
    jsonw_str_or_null(w, "host", f->host);
    jsonw_z(w, "severity", severity_name(f->severity));
    jsonw_z(w, "confidence", confidence_name(f->confidence));
    jsonw_str(w, "title", f->title);
    jsonw_str(w, "summary", f->summary);
    jsonw_when(w, "first", f->first);
    jsonw_when(w, "last", f->last);
    jsonw_int(w, "count", (int64_t)f->count);
    jsonw_bool(w, "history", f->history);
    put_evidence(w, r, f);
    put_table(w, f->table);
    put_explains(w, r, f, options);
    put_remedy(w, f);
    jsonw_strs(w, "ask", f->asks, f->nasks);
    jsonw_strs(w, "references", f->references, f->nreferences);
    jsonw_end_object(w);
}

static void put_findings(
        struct jsonw *w, const struct report *r, const struct render_options *options)
{
    jsonw_array(w, "findings");
    for (size_t i = 0; i < r->verdict->nfindings; i++) {
        if (json_shown(&r->verdict->findings[i], options))
            put_finding(w, r, &r->verdict->findings[i], options);
    }
    jsonw_end_array(w);
}

static void put_ruled_out(struct jsonw *w, const struct report *r)
{
    jsonw_array(w, "ruled_out");
    for (size_t i = 0; i < r->verdict->nruled_out; i++) {
        const struct finding *f = &r->verdict->ruled_out[i];

        jsonw_object(w, NULL);
        jsonw_str(w, "cause", f->cause);
        jsonw_str(w, "rule", f->rule);
        jsonw_str_or_null(w, "subject", f->subject);
        jsonw_str_or_null(w, "host", f->host);
        jsonw_str(w, "title", f->title);
        jsonw_str(w, "summary", f->summary);
        put_evidence(w, r, f);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}

static void put_undetermined(struct jsonw *w, const struct report *r)
{
    jsonw_array(w, "undetermined");
    for (size_t i = 0; i < r->verdict->nundetermined; i++) {
        const struct undetermined *u = &r->verdict->undetermined[i];

        jsonw_object(w, NULL);
        jsonw_str(w, "cause", u->cause);
        jsonw_str(w, "rule", u->rule);
        jsonw_str_or_null(w, "subject", u->subject);
        jsonw_str_or_null(w, "host", u->host);
        jsonw_str(w, "title", u->title);
        jsonw_strs(w, "missing", u->missing, u->nmissing);
        jsonw_strs(w, "ask", u->asks, u->nasks);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}

static void put_items(struct jsonw *w, const struct report *r, const char *name,
        const struct unknown_item *items, size_t n)
{
    jsonw_array(w, name);
    for (size_t i = 0; i < n; i++) {
        jsonw_object_inline(w, NULL);
        jsonw_str(w, "text", items[i].text);
        jsonw_str_or_null(w, "detail", items[i].detail);
        jsonw_int(w, "count", (int64_t)items[i].count);
        jsonw_when(w, "first", items[i].first);
        jsonw_when(w, "last", items[i].last);
        json_put_place(w, r, items[i].where);
        jsonw_str_or_null(w, "example", items[i].example);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}

static void put_unknown(struct jsonw *w, const struct report *r)
{
    jsonw_object(w, "unknown");
    put_items(w, r, "tags", r->tags, r->ntags);
    put_items(w, r, "codes", r->codes, r->ncodes);
    put_items(w, r, "events", r->events, r->nevents);
    put_items(w, r, "lines", r->lines, r->nlines);
    jsonw_int(w, "lines_fallen", (int64_t)r->lines_fallen);
    jsonw_end_object(w);
}

static void put_coverage(struct jsonw *w, const struct report *r)
{
    jsonw_object(w, "coverage");
    jsonw_int(w, "bytes", (int64_t)r->bytes);
    jsonw_int(w, "parsed", (int64_t)r->parsed);
    jsonw_strs(w, "unclaimed", r->unclaimed, r->nunclaimed);
    jsonw_int(w, "left_out", (int64_t)r->file->left_out);
    jsonw_int(w, "untimed", (int64_t)r->file->untimed);
    jsonw_strs(w, "limits_hit", r->limits_hit, r->nlimits_hit);
    jsonw_array(w, "diagnostics");
    for (size_t i = 0; i < r->file->ndiags; i++)
        jsonw_diag(w, &r->file->diags[i], r->file->diag_paths[i]);
    jsonw_end_array(w);
    jsonw_end_object(w);
}

static void render(
        const struct report *report, const struct render_options *options, struct out *out)
{
    struct jsonw w;

    jsonw_init(&w, out, options->compact);
    jsonw_object(&w, NULL);
    jsonw_int(&w, "schema", 1);
    jsonw_z(&w, "fathom", FATHOM_VERSION);
    put_rules(&w, report);
    put_case(&w, report);
    put_sources(&w, report);
    put_findings(&w, report, options);
    put_ruled_out(&w, report);
    put_undetermined(&w, report);
    put_unknown(&w, report);
    json_put_times(&w, report, options);
    put_coverage(&w, report);
    jsonw_end_object(&w);
    jsonw_finish(&w);
}

const struct renderer renderer_json = {
    .name = "json",
    .mime = "application/json",
    .shows_sums = true,
    .render = render,
};
