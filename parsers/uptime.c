/* SPDX-License-Identifier: Apache-2.0 */
#include "uptime.h"

#include <math.h>

/* "12 days,  3:04,  2 users", "3 min, 1 user", "1 day, 1 user" */
static bool read_up(str s, double *ret)
{
    uint64_t part, more;
    double total = 0;
    bool any = false;

    for (;;) {
        str_skip_blanks(&s);
        if (!str_take_u64(&s, &part) || part > 100000)
            return false;
        if (str_take_char(&s, ':')) {
            if (!str_take_u64(&s, &more) || more > 59)
                return false;
            total += (double)part * 3600 + (double)more * 60;
            any = true;
        } else if (str_take(&s, STR(" day"))) {
            (void)str_take_char(&s, 's');
            total += (double)part * 86400;
            any = true;
        } else if (str_take(&s, STR(" hour"))) {
            (void)str_take_char(&s, 's');
            total += (double)part * 3600;
            any = true;
        } else if (str_take(&s, STR(" min"))) {
            (void)str_take(&s, STR("utes"));
            total += (double)part * 60;
            any = true;
        } else {
            break; /* users */
        }
        if (!str_take_char(&s, ','))
            break;
    }
    *ret = total;
    return any;
}

static bool read_daytime(str *s, int64_t *ret)
{
    static const unsigned units[] = { 3600, 60, 1 };
    uint64_t part;

    *ret = 0;
    for (int i = 0; i < 3; i++) {
        if (!str_take_u64(s, &part) || part > (i == 0 ? 23 : 59) ||
                (i < 2 && !str_take_char(s, ':')))
            return false;
        *ret += (int64_t)part * units[i];
    }
    return true;
}

/* "0.00, 0.01, 0.05"; "0,00, 0,01, 0,05" where a comma is the decimal mark */
static bool read_load(str s, double *load)
{
    for (int i = 0; i < 3; i++) {
        char buf[16];
        str word;

        if (!str_word(&s, &word) || word.n >= sizeof(buf))
            return false;
        if (word.p[word.n - 1] == ',')
            word.n--;
        for (size_t k = 0; k < word.n; k++)
            buf[k] = word.p[k] == ',' ? '.' : word.p[k];
        if (!str_real((str){ buf, word.n }, &load[i]) || !(load[i] >= 0))
            return false;
    }
    return true;
}

bool uptime_read(str s, struct uptime *ret)
{
    size_t at = str_find(s, STR("load average"));
    str load = str_from(s, at == STR_NONE ? s.n : at + 12);

    *ret = (struct uptime){ .up = NAN };
    s = str_trim(s);
    if (at == STR_NONE || !read_daytime(&s, &ret->daytime))
        return false;
    (void)str_take_char(&load, 's'); /* of BSD */
    (void)str_take_char(&load, ':');
    ret->has_load = read_load(load, ret->load);
    str_skip_blanks(&s);
    if (!str_take(&s, STR("up ")))
        return false;
    if (!read_up(s, &ret->up))
        ret->up = NAN;
    return true;
}
