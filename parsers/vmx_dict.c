/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vmx_dict: one dictionary of VMware, pair by pair.
 *
 *     displayName = "db|22two|22"
 *     memsize = "4096"
 *     sched.mem.maxmemctl = 1330
 *
 * Keys are case-insensitive, sizes are megabytes, -1 stands for "no value of its own". What is
 * special in a value is written as | and two hex digits.
 */
#include "vmx_dict.h"

#include <string.h>

#include "signs.h"

bool vmx_split(str line, str *ret_key, str *ret_value)
{
    str rest = str_trim(line), key;
    size_t n = 0, end;

    while (n < rest.n && (is_alnum(rest.p[n]) || strchr("._:-", rest.p[n]) != NULL))
        n++;
    key = str_slice(rest, 0, n);
    rest = str_from(rest, n);
    str_skip_blanks(&rest);
    if (key.n == 0 || !str_take_char(&rest, '='))
        return false;
    str_skip_blanks(&rest);
    if (str_take_char(&rest, '"')) {
        end = str_find_char(rest, '"');
        *ret_value = str_slice(rest, 0, end);
    } else {
        *ret_value = str_trim(str_slice(rest, 0, str_find_char(rest, '#')));
    }
    *ret_key = key;
    return true;
}

static const str exact[] = { STR_INIT(".encoding"), STR_INIT("config.version"),
    STR_INIT("virtualHW.version"), STR_INIT("virtualHW.productCompatibility"),
    STR_INIT("displayName"), STR_INIT("guestOS"), STR_INIT("memsize"), STR_INIT("numvcpus"),
    STR_INIT("extendedConfigFile"), STR_INIT("MemTrimRate"), STR_INIT("nvram") };
static const str heads[] = { STR_INIT("sched.mem."), STR_INIT("sched.cpu."),
    STR_INIT("sched.swap."), STR_INIT("scsi0"), STR_INIT("ethernet0."), STR_INIT("pciBridge"),
    STR_INIT("uuid."), STR_INIT("vmci0."), STR_INIT("tools."), STR_INIT("powerType."),
    STR_INIT("guestinfo."), STR_INIT("cpuid."), STR_INIT("isolation.tools."), STR_INIT("sata0"),
    STR_INIT("floppy0."), STR_INIT("svga."), STR_INIT("prefvmx.") };

void vmx_signs(struct signs *to)
{
    SIGNS_ADD(to, exact);
    SIGNS_ADD(to, heads);
}

bool vmx_key_is_known(str key)
{
    for (size_t i = 0; i < sizeof(exact) / sizeof(exact[0]); i++) {
        if (str_eq_nocase(key, exact[i]))
            return true;
    }
    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        if (str_starts_nocase(key, heads[i]))
            return true;
    }
    return false;
}

/* "|22" is a quote, "|7C" the bar itself. */
static uint16_t unescape(str s, char *buf)
{
    size_t n = 0;

    for (size_t i = 0; i < s.n && n < VMX_TEXT; i++) {
        uint64_t byte;

        if (s.p[i] == '|' && s.n - i > 2 && is_hex(s.p[i + 1]) && is_hex(s.p[i + 2]) &&
                str_hex(str_slice(s, i + 1, i + 3), &byte) && byte >= 0x20 && byte < 0x7f) {
            buf[n++] = (char)byte;
            i += 2;
        } else {
            buf[n++] = s.p[i];
        }
    }
    /* A full buffer may end within a character: without its last one it does not. */
    if (n == VMX_TEXT) {
        do
            n--;
        while (n > 0 && ((unsigned char)buf[n] & 0xc0) == 0x80);
    }
    return (uint16_t)n;
}

/* Megabytes; -1, "unlimited" and the empty string say nothing. */
static struct value megabytes(struct parse *in, const struct line *line, str value)
{
    int64_t mb;

    if (value.n == 0 || str_eq_nocase(value, STR("unlimited")))
        return value_none();
    if (!str_i64(value, &mb) || mb > INT64_MAX / (int64_t)MIB) {
        parse_diag(in, DIAG_WARNING, "vmx.number", line, line->s);
        return value_none();
    }
    return mb < 0 ? value_none() : value_int(mb * (int64_t)MIB);
}

