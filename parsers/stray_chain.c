/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stray_chain: chains of errors as the Acronis engine prints them, outer error first, in the seven
 * textual forms of fifteen years (stray_chain_forms.c), decoded down to what the operating system
 * said.
 *
 *     Failed to back up x Acronis Error: Module=7 Code=4, "Write error"{=0}, Tag=0
 *     Acronis Error: Module=4 Code=3, "Error writing the file."{function="WriteFile"}, Tag=12ab
 *     Acronis Error: Module=0 Code=fff0, "..."{code=ffffffff800705aa}, Tag=34cd
 *
 * Taken: every node as acronis:MODULE/CODE (hex), the operating system's code as a fact of its own
 * with the function and path that the chain names, and the backup operation around it. Module 0
 * code fff0 is only the wrapper of such a code. Tags and source lines are not taken.
 */
#include <stdio.h>
#include <string.h>

#include "stray.h"

static const str acronis = STR_INIT("acronis");

struct chain_node *chain_add(struct parse *in, struct chain_state *s, const struct line *line,
        struct when when, enum chain_form form, uint32_t combined)
{
    struct chain_node *node;

    if (s->form != form)
        chain_flush(in, s);
    s->form = form;
    if (s->n == NODES_MAX) {
        if (!s->cut)
            parse_diag(in, DIAG_WARNING, "backup.chain-length", line, STR("inner errors dropped"));
        s->cut = true;
        s->n--;
    }
    node = &s->nodes[s->n++];
    node->combined = combined;
    node->confirmed = form != CHAIN_BLOCK;
    node->os = (struct code){ CODE_NONE, 0 };
    node->api.n = node->os_spelled.n = node->nmessage = node->npath = 0;
    held_set(&node->line, in, line, when);
    return node;
}

static uint16_t copy_cut(char *to, str s)
{
    s = text_cut(s, LIMIT_QUOTE);
    if (s.n != 0)
        memcpy(to, s.p, s.n);
    return (uint16_t)s.n;
}

void chain_message(struct chain_node *node, str message)
{
    message = str_trim(message);
    if (message.n > 1 && message.p[0] == '"' && message.p[message.n - 1] == '"')
        message = str_slice(message, 1, message.n - 1);
    node->nmessage = copy_cut(node->message, message);
}

/* "WriteFile" is a function of the system; "Common::Error::AddWindowsError" is the engine's own. */
static bool is_api(str value)
{
    if (value.n == 0 || value.n > NAME_MAX_LEN || str_has(value, STR("::")))
        return false;
    for (size_t i = 0; i < value.n; i++) {
        if (!is_alnum(value.p[i]) && value.p[i] != '_')
            return false;
    }
    return true;
}

static bool take_os_number(str value, unsigned radix, struct code *ret)
{
    uint64_t number;

    if (str_starts_nocase(value, STR("0x")) || radix == 16) {
        if (!str_hex(value, &number))
            return false;
    } else if (!str_u64(value, &number)) {
        return false;
    }
    *ret = code_from_number(number);
    return ret->family != CODE_NONE;
}

void chain_field(struct chain_node *node, str key, str value, unsigned radix)
{
    struct code_hit hit;

    key = str_trim(key);
    value = str_trim(value);
    if (value.n > 1 && value.p[0] == '"' && value.p[value.n - 1] == '"')
        value = str_slice(value, 1, value.n - 1);
    node->confirmed = true;
    if (str_eq(key, STR("code"))) {
        if (take_os_number(value, radix, &node->os))
            name_set(&node->os_spelled, value);
    } else if (str_eq_nocase(key, STR("function"))) {
        if (is_api(value))
            name_set(&node->api, value);
    } else if (str_eq_nocase(key, STR("path"))) {
        node->npath = copy_cut(node->path, value);
    } else if (node->os.family == CODE_NONE && value.n == 10 && str_starts(value, STR("0x")) &&
               code_next(&value, &hit)) {
        node->os = hit.code; /* "Exception code: 0xc0000409", in any language */
        name_set(&node->os_spelled, hit.spelled);
    }
}

static const char *node_name(uint32_t combined)
{
    static const struct {
        uint32_t combined;
        const char *name;
    } rows[] = {
        { 0x0000fff0, "operating system error" },
        { 0x00040001, "read file" },
        { 0x00040003, "write file" },
        { 0x00040005, "seek in file" },
        { 0x00040007, "open file" },
        { 0x00040009, "rename file" },
        { 0x00040011, "file missing" },
        { 0x00070003, "read" },
        { 0x00070004, "write" },
        { 0x00070016, "block bitmap damaged" },
        { 0x0007001c, "runlist damaged" },
        { 0x00070020, "image corrupted" },
        { 0x00070025, "index damaged" },
        { 0x0007002e, "sector-by-sector mode forced" },
        { 0x0010c448, "add volume to snapshot" },
        { 0x0010c45a, "read snapshot" },
        { 0x00a100d4, "find archive" },
        { 0x01350016, "command failed" },
        { 0x0135003d, "completed with error" },
        { 0x0135004e, "service restarted" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].combined == combined)
            return rows[i].name;
    }
    return NULL;
}

