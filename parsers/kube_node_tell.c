/* SPDX-License-Identifier: Apache-2.0 */
/* kube_node_tell: the facts of a node, however it was described. */
#include "kube.h"
#include "uname.h"
#include "windows.h"

/* "10.0.17763.5329" of Windows: version and build. */
static void tell_machine(struct parse *in, const struct kube_node_facts *n, const struct line *head)
{
    bool windows = str_eq(n->os, STR("windows"));
    str version = n->kernel, rest = version;
    str arch = n->arch;
    uint64_t major, minor, build = 0;

    if (windows && str_take_u64(&rest, &major) && str_take_char(&rest, '.') &&
            str_take_u64(&rest, &minor)) {
        version.n = (size_t)(rest.p - version.p);
        if (!str_take_char(&rest, '.') || !str_take_u64(&rest, &build) || build > 1u << 20)
            build = 0;
    }
    const struct value values[HOST_NFIELDS] = {
        [HOST_NAME] = value_text(n->name),
        [HOST_PRODUCT] = windows ? value_z(windows_product(version, build, true)) : value_none(),
        [HOST_OS] = n->os.n != 0 ? value_z(windows ? "windows" : "linux") : value_none(),
        [HOST_OS_TEXT] = value_text(n->os_text),
        [HOST_VERSION] = value_text(version),
        [HOST_BUILD] = build != 0 ? value_u64(build) : value_none(),
        [HOST_ARCH] = str_eq(arch, STR("amd64")) ? value_z("x64") : value_text(uname_arch(arch)),
        [HOST_CPUS] = n->cpus,
        [HOST_RAM] = n->memory,
    };
    emit(in, &kind_HOST, head, (struct when){ 0 }, values);
}

void kube_tell_node(struct parse *in, const struct kube_node_facts *n, const struct line *head,
        const struct line *proof, struct when when)
{
    const struct value values[KUBE_NODE_NFIELDS] = {
        [KUBE_NODE_NAME] = value_text(n->name),
        [KUBE_NODE_MEMORY] = n->memory,
        [KUBE_NODE_ALLOCATABLE] = n->allocatable,
        [KUBE_NODE_REQUESTS] = n->requests,
        [KUBE_NODE_LIMITS] = n->limits,
        [KUBE_NODE_MEMORY_PRESSURE] = value_text(n->pressure),
        [KUBE_NODE_PRESSURE_SINCE] =
                n->pressure_since.basis != WHEN_NONE ? value_time(n->pressure_since) : value_none(),
        [KUBE_NODE_DISK_PRESSURE] = value_text(n->disk),
        [KUBE_NODE_PID_PRESSURE] = value_text(n->pids),
        [KUBE_NODE_READY] = value_text(n->ready),
        [KUBE_NODE_UNSCHEDULABLE] = n->unschedulable,
        [KUBE_NODE_MOST_PODS] = n->pods,
        [KUBE_NODE_KUBELET] = value_text(n->kubelet),
    };

    if (n->name.n != 0)
        tell_machine(in, n, head);
    emit(in, &kind_KUBE_NODE, proof, when, values);
}
