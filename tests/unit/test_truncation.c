/* SPDX-License-Identifier: Apache-2.0 */
/*
 * truncation: every sample of every format, cut at every byte (at 1500 places when it is longer): what
 * was said of records before the cut is still said, with the same values. Catches a parser that gives
 * up the whole for its torn end, that holds rows back until an end which does not come, or that loses
 * the last full record.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "clock_watch.h"
#include "utf8.h"

enum { CUTS = 1500, SAID_MOST = 20000, SAMPLE_MOST = 64 * 1024 };

/* One fact of these is one record; the others sum up what many lines say. */
static const struct kind *const record_kinds[] = { &kind_POOL_TAG, &kind_PROCESS, &kind_EVENT,
    &kind_ERROR, &kind_OPERATION, &kind_KERNEL_TASK, &kind_KERNEL_SLAB, &kind_KERNEL_MESSAGE,
    &kind_SETTING, &kind_BEANCOUNTER, &kind_LOG_MESSAGE, &kind_POOL_OWNER, &kind_KERNEL_COUNTER,
    &kind_KUBE_EVENT, &kind_KUBE_POD, NULL };

struct said {
    const struct kind *kind;
    uint64_t offset, length, hash;
};

struct list {
    struct sink sink;
    struct said *said;
    size_t n;
};

struct bytes_source {
    struct text_source source;
    const char *p;
    size_t at, n;
};

static struct text shared_text;
static struct arena scratch;

static size_t read_bytes(struct text_source *source, char *buf, size_t size)
{
    struct bytes_source *s = (struct bytes_source *)source;
    size_t n = s->n - s->at < size ? s->n - s->at : size;

    memcpy(buf, s->p + s->at, n);
    s->at += n;
    return n;
}

static bool is_record(const struct kind *kind)
{
    for (size_t i = 0; record_kinds[i] != NULL; i++) {
        if (record_kinds[i] == kind)
            return true;
    }
    return false;
}

static uint64_t value_hash(const struct value *v)
{
    uint64_t hash = (uint64_t)v->type;

    if (v->type == VALUE_TEXT)
        return hash * 31 + str_hash(v->s);
    if (v->type == VALUE_INT)
        return hash * 31 + (uint64_t)v->i;
    if (v->type == VALUE_MAP) {
        for (size_t i = 0; i < v->m.n; i++)
            hash = (hash * 31 + str_hash(v->m.pairs[i].name)) * 31 + str_hash(v->m.pairs[i].text);
    }
    return hash;
}

static void on_emit(struct sink *sink, const struct fact *fact)
{
    struct list *list = (struct list *)sink;
    struct said *said;

    if (!is_record(fact->kind) || list->n == SAID_MOST)
        return;
    said = &list->said[list->n++];
    *said = (struct said){ fact->kind, fact->where.offset, fact->where.length, 0 };
    for (size_t i = 0; i < fact->kind->nfields; i++)
        said->hash = said->hash * 31 + value_hash(&fact->values[i]);
}

static void on_diag(struct sink *sink, const struct diag *diag)
{
    (void)sink;
    (void)diag;
}

static void run(const struct parser *parser, str name, str bytes, struct list *list)
{
    struct bytes_source source = { .source.read = read_bytes, .p = bytes.p, .n = bytes.n };
    struct parse in = { .sink = &list->sink,
        .scratch = &scratch,
        .path = name,
        .name = name,
        .member = 1,
        .text = shared_text };

    list->sink = (struct sink){ .emit = on_emit, .diag = on_diag };
    list->n = 0;
    text_renew(&in.text, &source.source);
    parser->parse(&in);
    parse_stray_finish(&in);
    clock_finish(&in);
    shared_text = in.text;
    arena_reset(&scratch);
}

/* What the decoder would hand over, or 0: the sample is in another encoding. */
static size_t make_text(const struct parser *parser, char *p, size_t n)
{
    if (!parser->raw && (memchr(p, 0, n) != NULL || !utf8_valid((str){ p, n })))
        return 0;
    return n;
}

static bool has(const struct list *list, const struct said *want)
{
    for (size_t i = 0; i < list->n; i++) {
        const struct said *said = &list->said[i];

        if (said->kind == want->kind && said->offset == want->offset && said->hash == want->hash)
            return true;
    }
    return false;
}

/* A record is over where the next one of its kind is over: how far one reaches the fact need not say. */
static bool is_over(const struct list *whole, const struct said *said, size_t cut)
{
    for (size_t i = 0; i < whole->n; i++) {
        const struct said *next = &whole->said[i];

        if (next->kind == said->kind && next->offset > said->offset &&
                next->offset + next->length < cut)
            return true;
    }
    return false;
}

static unsigned lost;
static size_t checked;

static void cut_sample(const struct parser *parser, const char *path, str name, str bytes)
{
    static struct said whole_said[SAID_MOST], part_said[SAID_MOST];
    struct list whole = { .said = whole_said }, part = { .said = part_said };
    size_t step = bytes.n / CUTS + 1;

    run(parser, name, bytes, &whole);
    for (size_t cut = 0; cut < bytes.n; cut += step) {
        run(parser, name, str_slice(bytes, 0, cut), &part);
        for (size_t i = 0; i < whole.n; i++) {
            const struct said *said = &whole.said[i];

            if (!is_over(&whole, said, cut))
                continue;
            checked++;
            if (!has(&part, said)) {
                fprintf(stderr, "%s cut at %zu: no %s at %llu\n", path, cut, said->kind->name,
                        (unsigned long long)said->offset);
                lost++;
                return;
            }
        }
    }
}

static void read_sample(const struct parser *parser, const char *folder, const char *file)
{
    static char buf[SAMPLE_MOST];
    char path[4096];
    FILE *f;
    size_t n;

    snprintf(path, sizeof(path), "%s/%s/%s", SAMPLES, folder, file);
    f = fopen(path, "rb");
    assert_non_null(f);
    n = fread(buf, 1, sizeof(buf), f);
    fclose(f);
    cut_sample(parser, path, str_z(file), (str){ buf, make_text(parser, buf, n) });
}

static void test_samples(void **state)
{
    unsigned samples = 0;

    (void)state;
    arena_init(&scratch, 0);
    for (const struct parser *const *p = parsers; *p != NULL; p++) {
        char path[4096];
        struct dirent **files;
        int n;

        snprintf(path, sizeof(path), "%s/%s", SAMPLES, (*p)->name);
        n = scandir(path, &files, NULL, alphasort);
        for (int i = 0; i < n; i++) {
            if (str_ends(str_z(files[i]->d_name), STR(".in"))) {
                read_sample(*p, (*p)->name, files[i]->d_name);
                samples++;
            }
            free(files[i]);
        }
        if (n >= 0)
            free(files);
    }
    text_finish(&shared_text);
    arena_finish(&scratch);
    assert_true(samples > 100 && checked > 10000);
    assert_int_equal(lost, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_samples) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
