/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Catches: a case that comes out otherwise when workers read it (order of facts, numbers of members,
 * folds, reports that only are counted, diagnostics); a worker that dies and takes more along than
 * its file, or leaves the case waiting.
 */
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>
#include <cmocka.h>

#include "case_text.h"

enum { FILES = 300 };

static char folder[64];

static void put_file(const char *name, const char *text)
{
    char path[160];
    FILE *file;

    (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
    file = fopen(path, "w");
    assert_non_null(file);
    (void)fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

/* Nothing is told of a link but by the case, however often workers walk past it. */
static void put_link(const char *name)
{
    char path[160];

    (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
    assert_int_equal(symlink("node0-000.log", path), 0);
}

/* Kills of three processes, said again in file after file: more often than facts are kept. A name
 * that is no file, a file that is no text, one that is empty. */
static void make_bundle(void)
{
    char name[64], text[1024];

    (void)snprintf(folder, sizeof(folder), "/tmp/fathom-jobs-XXXXXX");
    assert_non_null(mkdtemp(folder));
    for (int i = 0; i < FILES; i++) {
        (void)snprintf(name, sizeof(name), "node%d-%03d.log", i % 3, i);
        (void)snprintf(text, sizeof(text),
                "2024-03-%02dT10:%02d:11.000000+00:00 node%d kernel: Out of memory: Killed process "
                "%d (java) total-vm:9000000kB, anon-rss:4000000kB, file-rss:0kB, "
                "shmem-rss:0kB, UID:0 pgtables:100kB oom_score_adj:0\n"
                "2024-03-%02dT10:%02d:12.000000+00:00 node%d app[%d]: java.lang.OutOfMemoryError: "
                "Java heap space\n",
                i % 28 + 1, i % 60, i % 3, i + 1, i % 28 + 1, i % 60, i % 3, i + 1);
        put_file(name, text);
    }
    put_file("empty.txt", "");
    put_link("link");
}

static void remove_bundle(void)
{
    char path[512];
    DIR *dir = opendir(folder);
    const struct dirent *entry;

    assert_non_null(dir);
    while ((entry = readdir(dir)) != NULL) {
        (void)snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        (void)unlink(path);
    }
    (void)closedir(dir);
    assert_int_equal(rmdir(folder), 0);
}

static void read_case(
        const struct ruleset *rules, unsigned jobs, struct out *ret, size_t *ret_sources)
{
    const struct case_options options = { .rules = rules, .jobs = jobs, .hash = true };

    case_text(folder, &options, ret, ret_sources);
}

static void compare_jobs(const struct ruleset *rules)
{
    struct out one, many;
    size_t n, m;

    read_case(rules, 1, &one, &n);
    for (unsigned jobs = 2; jobs < 6; jobs += 2) {
        read_case(rules, jobs, &many, &m);
        assert_int_equal(m, n);
        assert_true(str_eq(out_text(&one), out_text(&many)));
        (void)out_finish(&many);
    }
    (void)out_finish(&one);
}

static void test_same(void **state)
{
    struct ruleset *rules = builtin_rules();
    struct out one;
    size_t n;

    (void)state;
    make_bundle();
    read_case(rules, 1, &one, &n);
    assert_int_equal(n, FILES + 1);
    (void)out_finish(&one);
    compare_jobs(rules);
    compare_jobs(NULL);
    remove_bundle();
    ruleset_destroy(rules);
}

/*
 * One log that is large enough for a worker to help another with it: kills among other lines, some of them across
 * borders of what is looked through at once. The clock of the kernel is slow, so that each line which is read tells
 * something new of it.
 */
static void make_large(void)
{
    char path[160];
    FILE *file;

    (void)snprintf(folder, sizeof(folder), "/tmp/fathom-jobs-XXXXXX");
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof(path), "%s/messages", folder);
    file = fopen(path, "w");
    assert_non_null(file);
    for (unsigned i = 0; i < 400000; i++) {
        (void)fprintf(file, "Mar %2u %02u:%02u:%02u node%u kernel: [%7u.%06u] ", i / 86400 % 28 + 1,
                i / 3600 % 24, i / 60 % 60, i % 60, i / 200000, i / 10 * 9, i * 7919 % 1000000);
        if (i % 2111 == 0)
            (void)fprintf(file,
                    "Out of memory: Killed process %u (java) total-vm:9000000kB, anon-rss:%ukB, "
                    "file-rss:0kB, shmem-rss:0kB\n",
                    i, i + 1000);
        else
            (void)fprintf(file, "link of port %u is up, %u frames were taken from its queue\n",
                    i % 97, i * 31);
    }
    assert_true(ftell(file) > 30 << 20);
    assert_int_equal(fclose(file), 0);
    put_link("a-link");
    put_link("z-link");
}

static void test_large(void **state)
{
    struct ruleset *rules = builtin_rules();
    struct out one;
    size_t n;

    (void)state;
    make_large();
    read_case(rules, 1, &one, &n);
    assert_true(str_has(out_text(&one), STR("kernel.oom ")));
    (void)out_finish(&one);
    compare_jobs(rules);
    remove_bundle();
    ruleset_destroy(rules);
}

/* What is read of a log, clocks included, depends on nothing that was read before it: a line that is longer than
 * a block leaves a larger buffer behind. */
static void test_after_long_line(void **state)
{
    struct ruleset *rules = builtin_rules();
    struct out one, many;
    size_t n, m;
    char path[160];
    FILE *file;

    (void)state;
    make_large();
    (void)snprintf(path, sizeof(path), "%s/a.log", folder);
    file = fopen(path, "w");
    assert_non_null(file);
    for (unsigned i = 0; i < 700000; i++)
        (void)fputc(i % 100 == 99 ? ' ' : 'x', file);
    (void)fputs("\ncarrier lost\n", file);
    assert_int_equal(fclose(file), 0);
    read_case(rules, 1, &one, &n);
    read_case(rules, 2, &many, &m); /* each by another */
    assert_int_equal(m, 2);
    assert_true(str_eq(out_text(&one), out_text(&many)));
    (void)out_finish(&many);
    (void)out_finish(&one);
    remove_bundle();
    ruleset_destroy(rules);
}

static void put_entry(
        struct archive *a, const char *name, unsigned type, const char *text, size_t n)
{
    struct archive_entry *e = archive_entry_new();

    assert_non_null(e);
    archive_entry_set_pathname(e, name);
    archive_entry_set_filetype(e, type);
    archive_entry_set_perm(e, 0600);
    archive_entry_set_mtime(e, 1710000000, 0);
    if (type == AE_IFLNK)
        archive_entry_set_symlink(e, text);
    archive_entry_set_size(e, type == AE_IFREG ? (la_int64_t)n : 0);
    assert_int_equal(archive_write_header(a, e), ARCHIVE_OK);
    if (type == AE_IFREG)
        assert_int_equal(archive_write_data(a, text, n), (la_ssize_t)n);
    archive_entry_free(e);
}

static struct archive *open_zip(const char *path)
{
    struct archive *a = archive_write_new();

    assert_non_null(a);
    assert_int_equal(archive_write_set_format_zip(a), ARCHIVE_OK);
    assert_int_equal(archive_write_set_options(a, "zip:compression=store"), ARCHIVE_OK);
    assert_int_equal(archive_write_open_filename(a, path), ARCHIVE_OK);
    return a;
}

static void close_zip(struct archive *a)
{
    assert_int_equal(archive_write_close(a), ARCHIVE_OK);
    assert_int_equal(archive_write_free(a), ARCHIVE_OK);
}

/* Lines of one node, with a kill now and then; *ret_n bytes, to be freed. */
static char *log_text(int node, unsigned lines, size_t *ret_n)
{
    struct out o;
    char *ret;

    out_init_memory(&o);
    for (unsigned i = 0; i < lines; i++) {
        out_printf(&o, "2024-03-07T%02u:%02u:%02u.000000+00:00 node%d ", i / 3600 % 24, i / 60 % 60,
                i % 60, node);
        if (i % 1000 == 500)
            out_printf(&o,
                    "kernel: Out of memory: Killed process %u (java) total-vm:9000000kB, "
                    "anon-rss:4000000kB, file-rss:0kB, shmem-rss:0kB\n",
                    i);
        else
            out_printf(&o, "app[7]: request %u was served\n", i * 7919);
    }
    *ret_n = out_text(&o).n;
    ret = malloc(*ret_n + 1);
    assert_non_null(ret);
    memcpy(ret, out_text(&o).p, *ret_n);
    (void)out_finish(&o);
    return ret;
}

/* Large entries and small ones, an archive in the archive, links, an empty entry, one that is no text. */
static void make_zip(const char *path)
{
    struct archive *a;
    char name[64], inner[160], *text;
    size_t n;

    (void)snprintf(inner, sizeof(inner), "%s/inner.zip", folder);
    a = open_zip(inner);
    text = log_text(9, 20000, &n);
    put_entry(a, "deep.log", AE_IFREG, text, n);
    put_entry(a, "deep-link", AE_IFLNK, "deep.log", 0);
    close_zip(a);
    free(text);

    a = open_zip(path);
    for (int i = 0; i < 24; i++) {
        (void)snprintf(name, sizeof(name), "logs/node%d-%02d.log", i % 5, i);
        text = log_text(i % 5, i % 8 == 7 ? 30000 : 2000, &n);
        put_entry(a, name, AE_IFREG, text, n);
        free(text);
        (void)snprintf(name, sizeof(name), "logs/last-%02d", i);
        put_entry(a, name, AE_IFLNK, "node0-00.log", 0);
    }
    put_entry(a, "empty", AE_IFREG, "", 0);
    put_entry(a, "logs", AE_IFDIR, "", 0);
    text = read_file(inner, &n);
    put_entry(a, "inner.zip", AE_IFREG, text, n);
    close_zip(a);
    free(text);
    assert_int_equal(unlink(inner), 0);
}

/* Changes one byte. */
static void damage(const char *path, size_t at)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);
    char c;

    assert_true(fd >= 0);
    assert_int_equal(pread(fd, &c, 1, (off_t)at), 1);
    c = (char)(c ^ 0x55);
    assert_int_equal(pwrite(fd, &c, 1, (off_t)at), 1);
    assert_int_equal(close(fd), 0);
}

