/* SPDX-License-Identifier: Apache-2.0 */
/* pdh: the cells of rows that no window holds, the names of counters, series in a fixed space, and whole logs
 * that are hostile by their size. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "counter_names.h"
#include "limits.h"
#include "parser.h"
#include "pdh_cells.h"
#include "series.h"

struct bytes {
    struct text_source source;
    str left;
    size_t step;
};

static size_t read_bytes(struct text_source *source, char *buf, size_t size)
{
    struct bytes *b = (struct bytes *)source;
    size_t n = b->left.n < size ? b->left.n : size;

    n = n < b->step ? n : b->step;
    memcpy(buf, b->left.p, n);
    b->left = str_from(b->left, n);
    return n;
}

/* ---- cells */

static const struct {
    const char *row; /* up to its line end */
    char sep;
    const char *cells; /* each between < and >, ! behind one that is torn */
    bool open;
} rows[] = {
    { "\"a\",\"b\"\n", ',', "<a><b>", false },
    { "\"a\",\"b\"\r\r\n", ',', "<a><b>", false },
    { "a,,c\r\n", ',', "<a><><c>", false },
    { "\"a\",\"\",\"c\"\n", ',', "<a><><c>", false },
    { "\"a\", 1\n\n", ',', "<a\", 1>", true },
    /* quotes and separators inside a name */
    { "\"x(\"A\", b/c)\",\"1\"\n", ',', "<x(\"A\", b/c)><1>", false },
    { "\"x(a,b)\",\"1\"\n", ',', "<x(a,b)><1>", false },
    { "\"a\"\t\" \"\t\"0,5\"\n", '\t', "<a>< ><0,5>", false },
    { "1,5;2;\n", ';', "<1,5><2><>", false },
    /* never closed: the line's end ends it */
    { "\"a\",\"b\n", ',', "<a><b>", true },
    { "\"a,\"b\",c\n", ',', "<a,\"b\",c>", true },
    /* the member ends here */
    { "\"a\",\"b\"", ',', "<a><b>", false },
    { "\"a\",\"b", ',', "<a><b!>", false },
    { "a,12", ',', "<a><12!>", false },
    { "\"a\",", ',', "<a><!>", false },
};

/* Catches: a border between two reads inside quotes, separators and line ends. */
static void test_cells(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (size_t step = 1; step < 20; step++) {
            struct bytes in = { { .read = read_bytes }, str_z(rows[i].row), step };
            char got[200] = "";
            struct text text;
            struct pdh_cells cells;
            struct pdh_cell cell;
            size_t n = 0;

            text_init(&text, &in.source);
            pdh_cells_init(&cells, &text, rows[i].sep);
            while (pdh_cells_next(&cells, &cell))
                n += (size_t)snprintf(got + n, sizeof(got) - n, "<%.*s%s>", STR_ARG(cell.s),
                        cell.torn ? "!" : "");
            if (strcmp(got, rows[i].cells) != 0 || cells.open != rows[i].open)
                fail_msg("%s by %zu: %s %d, want %s %d", rows[i].row, step, got, cells.open,
                        rows[i].cells, rows[i].open);
            text_finish(&text);
        }
    }
}

/* ---- names */

static const struct {
    const char *path, *host, *object, *instance, *counter;
} paths[] = {
    { "\\\\A\\Memory\\Cache Bytes", "A", "Memory", "", "Cache Bytes" },
    { "\\Memory\\Cache Bytes", "", "Memory", "", "Cache Bytes" },
    { "\\\\A\\Process(x(y)\\z)\\Handle Count", "A", "Process", "x(y)\\z", "Handle Count" },
    { "\\\\A\\Paging File(\\??\\C:\\pagefile.sys)\\% Usage", "A", "Paging File",
            "\\??\\C:\\pagefile.sys", "% Usage" },
    { "\\\\esx\\Memory\\Memory Overcommit (1 Minute Avg)", "esx", "Memory", "",
            "Memory Overcommit (1 Minute Avg)" },
    { "\\\\esx\\Virtual Disk(vm:scsi3:0)\\Average MilliSec/Write", "esx", "Virtual Disk",
            "vm:scsi3:0", "Average MilliSec/Write" },
};

static const char *const no_paths[] = { "", "x", "\\", "\\\\", "\\\\A", "\\\\\\B\\C", "\\\\A\\B",
    "\\\\A\\B(c\\d", "\\\\A\\B(c)", "\\\\A\\(c)\\d", "\\\\A\\B\\" };

