/* SPDX-License-Identifier: Apache-2.0 */
/*
 * machine: small files and commands that name a Linux machine, its system and its processors:
 *
 *     PRETTY_NAME="Red Hat Enterprise Linux 9.4 (Plow)"                                       os-release
 *     Red Hat Enterprise Linux release 9.4 (Plow)                                         redhat-release
 *      Static hostname: vz3                                                                  hostnamectl
 *     Hypervisor vendor:  VMware                                                                   lscpu
 *     processor       : 3                                                                  /proc/cpuinfo
 *
 * and the file hostname, which holds that one word. What uname prints may stand among them; alone it
 * is a log of one line. Taken: one host fact of all that a member says.
 * Not taken: flags, caches and speeds of processors.
 */
#include "shape.h"
#include "uname.h"

static const struct kind *const kinds[] = { &kind_HOST, &kind_ERROR, &kind_LOG_MESSAGE, NULL };

enum part {
    PART_NONE,
    PART_KNOWN, /* of one of these files, and nothing that is taken */
    PART_NAME,
    PART_TEXT,
    PART_DISTRIBUTION,
    PART_VERSION,
    PART_ARCH,
    PART_CPUS,
    PART_PROCESSOR,
    PART_MAKER,
    PART_MODEL,
    PART_VIRTUAL,
    PARTS
};

struct machine {
    str parts[PARTS];
    int64_t processors;
    struct span where;
    str quote;
    bool any;
};

struct key {
    str key;
    enum part part;
};

/* os-release, LSB's file and their kin: KEY="value" */
static const struct key release_keys[] = {
    { STR_INIT("NAME"), PART_DISTRIBUTION },
    { STR_INIT("PRETTY_NAME"), PART_TEXT },
    { STR_INIT("ID"), PART_KNOWN },
    { STR_INIT("VERSION_ID"), PART_KNOWN },
    { STR_INIT("VERSION"), PART_KNOWN },
    { STR_INIT("DISTRIB_ID"), PART_DISTRIBUTION },
    { STR_INIT("DISTRIB_DESCRIPTION"), PART_TEXT },
    { STR_INIT("DISTRIB_RELEASE"), PART_KNOWN },
    { STR_INIT("DISTRIB_CODENAME"), PART_KNOWN },
};

/* hostnamectl and lscpu */
static const struct key labels[] = {
    { STR_INIT("Static hostname"), PART_NAME },
    { STR_INIT("Transient hostname"), PART_KNOWN },
    { STR_INIT("Pretty hostname"), PART_KNOWN },
    { STR_INIT("Icon name"), PART_KNOWN },
    { STR_INIT("Chassis"), PART_KNOWN },
    { STR_INIT("Machine ID"), PART_KNOWN },
    { STR_INIT("Boot ID"), PART_KNOWN },
    { STR_INIT("Virtualization"), PART_VIRTUAL },
    { STR_INIT("Operating System"), PART_TEXT },
    { STR_INIT("CPE OS Name"), PART_KNOWN },
    { STR_INIT("Kernel"), PART_VERSION },
    { STR_INIT("Hardware Vendor"), PART_MAKER },
    { STR_INIT("Hardware Model"), PART_MODEL },
    { STR_INIT("Firmware Version"), PART_KNOWN },
    { STR_INIT("Firmware Date"), PART_KNOWN },
    { STR_INIT("Firmware Age"), PART_KNOWN },
    { STR_INIT("Architecture"), PART_ARCH },
    { STR_INIT("CPU op-mode(s)"), PART_KNOWN },
    { STR_INIT("Address sizes"), PART_KNOWN },
    { STR_INIT("Byte Order"), PART_KNOWN },
    { STR_INIT("CPU(s)"), PART_CPUS },
    { STR_INIT("On-line CPU(s) list"), PART_KNOWN },
    { STR_INIT("Thread(s) per core"), PART_KNOWN },
    { STR_INIT("Core(s) per socket"), PART_KNOWN },
    { STR_INIT("Socket(s)"), PART_KNOWN },
    { STR_INIT("NUMA node(s)"), PART_KNOWN },
    { STR_INIT("Hypervisor vendor"), PART_VIRTUAL },
    { STR_INIT("Virtualization type"), PART_KNOWN },
};