/* A large archive whose entries several workers read; then with an entry that its sum does not hold for, with
 * another one's head damaged, and cut in the middle. */
static void test_archive(void **state)
{
    struct ruleset *rules = builtin_rules();
    char path[160];
    struct stat st;

    (void)state;
    (void)snprintf(folder, sizeof(folder), "/tmp/fathom-jobs-XXXXXX");
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof(path), "%s/case.zip", folder);
    make_zip(path);
    assert_int_equal(stat(path, &st), 0);
    assert_true(st.st_size > 8 << 20); /* worth it */
    put_link("a-link");
    put_link("z-link");
    compare_jobs(rules);
    compare_jobs(NULL);
    damage(path, 5000);
    compare_jobs(rules);
    damage(path, 0);
    compare_jobs(rules);
    damage(path, (size_t)st.st_size - 300);
    compare_jobs(rules);
    assert_int_equal(truncate(path, st.st_size / 2), 0);
    compare_jobs(rules);
    remove_bundle();
    ruleset_destroy(rules);
}

/* The children of this process, from /proc; killed until the case is read. */
static _Atomic bool done;

static void *kill_children(void *ctx)
{
    const bool *only_one = ctx; /* of them, and once */
    char path[64];

    (void)snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
    while (!done) {
        FILE *file = fopen(path, "r");
        int pid;

        (void)usleep(300 * 1000);
        while (file != NULL && fscanf(file, "%d", &pid) == 1) {
            (void)kill(pid, SIGKILL);
            done = *only_one;
            if (done)
                break;
        }
        if (file != NULL)
            (void)fclose(file);
    }
    return NULL;
}

