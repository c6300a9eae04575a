/* SPDX-License-Identifier: Apache-2.0 */
/* code: texts in, canonical codes out; as many near misses as hits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "code.h"

struct row {
    const char *in, *want; /* blank separated; "~" marks a code told from a text alone */
};

static str list_codes(struct arena *a, str text)
{
    struct code_hit hit;
    str all = STR("");

    while (code_next(&text, &hit)) {
        str one = code_text(a, hit.code);

        all = arena_printf(a, "%.*s%s%s%.*s", STR_ARG(all), all.n != 0 ? " " : "",
                hit.text_only ? "~" : "", STR_ARG(one));
        assert_true(hit.spelled.n != 0);
    }
    return all;
}

static void check_rows(const struct row *rows, size_t n)
{
    struct arena a;
    int wrong = 0;

    arena_init(&a, 0);
    for (size_t i = 0; i < n; i++) {
        str got = list_codes(&a, str_z(rows[i].in));

        if (!str_eq(got, str_z(rows[i].want))) {
            print_error(
                    "\"%s\": got \"%.*s\", want \"%s\"\n", rows[i].in, STR_ARG(got), rows[i].want);
            wrong++;
        }
    }
    arena_finish(&a);
    assert_int_equal(wrong, 0);
}

#define CHECK(rows) check_rows((rows), sizeof(rows) / sizeof((rows)[0]))

/* Catches: a spelling of one condition that is overlooked or decoded to another number. */
static void test_spellings(void **state)
{
    static const struct row rows[] = {
        { "call failed err = 1450 ", "win32:1450" },
        { "err=1450", "win32:1450" },
        { "VolMount failed dwErr=0x000005AA", "win32:1450" },
        { "failed dwErr=0x00000008", "win32:8" },
        { "failed dwErr=0x0000013D", "win32:317" },
        { "failure in a system call (0x5aa)", "win32:1450" },
        { "DeviceIoControl failed, error 0x000005AA", "win32:1450" },
        { "call ended with result='0x000005aa'", "win32:1450" },
        { "Cannot read 4096 bytes at offset 81920(:1): ([1450]", "win32:1450" },
        { "write to tape failed, status = 1450", "win32:1450" },
        { "ERROR 1450: device x", "win32:1450" },
        { "System error 1450 has occurred.", "win32:1450" },
        { "System error 5 has occurred.", "win32:5" },
        { "Operating system error 1450(something)", "win32:1450" },
        { "The operating system returned error 1450 (x) to the server", "win32:1450" },
        { "operating system returned error 665(x)", "win32:665" },
        { "OSError: [WinError 1450]", "win32:1450" },
        { "OSError: [WinError 8] x", "win32:8" },
        { "bind: broken. (os error 1450)", "win32:1450" },
        { "VirtualAlloc failed with errno=1455", "win32:1455" },
        { "{\"NativeErrorCode\": 10055}", "win32:10055" },
        { "\"NativeErrorCode\":10055,", "win32:10055" },
        { "failed with 0x800705AA", "win32:1450" },
        { "hr = 0x800705aa.", "win32:1450" },
        { "Exception(2) tid(b20) 800705AA something", "win32:1450" },
        { "{code=ffffffff800705aa}, Tag=0", "win32:1450" },
        { "status: 0xFFFFFFFFC000009A", "ntstatus:0xC000009A" },
        { "\"code\":\"2147943850\"", "win32:1450" },
        { "\"code\":2147943850}", "win32:1450" },
        { "0x800705aa or -2147023446", "win32:1450 win32:1450" },
        { "STATUS -1073741670 (0xc000009a)", "ntstatus:0xC000009A" },
        { "returned -1073741670", "ntstatus:0xC000009A" },
        { "status: c000009a", "ntstatus:0xC000009A" },
        { "Status C000009A was returned", "ntstatus:0xC000009A" },
        { "HRESULT 0xD000009A", "ntstatus:0xC000009A" },
        { "service failed: %%2147942414", "win32:14" },
        { "terminated with the following error: %%1450", "win32:1450" },
        { "net use: 1450 (0x5AA) is an error 1450 (0x5AA)", "win32:1450" },
        { "GetLastError() = 1450", "win32:1450" },
        { "GetLastError returned 8", "win32:8" },
        { "LastError=14", "win32:14" },
        { "last error: 1816", "win32:1816" },
        { "Win32 error code: 8", "win32:8" },
        { "win32 error 1455", "win32:1455" },
        { "Windows error 112", "win32:112" },
        { "socket error 10055 on connect", "win32:10055" },
        { "WSAGetLastError: 10055", "win32:10055" },
        { "\\\"code\\\":\\\"2147942408\\\"", "win32:8" },
        { "0x80070008", "win32:8" },
        { "(Exception from HRESULT: 0x8007000E)", "win32:14" },
        { "error 0x80070718", "win32:1816" },
        { "0x800705AFL", "win32:1455" },
        { "0x8007046A returned", "win32:1130" },
        { "job ended: 0x80070070", "win32:112" },
        { "0xC000012D", "ntstatus:0xC000012D" },
        { "(0xc0000142)", "ntstatus:0xC0000142" },
        { "process exited with code 3221225495", "ntstatus:0xC0000017" },
        { "hr = 0x800423f2, the writer", "hresult:0x800423F2" },
        { "800423f4 (or 800423f3)", "hresult:0x800423F4 hresult:0x800423F3" },
        { "failed -2147212538 (80042306)", "hresult:0x80042306" },
        { "error code '2155348129'", "hresult:0x807800A1" },
        { "0x80370109", "hresult:0x80370109" },
        { "V-79-32775-1450 write error", "win32:1450" },
        { "RPC failed: 0x800706BB", "win32:1723" },
        { "failed (1450)", "win32:1450" },
        { "Systemfehler 1450 aufgetreten.", "win32:1450" },
        { "FEHLER 1450 beim Lesen", "win32:1450" },
        { "ERROR 112 (0x00000070) Copying", "win32:112" },
        { "错误 1450", "win32:1450" },
        { "错误1450", "win32:1450" },
        { "*** STOP: 0x0000003F (0x00000000,0x00000A1E)", "bugcheck:0x3F" },
        { "The bugcheck was: 0x000000c2 (0x7)", "bugcheck:0xC2" },
        { "BugCheck 1000007E, {c0000005}", "ntstatus:0xC0000005" },
        { "Bug check 0x1000007e", "bugcheck:0x7E" },
        { "bugcheck code 0x139", "" },
        { "spawn failed, errno: -12 at", "errno:12" },
        { "[10055] (c:\\src\\net\\sock.c:474)", "win32:10055" },
    };

    (void)state;
    CHECK(rows);
}

