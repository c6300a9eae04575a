/* SPDX-License-Identifier: Apache-2.0 */
#include "shape.h"

#include "limits.h"
#include "prompt.h"

bool is_prompt(str line)
{
    struct prompt prompt;

    return prompt_take(line, &prompt);
}

static struct shape look(const struct sniff *in, size_t max, size_t misses, bool (*fits)(str line))
{
    bool whole = in->text.n < LIMIT_SNIFF;
    struct shape shape = { 0 };
    str rest = in->text, line;

    while (shape.lines < max && shape.lines - shape.fits <= misses && str_line(&rest, &line)) {
        if ((rest.n == 0 && !whole) || str_trim(line).n == 0 || is_prompt(line))
            continue;
        shape.lines++;
        shape.fits += fits(line);
    }
    return shape;
}

struct shape shape_of(const struct sniff *in, size_t max, bool (*fits)(str line))
{
    return look(in, max, max, fits);
}

int shape_bid(const struct sniff *in, bool (*fits)(str line), int bid)
{
    struct shape shape = look(in, 40, 20, fits);

    return shape.fits >= 2 && shape.fits * 2 >= shape.lines ? bid : BID_NO;
}

bool next_number(str *s, uint64_t *ret)
{
    str rest = *s;

    while (rest.n != 0 && is_space(rest.p[0]))
        rest = str_from(rest, 1);
    if (!str_take_u64(&rest, ret))
        return false;
    *s = rest;
    return true;
}

bool kernel_size(str s, uint64_t unit, uint64_t *ret)
{
    static const struct {
        str name;
        uint64_t bytes;
    } units[] = {
        { STR_INIT("B"), 1 },
        { STR_INIT("kB"), KIB },
        { STR_INIT("KB"), KIB },
        { STR_INIT("K"), KIB },
        { STR_INIT("MB"), MIB },
        { STR_INIT("M"), MIB },
        { STR_INIT("GB"), GIB },
        { STR_INIT("G"), GIB },
    };
    uint64_t n;

    s = str_trim(s);
    if (!str_take_u64(&s, &n))
        return false;
    s = str_trim(s);
    for (size_t i = 0; s.n != 0 && i < sizeof(units) / sizeof(units[0]); i++) {
        if (str_eq(s, units[i].name)) {
            unit = units[i].bytes;
            s = (str){ NULL, 0 };
        }
    }
    return s.n == 0 && !__builtin_mul_overflow(n, unit, ret);
}

bool key_value(str line, str *ret_key, str *ret_value)
{
    str rest = line, key;

    if (!str_word(&rest, &key))
        return false;
    if (key.p[key.n - 1] == ':')
        key.n--;
    *ret_key = key;
    *ret_value = str_trim(rest);
    return key.n != 0 && ret_value->n != 0;
}
