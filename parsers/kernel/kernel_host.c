/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel_host: boot messages.
 *
 *     Linux version 3.10.0-957.el7.x86_64 (builder@example) (gcc version 4.8.5) #1 SMP ...
 *     Memory: 16316412K/16776632K available (12300K kernel code, ...)
 *     DMI: VMware, Inc. VMware Virtual Platform/440BX Desktop Reference Platform, BIOS 6.00
 *     Hypervisor detected: KVM
 */
#include "kernel_host.h"

#include "limits.h"
#include "marks.h"

struct found_host {
    str version, arch, product, virtual, model;
    int64_t ram, cpus;
};

/* What release strings end in. */
static str arch_of(str release)
{
    static const struct {
        str part, arch;
    } names[] = {
        { STR_INIT("x86_64"), STR_INIT("x64") },
        { STR_INIT("amd64"), STR_INIT("x64") },
        { STR_INIT("aarch64"), STR_INIT("arm64") },
        { STR_INIT("arm64"), STR_INIT("arm64") },
        { STR_INIT("armv7"), STR_INIT("arm") },
        { STR_INIT("armhf"), STR_INIT("arm") },
        { STR_INIT("i686"), STR_INIT("x86") },
        { STR_INIT("i586"), STR_INIT("x86") },
        { STR_INIT("i386"), STR_INIT("x86") },
        { STR_INIT("-686"), STR_INIT("x86") },
        { STR_INIT("PAE"), STR_INIT("x86") },
        { STR_INIT("ppc64"), STR_INIT("ppc64") },
        { STR_INIT("s390x"), STR_INIT("s390x") },
        { STR_INIT("sparc64"), STR_INIT("sparc64") },
        { STR_INIT("ia64"), STR_INIT("ia64") },
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (str_has(release, names[i].part))
            return names[i].arch;
    }
    return (str){ NULL, 0 };
}

static str distribution_of(str banner)
{
    static const struct {
        str part, name;
    } names[] = {
        { STR_INIT("Ubuntu"), STR_INIT("Ubuntu") },
        { STR_INIT("Debian"), STR_INIT("Debian") },
        { STR_INIT("(SUSE Linux)"), STR_INIT("SUSE") },
        { STR_INIT("Red Hat"), STR_INIT("Red Hat") },
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (str_has(banner, names[i].part))
            return names[i].name;
    }
    return (str){ NULL, 0 };
}

static str hypervisor_of(str s)
{
    static const struct {
        str part, name;
    } names[] = {
        { STR_INIT("VMware"), STR_INIT("vmware") },
        { STR_INIT("Hyper-V"), STR_INIT("hyperv") },
        { STR_INIT("HyperV"), STR_INIT("hyperv") },
        { STR_INIT("KVM"), STR_INIT("kvm") },
        { STR_INIT("QEMU"), STR_INIT("kvm") },
        { STR_INIT("Xen"), STR_INIT("xen") },
        { STR_INIT("VirtualBox"), STR_INIT("virtualbox") },
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (str_has(s, names[i].part))
            return names[i].name;
    }
    return (str){ NULL, 0 };
}

/* "16316412K/16776632K available": what there is, not what is free yet. */
static bool memory_line(str s, struct found_host *h)
{
    uint64_t part, total;

    if (!str_take(&s, STR("Memory: ")) || !str_take_u64(&s, &part) ||
            !(str_take_char(&s, 'K') || str_take_char(&s, 'k')) || !str_take_char(&s, '/') ||
            !str_take_u64(&s, &total) || !(str_take_char(&s, 'K') || str_take_char(&s, 'k')) ||
            !str_starts(s, STR(" available")) || total > (uint64_t)INT64_MAX / KIB)
        return false;
    h->ram = (int64_t)(total * KIB);
    return true;
}

/* "smp: Brought up 2 nodes, 32 CPUs", "Brought up 8 CPUs" */
static bool cpus_line(str s, struct found_host *h)
{
    size_t at = str_find(s, STR("Brought up ")), cpus;
    str word;
    uint64_t n;

    if (at == STR_NONE || at > 12)
        return false;
    s = str_from(s, at);
    cpus = str_find(s, STR(" CPUs"));
    if (cpus == STR_NONE)
        return false;
    word = str_slice(s, 0, cpus);
    at = str_rfind_char(word, ' ');
    if (at == STR_NONE || !str_u64(str_from(word, at + 1), &n) || n > 100000)
        return false;
    h->cpus = (int64_t)n;
    return true;
}

static bool look(const struct kmsg *m, struct found_host *h, struct reports *reports)
{
    str s = m->text, word;

    switch (s.p[0]) {
    case 'L':
        if (!str_take(&s, STR("Linux version ")) || !str_word(&s, &word))
            return false;
        h->version = word;
        h->arch = arch_of(word);
        h->product = distribution_of(s);
        reports_release(reports, word);
        return true;
    case 'M':
        return memory_line(s, h);
    case 'D':
        if (!str_take(&s, STR("DMI: ")))
            return false;
        h->model = str_slice(s, 0, str_find(s, STR(", BIOS")));
        h->virtual = hypervisor_of(h->model);
        return true;
    case 'H':
        if (!str_take(&s, STR("Hypervisor detected: ")))
            return false;
        h->virtual = hypervisor_of(s);
        return true;
    case 'B':
    case 's':
        if (str_take(&s, STR("Booting paravirtualized kernel on "))) {
            h->virtual = hypervisor_of(s);
            return h->virtual.n != 0;
        }
        return cpus_line(s, h);
    default:
        return false;
    }
}

bool host_line(struct parse *in, const struct kmsg *m, struct reports *reports)
{
    struct found_host h = { .ram = -1, .cpus = -1 };
    str s = m->text;

    if (str_take(&s, STR("Command line: ")) || str_take(&s, STR("Kernel command line: "))) {
        const struct value setting[SETTING_NFIELDS] = {
            [SETTING_NAME] = value_z("kernel command line"),
            [SETTING_TEXT] = value_text(str_trim(s)),
            [SETTING_SOURCE] = value_z("running"),
        };

        /* Printed twice at boot; the early one is without "Kernel". */
        if (m->text.p[0] == 'K')
            emit(in, &kind_SETTING, &m->line, m->when, setting);
        return true;
    }
    if (!look(m, &h, reports))
        return false;
    const struct value values[HOST_NFIELDS] = {
        [HOST_NAME] = value_text(in->host),
        [HOST_OS] = value_z("linux"),
        [HOST_PRODUCT] = value_text(h.product),
        [HOST_OS_TEXT] = h.version.n != 0 ? value_text(str_slice(m->text, 0, 400)) : value_none(),
        [HOST_VERSION] = value_text(h.version),
        [HOST_ARCH] = value_text(h.arch),
        [HOST_CPUS] = h.cpus > 0 ? value_int(h.cpus) : value_none(),
        [HOST_RAM] = h.ram > 0 ? value_int(h.ram) : value_none(),
        [HOST_MODEL] = value_text(h.model),
        [HOST_VIRTUAL] = value_text(h.virtual),
    };
    emit(in, &kind_HOST, &m->line, m->when, values);
    return true;
}

void kernel_host_marks(struct marks *m)
{
    static const str words[] = { STR_INIT("Linux version "), STR_INIT("Memory: "),
        STR_INIT("DMI: "), STR_INIT("Hypervisor detected: "),
        STR_INIT("Booting paravirtualized kernel on "), STR_INIT("Brought up "),
        STR_INIT("Command line: "), STR_INIT("Kernel command line: ") };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        marks_add(m, words[i], NULL);
}
