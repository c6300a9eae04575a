/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lsmod: the modules of a Linux kernel, as lsmod prints them or /proc/modules holds them.
 *
 *     Module                  Size  Used by
 *     nf_conntrack          172032  3 xt_conntrack,nf_nat,xt_MASQUERADE
 *     vmw_balloon            20480  0
 *
 *     nf_conntrack 172032 3 xt_conntrack,nf_nat,xt_MASQUERADE, Live 0xffffffffc0a5f000 (OE)
 *
 * Taken: every module with its size, its users and its marks (P proprietary, O out of tree, E without a
 * signature). Modules that only one sort of machine loads tell which it is. A module that is loaded
 * need not do anything.
 */
#include "shape.h"

static const struct kind *const kinds[] = { &kind_KERNEL_MODULE, &kind_HOST, &kind_ERROR,
    &kind_LOG_MESSAGE, NULL };

struct module {
    str name, users, state, marks;
    uint64_t size, count;
    bool counted; /* "-" = cannot be unloaded */
};

static bool is_heading(str line)
{
    str word;

    return str_word(&line, &word) && str_eq(word, STR("Module")) && str_word(&line, &word) &&
           str_eq(word, STR("Size")) && str_word(&line, &word) && str_eq(word, STR("Used"));
}

static bool is_name(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (!is_alnum(s.p[i]) && s.p[i] != '_' && s.p[i] != '-' && s.p[i] != '.')
            return false;
    }
    return s.n != 0 && s.n <= 64;
}

/* "Live 0xffffffffc0a5f000 (OE)" behind the users: of /proc/modules alone. */
static bool take_state(str rest, struct module *m)
{
    str word;

    if (!str_word(&rest, &word))
        return true; /* lsmod */
    if (!str_eq(word, STR("Live")) && !str_eq(word, STR("Loading")) &&
            !str_eq(word, STR("Unloading")))
        return false;
    m->state = word;
    if (!str_word(&rest, &word) || !str_starts(word, STR("0x")))
        return false;
    rest = str_trim(rest);
    if (str_take_char(&rest, '('))
        m->marks = str_slice(rest, 0, str_find_char(rest, ')'));
    return true;
}

static bool take_row(str line, struct module *ret)
{
    str rest = line, word;

    *ret = (struct module){ .size = 0 };
    if (!str_word(&rest, &ret->name) || !is_name(ret->name) || !str_word(&rest, &word) ||
            !str_u64(word, &ret->size) || !str_word(&rest, &word))
        return false;
    ret->counted = str_u64(word, &ret->count);
    if (!ret->counted && !str_eq(word, STR("-")) && !str_eq(word, STR("-2")))
        return false;
    str_skip_blanks(&rest);
    if (rest.n != 0 && !str_starts(rest, STR("Live ")) && !str_starts(rest, STR("Loading ")) &&
            !str_starts(rest, STR("Unloading "))) {
        (void)str_word(&rest, &ret->users);
        if (str_eq(ret->users, STR("-")))
            ret->users.n = 0;
        if (ret->users.n != 0 && ret->users.p[ret->users.n - 1] == ',')
            ret->users.n--;
    }
    return take_state(rest, ret) && ret->size < 1u << 30;
}

static bool fits(str line)
{
    struct module m;

    return take_row(line, &m) && (m.state.n != 0 || m.size >= 4096);
}

static int sniff(const struct sniff *in)
{
    str rest = in->text, line;
    struct module m;
    bool headed = false;

    for (size_t i = 0; i < 12 && str_line(&rest, &line); i++) {
        if (take_row(line, &m) && (headed || m.state.n != 0))
            return BID_MAGIC;
        headed = headed || is_heading(line);
    }
    if (headed)
        return BID_SHAPE;
    return str_has(in->name, STR("lsmod")) ? shape_bid(in, fits, BID_SHAPE) : BID_NO;
}

/* Modules that are loaded where their device or their product is, and nowhere else. */
static const struct {
    str module;
    const char *virtual, *role;
} tell[] = {
    { STR_INIT("vmw_balloon"), "vmware", NULL },
    { STR_INIT("vmware_balloon"), "vmware", NULL },
    { STR_INIT("vmmemctl"), "vmware", NULL },
    { STR_INIT("vmw_vmci"), "vmware", NULL },
    { STR_INIT("hv_balloon"), "hyperv", NULL },
    { STR_INIT("hv_vmbus"), "hyperv", NULL },
    { STR_INIT("vboxguest"), "virtualbox", NULL },
    { STR_INIT("vzmon"), NULL, "virtuozzo-node" },
};

static void tell_machine(struct parse *in, const struct line *line, str module, bool *told)
{
    for (size_t i = 0; i < sizeof(tell) / sizeof(tell[0]); i++) {
        if (!str_eq(tell[i].module, module) || told[tell[i].role != NULL])
            continue;
        const struct value values[HOST_NFIELDS] = {
            [HOST_OS] = value_z("linux"),
            [HOST_VIRTUAL] = value_z(tell[i].virtual),
            [HOST_ROLE] = value_z(tell[i].role),
        };
        emit(in, &kind_HOST, line, (struct when){ 0 }, values);
        told[tell[i].role != NULL] = true;
    }
}

static void parse(struct parse *in)
{
    bool told[2] = { false, false };
    struct line line;

    while (parse_line(in, &line)) {
        struct module m;

        if (is_heading(line.s) || str_trim(line.s).n == 0) {
            parse_took(in, &line);
            continue;
        }
        if (!take_row(line.s, &m)) {
            parse_stray(in, &line, (struct when){ 0 });
            continue;
        }
        const struct value values[KERNEL_MODULE_NFIELDS] = {
            [KERNEL_MODULE_NAME] = value_text(m.name),
            [KERNEL_MODULE_SIZE] = value_u64(m.size),
            [KERNEL_MODULE_COUNT] = m.counted ? value_u64(m.count) : value_none(),
            [KERNEL_MODULE_USERS] = value_text(m.users),
            [KERNEL_MODULE_MARKS] = value_text(m.marks),
        };
        emit(in, &kind_KERNEL_MODULE, &line, (struct when){ 0 }, values);
        tell_machine(in, &line, m.name, told);
        parse_took(in, &line);
    }
}

const struct parser parser_lsmod = {
    .name = "lsmod",
    .summary = "lsmod, /proc/modules",
    .kinds = kinds,
    .sniff = sniff,
    .parse = parse,
};
