/* SPDX-License-Identifier: Apache-2.0 */
/* fathom facts: every fact of every member as one JSON object per line; diagnostics with
 * --diagnostics. */
#include "case.h"
#include "command.h"
#include "out.h"

static void put_value(struct out *o, const struct value *v)
{
    char buf[WHEN_TEXT];

    switch (v->type) {
    case VALUE_NONE:
        out_z(o, "null");
        break;
    case VALUE_BOOL:
        out_z(o, v->b ? "true" : "false");
        break;
    case VALUE_INT:
        out_printf(o, "%lld", (long long)v->i);
        break;
    case VALUE_REAL:
        out_json_real(o, v->d);
        break;
    case VALUE_TEXT:
        out_json_str(o, v->s);
        break;
    case VALUE_TIME:
        out_json_str(o, when_format(v->t, buf));
        break;
    case VALUE_MAP:
        out_char(o, '{');
        for (size_t i = 0; i < v->m.n; i++) {
            out_z(o, i != 0 ? "," : "");
            out_json_str(o, v->m.pairs[i].name);
            out_char(o, ':');
            out_json_str(o, v->m.pairs[i].text);
        }
        out_char(o, '}');
        break;
    }
}

static void put_fact(struct out *o, const struct case_file *c, const struct fact *fact)
{
    char buf[WHEN_TEXT];

    out_z(o, "{\"kind\":");
    out_json_str(o, str_z(fact->kind->name));
    out_z(o, ",\"member\":");
    out_json_str(o, fact->where.member != 0 ? c->sources[fact->where.member - 1].path : STR(""));
    out_printf(o, ",\"line\":%u", fact->where.line);
    if (fact->host.n != 0) {
        out_z(o, ",\"host\":");
        out_json_str(o, fact->host);
    }
    if (fact->when.basis != WHEN_NONE) {
        out_z(o, ",\"when\":");
        out_json_str(o, when_format(fact->when, buf));
    }
    for (size_t i = 0; i < fact->kind->nfields; i++) {
        if (fact->values[i].type == VALUE_NONE)
            continue;
        out_char(o, ',');
        out_json_str(o, str_z(fact->kind->fields[i].name));
        out_char(o, ':');
        put_value(o, &fact->values[i]);
    }
    out_z(o, "}\n");
}

static void put_diag(struct out *o, const struct diag *diag, str path)
{
    out_z(o, "{\"diagnostic\":");
    out_json_str(o, str_z(diag->code));
    out_printf(o, ",\"level\":\"%s\",\"member\":", diag_level_name(diag->level));
    out_json_str(o, path);
    if (diag->where.line != 0)
        out_printf(o, ",\"line\":%u", diag->where.line);
    if (diag->repeats != 0)
        out_printf(o, ",\"repeats\":%u", diag->repeats);
    if (diag->detail.n != 0) {
        out_z(o, ",\"detail\":");
        out_json_str(o, diag->detail);
    }
    out_z(o, "}\n");
}

static int run(struct options *o)
{
    const struct case_options options = { .times = o->timed ? &o->times : NULL };
    struct case_file c;
    struct output output;
    bool any;

    if (!output_open(o, &output))
        return STATUS_USAGE;
    case_read(&c, o->args, o->nargs, &options);
    if (o->derived || o->timed) {
        case_settle_hosts(&c);
        case_settle_times(&c, options.times);
    }
    if (o->derived)
        case_correlate(&c);
    for (size_t i = 0; i < c.nfacts; i++)
        put_fact(&output.out, &c, c.facts[i]);
    if (o->diagnostics) {
        for (size_t i = 0; i < c.ndiags; i++)
            put_diag(&output.out, &c.diags[i], c.diag_paths[i]);
        for (size_t i = 0; i < c.nsources; i++) {
            for (size_t k = 0; k < c.sources[i].ndiags; k++)
                put_diag(&output.out, &c.sources[i].diags[k], c.sources[i].path);
        }
    }
    any = command_tell_unread(o, &c);
    case_finish(&c);
    return output_close(&output, any ? STATUS_DONE : STATUS_USAGE);
}

const struct command command_facts = {
    .name = "facts",
    .arguments = "PATH...",
    .summary = "every fact that was read, as one JSON object per line",
    .about =
            "Facts are what rules speak of: 'fathom schema facts' lists their kinds and fields. Each\n"
            "line has the kind, the member and line it stands on, its time and host where known, and\n"
            "the fields that have a value. Nothing is folded. With --since, --until or --tz hosts and\n"
            "times are settled first, as a report does.",
    .examples = "  fathom facts poolmon.txt\n"
                "  fathom facts --diagnostics --derived case.zip | grep '\"kind\":\"limit\"'\n",
    .options = OPTION_BIT(OPTION_OUTPUT) | OPTION_BIT(OPTION_DIAGNOSTICS) |
               OPTION_BIT(OPTION_DERIVED) | OPTION_BIT(OPTION_SINCE),
    .least = 1,
    .run = run,
};
