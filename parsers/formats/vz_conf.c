/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vz-conf: /etc/vz/vz.conf of a Virtuozzo or OpenVZ node and the configuration of one container
 * (/etc/vz/conf/345.conf, ve.conf, samples of configurations).
 *
 *     VERSION="2"
 *     PHYSPAGES="0:256M"
 *     NUMPROC="240:240"
 *     LOG_LEVEL=0
 *
 * Taken: every assignment as a setting, with its number where it is one; the container by the file's
 * name or the folder of ve.conf. Comments are not: what is commented out is not set.
 */
#include "parser.h"
#include "signs.h"
#include "stray.h"
#include "vz_grammar.h"

static const struct kind *const kinds[] = { &kind_SETTING, NULL };

static bool take_pair(str text, str *ret_key, str *ret_value)
{
    size_t n = 0, end;
    str rest = str_trim(text);

    while (n < rest.n &&
            ((rest.p[n] >= 'A' && rest.p[n] <= 'Z') || is_digit(rest.p[n]) || rest.p[n] == '_'))
        n++;
    *ret_key = str_slice(rest, 0, n);
    rest = str_from(rest, n);
    if (n == 0 || is_digit(ret_key->p[0]) || !str_take_char(&rest, '='))
        return false;
    if (rest.n != 0 && (rest.p[0] == '"' || rest.p[0] == '\'')) {
        end = str_find_char(str_from(rest, 1), rest.p[0]);
        *ret_value = str_slice(str_from(rest, 1), 0, end);
    } else {
        *ret_value = str_trim(str_slice(rest, 0, str_find(rest, STR(" #"))));
    }
    return true;
}

static const str keys[] = { STR_INIT("VIRTUOZZO"), STR_INIT("ACTIONLOGDIR"), STR_INIT("VE_ROOT"),
    STR_INIT("VE_PRIVATE"), STR_INIT("VE0CPUUNITS"), STR_INIT("DEF_OSTEMPLATE"),
    STR_INIT("OSTEMPLATE"), STR_INIT("ORIGIN_SAMPLE"), STR_INIT("DISK_QUOTA"),
    STR_INIT("DISKSPACE"), STR_INIT("DISKINODES"), STR_INIT("QUOTATIME"), STR_INIT("CPUUNITS"),
    STR_INIT("CPULIMIT"), STR_INIT("VZWDOG"), STR_INIT("VZFASTBOOT"), STR_INIT("IPTABLES_MODULES"),
    STR_INIT("SLMMEMORYLIMIT"), STR_INIT("AVNUMPROC"), STR_INIT("MEMINFO"), STR_INIT("RATEMPU"),
    STR_INIT("VEFSTYPE"), STR_INIT("NUMMEMORYSUBGROUPS"), STR_INIT("VE_STOP_MODE"),
    STR_INIT("VE_ENVIRONMENT") };

/* Keys that only these files have; many of the beancounters' names are among them. */
static bool is_known(str key)
{
    char lower[16];
    uint64_t unit;

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        if (str_eq(key, keys[i]))
            return true;
    }
    if (key.n > sizeof(lower))
        return false;
    for (size_t i = 0; i < key.n; i++)
        lower[i] = to_lower(key.p[i]);
    return beancounter_unit((str){ lower, key.n }, &unit);
}

static void signs(struct signs *to)
{
    SIGNS_ADD(to, keys);
    beancounter_signs(to);
}

static int sniff(const struct sniff *in)
{
    str rest = in->text, line, key, value;
    unsigned lines = 0, pairs = 0, known = 0;

    while (lines < 200 && str_line(&rest, &line)) {
        line = str_trim(line);
        if (line.n == 0 || line.p[0] == '#')
            continue;
        lines++;
        if (!take_pair(line, &key, &value))
            continue;
        pairs++;
        known += is_known(key);
    }
    if (known == 0 || 3 * pairs < 2 * lines)
        return BID_NO;
    return known > 1 ? BID_MAGIC - 10 : BID_NAME;
}

/* "345.conf"; "/vz/private/345/ve.conf" */
static str container_of(const struct parse *in)
{
    str id = vz_id(in->name), path = in->path;
    size_t slash;

    if (id.n != 0 && str_eq(str_from(in->name, id.n), STR(".conf")))
        return id;
    if (!str_eq(in->name, STR("ve.conf")) || path.n < in->name.n + 2)
        return (str){ NULL, 0 };
    path = str_slice(path, 0, path.n - in->name.n - 1);
    slash = str_rfind_char(path, '/');
    path = slash != STR_NONE ? str_from(path, slash + 1) : path;
    id = vz_id(path);
    return id.n == path.n ? id : (str){ NULL, 0 };
}

static void say(struct parse *in, const struct line *line, str container, str key, str text)
{
    int64_t number;
    const struct value values[SETTING_NFIELDS] = {
        [SETTING_NAME] = value_text(key),
        [SETTING_TEXT] = value_text(text_cut(text, LIMIT_QUOTE)),
        [SETTING_NUMBER] = str_i64(text, &number) ? value_int(number) : value_none(),
        [SETTING_SOURCE] = value_z("file"),
        [SETTING_OBJECT] = value_text(container),
    };

    emit(in, &kind_SETTING, line, (struct when){ 0 }, values);
}

static void parse(struct parse *in)
{
    str container = container_of(in), key, value;
    struct line line;

    while (parse_line(in, &line)) {
        str text = str_trim(line.s);

        if (text.n == 0 || text.p[0] == '#') {
            parse_took(in, &line);
        } else if (take_pair(text, &key, &value)) {
            say(in, &line, container, key, value);
            parse_took(in, &line);
        }
    }
}

const struct parser parser_vz_conf = {
    .name = "vz-conf",
    .summary = "vz.conf and the configuration of Virtuozzo containers",
    .kinds = kinds,
    .sniff = sniff,
    .signs = signs,
    .parse = parse,
};
