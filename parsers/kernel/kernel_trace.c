/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel_trace: stack traces of every architecture and age.
 *
 *     [<ffffffff8112c207>] ? __alloc_pages_nodemask+0x757/0x8d0        x86 until 4.9
 *      new_slab+0x2e8/0x2f8 [module]                                   since
 *     [<80094474>] (warn_alloc_failed+0xe0/0x118) from [<8009723c>] (__alloc_pages+0x640/0x89c)
 *      dump_backtrace from show_stack+0x18/0x1c                        ARM, newer
 */
#include "kernel_report.h"

/* "[<ffffffff8112c207>]", "[c000000000012345]", "(" and bare addresses before a symbol. */
static void skip_addresses(str *s, bool *ret_narrow)
{
    for (;;) {
        str rest = *s;
        size_t digits = 0;
        bool bracket, angle;

        str_skip_blanks(&rest);
        (void)str_take_char(&rest, '(');
        bracket = str_take_char(&rest, '[');
        angle = str_take_char(&rest, '<');
        (void)str_take(&rest, STR("0x"));
        while (digits < rest.n && is_hex(rest.p[digits]))
            digits++;
        if (digits < 8 || digits > 16)
            break;
        rest = str_from(rest, digits);
        if ((angle && !str_take_char(&rest, '>')) || (bracket && !str_take_char(&rest, ']')) ||
                (!bracket && !angle && (rest.n == 0 || rest.p[0] != ' ')))
            break;
        if (digits == 8 && angle)
            *ret_narrow = true;
        *s = rest;
    }
    str_skip_blanks(s);
}

static bool is_symbol(char c)
{
    return is_alnum(c) || c == '_' || c == '.' || c == '$';
}

/* "+0x757/0x8d0" */
static bool take_offset(str *s)
{
    uint64_t part;

    return str_take(s, STR("+0x")) && str_take_hex(s, &part) && str_take(s, STR("/0x")) &&
           str_take_hex(s, &part);
}

bool trace_frame(str s, struct frame *ret, bool *ret_narrow)
{
    size_t n = 0;
    str name, rest;

    *ret_narrow = false;
    skip_addresses(&s, ret_narrow);
    ret->reliable = true;
    if (str_take(&s, STR("? ")))
        ret->reliable = false;
    (void)str_take_char(&s, '(');
    while (n < s.n && is_symbol(s.p[n]))
        n++;
    if (n < 2 || is_digit(s.p[0]))
        return false;
    name = str_slice(s, 0, n);
    rest = str_from(s, n);
    if (!str_starts(rest, STR(" from ")) && !take_offset(&rest))
        return false;
    /* ".isra.64", ".constprop.0", ".part.11", ".cold" are the compiler's. */
    n = str_find_char(str_from(name, 1), '.');
    ret->symbol = n != STR_NONE ? str_slice(name, 0, n + 1) : name;
    ret->module = (str){ NULL, 0 };
    str_skip_blanks(&rest);
    if (str_take_char(&rest, '[')) {
        n = 0;
        while (n < rest.n && rest.p[n] != ']' && rest.p[n] != ' ')
            n++;
        ret->module = str_slice(rest, 0, n);
    }
    return true;
}

bool trace_line(struct report *r, str s)
{
    struct trace *t = &r->trace;
    struct frame frame;
    bool narrow;

    if (str_starts(s, STR("<IRQ>"))) {
        t->irq |= !t->closed;
        s = str_trim(str_from(s, 5));
        if (s.n == 0)
            return true;
    }
    (void)(str_take(&s, STR("<EOI>")) || str_take(&s, STR("<TASK>")));
    if (!trace_frame(s, &frame, &narrow))
        return false;
    if (t->closed || t->n == TRACE_FRAMES)
        return true;
    t->narrow |= narrow;
    frame.symbol = report_keep(r, frame.symbol);
    frame.module = frame.module.n != 0 ? report_keep(r, frame.module) : frame.module;
    t->frames[t->n++] = frame;
    return true;
}

/* Kernels without frame pointers (RHEL 6) mark every frame as doubtful: then all are taken. */
static bool any_reliable(const struct trace *t)
{
    unsigned n = 0;

    for (unsigned i = 0; i < t->n; i++)
        n += t->frames[i].reliable;
    return n > 2;
}

str trace_symbols(struct report *r)
{
    bool reliable = any_reliable(&r->trace);
    size_t size = 0, n = 0;
    char *buf;

    for (unsigned i = 0; i < r->trace.n; i++)
        size += r->trace.frames[i].symbol.n + 1;
    buf = size != 0 ? arena_try(&r->arena, size) : NULL;
    if (buf == NULL)
        return (str){ NULL, 0 };
    for (unsigned i = 0; i < r->trace.n; i++) {
        const struct frame *f = &r->trace.frames[i];

        if (reliable && !f->reliable)
            continue;
        if (n != 0)
            buf[n++] = ' ';
        for (size_t k = 0; k < f->symbol.n; k++)
            buf[n++] = f->symbol.p[k];
    }
    return (str){ buf, n };
}

