/* SPDX-License-Identifier: Apache-2.0 */
/* time_options: what --since, --until and --tz take. */
#include "time_options.h"

#include <stdio.h>
#include <string.h>

#include "limits.h"
#include "when.h"
#include "zone_names.h"

#define DAY_NS (86400 * WHEN_NS)
#define MINUTE_NS (60 * WHEN_NS)
#define ZONE_FILES "/usr/share/zoneinfo/"

/* What is not written is zero: "2024-02-29 06:07" -> "2024-02-29 06:07:00". *ret_unit is how long the
 * smallest part that is written lasts. */
static str fill_in(str text, char *buf, size_t size, int64_t *ret_unit)
{
    size_t seconds = sizeof("2024-02-29 06:07") - 1;
    int n;

    if (text.n == sizeof("2024-02-29") - 1) {
        *ret_unit = DAY_NS;
        n = snprintf(buf, size, "%.*s 00:00:00", STR_ARG(text));
    } else if (text.n < seconds || (text.n > seconds && text.p[seconds] == ':')) {
        *ret_unit = str_find_char(text, '.') == STR_NONE ? WHEN_NS : 1;
        n = snprintf(buf, size, "%.*s", STR_ARG(text));
    } else {
        *ret_unit = MINUTE_NS;
        n = snprintf(buf, size, "%.*s:00%.*s", STR_ARG(str_slice(text, 0, seconds)),
                STR_ARG(str_from(text, seconds)));
    }
    return n > 0 && (size_t)n < size ? (str){ buf, (size_t)n } : (str){ NULL, 0 };
}

bool time_parse_border(str text, bool end, const struct zone *zone, int64_t *ret)
{
    char buf[64];
    int64_t unit, seconds, readings[2];
    struct when when;
    str full = fill_in(text, buf, sizeof(buf), &unit);
    unsigned n;

    if (!when_take_iso(&full, &when) || (full.n != 0 && !str_eq_nocase(full, STR(" UTC"))))
        return false;
    if (when.basis == WHEN_LOCAL && full.n == 0) {
        seconds = when.ns / WHEN_NS - (when.ns % WHEN_NS < 0);
        n = zone_utc(zone, seconds, readings);
        when.ns += (readings[n == 2 && end] - seconds) * WHEN_NS;
    }
    return !__builtin_add_overflow(when.ns, end ? unit - 1 : 0, ret);
}

/* Names of zones have no other characters; none leads out of the folder. */
static bool is_file_name(str name)
{
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];

        if (!is_digit(c) && !(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z') &&
                (i == 0 || strchr("_+-/", c) == NULL))
            return false;
    }
    return name.n != 0;
}

static bool read_zone(struct arena *a, str name, struct zone *ret)
{
    str path = arena_printf(a, "%s%.*s", ZONE_FILES, STR_ARG(name));
    FILE *f = is_file_name(name) ? fopen(path.p, "rb") : NULL;
    bool good;
    char *bytes;
    size_t n;

    if (f == NULL)
        return false;
    bytes = arena_alloc(a, LIMIT_ZONE_FILE);
    n = fread(bytes, 1, LIMIT_ZONE_FILE, f);
    good = !ferror(f) && zone_parse_tzif(a, (str){ bytes, n }, ret);
    fclose(f);
    return good;
}

bool time_parse_zone(struct arena *a, str text, struct zone *ret)
{
    int32_t offset;

    if (zone_parse_offset(text, &offset)) {
        *ret = zone_fixed(offset);
        return true;
    }
    return read_zone(a, text, ret) || zone_parse_rule(text, ret) || zone_by_name(text, NULL, ret);
}
