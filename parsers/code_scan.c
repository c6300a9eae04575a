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

#include "code_context.h"
#include "code_tables.h"

/* Where a text is looked at before the next piece: bounds the work of one call. */
enum { WINDOW = 4096 };

static bool is_word(char c)
{
    return is_alnum(c) || c == '_' || (unsigned char)c >= 0x80;
}

static char at(str t, size_t i)
{
    return i < t.n ? t.p[i] : '\0';
}

/* A pid or thread id in brackets: "sshd[1450]", "ERROR [1450]". */
static bool in_brackets(str t, size_t begin, size_t end)
{
    return begin > 0 && t.p[begin - 1] == '[' && at(t, end) == ']';
}

/* ---------------------------------------------------------------- which numbers are codes */

/* Win32 numbers of resources and refusals that hardly mean another thing after "error". 1451 and
 * 1452 are not among them: MySQL's foreign key errors have these numbers. */
static const uint16_t distinctive[] = { 1130, 1158, 1272, 1450, 1453, 1454, 1455, 1721, 1723, 1816,
    10024, 10055 };

bool code_distinctive(size_t index, uint64_t *ret)
{
    if (index >= sizeof(distinctive) / sizeof(distinctive[0]))
        return false;
    *ret = distinctive[index];
    return true;
}

static bool is_distinctive(uint64_t v)
{
    for (size_t i = 0; i < sizeof(distinctive) / sizeof(distinctive[0]); i++) {
        if (distinctive[i] == v)
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
    return k > j && (context_word_flags(str_slice(t, j, k)) & WORD_UNIT) != 0;
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

    if ((prev != ' ' && prev != '\t' && !context_is_glue(prev) && prev != ',') || prev == '<' ||
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
            return (context_word_flags(before->word) & WORD_NEGATIVE) != 0 && has_message(n->v) &&
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
        *before = context_before(t, n->begin - 2);
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
        before = context_before(t, i);
        ok = take_hex_number(t, &n, &before, &code);
    } else if (str_u64(digits, &n.v) && digits.n <= 10 && digits.p[0] != '0' &&
               !(digits.n == 8 && digits.p[0] == '8')) {
        n.negative = i > 0 && t.p[i - 1] == '-' && (i < 2 || !is_word(t.p[i - 2]));
        n.begin -= n.negative;
        if (bad_decimal_place(t, &n))
            return false;
        before = context_before(t, n.begin);
        ok = take_decimal(t, &n, &before, &code);
    } else if ((digits.n == 8 || digits.n == 16) && str_hex(digits, &n.v)) {
        before = context_before(t, i);
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
