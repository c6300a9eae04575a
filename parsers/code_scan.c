/* SPDX-License-Identifier: Apache-2.0 */
/*
 * code_scan: finds error codes in any text.
 *
 *     err = 1450                     a word that says error, and a number that is no other thing
 *     dwErr=0x00000008               a word that says Win32 error: any number
 *     [WinError 1450], (os error 12), errno=1455, System error 1450 has occurred
 *     0x800705AA 800705AA -2147023446 2147943850 0xC000009A -1073741670    say it themselves
 *     {code=ffffffff800705aa}        sign-extended: in a kernel trace the same digits are an address
 *     (12)Cannot allocate memory     a number beside its own message
 *
 * Not taken: numbers without such a word ("error 8", "exit 6", "code: 9"), addresses, offsets,
 * GUIDs, hashes, times, sizes, thread and process ids, SQL message numbers, and codes that say
 * nothing (E_FAIL and other 0x8000xxxx).
 */
#include <string.h>

#include "code_tables.h"

/* Where a text is looked at before the next piece: bounds the work of one call. */
enum { WINDOW = 4096 };

enum context {
    CONTEXT_NONE,
    CONTEXT_WEAK,     /* "error", "status": for distinctive numbers only */
    CONTEXT_STRONG,   /* "dwErr", "os error": any Win32 code */
    CONTEXT_ERRNO,    /* "errno" */
    CONTEXT_OS,       /* "os error" of Rust: Win32 or errno */
    CONTEXT_BUGCHECK, /* "STOP:", "BugCheck" */
};

struct around {
    enum context context;
    size_t begin; /* where the words of the context begin */
    str word;     /* the nearest word before the number, whatever it is */
};

static bool is_word(char c)
{
    return is_alnum(c) || c == '_' || (unsigned char)c >= 0x80;
}

static char at(str t, size_t i)
{
    return i < t.n ? t.p[i] : '\0';
}

/* ---------------------------------------------------------------- words before a number */

enum {
    WORD_STRONG = 1u << 0,   /* before a number: any Win32 code */
    WORD_OWNER = 1u << 1,    /* whose error it is: "system error", "win32 error" */
    WORD_WEAK = 1u << 2,     /* before a number: a distinctive code */
    WORD_NEGATIVE = 1u << 3, /* before -12: an errno */
    WORD_UNIT = 1u << 4,     /* behind a number: a count of something */
    WORD_NO_CODE = 1u << 5,  /* whose code or status is no system code: "exit code" */
    WORD_SPECIAL = 1u << 6,  /* looked at with its neighbours */
    WORD_ANY_CONTEXT = WORD_STRONG | WORD_WEAK | WORD_SPECIAL,
};

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

/* By length and first letter: every number of every line asks. */
static unsigned word_flags(str word)
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

static bool is_glue(char c)
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
    while (j > 0 && stop - j < 40 && is_word(t.p[j - 1]))
        j--;
    *end = j;
    return str_slice(t, j, stop);
}

static void skip_between(str t, size_t *end)
{
    for (int n = 0; n < 4 && *end > 0 && strchr(" -/()#\t", t.p[*end - 1]) != NULL; n++)
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
            (str_eq_nocase(w[0], STR("returned")) && (word_flags(w[1]) & WORD_STRONG) != 0))
        return CONTEXT_STRONG;
    if (str_eq_nocase(w[0], STR("code")) || str_eq_nocase(w[0], STR("status"))) {
        if (str_eq_nocase(w[1], STR("error")))
            owner = w[2];
        else if (str_eq_nocase(w[1], STR("win32")))
            owner = w[1];
    }
    if (error && str_eq_nocase(w[1], STR("returned")) && str_eq_nocase(w[2], STR("system")))
        owner = w[2]; /* "The operating system returned error 665(" */
    if ((word_flags(owner) & WORD_OWNER) != 0 &&
            !(str_eq_nocase(owner, STR("system")) && str_eq_nocase(w[2], STR("file"))))
        return CONTEXT_STRONG;
    if (str_eq_nocase(w[0], STR("with")) && str_starts_nocase(w[1], STR("fail")))
        return CONTEXT_WEAK;
    if ((flags & WORD_WEAK) == 0 || (word_flags(w[1]) & WORD_NO_CODE) != 0)
        return CONTEXT_NONE;
    return CONTEXT_WEAK;
}