/* Functions that only pass a request for memory on, and those that print the report. */
static bool is_memory_management(str name)
{
    static const str starts[] = { STR_INIT("dump_"), STR_INIT("show_"), STR_INIT("warn_alloc"),
        STR_INIT("unwind_"), STR_INIT("alloc_page"), STR_INIT("alloc_slab"), STR_INIT("alloc_kmem"),
        STR_INIT("alloc_frozen"), STR_INIT("allocate_slab"), STR_INIT("get_page_from_freelist"),
        STR_INIT("get_zeroed_page"), STR_INIT("get_free_page"), STR_INIT("kmalloc"),
        STR_INIT("kvmalloc"), STR_INIT("kzalloc"), STR_INIT("krealloc"), STR_INIT("kmemdup"),
        STR_INIT("kmem_"), STR_INIT("cache_grow"), STR_INIT("cache_alloc"),
        STR_INIT("fallback_alloc"), STR_INIT("new_slab"), STR_INIT("slab_"), STR_INIT("vmalloc"),
        STR_INIT("vzalloc"), STR_INIT("vmap"), STR_INIT("vmemmap_"), STR_INIT("folio_alloc"),
        STR_INIT("vma_alloc"), STR_INIT("oom_"), STR_INIT("out_of_memory"),
        STR_INIT("zone_watermark"), STR_INIT("drain_"), STR_INIT("refill_"), STR_INIT("set_track"),
        STR_INIT("pagefault_out_of"), STR_INIT("mem_cgroup_"), STR_INIT("try_charge"),
        STR_INIT("charge_memcg"), STR_INIT("obj_cgroup"), STR_INIT("lock_acquire"),
        STR_INIT("select_bad"), STR_INIT("security_real"), STR_INIT("find_lock_task"),
        STR_INIT("try_to_free"), STR_INIT("try_get_mem"), STR_INIT("kasan_"),
        STR_INIT("page_frag_alloc"), STR_INIT("check_panic") };

    while (name.n > 1 && name.p[0] == '_')
        name = str_from(name, 1);
    for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
        if (str_starts(name, starts[i]))
            return true;
    }
    return false;
}

const struct frame *trace_caller(const struct report *r)
{
    bool reliable = any_reliable(&r->trace);

    for (unsigned i = 0; i < r->trace.n; i++) {
        const struct frame *f = &r->trace.frames[i];

        if ((f->reliable || !reliable) && !is_memory_management(f->symbol))
            return f;
    }
    return NULL;
}

str trace_driver(const struct report *r)
{
    bool reliable = any_reliable(&r->trace);

    for (unsigned i = 0; i < r->trace.n; i++) {
        const struct frame *f = &r->trace.frames[i];

        if (f->module.n != 0 && (f->reliable || !reliable))
            return f->module;
    }
    return (str){ NULL, 0 };
}

/* poll(2) and its kin are not drivers' receive loops. */
static bool is_receive_poll(str name)
{
    static const str not_receive[] = { STR_INIT("sys_poll"), STR_INIT("do_poll"),
        STR_INIT("sock_poll"), STR_INIT("tcp_poll"), STR_INIT("udp_poll"), STR_INIT("vfs_poll"),
        STR_INIT("datagram_poll"), STR_INIT("pipe_poll"), STR_INIT("ep_poll"),
        STR_INIT("unix_poll"), STR_INIT("tty_poll"), STR_INIT("SyS_poll"), STR_INIT("random_poll"),
        STR_INIT("proc_reg_poll"), STR_INIT("fuse_dev_poll"), STR_INIT("eventfd_poll") };

    if (!str_ends(name, STR("_poll")))
        return false;
    for (size_t i = 0; i < sizeof(not_receive) / sizeof(not_receive[0]); i++) {
        if (str_ends(name, not_receive[i]))
            return false;
    }
    return true;
}

bool trace_network(const struct report *r, bool atomic)
{
    static const str parts[] = { STR_INIT("netdev_alloc"), STR_INIT("napi_"), STR_INIT("_rx_"),
        STR_INIT("_receive"), STR_INIT("netif_rx"), STR_INIT("sk_clone"),
        STR_INIT("inet_csk_clone"), STR_INIT("tcp_v4_rcv"), STR_INIT("tcp_v6_rcv"),
        STR_INIT("tcp_v4_do_rcv"), STR_INIT("tcp_v6_do_rcv"), STR_INIT("tcp_rcv_"),
        STR_INIT("tcp_check_req"), STR_INIT("tcp_create_openreq_child"), STR_INIT("ip_rcv"),
        STR_INIT("net_rx_action"), STR_INIT("dev_alloc_skb") };

    for (unsigned i = 0; i < r->trace.n; i++) {
        str name = r->trace.frames[i].symbol;

        if (str_ends(name, STR("_rx")) || is_receive_poll(name))
            return true;
        for (size_t k = 0; k < sizeof(parts) / sizeof(parts[0]); k++) {
            if (str_has(name, parts[k]))
                return true;
        }
        if (atomic && r->trace.irq && str_ends(name, STR("alloc_skb")))
            return true;
    }
    return false;
}

bool trace_interrupt(const struct report *r)
{
    static const str handlers[] = { STR_INIT("do_softirq"), STR_INIT("__do_softirq"),
        STR_INIT("call_softirq"), STR_INIT("irq_exit"), STR_INIT("do_IRQ"), STR_INIT("handle_irq"),
        STR_INIT("handle_IRQ"), STR_INIT("net_rx_action"), STR_INIT("common_interrupt"),
        STR_INIT("run_ksoftirqd") };

    if (r->trace.irq || str_starts(r->comm, STR("ksoftirqd")))
        return true;
    /* Process 1 is called swapper until it has started init. */
    if (str_starts(r->comm, STR("swapper")) && r->pid != 1)
        return true;
    for (unsigned i = 0; i < r->trace.n; i++) {
        const struct frame *f = &r->trace.frames[i];

        for (size_t k = 0; k < sizeof(handlers) / sizeof(handlers[0]); k++) {
            if (f->reliable && str_eq(f->symbol, handlers[k]))
                return true;
        }
    }
    return false;
}
