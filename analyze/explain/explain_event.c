/* SPDX-License-Identifier: Apache-2.0 */
/* explain_event: Windows events by provider and id, whatever the provider is called. */
#include "explain_parts.h"

/* Microsoft-Windows-Resource-Exhaustion-Detector is known by its last words, too. */
static bool same_provider(str full, str given)
{
    size_t cut = full.n - given.n;

    return str_eq_nocase(full, given) ||
           (given.n > 3 && given.n < full.n && full.p[cut - 1] == '-' &&
                   str_eq_nocase(str_from(full, cut), given));
}

/* The provider's own name in the table; absent where it has no rows there. */
static str own_provider(str given)
{
    const struct table *table = table_find("events");

    for (size_t row = 0; row < table->nrows; row++) {
        if (same_provider(table_cell(table, row, "provider"), given))
            return table_cell(table, row, "provider");
    }
    return (str){ NULL, 0 };
}

static str aliased_provider(str given)
{
    const struct table *aliases = table_find("event_providers");

    return table_cell(aliases, table_match(aliases, given), "provider");
}

bool provider_known(str name)
{
    return own_provider(name).n != 0 || aliased_provider(name).n != 0;
}

/* The row of the provider itself, else of the one that it is another name for. */
static size_t find_event(str given, str id)
{
    const struct table *table = table_find("events");
    size_t row = table_row2(table, own_provider(given), id);

    return row != table->nrows ? row : table_row2(table, aliased_provider(given), id);
}

static void put_rules(struct explain *e, struct reading *r, str provider, str id)
{
    str key = arena_printf(e->a, "event=%.*s/%.*s", STR_ARG(provider), STR_ARG(id));

    for (size_t i = 0; i < key.n; i++)
        ((char *)(uintptr_t)key.p)[i] = to_lower(key.p[i]);
    reading_rules(e, r, key);
}

static void add_row(struct explain *e, int rank, const struct table *table, size_t row, str given)
{
    str provider = table_cell(table, row, "provider"), id = table_cell(table, row, "id");
    struct reading *r = reading_add(
            e, rank, "event", arena_printf(e->a, "%.*s/%.*s", STR_ARG(provider), STR_ARG(id)));

    if (r == NULL)
        return;
    r->context = arena_printf(e->a, "if %.*s says it in a Windows event log", STR_ARG(provider));
    reading_row(e, r, table, row);
    reading_detail(e, r, "log", table_cell(table, row, "log"));
    if (given.n != 0 && !str_eq_nocase(given, provider))
        reading_detail(e, r, "provider",
                arena_printf(e->a, "%.*s is read as %.*s", STR_ARG(given), STR_ARG(provider)));
    put_rules(e, r, provider, id);
    if (given.n != 0)
        put_rules(e, r, given, id);
}

static bool is_event_number(str id)
{
    uint64_t number;

    return str_u64(id, &number) && number <= UINT16_MAX;
}

bool explain_event_named(struct explain *e, int rank, str provider, str id)
{
    const struct table *table = table_find("events");
    size_t row = find_event(provider, id);
    struct reading *r;

    if (row != table->nrows) {
        add_row(e, rank, table, row, provider);
        return true;
    }
    if (!is_event_number(id))
        return false;
    r = reading_add(
            e, rank, "event", arena_printf(e->a, "%.*s/%.*s", STR_ARG(provider), STR_ARG(id)));
    if (r == NULL)
        return true;
    r->meaning =
            provider_known(provider)
                    ? STR("the table knows the provider, but not this event of it")
                    : STR("an event that the table does not hold; other providers use the same "
                          "number for other things");
    put_rules(e, r, provider, id);
    return true;
}

bool explain_event(struct explain *e, int rank, str provider, uint32_t id)
{
    const struct table *table = table_find("events");
    str number = arena_printf(e->a, "%u", (unsigned)id);
    bool any = false;

    if (provider.n != 0)
        return explain_event_named(e, rank, provider, number);
    for (size_t row = 0; (row = table_next(table, row, "id", number, false)) < table->nrows;
            row++) {
        bool noise = str_starts(table_cell(table, row, "isnot"), STR("nothing"));

        add_row(e, noise ? rank - 20 : rank, table, row, (str){ NULL, 0 });
        any = true;
    }
    return any;
}
