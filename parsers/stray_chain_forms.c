/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stray_chain_forms: the seven ways in which a chain of errors is written, with the radix of each.
 *
 *     1  Acronis Error: Module=7 Code=4, "text"{key=value}, Tag=0        hex
 *     2  text (0x70020) Tag = 0x...                                      hex, module and code in one
 *     3  Error code: 4 / Module: 7 / Fields: ... / Message: text         decimal; keys localized;
 *        without Module a code above 65535 holds the module
 *     4  error 0x40011: text                                             hex
 *     5  <stamp> <pid> E0070004: Error 0x70004: text, then | key: value  hex
 *     6  {"code":458756,"fields":{...},"suberror":{...},"text":"..."}    decimal
 *     7  CommonError: code:458756, message:text, linetag:0...h           decimal
 */
#include <stdio.h>

#include "marks.h"
#include "stamp.h"
#include "stray.h"

enum key {
    KEY_NONE,
    KEY_CODE,
    KEY_MODULE,
    KEY_LINE,
    KEY_FIELDS,
    KEY_MESSAGE,
};

static const struct {
    enum key key;
    str text;
} keys[] = {
    { KEY_CODE, STR_INIT("Error code") },
    { KEY_CODE, STR_INIT("Fehlercode") },
    { KEY_CODE, STR_INIT("Codice errore") },
    { KEY_CODE, STR_INIT("Code d'erreur") },
    { KEY_CODE, STR_INIT("Código de error") },
    { KEY_CODE, STR_INIT("Código de erro") },
    { KEY_CODE, STR_INIT("Kod błędu") },
    { KEY_CODE, STR_INIT("Код ошибки") },
    { KEY_CODE, STR_INIT("エラーコード") },
    { KEY_CODE, STR_INIT("错误代码") },
    { KEY_MODULE, STR_INIT("Module") },
    { KEY_MODULE, STR_INIT("Modulo") },
    { KEY_MODULE, STR_INIT("Modul") },
    { KEY_MODULE, STR_INIT("Módulo") },
    { KEY_MODULE, STR_INIT("Moduł") },
    { KEY_MODULE, STR_INIT("Модуль") },
    { KEY_MODULE, STR_INIT("モジュール") },
    { KEY_MODULE, STR_INIT("模块") },
    { KEY_LINE, STR_INIT("LineInfo") },
    { KEY_LINE, STR_INIT("Line Info") },
    { KEY_LINE, STR_INIT("Zeileninfo") },
    { KEY_LINE, STR_INIT("行情報") },
    { KEY_FIELDS, STR_INIT("Fields") },
    { KEY_FIELDS, STR_INIT("Felder") },
    { KEY_FIELDS, STR_INIT("Campi") },
    { KEY_FIELDS, STR_INIT("Champs") },
    { KEY_FIELDS, STR_INIT("Campos") },
    { KEY_FIELDS, STR_INIT("Поля") },
    { KEY_FIELDS, STR_INIT("フィールド") },
    { KEY_FIELDS, STR_INIT("字段") },
    { KEY_MESSAGE, STR_INIT("Message") },
    { KEY_MESSAGE, STR_INIT("Nachricht") },
    { KEY_MESSAGE, STR_INIT("Messaggio") },
    { KEY_MESSAGE, STR_INIT("Mensaje") },
    { KEY_MESSAGE, STR_INIT("Mensagem") },
    { KEY_MESSAGE, STR_INIT("Сообщение") },
    { KEY_MESSAGE, STR_INIT("メッセージ") },
    { KEY_MESSAGE, STR_INIT("消息") },
};

/* ---------------------------------------------------------------- 1 */

/* {function="WriteFile", code=ffffffff800705aa} */
static void take_braces(struct chain_node *node, str fields)
{
    while (fields.n != 0) {
        str value = str_cut(&fields, ','), key = str_cut(&value, '=');

        chain_field(node, key, value, 16);
    }
}

static bool take_inline(struct parse *in, struct chain_state *s, const struct line *line, str text,
        struct when when)
{
    static const str head = STR_INIT("Acronis Error: Module=");
    size_t at = str_find(text, head);
    bool took = false;

