/* SPDX-License-Identifier: Apache-2.0 */
/*
 * buddyinfo: /proc/buddyinfo and /proc/pagetypeinfo: free blocks by order.
 *
 *     Node 0, zone   Normal   4381   1093    210 ...
 *
 *     Node    0, zone   Normal, type    Unmovable      1      0 ... >100000
 *
 * Taken: one zone per node and zone; from pagetypeinfo the types become the letters behind the
 * counts that a Mem-Info block prints. Its table of page blocks is passed over.
 */
#include "shape.h"
#include "signs.h"

static const struct kind *const kinds[] = { &kind_KERNEL_ZONE, &kind_ERROR, &kind_LOG_MESSAGE,
    &kind_OPERATION, &kind_STACK, &kind_BEANCOUNTER, NULL };

enum { ORDERS = 20 };

struct zone {
    uint64_t node, count[ORDERS];
    char letters[ORDERS][8];
    str name, type;
    size_t orders;
    struct span where;
    str quote;
    bool any;
};

/* "Node 0, zone Normal[, type Movable] n n n ...": a count may read ">100000". */
static bool take_row(str line, struct zone *ret)
{
    str rest = line, word;

    *ret = (struct zone){ 0 };
    if (!str_take(&rest, STR("Node")) || !next_number(&rest, &ret->node) ||
            !str_take_char(&rest, ',') || !str_word(&rest, &word) || !str_eq(word, STR("zone")) ||
            !str_word(&rest, &ret->name))
        return false;
    if (ret->name.p[ret->name.n - 1] == ',') {
        ret->name.n--;
        if (!str_word(&rest, &word) || !str_eq(word, STR("type")) || !str_word(&rest, &ret->type))
            return false;
    }
    while (ret->orders < ORDERS && str_word(&rest, &word)) {
        (void)str_take_char(&word, '>');
        if (!str_u64(word, &ret->count[ret->orders]))
            return false;
        ret->orders++;
    }
    return ret->orders >= 4 && ret->name.n != 0;
}

static bool fits(str line)
{
    struct zone zone;

    return take_row(line, &zone);
}

static void signs(struct signs *to)
{
    signs_add(to, STR("zone"));
}

static int sniff(const struct sniff *in)
{
    struct shape shape = shape_of(in, 30, fits);

    return shape.fits != 0 && shape.fits * 3 >= shape.lines ? BID_MAGIC : BID_NO;
}

static char letter_of(str type)
{
    static const struct {
        str type;
        char letter;
    } letters[] = { { STR_INIT("Unmovable"), 'U' }, { STR_INIT("Movable"), 'M' },
        { STR_INIT("Reclaimable"), 'E' }, { STR_INIT("HighAtomic"), 'H' }, { STR_INIT("CMA"), 'C' },
        { STR_INIT("Isolate"), 'I' }, { STR_INIT("Reserve"), 'R' } };

    for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++)
        if (str_eq(type, letters[i].type))
            return letters[i].letter;
    return 0;
}

static void flush(struct parse *in, struct arena *arena, struct zone *z)
{
    str buddy = { NULL, 0 };
    uint64_t pages = 0;

    if (!z->any)
        return;
    for (size_t i = 0; i < z->orders; i++) {
        bool letters = z->letters[i][0] != 0;

        buddy = arena_printf(arena, "%.*s%s%llu%s%s", STR_ARG(buddy), i != 0 ? " " : "",
                (unsigned long long)z->count[i], letters ? ":" : "", z->letters[i]);
        if (z->count[i] < UINT32_MAX)
            pages += z->count[i] << i;
    }
    const struct value values[KERNEL_ZONE_NFIELDS] = {
        [KERNEL_ZONE_REPORT] = value_int(0),
        [KERNEL_ZONE_NODE] = value_u64(z->node),
        [KERNEL_ZONE_ZONE] = value_text(z->name),
        [KERNEL_ZONE_FREE] = value_u64(pages * PROC_PAGE),
        [KERNEL_ZONE_BUDDY] = value_text(buddy),
    };
    emit_at(in, &kind_KERNEL_ZONE, z->where, z->quote, (struct when){ 0 }, values);
    z->any = false;
    arena_reset(arena);
}

static void add_type(struct zone *z, const struct zone *row)
{
    char letter = letter_of(row->type);

    for (size_t i = 0; i < row->orders; i++) {
        size_t used = 0;

        while (used < 7 && z->letters[i][used] != 0)
            used++;
        z->count[i] += row->count[i] < UINT32_MAX ? row->count[i] : UINT32_MAX;
        if (row->count[i] != 0 && letter != 0 && used < 7)
            z->letters[i][used] = letter;
    }
    z->orders = z->orders > row->orders ? z->orders : row->orders;
}

static void take(struct parse *in, struct arena *arena, struct zone *z, const struct zone *row,
        const struct line *line)
{
    bool more = z->any && row->type.n != 0 && z->node == row->node && str_eq(z->name, row->name);

    if (!more) {
        flush(in, arena, z);
        *z = (struct zone){ .node = row->node, .any = true, .where = line_span(in, line) };
        z->name = arena_str(arena, row->name);
        z->quote = arena_str(arena, str_slice(line->s, 0, 120));
    }
    add_type(z, row);
}

static void parse(struct parse *in)
{
    struct zone zone = { 0 };
    struct arena arena;  /* of the zone being read */
    bool blocks = false; /* "Number of blocks type": the second table of pagetypeinfo */
    struct line line;

    arena_init(&arena, 0);
    while (parse_line(in, &line)) {
        struct zone row;

        if (str_starts(line.s, STR("Number of blocks")))
            blocks = true;
        else if (str_starts(line.s, STR("Free pages count")))
            blocks = false;
        if (take_row(line.s, &row)) {
            if (!blocks)
                take(in, &arena, &zone, &row, &line);
        } else if (!blocks && !str_starts(line.s, STR("Page")) &&
                   !str_starts(line.s, STR("Free"))) {
            parse_stray(in, &line, (struct when){ 0 });
            continue;
        }
        parse_took(in, &line);
    }
    flush(in, &arena, &zone);
    arena_finish(&arena);
}

const struct parser parser_buddyinfo = {
    .name = "buddyinfo",
    .summary = "/proc/buddyinfo, /proc/pagetypeinfo",
    .kinds = kinds,
    .sniff = sniff,
    .signs = signs,
    .parse = parse,
};
