/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain: takes words one after the other: a phrase where some of them make one, a line where they
 * make sense only together, else each by itself.
 */
#include "explain.h"

#include <stdlib.h>
#include <string.h>

#include "explain_words.h"

enum {
    WORDS_MOST = 64,
    WORD_MOST = 4096,
    ROW_LEAST = 6 /* words of a row of poolmon or of beancounters */
};

static const char around[] = "()[]{}<>\"'`,;.:!";

static str without_marks(str word)
{
    while (word.n != 0 && strchr(around, word.p[0]) != NULL)
        word = str_from(word, 1);
    while (word.n != 0 && strchr(around, word.p[word.n - 1]) != NULL)
        word.n--;
    return word;
}

static int by_rank(const void *a, const void *b)
{
    const struct reading *x = a, *y = b;

    return x->rank != y->rank ? (x->rank < y->rank) - (x->rank > y->rank) : str_cmp(x->id, y->id);
}

static int best_rank(const struct explained *r)
{
    int best = 0;

    for (size_t i = 0; i < r->n; i++)
        best = r->readings[i].rank > best ? r->readings[i].rank : best;
    return best;
}

/* All events of a provider, one line each. */
static void explain_provider(struct explain *e, str name)
{
    const struct table *table = table_find("events");

    if (name.n < 3 || !provider_known(name))
        return;
    for (size_t row = 0; row < table->nrows; row++) {
        str provider = table_cell(table, row, "provider");
        struct reading *r;

        if (!str_eq_nocase(provider, name))
            continue;
        r = reading_add(e, RANK_SEARCH, "event",
                arena_printf(e->a, "%.*s/%.*s", STR_ARG(provider),
                        STR_ARG(table_cell(table, row, "id"))));
        if (r != NULL)
            r->name = table_cell(table, row, "meaning");
    }
}

/* "Srv/2019", "HTTP/Connections_Refused" */
static void explain_slash(struct explain *e, str word)
{
    size_t slash = str_rfind_char(word, '/');
    str id;

    if (slash == STR_NONE || slash == 0)
        return;
    id = str_from(word, slash + 1);
    (void)explain_event_named(e, RANK_GIVEN, str_slice(word, 0, slash), id);
}

/* Everything that goes by this very name. */
static void explain_name(struct explain *e, str word)
{
    struct number number;
    struct code code;

    if (code_parse(word, &code))
        explain_code(e, RANK_GIVEN, code);
    if (number_take(word, &number))
        explain_number(e, number);
    (void)explain_code_name(e, word);
    (void)explain_facility_name(e, word);
    (void)explain_gfp_names(e, word, (str){ NULL, 0 });
    (void)explain_beancounter(e, RANK_CERTAIN, word);
    (void)explain_class(e, RANK_CERTAIN, word, (str){ NULL, 0 });
    (void)explain_term(e, RANK_CERTAIN, word);
    (void)explain_signal(e, word);
    if (!explain_cause(e, word))
        (void)explain_rule(e, word);
    (void)explain_vss_writer(e, word);
    explain_slash(e, word);
    if (table_pool_tag(table_find("pool_tags"), word) != table_find("pool_tags")->nrows)
        explain_tag(e, word, false);
    else
        (void)explain_tag_nocase(e, word);
    explain_provider(e, word);
}

void explain_word(struct explain *e, str word)
{
    explain_name(e, word);
    if (e->ret->n == 0 && without_marks(word).n != word.n)
        explain_name(e, without_marks(word));
}

/* Names of codes, numbers in hexadecimal and phrases such as status=203/EXEC: what cannot stand there
 * by chance. */
void explain_tokens(struct explain *e, str line)
{
    str words[WORDS_MOST], word;
    size_t n = 0;

    while (n < WORDS_MOST && str_word(&line, &word))
        words[n++] = word;
    for (size_t i = 0; n > 1 && i < n; i++) {
        str bare = without_marks(words[i]);
        size_t taken = str_find_char(bare, '=') != STR_NONE ? explain_phrase(e, &bare, 1) : 0;

        if (taken == 0 && i + 1 < n)
            taken = explain_keyword(e, words + i, n - i);
        if (taken > 1)
            i += taken - 1;
        if (taken != 0)
            continue;
        (void)explain_code_name(e, bare);
        (void)explain_signal(e, bare);
    }
}

/* Nothing goes by the name: lines, then what holds the words, then what looks like it. */
static void explain_rest(struct explain *e, str text)
{
    if (best_rank(e->ret) > RANK_UNLIKELY)
        return;
    if (explain_line(e, text))
        return;
    explain_tokens(e, text);
    if (e->ret->n != 0)
        return;
    explain_search(e, text);
    /* Any four letters may be a tag that nobody knows; a word that stands somewhere is none. */
    if (e->ret->n == 0)
        explain_tag(e, text, false);
    if (best_rank(e->ret) <= RANK_UNLIKELY && str_find_char(text, ' ') == STR_NONE)
        explain_near(e, without_marks(text));
}