    /* Prose before the first node: another chain begins. */
    if (at != STR_NONE && str_trim(str_slice(text, 0, at)).n != 0)
        chain_flush(in, s);
    for (; at != STR_NONE; at = str_find(text, head)) {
        struct chain_node *node;
        uint64_t module, code;
        size_t end;

        text = str_from(text, at + head.n);
        if (!str_take_hex(&text, &module) || !str_take(&text, STR(" Code=")) ||
                !str_take_hex(&text, &code) || module > UINT16_MAX || code > UINT16_MAX)
            continue;
        node = chain_add(in, s, line, when, CHAIN_INLINE, (uint32_t)(module << 16 | code));
        took = true;
        if (!str_take(&text, STR(", \"")) || (end = str_find(text, STR("\"{"))) == STR_NONE)
            continue;
        chain_message(node, str_slice(text, 0, end));
        text = str_from(text, end + 2);
        end = str_find_char(text, '}');
        take_braces(node, str_slice(text, 0, end));
    }
    if (took && str_ends(str_trim_end(text), STR(" .")))
        chain_flush(in, s);
    return took;
}

/* ---------------------------------------------------------------- 2, 4, 7 */

static bool take_tag(struct parse *in, struct chain_state *s, const struct line *line, str text,
        struct when when)
{
    size_t at = str_find(text, STR(") Tag = 0x")), open;
    uint64_t combined;

    if (at == STR_NONE)
        return false;
    open = str_rfind_char(str_slice(text, 0, at), '(');
    if (open == STR_NONE || !str_starts(str_from(text, open), STR("(0x")) ||
            !str_hex(str_slice(text, open + 1, at), &combined) || combined > UINT32_MAX)
        return false;
    chain_message(
            chain_add(in, s, line, when, CHAIN_TAG, (uint32_t)combined), str_slice(text, 0, open));
    return true;
}

static const uint16_t modules[] = { 1, 4, 7, 16, 20, 23, 64, 161, 286, 309, 523, 627, 667 };
enum { MODULES = sizeof(modules) / sizeof(modules[0]) };

static bool known_module(uint64_t module)
{
    for (size_t i = 0; i < MODULES; i++) {
        if (modules[i] == module)
            return true;
    }
    return false;
}

/* "error 0x40011: text"; the word is localized in form 5, and stays alone before the number. */
static bool take_error_word(str *text, bool english, uint64_t *ret_combined)
{
    str rest = *text;
    size_t at = str_find(rest, STR(" 0x"));

    if (at == STR_NONE || at == 0 || at > 24)
        return false;
    if (english && !str_eq_nocase(str_slice(rest, 0, at), STR("error")))
        return false;
    for (size_t i = 0; i < at; i++) {
        if (rest.p[i] == ':' || rest.p[i] == ' ' || is_digit(rest.p[i]))
            return false;
    }
    rest = str_from(rest, at + 3);
    if (!str_take_hex(&rest, ret_combined) || *ret_combined > UINT32_MAX ||
            !str_take_char(&rest, ':'))
        return false;
    *text = rest;
    return true;
}

static bool take_plain(struct parse *in, struct chain_state *s, const struct line *line, str text,
        struct when when)
{
    uint64_t combined;

    text = str_trim(text);
    if (!take_error_word(&text, true, &combined) || !known_module(combined >> 16))
        return false;
    chain_message(chain_add(in, s, line, when, CHAIN_PLAIN, (uint32_t)combined), text);
    return true;
}

static bool take_msi(struct parse *in, struct chain_state *s, const struct line *line, str text,
        struct when when)
{
    size_t at = str_find(text, STR("CommonError: code:")), end;
    struct chain_node *node;
    uint64_t combined;

    if (at == STR_NONE)
        return false;
    text = str_from(text, at + 18);
    if (!str_take_u64(&text, &combined) || combined > UINT32_MAX)
        return false;
    node = chain_add(in, s, line, when, CHAIN_MSI, (uint32_t)combined);
    if (str_take(&text, STR(", message:")) && (end = str_find(text, STR(", linetag:"))) != STR_NONE)
        chain_message(node, str_slice(text, 0, end));
    return true;
}

/* ---------------------------------------------------------------- 3 */

static enum key key_of(str text, str *ret_value)
{
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        str rest = text;

