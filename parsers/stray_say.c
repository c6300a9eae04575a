/* SPDX-License-Identifier: Apache-2.0 */
/* stray_say: errors, operations and messages as facts, with what their line says around them. */
#include <string.h>

#include "stamp.h"
#include "stray.h"

void say_error(struct parse *in, struct span where, str quote, struct when when,
        const struct error_say *say)
{
    char buf[CODE_TEXT];
    bool own = say->code.family == CODE_NONE;
    const char *name = own ? say->code_name : code_name(say->code);
    const struct value values[ERROR_NFIELDS] = {
        [ERROR_CODE] = value_text(own ? say->code_text : code_format(say->code, buf)),
        [ERROR_FAMILY] = value_z(own ? say->family : code_family_name(say->code.family)),
        [ERROR_NUMBER] = value_int(own ? say->number : (int64_t)say->code.number),
        [ERROR_SPELLED] = value_text(text_cut(say->spelled, LIMIT_QUOTE)),
        [ERROR_NAME] = value_z(name),
        [ERROR_TEXT_ONLY] = say->text_only ? value_bool(true) : value_none(),
        [ERROR_API] = value_text(say->api),
        [ERROR_COMPONENT] = value_text(say->component),
        [ERROR_OPERATION] = value_text(say->operation),
        [ERROR_OBJECT] = value_text(say->object),
        [ERROR_PATH] = value_text(say->path),
        [ERROR_ROLE] = value_text(say->role),
        [ERROR_MESSAGE] = value_text(text_cut(say->message, LIMIT_QUOTE)),
    };

    emit_at(in, &kind_ERROR, where, quote, when, values);
}

void say_operation(struct parse *in, struct span where, str quote, struct when when, str component,
        str action, str object, const char *outcome, str node, str message)
{
    const struct value values[OPERATION_NFIELDS] = {
        [OPERATION_COMPONENT] = value_text(component),
        [OPERATION_ACTION] = value_text(action),
        [OPERATION_OBJECT] = value_text(object),
        [OPERATION_OUTCOME] = value_z(outcome),
        [OPERATION_NODE] = value_text(node),
        [OPERATION_MESSAGE] = value_text(text_cut(str_trim(message), LIMIT_QUOTE)),
    };

    emit_at(in, &kind_OPERATION, where, quote, when, values);
}

static str without_stamp(str text)
{
    struct when when;

    (void)stamp_take(&text, &when);
    return str_trim(text);
}

void say_message(struct parse *in, struct span where, str quote, struct when when,
        const char *class, str component, str object, const int64_t *number, str text)
{
    const struct value values[LOG_MESSAGE_NFIELDS] = {
        [LOG_MESSAGE_CLASS] = value_z(class),
        [LOG_MESSAGE_COMPONENT] = value_text(component),
        [LOG_MESSAGE_TEXT] = value_text(text_cut(without_stamp(text), LIMIT_QUOTE)),
        [LOG_MESSAGE_OBJECT] = value_text(object),
        [LOG_MESSAGE_NUMBER] = number != NULL ? value_int(*number) : value_none(),
    };

    emit_at(in, &kind_LOG_MESSAGE, where, quote, when, values);
}

/* "CreateCompartment failed (1450)", "os::commit_memory(0x0, 1, 0) failed; error=" */
str failed_function(str text)
{
    size_t at = str_find(text, STR(" failed")), end, begin;

    if (at == STR_NONE)
        return (str){ NULL, 0 };
    end = at;
    if (end > 0 && text.p[end - 1] == '\'')
        end--;
    if (end > 0 && text.p[end - 1] == ')') {
        end = str_rfind_char(str_slice(text, 0, end), '(');
        if (end == STR_NONE)
            return (str){ NULL, 0 };
    }
    for (begin = end; begin > 0 && (is_alnum(text.p[begin - 1]) || text.p[begin - 1] == '_' ||
                                           text.p[begin - 1] == ':' || text.p[begin - 1] == '.');)
        begin--;
    text = str_slice(text, begin, end);
    /* A function's name has a capital inside, "::" or "_"; an English word has not. */
    for (size_t i = 0; i < text.n; i++) {
        if ((i > 0 && text.p[i] >= 'A' && text.p[i] <= 'Z' && is_alpha(text.p[0])) ||
                (i > 0 && text.p[i] == '_'))
            return text.n <= NAME_MAX_LEN ? text : (str){ NULL, 0 };
    }
    return (str){ NULL, 0 };
}

