/* SPDX-License-Identifier: Apache-2.0 */
/* sections: texts of many parts as members, each with the lines and offsets of the whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "bundle.h"
#include "limits.h"
#include "out.h"
#include "prompt.h"
#include "section.h"

static char path[] = "/tmp/fathom-sections-XXXXXX";

struct seen {
    struct out out;
    uint64_t bytes, tapped;
};

/* "path line+offset host|text" for each member; a long text by its length. */
static void on_member(void *ctx, struct member *m)
{
    struct seen *seen = ctx;
    struct text text;
    size_t n = 0;

    seen->tapped = 0;
    out_printf(&seen->out, "%.*s %u+%llu %.*s|",
            STR_ARG(str_from(m->path, strlen(path) - strlen("/tmp/"))), m->line,
            (unsigned long long)m->offset, STR_ARG(m->host));
    text_init(&text, m->text);
    while (text_more(&text) || text_peek(&text).n != 0) {
        str s = text_peek(&text);

        if (m->number % 2 != 0) /* the head is what the text begins with */
            assert_true(n != 0 || str_starts(s, str_slice(m->head, 0, s.n)));
        n += s.n;
        if (n < 200)
            out_str(&seen->out, s);
        text_skip(&text, s.n);
    }
    text_finish(&text);
    if (n >= 200)
        out_printf(&seen->out, "%zu bytes", n);
    out_str(&seen->out, STR("\n"));
    assert_int_equal(m->bytes, n);
    assert_int_equal(seen->tapped, n);
}

static void on_diag(void *ctx, const struct diag *diag, str where)
{
    (void)where;
    out_printf(&((struct seen *)ctx)->out, "%s\n", diag->code);
}

static void on_tap(void *ctx, str raw)
{
    ((struct seen *)ctx)->tapped += raw.n;
}

static void check(str text, const char *want)
{
    const struct bundle_ops ops = { .member = on_member, .diag = on_diag, .tap = on_tap };
    const char *paths[] = { path };
    struct seen seen = { .bytes = 0 };
    struct arena a;
    str name;
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(text.p, 1, text.n, file), text.n);
    fclose(file);
    out_init_memory(&seen.out);
    arena_init(&a, 0);
    (void)bundle_walk(&a, paths, 1, &ops, &seen, &name);
    arena_finish(&a);
    if (!str_eq(out_text(&seen.out), str_z(want))) {
        print_error("came:\n%.*swant:\n%s", STR_ARG(out_text(&seen.out)), want);
        (void)out_finish(&seen.out);
        fail();
    }
    (void)out_finish(&seen.out);
}

/* Catches: marks left in the text, a mark without its second line, a section for a file that was
 * not there, line numbers that begin anew. */
static void test_supportconfig(void **state)
{
    (void)state;
    check(STR("Script\n\n#==[ Command ]====#\n# /bin/cat /proc/meminfo\nMemTotal: 1 kB\n\n"
              "#==[ Configuration File ]====#\n# /etc/x.conf - File not found\n\n"
              "#==[ Command ]====#\n# /usr/bin/free -k\nMem: 1 2\n"
              "#==[ Note ]====#\n#==[ Log File ]====#\n# /var/log/messages - Last 5 Lines\nlast"),
            " 1+0 |Script\n\n\n"
            "!proc/meminfo 5+53 |MemTotal: 1 kB\n\n\n"
            "!free_-k 12+171 |Mem: 1 2\n\n"
            "!var/log/messages 16+253 |last\n");
}

/* Catches: the file name of a pipe or of two files; a prompt's host; a command that nobody reads
 * whose output is added to the section before. */
static void test_prompts(void **state)
{
    (void)state;
    check(STR("Hi,\n[root@vz3 ~]# cat /proc/meminfo | head\nMemTotal: 1 kB\n"
              "[root@vz3 ~]# ls /\nbin\n[root@vz3 ~]# free -m\nMem: 1\n"),
            " 1+0 |Hi,\n\n"
            "!proc/meminfo 2+4 vz3|[root@vz3 ~]# cat /proc/meminfo | head\nMemTotal: 1 kB\n\n"
            "!ls_. 4+58 vz3|[root@vz3 ~]# ls /\nbin\n\n"
            "!free_-m 6+81 vz3|[root@vz3 ~]# free -m\nMem: 1\n\n");
    check(STR("0: kd> !vm 1\nx\n0: kd> !poolused 2\ny\n"),
            "!vm_1 1+0 |0: kd> !vm 1\nx\n\n"
            "!poolused_2 3+15 |0: kd> !poolused 2\ny\n\n");
}