static struct value truth(str value)
{
    if (str_eq_nocase(value, STR("TRUE")) || str_eq_nocase(value, STR("yes")) ||
            str_eq(value, STR("1")))
        return value_bool(true);
    if (str_eq_nocase(value, STR("FALSE")) || str_eq_nocase(value, STR("no")) ||
            str_eq(value, STR("0")))
        return value_bool(false);
    return value_none();
}

/* The line that is quoted is the one that says most. */
static void quote(
        const struct parse *in, struct vmx_machine *vm, const struct line *line, unsigned rank)
{
    if (vm->rank >= rank)
        return;
    vm->rank = rank;
    vm->where = line_span(in, line);
    vm->nquote = (uint16_t)(line->s.n < LIMIT_QUOTE ? line->s.n : LIMIT_QUOTE);
    while (vm->nquote < line->s.n && vm->nquote > 0 &&
            ((unsigned char)line->s.p[vm->nquote] & 0xc0) == 0x80)
        vm->nquote--;
    if (vm->nquote != 0)
        memcpy(vm->quote, line->s.p, vm->nquote);
}

/* sched.mem.*, without its head. */
static bool take_memory(
        struct parse *in, struct vmx_machine *vm, const struct line *line, str key, str value)
{
    if (str_eq_nocase(key, STR("min"))) {
        vm->reservation = megabytes(in, line, value);
        vm->reserved_by_min = true;
    } else if (str_eq_nocase(key, STR("minSize"))) {
        if (!vm->reserved_by_min)
            vm->reservation = megabytes(in, line, value);
    } else if (str_eq_nocase(key, STR("max"))) {
        vm->limit = megabytes(in, line, value);
    } else if (str_eq_nocase(key, STR("maxmemctl"))) {
        vm->max_balloon = megabytes(in, line, value);
    } else if (str_eq_nocase(key, STR("pin"))) {
        vm->pinned = truth(value);
    } else {
        return false;
    }
    quote(in, vm, line,
            str_eq_nocase(key, STR("maxmemctl")) && vm->max_balloon.type != VALUE_NONE ? 5 : 3);
    return true;
}

bool vmx_take(struct parse *in, struct vmx_machine *vm, const struct line *line, str key, str value)
{
    uint64_t cpus;

    if (str_take_nocase(&key, STR("sched.mem."))) {
        if (!take_memory(in, vm, line, key, value))
            return false;
    } else if (str_eq_nocase(key, STR("memsize"))) {
        vm->memory = megabytes(in, line, value);
        quote(in, vm, line, 4);
    } else if (str_eq_nocase(key, STR("displayName"))) {
        vm->nname = unescape(value, vm->name);
        quote(in, vm, line, 2);
    } else if (str_eq_nocase(key, STR("guestOS"))) {
        vm->nguest = unescape(value, vm->guest);
        quote(in, vm, line, 1);
    } else if (str_eq_nocase(key, STR("numvcpus"))) {
        if (str_u64(value, &cpus))
            vm->cpus = value_u64(cpus);
        quote(in, vm, line, 1);
    } else {
        return false;
    }
    vm->any = true;
    return true;
}

void vmx_emit(struct parse *in, struct vmx_machine *vm, struct when when)
{
    const struct value values[VM_CONFIG_NFIELDS] = {
        [VM_CONFIG_NAME] = value_text((str){ vm->name, vm->nname }),
        [VM_CONFIG_MEMORY] = vm->memory,
        [VM_CONFIG_RESERVATION] = vm->reservation,
        [VM_CONFIG_LIMIT] = vm->limit,
        [VM_CONFIG_MAX_BALLOON] = vm->max_balloon,
        [VM_CONFIG_PINNED] = vm->pinned,
        [VM_CONFIG_GUEST_OS] = value_text((str){ vm->guest, vm->nguest }),
        [VM_CONFIG_CPUS] = vm->cpus,
    };

    if (vm->any)
        emit_at(in, &kind_VM_CONFIG, vm->where, (str){ vm->quote, vm->nquote }, when, values);
    *vm = (struct vmx_machine){ 0 };
}
