/* SPDX-License-Identifier: Apache-2.0 */
/*
 * backup: logs of backup programs: chains of the Acronis engine in their seven forms, the
 * dispatcher's backup operations around them, and lines of other programs with codes in them.
 *
 *     * Operation backup_env with the Env(s) ct207 is finished with errors:
 *     Failed to back up x Acronis Error: Module=7 Code=4, "Write error"{=0}, Tag=0
 *     Acronis Error: Module=0 Code=fff0, "..."{code=ffffffff800705aa}, Tag=12ab
 *
 * What is taken, and what not: stray_chain.c, which every other text format uses as well.
 */
#include "signs.h"
#include "stray.h"

static const struct kind *const kinds[] = { &kind_OPERATION, &kind_ERROR, &kind_LOG_MESSAGE,
    &kind_STACK, &kind_BEANCOUNTER, &kind_CLOCK, NULL };

static unsigned count_of(str text, const str *words, size_t n)
{
    unsigned count = 0;

    for (size_t i = 0; i < n; i++)
        count += str_has(text, words[i]);
    return count;
}

static const str magic[] = { STR_INIT("Acronis Error: Module="), STR_INIT("| $module:"),
    STR_INIT("CommonError: code:") };
static const str codes[] = { STR_INIT("Error code:"), STR_INIT("Fehlercode"),
    STR_INIT("Codice errore"), STR_INIT("Code d'erreur"), STR_INIT("Código de erro"),
    STR_INIT("Kod błędu"), STR_INIT("Код ошибки"), STR_INIT("エラーコード"), STR_INIT("错误代码") };
/* What else stands in a block, two of them at least. */
static const str others[] = { STR_INIT("LineInfo"), STR_INIT("Fields:"), STR_INIT("Zeileninfo"),
    STR_INIT("Felder"), STR_INIT("Campi"), STR_INIT("Champs"), STR_INIT("Campos"), STR_INIT("Поля"),
    STR_INIT("行情報"), STR_INIT("フィールド"), STR_INIT("$module"), STR_INIT("Message:"),
    STR_INIT("Module:"), STR_INIT("字段") };
static const str inner[] = { STR_INIT("suberror\":"), STR_INIT("suberror\\\":"),
    STR_INIT("backup_env with the Env(s)"), STR_INIT(") Tag = 0x") };
static const str opening = STR_INIT("error 0x");

/* Keys of form 3 in the languages seen: three of one block tell. */
static bool has_block(str text)
{
    return count_of(text, codes, sizeof(codes) / sizeof(codes[0])) != 0 &&
           count_of(text, others, sizeof(others) / sizeof(others[0])) >= 2;
}

/* The first line that is not blank. */
static str first_line(str text)
{
    str line = { NULL, 0 };

    while (str_line(&text, &line) && str_trim(line).n == 0)
        continue;
    return str_trim(line);
}

/* Most of the first lines are records of the engine's own log, whatever they say. */
static bool has_records(str text)
{
    unsigned lines = 0, records = 0;
    str line;

    while (lines < 64 && str_line(&text, &line)) {
        lines += str_trim(line).n != 0;
        records += chain_is_record(line);
    }
    return records >= 3 && 2 * records > lines;
}

static void signs(struct signs *to)
{
    SIGNS_ADD(to, magic);
    SIGNS_ADD(to, codes);
    SIGNS_ADD(to, inner);
    signs_add(to, opening);
}

static int sniff(const struct sniff *in)
{
    if (in->signless)
        return has_records(in->text) ? BID_SHAPE + 15 : BID_NO;
    if (count_of(in->text, magic, sizeof(magic) / sizeof(magic[0])) != 0)
        return BID_MAGIC;
    if (has_block(in->text) || count_of(in->text, inner, sizeof(inner) / sizeof(inner[0])) != 0 ||
            has_records(in->text))
        return BID_SHAPE + 15;
    return str_starts_nocase(first_line(in->text), opening) ? BID_SHAPE : BID_NO;
}

const struct parser parser_backup = {
    .name = "backup",
    .summary = "backup logs: Acronis chains and kin",
    .kinds = kinds,
    .says_lines = true,
    .by_shape = true,
    .sniff = sniff,
    .signs = signs,
    .parse = parse_stray_all,
};