/* What the words before t[i] say of the number that stands there. */
static struct around look_before(str t, size_t i)
{
    struct around ret = { CONTEXT_NONE, i, { NULL, 0 } };
    str w[3] = { { NULL, 0 } };
    size_t j = i, begin[3] = { i, i, i };
    unsigned flags;

    for (int n = 0; n < 8 && j > 0 && is_glue(t.p[j - 1]); n++)
        j--;
    /* "sshd[1450]", "(1450)" after a function's name: no word speaks of it. */
    if (j > 0 && j < i && !is_word(t.p[j - 1]))
        return ret;
    ret.word = w[0] = word_before(t, &j);
    flags = word_flags(w[0]);
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

/* A pid or thread id in brackets: "sshd[1450]", "ERROR [1450]". */
static bool in_brackets(str t, size_t begin, size_t end)
{
    return begin > 0 && t.p[begin - 1] == '[' && at(t, end) == ']';
}

/* ---------------------------------------------------------------- which numbers are codes */

/* Win32 numbers of resources and refusals that hardly mean another thing after "error". 1451 and
 * 1452 are not among them: MySQL's foreign key errors have these numbers. */
static bool is_distinctive(uint64_t v)
{
    static const uint16_t list[] = { 1130, 1158, 1272, 1450, 1453, 1454, 1455, 1721, 1723, 1816,
        10024, 10055 };

    for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
        if (list[i] == v)
            return true;
    }
    return false;
}

static bool has_message(uint64_t v)
{
    return v == 8 || v == 12 || v == 14 || v == 23 || v == 24 || v == 28 || v == 105 || v == 112 ||
           v == 1451 || v == 1452 || is_distinctive(v);
}

static bool named_win32(uint64_t v, struct code *ret)
{
    *ret = (struct code){ CODE_WIN32, (uint32_t)v };
    return v != 0 && v <= UINT16_MAX && code_name(*ret) != NULL;
}

static bool named_errno(uint64_t v, struct code *ret)
{
    *ret = (struct code){ CODE_ERRNO, (uint32_t)v };
    return v != 0 && v < 200 && code_name(*ret) != NULL;
}

/* A 32-bit status that says itself what it is: a facility we know, a number that has a name. */
static bool self_named(uint32_t v, struct code *ret)
{
    uint32_t high = v >> 16;

    *ret = code_from_number(v);
    if (v >> 31 == 0 || ret->family == CODE_NONE || high == 0x8000 || high == 0x4000)
        return false;
    if (high == 0x8078 || (high == 0x8037 && (v & 0xffff) >= 0x100 && (v & 0xffff) < 0x200))
        return true;
    if (high == 0x8004 && ((v & 0xffff) < 0x2300 || (v & 0xffff) >= 0x2500))
        return false;
    if (ret->family == CODE_NTSTATUS && ret->number >> 28 != 0xc)
        return false;
    return code_name(*ret) != NULL;
}

static bool follows(str t, size_t i, const char *z)
{
    return str_starts(str_from(t, i), str_z(z));
}

static bool unit_follows(str t, size_t end)
{
    size_t j = end, k;

    if (at(t, j) == ' ')
        j++;
    for (k = j; k < t.n && k - j < 16 && is_word(t.p[k]);)
        k++;
    return k > j && (word_flags(str_slice(t, j, k)) & WORD_UNIT) != 0;
}

