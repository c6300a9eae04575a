/* SPDX-License-Identifier: Apache-2.0 */
#include "windows.h"

#include "binxml.h"

static const char *server_product(uint64_t build)
{
    if (build >= 26100)
        return "2025";
    if (build >= 20348)
        return "2022";
    return build >= 17763 ? "2019" : "2016";
}

const char *windows_product(str version, uint64_t build, bool server)
{
    static const struct {
        str version;
        const char *client, *server;
    } products[] = {
        { STR_INIT("5.0"), "2000", "2000" },
        { STR_INIT("5.1"), "xp", "xp" },
        { STR_INIT("5.2"), "2003", "2003" },
        { STR_INIT("6.0"), "vista", "2008" },
        { STR_INIT("6.1"), "7", "2008r2" },
        { STR_INIT("6.2"), "8", "2012" },
        { STR_INIT("6.3"), "8.1", "2012r2" },
    };

    for (size_t i = 0; i < sizeof(products) / sizeof(products[0]); i++) {
        if (str_eq(version, products[i].version))
            return server ? products[i].server : products[i].client;
    }
    if (!str_eq(version, STR("10.0")))
        return NULL;
    return server ? server_product(build) : build >= 22000 ? "11" : "10";
}

const char *windows_version(uint64_t build)
{
    static const struct {
        uint16_t first, last;
        const char *version;
    } builds[] = {
        { 2195, 2195, "5.0" },
        { 2600, 2600, "5.1" },
        { 3790, 3790, "5.2" },
        { 6000, 6003, "6.0" },
        { 7600, 7601, "6.1" },
        { 9200, 9200, "6.2" },
        { 9600, 9600, "6.3" },
        { 10240, UINT16_MAX, "10.0" },
    };

    for (size_t i = 0; i < sizeof(builds) / sizeof(builds[0]); i++) {
        if (build >= builds[i].first && build <= builds[i].last)
            return builds[i].version;
    }
    return NULL;
}

const char *windows_machine(uint16_t machine)
{
    static const struct {
        uint16_t machine;
        const char *arch;
    } machines[] = {
        { 0x014c, "x86" },
        { 0x01c4, "arm" },
        { 0x0200, "ia64" },
        { 0x8664, "x64" },
        { 0xaa64, "arm64" },
    };

    for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
        if (machine == machines[i].machine)
            return machines[i].arch;
    }
    return NULL;
}

str windows_file(str path)
{
    size_t slash = str_rfind_char(path, '\\');

    return slash != STR_NONE ? str_from(path, slash + 1) : path;
}

str windows_ansi(struct arena *a, str s)
{
    enum { ANSI = 0x02 }; /* among the value types of binary XML */
    struct out out;
    str text;

    out_init_memory(&out);
    binxml_value(&out, ANSI, str_slice(s, 0, str_find_char(s, '\0')));
    text = arena_str(a, str_trim(out_text(&out)));
    (void)out_finish(&out);
    return text;
}