/* /proc/cpuinfo of x86, ARM and others; the blanks before the colon are tabs */
static const struct key processor_keys[] = {
    { STR_INIT("processor"), PART_PROCESSOR },
    { STR_INIT("vendor_id"), PART_KNOWN },
    { STR_INIT("cpu family"), PART_KNOWN },
    { STR_INIT("model name"), PART_KNOWN },
    { STR_INIT("cpu MHz"), PART_KNOWN },
    { STR_INIT("BogoMIPS"), PART_KNOWN },
    { STR_INIT("CPU implementer"), PART_KNOWN },
};

static enum part part_of(const struct key *keys, size_t n, str key)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq(keys[i].key, key))
            return keys[i].part;
    }
    return PART_NONE;
}

#define PART_OF(KEYS, key) part_of(KEYS, sizeof(KEYS) / sizeof(KEYS[0]), key)

static str unquoted(str s)
{
    s = str_trim(s);
    if (s.n >= 2 && (s.p[0] == '"' || s.p[0] == '\'') && s.p[s.n - 1] == s.p[0])
        s = str_slice(s, 1, s.n - 1);
    return s;
}

static bool read_uname(str line, struct machine *m)
{
    struct uname u;

    if (!uname_read(line, &u))
        return false;
    m->parts[PART_NAME] = u.name;
    m->parts[PART_VERSION] = u.release;
    m->parts[PART_ARCH] = u.arch;
    return true;
}

/* "Red Hat Enterprise Linux release 9.4 (Plow)": nothing but that */
static bool read_release(str line, str name, struct machine *m)
{
    size_t at = str_has(name, STR("release")) ? str_find(line, STR(" release ")) : STR_NONE;

    if (line.n > 120 || at == STR_NONE || at + 9 >= line.n || !is_digit(line.p[at + 9]))
        return false;
    m->parts[PART_TEXT] = line;
    return true;
}

/* "BUG_REPORT_URL" */
static bool is_setting(str key)
{
    for (size_t i = 0; i < key.n; i++) {
        if (!(key.p[i] >= 'A' && key.p[i] <= 'Z') && key.p[i] != '_' && !is_digit(key.p[i]))
            return false;
    }
    return key.n != 0;
}

/* A line of any of the files; what it says goes to *m. */
static enum part read_line(str line, str name, struct machine *m)
{
    enum part part = PART_NONE;
    size_t colon, equals;
    str key, value;

    line = str_trim(line);
    if (read_uname(line, m) || read_release(line, name, m))
        return PART_KNOWN;
    if (str_has(name, STR("hostname")) && uname_is_name(line) && line.n <= 64) {
        m->parts[PART_NAME] = line;
        return PART_NAME;
    }
    colon = str_find_char(line, ':');
    equals = str_find_char(line, '=');
    if (equals != STR_NONE && equals < colon) {
        key = str_slice(line, 0, equals);
        part = PART_OF(release_keys, key);
        if (part == PART_NONE && str_has(name, STR("release")) && is_setting(key))
            part = PART_KNOWN;
        value = unquoted(str_from(line, equals + 1));
    } else if (colon != STR_NONE) {
        key = str_slice(line, 0, colon);
        value = str_trim(str_from(line, colon + 1));
        part = PART_OF(labels, key);
        if (part == PART_NONE)
            part = PART_OF(processor_keys, str_trim(key));
    }
    if (part == PART_PROCESSOR)
        m->processors++;
    else if (part > PART_KNOWN && m->parts[part].n == 0)
        m->parts[part] = value;
    return part;
}

