/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events that tell of a stop error:
 *
 *     BugCheck, Save Dump, WER-SystemErrorReporting 1001
 *                         0x000000c2 (0x00000007, 0x00000cd4, 0x02080001, 0x89a1b2c8), path
 *     System Error 1003   000000c2, 00000007, 00000cd4, 02080001, 89a1b2c8
 *     Kernel-Power 41     BugcheckCode in decimal, BugcheckParameter1 to 4; 0 = there was no stop
 *
 * Taken from the data, else from the rendered text, where the first five long hexadecimal numbers
 * are code and parameters in every language.
 */
#include "bugcheck.h"
#include "event.h"

static const struct {
    str provider;
    uint64_t id;
} events[] = {
    { STR_INIT("BugCheck"), 1001 },
    { STR_INIT("Save Dump"), 1001 },
    { STR_INIT("Microsoft-Windows-WER-SystemErrorReporting"), 1001 },
    { STR_INIT("System Error"), 1003 },
    { STR_INIT("Microsoft-Windows-Kernel-Power"), 41 },
};

enum { KERNEL_POWER = 41, DIGITS = 8, NUMBERS = 5 };

bool event_is_bugcheck(str provider)
{
    for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
        if (str_eq_nocase(provider, events[i].provider))
            return true;
    }
    return false;
}

static bool tells(const struct event *e)
{
    for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
        if (e->has_id && (e->id & 0xFFFF) == events[i].id &&
                str_eq_nocase(e->provider, events[i].provider))
            return true;
    }
    return false;
}

/* The next number of at least eight hexadecimal digits; false when there is none. */
static bool next_number(str *s, uint64_t *ret)
{
    while (s->n != 0) {
        size_t n = 0;

        (void)str_take_nocase(s, STR("0x"));
        while (n < s->n && is_alnum(s->p[n]))
            n++;
        if (n >= DIGITS && str_hex(str_slice(*s, 0, n), ret)) {
            *s = str_from(*s, n);
            return true;
        }
        *s = str_from(*s, n != 0 ? n : 1);
    }
    return false;
}

static size_t take_numbers(str s, uint64_t numbers[static NUMBERS], size_t n)
{
    while (n < NUMBERS && next_number(&s, &numbers[n]))
        n++;
    return n;
}

static str datum(const struct event *e, const char *named, const char *numbered)
{
    str text = event_data(e, str_z(named));

    return text.n != 0 ? text : event_data(e, str_z(numbered));
}

/* Code and parameters in one datum, in five, or in the text. */
static void read_numbers(const struct event *e, struct bugcheck *b)
{
    static const char *const named[] = { "param1", "param2", "param3", "param4", "param5" };
    static const char *const numbered[] = { "1", "2", "3", "4", "5" };
    uint64_t numbers[NUMBERS] = { 0 };
    size_t n = take_numbers(datum(e, named[0], numbered[0]), numbers, 0);

    for (size_t i = 1; n == i && i < NUMBERS; i++)
        n = take_numbers(datum(e, named[i], numbered[i]), numbers, n);
    if (n == 0)
        n = take_numbers(e->message, numbers, 0);
    b->has_code = n != 0;
    b->nparameters = n != 0 ? n - 1 : 0;
    b->code = numbers[0];
    for (size_t i = 0; i < 4; i++)
        b->parameters[i] = numbers[i + 1];
}

/* False when the restart was no stop, or nothing says that it was. */
static bool read_power(const struct event *e, struct bugcheck *b)
{
    static const char *const names[] = { "BugcheckParameter1", "BugcheckParameter2",
        "BugcheckParameter3", "BugcheckParameter4" };

    b->has_code = str_u64(event_data(e, STR("BugcheckCode")), &b->code) && b->code != 0;
    while (b->nparameters < 4 &&
            str_hex(event_data(e, str_z(names[b->nparameters])), &b->parameters[b->nparameters]))
        b->nparameters++;
    return b->has_code;
}

void event_emit_bugcheck(struct parse *in, struct event_log *log, const struct event *e,
        struct span where, str quote)
{
    struct bugcheck b = { .source = "event" };

    if (!tells(e))
        return;
    if ((e->id & 0xFFFF) == KERNEL_POWER) {
        if (!read_power(e, &b))
            return;
    } else {
        read_numbers(e, &b);
        if ((e->id & 0xFFFF) == 1001)
            b.dump = datum(e, "param2", "2");
    }
    bugcheck_emit(in, &log->arena, &b, where, quote, e->when);
}
