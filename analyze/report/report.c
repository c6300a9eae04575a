/* SPDX-License-Identifier: Apache-2.0 */
/* report: puts together what renderers show: hosts, coverage, limits; see also unknown.c. */
#include "report.h"

#include <string.h>

#include "limits.h"
#include "report_parts.h"

static int64_t int_of(const struct fact *fact, size_t field)
{
    return fact->values[field].type == VALUE_INT ? fact->values[field].i : 0;
}

static str text_of(const struct fact *fact, size_t field)
{
    return fact->values[field].type == VALUE_TEXT ? fact->values[field].s : (str){ NULL, 0 };
}

/* "2008r2" -> "Windows Server 2008 R2"; "7" -> "Windows 7". */
static str windows_name(struct arena *a, str product)
{
    str year = product;
    bool server;

    if (str_ends(product, STR("r2")))
        year.n -= 2;
    server = year.n == 4 && is_digit(year.p[0]) && !str_eq(year, STR("2000"));
    if (product.n != 0 && is_digit(product.p[0]))
        return arena_printf(a, "Windows %s%.*s%s", server ? "Server " : "", STR_ARG(year),
                year.n != product.n ? " R2" : "");
    return arena_printf(a, "Windows %s", str_eq(product, STR("xp")) ? "XP" : "Vista");
}

/* Without what makes a name long and says nothing: "(R)", "(TM)", the maker, commas. */
static str short_name(struct arena *a, str text)
{
    static const char *const noise[] = { "(R)", "(TM)", "\xc2\xae", "\xe2\x84\xa2", "," };
    str copy = arena_str(a, str_starts(text, STR("Microsoft")) ? str_from(text, 9) : text);
    char *to = (char *)(uintptr_t)copy.p;
    size_t n = 0;

    for (str rest = copy; rest.n != 0;) {
        bool dropped = false;

        for (size_t i = 0; i < sizeof(noise) / sizeof(noise[0]) && !dropped; i++)
            dropped = str_take(&rest, str_z(noise[i]));
        if (dropped)
            continue;
        if (str_take(&rest, STR("Service Pack "))) {
            to[n++] = 'S';
            to[n++] = 'P';
            continue;
        }
        to[n++] = rest.p[0];
        rest = str_from(rest, 1);
    }
    return str_trim((str){ copy.p, n });
}

/* What the members say of a Linux: one has the name of the distribution, another the kernel. */
struct linux_parts {
    str distribution, kernel;
};

static str linux_name(struct arena *a, struct linux_parts *host, const struct fact *fact)
{
    str text = text_of(fact, HOST_OS_TEXT), product = text_of(fact, HOST_PRODUCT);
    str name = text.n == 0 || str_starts(text, STR("Linux version")) ? product : text;

    if (name.n > host->distribution.n)
        host->distribution = name;
    if (host->kernel.n == 0)
        host->kernel = text_of(fact, HOST_VERSION);
    name = host->distribution.n != 0 ? host->distribution : STR("Linux");
    if (host->kernel.n == 0 || str_has(name, host->kernel))
        return name;
    return arena_printf(a, "%.*s, kernel %.*s", STR_ARG(name), STR_ARG(host->kernel));
}

static str os_name(struct arena *a, struct linux_parts *host, const struct fact *fact)
{
    str text = text_of(fact, HOST_OS_TEXT), family = text_of(fact, HOST_OS);
    str product = text_of(fact, HOST_PRODUCT);

    if (str_eq(family, STR("linux")))
        return linux_name(a, host, fact);
    if (text.n != 0)
        return short_name(a, text);
    if (str_eq(family, STR("esxi")))
        return product.n != 0 ? product : STR("VMware ESXi");
    if (!str_eq(family, STR("windows")))
        return product.n != 0 ? product : family;
    return product.n != 0 ? windows_name(a, product) : STR("Windows");
}

/* Members tell parts of a host; the first to tell a thing is believed, the fullest OS name wins. */
static void merge_host(struct arena *a, struct report_host *host, struct linux_parts *parts,
        const struct fact *fact)
{
    str os = os_name(a, parts, fact);

    if (os.n > host->os.n)
        host->os = os;
    if (host->arch.n == 0)
        host->arch = text_of(fact, HOST_ARCH);
    if (host->cpus == 0)
        host->cpus = int_of(fact, HOST_CPUS);
    if (host->ram == 0)
        host->ram = int_of(fact, HOST_RAM);
}

static struct report_host *host_of(struct report_host *hosts, size_t n, str id)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq(hosts[i].id, id))
            return &hosts[i];
    }
    return NULL;
}