static void settle(struct explained *ret)
{
    if (ret->n != 0)
        qsort(ret->readings, ret->n, sizeof(*ret->readings), by_rank);
}

static void begin(struct explain *e, struct explained *ret, str text)
{
    *ret = (struct explained){ .text = text };
    e->ret = ret;
}

/* A whole argument with blanks in it: one phrase, one line, or words to look for. */
static void explain_quoted(struct explain *e, str text)
{
    str words[WORDS_MOST], rest = text, word;
    size_t n = 0;

    while (n < WORDS_MOST && str_word(&rest, &word))
        words[n++] = word;
    if (n != 0 && explain_phrase(e, words, n) == n)
        return;
    begin(e, e->ret, text);
    explain_word(e, text);
    explain_rest(e, text);
}

static bool stands_alone(struct explain *e, str word)
{
    struct explained alone;

    begin(e, &alone, word);
    explain_word(e, word);
    return best_rank(&alone) > RANK_POSSIBLE;
}

static str join(struct arena *a, const str *words, size_t n)
{
    str text = words[0];

    for (size_t i = 1; i < n; i++)
        text = arena_printf(a, "%.*s %.*s", STR_ARG(text), STR_ARG(words[i]));
    return text;
}

static size_t count_alone(struct explain *e, const str *words, size_t n)
{
    size_t alone = 0;

    for (size_t i = 0; i < n; i++)
        alone += stands_alone(e, words[i]);
    return alone;
}

static bool take_line(struct explain *e, const str *words, size_t n, struct explained *ret)
{
    begin(e, ret, join(e->a, words, n));
    return explain_line(e, ret->text);
}

/* A row of poolmon or of beancounters: a name or two, then numbers. */
static bool take_row(struct explain *e, const str *words, size_t n, struct explained *ret)
{
    size_t numbers = 0;
    uint64_t number;

    for (size_t i = 0; i < n; i++)
        numbers += str_u64(words[i], &number);
    return n >= ROW_LEAST && numbers + 2 >= n && numbers < n && take_line(e, words, n, ret) &&
           (strcmp(ret->readings[0].sort, "beancounter") == 0 ||
                   strcmp(ret->readings[0].sort, "tag") == 0);
}

/* Words that make no sense one by one: a line without quotes, or words to look for together. */
static size_t explain_together(struct explain *e, const str *words, size_t n, struct explained *ret)
{
    size_t alone;

    if (take_row(e, words, n, ret))
        return n;
    if (stands_alone(e, words[0]))
        return 0;
    alone = count_alone(e, words, n);
    if (alone * 2 >= n)
        return 0;
    if (take_line(e, words, n, ret))
        return n;
    begin(e, ret, join(e->a, words, n));
    explain_word(e, ret->text);
    explain_tokens(e, ret->text);
    if (ret->n == 0 && alone == 0)
        explain_rest(e, ret->text);
    return ret->n != 0 ? n : 0;
}

static size_t take_phrase(struct explain *e, const str *words, size_t n, struct explained *ret)
{
    size_t taken;

    begin(e, ret, words[0]);
    taken = explain_phrase(e, words, n);
    /* "System error 1450 has occurred." begins like a phrase. */
    if (taken != 0 && taken < n && !stands_alone(e, words[taken]) &&
            count_alone(e, words + taken, n - taken) == 0 && take_line(e, words, n, ret))
        return n;
    if (taken == 0)
        return 0;
    begin(e, ret, join(e->a, words, taken));
    return explain_phrase(e, words, n);
}

size_t explain_next(struct arena *a, const struct rule_source *source, const str *words, size_t n,
        struct explained *ret)
{
    struct explain e = { .a = a, .source = source };
    str word = str_slice(str_trim(words[0]), 0, WORD_MOST);
    size_t taken;

    n = n < WORDS_MOST ? n : WORDS_MOST;
    /* What somebody put in quotes is a thing by itself. */
    for (size_t i = 1; i < n; i++) {
        if (str_find_char(words[i], ' ') != STR_NONE)
            n = i;
    }
    taken = take_phrase(&e, words, n, ret);
    if (taken == 0 && n > 1 && str_find_char(word, ' ') == STR_NONE)
        taken = explain_together(&e, words, n, ret);
    if (taken != 0) {
        settle(ret);
        return taken;
    }
    begin(&e, ret, word);
    if (str_find_char(word, ' ') != STR_NONE) {
        explain_quoted(&e, word);
    } else {
        explain_word(&e, word);
        explain_rest(&e, word);
    }
    ret->text = word;
    settle(ret);
    return 1;
}
