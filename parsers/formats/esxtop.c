/* SPDX-License-Identifier: Apache-2.0 */
/*
 * esxtop: batch logs of VMware's esxtop and resxtop (esxtop -b), the same family as perfmon's:
 *
 *     "(PDH-CSV 4.0) (UTC)(0)","\\esx4\Memory\Free MBytes","\\esx4\Group Memory(1028:db2)\Memctl MBytes",...
 *     "03/14/2026 02:10:33","512.00","4096.00",...
 *
 * A host with many machines has 50,000 columns and more. Taken: vm.host, and vm.balloon and vm.config
 * of each machine, of the first and the last row; a `counter` for each memory column that these are
 * made of. Not taken: CPU, disk, network. Groups of the hypervisor's own programs have no balloon and
 * are left out unless they are swapped.
 */
#include <math.h>

#include "pdh.h"
#include "signs.h"

static const struct kind *const kinds[] = { &kind_VM_HOST, &kind_VM_BALLOON, &kind_VM_CONFIG,
    &kind_HOST, &kind_COUNTER, &kind_ERROR, &kind_LOG_MESSAGE, NULL };

static bool wants(const struct pdh_log *log, const struct pdh_column *column)
{
    (void)log;
    return column->name.group == GROUP_HOST || column->name.group == GROUP_VM;
}

static double at(const struct pdh_column *column, bool first)
{
    return column == NULL ? NAN : first ? column->start : column->end;
}

static struct value ratio(const struct pdh_column *column, bool first, double whole)
{
    double value = at(column, first);

    return value >= 0 && value < 1e6 ? value_real(value / whole) : value_none();
}

static struct when when_of(const struct pdh_log *log, bool first)
{
    return pdh_when(log, first ? log->first.at : log->last.at);
}

static struct value snapshot(const struct pdh_log *log, bool first)
{
    return value_int(log->snapshot + (first ? 1 : 2));
}

static void tell_host(struct pdh_log *log, const struct pdh_group *g, bool first)
{
    const struct pdh_column *any = pdh_any(g, first);
    struct value values[VM_HOST_NFIELDS] = {
        [VM_HOST_SOURCE] = value_z("esxtop"),
        [VM_HOST_TOTAL] = pdh_value(g->columns[NODE_MACHINE], first),
        [VM_HOST_FREE] = pdh_value(g->columns[NODE_FREE], first),
        [VM_HOST_MIN_FREE] = pdh_value(g->columns[NODE_MIN_FREE], first),
        [VM_HOST_STATE] = pdh_value(g->columns[NODE_STATE], first),
        [VM_HOST_OVERCOMMIT] = ratio(g->columns[NODE_OVERCOMMIT], first, 1),
        [VM_HOST_SWAPPED] = pdh_value(g->columns[NODE_SWAP], first),
        [VM_HOST_SWAP_READ] = pdh_value(g->columns[NODE_SWAP_READ], first),
        [VM_HOST_SWAP_WRITE] = pdh_value(g->columns[NODE_SWAP_WRITE], first),
        [VM_HOST_BALLOON] = pdh_value(g->columns[NODE_BALLOON], first),
        [VM_HOST_BALLOON_TARGET] = pdh_value(g->columns[NODE_BALLOON_TARGET], first),
        [VM_HOST_BALLOON_MAX] = pdh_value(g->columns[NODE_BALLOON_MAX], first),
        [VM_HOST_SNAPSHOT] = snapshot(log, first),
    };

    if (any != NULL)
        emit_at(log->in, &kind_VM_HOST, pdh_span(log, any, first), any->path, when_of(log, first),
                values);
}

/* "1028:db2": the number is that of the group. */
static str machine_name(str instance)
{
    str rest = instance;
    uint64_t number;

    return str_take_u64(&rest, &number) && str_take_char(&rest, ':') && rest.n != 0 ? rest
                                                                                    : instance;
}

static bool above_zero(const struct pdh_column *column)
{
    return column != NULL && column->series.n != 0 && column->series.high.value > 0;
}

/* The hypervisor's own programs are groups too, without a balloon. */
static bool is_machine(const struct pdh_group *g)
{
    return above_zero(g->columns[GUEST_BALLOON_MAX]) ||
           above_zero(g->columns[GUEST_BALLOON_DRIVER]) ||
           above_zero(g->columns[GUEST_BALLOON_TARGET]) || above_zero(g->columns[GUEST_BALLOON]) ||
           above_zero(g->columns[GUEST_SWAPPED]);
}

/* The driver runs when the log says so; where it does not, a machine that could give memory back
 * through it has one. */
static struct value driver_of(const struct pdh_group *g, bool first)
{
    double driver = at(g->columns[GUEST_BALLOON_DRIVER], first);
    double most = at(g->columns[GUEST_BALLOON_MAX], first);