static void test_arrows_and_rules(void **state)
{
    (void)state;
    check(STR("==> /var/log/messages <==\na\n\n==> b.log <==\nb\n"),
            "!var/log/messages 2+26 |a\n\n\n"
            "!b.log 5+43 |b\n\n");
    check(STR("===== uname -a =====\nLinux a 5.14\n##### /proc/meminfo #####\nMemTotal: 1 kB\n"
              "----- what else -----\nMemFree: 1 kB\n"),
            "!uname_-a 2+21 |Linux a 5.14\n\n"
            "!proc/meminfo 4+60 |MemTotal: 1 kB\n----- what else -----\nMemFree: 1 kB\n\n");
}

/* Catches: texts torn apart that are one. Each has marks, but not of several kinds that are known. */
static void test_whole(void **state)
{
    static const str texts[] = {
        STR_INIT("C:\\>vzctl start 101\nStarting\nC:\\>poolmon -b -n x\nC:\\>vzctl start 102\n"),
        STR_INIT("# date of this file\na = 1\n# free for all\n# ps: see the manual\nb = 2\n"),
        STR_INIT("===== 11/28/2026 10:00:00 =====\n Tag  Type\n===== 11/28/2026 11:00:00 =====\n"),
        STR_INIT("$ free -m\nMem: 1\n$ free -m\nMem: 2\n"),
        STR_INIT("a drawing\n\n\n==> here <==\n"),
    };

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        assert_int_equal(section_form(texts[i]), SECTION_NONE);
}

/* Catches: marks lost at the borders of blocks, a line longer than any window taken for the end. */
static void test_large(void **state)
{
    size_t lengths[] = { 10, LIMIT_SNIFF - 60, LIMIT_SNIFF, LIMIT_BLOCK - 90, LIMIT_BLOCK - 20,
        LIMIT_RECORD + 5, 2 * LIMIT_RECORD + 77 };
    char want[400];

    (void)state;
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        size_t n = lengths[i] > 200 ? lengths[i] : 200;
        char *text = malloc(n + 100);
        size_t at = 0;

        memcpy(text, "==> a <==\n", 10);
        memset(text + 10, 'x', n);
        /* Lines of 1000 bytes, but for the longest. */
        for (at = 1000; at < n && i < 5; at += 1000)
            text[10 + at] = '\n';
        memcpy(text + 10 + n, "\n==> b <==\nb\n", 13);
        snprintf(want, sizeof(want), "!a 2+10 |%zu bytes\n!b %zu+%zu |b\n\n", n + 1,
                4 + (i < 5 ? (n - 1) / 1000 : 0), n + 21);
        check((str){ text, n + 23 }, want);
        free(text);
    }
}

static void want_prompt(const char *line, const char *host, const char *command)
{
    struct prompt p;

    if (!prompt_take(str_z(line), &p) || !str_eq(p.host, str_z(host)) ||
            !str_eq(p.command, str_z(command)))
        fail_msg("%s: host \"%.*s\", command \"%.*s\"", line, STR_ARG(p.host), STR_ARG(p.command));
}

static void test_prompt_forms(void **state)
{
    static const char *const others[] = { "", "#", "#include", "a: b # c", "user@host: hello",
        "C:\\Temp\\x.txt", "10:30 $ 5", "Total: 5 # of items", "x@y $", "[1] # 2", "kd!vm" };
    struct prompt p;

    (void)state;
    want_prompt("[root@vz3 ~]# free -m", "vz3", "free -m");
    want_prompt("root@vz-3.example.net:/var/log$ free", "vz-3.example.net", "free");
    want_prompt("vz3:~ # free", "vz3", "free");
    want_prompt("# free", NULL, "free");
    want_prompt("C:\\Program Files>tasklist /v", NULL, "tasklist /v");
    want_prompt("PS C:\\> gps", NULL, "gps");
    want_prompt("lkd> !vm", NULL, "!vm");
    want_prompt("[root@vz3 ~]#", "vz3", "");
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        if (prompt_take(str_z(others[i]), &p))
            fail_msg("a prompt: %s", others[i]);
    }
    assert_true(str_eq(command_file(STR("/usr/bin/tail -n 50 /var/log/x")), STR("/var/log/x")));
    assert_true(str_eq(command_file(STR("cat a b")), STR("")));
    assert_true(str_eq(command_word(STR("sudo /sbin/sysctl -a")), STR("sysctl")));
}

static int make_file(void **state)
{
    int fd = mkstemp(path);

    (void)state;
    return fd < 0 ? -1 : close(fd);
}

static int drop_file(void **state)
{
    (void)state;
    return unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_supportconfig),
        cmocka_unit_test(test_prompts),
        cmocka_unit_test(test_arrows_and_rules),
        cmocka_unit_test(test_whole),
        cmocka_unit_test(test_large),
        cmocka_unit_test(test_prompt_forms),
    };

    return cmocka_run_group_tests(tests, make_file, drop_file);
}
