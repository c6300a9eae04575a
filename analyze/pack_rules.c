/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pack-rules: the build's own tool, never installed.
 *
 *     pack-rules --check DIR        check a pack, print every problem
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "case.h"
#include "out.h"

static void print_problem(struct out *out, const struct rule_problem *p)
{
    out_printf(out, "%.*s#%.*s", STR_ARG(p->file), STR_ARG(p->pointer));
    if (p->column != 0)
        out_printf(out, " column %u", p->column);
    out_printf(out, ": %s%.*s [%s]\n", p->warning ? "warning: " : "", STR_ARG(p->text), p->code);
}

/* Prints all problems; the number of errors among them. */
static size_t print_problems(const struct ruleset *rs)
{
    size_t n, errors = 0;
    const struct rule_problem *problems = ruleset_problems(rs, &n);
    struct out out;

    out_init_fd(&out, STDERR_FILENO);
    for (size_t i = 0; i < n; i++) {
        print_problem(&out, &problems[i]);
        errors += !problems[i].warning;
    }
    (void)out_finish(&out);
    return errors;
}

static int check(const char *dir)
{
    struct ruleset *rs = ruleset_create(case_kinds);
    size_t errors;
    str error;

    if (!ruleset_add_dir(rs, dir, &error)) {
        fprintf(stderr, "pack-rules: %.*s\n", STR_ARG(error));
        ruleset_destroy(rs);
        return 2;
    }
    (void)ruleset_freeze(rs);
    errors = print_problems(rs);
    printf("%zu rules, %zu errors\n", ruleset_count(rs), errors);
    ruleset_destroy(rs);
    return errors != 0;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--check") == 0)
        return check(argv[2]);
    fputs("usage: pack-rules --check DIR\n", stderr);
    return 2;
}