/* Catches: 8 read as 14, 1451 read from a text that 1450 shares, a text counted twice beside its number. */
static void test_messages(void **state)
{
    static const struct row rows[] = {
        { "Insufficient system resources exist.", "~win32:1450" },
        { "INSUFFICIENT SYSTEM RESOURCES", "~win32:1450" },
        { "1450: Insufficient system resources exist", "win32:1450" },
        { "ERROR 1450: Insufficient system resources exist", "win32:1450" },
        { "Insufficient system resources exist. (0x800705AA)", "win32:1450" },
        { "Insufficient system resources exist (1450)", "win32:1450" },
        { "0x5AA = 1451: Insufficient system resources", "win32:1451" },
        { "800705AA Insufficient system resources exist", "win32:1450" },
        { "Nicht genügend Systemressourcen, um fortzufahren", "~win32:1450" },
        { "Недостаточно системных ресурсов", "~win32:1450" },
        { "系统资源不足", "~win32:1450" },
        { "Not enough storage is available to process this command", "~win32:8" },
        { "Not enough storage available to process this command", "~win32:8" },
        { "not enough storage is available to complete this operation", "~win32:14" },
        { "Not enough storage is available to hold the tapes", "" },
        { "Not enough server storage is available to process this command.", "~win32:1130" },
        { "Not enough storage is available to process this command. (Exception from HRESULT: 0x80070008)",
                "win32:8" },
        { "[WinError 1455] 页面文件太小", "win32:1455" },
        { "error='The paging file is too small for this operation to complete' (DOS error/errno=1455)",
                "win32:1455" },
        { "Not enough quota is available to process this command", "~win32:1816" },
        { "Win32Exception (0x80004005): Not enough quota is available to process this command",
                "~win32:1816" },
        { "There is not enough space on the disk.", "~win32:112" },
        { "operation: VSS_E_INSUFFICIENT_STORAGE (0x8004231f)", "hresult:0x8004231F" },
        { "ERROR_NO_SYSTEM_RESOURCES", "win32:1450" },
        { "STATUS_INSUFFICIENT_RESOURCES", "ntstatus:0xC000009A" },
        { "MY_ERROR_NO_SYSTEM_RESOURCES_X", "" },
        { "Cannot allocate memory", "~errno:12" },
        { "fork: Cannot allocate memory (12)", "errno:12" },
        { "(12)Cannot allocate memory: AH00159: fork", "errno:12" },
        { "[Errno 12] Cannot allocate memory", "errno:12" },
        { "error=12, Cannot allocate memory", "errno:12" },
        { "Cannot allocate memory (os error 12)", "errno:12" },
        { "The access code is invalid. (os error 12)", "win32:12" },
        { "errno=12", "errno:12" },
        { "failed (errno = 24)", "errno:24" },
        { "[Errno 10055] x", "win32:10055" },
        { "No space left on device", "~errno:28" },
        { "too many open files in system", "~errno:23" },
        { "accept: too many open files", "~errno:24" },
        { "spawn ENOMEM", "errno:12" },
        { "errno: -12, code: 'ENOMEM'", "errno:12" },
        { "probe failed with error -12", "errno:12" },
        { "connect: No buffer space available", "~errno:105" },
        { "No buffer space available (maximum connections reached?): bind", "~win32:10055" },
        { "first 0x80070008 then Cannot allocate memory", "win32:8 ~errno:12" },
    };

    (void)state;
    CHECK(rows);
}