/* "Error: 1453, Severity: 16" of SQL Server, "ERROR 1130 (HY000)" of MySQL. */
static bool is_sql_number(str t, size_t end)
{
    size_t j = end + 2;

    if (follows(t, end, ", Severity"))
        return true;
    if (!follows(t, end, " (") || at(t, j + 5) != ')')
        return false;
    for (size_t k = j; k < j + 5; k++) {
        if (!is_digit(t.p[k]) && !(t.p[k] >= 'A' && t.p[k] <= 'Z'))
            return false;
    }
    return true;
}

static bool fail_word_before(str t, size_t i)
{
    static const char *const words[] = { "fail", "error", "cannot", "could not", "unable",
        "insufficient", "denied", NULL };
    str before = str_slice(t, i > 160 ? i - 160 : 0, i);

    for (const char *const *w = words; *w != NULL; w++) {
        if (str_find_nocase(before, str_z(*w)) != STR_NONE)
            return true;
    }
    return false;
}

static bool same_message(const struct message_hit *m, uint64_t v, struct code *ret)
{
    *ret = (struct code){ m->code.family, (uint32_t)v };
    return message_family(*ret) == message_family(m->code);
}

/* The number's own message stands right behind it, or before it and the number in brackets. */
static bool beside_message(str t, size_t begin, size_t end, uint64_t v, struct code *ret)
{
    struct message_hit m;
    size_t j = end;

    while (j < t.n && j - end < 4 && strchr(" \t:()[]-,.'\"", t.p[j]) != NULL)
        j++;
    for (size_t k = j; j > end && k <= j + 4 && k < t.n; k++) { /* "The " */
        if ((k == j || t.p[k - 1] == ' ') && message_at(t, k, &m) && !m.symbol &&
                same_message(&m, v, ret))
            return true;
    }
    if (begin == 0 || (t.p[begin - 1] != '(' && t.p[begin - 1] != '[') ||
            (at(t, end) != ')' && at(t, end) != ']'))
        return false;
    return message_find(t, begin > 200 ? begin - 200 : 0, begin, &m) && m.end <= begin &&
           same_message(&m, v, ret);
}

/* ---------------------------------------------------------------- one number */

struct number {
    size_t begin, end; /* the digits, with sign or 0x */
    uint64_t v;
    bool negative;
};

/* "1450 (0x000005AA)": said twice. Eats the second. */
static bool paired_hex(str t, size_t *end, uint64_t v)
{
    str rest = str_from(t, *end);
    uint64_t hex;

    str_skip_blanks(&rest);
    if (!str_take_char(&rest, '('))
        return false;
    (void)str_take_nocase(&rest, STR("0x"));
    if (!str_take_hex(&rest, &hex) || !str_take_char(&rest, ')'))
        return false;
    if ((uint32_t)hex != (uint32_t)v)
        return false;
    *end = (size_t)(rest.p - t.p);
    return true;
}

static bool hex_neighbour(str t, size_t begin, size_t end)
{
    size_t j = end, k = begin, n = 0;

    while (at(t, j) == ' ')
        j++;
    while (is_hex(at(t, j + n)))
        n++;
    if (j > end && n >= 8 && !is_word(at(t, j + n)))
        return true;
    while (k > 0 && t.p[k - 1] == ' ')
        k--;
    for (n = 0; k > n && is_hex(t.p[k - 1 - n]);)
        n++;
    return k < begin && n >= 8 && (k == n || !is_word(t.p[k - 1 - n]));
}

static bool take_small(str t, struct number *n, const struct around *before, struct code *ret)
{
    switch (before->context) {
    case CONTEXT_ERRNO:
        return n->v >= 200 ? named_win32(n->v, ret) : named_errno(n->v, ret);
    case CONTEXT_OS:
        /* Windows ends its messages with a full stop, strerror does not. */
        if (n->v < 134 && before->begin >= 3 && t.p[before->begin - 1] == '(' &&
                is_alnum(t.p[before->begin - 3]))
            return named_errno(n->v, ret);
        return named_win32(n->v, ret);
    case CONTEXT_STRONG:
        return named_win32(n->v, ret);
    case CONTEXT_WEAK:
        return is_distinctive(n->v) && named_win32(n->v, ret);
    default:
        return false;
    }
}

