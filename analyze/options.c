/* SPDX-License-Identifier: Apache-2.0 */
/* options: the table, and getopt_long over the part of it that a command takes. */
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "time_options.h"

struct option_row {
    const char *name, *argument; /* NULL = takes none */
    char letter;
    const char *doc; /* lines after the first are separated by '\n' */
};

static const struct option_row rows[OPTIONS] = {
    [OPTION_FORMAT] = { "format", "FORMAT", 'f', NULL },
    [OPTION_OUTPUT] = { "output", "FILE", 'o', "write to FILE instead of standard output" },
    [OPTION_RULES] = { "rules", "DIR", 0,
            "add the rules below DIR to the built-in ones; equal\n"
            "ids replace. May be given several times" },
    [OPTION_NO_SITE_RULES] = { "no-site-rules", NULL, 0,
            "leave out the rules of the configuration folders\n"
            "(fathom/rules below $XDG_CONFIG_HOME, ~/.config,\n"
            "$XDG_CONFIG_DIRS, /etc/xdg)" },
    [OPTION_MIN_SEVERITY] = { "min-severity", "SEVERITY", 0,
            "leave out findings below: info, low, medium, high, critical" },
    [OPTION_FAIL_ON] = { "fail-on", "SEVERITY", 0,
            "exit with status 1 when a finding is this severe or more" },
    [OPTION_COLOR] = { "color", "WHEN", 0, "auto (on a terminal), always, never" },
    [OPTION_WIDTH] = { "width", "N", 0, "columns; as wide as the terminal, else 80" },
    [OPTION_QUIET] = { "quiet", NULL, 'q', "no messages except errors" },
    [OPTION_STATS] = { "stats", NULL, 0, "counts of what was read and found, to stderr" },
    [OPTION_SINCE] = { "since", "TIME", 0,
            "leave out what was said before TIME: a day, with or\n"
            "without a time of day: '2024-02-29 06:07+01:00';\n"
            "without an offset by the zone of --tz, else UTC" },
    [OPTION_UNTIL] = { "until", "TIME", 0,
            "leave out what was said behind TIME, its end included" },
    [OPTION_TZ] = { "tz", "ZONE", 0,
            "the zone of stamps that do not tell theirs: +02:00,\n"
            "Europe/Berlin, a rule as POSIX writes it" },
    [OPTION_JOBS] = { "jobs", "N", 'j',
            "processes that read files side by side (as many as the machine\n"
            "has processors); the report is the same" },
    [OPTION_DIAGNOSTICS] = { "diagnostics", NULL, 0, "show what was odd in the input, too" },
    [OPTION_DERIVED] = { "derived", NULL, 0,
            "assign facts to hosts and show what is derived from them, too" },
    [OPTION_STRICT] = { "strict", NULL, 0, "warnings count as errors" },
    [OPTION_CASES] = { "cases", "DIR", 0, "where the worked cases lie (corpus/cases)" },
    [OPTION_PARTIAL] = { "partial", NULL, 0, "rules that no case covers do not fail" },
    [OPTION_LINE] = { "line", "MEMBER:LINE", 0, "this line of this member" },
    [OPTION_TAG] = { "tag", "TAG", 0, "this pool tag" },
    [OPTION_CODE] = { "code", "CODE", 0, "this error code: win32:1450, 1450, 0xC000009A" },
    [OPTION_EVENT] = { "event", "PROVIDER/ID", 0, "this event of a Windows event log" },
    [OPTION_ID] = { "id", "AREA/NAME", 0, "the id of the rule; else site/ and what it is about" },
    [OPTION_FOLDER] = { "output", "DIR", 'o', "where the files go; it may be there already" },
    [OPTION_HELP] = { "help", NULL, 'h', "this text" },
};

static bool takes(const struct command *command, int id)
{
    if (id == OPTION_NO_SITE_RULES)
        id = OPTION_RULES;
    if (id == OPTION_UNTIL || id == OPTION_TZ)
        id = OPTION_SINCE;
    return id == OPTION_HELP || (command->options & OPTION_BIT(id)) != 0;
}

static bool listed(const char *words, const char *word)
{
    str rest = str_z(words), one;

    while (str_word(&rest, &one)) {
        if (str_eq(one, str_z(word)))
            return true;
    }
    return false;
}

static bool bad_value(const struct options *o, int id, const char *given, const char *wanted)
{
    command_say(o, "--%s takes %s, not '%s'", rows[id].name, wanted, given);
    return false;
}