static void test_paths(void **state)
{
    struct counter_path got;

    (void)state;
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        assert_true(counter_path_cut(str_z(paths[i].path), &got));
        if (!str_eq(got.host, str_z(paths[i].host)) ||
                !str_eq(got.object, str_z(paths[i].object)) ||
                !str_eq(got.instance, str_z(paths[i].instance)) ||
                !str_eq(got.counter, str_z(paths[i].counter)))
            fail_msg("%s: <%.*s> <%.*s> <%.*s> <%.*s>", paths[i].path, STR_ARG(got.host),
                    STR_ARG(got.object), STR_ARG(got.instance), STR_ARG(got.counter));
    }
    for (size_t i = 0; i < sizeof(no_paths) / sizeof(no_paths[0]); i++)
        if (counter_path_cut(str_z(no_paths[i]), &got))
            fail_msg("%s is no path", no_paths[i]);
}

static const struct {
    const char *object, *counter, *english_object, *english_counter;
    bool known;
} names[] = {
    { "Memory", "pool nonpaged bytes", "Memory", "Pool Nonpaged Bytes", true },
    { "Arbeitsspeicher", "Freie Seitentabelleneinträge", "Memory", "Free System Page Table Entries",
            true },
    { "Prozess", "Arbeitsseiten", "Process", "Working Set", true },
    { "Fichier d\xe2\x80\x99\xc3\xa9"
      "change",
            "% d'utilisation", "Paging File", "% Usage", false },
    { "Процесс", "Байт исключительного пользования", "Process", "Private Bytes", true },
    /* What an object that is not known counts may mean anything. */
    { "Druckserver", "Arbeitsseiten", "Druckserver", "Arbeitsseiten", false },
};

static void test_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const struct counter_path path = { .object = str_z(names[i].object),
            .counter = str_z(names[i].counter) };
        struct counter_name got = counter_name_find(&path);

        if (!str_eq(got.object, str_z(names[i].english_object)) ||
                !str_eq(got.counter, str_z(names[i].english_counter)) ||
                got.known != names[i].known)
            fail_msg("%s\\%s: %.*s\\%.*s %d", names[i].object, names[i].counter,
                    STR_ARG(got.object), STR_ARG(got.counter), got.known);
    }
}

/* ---- series */

enum { ROWS = 1000 };

/* As pdh does it: 32 stretches of `step` rows each, merged two by two. */
static struct series_trend trend_of(double (*value)(int), int rows_n, struct series *ret)
{
    double times[SERIES_POINTS] = { 0 };
    size_t stretch = 0, step = 1, in = 0;

    series_clear(ret);
    for (int i = 0; i < rows_n; i++, in++) {
        const struct sample sample = { .value = value(i) };

        if (in == step) {
            in = 0;
            stretch++;
        }
        if (stretch == SERIES_POINTS) {
            series_merge(ret);
            for (size_t k = 0; k < SERIES_POINTS / 2; k++)
                times[k] = (times[2 * k] + times[2 * k + 1]) / 2;
            stretch = SERIES_POINTS / 2;
            step *= 2;
        }
        times[stretch] = in == 0 ? i : times[stretch] + (i - times[stretch]) / (double)(in + 1);
        if (!isnan(sample.value))
            series_add(ret, &sample, stretch);
    }
    return series_trend(ret, times);
}

static double line_of(int i)
{
    return 100 + 3.0 * i;
}

static double spiked(int i)
{
    return i == 500 ? 1e15 : line_of(i);
}

static double noise(int i)
{
    return 100 + (i * 7919) % 50;
}

static double warm_up(int i)
{
    return i < 300 ? 100 + i : 400 + (i * 7919) % 5;
}

static double falls(int i)
{
    return 9000 - i;
}

static double sparse(int i)
{
    return i % 3 == 0 ? NAN : line_of(i);
}

static const struct {
    const char *what;
    double (*value)(int);
    int rows;
    double slope, within;
    const char *verdict;
} trends[] = {
    { "a line", line_of, ROWS, 3, 1e-9, "rising" },
    /* One absurd sample moves one stretch, not the slope; least squares would give 1e9 and more. */
    { "a line with a spike", spiked, ROWS, 3, 0.3, "rising" },
    { "noise", noise, ROWS, 0, 0.05, "flat" },
    { "growth that ended", warm_up, ROWS, 0.3, 0.3, "settling" },
    { "a fall", falls, ROWS, -1, 1e-9, "falling" },
    { "a line with holes", sparse, ROWS, 3, 0.1, "rising" },
    { "three samples", line_of, 3, 3, 1e-9, "rate" },
    { "one sample", line_of, 1, 0, 0, "candidate" },
};

