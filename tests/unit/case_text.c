/* SPDX-License-Identifier: Apache-2.0 */
#include "case_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cmocka.h>

static void put_diags(struct out *o, const struct diag *diags, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out_printf(o, " %s %u %.*s", diags[i].code, diags[i].repeats, STR_ARG(diags[i].detail));
}

void case_text(
        const char *path, const struct case_options *options, struct out *ret, size_t *ret_sources)
{
    struct case_file c;
    char buf[WHEN_TEXT];

    case_read(&c, &path, 1, options);
    out_init_memory(ret);
    for (size_t i = 0; i < c.nsources; i++) {
        const struct source *s = &c.sources[i];

        out_printf(ret, "%.*s %.*s %s %.*s %llu %llu %llu", STR_ARG(s->path), STR_ARG(s->format),
                s->sha256, STR_ARG(s->host), (unsigned long long)s->bytes,
                (unsigned long long)s->understood, (unsigned long long)s->facts);
        put_diags(ret, s->diags, s->ndiags);
        out_char(ret, '\n');
    }
    for (size_t i = 0; i < c.nfacts; i++) {
        const struct fact *f = c.facts[i];

        out_printf(ret, "%s %u:%u+%llu %llu %.*s %.*s ", f->kind->name, f->where.member,
                f->where.line, (unsigned long long)f->where.offset, (unsigned long long)f->count,
                STR_ARG(f->host), STR_ARG(f->quote));
        out_str(ret, when_format(f->last, buf));
        for (size_t k = 0; k < f->kind->nfields; k++) {
            if (f->values[k].type == VALUE_INT)
                out_printf(ret, " %lld", (long long)f->values[k].i);
        }
        out_char(ret, '\n');
    }
    put_diags(ret, c.diags, c.ndiags);
    *ret_sources = c.nsources;
    case_finish(&c);
}

struct ruleset *builtin_rules(void)
{
    struct ruleset *rules = ruleset_create(case_kinds);

    ruleset_add_builtin(rules);
    (void)ruleset_freeze(rules);
    return rules;
}

char *read_file(const char *path, size_t *ret_n)
{
    FILE *file = fopen(path, "rb");
    struct stat st;
    char *p;

    assert_non_null(file);
    assert_int_equal(fstat(fileno(file), &st), 0);
    p = malloc((size_t)st.st_size + 1);
    assert_non_null(p);
    *ret_n = fread(p, 1, (size_t)st.st_size, file);
    assert_int_equal(*ret_n, st.st_size);
    (void)fclose(file);
    return p;
}
