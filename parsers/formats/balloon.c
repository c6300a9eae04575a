/* SPDX-License-Identifier: Apache-2.0 */
/*
 * balloon: what a guest says of its VMware balloon.
 *
 *     # vmware-toolbox-cmd stat balloon
 *     512 MB
 *
 *     target:               131072 pages        (/sys/kernel/debug/vmmemctl)
 *     current:              131000 pages
 *     target:                 9120 (   0 failed)
 *
 * Taken: size and target. In vmmemctl the key "target" stands twice: the first is the size that the
 * host asks for, the second counts calls; only the calls tell how many failed. A file that holds one
 * size and nothing else is known by its name, as sosreport gives it:
 * vmware-toolbox-cmd_stat_balloon.
 */
#include "signs.h"
#include "stray.h"

static const struct kind *const kinds[] = { &kind_VM_BALLOON, &kind_ERROR, &kind_LOG_MESSAGE,
    &kind_OPERATION, &kind_STACK, &kind_BEANCOUNTER, NULL };

enum stat { STAT_NONE, STAT_BALLOON, STAT_SWAP, STAT_OTHER };

/* What a command line or the name of a file asks for: "vmware-toolbox-cmd stat balloon". */
static enum stat stat_asked(str text)
{
    size_t at = str_find_nocase(text, STR("toolbox"));

    if (at == STR_NONE || str_find_nocase(str_from(text, at), STR("stat")) == STR_NONE)
        return STAT_NONE;
    text = str_from(text, at);
    if (str_find_nocase(text, STR("balloon")) != STR_NONE)
        return STAT_BALLOON;
    return str_find_nocase(text, STR("swap")) != STR_NONE ? STAT_SWAP : STAT_OTHER;
}

/* "512 MB", the whole line */
static bool take_size(str text, uint64_t *ret)
{
    text = str_trim(text);
    if (!str_take_u64(&text, ret) || *ret > INT64_MAX / MIB)
        return false;
    str_skip_blanks(&text);
    if (!str_eq_nocase(text, STR("MB")))
        return false;
    *ret *= MIB;
    return true;
}

/* "target:  131072 pages", "target : 131072"; calls have their failures behind them. */
static bool take_pages(str text, str key, uint64_t *ret)
{
    text = str_trim(text);
    if (!str_take(&text, key))
        return false;
    str_skip_blanks(&text);
    (void)str_take_char(&text, ':');
    str_skip_blanks(&text);
    if (!str_take_u64(&text, ret) || *ret > INT64_MAX / 4096)
        return false;
    *ret *= 4096;
    text = str_trim(text);
    return text.n == 0 || str_eq(text, STR("pages"));
}

/* Counters of vmmemctl that mean calls or rates: understood, and no fact. */
static bool is_counter(str text)
{
    static const str keys[] = { STR_INIT("rate"), STR_INIT("timer"), STR_INIT("start"),
        STR_INIT("guestType"), STR_INIT("lock"), STR_INIT("unlock"), STR_INIT("target"),
        STR_INIT("prim"), STR_INIT("err"), STR_INIT("doorbell"), STR_INIT("balloon capabilities"),
        STR_INIT("used capabilities"), STR_INIT("is resetting"), STR_INIT("4k "), STR_INIT("2m "),
        STR_INIT("2M") };
    size_t colon = str_find_char(text, ':');

    if (colon == STR_NONE || colon > 30)
        return false;
    text = str_trim(text);
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        if (str_starts(text, keys[i]))
            return true;
    }
    return false;
}

static void signs(struct signs *to)
{
    signs_add(to, STR("toolbox"));
    signs_add(to, STR("target"));
    signs_add(to, STR("current"));
}

static int sniff(const struct sniff *in)
{
    str rest = in->text, line;
    enum stat asked = STAT_NONE;
    unsigned lines = 0, sizes = 0, pages = 0, counters = 0;
    bool answered = false;
    uint64_t bytes;

    while (lines < 60 && str_line(&rest, &line)) {
        if (str_trim(line).n == 0)
            continue;
        if (++lines > 1 && in->signless)
            return BID_NO; /* a size alone is one line */
        if (stat_asked(line) != STAT_NONE) {
            asked = stat_asked(line);
        } else if (take_size(line, &bytes)) {
            sizes++;
            answered |= asked == STAT_BALLOON || asked == STAT_SWAP;
        }
        pages +=
                take_pages(line, STR("target"), &bytes) || take_pages(line, STR("current"), &bytes);
        counters += is_counter(line);
    }
    if (answered || (pages == 2 && counters > 2))
        return BID_MAGIC;
    if (lines == 1 && sizes == 1 && stat_asked(in->name) != STAT_NONE)
        return BID_MAGIC - 10;
    if (lines == 1 && sizes == 1 && str_find_nocase(in->name, STR("balloon")) != STR_NONE)
        return BID_SHAPE;
    return pages == 2 && lines < 4 ? BID_SHAPE : BID_NO;
}

static void say(struct parse *in, const struct line *line, const char *source, struct value size,
        struct value target, struct value swapped)
{
    const struct value values[VM_BALLOON_NFIELDS] = {
        [VM_BALLOON_SOURCE] = value_z(source),
        [VM_BALLOON_SIZE] = size,
        [VM_BALLOON_TARGET] = target,
        [VM_BALLOON_SWAPPED] = swapped,
    };

    emit(in, &kind_VM_BALLOON, line, (struct when){ 0 }, values);
}

static void parse(struct parse *in)
{
    enum stat asked = stat_asked(in->name);
    struct value target = value_none();
    struct line line;
    uint64_t bytes;

    if (asked == STAT_NONE && str_find_nocase(in->name, STR("balloon")) != STR_NONE)
        asked = STAT_BALLOON;
    while (parse_line(in, &line)) {
        enum stat next = stat_asked(line.s);

        if (next != STAT_NONE) {
            asked = next;
            parse_took(in, &line);
        } else if (asked != STAT_NONE && take_size(line.s, &bytes)) {
            if (asked == STAT_BALLOON)
                say(in, &line, "toolbox", value_u64(bytes), value_none(), value_none());
            else if (asked == STAT_SWAP)
                say(in, &line, "toolbox", value_none(), value_none(), value_u64(bytes));
            parse_took(in, &line);
        } else if (take_pages(line.s, STR("target"), &bytes)) {
            target = value_u64(bytes);
            parse_took(in, &line);
        } else if (take_pages(line.s, STR("current"), &bytes)) {
            say(in, &line, "debugfs", value_u64(bytes), target, value_none());
            target = value_none();
            parse_took(in, &line);
        } else if (str_trim(line.s).n == 0 || is_counter(line.s)) {
            parse_took(in, &line);
        } else {
            parse_stray(in, &line, (struct when){ 0 });
        }
    }
}

const struct parser parser_balloon = {
    .name = "balloon",
    .summary = "VMware balloon as the guest sees it",
    .kinds = kinds,
    .by_shape = true,
    .sniff = sniff,
    .signs = signs,
    .parse = parse,
};
