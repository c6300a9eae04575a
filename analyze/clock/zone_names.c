/* SPDX-License-Identifier: Apache-2.0 */
#include "zone_names.h"

/*
 * The European Union changes its clocks at one instant since 1996; the others moved their dates in
 * 2007 and 2008. Countries that changed theirs more often are left out, and so are abbreviations
 * that several countries use (EST, CST, IST, BST ...): not known is better than wrong.
 */
enum rule { RULE_NONE, RULE_EUROPE, RULE_AMERICA, RULE_AUSTRALIA, RULE_ZEALAND };

struct row {
    const char *key;    /* of Windows' registry, without "Standard Time" */
    const char *cities; /* words of its display name, of which one is enough; '|' between */
    const char *short_standard, *short_summer;
    int minutes; /* of standard time */
    enum rule rule;
};

/* clang-format off: a table */
static const struct row rows[] = {
    { "UTC", "Coordinated Universal Time", "UTC", NULL, 0, RULE_NONE },
    { "Greenwich", "Reykjavik|Monrovia", NULL, NULL, 0, RULE_NONE },
    { "GMT", "London|Londres|Dublin|Lisbon|Edinburgh", "WET", "WEST", 0, RULE_EUROPE },
    { "W. Europe", "Amsterdam|Berlin|Stockholm", "CET", "CEST", 60, RULE_EUROPE },
    { "Central Europe", "Belgrad|Bratislav|Budapest|Ljubljana", NULL, NULL, 60, RULE_EUROPE },
    { "Romance", "Brussels|Madrid|Paris|Bruxelles|Kopenhagen", NULL, NULL, 60, RULE_EUROPE },
    { "Central European", "Sarajev|Skop|Zagreb|Warsaw|Warschau|Warszawa", NULL, NULL, 60,
            RULE_EUROPE },
    { "W. Central Africa", "West Central Africa|Westzentralafrika", NULL, NULL, 60, RULE_NONE },
    { "GTB", "Athens|Bucharest|Athen|Bukarest", "EET", "EEST", 120, RULE_EUROPE },
    { "FLE", "Helsinki|Sofia|Tallinn|Vilnius|Riga", NULL, NULL, 120, RULE_EUROPE },
    { "South Africa", "Harare|Pretoria", "SAST", NULL, 120, RULE_NONE },
    { "Arab", "Kuwait|Riyadh", NULL, NULL, 180, RULE_NONE },
    { "E. Africa", "Nairobi", "EAT", NULL, 180, RULE_NONE },
    { "Arabian", "Abu Dhabi|Muscat", NULL, NULL, 240, RULE_NONE },
    { "Afghanistan", "Kabul|Kaboul", NULL, NULL, 270, RULE_NONE },
    { "India", "Chennai|Kolkata|Mumbai|New Delhi", NULL, NULL, 330, RULE_NONE },
    { "Nepal", "Kathmandu", NULL, NULL, 345, RULE_NONE },
    { "SE Asia", "Bangkok|Hanoi|Jakarta", "WIB", NULL, 420, RULE_NONE },
    { "China", "Beijing|Chongqing|Hong Kong|Urumqi|Peking", NULL, NULL, 480, RULE_NONE },
    { "Singapore", "Kuala Lumpur|Singapore|Singapur", NULL, NULL, 480, RULE_NONE },
    { "Taipei", "Taipei|Taipeh", NULL, NULL, 480, RULE_NONE },
    { "Tokyo", "Osaka|Sapporo|Tokyo|Tokio", "JST", NULL, 540, RULE_NONE },
    { "Korea", "Seoul", "KST", NULL, 540, RULE_NONE },
    { "AUS Central", "Darwin", NULL, NULL, 570, RULE_NONE },
    { "Cen. Australia", "Adelaide", "ACST", "ACDT", 570, RULE_AUSTRALIA },
    { "E. Australia", "Brisbane", NULL, NULL, 600, RULE_NONE },
    { "AUS Eastern", "Canberra|Melbourne|Sydney", "AEST", "AEDT", 600, RULE_AUSTRALIA },
    { "New Zealand", "Auckland|Wellington", "NZST", "NZDT", 720, RULE_ZEALAND },
    { "SA Pacific", "Bogota|Lima|Quito", NULL, NULL, -300, RULE_NONE },
    { "Atlantic", "Atlantic Time|Atlantik (Kanada)", NULL, "ADT", -240, RULE_AMERICA },
    { "Eastern", "Eastern Time|Ostküstenzeit", NULL, "EDT", -300, RULE_AMERICA },
    { "Canada Central", "Saskatchewan", NULL, NULL, -360, RULE_NONE },
    { "Central America", "Central America|Zentralamerika", NULL, NULL, -360, RULE_NONE },
    { "Central", "Central Time", NULL, NULL, -360, RULE_AMERICA },
    { "US Mountain", "Arizona", NULL, NULL, -420, RULE_NONE },
    { "Mountain", "Mountain Time", NULL, "MDT", -420, RULE_AMERICA },
    { "Pacific", "Pacific Time", NULL, "PDT", -480, RULE_AMERICA },
    { "Alaskan", "Alaska", "AKST", "AKDT", -540, RULE_AMERICA },
    { "Hawaiian", "Hawaii", "HST", NULL, -600, RULE_NONE },
};
/* clang-format on */