static bool take_width(struct options *o, const char *value)
{
    uint64_t n;

    if (!str_u64(str_z(value), &n) || n < 40 || n > 1000)
        return bad_value(o, OPTION_WIDTH, value, "a number from 40 to 1000");
    o->width = (unsigned)n;
    return true;
}

static bool take_jobs(struct options *o, const char *value)
{
    uint64_t n;

    if (!str_u64(str_z(value), &n) || n < 1 || n > 64)
        return bad_value(o, OPTION_JOBS, value, "a number from 1 to 64");
    o->jobs = (unsigned)n;
    return true;
}

static bool take_severity(struct options *o, int id, const char *value, enum severity *ret)
{
    if (severity_parse(str_z(value), ret))
        return true;
    return bad_value(o, id, value, "info, low, medium, high or critical");
}

static bool take_color(struct options *o, const char *value)
{
    static const char *const names[] = { "auto", "always", "never" };

    for (int i = 0; i < 3; i++) {
        if (strcmp(names[i], value) == 0) {
            o->color = (enum color_choice)i;
            return true;
        }
    }
    return bad_value(o, OPTION_COLOR, value, "auto, always or never");
}

/* Where an option that is just a text goes; NULL for the others. */
static const char **text_of(struct options *o, int id)
{
    switch ((enum option_id)id) {
    case OPTION_OUTPUT:
    case OPTION_FOLDER:
        return &o->output;
    case OPTION_CASES:
        return &o->cases;
    case OPTION_SINCE:
        return &o->since;
    case OPTION_UNTIL:
        return &o->until;
    case OPTION_TZ:
        return &o->tz;
    case OPTION_LINE:
        return &o->line;
    case OPTION_TAG:
        return &o->tag;
    case OPTION_CODE:
        return &o->code;
    case OPTION_EVENT:
        return &o->event;
    case OPTION_ID:
        return &o->id;
    default:
        return NULL;
    }
}

static bool take(struct options *o, int id, const char *value)
{
    const char **text = text_of(o, id);

    if (text != NULL) {
        *text = value;
        return true;
    }
    switch ((enum option_id)id) {
    case OPTION_FORMAT:
        o->format = value;
        return listed(o->command->formats, value) || bad_value(o, id, value, o->command->formats);
    case OPTION_RULES:
        o->rules[o->nrules++] = value;
        return true;
    case OPTION_MIN_SEVERITY:
        return take_severity(o, id, value, &o->min_severity);
    case OPTION_FAIL_ON:
        o->fails = true;
        return take_severity(o, id, value, &o->fail_on);
    case OPTION_COLOR:
        return take_color(o, value);
    case OPTION_WIDTH:
        return take_width(o, value);
    case OPTION_JOBS:
        return take_jobs(o, value);
    case OPTION_QUIET:
        return o->quiet = true;
    case OPTION_STATS:
        return o->stats = true;
    case OPTION_DIAGNOSTICS:
        return o->diagnostics = true;
    case OPTION_DERIVED:
        return o->derived = true;
    case OPTION_STRICT:
        return o->strict = true;
    case OPTION_NO_SITE_RULES:
        return o->no_site_rules = true;
    case OPTION_PARTIAL:
        return o->partial = true;
    case OPTION_HELP:
        return o->help = true;
    default:
        return false;
    }
}

static bool take_border(struct options *o, int id, const char *value, int64_t *ret)
{
    const struct zone utc = zone_fixed(0);

    if (time_parse_border(
                str_z(value), id == OPTION_UNTIL, o->times.zoned ? &o->times.zone : &utc, ret))
        return true;
    return bad_value(o, id, value, "a time like '2024-02-29' or '2024-02-29 06:07:08+01:00'");
}

/* When all are known: borders are by the zone, wherever it was given. */
static bool take_times(struct options *o)
{
    struct time_options *t = &o->times;

    o->timed = o->since != NULL || o->until != NULL || o->tz != NULL;
    if (o->tz != NULL) {
        if (!time_parse_zone(&o->arena, str_z(o->tz), &t->zone))
            return bad_value(o, OPTION_TZ, o->tz,
                    "an offset (+02:00), a zone (Europe/Berlin) or a rule (CET-1CEST,M3.5.0,M10.5.0/3)");
        t->zoned = true;
        t->zone_name = str_z(o->tz);
    }
    t->has_since = o->since != NULL;
    t->has_until = o->until != NULL;
    if ((t->has_since && !take_border(o, OPTION_SINCE, o->since, &t->since)) ||
            (t->has_until && !take_border(o, OPTION_UNTIL, o->until, &t->until)))
        return false;
    if (t->has_since && t->has_until && t->since > t->until) {
        command_say(o, "--since lies behind --until");
        return false;
    }
    return true;
}