/* The nearest function and path at or outside of node i: the wrapper itself names none. */
static void nearest(const struct chain_state *s, uint32_t i, str *ret_api, str *ret_path)
{
    *ret_api = *ret_path = (str){ NULL, 0 };
    for (uint32_t k = i + 1; k-- > 0;) {
        const struct chain_node *node = &s->nodes[k];

        if (ret_api->n == 0)
            *ret_api = name_str(&node->api);
        if (ret_path->n == 0)
            *ret_path = (str){ node->path, node->npath };
    }
}

static void say_node(struct parse *in, const struct chain_state *s, uint32_t i, bool leaf)
{
    const struct chain_node *node = &s->nodes[i];
    bool os = node->os.family != CODE_NONE;
    char text[32];
    struct error_say say = {
        .family = "acronis",
        .code_name = node_name(node->combined),
        .number = node->combined,
        .component = acronis,
        .operation = s->backup ? STR("backup") : (str){ NULL, 0 },
        .object = name_str(&s->object),
        .message = { node->message, node->nmessage },
        .role = leaf && !os ? STR("leaf") : STR("outer"),
        .api = name_str(&node->api),
        .path = { node->path, node->npath },
    };

    (void)snprintf(text, sizeof(text), "acronis:%x/%x", (unsigned)(node->combined >> 16),
            (unsigned)(node->combined & 0xffff));
    say.code_text = str_z(text);
    say_error(in, node->line.where, held_str(&node->line), node->line.when, &say);
    if (!os)
        return;
    say.code = node->os;
    say.spelled = name_str(&node->os_spelled);
    say.role = leaf ? STR("leaf") : STR("outer");
    nearest(s, i, &say.api, &say.path);
    say_error(in, node->line.where, held_str(&node->line), node->line.when, &say);
    if (class_of_code(node->os) != NULL)
        say_message(in, node->line.where, held_str(&node->line), node->line.when,
                class_of_code(node->os), acronis, say.object, NULL, say.message);
}

/* The innermost code of the operating system is the leaf; without one, the innermost node. */
void chain_flush(struct parse *in, struct chain_state *s)
{
    uint32_t leaf = s->n != 0 ? s->n - 1 : 0;

    for (uint32_t i = s->n; i-- > 0;) {
        if (s->nodes[i].os.family != CODE_NONE) {
            leaf = i;
            break;
        }
    }
    for (uint32_t i = 0; i < s->n; i++) {
        if (s->nodes[i].confirmed)
            say_node(in, s, i, i == leaf);
    }
    s->n = 0;
    s->cut = false;
    s->form = CHAIN_NONE;
}

/* ---------------------------------------------------------------- the operation around it */

/* "Backup operation for node 'vz1' failed: ..." */
static bool take_node_failed(struct parse *in, struct chain_state *s, const struct line *line,
        str text, struct when when)
{
    str rest = str_trim(text), node;

    if (!str_take(&rest, STR("Backup operation for node '")))
        return false;
    node = str_cut(&rest, '\'');
    str_skip_blanks(&rest);
    if (!str_starts(rest, STR("failed")))
        return false;
    chain_flush(in, s);
    name_set(&s->node, node);
    say_operation(in, line_span(in, line), line->s, when, acronis, STR("backup"),
            name_str(&s->object), "failed", name_str(&s->node), text);
    return true;
}

static bool take_operation(struct parse *in, struct chain_state *s, const struct line *line,
        str text, struct when when)
{
    struct env_operation op;

    if (!str_has(text, STR("with the Env(s) ")) || !env_operation_parse(text, &op) ||
            (!str_eq(op.action, STR("backup")) && !str_eq(op.action, STR("restore"))))
        return false;
    chain_flush(in, s);
    name_set(&s->object, op.object);
    s->backup = str_eq(op.action, STR("backup"));
    say_operation(in, line_span(in, line), line->s, when, acronis, op.action, name_str(&s->object),
            op.outcome, (str){ NULL, 0 }, text);
    return true;
}

bool stray_chain(struct parse *in, struct chain_state *s, const struct line *line, str text,
        struct when when)
{
    bool took =
            take_operation(in, s, line, text, when) || take_node_failed(in, s, line, text, when);

    if (chain_line(in, s, line, text, when))
        return true;
    /* A block's first line is not taken yet, but kept. */
    if (s->n != 0 && !took && s->nodes[s->n - 1].line.where.line != line->number)
        chain_flush(in, s);
    return took || (s->backup && str_starts(text, STR("* Backing up environment ")));
}

void stray_chain_finish(struct parse *in, struct chain_state *s)
{
    chain_flush(in, s);
}