static bool take_hex_number(str t, struct number *n, struct around *before, struct code *ret)
{
    char prev = n->begin > 0 ? t.p[n->begin - 1] : '\0';
    bool range =
            follows(t, n->end, "-0x") || (prev == '-' && n->begin > 1 && is_hex(t.p[n->begin - 2]));

    if (prev == '<' || prev == '+' || prev == '/' || range)
        return false;
    if (before->context == CONTEXT_BUGCHECK && (n->v & ~UINT64_C(0x10000000)) <= UINT16_MAX) {
        *ret = (struct code){ CODE_BUGCHECK, (uint32_t)n->v & 0xffff };
        return ret->number != 0;
    }
    if (n->v > UINT32_MAX)
        return n->v >> 32 == UINT32_MAX && before->context != CONTEXT_NONE &&
               self_named((uint32_t)n->v, ret);
    if (n->v > UINT16_MAX)
        return self_named((uint32_t)n->v, ret);
    if (take_small(t, n, before, ret))
        return true;
    /* "failure in a Windows system call: ... (0x5aa)" */
    return prev == '(' && at(t, n->end) == ')' && is_distinctive(n->v) && named_win32(n->v, ret) &&
           fail_word_before(t, n->begin);
}

/* Eight or sixteen hex digits without 0x. */
static bool take_bare_hex(str t, struct number *n, struct around *before, struct code *ret)
{
    char prev = n->begin > 0 ? t.p[n->begin - 1] : ' ', next = at(t, n->end);
    bool spoken = before->context != CONTEXT_NONE;

    if ((prev != ' ' && prev != '\t' && !is_glue(prev) && prev != ',') || prev == '<' ||
            prev == '\\' || (next != '\0' && strchr("-_!\\/+>@", next) != NULL))
        return false;
    if ((next == '.' || next == ':') && is_word(at(t, n->end + 1)))
        return false;
    if (prev == '=' && !spoken)
        return false; /* a register: eax=c0000005 */
    if (n->end - n->begin == 16)
        return n->v >> 32 == UINT32_MAX && spoken && self_named((uint32_t)n->v, ret);
    return !hex_neighbour(t, n->begin, n->end) && self_named((uint32_t)n->v, ret);
}

static bool bad_decimal_place(str t, const struct number *n)
{
    char prev = n->begin > 0 ? t.p[n->begin - 1] : ' ', next = at(t, n->end);
    char before = n->begin > 1 ? t.p[n->begin - 2] : ' ', after = at(t, n->end + 1);

    if (strchr("./\\$#@+-", prev) != NULL && prev != '\0')
        return true;
    if ((prev == ',' || prev == ':') && is_digit(before))
        return true;
    if (next == '%' || (next == '\\' && after != '"') || next == '@')
        return true;
    if (strchr(".,:/-", next) != NULL && next != '\0' && is_digit(after))
        return true;
    return next == '-' && is_word(after);
}

/* "[10055] (d:\src\usock_win.inc:474)": the code, then the place in the source. */
static bool source_place_follows(str t, size_t begin, size_t end)
{
    str rest = str_from(t, end);
    size_t close;

    if (begin > 1 || !str_take(&rest, STR("] (")))
        return false;
    close = str_find_char(rest, ')');
    if (close == STR_NONE || close < 4 || !is_digit(rest.p[close - 1]))
        return false;
    while (close > 0 && is_digit(rest.p[close - 1]))
        close--;
    return close > 0 && rest.p[close - 1] == ':';
}

