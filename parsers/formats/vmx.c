/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vmx: configuration of a VMware virtual machine.
 *
 *     .encoding = "UTF-8"
 *     displayName = "shop3"
 *     memsize = "8192"
 *     sched.mem.min = "2048"
 *     sched.mem.maxmemctl = 3990
 *
 * Taken: name, guest system, processors, memory and what the hypervisor may do with it. Devices are
 * only counted as understood. ".encoding" was the decoder's matter. Excerpts of a few keys in a
 * ticket are read as well, among its prose.
 */
#include "signs.h"
#include "vmx_dict.h"

static const struct kind *const kinds[] = { &kind_VM_CONFIG, &kind_ERROR, &kind_LOG_MESSAGE,
    &kind_OPERATION, &kind_STACK, &kind_BEANCOUNTER, NULL };

static void signs(struct signs *to)
{
    vmx_signs(to);
}

static int sniff(const struct sniff *in)
{
    str rest = in->text, line, key, value;
    unsigned lines = 0, pairs = 0, known = 0, memory = 0;
    bool version = false;

    while (lines < 200 && str_line(&rest, &line)) {
        line = str_trim(line);
        if (line.n == 0 || line.p[0] == '#')
            continue;
        lines++;
        if (!vmx_split(line, &key, &value))
            continue;
        pairs++;
        known += vmx_key_is_known(key);
        memory += str_starts_nocase(key, STR("sched.mem."));
        version |= str_eq_nocase(key, STR("virtualHW.version")) ||
                   str_eq_nocase(key, STR("config.version"));
    }
    if (version && known > 1 && 2 * pairs > lines)
        return BID_MAGIC;
    if (known > 1 && 2 * pairs > lines && 2 * known >= pairs)
        return BID_MAGIC - 10;
    if (memory != 0)
        return BID_SHAPE;
    return known != 0 && pairs == lines && str_ends(in->name, STR(".vmx")) ? BID_SHAPE : BID_NO;
}

static void parse(struct parse *in)
{
    struct vmx_machine vm = { 0 };
    struct line line;
    bool version = false;
    str key, value;

    while (parse_line(in, &line)) {
        str text = str_trim(line.s);

        if (text.n == 0 || text.p[0] == '#') {
            parse_took(in, &line);
            continue;
        }
        if (!vmx_split(text, &key, &value)) {
            parse_stray(in, &line, (struct when){ 0 });
            continue;
        }
        /* Several files, one behind the other. */
        if (str_eq_nocase(key, STR("config.version"))) {
            if (version)
                vmx_emit(in, &vm, (struct when){ 0 });
            version = true;
        }
        (void)vmx_take(in, &vm, &line, key, value);
        parse_took(in, &line);
    }
    vmx_emit(in, &vm, (struct when){ 0 });
}

const struct parser parser_vmx = {
    .name = "vmx",
    .summary = "configuration of a VMware virtual machine",
    .kinds = kinds,
    .sniff = sniff,
    .signs = signs,
    .parse = parse,
};
