/* SPDX-License-Identifier: Apache-2.0 */
#include "code_context.h"

#include <string.h>

static bool is_word(char c)
{
    return is_alnum(c) || c == '_' || (unsigned char)c >= 0x80;
}

#define W(TEXT, FLAGS)                                                                             \
    {                                                                                              \
        STR_INIT(TEXT), FLAGS                                                                      \
    }

static const struct context_word {
    str text;
    unsigned flags;
} context_words[] = {
    W("winerror", WORD_STRONG),
    W("dwerr", WORD_STRONG),
    W("dwerror", WORD_STRONG),
    W("dwlasterror", WORD_STRONG),
    W("lasterror", WORD_STRONG),
    W("getlasterror", WORD_STRONG),
    W("wsagetlasterror", WORD_STRONG),
    W("wsaerror", WORD_STRONG),
    W("nativeerrorcode", WORD_STRONG),
    W("win32error", WORD_STRONG),
    W("win32errorcode", WORD_STRONG),
    W("win32", WORD_STRONG | WORD_OWNER),
    W("systemfehler", WORD_STRONG),
    W("betriebssystemfehler", WORD_STRONG),
    W("system", WORD_OWNER),
    W("windows", WORD_OWNER),
    W("dos", WORD_OWNER),
    W("winsock", WORD_OWNER),
    W("socket", WORD_OWNER),
    W("last", WORD_OWNER),
    W("errno", WORD_SPECIAL | WORD_NEGATIVE),
    W("stop", WORD_SPECIAL),
    W("bugcheck", WORD_SPECIAL),
    W("bugcheckcode", WORD_SPECIAL),
    W("bugcheck_code", WORD_SPECIAL),
    W("check", WORD_SPECIAL),
    W("was", WORD_SPECIAL),
    W("with", WORD_SPECIAL),
    W("err", WORD_WEAK | WORD_NEGATIVE),
    W("error", WORD_WEAK | WORD_NEGATIVE | WORD_UNIT),
    W("errorcode", WORD_WEAK),
    W("errcode", WORD_WEAK),
    W("error_code", WORD_WEAK),
    W("err_code", WORD_WEAK),
    W("status", WORD_WEAK),
    W("ntstatus", WORD_WEAK),
    W("code", WORD_WEAK),
    W("rc", WORD_WEAK | WORD_NEGATIVE),
    W("ret", WORD_WEAK | WORD_NEGATIVE),
    W("hr", WORD_WEAK),
    W("hresult", WORD_WEAK),
    W("result", WORD_WEAK | WORD_NEGATIVE),
    W("retval", WORD_WEAK | WORD_NEGATIVE),
    W("returned", WORD_WEAK | WORD_NEGATIVE),
    W("failed", WORD_WEAK | WORD_NEGATIVE),
    W("failure", WORD_WEAK),
    W("fails", WORD_WEAK),
    W("reason", WORD_WEAK),
    W("fehler", WORD_WEAK),
    W("fehlercode", WORD_WEAK),
    W("erreur", WORD_WEAK),
    W("errore", WORD_WEAK),
    W("erro", WORD_WEAK),
    W("fout", WORD_WEAK),
    W("ошибка", WORD_WEAK),
    W("Ошибка", WORD_WEAK),
    W("错误", WORD_WEAK),
    W("错误代码", WORD_WEAK),
    W("エラー", WORD_WEAK),
    W("エラーコード", WORD_WEAK),
    W("exit", WORD_NO_CODE),
    W("event", WORD_NO_CODE),
    W("area", WORD_NO_CODE),
    W("zip", WORD_NO_CODE),
    W("country", WORD_NO_CODE),
    W("return", WORD_NO_CODE),
    W("http", WORD_NO_CODE),
    W("response", WORD_NO_CODE),
    W("key", WORD_NO_CODE),
    W("language", WORD_NO_CODE),
    W("opcode", WORD_NO_CODE),
    W("byte", WORD_UNIT),
    W("bytes", WORD_UNIT),
    W("b", WORD_UNIT),
    W("k", WORD_UNIT),
    W("m", WORD_UNIT),
    W("kb", WORD_UNIT),
    W("mb", WORD_UNIT),
    W("gb", WORD_UNIT),
    W("kib", WORD_UNIT),
    W("mib", WORD_UNIT),
    W("gib", WORD_UNIT),
    W("ms", WORD_UNIT),
    W("s", WORD_UNIT),
    W("sec", WORD_UNIT),
    W("secs", WORD_UNIT),
    W("second", WORD_UNIT),
    W("seconds", WORD_UNIT),
    W("minutes", WORD_UNIT),
    W("errors", WORD_UNIT),
    W("files", WORD_UNIT),
    W("rows", WORD_UNIT),
    W("items", WORD_UNIT),
    W("times", WORD_UNIT),
    W("pages", WORD_UNIT),
    W("warning", WORD_UNIT),
    W("warnings", WORD_UNIT),
    W("entries", WORD_UNIT),
    W("records", WORD_UNIT),
    W("connections", WORD_UNIT),
    W("of", WORD_UNIT),
    W("retries", WORD_UNIT),
    W("attempts", WORD_UNIT),
    W("failures", WORD_UNIT),
};
enum { CONTEXT_WORDS = sizeof(context_words) / sizeof(context_words[0]) };