/* Catches: numbers of any other meaning that become codes. */
static void test_near_misses(void **state)
{
    static const struct row rows[] = {
        { "", "" },
        { "error 8", "" },
        { "exit 6", "" },
        { "code: 9", "" },
        { "exit code 1450", "" },
        { "error at line 1450", "" },
        { "error on port 1455", "" },
        { "1450 files copied", "" },
        { "failed 1450 times", "" },
        { "error: 1450 bytes left", "" },
        { "sshd[1450]: session opened", "" },
        { "2020-01-02 10:11:12 ERROR [1450] boot", "" },
        { "ERROR [1450]", "" },
        { "pid 1450", "" },
        { "10:14:50.1450", "" },
        { "v1.1450 failed", "" },
        { "error 1.1450", "" },
        { "error 1,450", "" },
        { "error 1450.5", "" },
        { "error 1450-3", "" },
        { "Error: 1453, Severity: 16, State: 1.", "" },
        { "ERROR 1130 (HY000): Host is not allowed", "" },
        { "ERROR 1452 (23000): Cannot add or update a child row", "" },
        { "Error Code: 1452. Cannot add", "" },
        { "ORA-01455: overflow", "" },
        { "0x80004005", "" },
        { "E_FAIL (0x80004005)", "" },
        { "0x8000FFFF", "" },
        { "0x80000003", "" },
        { "0xC0000000", "" },
        { "BAR 0: [mem 0xc0000100-0xc00001ff]", "" },
        { "[<ffffffff800705aa>] do_sync_read+0x5aa/0x130", "" },
        { "RIP: ffffffff800705aa", "" },
        { "[<c000009a>] __alloc_pages", "" },
        { "eax=c000009a ebx=00000000", "" },
        { "80544bfc 800705aa 00000000 nt!KeBugCheck", "" },
        { "{800705aa-1f2e-4b7c-9c3d-0a1b2c3d4e5f}", "" },
        { "d41d8cd98f00b204e9800998ecf8427e", "" },
        { "commit 800705aab", "" },
        { "defaced facade00 deadbeef", "" },
        { "job 80070008 started", "" },
        { "order 80071450", "" },
        { "module+0x5aa", "" },
        { "at 0x5aa", "" },
        { "size (0x5aa)", "" },
        { "eax=0x5aa", "" },
        { "file.c:1450", "" },
        { "\\Device\\Harddisk1450", "" },
        { "#1450", "" },
        { "3221225495 bytes", "" },
        { "3221225472", "" },
        { "1450%", "" },
        { "exit status 137", "" },
        { "file system error 5", "" },
        { "errno=0", "" },
        { "[WinError 0]", "" },
        { "error 0xfff0: x", "" },
        { "error 0x0", "" },
        { "0x00000000", "" },
        { "code 12", "" },
        { "(12) monkeys", "" },
        { "status 0x00000008", "" },
        { "-1450", "" },
        { "(0x007f, 0x00ff)", "" },
        { "0xffffffffffffffff", "" },
        { "0xfffffffffffffffffffff", "" },
        { "99999999999999999999999", "" },
        { "ENOMEMORY MENOMEM", "" },
        { "%%1833 %%4416", "" },
        { "HTTP status 1450", "" },
        { "V-79-57344-x", "" },
        { "Error 1722. There is a problem with this package", "" },
    };

    (void)state;
    CHECK(rows);
}