/* One file is so large that its sum takes minutes; the worker that reads it is killed meanwhile. */
static void test_death(void **state)
{
    const char *path = folder;
    const struct case_options options = { .jobs = 2, .hash = true };
    bool only_one = false;
    char huge[160];
    struct case_file c;
    pthread_t thread;
    size_t lost = 0;
    int fd;

    (void)state;
    if (access("/proc/self/task", R_OK) != 0)
        skip();
    make_bundle();
    (void)snprintf(huge, sizeof(huge), "%s/huge.bin", folder);
    fd = open(huge, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(ftruncate(fd, (off_t)1 << 39), 0);
    assert_int_equal(close(fd), 0);
    done = false;
    assert_int_equal(pthread_create(&thread, NULL, kill_children, &only_one), 0);
    case_read(&c, &path, 1, &options);
    done = true;
    assert_int_equal(pthread_join(thread, NULL), 0);
    for (size_t i = 0; i < c.ndiags; i++) {
        if (strcmp(c.diags[i].code, "bundle.worker") != 0)
            continue;
        lost += 1 + c.diags[i].repeats;
    }
    assert_true(lost >= 1);
    assert_true(lost <= 2); /* one file for each of two workers */
    assert_int_equal(c.nsources, FILES + 2 - lost);
    case_finish(&c);
    remove_bundle();
}

/* A worker dies while another helps it, or waits to: the case comes to its end. */
static void test_death_of_helped(void **state)
{
    const char *path = folder;
    struct ruleset *rules = builtin_rules();
    const struct case_options options = { .rules = rules, .jobs = 2 };
    bool only_one = true;
    struct case_file c;
    size_t lost = 0;
    pthread_t thread;

    (void)state;
    if (access("/proc/self/task", R_OK) != 0)
        skip();
    make_large();
    done = false;
    assert_int_equal(pthread_create(&thread, NULL, kill_children, &only_one), 0);
    case_read(&c, &path, 1, &options);
    done = true;
    assert_int_equal(pthread_join(thread, NULL), 0);
    for (size_t i = 0; i < c.ndiags; i++)
        lost += strcmp(c.diags[i].code, "bundle.worker") == 0;
    assert_int_equal(
            c.nsources + lost, 1); /* the one that was killed may have had nothing to do any more */
    case_finish(&c);
    remove_bundle();
    ruleset_destroy(rules);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same),
        cmocka_unit_test(test_large),
        cmocka_unit_test(test_after_long_line),
        cmocka_unit_test(test_archive),
        cmocka_unit_test(test_death),
        cmocka_unit_test(test_death_of_helped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
