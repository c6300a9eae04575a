/* SPDX-License-Identifier: Apache-2.0 */
#include "language.h"

#include "rule.h"

/* The tables end with a row without a name. */
bool language_row(enum language_table table, size_t index, struct language_row *ret)
{
    *ret = (struct language_row){ .usage = "" };
    switch (table) {
    case LANGUAGE_KEYS:
        ret->name = rule_keys[index].name;
        ret->usage = rule_keys[index].values != NULL ? rule_keys[index].values : "";
        ret->doc = rule_keys[index].doc;
        ret->required = rule_keys[index].required;
        break;
    case LANGUAGE_OPERATORS:
        ret->name = operators[index].name;
        ret->usage = operators[index].takes;
        ret->doc = operators[index].doc;
        break;
    case LANGUAGE_FUNCTIONS:
        ret->name = functions[index].name;
        ret->usage = functions[index].signature;
        ret->doc = functions[index].doc;
        break;
    case LANGUAGE_FILTERS:
        ret->name = filters[index].name;
        ret->doc = filters[index].doc;
        break;
    case LANGUAGE_UNITS:
        ret->name = unit_rows[index].name;
        ret->doc = unit_rows[index].doc;
        break;
    }
    return ret->name != NULL;
}