        if (!str_take(&rest, keys[i].text))
            continue;
        str_skip_blanks(&rest);
        if (!str_take_char(&rest, ':') && !str_take(&rest, STR("：")))
            continue;
        *ret_value = str_trim(rest);
        return keys[i].key;
    }
    return KEY_NONE;
}

/* "id : X, $module : disk_bundle" */
static void take_plain_fields(struct chain_node *node, str fields)
{
    while (fields.n != 0) {
        str value = str_cut(&fields, ','), key = str_cut(&value, ':');

        chain_field(node, key, value, 10);
    }
}

static bool is_rule(str text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] != '-')
            return false;
    }
    return text.n >= 10;
}

static bool take_block(struct parse *in, struct chain_state *s, const struct line *line, str text,
        struct when when)
{
    struct chain_node *node = s->form == CHAIN_BLOCK && s->n != 0 ? &s->nodes[s->n - 1] : NULL;
    bool first = node != NULL && !node->confirmed;
    uint64_t number = 0;
    enum key key;
    str value;

    text = str_trim(text);
    if (is_rule(text))
        return node != NULL;
    key = key_of(text, &value);
    if (key == KEY_NONE || (node == NULL && key != KEY_CODE))
        return false;
    if ((key == KEY_CODE || key == KEY_MODULE) && (!str_u64(value, &number) || number > UINT32_MAX))
        return false;
    switch (key) {
    case KEY_CODE:
        (void)chain_add(in, s, line, when, CHAIN_BLOCK, (uint32_t)number);
        /* Alone it may be anybody's: the keys that follow tell. */
        return node != NULL;
    case KEY_MODULE:
        if (number <= UINT16_MAX && node->combined <= UINT16_MAX)
            node->combined |= (uint32_t)number << 16;
        break;
    case KEY_FIELDS:
        if (value.n != 0 && value.p[0] == '{')
            chain_json_fields(node, value);
        else
            take_plain_fields(node, value);
        break;
    case KEY_MESSAGE:
        chain_message(node, value);
        break;
    default:
        break;
    }
    node->confirmed = true;
    if (first && s->n == 1)
        parse_took_bytes(in, node->line.where.length + 1u);
    return true;
}

/* ---------------------------------------------------------------- 5 */

static void take_pipe_piece(struct parse *in, struct chain_state *s, const struct line *line,
        str piece, struct when when)
{
    uint64_t combined;
    str key;

    piece = str_trim(piece);
    if (take_error_word(&piece, false, &combined)) {
        chain_message(chain_add(in, s, line, when, CHAIN_PIPE, (uint32_t)combined), piece);
        return;
    }
    if (s->n == 0 || str_find_char(piece, ':') == STR_NONE)
        return;
    key = str_cut(&piece, ':');
    chain_field(&s->nodes[s->n - 1], key, piece, 16);
}

/* "| | key: value", "| a: b| c: d" */
static bool take_pipe(struct parse *in, struct chain_state *s, const struct line *line, str text,
        struct when when)
{
    bool open = s->form == CHAIN_PIPE && s->n != 0;

    text = str_trim(text);
    if (text.n == 0 || text.p[0] != '|')
        return false;
    if (!open && !str_has(text, STR("$module:"))) {
        str rest = str_trim(str_from(text, 1));
        uint64_t combined;

        while (str_take_char(&rest, '|'))
            rest = str_trim(rest);
        if (!take_error_word(&rest, false, &combined))
            return false;
    }
    while (text.n != 0) {
        str piece = str_cut(&text, '|');

        if (piece.n != 0)
            take_pipe_piece(in, s, line, piece, when);
    }
    return true;
}

/* A cheap look for " E0135004E:" before the stamp is read. */
static bool has_record_word(str text)
{
    for (size_t i = 20; i + 10 < text.n && i < 64; i++) {
        if (text.p[i + 9] == ':' && text.p[i - 1] == ' ' && text.p[i] >= 'E' && text.p[i] <= 'W')
            return true;
    }
    return false;
}

static bool may_be_header(str text)
{
    return text.n >= 30 && is_digit(text.p[0]) && has_record_word(text);
}