static int sniff(const struct sniff *in)
{
    struct machine m = { .processors = 0 };
    str rest = in->text, line;
    unsigned known = 0, lines = 0, parts = 0;

    /* With 27 of 40 lines unknown, less than a third are known. */
    while (lines < 40 && lines - known < 27 && str_line(&rest, &line)) {
        enum part part;

        if (str_trim(line).n == 0)
            continue;
        lines++;
        part = read_line(line, in->name, &m);
        known += part != PART_NONE;
        parts += part > PART_KNOWN;
    }
    if (lines == 1 && known == 1 && uname_read(str_trim(line), &(struct uname){ .name = line }))
        return BID_NO;
    if (lines == 1 && known == 1)
        return parts == 0 ? BID_SHAPE + 20 : BID_NAME; /* a name alone is one word */
    if (m.processors != 0)
        return known >= 3 && 3 * known >= lines ? BID_SHAPE : BID_NO;
    return known >= 3 && parts >= 2 && 2 * known > lines ? BID_SHAPE + 15 : BID_NO;
}

/* As systemd and lscpu call it. */
static str virtual_name(str word)
{
    static const struct {
        str word, name;
    } names[] = {
        { STR_INIT("vmware"), STR_INIT("vmware") },
        { STR_INIT("microsoft"), STR_INIT("hyperv") },
        { STR_INIT("kvm"), STR_INIT("kvm") },
        { STR_INIT("qemu"), STR_INIT("kvm") },
        { STR_INIT("xen"), STR_INIT("xen") },
        { STR_INIT("oracle"), STR_INIT("virtualbox") },
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (str_eq_nocase(word, names[i].word))
            return names[i].name;
    }
    return (str){ NULL, 0 };
}

static void tell(struct parse *in, struct machine *m)
{
    const str *parts = m->parts;
    str version = parts[PART_VERSION], model = parts[PART_MODEL];
    uint64_t cpus = (uint64_t)m->processors;

    if (!m->any)
        return;
    (void)str_take(&version, STR("Linux "));
    if (parts[PART_CPUS].n != 0)
        (void)str_u64(parts[PART_CPUS], &cpus);
    if (parts[PART_MAKER].n != 0 && model.n != 0)
        model = arena_printf(in->scratch, "%.*s %.*s", STR_ARG(parts[PART_MAKER]), STR_ARG(model));
    if (parts[PART_NAME].n != 0)
        in->host = parts[PART_NAME];
    const struct value values[HOST_NFIELDS] = {
        [HOST_NAME] = value_text(parts[PART_NAME]),
        [HOST_OS] = value_z("linux"),
        [HOST_PRODUCT] = value_text(parts[PART_DISTRIBUTION]),
        [HOST_OS_TEXT] = value_text(parts[PART_TEXT]),
        [HOST_VERSION] = value_text(version),
        [HOST_ARCH] = value_text(uname_arch(parts[PART_ARCH])),
        [HOST_CPUS] = cpus != 0 && cpus < 100000 ? value_u64(cpus) : value_none(),
        [HOST_MODEL] = value_text(model),
        [HOST_VIRTUAL] = value_text(virtual_name(parts[PART_VIRTUAL])),
    };
    emit_at(in, &kind_HOST, m->where, m->quote, (struct when){ 0 }, values);
}

static void parse(struct parse *in)
{
    struct machine m = { .processors = 0 };
    struct line line;

    while (parse_line(in, &line)) {
        struct machine found = { .processors = 0 };
        enum part part = read_line(line.s, in->name, &found);
        bool label = m.any && str_find_char(line.s, ':') != STR_NONE;

        m.processors += found.processors;
        for (size_t i = 0; i < PARTS; i++) {
            if (m.parts[i].n == 0 && found.parts[i].n != 0)
                m.parts[i] = arena_str(in->scratch, found.parts[i]);
        }
        if (!m.any && (part > PART_KNOWN || found.parts[PART_NAME].n != 0 ||
                              found.parts[PART_TEXT].n != 0)) {
            m.any = true;
            m.where = line_span(in, &line);
            m.quote = arena_str(in->scratch, line.s);
        }
        if (part != PART_NONE || label || str_trim(line.s).n == 0)
            parse_took(in, &line);
        else
            parse_stray(in, &line, (struct when){ 0 });
    }
    tell(in, &m);
}

const struct parser parser_machine = {
    .name = "machine",
    .summary = "what names a Linux machine: os-release, hostname, hostnamectl, lscpu, cpuinfo",
    .kinds = kinds,
    .sniff = sniff,
    .parse = parse,
};
