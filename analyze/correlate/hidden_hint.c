/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hidden_hint: memory in no counter has a holder all the same. What else the same machine says may
 * name it: a balloon, a GPU driver, compressed swap, socket buffers. A hint, never a verdict.
 */
#include "consumer.h"
#include "fields.h"
#include "out.h"

enum { MOST = 6 };

struct hints {
    struct arena *arena;
    str texts[MOST];
    size_t n;
};

static void add(struct hints *h, str text)
{
    for (size_t i = 0; i < h->n; i++)
        if (str_eq(h->texts[i], text))
            return;
    if (h->n < MOST)
        h->texts[h->n++] = text;
}

static void by_message(struct hints *h, const struct fact *f)
{
    static const struct {
        str class, text;
    } rows[] = {
        { STR_INIT("hv-balloon"), STR_INIT("the Hyper-V balloon driver is at work") },
        { STR_INIT("virtio-balloon-puff"),
                STR_INIT("the virtio balloon is asked for more than the guest can give") },
        { STR_INIT("xen-balloon"), STR_INIT("the Xen balloon driver is loaded") },
        { STR_INIT("vmware-balloon"), STR_INIT("the VMware balloon driver is loaded") },
        { STR_INIT("gpu-purge"), STR_INIT("a graphics driver was asked to give pages back") },
        { STR_INIT("gpu"), STR_INIT("a graphics driver speaks in the same log") },
        { STR_INIT("zram-memory"), STR_INIT("compressed swap (zram) is in use") },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (str_eq(text_of(f, KERNEL_MESSAGE_CLASS), rows[i].class))
            add(h, rows[i].text);
}

/* A module that is loaded need not hold anything. */
static void by_module(struct hints *h, str name)
{
    static const struct {
        str name, text;
    } rows[] = {
        { STR_INIT("vmw_balloon"), STR_INIT("the VMware balloon driver is loaded") },
        { STR_INIT("vmware_balloon"), STR_INIT("the VMware balloon driver is loaded") },
        { STR_INIT("vmmemctl"), STR_INIT("the VMware balloon driver is loaded") },
        { STR_INIT("hv_balloon"), STR_INIT("the Hyper-V balloon driver is loaded") },
        { STR_INIT("virtio_balloon"), STR_INIT("the virtio balloon driver is loaded") },
        { STR_INIT("zram"), STR_INIT("compressed swap (zram) is loaded") },
        { STR_INIT("nvidia"), STR_INIT("a graphics driver (nvidia) is loaded") },
        { STR_INIT("amdgpu"), STR_INIT("a graphics driver (amdgpu) is loaded") },
        { STR_INIT("i915"), STR_INIT("a graphics driver (i915) is loaded") },
        { STR_INIT("zfs"), STR_INIT("ZFS is loaded, whose cache is in no counter of the kernel") },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (str_eq(name, rows[i].name))
            add(h, rows[i].text);
}

static void by_fact(struct hints *h, const struct fact *f)
{
    if (f->kind == &kind_KERNEL_MESSAGE) {
        by_message(h, f);
    } else if (f->kind == &kind_KERNEL_MODULE) {
        by_module(h, text_of(f, KERNEL_MODULE_NAME));
    } else if (f->kind == &kind_VM_BALLOON && int_or(f, VM_BALLOON_SIZE, 0) > 0) {
        add(h, arena_printf(h->arena, "a balloon of %.*s",
                       STR_ARG(bytes_text(h->arena, int_or(f, VM_BALLOON_SIZE, 0)))));
    } else if (f->kind == &kind_NET_MEMORY && int_or(f, NET_MEMORY_BYTES, 0) > 64 * (int64_t)MIB) {
        add(h, arena_printf(h->arena, "%.*s socket buffers of %.*s",
                       STR_ARG(text_of(f, NET_MEMORY_PROTOCOL)),
                       STR_ARG(bytes_text(h->arena, int_or(f, NET_MEMORY_BYTES, 0)))));
    } else if (f->kind == &kind_HOST && has(f, HOST_VIRTUAL)) {
        add(h, arena_printf(h->arena, "a virtual machine of %.*s, so a balloon is possible",
                       STR_ARG(text_of(f, HOST_VIRTUAL))));
    }
}

static str joined(const struct hints *h)
{
    str text = { NULL, 0 };

    for (size_t i = 0; i < h->n; i++)
        text = arena_printf(
                h->arena, "%.*s%s%.*s", STR_ARG(text), i != 0 ? "; " : "", STR_ARG(h->texts[i]));
    return text;
}

void consumer_hint(const struct correlate *c, struct consumer_table *t)
{
    struct consumer_row *row = NULL;
    struct hints h = { .arena = c->arena };

    for (size_t i = 0; i < t->n; i++)
        if ((t->rows[i].leading || t->rows[i].notable) &&
                str_eq(str_z(t->rows[i].class), STR("unaccounted")))
            row = &t->rows[i];
    if (row == NULL || !t->main)
        return;
    for (size_t i = 0; i < c->facts.n; i++) {
        const struct fact *f = c->facts.facts[i];

        if (f->host.n == 0 || t->on->host.n == 0 || str_eq(f->host, t->on->host))
            by_fact(&h, f);
    }
    row->hint = joined(&h);
}