bool context_word(size_t index, str *ret)
{
    if (index >= CONTEXT_WORDS)
        return false;
    *ret = context_words[index].text;
    return true;
}

/* By length and first letter: every number of every line asks. */
unsigned context_word_flags(str word)
{
    static uint8_t head[256], next[CONTEXT_WORDS + 1];
    static bool ready;

    if (!ready) {
        for (size_t i = CONTEXT_WORDS; i-- > 0;) {
            str t = context_words[i].text;
            uint8_t h = (uint8_t)((unsigned char)to_lower(t.p[0]) * 7u + t.n);

            next[i + 1] = head[h];
            head[h] = (uint8_t)(i + 1);
        }
        ready = true;
    }
    if (word.n == 0)
        return 0;
    for (unsigned i = head[(uint8_t)((unsigned char)to_lower(word.p[0]) * 7u + word.n)]; i != 0;
            i = next[i]) {
        if (str_eq_nocase(word, context_words[i - 1].text))
            return context_words[i - 1].flags;
    }
    return 0;
}

bool context_is_glue(char c)
{
    switch (c) {
    case ' ':
    case '\t':
    case '"':
    case '\'':
    case '(':
    case ')':
    case '[':
    case '{':
    case '=':
    case ':':
    case '<':
    case '\\':
        return true;
    default:
        return false;
    }
}

/* Takes the word that ends at *end, and moves *end before it. */
static str word_before(str t, size_t *end)
{
    size_t j = *end, stop;

    stop = j;
    while (j > 0 && stop - j < CONTEXT_LONGEST && is_word(t.p[j - 1]))
        j--;
    *end = j;
    return str_slice(t, j, stop);
}

bool context_is_between(char c)
{
    return c != '\0' && strchr(" -/()#\t", c) != NULL;
}

static void skip_between(str t, size_t *end)
{
    for (int n = 0; n<CONTEXT_BETWEEN && * end> 0 && context_is_between(t.p[*end - 1]); n++)
        (*end)--;
}

/* By the three words before a number, nearest first, and the flags of the nearest. */
static enum context context_of_words(const str w[3], unsigned flags)
{
    bool error = str_eq_nocase(w[0], STR("error")) || str_eq_nocase(w[0], STR("err"));
    str owner = error ? w[1] : (str){ NULL, 0 };

    if (str_eq_nocase(w[0], STR("errno")))
        return CONTEXT_ERRNO;
    if (str_eq_nocase(w[0], STR("stop")) || str_starts_nocase(w[0], STR("bugcheck")) ||
            (str_eq_nocase(w[0], STR("check")) && str_eq_nocase(w[1], STR("bug"))) ||
            (str_eq_nocase(w[0], STR("was")) && str_starts_nocase(w[1], STR("bugcheck"))))
        return CONTEXT_BUGCHECK;
    if (error && str_eq_nocase(owner, STR("os")))
        return CONTEXT_OS;
    if ((flags & WORD_STRONG) != 0 ||
            (str_eq_nocase(w[0], STR("returned")) && (context_word_flags(w[1]) & WORD_STRONG) != 0))
        return CONTEXT_STRONG;
    if (str_eq_nocase(w[0], STR("code")) || str_eq_nocase(w[0], STR("status"))) {
        if (str_eq_nocase(w[1], STR("error")))
            owner = w[2];
        else if (str_eq_nocase(w[1], STR("win32")))
            owner = w[1];
    }
    if (error && str_eq_nocase(w[1], STR("returned")) && str_eq_nocase(w[2], STR("system")))
        owner = w[2]; /* "The operating system returned error 665(" */
    if ((context_word_flags(owner) & WORD_OWNER) != 0 &&
            !(str_eq_nocase(owner, STR("system")) && str_eq_nocase(w[2], STR("file"))))
        return CONTEXT_STRONG;
    if (str_eq_nocase(w[0], STR("with")) && str_starts_nocase(w[1], STR("fail")))
        return CONTEXT_WEAK;
    if ((flags & WORD_WEAK) == 0 || (context_word_flags(w[1]) & WORD_NO_CODE) != 0)
        return CONTEXT_NONE;
    return CONTEXT_WEAK;
}

/* What the words before t[i] say of the number that stands there. */
struct around context_before(str t, size_t i)
{
    struct around ret = { CONTEXT_NONE, i, { NULL, 0 } };
    str w[3] = { { NULL, 0 } };
    size_t j = i, begin[3] = { i, i, i };
    unsigned flags;

    for (int n = 0; n < 8 && j > 0 && context_is_glue(t.p[j - 1]); n++)
        j--;
    /* "sshd[1450]", "(1450)" after a function's name: no word speaks of it. */
    if (j > 0 && j < i && !is_word(t.p[j - 1]))
        return ret;
    ret.word = w[0] = word_before(t, &j);
    flags = context_word_flags(w[0]);
    if ((flags & WORD_ANY_CONTEXT) == 0)
        return ret;
    begin[0] = j;
    for (int n = 1; n < 3; n++) {
        skip_between(t, &j);
        w[n] = word_before(t, &j);
        begin[n] = j;
    }
    ret.context = context_of_words(w, flags);
    if (ret.context == CONTEXT_NONE)
        return ret;
    ret.begin = begin[0];
    if ((ret.context == CONTEXT_STRONG && (flags & WORD_STRONG) == 0) || ret.context == CONTEXT_OS)
        ret.begin = begin[1];
    return ret;
}
