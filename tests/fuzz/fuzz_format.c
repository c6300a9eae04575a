/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_format: one parser over arbitrary bytes, compiled once per format with -DPARSER=parser_NAME for
 * the fuzzing engine, and once for all to replay: the format's name is then the first argument. The bytes
 * are made valid UTF-8 first, as the decoder promises it (raw parsers get them as they are). Properties: spans
 * lie inside the member, facts keep after the text is gone, texts are valid UTF-8, a second parse gives the same
 * facts, and no more bytes are understood than there are.
 */
#undef NDEBUG /* what is asserted here is what is tested, in every build */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock_watch.h"
#include "utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#ifdef PARSER
extern const struct parser PARSER;
#else
static const struct parser *chosen;
#define PARSER (*chosen)

int LLVMFuzzerInitialize(int *argc, char ***argv);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    chosen = *argc > 1 ? parser_find(str_z((*argv)[1])) : NULL;
    if (chosen == NULL) {
        fprintf(stderr, "fuzz_format: the name of a format comes first\n");
        exit(2);
    }
    (*argc)--;
    (*argv)++;
    return 0;
}
#endif

struct bytes_source {
    struct text_source source;
    const char *p;
    size_t at, n, step;
};

struct tally {
    struct sink sink;
    uint64_t facts, hash, size;
    uint64_t diags;
};

/* Of every run: memory that is fetched and given back for each would cost more than parsing. */
static struct text shared_text;
static struct arena shared_scratch, kept_facts;

static size_t read_bytes(struct text_source *source, char *buf, size_t size)
{
    struct bytes_source *s = (struct bytes_source *)source;
    size_t n = s->n - s->at;

    n = n < size ? n : size;
    n = n < s->step ? n : s->step; /* small pieces: every border between refills gets hit */
    memcpy(buf, s->p + s->at, n);
    s->at += n;
    return n;
}

static void check_text(const struct tally *t, str s)
{
    assert(PARSER.raw || utf8_valid(s));
    (void)t;
}

static void on_emit(struct sink *sink, const struct fact *fact)
{
    struct tally *t = (struct tally *)sink;
    const struct fact *kept = fact_keep(&kept_facts, fact);

    assert(kept != NULL);
    assert(fact->where.offset <= t->size);
    check_text(t, kept->quote);
    t->facts++;
    t->hash = t->hash * 31 + str_hash(kept->quote) + fact->where.line;
    for (size_t i = 0; i < kept->kind->nfields; i++) {
        const struct value *v = &kept->values[i];

        assert(v->type == VALUE_NONE || v->type == kept->kind->fields[i].type);
        if (v->type == VALUE_TEXT)
            check_text(t, v->s);
        t->hash = t->hash * 31 + (v->type == VALUE_TEXT ? str_hash(v->s) : (uint64_t)v->type);
    }
    arena_reset(&kept_facts);
}

static void on_diag(struct sink *sink, const struct diag *diag)
{
    struct tally *t = (struct tally *)sink;

    assert(diag->code != NULL && strchr(diag->code, '.') != NULL);
    t->diags++;
}

static void parse_once(const char *p, size_t n, size_t step, struct tally *ret)
{
    struct bytes_source source = { .source.read = read_bytes, .p = p, .n = n, .step = step };
    struct parse in = {
        .sink = &ret->sink,
        .scratch = &shared_scratch,
        .path = STR("case/member.log"),
        .name = STR("member.log"),
        .member = 1,
        .text = shared_text,
    };

    *ret = (struct tally){ .sink = { .emit = on_emit, .diag = on_diag }, .size = n };
    text_renew(&in.text, &source.source);
    PARSER.parse(&in);
    parse_stray_finish(&in);
    clock_finish(&in);
    assert(in.understood <= n);
    shared_text = in.text;
    arena_reset(&shared_scratch);
}

/* What the decoder would hand over: no NUL, no invalid bytes. */
static size_t make_text(char *to, const uint8_t *data, size_t size)
{
    str s = { (const char *)data, size };
    size_t n = 0;

    while (s.n != 0) {
        size_t length = utf8_length(s);

        if (length == 0 || s.p[0] == '\0') {
            to[n++] = '?';
            length = 1;
        } else {
            memcpy(to + n, s.p, length);
            n += length;
        }
        s = str_from(s, length);
    }
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *copy = malloc(size + 1);
    struct tally first, second;
    struct sniff sniff = { .path = STR("case/member.log"), .name = STR("member.log") };
    size_t n;

    assert(copy != NULL);
    if (PARSER.raw) {
        memcpy(copy, data, size);
        n = size;
        sniff.raw = (str){ copy, n };
    } else {
        n = make_text(copy, data, size);
        sniff.text = sniff.raw = (str){ copy, n };
    }
    (void)PARSER.sniff(&sniff);
    parse_once(copy, n, SIZE_MAX, &first);
    parse_once(copy, n, 61, &second);
    assert(first.facts == second.facts && first.hash == second.hash);
    free(copy);
    return 0;
}