/* Summer time of a rule, before and since it moved. */
static const struct {
    const char *now, *older;
    int64_t since; /* of now */
} rules[] = {
    [RULE_EUROPE] = { "XXX0YYY,M3.5.0/0,M10.5.0/0", NULL, INT64_MIN },
    [RULE_AMERICA] = { "XXX0YYY,M3.2.0,M11.1.0", "XXX0YYY,M4.1.0,M10.5.0", 1167609600 },
    [RULE_AUSTRALIA] = { "XXX0YYY,M10.1.0,M4.1.0/3", "XXX0YYY,M10.5.0,M3.5.0/3", 1199145600 },
    [RULE_ZEALAND] = { "XXX0YYY,M9.5.0,M4.1.0/3", "XXX0YYY,M10.1.0,M3.3.0/3", 1183248000 },
};

static struct zone_rule make_rule(const char *text, int32_t offset)
{
    struct zone z = zone_fixed(offset);

    if (text != NULL)
        (void)zone_parse_rule(str_z(text), &z);
    z.rule.standard = offset;
    z.rule.summer = offset + 3600;
    return z.rule;
}

static struct zone make_zone(const struct row *row)
{
    int32_t offset = row->minutes * 60;
    struct zone z = zone_fixed(offset);

    if (row->rule == RULE_NONE)
        return z;
    z.rule = make_rule(rules[row->rule].now, offset);
    if (row->rule == RULE_EUROPE) { /* at 01:00 UTC everywhere */
        z.rule.begin.time = offset + 3600;
        z.rule.end.time = offset + 7200;
    }
    z.older = make_rule(rules[row->rule].older, offset);
    z.older_until = rules[row->rule].since;
    return z;
}

static bool holds_one(str text, str words)
{
    while (words.n != 0) {
        str word = str_cut(&words, '|');

        if (str_find_nocase(text, word) != STR_NONE)
            return true;
    }
    return false;
}

static bool equals(str name, const char *z)
{
    return z != NULL && str_eq(name, str_z(z));
}

static bool is_key(str name, const char *key)
{
    return str_take_nocase(&name, str_z(key)) &&
           (str_eq_nocase(name, STR(" Standard Time")) ||
                   str_eq_nocase(name, STR(" Daylight Time")));
}

bool zone_by_name(str name, const int32_t *standard, struct zone *ret)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct row *row = &rows[i];

        if (standard != NULL && *standard != row->minutes * 60)
            continue;
        if (is_key(name, row->key) || equals(name, row->short_summer) ||
                (standard != NULL && holds_one(name, str_z(row->cities)))) {
            *ret = make_zone(row);
            return true;
        }
    }
    return false;
}

bool zone_abbreviation(str name, int32_t *ret_offset)
{
    if (zone_parse_offset(name, ret_offset)) /* "+03" */
        return true;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (equals(name, rows[i].short_standard) || equals(name, rows[i].short_summer)) {
            *ret_offset = rows[i].minutes * 60 + (equals(name, rows[i].short_summer) ? 3600 : 0);
            return true;
        }
    }
    return false;
}
