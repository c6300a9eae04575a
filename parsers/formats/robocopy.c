/* SPDX-License-Identifier: Apache-2.0 */
/*
 * robocopy: logs of Robocopy in any language.
 *
 *     2026/01/02 03:04:05 ERROR 112 (0x00000070) Copying File E:\b\f.dat
 *     There is not enough space on the disk.
 *                  Total    Copied   Skipped  Mismatch    FAILED    Extras
 *       Files :       12        11         0         0         1         0
 *
 * The word ERROR is localized; the number beside its own hex is not, and tells the line. Taken: every
 * such error with its path, and the row of files of the summary. Not taken: the list of files.
 */
#include <string.h>

#include "signs.h"
#include "stamp.h"
#include "stray.h"

static const struct kind *const kinds[] = { &kind_ERROR, &kind_OPERATION, &kind_LOG_MESSAGE,
    &kind_STACK, &kind_BEANCOUNTER, NULL };

static const str robocopy = STR_INIT("robocopy");

struct error_line {
    struct when when;
    struct code code;
    str spelled, action, path;
};

/* Where "C:\..." or "\\server\..." begins. */
static size_t path_start(str s)
{
    for (size_t i = 0; i + 2 < s.n; i++) {
        bool border = i == 0 || s.p[i - 1] == ' ';

        if (border && ((is_alpha(s.p[i]) && s.p[i + 1] == ':' && s.p[i + 2] == '\\') ||
                              (s.p[i] == '\\' && s.p[i + 1] == '\\')))
            return i;
    }
    return STR_NONE;
}

/* "[stamp] WORD 112 (0x00000070) action path" */
static bool parse_error(str text, struct error_line *ret)
{
    str rest = text, head;
    uint64_t number, hex;
    size_t open, start;

    *ret = (struct error_line){ 0 };
    (void)stamp_take(&rest, &ret->when);
    head = str_trim(rest);
    open = str_find(head, STR(" (0x"));
    if (open == STR_NONE || open == 0 || open > 48 || head.n < open + 13 ||
            head.p[open + 12] != ')' || !str_hex(str_slice(head, open + 2, open + 12), &hex))
        return false;
    for (start = open; start > 0 && is_digit(head.p[start - 1]);)
        start--;
    /* One word before the number, in whatever language. */
    if (start < 2 || head.p[start - 1] != ' ' || !str_u64(str_slice(head, start, open), &number) ||
            number != hex || number == 0 || number > UINT16_MAX)
        return false;
    if (str_find_char(str_slice(head, 0, start - 1), ':') != STR_NONE)
        return false;
    ret->code = (struct code){ CODE_WIN32, (uint32_t)number };
    ret->spelled = str_slice(head, 0, open + 13);
    rest = str_trim(str_from(head, open + 13));
    start = path_start(rest);
    ret->action = str_trim(str_slice(rest, 0, start));
    ret->path = start != STR_NONE ? str_from(rest, start) : (str){ NULL, 0 };
    return start != STR_NONE;
}

/* "  Files :  12  11  0  0  1  0": six counts; the fifth is of failures. */
static bool parse_counts(str text, uint64_t ret[6])
{
    size_t colon = str_find_char(text, ':');
    str rest, word;

    if (colon == STR_NONE || colon > 24)
        return false;
    rest = str_from(text, colon + 1);
    for (size_t i = 0; i < 6; i++) {
        if (!str_word(&rest, &word) || !str_u64(word, &ret[i]))
            return false;
    }
    return !str_word(&rest, &word);
}

/*
 * What the list and the frame around it are made of, in any language: rows of cells behind tabs,
 * "  45.2%", rules of dashes, "  Source : D:\\share\\".
 */
static bool is_listed(str text)
{
    str inner = str_trim(text);
    size_t colon = str_find(text, STR(" : ")), dashes = 0;

    if (inner.n == 0)
        return true;
    while (dashes < inner.n && inner.p[dashes] == '-')
        dashes++;
    if (dashes > 40)
        return true;
    if (inner.n <= 6 && is_digit(inner.p[0]) && inner.p[inner.n - 1] == '%')
        return true;
    if (text.p[0] == '\t' || str_has(text, STR("\t    ")))
        return path_start(inner) != STR_NONE || str_find_char(inner, '\t') != STR_NONE;
    return text.n - inner.n >= 2 && colon != STR_NONE && colon < 24;
}

static void signs(struct signs *to)
{
    signs_add(to, STR("ROBOCOPY     ::"));
    signs_add(to, STR(" (0x"));
}

static int sniff(const struct sniff *in)
{
    str rest = in->text, line;
    struct error_line e;
    unsigned errors = 0, lines = 0;

    if (str_has(in->text, STR("ROBOCOPY     ::")))
        return BID_MAGIC;
    while (lines < 200 && str_line(&rest, &line)) {
        errors += parse_error(line, &e);
        lines += str_trim(line).n != 0;
    }
    return errors != 0 && errors * 3 >= lines ? BID_SHAPE + 25 : BID_NO;
}

static void parse(struct parse *in)
{
    struct when when = { 0 };
    struct line line;
    bool counted = false;

    while (parse_line(in, &line)) {
        struct error_line e;
        uint64_t counts[6];

        if (parse_error(line.s, &e)) {
            when = e.when;
            say_error(in, line_span(in, &line), line.s, when,
                    &(struct error_say){ .code = e.code,
                            .spelled = e.spelled,
                            .component = robocopy,
                            .operation = e.action,
                            .path = e.path,
                            .message = str_trim(line.s) });
            parse_took(in, &line);
        } else if (parse_counts(line.s, counts)) {
            /* Directories come first, files second; bytes and times are no plain counts. */
            if (counted)
                say_operation(in, line_span(in, &line), line.s, when, robocopy, STR("copy"),
                        (str){ NULL, 0 }, counts[4] != 0 ? "failed" : "completed", (str){ NULL, 0 },
                        line.s);
            counted = !counted;
            parse_took(in, &line);
        } else {
            parse_stray(in, &line, when);
            if (is_listed(line.s))
                parse_took(in, &line);
        }
    }
}

const struct parser parser_robocopy = {
    .name = "robocopy",
    .summary = "robocopy log",
    .kinds = kinds,
    .sniff = sniff,
    .signs = signs,
    .parse = parse,
};
