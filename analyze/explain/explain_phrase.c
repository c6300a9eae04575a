/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain_phrase: words that belong together although no keyword says so.
 *
 *     Srv 2019          0xC2 0x7 0x1 0x2 0x3
 *     gfp_mask=0xd0     0x2084020 4.9
 */
#include <string.h>

#include "explain_words.h"
#include "gfp.h"

enum { PARAMETERS = 4 };

str words_peek(const struct words *w)
{
    return w->at < w->n ? w->p[w->at] : (str){ NULL, 0 };
}

bool words_take(struct words *w, const char *word)
{
    if (!str_eq_nocase(words_peek(w), str_z(word)))
        return false;
    w->at++;
    return true;
}

str words_bare(str word)
{
    while (word.n != 0 && strchr("([=,", word.p[0]) != NULL)
        word = str_from(word, 1);
    while (word.n != 0 && strchr(")],;", word.p[word.n - 1]) != NULL)
        word.n--;
    return word;
}

/* "137", "0x89", "(137)", "137," */
bool words_number(struct words *w, struct number *ret)
{
    str word = words_bare(words_peek(w));

    if (word.n == 0 || !number_take(word, ret))
        return false;
    w->at++;
    return true;
}

bool words_small(struct words *w, uint32_t *ret)
{
    struct words before = *w;
    struct number number;

    if (!words_number(w, &number) || number.value > UINT32_MAX) {
        *w = before;
        return false;
    }
    *ret = (uint32_t)number.value;
    return true;
}

str words_release(struct words *w)
{
    struct words before = *w;
    str word;

    (void)words_take(w, "kernel");
    word = words_peek(w);
    if (str_find_char(word, '.') == STR_NONE || release_version(word) == 0) {
        *w = before;
        return (str){ NULL, 0 };
    }
    w->at++;
    return word;
}

/* "exit=137", "gfp_mask=0xd0", "mode:0x20", "vzctl:6", "exit:windows:259" */
static size_t joined_phrase(struct explain *e, const str *words, size_t n)
{
    enum { PARTS = 4 };
    str parts[PARTS], rest = words[0];
    size_t nparts = 0;
    char mark = str_find_char(rest, '=') != STR_NONE ? '=' : ':';

    if (str_find_char(rest, mark) == STR_NONE)
        return 0;
    parts[nparts++] = str_cut(&rest, mark);
    if (str_eq_nocase(parts[0], STR("tag"))) { /* a tag may hold the mark */
        parts[nparts++] = rest;
        rest.n = 0;
    }
    while (rest.n != 0 && nparts + 1 < PARTS)
        parts[nparts++] = str_cut(&rest, mark);
    if (nparts < 2 || parts[0].n == 0 || parts[1].n == 0)
        return 0;
    if (n > 1) /* "gfp:0x2084020 4.9", "Module=7 Code=4" */
        parts[nparts++] = words[1];
    return explain_keyword(e, parts, nparts) == nparts && n > 1 ? 2 : e->ret->n != 0 ? 1 : 0;
}

static bool is_hex_number(str word, struct number *ret)
{
    return number_take(word, ret) && ret->hex;
}

/* "0xC2 0x7 0x1 0x2 0x3": five numbers, or fewer where the first parameter is one that is known. */
static size_t bugcheck_phrase(struct explain *e, const str *words, size_t n)
{
    uint64_t parameters[PARAMETERS];
    struct number code, number;
    size_t count = 0;
    bool hex = true;

    if (n < 2 || !is_hex_number(words[0], &code) || code.value > UINT32_MAX ||
            !bugcheck_known((uint32_t)code.value))
        return 0;
    while (count < PARAMETERS && count + 1 < n) {
        str word = words_bare(words[count + 1]);

        if (!number_take(word, &number))
            break;
        hex = hex && str_starts_nocase(word, STR("0x"));
        parameters[count++] = number.value;
    }
    if (count == 0 ||
            (count < PARAMETERS && (!hex || !bugcheck_takes((uint32_t)code.value, parameters[0]))))
        return 0;
    explain_bugcheck(e, RANK_GIVEN, (uint32_t)code.value, parameters, count);
    return count + 1;
}

/* "0x2084020 4.9" */
static size_t mask_phrase(struct explain *e, const str *words, size_t n)
{
    struct words w = { words, n, 1 };
    struct number number;
    str release;

    if (n < 2 || !is_hex_number(words[0], &number))
        return 0;
    release = words_release(&w);
    if (release.n == 0)
        return 0;
    explain_gfp(e, RANK_GIVEN, number.value, (str){ NULL, 0 }, release);
    return w.at;
}

/* "Srv 2019", "Application Popup 333" */
static size_t provider_phrase(struct explain *e, const str *words, size_t n)
{
    str name = words[0];

    for (size_t i = 1; i < n && i < 5; i++) {
        uint64_t id;

        if (str_u64(words[i], &id) && id <= UINT16_MAX)
            return provider_known(name) && explain_event(e, RANK_GIVEN, name, (uint32_t)id) ? i + 1
                                                                                            : 0;
        name = arena_printf(e->a, "%.*s %.*s", STR_ARG(name), STR_ARG(words[i]));
    }
    return 0;
}

size_t explain_phrase(struct explain *e, const str *words, size_t n)
{
    size_t taken = explain_keyword(e, words, n);

    if (taken == 0)
        taken = joined_phrase(e, words, n);
    if (taken == 0)
        taken = bugcheck_phrase(e, words, n);
    if (taken == 0)
        taken = mask_phrase(e, words, n);
    if (taken == 0 && n > 1)
        taken = provider_phrase(e, words, n);
    return taken;
}