    if (!isnan(driver))
        return value_bool(driver > 0);
    return isnan(most) ? value_none() : value_bool(most > 0);
}

static void tell_balloon(struct pdh_log *log, const struct pdh_group *g, bool first)
{
    const struct pdh_column *any = pdh_any(g, first);
    struct value values[VM_BALLOON_NFIELDS] = {
        [VM_BALLOON_SOURCE] = value_z("esxtop"),
        [VM_BALLOON_NAME] = value_text(machine_name(g->instance)),
        [VM_BALLOON_SIZE] = pdh_value(g->columns[GUEST_BALLOON], first),
        [VM_BALLOON_TARGET] = pdh_value(g->columns[GUEST_BALLOON_TARGET], first),
        [VM_BALLOON_MAXIMUM] = pdh_value(g->columns[GUEST_BALLOON_MAX], first),
        [VM_BALLOON_SWAPPED] = pdh_value(g->columns[GUEST_SWAPPED], first),
        [VM_BALLOON_MEMORY] = pdh_value(g->columns[GUEST_MEMORY], first),
        [VM_BALLOON_GRANTED] = pdh_value(g->columns[GUEST_GRANTED], first),
        [VM_BALLOON_DRIVER] = driver_of(g, first),
        [VM_BALLOON_SWAP_TARGET] = pdh_value(g->columns[GUEST_SWAP_TARGET], first),
        [VM_BALLOON_SWAP_READ] = pdh_value(g->columns[GUEST_SWAP_READ], first),
        [VM_BALLOON_SWAP_WRITE] = pdh_value(g->columns[GUEST_SWAP_WRITE], first),
        [VM_BALLOON_ACTIVE] = ratio(g->columns[GUEST_ACTIVE], first, 100),
        [VM_BALLOON_SNAPSHOT] = snapshot(log, first),
    };

    if (any != NULL && is_machine(g))
        emit_at(log->in, &kind_VM_BALLOON, pdh_span(log, any, first), any->path,
                when_of(log, first), values);
}

static void tell_config(struct pdh_log *log, const struct pdh_group *g)
{
    const struct pdh_column *memory = g->columns[GUEST_MEMORY];
    bool first = memory == NULL || isnan(memory->end);
    struct value values[VM_CONFIG_NFIELDS] = {
        [VM_CONFIG_SOURCE] = value_z("esxtop"),
        [VM_CONFIG_NAME] = value_text(machine_name(g->instance)),
        [VM_CONFIG_MEMORY] = pdh_value(memory, first),
    };

    if (values[VM_CONFIG_MEMORY].type != VALUE_NONE && is_machine(g))
        emit_at(log->in, &kind_VM_CONFIG, pdh_span(log, memory, first), memory->path,
                when_of(log, first), values);
}

static void tell_name(struct pdh_log *log, const struct pdh_group *g)
{
    struct value values[HOST_NFIELDS] = {
        [HOST_NAME] = value_text(log->in->host),
        [HOST_OS] = value_z("esxi"),
        [HOST_ROLE] = value_z("hypervisor"),
        [HOST_RAM] = pdh_value(g->columns[NODE_MACHINE], false),
    };
    const struct pdh_column *any = pdh_any(g, false);

    if (any != NULL && log->in->host.n != 0)
        emit_at(log->in, &kind_HOST, pdh_span(log, any, false), any->path, when_of(log, false),
                values);
}

static void tell(struct pdh_log *log)
{
    for (const struct pdh_group *g = log->groups; g != NULL; g = g->next) {
        pdh_set_host(log, g->host);
        if (g->is == GROUP_HOST) {
            tell_name(log, g);
            tell_host(log, g, true);
            if (log->rows > 1)
                tell_host(log, g, false);
        } else {
            tell_config(log, g);
            tell_balloon(log, g, true);
            if (log->rows > 1)
                tell_balloon(log, g, false);
        }
    }
    for (size_t i = 0; i < log->ncolumns; i++)
        pdh_tell_column(log, pdh_column(log, i));
    log->snapshot += 2;
}

static void parse(struct parse *in)
{
    struct pdh_log *log = arena_new(in->scratch, struct pdh_log);

    log->in = in;
    log->wants = wants;
    log->tell = tell;
    pdh_read(log);
}

static void signs(struct signs *to)
{
    pdh_signs(to);
}

static int sniff(const struct sniff *in)
{
    return pdh_sniff(in->text) == PDH_ESX ? BID_MAGIC : BID_NO;
}

const struct parser parser_esxtop = {
    .name = "esxtop",
    .summary = "batch logs of VMware's esxtop",
    .kinds = kinds,
    .sniff = sniff,
    .signs = signs,
    .parse = parse,
};
