/* SPDX-License-Identifier: Apache-2.0 */
#include "case_layout.h"

enum { PREFIX_LEAST = 2, PREFIX_MOST = 63 };

/* Where the last component begins. */
static size_t last_begin(str path)
{
    size_t n = path.n;

    while (n > 0 && path.p[n - 1] != '/' && path.p[n - 1] != '!')
        n--;
    return n;
}

bool place_up(str *path)
{
    size_t begin, under;

    if (path->n == 0)
        return false;
    begin = last_begin(*path);
    under = str_find_char(str_from(*path, begin), '_');
    if (under != STR_NONE && under >= PREFIX_LEAST && under <= PREFIX_MOST &&
            begin + under + 1 < path->n)
        path->n = begin + under + 1;
    else
        path->n = begin != 0 ? begin - 1 : 0;
    return true;
}

str place_name(str path)
{
    str name = str_from(path, last_begin(path));

    if (name.n > 1 && name.p[name.n - 1] == '_')
        name.n--;
    return name;
}

static bool is_number(str s, size_t from, size_t n)
{
    if (from + n > s.n)
        return false;
    for (size_t i = from; i < from + n; i++) {
        if (!is_digit(s.p[i]))
            return false;
    }
    return true;
}

/* "-2026-03-04", "-20260304", "_260304": where a date begins that the name goes on with. */
static size_t find_date(str s, char sep)
{
    for (size_t i = 1; i < s.n; i++) {
        if (s.p[i] != sep)
            continue;
        if ((is_number(s, i + 1, 4) && i + 11 <= s.n && s.p[i + 5] == '-' &&
                    is_number(s, i + 6, 2) && s.p[i + 8] == '-' && is_number(s, i + 9, 2)) ||
                is_number(s, i + 1, sep == '_' ? 6 : 8))
            return i;
    }
    return STR_NONE;
}

/* Without what the collector puts behind the name: the number of a support case. */
static str without_number(str s)
{
    size_t n = s.n;

    while (n != 0 && is_digit(s.p[n - 1]))
        n--;
    return s.n - n >= 5 && n > 1 && (s.p[n - 1] == '-' || s.p[n - 1] == '.')
                   ? str_slice(s, 0, n - 1)
                   : s;
}

bool place_names_host(str name, str *ret_host)
{
    static const struct {
        str begin;
        char sep;   /* before the date */
        bool skips; /* a word stands before the machine's name */
    } forms[] = {
        { STR_INIT("sosreport-"), '-', false },
        { STR_INIT("insights-"), '-', false },
        { STR_INIT("esx-"), '-', false },
        { STR_INIT("scc_"), '_', false },
        { STR_INIT("nts_"), '_', false },
        { STR_INIT("TSS_"), '_', false },
        { STR_INIT("psSDP_"), '_', true },
    };

    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        str rest = name;
        size_t end;

        if (!str_take_nocase(&rest, forms[i].begin))
            continue;
        if (forms[i].skips)
            (void)str_cut(&rest, forms[i].sep);
        end = find_date(rest, forms[i].sep);
        if (forms[i].skips) /* "_SERVER1_03-04-2026-1530": the date is written in many ways */
            end = str_find_char(rest, forms[i].sep);
        if (end == STR_NONE)
            return false;
        rest = without_number(str_slice(rest, 0, end));
        if (rest.n == 0 || rest.n > PREFIX_MOST)
            return false;
        *ret_host = rest;
        return true;
    }
    return false;
}

bool place_machine(str path, str *ret_folder)
{
    static const str marks[] = { STR_INIT("proc"), STR_INIT("sos_commands"),
        STR_INIT("insights_commands") };
    size_t begin = 0;

    for (size_t i = 0; i < path.n; i++) {
        str component = str_slice(path, begin, i);

        if (path.p[i] != '/' && path.p[i] != '!')
            continue;
        for (size_t m = 0; begin != 0 && m < sizeof(marks) / sizeof(marks[0]); m++) {
            if (str_eq(component, marks[m])) {
                *ret_folder = str_slice(path, 0, begin - 1);
                return true;
            }
        }
        begin = i + 1;
    }
    return false;
}