static bool take_decimal(str t, struct number *n, struct around *before, struct code *ret)
{
    bool percent = n->begin > 1 && t.p[n->begin - 1] == '%' && t.p[n->begin - 2] == '%';
    bool pair;

    if (n->v > UINT32_MAX || n->v == 0 || unit_follows(t, n->end))
        return false;
    if (n->negative) {
        if (n->v > 0x80000000u)
            return false;
        if (n->v < 200)
            return (word_flags(before->word) & WORD_NEGATIVE) != 0 && has_message(n->v) &&
                   named_errno(n->v, ret);
        if (!self_named((uint32_t)-n->v, ret))
            return false;
        (void)paired_hex(t, &n->end, (uint32_t)-n->v);
        return true;
    }
    if (n->v > UINT16_MAX) {
        if (!self_named((uint32_t)n->v, ret))
            return false;
        (void)paired_hex(t, &n->end, n->v);
        return n->v >> 16 == 0x8007 || before->context != CONTEXT_NONE || percent ||
               str_eq_nocase(before->word, STR("code"));
    }
    if (percent) {
        *before = look_before(t, n->begin - 2);
        if (before->context != CONTEXT_NONE)
            before->context = CONTEXT_STRONG;
    }
    if (has_message(n->v) && beside_message(t, n->begin, n->end, n->v, ret)) {
        before->begin = before->context != CONTEXT_NONE ? before->begin : n->begin;
        return !is_sql_number(t, n->end);
    }
    if (in_brackets(t, n->begin, n->end) && before->context == CONTEXT_WEAK)
        return false;
    if (in_brackets(t, n->begin, n->end) && is_distinctive(n->v))
        return (source_place_follows(t, n->begin, n->end) ||
                       (n->begin > 1 && t.p[n->begin - 2] == '(' &&
                               fail_word_before(t, n->begin))) &&
               named_win32(n->v, ret);
    pair = before->context == CONTEXT_WEAK && paired_hex(t, &n->end, n->v);
    if (pair)
        return named_win32(n->v, ret);
    if (before->context == CONTEXT_WEAK && is_sql_number(t, n->end))
        return false;
    if (!take_small(t, n, before, ret))
        return false;
    (void)paired_hex(t, &n->end, n->v);
    return true;
}

/* "V-79-32775-1450" of Backup Exec: the two halves of an HRESULT in decimal. */
static bool take_umi(str t, size_t i, struct number *n, struct code *ret)
{
    str rest = str_from(t, i);
    uint64_t high, low;

    if (!str_take(&rest, STR("V-79-")) || !str_take_u64(&rest, &high) ||
            !str_take_char(&rest, '-') || !str_take_u64(&rest, &low) || high > UINT16_MAX ||
            low > UINT16_MAX)
        return false;
    n->end = (size_t)(rest.p - t.p);
    *ret = code_from_number(high << 16 | low);
    return high >= 0x8000 && ret->family != CODE_NONE;
}

/* Tries the word t[i, end) as a number. */
static bool take_number(str t, size_t i, size_t end, struct code_hit *ret, size_t *ret_end)
{
    struct number n = { i, end, 0, false };
    struct around before = { CONTEXT_NONE, i, { NULL, 0 } };
    struct code code = { CODE_NONE, 0 };
    str digits = str_slice(t, i, end);
    bool ok = false;

    if (t.p[i] == 'V') {
        ok = take_umi(t, i, &n, &code);
    } else if (str_take_nocase(&digits, STR("0x"))) {
        while (digits.n > 1 && strchr("uUlL", digits.p[digits.n - 1]) != NULL)
            digits = str_slice(digits, 0, digits.n - 1);
        if (digits.n > 16 || !str_hex(digits, &n.v) || n.v == 0)
            return false;
        before = look_before(t, i);
        ok = take_hex_number(t, &n, &before, &code);
    } else if (str_u64(digits, &n.v) && digits.n <= 10 && digits.p[0] != '0' &&
               !(digits.n == 8 && digits.p[0] == '8')) {
        n.negative = i > 0 && t.p[i - 1] == '-' && (i < 2 || !is_word(t.p[i - 2]));
        n.begin -= n.negative;
        if (bad_decimal_place(t, &n))
            return false;
        before = look_before(t, n.begin);
        ok = take_decimal(t, &n, &before, &code);
    } else if ((digits.n == 8 || digits.n == 16) && str_hex(digits, &n.v)) {
        before = look_before(t, i);
        /* Eight plain digits are a number like any other unless somebody calls them a code. */
        if (str_u64(digits, &n.v) && before.context == CONTEXT_NONE &&
                !(i > 0 && t.p[i - 1] == '(' && at(t, end) == ')' && fail_word_before(t, i)))
            return false;
        (void)str_hex(digits, &n.v);
        ok = take_bare_hex(t, &n, &before, &code);
    }
    if (!ok)
        return false;
    *ret_end = n.end;
    *ret = (struct code_hit){ code, { NULL, 0 }, false };
    if (before.context == CONTEXT_NONE || before.begin > n.begin)
        before.begin = n.begin;
    ret->spelled = str_slice(t, before.begin, n.end);
    if (at(t, n.end) == ')' && str_find_char(ret->spelled, '(') != STR_NONE)
        ret->spelled.n += str_find_char(ret->spelled, ')') == STR_NONE;
    return true;
}

