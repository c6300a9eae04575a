/* SPDX-License-Identifier: Apache-2.0 */
/* explain_linux: GFP masks, beancounters, messages by class. */
#include "explain_parts.h"
#include "gfp.h"

/* Layouts that differ; one version of each. Newest first: it is what people have. */
static const struct {
    const char *release, *range;
} layouts[] = {
    { "6.12", "6.9 and newer" },
    { "6.4", "6.3 to 6.8" },
    { "6.1", "5.18 to 6.2" },
    { "5.15", "5.14 to 5.17 (EL9)" },
    { "5.4", "5.1 to 5.13" },
    { "4.19", "4.18 to 5.0 (EL8)" },
    { "4.13", "4.10 to 4.17" },
    { "4.5", "4.4 to 4.9" },
    { "3.10", "2.6.38 to 4.3 (EL7)" },
    { "2.6.32", "2.6.31 to 2.6.37 (EL6)" },
    { "2.6.18", "2.6.0 to 2.6.18 (EL5)" },
};

enum { LAYOUTS = sizeof(layouts) / sizeof(layouts[0]), MANY = 8 };

/* A combined name at the front, few flags behind it, no bit without a name. */
static bool is_named(str flags, size_t most)
{
    size_t behind = 0;

    for (size_t i = 0; i < flags.n; i++)
        behind += flags.p[i] == '|';
    return str_starts(flags, STR("GFP_")) && behind <= most && !str_has(flags, STR("|0x"));
}

static struct gfp decode(struct explain *e, uint64_t mask, const char *release)
{
    return gfp_decode(e->a, mask, (str){ NULL, 0 }, release_version(str_z(release)), false);
}

bool gfp_mask_named(uint64_t mask)
{
    struct arena a;
    bool named = false;

    arena_init(&a, 0);
    for (size_t i = 0; i < LAYOUTS && !named; i++) {
        struct gfp gfp = gfp_decode(
                &a, mask, (str){ NULL, 0 }, release_version(str_z(layouts[i].release)), false);

        /* Small numbers are many things: one name and nothing else. */
        named = is_named(gfp.flags, mask <= UINT16_MAX ? 0 : 4);
    }
    arena_finish(&a);
    return named;
}

static const char *what_it_may(const struct gfp *gfp)
{
    if (gfp->atomic)
        return "the caller cannot wait for memory to be freed and may use the reserves: it fails when "
               "the reserves of its zone are used up, though much memory could be freed";
    if (!gfp->can_sleep)
        return "the caller cannot wait for memory to be freed: it fails at once below the low mark";
    return "the caller may wait while the kernel frees memory: it fails only when that does not help, "
           "or when the order is large";
}

static void put_gfp(struct explain *e, struct reading *r, const struct gfp *gfp)
{
    r->name = gfp->flags;
    r->meaning = str_z(what_it_may(gfp));
    reading_detail(e, r, "zone",
            arena_printf(e->a, "%s and below%s", gfp->zone,
                    gfp->movable ? "; movable, so CMA pages serve too"
                                 : "; not movable: free CMA pages do not help"));
}

/* Who reads the mask how, where no version is known. */
static void put_other_layouts(struct explain *e, struct reading *r, uint64_t mask, str taken)
{
    str seen = taken;

    for (size_t i = 0; i < LAYOUTS; i++) {
        struct gfp gfp = decode(e, mask, layouts[i].release);

        if (!is_named(gfp.flags, MANY) || str_eq(gfp.flags, seen) || str_eq(gfp.flags, taken))
            continue;
        seen = gfp.flags;
        reading_detail(e, r, "or",
                arena_printf(e->a, "%.*s on kernels %s", STR_ARG(gfp.flags), layouts[i].range));
    }
}

static const char *range_of(struct explain *e, uint64_t mask, str flags)
{
    for (size_t i = 0; i < LAYOUTS; i++) {
        if (str_eq(decode(e, mask, layouts[i].release).flags, flags))
            return layouts[i].range;
    }
    return "of this layout";
}

