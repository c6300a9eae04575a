/* SPDX-License-Identifier: Apache-2.0 */
/* fathom schema facts|report|diff|explain|rule: the vocabularies, for people and as JSON Schema. */
#include "case.h"
#include "command.h"
#include "jsonw.h"
#include "layout.h"
#include "rule_index.h"
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

static int run_diff(struct options *o)
{
    return put_text_file(o, diff_schema);
}

static int run_explain(struct options *o)
{
    return put_text_file(o, explain_schema);
}

/* --- the schema of rules: its file with what this version knows in the place of its comments */

static void put_kinds(struct jsonw *w)
{
    for (size_t i = 0; case_kinds[i] != NULL; i++)
        jsonw_z(w, NULL, case_kinds[i]->name);
}

/* What a site tells of is not among them: an editor offers these and takes others, too. */
static void put_causes(struct jsonw *w)
{
    for (size_t i = 0; i < builtin_index.ncauses; i++)
        jsonw_str(w, NULL, rule_index_cause_row(&builtin_index, i).id);
}

static void put_field_names(struct jsonw *w, const struct kind *kind)
{
    static const char *const always[] = { "fact", "say", "show", "host", "any", "not" };
    bool map = false;

    jsonw_object_inline(w, "propertyNames");
    jsonw_array_inline(w, "anyOf");
    jsonw_object_inline(w, NULL);
    jsonw_array_inline(w, "enum");
    for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
        jsonw_z(w, NULL, always[i]);
    for (size_t i = 0; i < kind->nfields; i++) {
        map = map || kind->fields[i].type == VALUE_MAP;
        jsonw_z(w, NULL, kind->fields[i].name);
    }
    jsonw_end_array(w);
    jsonw_end_object(w);
    if (map) {
        jsonw_object_inline(w, NULL);
        jsonw_z(w, "pattern", "\\.");
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
    jsonw_end_object(w);
}

/* Once the kind is known, its fields are. */
static void put_fields(struct jsonw *w)
{
    for (size_t i = 0; case_kinds[i] != NULL; i++) {
        const struct kind *kind = case_kinds[i];

        jsonw_object_inline(w, NULL);
        jsonw_object_inline(w, "if");
        jsonw_object_inline(w, "properties");
        jsonw_object_inline(w, "fact");
        jsonw_z(w, "const", kind->name);
        jsonw_end_object(w);
        jsonw_end_object(w);
        jsonw_end_object(w);
        jsonw_object_inline(w, "then");
        jsonw_z(w, "description", kind->doc);
        put_field_names(w, kind);
        jsonw_object_inline(w, "properties");
        for (size_t k = 0; k < kind->nfields; k++) {
            jsonw_object_inline(w, kind->fields[k].name);
            jsonw_z(w, "description", kind->fields[k].doc);
            jsonw_end_object(w);
        }
        jsonw_end_object(w);
        jsonw_end_object(w);
        jsonw_end_object(w);
    }
}

static void put_known(struct out *out, str *rest, const char *comment, const char *key,
        void (*put)(struct jsonw *w))
{
    struct arena a;
    struct jsonw w;
    str mark;
    size_t at;

    arena_init(&a, 0);
    mark = arena_printf(&a, "\"$comment\": \"%s\"", comment);
    at = str_find(*rest, mark);
    out_str(out, str_slice(*rest, 0, at));
    if (at != STR_NONE) {
        out_printf(out, "\"%s\": ", key);
        jsonw_init(&w, out, true);
        jsonw_array(&w, NULL);
        put(&w);
        jsonw_end_array(&w);
    }
    *rest = at != STR_NONE ? str_from(*rest, at + mark.n) : (str){ NULL, 0 };
    arena_finish(&a);
}

static int run_rule(struct options *o)
{
    str rest = str_z(rule_schema);
    struct output output;

    if (!output_open(o, &output))
        return STATUS_USAGE;
    put_known(&output.out, &rest, "causes", "examples", put_causes);
    put_known(&output.out, &rest, "kinds", "enum", put_kinds);
    put_known(&output.out, &rest, "fields", "allOf", put_fields);
    out_str(&output.out, rest);
    return output_close(&output, STATUS_DONE);
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

const struct command command_schema_diff = {
    .name = "schema diff",
    .arguments = "",
    .summary = "the JSON Schema of 'fathom diff --format json'",
    .about = "Prints the schema that every comparison of this version holds to.",
    .examples = "  fathom schema diff\n"
                "  fathom schema diff -o diff.schema.json\n",
    .options = OPTION_BIT(OPTION_OUTPUT),
    .run = run_diff,
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
            "knows the keys of a rule, the kinds of facts with their fields, and the causes of the\n"
            "built-in rules; 'fathom rules check' knows types and expressions, too.",
    .examples = "  fathom schema rule\n"
                "  fathom schema rule -o rule.schema.json\n",
    .options = OPTION_BIT(OPTION_OUTPUT),
    .run = run_rule,
};