/* getopt's own tables for what this command takes. */
static void build_tables(const struct command *command, struct option *longs, char *shorts)
{
    *shorts++ = ':';
    for (int id = 0; id < OPTIONS; id++) {
        if (!takes(command, id))
            continue;
        *longs++ = (struct option){ rows[id].name, rows[id].argument != NULL, NULL, 256 + id };
        if (rows[id].letter != 0) {
            *shorts++ = rows[id].letter;
            if (rows[id].argument != NULL)
                *shorts++ = ':';
        }
    }
    *longs = (struct option){ 0 };
    *shorts = '\0';
}

static int id_of(int c)
{
    for (int id = 0; c < 256 && id < OPTIONS; id++) {
        if (rows[id].letter == c)
            return id;
    }
    return c - 256;
}

static bool refuse(struct options *o, int c, char **argv)
{
    const char *what = argv[optind - 1];

    if (c == ':')
        command_say(o, "%s needs a value", what);
    else if (optopt != 0 && optopt < 256)
        command_say(o, "there is no option -%c", optopt);
    else
        command_say(o, "there is no option %s", what);
    fprintf(stderr, "'fathom %s --help' says what there is.\n", o->command->name);
    return false;
}

static bool is_negative(const char *word)
{
    return word[0] == '-' && is_digit(word[1]);
}

/*
 * getopt would take "-12" for options. It gets to see "12", the same text from its second byte on;
 * afterwards the sign is put back where that text is found again.
 */
static void hide_negatives(struct options *o, int argc, char **argv)
{
    for (int i = 0; i < argc; i++)
        o->argv[i] = argv[i] + (o->command->negatives && i != 0 && is_negative(argv[i]));
}

static void show_negatives(struct options *o, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        for (int k = 1; k < argc; k++) {
            if (o->argv[k] == argv[i] + 1 && is_negative(argv[i]))
                o->argv[k] = argv[i];
        }
    }
}

bool options_parse(const struct command *command, int argc, char **argv, struct options *ret)
{
    struct option longs[OPTIONS + 1];
    char shorts[2 * OPTIONS + 2];
    int c;

    *ret = (struct options){ .command = command, .cases = "corpus/cases" };
    arena_init(&ret->arena, 0);
    ret->rules = calloc((size_t)argc + 1, sizeof(*ret->rules));
    ret->argv = calloc((size_t)argc + 1, sizeof(*ret->argv));
    if (ret->rules == NULL || ret->argv == NULL)
        abort();
    hide_negatives(ret, argc, argv);
    build_tables(command, longs, shorts);
    opterr = 0;
    optind = 0; /* start anew: a run may parse more than once */
    while ((c = getopt_long(argc, ret->argv, shorts, longs, NULL)) != -1) {
        if (c == '?' || c == ':')
            return refuse(ret, c, ret->argv);
        if (!take(ret, id_of(c), optarg))
            return false;
    }
    show_negatives(ret, argc, argv);
    ret->args = (const char *const *)(ret->argv + optind);
    ret->nargs = (size_t)(argc - optind);
    return take_times(ret);
}

void options_finish(struct options *o)
{
    free(o->rules);
    free(o->argv);
    arena_finish(&o->arena);
    *o = (struct options){ 0 };
}

static void put_row(const struct command *command, int id, struct out *out)
{
    const struct option_row *row = &rows[id];
    str doc = str_z(row->doc), line;
    int width = 0;
    char left[64];

    if (row->letter != 0)
        width = snprintf(left, sizeof(left), "-%c, ", row->letter);
    width += snprintf(left + width, sizeof(left) - (size_t)width, "--%s%s%s", row->name,
            row->argument != NULL ? " " : "", row->argument != NULL ? row->argument : "");
    out_printf(out, "  %-25s", left);
    if (id == OPTION_FORMAT) {
        str first = str_z(command->formats), word;

        (void)str_word(&first, &word);
        out_printf(out, " %.*s", STR_ARG(word));
        while (str_word(&first, &word))
            out_printf(out, ", %.*s", STR_ARG(word));
        out_char(out, '\n');
    }
    for (bool more = false; str_line(&doc, &line); more = true) {
        if (more)
            out_repeat(out, ' ', 27);
        out_printf(out, " %.*s\n", STR_ARG(line));
    }
}

void options_help(const struct command *command, struct out *out)
{
    for (int id = 0; id < OPTIONS; id++) {
        if (takes(command, id))
            put_row(command, id, out);
    }
}