void explain_gfp(struct explain *e, int rank, uint64_t mask, str names, str release)
{
    uint32_t version = release_version(release);
    struct gfp gfp = gfp_decode(e->a, mask, names, version, false);
    struct reading *r;

    /* A guess that leaves bits without a name is worse than a layout that names them all. */
    for (size_t i = 0; version == 0 && names.n == 0 && i < LAYOUTS && !is_named(gfp.flags, MANY);
            i++) {
        struct gfp other = decode(e, mask, layouts[i].release);

        if (is_named(other.flags, MANY))
            gfp = other;
    }
    r = reading_add(e, rank, "gfp",
            mask != 0 ? arena_printf(e->a, "gfp:0x%llx", (unsigned long long)mask) : STR("gfp"));
    if (r == NULL)
        return;
    r->context = STR("if it is the mode or gfp_mask of an allocation of the Linux kernel");
    put_gfp(e, r, &gfp);
    if (names.n == 0 && version != 0)
        reading_detail(e, r, "kernel", release);
    if (names.n == 0 && version != 0 && str_has(gfp.flags, STR("0x"))) {
        r->meaning = STR("this kernel has no name for all of its bits: the mask is of another one, "
                         "or of a distribution that carries them backwards");
        put_other_layouts(e, r, mask, gfp.flags);
    }
    if (names.n == 0 && version == 0) {
        reading_detail(e, r, "kernel",
                arena_printf(e->a, "%s, told from the mask: give the version to be sure",
                        range_of(e, mask, gfp.flags)));
        put_other_layouts(e, r, mask, gfp.flags);
    }
    r->advice =
            STR("the whole report decides: fathom analyze FILE tells reserves, fragmentation and "
                "exhausted zones apart");
    r->source = STR("include/linux/gfp.h");
    reading_see(e, r,
            gfp.atomic ? STR("linux/alloc/atomic-reserve, linux/alloc/fragmentation")
                       : STR("linux/alloc/fragmentation, linux/alloc/exhausted"));
}

static bool is_gfp_name(str name)
{
    return str_starts(name, STR("GFP_")) || str_starts(name, STR("__GFP_"));
}

/* What masks stand for the names, by kernel. */
static void put_masks(struct explain *e, struct reading *r, str names)
{
    str text = { NULL, 0 };
    uint64_t last = 0;

    for (size_t i = 0; i < LAYOUTS; i++) {
        uint64_t mask = 0;
        bool all = true;

        for (str rest = names; rest.n != 0 && all;) {
            uint64_t bits;

            all = gfp_mask_of(str_trim(str_cut(&rest, '|')),
                    release_version(str_z(layouts[i].release)), &bits);
            mask |= all ? bits : 0;
        }
        if (!all || mask == last)
            continue;
        last = mask;
        text = arena_printf(e->a, "%.*s%s0x%llx on %s", STR_ARG(text), text.n != 0 ? "; " : "",
                (unsigned long long)mask, layouts[i].range);
    }
    reading_detail(e, r, "masks", text);
}

bool explain_gfp_names(struct explain *e, str word, str release)
{
    struct reading *r;

    if (!is_gfp_name(word))
        return false;
    for (str rest = word; rest.n != 0;) {
        if (!is_gfp_name(str_trim(str_cut(&rest, '|'))))
            return false;
    }
    r = reading_add(e, RANK_GIVEN, "gfp", word);
    if (r == NULL)
        return true;
    {
        struct gfp gfp = gfp_decode(e->a, 0, word, release_version(release), false);

        r->context = STR("flags of an allocation of the Linux kernel");
        put_gfp(e, r, &gfp);
        r->name = (str){ NULL, 0 };
        put_masks(e, r, word);
        r->advice = STR(
                "the whole report decides: fathom analyze FILE tells reserves, fragmentation and "
                "exhausted zones apart");
        r->source = STR("include/linux/gfp.h");
        reading_see(e, r,
                gfp.atomic ? STR("linux/alloc/atomic-reserve, linux/alloc/fragmentation")
                           : STR("linux/alloc/fragmentation, linux/alloc/exhausted"));
    }
    return true;
}

bool explain_beancounter(struct explain *e, int rank, str resource)
{
    const struct table *table = table_find("beancounters");
    size_t row = table_row(table, resource);
    struct reading *r;

    if (row == table->nrows)
        return false;
    r = reading_add(e, rank, "beancounter", resource);
    if (r == NULL)
        return true;
    r->context = STR("a resource of a container: /proc/user_beancounters of OpenVZ and Virtuozzo");
    reading_row(e, r, table, row);
    r->advice = table_cell(table, row, "remedy");
    reading_detail(e, r, "unit",
            str_eq(table_cell(table, row, "unit"), STR("pages")) ? STR("pages of 4096 bytes")
                                                                 : table_cell(table, row, "unit"));
    reading_detail(e, r, "symptom", table_cell(table, row, "symptom"));
    reading_rules(e, r, arena_printf(e->a, "resource=%.*s", STR_ARG(resource)));
    reading_rules(e, r, STR("class=ubc-shortage"));
    reading_see(e, r, STR("virtuozzo/container/beancounter"));
    return true;
}

bool explain_class(struct explain *e, int rank, str class, str object)
{
    const struct table *table = table_find("message_classes");
    size_t row = table_row(table, class);
    struct reading *r;

    if (row == table->nrows)
        return false;
    r = reading_add(e, rank, "message", class);
    if (r == NULL)
        return true;
    r->context = str_eq(table_cell(table, row, "by"), STR("kernel"))
                         ? STR("a message of the Linux kernel")
                         : STR("a message of a program");
    reading_row(e, r, table, row);
    reading_detail(e, r, "object", object);
    reading_rules(e, r, arena_printf(e->a, "class=%.*s", STR_ARG(class)));
    return true;
}
