/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Friendly View of the Event Viewer's details, copied: a tree in words, its indentation mostly
 * lost.
 *
 *     - System
 *       - Provider
 *          [ Name]  Contoso-Disk
 *          EventID 7
 *       - TimeCreated
 *          [ SystemTime]  2019-01-02T03:04:05.000000000Z
 *          Computer FS1
 *     - EventData
 *          DeviceName \Device\Harddisk1
 *
 * People copy parts of it: a record may begin below System, with its provider or its time. A datum
 * without a name cannot be told from a name without a datum unless it is no name.
 */
#include "event_text_record.h"

static bool is_identifier(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (!is_alnum(s.p[i]) && s.p[i] != '_')
            return false;
    }
    return s.n != 0 && !is_digit(s.p[0]);
}

/* A node that can be folded: "- Provider". */
static bool take_node(str s, str *ret_name, str *ret_value)
{
    if (!str_take(&s, STR("- ")) && !str_take(&s, STR("+ ")))
        return false;
    s = str_trim(s);
    *ret_name = str_cut(&s, ' ');
    *ret_value = str_trim(s);
    return is_identifier(*ret_name);
}

static bool is_section(str name)
{
    return str_eq(name, STR("System")) || str_eq(name, STR("EventData")) ||
           str_eq(name, STR("UserData")) || str_eq(name, STR("RenderingInfo"));
}

/* "Process_1" stands below the group before it; a name without a number is the next group. */
static bool is_numbered(str name)
{
    size_t at = str_rfind_char(name, '_');
    uint64_t number;

    return at != STR_NONE && str_u64(str_from(name, at + 1), &number);
}

static void take_system(struct event_text *t, str name, str value)
{
    struct event *e = &t->e;
    str rest = value;

    if (str_eq(name, STR("EventID")))
        e->has_id = str_take_u64(&rest, &e->id);
    else if (str_eq(name, STR("Level")))
        e->has_level = str_u64(value, &e->level);
    else if (str_eq(name, STR("EventRecordID")))
        (void)str_u64(value, &e->record);
    else if (str_eq(name, STR("Channel")))
        e->channel = arena_str(&t->arena, value);
    else if (str_eq(name, STR("Computer")))
        e->computer = arena_str(&t->arena, value);
}

static void take_attribute(struct event_text *t, str name, str value)
{
    struct event *e = &t->e;

    if (!str_eq(t->section, STR("System")))
        return;
    if (str_eq(t->item, STR("Provider")) && str_eq(name, STR("Name")))
        e->provider = arena_str(&t->arena, value);
    else if (str_eq(t->item, STR("EventID")) && str_eq(name, STR("Qualifiers")))
        e->has_qualifiers = str_u64(value, &e->qualifiers);
    else if (str_eq(t->item, STR("Security")) && str_eq(name, STR("UserID")))
        e->user = arena_str(&t->arena, value);
    else if (str_eq(name, STR("SystemTime")))
        (void)when_take_iso(&value, &e->when);
}

static void take_leaf(struct event_text *t, str name, str value, str whole)
{
    struct arena *a = &t->arena;
    bool named = is_identifier(name) && value.n != 0;

    if (str_eq(t->section, STR("System"))) {
        take_system(t, name, value);
    } else if (str_eq(t->section, STR("EventData"))) {
        if (!named)
            t->position++;
        event_add(a, &t->e, named ? arena_str(a, name) : event_number(a, t->position),
                arena_str(a, named ? value : whole));
    } else if (str_eq(t->section, STR("UserData")) && named) {
        str path = t->item.n != 0 ? arena_printf(a, "%.*s.%.*s.%.*s", STR_ARG(t->group),
                                            STR_ARG(t->item), STR_ARG(name))
                   : t->group.n != 0
                           ? arena_printf(a, "%.*s.%.*s", STR_ARG(t->group), STR_ARG(name))
                           : arena_str(a, name);

        t->e.nested = true;
        event_add(a, &t->e, path, arena_str(a, value));
    }
}

static void enter(struct event_text *t, str name, str value)
{
    struct arena *a = &t->arena;

    if (is_section(name)) {
        t->section = arena_str(a, name);
        t->group = t->item = (str){ NULL, 0 };
        t->position = 0;
    } else if (!str_eq(t->section, STR("UserData"))) {
        t->item = arena_str(a, name);
        if (str_eq(t->section, STR("System")))
            take_system(t, name, value);
    } else if (t->position++ != 0) { /* the first node is the payload element */
        bool numbered = is_numbered(name);

        t->item = numbered ? arena_str(a, name) : (str){ NULL, 0 };
        if (!numbered)
            t->group = arena_str(a, name);
    }
}

/* Prose behind the tree: its leaves are no sentences. */
static bool is_prose(str s)
{
    return str_ends(s, STR(".")) || str_ends(s, STR("?")) || str_ends(s, STR(":")) ||
           str_ends(s, STR("!"));
}

/* The first of what stands below System: a copy may lack the lines before it. */
static bool is_first(str s)
{
    str name, value;
    uint64_t id;

    if (str_take(&s, STR("[ Name]")))
        return str_trim(s).n != 0;
    if (!take_node(s, &name, &value))
        return false;
    if (str_eq(name, STR("EventID")))
        return str_take_u64(&value, &id) && value.n == 0;
    return value.n == 0 && (str_eq(name, STR("Provider")) || str_eq(name, STR("TimeCreated")));
}

/* A record without its head begins here, where none is open or the one before is past its System. */
static bool is_headless(const struct event_text *t, str s)
{
    if (t->state == EVENT_TEXT_FRIENDLY)
        return !str_eq(t->section, STR("System")) && str_ends(s, STR(" Provider")) && is_first(s);
    return t->state == EVENT_TEXT_OUTSIDE && is_first(s);
}

bool event_friendly_line(struct event_text *t, const struct line *line)
{
    str s = str_trim(line->s), name, value;

    if (is_headless(t, s)) {
        event_text_begin(t, line, EVENT_TEXT_FRIENDLY);
        enter(t, STR("System"), STR(""));
        if (s.p[0] == '[')
            enter(t, STR("Provider"), STR(""));
    }
    if (take_node(s, &name, &value)) {
        if (str_eq(name, STR("System")) && value.n == 0)
            event_text_begin(t, line, EVENT_TEXT_FRIENDLY);
        else if (t->state != EVENT_TEXT_FRIENDLY)
            return false;
        enter(t, name, value);
    } else if (t->state != EVENT_TEXT_FRIENDLY || is_prose(s) ||
               event_word(s).key != EVENT_KEY_NONE) {
        return false;
    } else if (str_take(&s, STR("["))) {
        name = str_trim(str_cut(&s, ']'));
        take_attribute(t, name, str_trim(s));
    } else if (s.n != 0) {
        str whole = s;

        name = str_cut(&s, ' ');
        take_leaf(t, name, str_trim(s), whole);
    }
    parse_took(t->in, line);
    t->end = line->offset + line->length;
    return true;
}

bool event_friendly_sniff(str text)
{
    return str_has(text, STR("[ Name]")) && str_has(text, STR("EventID ")) &&
           (str_has(text, STR("- System")) || str_has(text, STR("+ System")) ||
                   str_has(text, STR("- TimeCreated"))) &&
           str_has(text, STR("[ SystemTime]"));
}