static void test_series(void **state)
{
    struct series s;

    (void)state;
    for (size_t i = 0; i < sizeof(trends) / sizeof(trends[0]); i++) {
        struct series_trend got = trend_of(trends[i].value, trends[i].rows, &s);

        if (strcmp(got.verdict, trends[i].verdict) != 0 ||
                fabs(got.slope - trends[i].slope) > trends[i].within)
            fail_msg("%s: %s %g, want %s %g", trends[i].what, got.verdict, got.slope,
                    trends[i].verdict, trends[i].slope);
    }
    (void)trend_of(line_of, ROWS, &s);
    assert_true(s.n == ROWS && s.first == 100 && s.low == 100);
    assert_true(s.last.value == 3097 && s.high.value == 3097 && s.sum == 1598500);
}

/* ---- whole logs */

struct tally {
    struct sink sink;
    uint64_t counters, columns_diag, rows_diag;
    double last;
};

static void on_emit(struct sink *sink, const struct fact *fact)
{
    struct tally *t = (struct tally *)sink;

    if (fact->kind != &kind_COUNTER)
        return;
    t->counters++;
    t->last = fact->values[COUNTER_LAST].d;
}

static void on_diag(struct sink *sink, const struct diag *diag)
{
    struct tally *t = (struct tally *)sink;

    t->columns_diag += strcmp(diag->code, "pdh.columns") == 0;
    t->rows_diag += strcmp(diag->code, "pdh.row") == 0;
}

static struct tally run(str text)
{
    struct bytes in = { { .read = read_bytes }, text, 4096 };
    struct tally t = { .sink = { .emit = on_emit, .diag = on_diag } };
    struct arena scratch;
    struct parse parse = {
        .sink = &t.sink, .scratch = &scratch, .path = STR("a"), .name = STR("a")
    };

    arena_init(&scratch, 0);
    text_init(&parse.text, &in.source);
    parser_find(STR("perfmon"))->parse(&parse);
    /* The window never held a whole row. */
    assert_true(parse.text.size <= LIMIT_RECORD);
    text_finish(&parse.text);
    arena_finish(&scratch);
    return t;
}

static char *buffer(size_t size)
{
    char *p = malloc(size);

    if (p == NULL)
        abort();
    return p;
}

static str wide_log(size_t columns, size_t cells)
{
    size_t size = columns * 64 + 3 * cells * 16 + 400;
    char *p = buffer(size);
    size_t n = (size_t)snprintf(p, size, "\"(PDH-CSV 4.0) (UTC)(0)\"");

    for (size_t i = 0; i < columns; i++)
        n += (size_t)snprintf(
                p + n, size - n, ",\"\\\\DEPOT3\\Process(service %zu)\\Handle Count\"", i);
    p[n++] = '\n';
    for (int row = 0; row < 3; row++) {
        n += (size_t)snprintf(p + n, size - n, "\"03/14/2026 10:00:0%d.000\"", row);
        for (size_t i = 0; i < cells; i++)
            n += (size_t)snprintf(p + n, size - n, ",\"%zu\"", i + row);
        p[n++] = '\n';
    }
    return (str){ p, n };
}

/* Catches: rows taken as lines (4 MB, cut to 64 KiB), columns that wander, memory that grows with the row. */
static void test_wide(void **state)
{
    str text = wide_log(50000, 50000);
    struct tally t = run(text);

    (void)state;
    assert_int_equal(t.counters, 50000);
    assert_true(t.last == 50001 && t.columns_diag == 0 && t.rows_diag == 0);
    free((char *)(uintptr_t)text.p);
    text = wide_log(100000, 100000);
    t = run(text);
    assert_int_equal(t.counters, LIMIT_COUNTERS);
    assert_int_equal(t.columns_diag, 1);
    free((char *)(uintptr_t)text.p);
    /* More cells than the heading has: no telling which column they are of. */
    text = wide_log(10, 100000);
    t = run(text);
    assert_int_equal(t.counters, 0);
    assert_int_equal(t.rows_diag, 3);
    free((char *)(uintptr_t)text.p);
}

/* Catches: one open quote that swallows the file. */
static void test_open_quote(void **state)
{
    enum { JUNK = 3 * 1024 * 1024 };
    static const char head[] = "\"(PDH-CSV 4.0)\",\"\\\\A\\Memory\\Cache Bytes\"\n";
    static const char row[] = "\"03/14/2026 10:00:00.000\",\"7\"\n";
    char *p = buffer(JUNK + 400);
    size_t n = (size_t)sprintf(p, "%s\"03/14/2026 09:00:00.000\",\"", head);
    struct tally t;

    (void)state;
    memset(p + n, '"', JUNK);
    n += JUNK;
    n += (size_t)sprintf(p + n, "\n%s", row);
    t = run((str){ p, n });
    assert_true(t.counters == 1 && t.last == 7);
    free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cells),
        cmocka_unit_test(test_paths),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_series),
        cmocka_unit_test(test_wide),
        cmocka_unit_test(test_open_quote),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
