/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel_tables: the tables behind a Mem-Info block.
 *
 *     [  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name
 *     [   1876]     0  1876    59513      118   118784      107             0 tmux: client
 *
 *     Unreclaimable slab info:
 *     Name                      Used          Total
 *     kmalloc-4k             48944KB      61856KB
 *
 *     Memory allocations (profiling is currently turned on):
 *         38.4 MiB     5505 mm/slub.c:3075 func:alloc_slab_page
 *
 * The columns of the task table are read from its heading: a dozen layouts exist. Sizes in it are
 * pages, except the one that says bytes. The name is the rest of the row: it may hold anything.
 */
#include "kernel_report.h"
#include "limits.h"

#define TASK_LIMIT 20000
#define SLAB_LIMIT 2000
#define TAG_LIMIT 1000

enum { CHUNK_ROWS = 128 };

/* Columns without a field of their own. */
enum {
    COLUMN_IGNORED = KERNEL_TASK_NFIELDS,
    COLUMN_TABLE_PAGES,
    COLUMN_NAME,
};

static const struct {
    str heading;
    uint8_t column;
} headings[] = {
    { STR_INIT("pid"), KERNEL_TASK_PID },
    { STR_INIT("uid"), KERNEL_TASK_UID },
    { STR_INIT("tgid"), KERNEL_TASK_TGID },
    { STR_INIT("total_vm"), KERNEL_TASK_VIRTUAL },
    { STR_INIT("rss"), KERNEL_TASK_RSS },
    { STR_INIT("rss_anon"), KERNEL_TASK_RSS_ANON },
    { STR_INIT("rss_file"), KERNEL_TASK_RSS_FILE },
    { STR_INIT("rss_shmem"), KERNEL_TASK_RSS_SHMEM },
    { STR_INIT("nr_ptes"), COLUMN_TABLE_PAGES },
    { STR_INIT("nr_pmds"), COLUMN_TABLE_PAGES },
    { STR_INIT("nr_puds"), COLUMN_TABLE_PAGES },
    { STR_INIT("pgtables_bytes"), KERNEL_TASK_PAGETABLES },
    { STR_INIT("swapents"), KERNEL_TASK_SWAP },
    { STR_INIT("oom_score_adj"), KERNEL_TASK_SCORE_ADJ },
    { STR_INIT("name"), COLUMN_NAME },
};

void *table_add(struct report *r, struct table *t, size_t row_size, unsigned limit)
{
    struct chunk *c = t->last;

    if (t->n == limit) {
        t->lost++;
        return NULL;
    }
    if (c == NULL || c->n == CHUNK_ROWS) {
        c = arena_try(&r->arena, sizeof(*c));
        if (c != NULL)
            c->rows = arena_try(&r->arena, row_size * CHUNK_ROWS);
        if (c == NULL || c->rows == NULL) {
            t->lost++;
            return NULL;
        }
        if (t->last != NULL)
            t->last->next = c;
        else
            t->first = c;
        t->last = c;
    }
    t->n++;
    return (char *)c->rows + row_size * c->n++;
}

/* "[ pid ]   uid  tgid total_vm ... name" */
static bool is_task_heading(str s)
{
    if (!str_take_char(&s, '['))
        return false;
    str_skip_blanks(&s);
    if (!str_take(&s, STR("pid")))
        return false;
    str_skip_blanks(&s);
    return str_take_char(&s, ']');
}

static void read_heading(struct report *r, str s)
{
    str word;

    r->ncolumns = 0;
    r->columns[r->ncolumns++] = KERNEL_TASK_PID;
    s = str_from(s, str_find_char(s, ']') + 1);
    while (r->ncolumns < TASK_COLUMNS && str_word(&s, &word)) {
        uint8_t column = COLUMN_IGNORED;

        for (size_t i = 0; i < sizeof(headings) / sizeof(headings[0]); i++) {
            if (str_eq(headings[i].heading, word))
                column = headings[i].column;
        }
        if (column == COLUMN_NAME)
            break;
        r->columns[r->ncolumns++] = column;
    }
    r->in_table = TABLE_TASKS;
}

static bool read_task(struct report *r, str s)
{
    struct task_row row = { .table_pages = -1 };
    struct task_row *kept;
    str word;
    int64_t value;

    if (!str_take_char(&s, '[') || r->ncolumns == 0)
        return false;
    for (size_t i = 0; i < KERNEL_TASK_NFIELDS; i++)
        row.values[i] = INT64_MIN;
    for (unsigned i = 0; i < r->ncolumns; i++) {
        if (!str_word(&s, &word))
            return false;
        if (i == 0) {
            if (word.n != 0 && word.p[word.n - 1] == ']')
                word.n--;
            else if (!str_take_char(&s, ']'))
                return false;
        }
        if (!str_i64(word, &value))
            return false;
        if (r->columns[i] < KERNEL_TASK_NFIELDS)
            row.values[r->columns[i]] = value;
        else if (r->columns[i] == COLUMN_TABLE_PAGES && value >= 0 && value < (1ll << 40))
            row.table_pages = (row.table_pages < 0 ? 0 : row.table_pages) + value;
    }
    kept = table_add(r, &r->tasks, sizeof(row), TASK_LIMIT);
    if (kept != NULL) {
        *kept = row;
        kept->place = kernel_place(r);
        kept->name = report_keep(r, str_slice(str_trim(s), 0, 256));
    }
    return true;
}

/* "48944KB" */
static bool kilobytes(str word, int64_t *ret)
{
    uint64_t value;

    if (!str_take_u64(&word, &value) || !str_eq_nocase(word, STR("KB")) ||
            value > (uint64_t)INT64_MAX / KIB)
        return false;
    *ret = (int64_t)(value * KIB);
    return true;
}

/* Two sizes at the end, a name before them. */
static bool read_slab(struct report *r, str s)
{
    struct slab_row row = { 0 };
    struct slab_row *kept;
    size_t at = str_rfind_char(s, ' ');

    if (at == STR_NONE || !kilobytes(str_from(s, at + 1), &row.total))
        return false;
    s = str_trim_end(str_slice(s, 0, at));
    at = str_rfind_char(s, ' ');
    if (at == STR_NONE || !kilobytes(str_from(s, at + 1), &row.used))
        return false;
    s = str_trim(str_slice(s, 0, at));
    kept = s.n != 0 ? table_add(r, &r->slabs, sizeof(row), SLAB_LIMIT) : NULL;
    if (kept != NULL) {
        *kept = row;
        kept->place = kernel_place(r);
        kept->name = report_keep(r, str_slice(s, 0, 128));
    }
    return true;
}

static double unit_of(str word)
{
    static const char letters[] = "KMGTPE";
    double unit = 1;

    if (str_eq(word, STR("B")))
        return 1;
    for (size_t i = 0; i < sizeof(letters) - 1; i++) {
        unit *= 1024;
        if (word.n != 0 && word.p[0] == letters[i] && str_ends(word, STR("B")))
            return unit;
    }
    return 0;
}

/* "38.4 MiB     5505 mm/slub.c:3075 [module] func:alloc_slab_page" */
static bool read_tag(struct report *r, str s)
{
    struct tag_row row = { 0 };
    struct tag_row *kept;
    str size, unit, calls, word;
    double value;
    uint64_t n;

    if (!str_word(&s, &size) || !str_word(&s, &unit) || !str_word(&s, &calls) ||
            !str_word(&s, &row.site) || !str_real(size, &value) || value < 0 || value > 1e9 ||
            unit_of(unit) == 0 || !str_u64(calls, &n) || n > INT64_MAX)
        return false;
    row.bytes = (int64_t)(value * unit_of(unit));
    row.calls = (int64_t)n;
    while (str_word(&s, &word)) {
        if (str_take_char(&word, '['))
            row.module = str_slice(word, 0, str_find_char(word, ']'));
        else if (str_take(&word, STR("func:")))
            row.function = word;
    }
    kept = table_add(r, &r->tags, sizeof(row), TAG_LIMIT);
    if (kept != NULL) {
        *kept = row;
        kept->place = kernel_place(r);
        kept->site = report_keep(r, str_slice(row.site, 0, 256));
        kept->module = report_keep(r, str_slice(row.module, 0, 64));
        kept->function = report_keep(r, str_slice(row.function, 0, 128));
    }
    return true;
}

bool tables_line(struct report *r, str s)
{
    if (s.n == 0)
        return false;
    if (is_task_heading(s)) {
        read_heading(r, s);
        return true;
    }
    if (str_starts(s, STR("Tasks state ("))) {
        r->in_table = TABLE_NONE;
        return true;
    }
    if (str_starts(s, STR("Unreclaimable slab info:"))) {
        r->in_table = TABLE_SLABS;
        return true;
    }
    if (str_starts(s, STR("Memory allocations"))) {
        r->in_table = TABLE_TAGS;
        return true;
    }
    switch (r->in_table) {
    case TABLE_NONE:
        /* The heading was lost: the layout is that of the report before. */
        if (r->form != FORM_OOM || !r->totals_seen || !read_task(r, s))
            return false;
        r->in_table = TABLE_TASKS;
        return true;
    case TABLE_TASKS:
        return read_task(r, s);
    case TABLE_SLABS:
        return read_slab(r, s) || str_starts(s, STR("Name "));
    case TABLE_TAGS:
        return read_tag(r, s);
    }
    return false;
}

static struct value scaled(int64_t value, int64_t unit)
{
    int64_t bytes;

    if (value < 0 || __builtin_mul_overflow(value, unit, &bytes))
        return value_none();
    return value_int(bytes);
}

static void emit_task(struct parse *in, const struct report *r, const struct task_row *row)
{
    static const uint8_t in_pages[] = { KERNEL_TASK_VIRTUAL, KERNEL_TASK_RSS, KERNEL_TASK_RSS_ANON,
        KERNEL_TASK_RSS_FILE, KERNEL_TASK_RSS_SHMEM, KERNEL_TASK_SWAP };
    static const uint8_t plain[] = { KERNEL_TASK_PID, KERNEL_TASK_TGID, KERNEL_TASK_UID,
        KERNEL_TASK_SCORE_ADJ };
    int64_t page = report_page_size(r);
    struct value values[KERNEL_TASK_NFIELDS] = {
        [KERNEL_TASK_REPORT] = value_u64(r->number),
        [KERNEL_TASK_NAME] = value_text(row->name),
        [KERNEL_TASK_PAGETABLES] = scaled(row->values[KERNEL_TASK_PAGETABLES], 1),
    };

    for (size_t i = 0; i < sizeof(in_pages); i++)
        values[in_pages[i]] = scaled(row->values[in_pages[i]], page);
    for (size_t i = 0; i < sizeof(plain); i++) {
        if (row->values[plain[i]] != INT64_MIN)
            values[plain[i]] = value_int(row->values[plain[i]]);
    }
    if (row->table_pages >= 0)
        values[KERNEL_TASK_PAGETABLES] = scaled(row->table_pages, page);
    emit_at(in, &kind_KERNEL_TASK, row->place.where, row->place.quote, r->when, values);
}

static void emit_slab(struct parse *in, const struct report *r, const struct slab_row *row)
{
    const struct value values[KERNEL_SLAB_NFIELDS] = {
        [KERNEL_SLAB_REPORT] = value_u64(r->number),
        [KERNEL_SLAB_CACHE] = value_text(row->name),
        [KERNEL_SLAB_USED] = value_int(row->used),
        [KERNEL_SLAB_BYTES] = value_int(row->total),
    };

    emit_at(in, &kind_KERNEL_SLAB, row->place.where, row->place.quote, r->when, values);
}

static void emit_tag(struct parse *in, const struct report *r, const struct tag_row *row)
{
    const struct value values[KERNEL_TAGGED_NFIELDS] = {
        [KERNEL_TAGGED_REPORT] = value_u64(r->number),
        [KERNEL_TAGGED_SITE] = value_text(row->site),
        [KERNEL_TAGGED_FUNCTION] = value_text(row->function),
        [KERNEL_TAGGED_MODULE] = value_text(row->module),
        [KERNEL_TAGGED_BYTES] = value_int(row->bytes),
        [KERNEL_TAGGED_CALLS] = value_int(row->calls),
    };

    emit_at(in, &kind_KERNEL_TAGGED, row->place.where, row->place.quote, r->when, values);
}

void tables_emit(struct parse *in, struct report *r)
{
    for (const struct chunk *c = r->tasks.first; c != NULL; c = c->next) {
        for (unsigned i = 0; i < c->n; i++)
            emit_task(in, r, (const struct task_row *)c->rows + i);
    }
    for (const struct chunk *c = r->slabs.first; c != NULL; c = c->next) {
        for (unsigned i = 0; i < c->n; i++)
            emit_slab(in, r, (const struct slab_row *)c->rows + i);
    }
    for (const struct chunk *c = r->tags.first; c != NULL; c = c->next) {
        for (unsigned i = 0; i < c->n; i++)
            emit_tag(in, r, (const struct tag_row *)c->rows + i);
    }
    if (r->tasks.lost + r->slabs.lost + r->tags.lost != 0)
        parse_diag(in, DIAG_WARNING, "kernel-log.report-size", NULL,
                STR("rows of a report past the limit were dropped"));
}
