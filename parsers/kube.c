/* SPDX-License-Identifier: Apache-2.0 */
/* kube: what descriptions of pods and nodes have in common. */
#include "kube.h"

#include <stdio.h>

static bool is_key_char(char c)
{
    return is_alnum(c) || c == ' ' || c == '-' || c == '_' || c == '.' || c == '/';
}

bool kube_pair(str s, size_t *ret_indent, str *ret_key, str *ret_value)
{
    size_t colon = str_find_char(s, ':');
    str key = str_slice(s, 0, colon);

    if (colon == STR_NONE || str_trim(key).n == 0 || str_trim(key).n > 63)
        return false;
    for (size_t i = 0; i < key.n; i++) {
        if (!is_key_char(key.p[i]))
            return false;
    }
    *ret_indent = (size_t)(str_trim(key).p - s.p);
    *ret_key = str_trim(key);
    *ret_value = str_trim(str_from(s, colon + 1));
    return true;
}

struct value kube_quantity(str s)
{
    static const struct {
        str suffix;
        double unit, parts;
    } rows[] = { { STR_INIT("Ki"), 0x1p10, 1 }, { STR_INIT("Mi"), 0x1p20, 1 },
        { STR_INIT("Gi"), 0x1p30, 1 }, { STR_INIT("Ti"), 0x1p40, 1 }, { STR_INIT("Pi"), 0x1p50, 1 },
        { STR_INIT("Ei"), 0x1p60, 1 }, { STR_INIT("k"), 1e3, 1 }, { STR_INIT("M"), 1e6, 1 },
        { STR_INIT("G"), 1e9, 1 }, { STR_INIT("T"), 1e12, 1 }, { STR_INIT("P"), 1e15, 1 },
        { STR_INIT("E"), 1e18, 1 }, { STR_INIT("m"), 1, 1e3 }, { STR_INIT("u"), 1, 1e6 },
        { STR_INIT("n"), 1, 1e9 } };
    double number, unit = 1, parts = 1;
    int64_t whole;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (str_ends(s, rows[i].suffix)) {
            unit = rows[i].unit;
            parts = rows[i].parts;
            s = str_slice(s, 0, s.n - rows[i].suffix.n);
            break;
        }
    }
    if (!str_real(s, &number) || !(number > 0) || !(number * unit < 9e18))
        return value_none();
    /* Kubernetes rounds up: 512m is one byte. */
    number = number * unit / parts;
    whole = (int64_t)number;
    return value_int(whole + ((double)whole < number));
}

struct when kube_time(str s)
{
    struct when when = { 0 };
    str weekday = str_cut(&s, ','), day, month, year, clock, zone, iso;
    char buf[64];
    int n;

    if (weekday.n != 3 || !str_word(&s, &day) || !str_word(&s, &month) || !str_word(&s, &year) ||
            !str_word(&s, &clock) || !str_word(&s, &zone) || day.n + clock.n + zone.n > 20)
        return when;
    n = snprintf(buf, sizeof(buf), "%.4s-%02d-%.*sT%.*s%.*s", year.n == 4 ? year.p : "0000",
            when_month(month), STR_ARG(day), STR_ARG(clock), STR_ARG(zone));
    iso = (str){ buf, (size_t)n };
    return when_take_iso(&iso, &when) ? when : (struct when){ 0 };
}