/* Catches: pieces of a word taken for a code where the text is looked at in pieces. */
static void test_long_text(void **state)
{
    static char text[20000];
    struct arena a;

    (void)state;
    arena_init(&a, 0);
    for (size_t before = 4060; before < 4110; before++) {
        memset(text, 'x', sizeof(text));
        memcpy(text + before, "800705AA", 8); /* inside one long word */
        assert_int_equal(list_codes(&a, (str){ text, sizeof(text) }).n, 0);
        text[before - 1] = ' ';
        text[before + 8] = ' ';
        assert_true(str_eq(list_codes(&a, (str){ text, sizeof(text) }), STR("win32:1450")));
        memset(text, '.', sizeof(text));
        memcpy(text + before, "insufficient system resources", 29);
        assert_true(str_eq(list_codes(&a, (str){ text, sizeof(text) }), STR("~win32:1450")));
    }
    arena_finish(&a);
}

static void test_numbers(void **state)
{
    static const struct {
        uint64_t number;
        enum code_family family;
        uint32_t want;
    } rows[] = {
        { 0x800705aa, CODE_WIN32, 1450 },
        { 0xffffffff800705aa, CODE_WIN32, 1450 },
        { 0x80070718, CODE_WIN32, 1816 },
        { 0xc007045a, CODE_WIN32, 1114 },
        { 0xd000009a, CODE_NTSTATUS, 0xc000009a },
        { 0xffffffffc000009a, CODE_NTSTATUS, 0xc000009a },
        { 0x800423f2, CODE_HRESULT, 0x800423f2 },
        { 0x80004005, CODE_HRESULT, 0x80004005 },
        { 317, CODE_WIN32, 317 },
        { 0, CODE_NONE, 0 },
        { 0xffffffff, CODE_NONE, 0 },
        { 0x100000000, CODE_NONE, 0 },
        { 0x1c000009a, CODE_NONE, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct code got = code_from_number(rows[i].number);

        if (got.family != rows[i].family || got.number != rows[i].want)
            fail_msg("%#llx: got %s:%#x", (unsigned long long)rows[i].number,
                    code_family_name(got.family), (unsigned)got.number);
    }
    assert_int_equal(code_to_win32((struct code){ CODE_NTSTATUS, 0xc000009a }).number, 1450);
    assert_int_equal(code_to_win32((struct code){ CODE_NTSTATUS, 0xc0000017 }).number, 8);
    assert_int_equal(code_to_win32((struct code){ CODE_NTSTATUS, 0xc0009999 }).number, 0xc0009999);
}

static void test_text(void **state)
{
    static const char *const texts[] = { "win32:1450", "ntstatus:0xC000009A", "hresult:0x800423F2",
        "errno:12", "bugcheck:0x3F" };
    static const char *const names[] = { "ERROR_NO_SYSTEM_RESOURCES",
        "STATUS_INSUFFICIENT_RESOURCES", "VSS_E_WRITERERROR_TIMEOUT", "ENOMEM",
        "NO_MORE_SYSTEM_PTES" };
    struct arena a;
    struct code code;

    (void)state;
    arena_init(&a, 0);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        assert_true(code_parse(str_z(texts[i]), &code));
        assert_true(str_eq(code_text(&a, code), str_z(texts[i])));
        assert_string_equal(code_name(code), names[i]);
        assert_non_null(code_meaning(code));
    }
    assert_false(code_parse(STR("win32:0x5AA"), &code));
    assert_false(code_parse(STR("ntstatus:1450"), &code));
    assert_false(code_parse(STR("none:1"), &code));
    assert_false(code_parse(STR("win32:"), &code));
    assert_null(code_name((struct code){ CODE_WIN32, 64999 }));
    arena_finish(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spellings),
        cmocka_unit_test(test_messages),
        cmocka_unit_test(test_near_misses),
        cmocka_unit_test(test_long_text),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