/* The first code that is spelled by a number and whose digits begin in t[from, to). */
static bool number_find(str t, size_t from, size_t to, struct code_hit *ret, size_t *ret_end)
{
    size_t i = from;

    if (to > t.n)
        to = t.n;
    while (i > 0 && i < to && (is_alnum(t.p[i]) || t.p[i] == '_') && is_word(t.p[i - 1]))
        i++; /* the rest of a word that began in the piece before */
    while (i < to) {
        size_t end;
        char c = t.p[i];

        if (!is_alnum(c) && c != '_') {
            i++;
            continue;
        }
        for (end = i + 1; end < t.n && (is_alnum(t.p[end]) || t.p[end] == '_');)
            end++;
        if ((is_digit(c) || ((end - i == 8 || end - i == 16) && is_hex(c)) ||
                    (c == 'V' && end == i + 1 && at(t, end) == '-')) &&
                take_number(t, i, end, ret, ret_end))
            return true;
        i = end;
    }
    return false;
}

/* ---------------------------------------------------------------- both */

static bool has_digit(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (is_digit(s.p[i]))
            return true;
    }
    return false;
}

/* The message that goes with a code is not a second code: eats it. */
static size_t skip_own_message(str t, size_t end, struct code code)
{
    struct message_hit m;
    str between;

    if (!message_find(t, end, end + 100, &m))
        return end;
    between = str_slice(t, end, m.begin);
    if (has_digit(between) || str_find_char(between, '\n') != STR_NONE)
        return end;
    return message_family(code) == message_family(m.code) ? m.end : end;
}

/* Of a message; or of the number behind it, which says more: "... resources (0x800705AA)". */
static size_t take_message(str t, const struct message_hit *m, struct code_hit *ret)
{
    struct code_hit number;
    size_t end;

    if (number_find(t, m->end, m->end + 160, &number, &end) &&
            message_family(number.code) == message_family(m->code)) {
        *ret = number;
        return end;
    }
    *ret = (struct code_hit){ m->code, str_slice(t, m->begin, m->end), !m->symbol };
    return m->end;
}

bool code_next(str *text, struct code_hit *ret)
{
    str t = *text;

    for (size_t from = 0; from < t.n; from += WINDOW) {
        struct message_hit m;
        size_t end = 0, to = from + WINDOW < t.n ? from + WINDOW : t.n;
        bool number = number_find(t, from, to, ret, &end);
        size_t begin = number ? (size_t)(ret->spelled.p - t.p) : to;

        if (message_find(t, from, begin, &m))
            end = take_message(t, &m, ret);
        else if (number)
            end = skip_own_message(t, end, ret->code);
        else
            continue;
        *text = str_from(t, end);
        return true;
    }
    *text = str_from(t, t.n);
    return false;
}
