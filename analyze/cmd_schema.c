/* SPDX-License-Identifier: Apache-2.0 */
/* fathom schema facts|report|explain|rule: the vocabularies, for people and as JSON Schema. */
#include "case.h"
#include "command.h"
#include "jsonw.h"
#include "layout.h"
#include "texts.h"

static void put_kind_text(struct layout *l, const struct kind *kind)
{
    const struct row head = {
        .label = str_z(kind->name),
        .label_style = STYLE_STRONG,
        .hang = 19,
        .text = str_z(kind->doc),
    };

    layout_row(l, &head);
    for (size_t i = 0; i < kind->nfields; i++) {
        const struct field *f = &kind->fields[i];
        const char *unit = f->unit != UNIT_NONE ? unit_name(f->unit) : value_type_name(f->type);
        const struct row row = { .indent = 2,
            .hang = 31,
            .label = arena_printf(&l->arena, "%-19s %s", f->name, unit),
            .text = str_z(f->doc) };

        layout_row(l, &row);
    }
}

static void put_facts_text(struct out *out, unsigned width)
{
    struct layout l;

    layout_init(&l, out, width, false);
    for (size_t i = 0; case_kinds[i] != NULL; i++) {
        if (i != 0)
            layout_blank(&l);
        put_kind_text(&l, case_kinds[i]);
    }
    layout_finish(&l);
}

static const char *json_type_of(enum value_type type)
{
    switch (type) {
    case VALUE_BOOL:
        return "boolean";
    case VALUE_INT:
        return "integer";
    case VALUE_REAL:
        return "number";
    case VALUE_MAP:
        return "object";
    case VALUE_NONE:
    case VALUE_TEXT:
    case VALUE_TIME:
        break;
    }
    return "string";
}

static void put_property(struct jsonw *w, const char *name, const char *type, const char *doc)
{
    jsonw_object_inline(w, name);
    jsonw_z(w, "type", type);
    if (doc != NULL)
        jsonw_z(w, "description", doc);
    jsonw_end_object(w);
}

static void put_kind_json(struct jsonw *w, const struct kind *kind)
{
    jsonw_object(w, NULL);
    jsonw_z(w, "title", kind->name);
    jsonw_z(w, "description", kind->doc);
    jsonw_z(w, "type", "object");
    jsonw_array_inline(w, "required");
    jsonw_z(w, NULL, "kind");
    jsonw_z(w, NULL, "source");
    jsonw_z(w, NULL, "line");
    jsonw_end_array(w);
    jsonw_object(w, "properties");
    jsonw_object_inline(w, "kind");
    jsonw_z(w, "const", kind->name);
    jsonw_end_object(w);
    put_property(w, "source", "string", "path of the member");
    put_property(w, "line", "integer", "line in it, from 1; 0 = not known");
    put_property(w, "host", "string", "machine it speaks of");
    put_property(w, "when", "string", "its time");
    for (size_t i = 0; i < kind->nfields; i++) {
        const struct field *f = &kind->fields[i];

        jsonw_object_inline(w, f->name);
        jsonw_z(w, "type", json_type_of(f->type));
        jsonw_z(w, "description", f->doc);
        if (f->unit != UNIT_NONE)
            jsonw_z(w, "x-unit", unit_name(f->unit));
        jsonw_end_object(w);
    }
    jsonw_end_object(w);
    jsonw_end_object(w);
}

static void put_facts_json(struct out *out)
{
    struct jsonw w;

    jsonw_init(&w, out, false);
    jsonw_object(&w, NULL);
    jsonw_z(&w, "$schema", "https://json-schema.org/draft/2020-12/schema");
    jsonw_z(&w, "title", "one line of fathom facts");
    jsonw_array(&w, "oneOf");
    for (size_t i = 0; case_kinds[i] != NULL; i++)
        put_kind_json(&w, case_kinds[i]);
    jsonw_end_array(&w);
    jsonw_end_object(&w);
    jsonw_finish(&w);
}

static int run_facts(struct options *o)
{
    struct output output;

    if (!output_open(o, &output))
        return STATUS_USAGE;
    if (str_eq(str_z(o->format), STR("json")))
        put_facts_json(&output.out);
    else
        put_facts_text(&output.out, o->width != 0 ? o->width : 100);
    return output_close(&output, STATUS_DONE);
}

static int put_text_file(const struct options *o, const char *text)
{
    struct output output;

    if (!output_open(o, &output))
        return STATUS_USAGE;
    out_z(&output.out, text);
    return output_close(&output, STATUS_DONE);
}

static int run_report(struct options *o)
{
    return put_text_file(o, report_schema);
}

static int run_explain(struct options *o)
{
    return put_text_file(o, explain_schema);
}

static int run_rule(struct options *o)
{
    return put_text_file(o, rule_schema);
}

const struct command command_schema_facts = {
    .name = "schema facts",
    .arguments = "",
    .summary = "the kinds of facts and their fields: what rules may speak of",
    .about =
            "Every kind with its fields: name, type or unit, meaning. Sizes are in bytes, times in\n"
            "seconds, whatever the source printed. As JSON it is the schema of 'fathom facts' lines.",
    .examples = "  fathom schema facts\n"
                "  fathom schema facts --format json -o facts.schema.json\n",
    .options = OPTION_BIT(OPTION_FORMAT) | OPTION_BIT(OPTION_OUTPUT) | OPTION_BIT(OPTION_WIDTH),
    .formats = "text json",
    .run = run_facts,
};

const struct command command_schema_report = {
    .name = "schema report",
    .arguments = "",
    .summary = "the JSON Schema of 'fathom analyze --format json'",
    .about = "Prints the schema that every JSON report of this version holds to.",
    .examples = "  fathom schema report\n"
                "  fathom schema report -o report.schema.json\n",
    .options = OPTION_BIT(OPTION_OUTPUT),
    .run = run_report,
};

const struct command command_schema_explain = {
    .name = "schema explain",
    .arguments = "",
    .summary = "the JSON Schema of 'fathom explain --format json'",
    .about =
            "Prints the schema that every JSON answer of 'fathom explain' of this version holds to.",
    .examples = "  fathom schema explain\n"
                "  fathom schema explain -o explain.schema.json\n",
    .options = OPTION_BIT(OPTION_OUTPUT),
    .run = run_explain,
};

const struct command command_schema_rule = {
    .name = "schema rule",
    .arguments = "",
    .summary = "the JSON Schema of a rule file, for editors",
    .about =
            "Prints the schema of rule files, for editors that check and complete as you type. It\n"
            "knows the shape of a rule; 'fathom rules check' knows names, types and expressions, too.",
    .examples = "  fathom schema rule\n"
                "  fathom schema rule -o rule.schema.json\n",
    .options = OPTION_BIT(OPTION_OUTPUT),
    .run = run_rule,
};