/* What stands at the front of a record: its time, its level, its number; *s behind it. */
static bool take_record_front(str *s, struct when *when, char *ret_level, uint64_t *ret_combined)
{
    str rest = *s, word;
    uint64_t process;

    if (!may_be_header(rest) || !stamp_take(&rest, when) || !str_word(&rest, &word) ||
            !str_u64(word, &process) || !str_word(&rest, &word) || word.n != 10 ||
            word.p[9] != ':' || !str_hex(str_slice(word, 1, 9), ret_combined))
        return false;
    *ret_level = word.p[0];
    *s = rest;
    return str_find_char(STR("EWIF"), *ret_level) != STR_NONE;
}

bool chain_is_record(str line)
{
    struct when when;
    uint64_t combined;
    char level;

    return take_record_front(&line, &when, &level, &combined);
}

/* "2019-01-29T21:16:30:606+01:00 7500 E0135004E: Fehler 0x135004e: text" */
static bool take_header(struct parse *in, struct chain_state *s, const struct line *line, str text)
{
    struct chain_node *node;
    struct when when;
    uint64_t number, combined;
    str rest = text;
    char level;

    if (!take_record_front(&rest, &when, &level, &combined))
        return false;
    chain_flush(in, s);
    if (level == 'I' || combined == 0)
        return true;
    rest = str_trim(rest);
    node = chain_add(in, s, line, when, CHAIN_PIPE, (uint32_t)combined);
    if (str_find_char(rest, '|') != STR_NONE) {
        str first = str_cut(&rest, '|');

        (void)take_error_word(&first, false, &number);
        chain_message(node, first);
        while (rest.n != 0)
            take_pipe_piece(in, s, line, str_cut(&rest, '|'), when);
        return true;
    }
    (void)take_error_word(&rest, false, &number);
    chain_message(node, rest);
    return true;
}

/* ---------------------------------------------------------------- dispatch */

static const struct literal openings[] = {
    { STR_INIT("Acronis Error: Module="), 0, false },
    { STR_INIT(") Tag = 0x"), 0, false },
    { STR_INIT("error 0x"), 0, false },
    { STR_INIT("$module:"), 0, false },
    { STR_INIT("suberror"), 0, false },
    { STR_INIT("CommonError: code:"), 0, false },
    { STR_INIT("Error code"), 0, false },
    { STR_INIT("Fehlercode"), 0, false },
    { STR_INIT("Codice errore"), 0, false },
    { STR_INIT("Code d'erreur"), 0, false },
    { STR_INIT("Código de erro"), 0, false },
    { STR_INIT("Kod błędu"), 0, false },
    { STR_INIT("Код ошибки"), 0, false },
    { STR_INIT("エラーコード"), 0, false },
    { STR_INIT("错误代码"), 0, false },
};
enum { OPENINGS = sizeof(openings) / sizeof(openings[0]) };

static bool may_open(str text)
{
    static struct literals set;
    struct literal_hit hit;

    if (set.n == 0)
        literals_prepare(&set, openings, OPENINGS);
    return (text.n != 0 && text.p[0] == '|') || literals_find(&set, text, 0, text.n, &hit);
}

bool chain_may_begin(str text)
{
    return may_be_header(text) || (text.n != 0 && text.p[0] == '|');
}

bool chain_line(struct parse *in, struct chain_state *s, const struct line *line, str text,
        struct when when)
{
    if (take_header(in, s, line, text))
        return true;
    if (s->n == 0 && !may_open(text))
        return false;
    return take_inline(in, s, line, text, when) || take_tag(in, s, line, text, when) ||
           take_pipe(in, s, line, text, when) || take_block(in, s, line, text, when) ||
           take_plain(in, s, line, text, when) || chain_json(in, s, line, text, when) ||
           take_msi(in, s, line, text, when);
}

/* The record word of form 5 by its level and module. */
void stray_chain_marks(struct marks *m)
{
    char word[8];

    for (size_t i = 0; i < OPENINGS; i++)
        marks_add(m, openings[i].text, NULL);
    marks_add(m, STR("with the Env(s) "), NULL);
    marks_add(m, STR("Backup operation for node '"), NULL);
    marks_add(m, STR("* Backing up environment "), NULL);
    for (size_t i = 0; i < MODULES; i++) {
        for (const char *level = "EWF"; *level != '\0'; level++) {
            (void)snprintf(word, sizeof(word), " %c%04X", *level, modules[i]);
            marks_add(m, str_z(word), NULL);
        }
    }
}
