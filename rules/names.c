/* SPDX-License-Identifier: Apache-2.0 */
#include "ruleset.h"

#define NAME_OF(names, i) ((size_t)(i) < sizeof(names) / sizeof((names)[0]) ? (names)[i] : "")

static const char *const severities[] = { "info", "low", "medium", "high", "critical" };

const char *role_name(enum rule_role role)
{
    static const char *const names[] = { "symptom", "mechanism", "root-cause", "exoneration" };

    return NAME_OF(names, role);
}

const char *severity_name(enum severity severity)
{
    return NAME_OF(severities, severity);
}

const char *confidence_name(enum confidence c)
{
    static const char *const names[] = { "possible", "likely", "certain" };

    return NAME_OF(names, c);
}

bool severity_parse(str s, enum severity *ret)
{
    for (size_t i = 0; i < sizeof(severities) / sizeof(severities[0]); i++) {
        if (str_eq(s, str_z(severities[i]))) {
            *ret = (enum severity)i;
            return true;
        }
    }
    return false;
}