static void build_hosts(struct report *r, struct case_file *c)
{
    struct report_host *hosts = arena_array(&c->arena, struct report_host, c->nhosts + 1);
    struct linux_parts *parts = arena_array(&c->arena, struct linux_parts, c->nhosts + 1);
    size_t n = c->nhosts;

    for (size_t i = 0; i < n; i++)
        hosts[i].id = c->hosts[i];
    for (size_t i = 0; i < c->nfacts; i++) {
        const struct fact *fact = c->facts[i];
        struct report_host *host;

        if (fact->kind != &kind_HOST)
            continue;
        host = host_of(hosts, n, fact->host);
        if (host == NULL && c->nhosts == 0) {
            host = &hosts[n++];
            host->id = STR("");
        }
        if (host != NULL)
            merge_host(&c->arena, host, &parts[host - hosts], fact);
    }
    r->hosts = hosts;
    r->nhosts = n;
}

/* The caps of core/limits.h by the diagnostics that say they bit. */
static bool is_limit(const char *code)
{
    static const char *const codes[] = { "text.long-record", "text.long-line", "bundle.depth",
        "bundle.members", "bundle.bytes", "bundle.ratio", "bundle.nested-size", "bundle.path",
        "clock.cap", "facts.cap", "facts.memory", "findings.cap", "regex.limit" };

    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        if (strcmp(code, codes[i]) == 0)
            return true;
    }
    return false;
}

static size_t count_diags(const struct case_file *c, const struct verdict *v)
{
    size_t n = c->ndiags + v->nlimits + 2; /* timeline.cap, clock.notes */

    for (size_t i = 0; i < c->nsources; i++)
        n += c->sources[i].ndiags;
    return n;
}

static void add_limit(
        struct report *r, str *limits, struct arena *a, const struct diag *d, str path)
{
    if (!is_limit(d->code))
        return;
    limits[r->nlimits_hit++] = arena_printf(a, "%s in %.*s%s%.*s", d->code, STR_ARG(path),
            d->detail.n != 0 ? ": " : "", STR_ARG(d->detail));
}

static void add_fallen(
        struct report *r, str *limits, struct arena *a, const char *code, size_t fallen)
{
    if (fallen != 0)
        limits[r->nlimits_hit++] = arena_printf(a, "%s: %zu more were left out", code, fallen);
}

static void build_limits(struct report *r, struct case_file *c)
{
    const struct verdict *v = r->verdict;
    str *limits = arena_array(&c->arena, str, count_diags(c, v));

    for (size_t i = 0; i < c->ndiags; i++)
        add_limit(r, limits, &c->arena, &c->diags[i], c->diag_paths[i]);
    for (size_t i = 0; i < c->nsources; i++) {
        const struct source *s = &c->sources[i];

        for (size_t k = 0; k < s->ndiags; k++)
            add_limit(r, limits, &c->arena, &s->diags[k], s->path);
    }
    add_fallen(r, limits, &c->arena, "timeline.cap", r->timeline_fallen);
    add_fallen(r, limits, &c->arena, "clock.notes", c->times != NULL ? c->times->notes_fallen : 0);
    for (size_t i = 0; i < v->nlimits; i++)
        limits[r->nlimits_hit++] = arena_printf(
                &c->arena, "%.*s: %.*s", STR_ARG(v->limits[i].file), STR_ARG(v->limits[i].text));
    r->limits_hit = limits;
}

/* Nobody's: binary without a format, or text in which the last bidder found nothing. */
static bool unclaimed(const struct source *s)
{
    if (s->bid == BID_NO)
        return s->bytes != 0;
    return s->bid <= BID_FALLBACK && s->facts == 0 && s->understood == 0;
}

static void build_coverage(struct report *r, struct case_file *c)
{
    str *paths = arena_array(&c->arena, str, c->nsources);

    for (size_t i = 0; i < c->nsources; i++) {
        const struct source *s = &c->sources[i];

        if (unclaimed(s)) {
            paths[r->nunclaimed++] = s->path;
        } else {
            r->bytes += s->bytes;
            r->parsed += s->understood;
        }
    }
    r->unclaimed = paths;
}

void report_build(struct case_file *file, const struct ruleset *rules,
        const struct verdict *verdict, struct report *ret)
{
    *ret = (struct report){
        .file = file,
        .verdict = verdict,
        .rule_count = ruleset_count(rules),
        .rule_site = ruleset_site_count(rules),
        .rule_sha256 = ruleset_sha256(rules),
    };
    build_hosts(ret, file);
    build_unknown(ret, file);
    build_timeline(ret, file);
    build_coverage(ret, file);
    build_limits(ret, file);
}