static str component_of(str text)
{
    static const struct {
        str word;
        const char *component;
    } rows[] = {
        { STR_INIT("restic"), "restic" },
        { STR_INIT("Duplicati"), "duplicati" },
        { STR_INIT("VSS_"), "vss" },
        { STR_INIT("VssAPI"), "vss" },
        { STR_INIT("Volume Shadow Copy"), "vss" },
        { STR_INIT("shadow copy"), "vss" },
        { STR_INIT("hcsshim"), "windows-container" },
        { STR_INIT("CreateContainer"), "windows-container" },
        { STR_INIT("CreateCompartment"), "windows-container" },
        { STR_INIT("vmcompute"), "windows-container" },
        { STR_INIT("of RAM:"), "hyperv" },
        { STR_INIT("os::commit_memory"), "java" },
        { STR_INIT("java."), "java" },
        { STR_INIT("Java "), "java" },
        { STR_INIT("System."), "dotnet" },
        { STR_INIT("Exception from HRESULT"), "dotnet" },
        { STR_INIT("OSError"), "python" },
        { STR_INIT("WinError"), "python" },
        { STR_INIT("[Errno"), "python" },
        { STR_INIT("VirtualAlloc of"), "go" },
        { STR_INIT("os error"), "rust" },
        { STR_INIT("SQL Server"), "sqlserver" },
        { STR_INIT("httpd"), "apache" },
        { STR_INIT("AH00"), "apache" },
        { STR_INIT("System error"), "net" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (str_has(text, rows[i].word))
            return str_z(rows[i].component);
    }
    return (str){ NULL, 0 };
}

/* A file or network path: "\\server\share...", "C:\..."; to the next quote, blank or bracket. */
static str path_in(str text)
{
    size_t file = str_find(text, STR("in file '")), end;
    size_t at = str_find(text, STR("\\\\"));

    if (file != STR_NONE) { /* SQL Server: "in file 'D:\\data\\x.mdf:MSSQL_DBCC7'" */
        text = str_from(text, file + 9);
        return text_cut(str_slice(text, 0, str_find_char(text, '\'')), LIMIT_QUOTE);
    }

    for (size_t i = 0; at == STR_NONE && i + 2 < text.n; i++) {
        if (text.p[i + 1] == ':' && text.p[i + 2] == '\\' && is_alpha(text.p[i]) &&
                (i == 0 || !is_alnum(text.p[i - 1])))
            at = i;
    }
    if (at == STR_NONE)
        return (str){ NULL, 0 };
    for (end = at; end < text.n && strchr("\"'<>|,;)]} \t", text.p[end]) == NULL;)
        end++;
    return end - at > 3 ? text_cut(str_slice(text, at, end), LIMIT_QUOTE) : (str){ NULL, 0 };
}

bool say_codes(struct parse *in, const struct line *line, str text, struct when when,
        const struct error_say *known)
{
    struct code said[4];
    struct code_hit hit;
    size_t n = 0;
    str rest = text;

    while (n < sizeof(said) / sizeof(said[0]) && code_next(&rest, &hit)) {
        struct error_say say = *known;
        const char *class = class_of_code(hit.code);
        bool again = false;

        for (size_t i = 0; i < n; i++)
            again = again ||
                    (said[i].family == hit.code.family && said[i].number == hit.code.number);
        if (again)
            continue;
        said[n++] = hit.code;
        say.code = hit.code;
        say.spelled = str_trim(hit.spelled);
        say.text_only = hit.text_only;
        say.message = str_trim(text);
        if (say.api.n == 0)
            say.api = failed_function(text);
        if (say.component.n == 0)
            say.component = component_of(text);
        if (say.path.n == 0)
            say.path = path_in(text);
        say_error(in, line_span(in, line), line->s, when, &say);
        if (class != NULL && in->stray != NULL) {
            in->stray->class = class;
            in->stray->line = line->number;
        }
        if (class != NULL)
            say_message(in, line_span(in, line), line->s, when, class, say.component, say.object,
                    NULL, text);
    }
    return n != 0;
}
