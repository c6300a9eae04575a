/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay: runs a fuzz target without a fuzzing engine, over the files and directories named: each input whole, and
 * cut at 64 places spread over it (every place when it is shorter than 4 KiB). Says how many inputs it ran.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
/* As the engine does: a target may take arguments of its own. */
int LLVMFuzzerInitialize(int *argc, char ***argv) __attribute__((weak));

static unsigned long runs;

/* An exact-size heap block: a read past the end is then a sanitizer report, not luck. */
static void run_one(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size != 0 ? size : 1);

    if (copy == NULL)
        abort();
    memcpy(copy, data, size);
    (void)LLVMFuzzerTestOneInput(copy, size);
    free(copy);
    runs++;
}

static void run_file(const char *path, size_t size)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = malloc(size + 1);
    size_t step = size > 4096 ? size / 64 : 1;

    if (file == NULL || data == NULL || fread(data, 1, size, file) != size) {
        fprintf(stderr, "replay: cannot read %s\n", path);
        exit(1);
    }
    fclose(file);
    run_one(data, size);
    for (size_t cut = 0; cut < size; cut += step)
        run_one(data, cut);
    free(data);
}

static void run_path(const char *path, unsigned depth)
{
    struct stat st;
    struct dirent **names;
    int n;

    if (stat(path, &st) != 0) {
        fprintf(stderr, "replay: cannot find %s\n", path);
        exit(1);
    }
    if (!S_ISDIR(st.st_mode)) {
        run_file(path, (size_t)st.st_size);
        return;
    }
    n = scandir(path, &names, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        char child[4096];

        if (names[i]->d_name[0] != '.' && depth < 8) {
            snprintf(child, sizeof(child), "%s/%s", path, names[i]->d_name);
            run_path(child, depth + 1);
        }
        free(names[i]);
    }
    if (n >= 0)
        free(names);
}

int main(int argc, char **argv)
{
    if (LLVMFuzzerInitialize != NULL)
        (void)LLVMFuzzerInitialize(&argc, &argv);
    run_one((const uint8_t *)"", 0);
    for (int i = 1; i < argc; i++)
        run_path(argv[i], 0);
    printf("%lu inputs replayed\n", runs);
    return 0;
}
