/* SPDX-License-Identifier: Apache-2.0 */
/* gfp: masks of all ages. What is wanted follows from the values of GFP_* in each kernel's headers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "gfp.h"

struct row {
    uint32_t mask;
    const char *names, *release, *flags, *zone;
    bool guessed, can_sleep, atomic, movable;
};

static const struct row rows[] = {
    /* The same number means different things in different kernels. */
    { 0x20, NULL, "2.6.18", "GFP_ATOMIC", "Normal", false, false, true, false },
    { 0xd0, NULL, "2.6.32-642.el6.x86_64", "GFP_KERNEL", "Normal", false, true, false, false },
    { 0x280da, NULL, "3.2.0-24-virtual", "GFP_HIGHUSER_MOVABLE|__GFP_ZERO", "Movable", false, true,
            false, true },
    { 0x1f0, NULL, "2.4.37", "GFP_KERNEL", "Normal", false, true, false, false },
    { 0x2080020, NULL, "4.4.0-59-generic", "GFP_ATOMIC", "Normal", false, false, true, false },
    { 0x24200ca, NULL, "4.9.24", "GFP_HIGHUSER_MOVABLE", "Movable", false, true, false, true },
    { 0x14000c0, NULL, "4.15.0+", "GFP_KERNEL", "Normal", false, true, false, false },
    { 0x6200ca, NULL, "4.18.0-477.el8.x86_64", "GFP_HIGHUSER_MOVABLE", "Movable", false, true,
            false, true },
    { 0xa20, NULL, "5.3.0-rc6", "GFP_ATOMIC", "Normal", false, false, true, false },
    { 0x820, NULL, "6.4.1", "GFP_ATOMIC", "Normal", false, false, true, false },
    { 0x100cca, NULL, "6.8.0", "GFP_HIGHUSER_MOVABLE", "Movable", false, true, false, true },
    { 0xcc1, NULL, "5.10.2", "GFP_KERNEL|__GFP_DMA", "DMA", false, true, false, false },
    { 0xcc4, NULL, "5.10.2", "GFP_KERNEL|__GFP_DMA32", "DMA32", false, true, false, false },
    /* Printed names win over the table. */
    { 0x1100cca, "GFP_HIGHUSER_MOVABLE", "5.13.0", "GFP_HIGHUSER_MOVABLE", "Movable", false, true,
            false, true },
    { 0x484020, "GFP_ATOMIC|__GFP_COMP", NULL, "GFP_ATOMIC|__GFP_COMP", "Normal", false, false,
            true, false },
    /* Without a version: told from the mask. */
    { 0xd0, NULL, NULL, "GFP_KERNEL", "Normal", true, true, false, false },
    { 0x4020, NULL, NULL, "GFP_ATOMIC|__GFP_COMP", "Normal", true, false, true, false },
    { 0x24000c0, NULL, NULL, "GFP_KERNEL", "Normal", true, true, false, false },
    { 0x14200ca, NULL, NULL, "GFP_HIGHUSER_MOVABLE", "Movable", true, true, false, true },
    { 0x6000c0, NULL, NULL, "GFP_KERNEL", "Normal", true, true, false, false },
    { 0xcc0, NULL, NULL, "GFP_KERNEL", "Normal", true, true, false, false },
    { 0x40cc0, NULL, NULL, "GFP_KERNEL|__GFP_COMP", "Normal", true, true, false, false },
    { 0, NULL, NULL, "", "Normal", false, false, false, false },
};

/* Catches: a row of the wrong epoch, names that hide the bit they stand for, zones mixed up. */
static void test_decode(void **state)
{
    struct arena arena;
    unsigned wrong = 0;

    (void)state;
    arena_init(&arena, 0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct row *row = &rows[i];
        struct gfp got = gfp_decode(
                &arena, row->mask, str_z(row->names), release_version(str_z(row->release)), false);

        if (str_eq(got.flags, str_z(row->flags)) && str_eq(str_z(got.zone), str_z(row->zone)) &&
                got.guessed == row->guessed && got.can_sleep == row->can_sleep &&
                got.atomic == row->atomic && got.movable == row->movable)
            continue;
        print_error("0x%x %s: %.*s %s, guessed %d, sleeps %d, atomic %d, movable %d\n", row->mask,
                row->release != NULL ? row->release : "?", STR_ARG(got.flags), got.zone,
                got.guessed, got.can_sleep, got.atomic, got.movable);
        wrong++;
    }
    arena_finish(&arena);
    assert_int_equal(wrong, 0);
}

/* Catches: high memory named on machines without it, and not named where there is some. */
static void test_high_memory(void **state)
{
    struct arena arena;
    uint32_t version = release_version(STR("3.2.0"));

    (void)state;
    arena_init(&arena, 0);
    /* GFP_HIGHUSER: WAIT|IO|FS|HARDWALL|HIGHMEM */
    assert_string_equal(
            gfp_decode(&arena, 0x200d2, (str){ NULL, 0 }, version, true).zone, "HighMem");
    assert_string_equal(
            gfp_decode(&arena, 0x200d2, (str){ NULL, 0 }, version, false).zone, "Normal");
    arena_finish(&arena);
}

static void test_version(void **state)
{
    (void)state;
    assert_int_equal(release_version(STR("2.6.32-642.11.1.el6.x86_64")), 0x020620);
    assert_int_equal(release_version(STR("4.18.0")), 0x041200);
    assert_int_equal(release_version(STR("6.19")), 0x061300);
    assert_int_equal(release_version(STR("4.4.302")), 0x0404ff);
    assert_int_equal(release_version(STR("generic")), 0);
    assert_int_equal(release_version((str){ NULL, 0 }), 0);
    assert_true(release_version(STR("2.6.9")) < release_version(STR("2.6.10")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decode),
        cmocka_unit_test(test_high_memory),
        cmocka_unit_test(test_version),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
