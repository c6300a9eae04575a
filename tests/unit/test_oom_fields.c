/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oom_verdict: what it says beside the class: who made the group, the request, the holder, swap.
 */
#include "correlate_rig.h"

extern const struct correlator correlator_oom_verdict;

enum { MB = 1024 * 1024 };

/* Who made the group is told by its path; docker below kubepods is Kubernetes' own. */
static void test_manager(void **state)
{
    static const struct {
        const char *group, *manager;
    } table[] = {
        { "/kubepods/burstable/pod1/docker-2", "kubernetes" },
        { "/kubepods.slice/kubepods-pod1.slice/cri-containerd-2.scope", "kubernetes" },
        { "/docker/5f0c", "docker" },
        { "/machine.slice/libpod-5f0c.scope", "docker" },
        { "/lxc/101/ns", "lxc" },
        { "/machine.slice/machine-qemu1.scope", "machine" },
        { "/user.slice/user-1000.slice/user@1000.service/app.slice", "user" },
        { "/system.slice/nginx.service", "service" },
        { "/batch/job7", "other" },
        { NULL, NULL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        const struct value head[KERNEL_OOM_NFIELDS] = {
            [KERNEL_OOM_REPORT] = value_int(1),
            [KERNEL_OOM_CGROUP] = value_z(table[i].group),
        };
        struct rig rig;

        rig_start(&rig);
        rig_put(&rig, &kind_KERNEL_OOM, head);
        correlator_oom_verdict.run(&rig.c);
        want_text(rig_get(&rig, &kind_OOM_VERDICT, 0), OOM_VERDICT_MANAGER, table[i].manager);
        rig_stop(&rig);
    }
}

/* Order 2 of 4 kB pages: 4 pages, 16 kB; of 64 kB pages (Total 1 GB / 16384): 256 kB. */
static void test_request(void **state)
{
    static const struct {
        int64_t order, page;
        const char *want;
    } table[] = {
        { 0, 4096, "1 page (order 0, 4 kB), GFP_KERNEL" },
        { 2, 4096, "4 pages (order 2, 16 kB), GFP_KERNEL" },
        { 2, 65536, "4 pages (order 2, 256 kB), GFP_KERNEL" },
        { -1, 4096, NULL },
        { 21, 4096, NULL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        const struct value head[KERNEL_OOM_NFIELDS] = {
            [KERNEL_OOM_REPORT] = value_int(1),
            [KERNEL_OOM_ORDER] = value_int(table[i].order),
            [KERNEL_OOM_FLAGS] = value_z("GFP_KERNEL"),
            [KERNEL_OOM_KERNEL] = value_z("4.18.0-553.el8_10.x86_64"),
        };
        const struct value memory[KERNEL_MEMORY_NFIELDS] = {
            [KERNEL_MEMORY_REPORT] = value_int(1),
            [KERNEL_MEMORY_PAGE_SIZE] = value_int(table[i].page),
        };
        struct rig rig;

        rig_start(&rig);
        rig_put(&rig, &kind_KERNEL_OOM, head);
        rig_put(&rig, &kind_KERNEL_MEMORY, memory);
        correlator_oom_verdict.run(&rig.c);
        want_text(rig_get(&rig, &kind_OOM_VERDICT, 0), OOM_VERDICT_REQUEST, table[i].want);
        want_int(rig_get(&rig, &kind_OOM_VERDICT, 0), OOM_VERDICT_KERNEL, 4018);
        rig_stop(&rig);
    }
}

/* The holder is the first leading consumer of this very report, and its share goes with it. */
static void test_holder(void **state)
{
    static const struct {
        int64_t report;
        const char *name;
        bool leading;
    } rows_of[] = { { 2, "other report", true }, { 1, "small", false }, { 1, "mysqld", true } };
    const struct value head[KERNEL_OOM_NFIELDS] = {
        [KERNEL_OOM_REPORT] = value_int(1), [KERNEL_OOM_VICTIM_PID] = value_int(7)
    };
    const struct value task[KERNEL_TASK_NFIELDS] = { [KERNEL_TASK_REPORT] = value_int(1),
        [KERNEL_TASK_PID] = value_int(7),
        [KERNEL_TASK_SCORE_ADJ] = value_int(-900) };
    struct rig rig;

    (void)state;
    rig_start(&rig);
    rig_put(&rig, &kind_KERNEL_OOM, head);
    rig_put(&rig, &kind_KERNEL_TASK, task);
    for (size_t i = 0; i < 3; i++) {
        const struct value consumer[MEMORY_CONSUMER_NFIELDS] = {
            [MEMORY_CONSUMER_REPORT] = value_int(rows_of[i].report),
            [MEMORY_CONSUMER_NAME] = value_z(rows_of[i].name),
            [MEMORY_CONSUMER_CLASS] = value_z("process"),
            [MEMORY_CONSUMER_LEADING] = value_bool(rows_of[i].leading),
        };

        rig_put(&rig, &kind_MEMORY_CONSUMER, consumer);
    }
    correlator_oom_verdict.run(&rig.c);
    want_text(rig_get(&rig, &kind_OOM_VERDICT, 0), OOM_VERDICT_HOLDER, "mysqld");
    want_text(rig_get(&rig, &kind_OOM_VERDICT, 0), OOM_VERDICT_HOLDER_CLASS, "process");
    want_int(rig_get(&rig, &kind_OOM_VERDICT, 0), OOM_VERDICT_VICTIM_ADJ, -900);
    rig_stop(&rig);
}

/* Swap: none; 19 of 1000 free is full, 20 is not; not stated is neither. */
static void test_swap(void **state)
{
    static const struct {
        int64_t total, free;
        bool none, full, free_left;
    } table[] = {
        { 0, 0, true, false, false },
        { 1000, 19, false, true, false },
        { 1000, 20, false, false, true },
        { 1000, 1000, false, false, true },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        const struct value head[KERNEL_OOM_NFIELDS] = { [KERNEL_OOM_REPORT] = value_int(1) };
        const struct value memory[KERNEL_MEMORY_NFIELDS] = {
            [KERNEL_MEMORY_REPORT] = value_int(1),
            [KERNEL_MEMORY_SWAP_TOTAL] = value_int(table[i].total * MB),
            [KERNEL_MEMORY_SWAP_FREE] = value_int(table[i].free * MB),
        };
        struct rig rig;
        const struct fact *v;

        rig_start(&rig);
        rig_put(&rig, &kind_KERNEL_OOM, head);
        rig_put(&rig, &kind_KERNEL_MEMORY, memory);
        correlator_oom_verdict.run(&rig.c);
        v = rig_get(&rig, &kind_OOM_VERDICT, 0);
        want_bool(v, OOM_VERDICT_NO_SWAP, table[i].none);
        want_bool(v, OOM_VERDICT_SWAP_FULL, table[i].full);
        want_bool(v, OOM_VERDICT_SWAP_FREE, table[i].free_left);
        rig_stop(&rig);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_manager),
        cmocka_unit_test(test_request),
        cmocka_unit_test(test_holder),
        cmocka_unit_test(test_swap),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
