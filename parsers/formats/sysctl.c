/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sysctl: the output of sysctl -a, and sysctl.conf.
 *
 *     vm.min_free_kbytes = 67584
 *     net.ipv4.tcp_mem = 90000 (tab) 120000 (tab) 180000
 *
 * Taken: name and value as written, the value as a number where it is one. Comments (# ;) and the
 * tool's own complaints are passed over. Which of the two it is, the path or comments tell: a
 * running system prints none.
 */
#include "shape.h"

static const struct kind *const kinds[] = { &kind_SETTING, &kind_ERROR, &kind_LOG_MESSAGE,
    &kind_OPERATION, &kind_STACK, &kind_BEANCOUNTER, NULL };

static bool is_name(str s, bool dotted)
{
    bool dot = false;

    if (s.n == 0 || s.n > 200 || !is_alpha(s.p[0]))
        return false;
    for (size_t i = 0; i < s.n; i++) {
        dot = dot || s.p[i] == '.' || s.p[i] == '/';
        if (!is_alnum(s.p[i]) && str_find_char(STR("._-/:@"), s.p[i]) == STR_NONE)
            return false;
    }
    return dot || !dotted;
}

static bool is_comment(str line)
{
    line = str_trim(line);
    return line.n == 0 || line.p[0] == '#' || line.p[0] == ';' || line.p[0] == '=';
}

static bool is_setting(str line, bool dotted, str *ret_name, str *ret_value)
{
    str value = line, name = str_trim(str_cut(&value, '='));

    if (name.n != 0 && name.p[0] == '-')
        name = str_from(name, 1); /* "-key = value": errors are ignored */
    *ret_name = name;
    *ret_value = str_trim(value);
    return str_find_char(line, '=') != STR_NONE && is_name(name, dotted);
}

/* Names under one of the kernel's own tops. */
static bool is_known(str line)
{
    static const str tops[] = { STR_INIT("abi."), STR_INIT("crypto."), STR_INIT("debug."),
        STR_INIT("dev."), STR_INIT("fs."), STR_INIT("kernel."), STR_INIT("net."),
        STR_INIT("sunrpc."), STR_INIT("user."), STR_INIT("vm."), STR_INIT("xen."), STR_INIT("net/"),
        STR_INIT("kernel/"), STR_INIT("vm/"), STR_INIT("fs/") };
    str name, value;

    if (!is_setting(line, true, &name, &value))
        return false;
    for (size_t i = 0; i < sizeof(tops) / sizeof(tops[0]); i++)
        if (str_starts(name, tops[i]))
            return true;
    return false;
}

static int sniff(const struct sniff *in)
{
    str rest = in->text, line, name, value;
    size_t known = 0, other = 0, lines = 0;

    /* Of 60 lines no more than a third may be other. */
    while (lines < 60 && other <= 20 && str_line(&rest, &line)) {
        if (is_comment(line) || str_starts(line, STR("sysctl:")))
            continue;
        lines++;
        if (str_find_char(line, '=') == STR_NONE)
            other++;
        else if (is_known(line))
            known++;
        else if (!is_setting(line, false, &name, &value))
            other++;
    }
    if (known == 0 || known * 3 < lines || other * 3 > lines)
        return BID_NO;
    return known >= 10 ? BID_MAGIC - 10 : BID_SHAPE + 9;
}

static bool is_file(const struct parse *in)
{
    return str_has(in->path, STR("sysctl.conf")) || str_has(in->path, STR("sysctl.d"));
}

static void parse(struct parse *in)
{
    bool file = is_file(in);
    struct line line;
    str name, text;

    while (parse_line(in, &line)) {
        int64_t number;

        if (is_comment(line.s) || str_starts(line.s, STR("sysctl:"))) {
            file = file || (str_trim(line.s).n != 0 && !str_starts(line.s, STR("sysctl:")));
            parse_took(in, &line);
            continue;
        }
        if (!is_setting(line.s, false, &name, &text)) {
            parse_stray(in, &line, (struct when){ 0 });
            continue;
        }
        parse_took(in, &line);
        if (!parse_wants_text(in, &kind_SETTING, SETTING_NAME, name))
            continue;
        const struct value values[SETTING_NFIELDS] = {
            [SETTING_NAME] = value_text(name),
            [SETTING_TEXT] = value_text(text),
            [SETTING_NUMBER] = str_i64(text, &number) ? value_int(number) : value_none(),
            [SETTING_SOURCE] = value_z(file ? "file" : "running"),
        };
        emit(in, &kind_SETTING, &line, (struct when){ 0 }, values);
    }
}

const struct parser parser_sysctl = {
    .name = "sysctl",
    .summary = "sysctl -a, sysctl.conf",
    .kinds = kinds,
    .sniff = sniff,
    .parse = parse,
};
