/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pack-rules: the build's own tool, never installed.
 *
 *     pack-rules --check DIR                     check a pack, print every problem
 *     pack-rules --pack DIR OUTPUT.c DEPFILE     check it and write it as C, see rules/pack.h
 *
 * The dependency file names every file and folder of the pack, so that a new rule makes a new
 * binary.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "case.h"
#include "line_seeker.h"
#include "out.h"
#include "pack.h"
#include "rule_index.h"

/* This tool makes the pack and its index; it has none. */
const struct builtin_base builtin_base = { NULL, 0 };
const struct rule_index builtin_index = { .texts = "" };

enum { DEPTH = 8 };

static void print_problem(struct out *out, const struct rule_problem *p)
{
    out_printf(out, "%.*s#%.*s", STR_ARG(p->file), STR_ARG(p->pointer));
    if (p->column != 0)
        out_printf(out, " column %u", p->column);
    out_printf(out, ": %s%.*s [%s]\n", p->warning ? "warning: " : "", STR_ARG(p->text), p->code);
}

/* The number of errors. */
static size_t print_problems(const struct ruleset *rs, bool warnings)
{
    size_t n, errors = 0;
    const struct rule_problem *problems = ruleset_problems(rs, &n);
    struct out out;

    out_init_fd(&out, STDERR_FILENO);
    for (size_t i = 0; i < n; i++) {
        if (warnings || !problems[i].warning)
            print_problem(&out, &problems[i]);
        errors += !problems[i].warning;
    }
    (void)out_finish(&out);
    return errors;
}

static bool load(struct ruleset *rs, const char *dir)
{
    str error;

    if (!ruleset_add_dir(rs, dir, PACK_BASE, &error)) {
        fprintf(stderr, "pack-rules: %s: %.*s\n", dir, STR_ARG(error));
        return false;
    }
    (void)ruleset_freeze(rs);
    return true;
}

static void write_words(struct out *out, str bytes)
{
    out_z(out, "\nstatic const uint64_t words[] = {");
    for (size_t i = 0; i < bytes.n / 8; i++) {
        uint64_t word;

        memcpy(&word, bytes.p + 8 * i, sizeof(word));
        out_printf(out, "%s0x%llx,", i % 6 == 0 ? "\n    " : " ", (unsigned long long)word);
    }
    out_printf(out, "\n};\n\nconst struct builtin_base builtin_base = { words, %zu };\n", bytes.n);
}

static void write_numbers(struct out *out, const char *name, const uint32_t *p, size_t n)
{
    out_printf(out, "\nstatic const uint32_t %s[] = {", name);
    for (size_t i = 0; i < n; i++)
        out_printf(out, "%s%u,", i % 16 == 0 ? "\n    " : " ", (unsigned)p[i]);
    out_z(out, n == 0 ? " 0 };\n" : "\n};\n");
}

static void write_index(struct out *out, const struct ruleset *rs)
{
    const struct rule_index *index;
    struct arena a;

    arena_init(&a, 0);
    index = rule_index_build(&a, rs);
    out_z(out, "\nstatic const char texts[] = {");
    for (size_t i = 0; i < rule_index_text_size(index); i++)
        out_printf(out, "%s%d,", i % 24 == 0 ? "\n    " : "", index->texts[i]);
    out_z(out, "\n};\n");
    write_numbers(out, "keys", index->keys, index->nkeys);
    write_numbers(out, "first", index->first, index->nkeys + 1);
    write_numbers(out, "refs", index->refs, index->first[index->nkeys]);
    write_numbers(out, "ids", index->rules, 3 * index->nrules);
    write_numbers(out, "causes", index->causes, 3 * index->ncauses);
    out_printf(out,
            "\nconst struct rule_index builtin_index = {\n"
            "    texts, keys, first, refs, %zu, ids, %zu, causes, %zu,\n};\n",
            index->nkeys, index->nrules, index->ncauses);
    arena_finish(&a);
}

static bool write_pack(const struct ruleset *rs, const char *path)
{
    FILE *file = fopen(path, "wb");
    struct arena a;
    struct out out;
    bool ok;

    if (file == NULL)
        return false;
    arena_init(&a, 0);
    out_init_fd(&out, fileno(file));
    out_z(&out, "/* SPDX-License-Identifier: Apache-2.0 */\n/* Made by pack-rules. */\n"
                "#include \"pack.h\"\n#include \"rule_index.h\"\n");
    write_words(&out, ruleset_write(rs, line_scanner(&a, rs), &a));
    write_index(&out, rs);
    ok = out_finish(&out);
    arena_finish(&a);
    return fclose(file) == 0 && ok;
}

/* Folders, too: their time changes when a rule is added or taken away. */
static void write_names(FILE *file, const char *dir, unsigned depth)
{
    struct dirent **names;
    int n = scandir(dir, &names, NULL, alphasort);

    fprintf(file, " \\\n  %s", dir);
    for (int i = 0; i < n; i++) {
        char path[4096];
        struct stat st;
        int length = snprintf(path, sizeof(path), "%s/%s", dir, names[i]->d_name);

        if (names[i]->d_name[0] != '.' && length < (int)sizeof(path) && stat(path, &st) == 0) {
            if (S_ISDIR(st.st_mode) && depth < DEPTH)
                write_names(file, path, depth + 1);
            else if (str_ends(str_z(path), STR(".json")) || str_ends(str_z(path), STR(".tsv")))
                fprintf(file, " \\\n  %s", path);
        }
        free(names[i]);
    }
    if (n >= 0)
        free(names);
}

static bool write_depfile(const char *path, const char *target, const char *dir)
{
    FILE *file = fopen(path, "w");

    if (file == NULL)
        return false;
    fprintf(file, "%s:", target);
    write_names(file, dir, 0);
    fputc('\n', file);
    return fclose(file) == 0;
}

static int check(const char *dir)
{
    struct ruleset *rs = ruleset_create(case_kinds);
    size_t errors = 0;
    bool ok = load(rs, dir);

    if (ok) {
        errors = print_problems(rs, true);
        printf("%zu rules, %zu errors\n", ruleset_count(rs), errors);
    }
    ruleset_destroy(rs);
    return ok ? errors != 0 : 2;
}

static int pack(const char *dir, const char *output, const char *depfile)
{
    struct ruleset *rs = ruleset_create(case_kinds);
    bool ok = load(rs, dir) && print_problems(rs, false) == 0;

    if (ok && (!write_pack(rs, output) || !write_depfile(depfile, output, dir))) {
        fprintf(stderr, "pack-rules: cannot write %s\n", output);
        ok = false;
    }
    ruleset_destroy(rs);
    return ok ? 0 : 2;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--check") == 0)
        return check(argv[2]);
    if (argc == 5 && strcmp(argv[1], "--pack") == 0)
        return pack(argv[2], argv[3], argv[4]);
    fputs("usage: pack-rules --check DIR | --pack DIR OUTPUT DEPFILE\n", stderr);
    return 2;
}
