/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain_keyword: phrases that say themselves what they are.
 *
 *     exit 137          vzctl 6            event 2019        errno 12
 *     acronis 7 4       vss state 9        signal KILL       stop 0x7A 1 0xc000009a 3 4
 */
#include "explain_words.h"

enum { PARAMETERS = 4 };

typedef bool phrase_fn(struct explain *e, struct words *w);

/* "exit 137", "exit code 0xC0000142", "exit windows 259" */
static bool of_exit(struct explain *e, struct words *w)
{
    static const char *const scopes[] = { "process", "container", "windows", "java", "sysexits",
        "systemd", "robocopy" };
    uint32_t code;

    for (size_t i = 0; i < sizeof(scopes) / sizeof(scopes[0]); i++) {
        if (words_take(w, scopes[i]))
            return words_small(w, &code) && explain_exit_of(e, RANK_GIVEN, str_z(scopes[i]), code);
    }
    (void)(words_take(w, "code") || words_take(w, "status") || words_take(w, "code:") ||
            words_take(w, "status:"));
    if (!words_small(w, &code))
        return false;
    explain_exit(e, RANK_GIVEN, code);
    return e->ret->n != 0;
}

static bool of_event(struct explain *e, struct words *w)
{
    uint32_t id;

    (void)(words_take(w, "id") || words_take(w, "id:"));
    return words_small(w, &id) && id <= UINT16_MAX &&
           explain_event(e, RANK_GIVEN - 5, (str){ NULL, 0 }, id);
}

static bool of_program(struct explain *e, struct words *w)
{
    str program = w->p[w->at - 1];
    uint32_t code;

    (void)(words_take(w, "exit") && (words_take(w, "code") || true));
    return words_small(w, &code) && explain_program_exit(e, program, code);
}

static bool of_signal(struct explain *e, struct words *w)
{
    struct words before = *w;
    uint32_t number;

    if (words_small(w, &number)) {
        if (number == 0 || number > 64)
            return false;
        explain_exit(e, RANK_GIVEN, 128 + number);
        return e->ret->n != 0;
    }
    *w = before;
    if (w->at == w->n || !explain_signal(e, words_peek(w)))
        return false;
    w->at++;
    return true;
}

static bool of_family(struct explain *e, struct words *w, enum code_family family)
{
    struct number number;

    if (!words_number(w, &number) || number.value > UINT32_MAX)
        return false;
    explain_code(e, RANK_GIVEN, (struct code){ family, (uint32_t)number.value });
    return e->ret->n != 0;
}

static bool of_errno(struct explain *e, struct words *w)
{
    return of_family(e, w, CODE_ERRNO);
}

static bool of_win32(struct explain *e, struct words *w)
{
    (void)(words_take(w, "error") || words_take(w, "code"));
    return of_family(e, w, CODE_WIN32);
}

static bool of_facility(struct explain *e, struct words *w, str family)
{
    uint32_t number;

    return words_take(w, "facility") && words_small(w, &number) &&
           explain_facility(e, family, number);
}

static bool of_ntstatus(struct explain *e, struct words *w)
{
    return of_facility(e, w, STR("ntstatus")) || of_family(e, w, CODE_NTSTATUS);
}

static bool of_hresult(struct explain *e, struct words *w)
{
    struct number number;

    if (of_facility(e, w, STR("hresult")))
        return true;
    if (!words_number(w, &number))
        return false;
    explain_status(e, (uint32_t)number.value);
    return e->ret->n != 0;
}

/* "error 1450", "system error 5": all families, Win32 and errno first. */
static bool of_error(struct explain *e, struct words *w)
{
    struct number number;

    (void)(words_take(w, "code") || words_take(w, "number"));
    if (!words_number(w, &number))
        return false;
    explain_number(e, number);
    return e->ret->n != 0;
}

static bool of_system(struct explain *e, struct words *w)
{
    return words_take(w, "error") && of_win32(e, w);
}

/* Up to four parameters behind a stop code. */
static bool of_bugcheck(struct explain *e, struct words *w)
{
    uint64_t parameters[PARAMETERS];
    struct number number;
    size_t n = 0;
    uint32_t code;

    (void)(words_take(w, "code") || words_take(w, "check") || words_take(w, "error"));
    if (!words_number(w, &number))
        return false;
    code = (uint32_t)number.value;
    while (n < PARAMETERS && w->at < w->n && words_number(w, &number))
        parameters[n++] = number.value;
    explain_bugcheck(e, RANK_GIVEN, code, parameters, n);
    return e->ret->n != 0;
}

static bool of_bug(struct explain *e, struct words *w)
{
    return words_take(w, "check") && of_bugcheck(e, w);
}

static bool of_tag(struct explain *e, struct words *w)
{
    if (w->at == w->n)
        return false;
    explain_tag(e, w->p[w->at++], true);
    return e->ret->n != 0;
}

static bool of_pool(struct explain *e, struct words *w)
{
    return words_take(w, "tag") && of_tag(e, w);
}

static bool of_gfp(struct explain *e, struct words *w)
{
    struct words before = *w;
    struct number number;

    if (words_number(w, &number)) {
        str release = words_release(w);

        explain_gfp(e, RANK_GIVEN, number.value, (str){ NULL, 0 }, release);
        return true;
    }
    *w = before;
    if (w->at == w->n)
        return false;
    w->at++;
    return explain_gfp_names(e, w->p[w->at - 1], words_release(w));
}

static bool of_acronis(struct explain *e, struct words *w)
{
    str word = words_peek(w), module_text = str_cut(&word, '/');
    uint64_t module, code;
    uint32_t first, second;

    (void)words_take(w, "error");
    if (str_u64(module_text, &module) && word.n != 0 && str_u64(word, &code)) {
        w->at++;
        return explain_acronis(e, RANK_GIVEN, (uint32_t)module, (uint32_t)code);
    }
    if (!words_small(w, &first))
        return false;
    if (!words_small(w, &second)) {
        second = first & 0xffff;
        first >>= 16;
    }
    return explain_acronis(e, RANK_GIVEN, first, second);
}

/* "module 7 code 4" is decimal; "Module=7 Code=4" of old products is hexadecimal. */
static bool of_module(struct explain *e, struct words *w)
{
    str module = words_peek(w), code = (w->at++, words_peek(w));
    uint64_t m, c;

    if (str_take_nocase(&code, STR("code="))) {
        if (!str_hex(module, &m) || !str_hex(words_bare(code), &c))
            return false;
    } else {
        if (!str_u64(module, &m) || !(words_take(w, "code") || words_take(w, "code:")) ||
                !str_u64(words_bare(words_peek(w)), &c))
            return false;
    }
    w->at++;
    return m <= UINT16_MAX && c <= UINT16_MAX &&
           explain_acronis(e, RANK_GIVEN, (uint32_t)m, (uint32_t)c);
}

static bool of_state(struct explain *e, struct words *w)
{
    uint32_t state;

    return words_small(w, &state) && explain_vss_state(e, state);
}

static bool of_vss(struct explain *e, struct words *w)
{
    (void)words_take(w, "writer");
    return (words_take(w, "state") || words_take(w, "state:")) && of_state(e, w);
}

static bool of_cause(struct explain *e, struct words *w)
{
    if (w->at == w->n)
        return false;
    w->at++;
    return explain_cause(e, w->p[w->at - 1]);
}

static bool of_rule(struct explain *e, struct words *w)
{
    if (w->at == w->n)
        return false;
    w->at++;
    return explain_rule(e, w->p[w->at - 1]);
}

/* systemd's "status=203/EXEC" and, of a process that was killed, "status=9/KILL" */
static bool of_status(struct explain *e, struct words *w)
{
    str name = words_bare(words_peek(w)), text = str_cut(&name, '/');
    uint64_t code;

    if (!str_u64(text, &code) || code > UINT8_MAX)
        return false;
    w->at++;
    if (name.n == 0)
        explain_exit(e, RANK_GIVEN, (uint32_t)code);
    else if (!explain_exit_of(e, RANK_GIVEN, STR("systemd"), (uint32_t)code) &&
             !explain_signal(e, name))
        explain_exit(e, RANK_GIVEN, (uint32_t)code);
    return e->ret->n != 0;
}

static const struct {
    const char *word;
    phrase_fn *read;
} heads[] = {
    { "status", of_status },
    { "exit", of_exit },
    { "exitcode", of_exit },
    { "exit_code", of_exit },
    { "event", of_event },
    { "eventid", of_event },
    { "vzctl", of_program },
    { "robocopy", of_program },
    { "systemd", of_program },
    { "signal", of_signal },
    { "sig", of_signal },
    { "errno", of_errno },
    { "win32", of_win32 },
    { "ntstatus", of_ntstatus },
    { "hresult", of_hresult },
    { "error", of_error },
    { "system", of_system },
    { "windows", of_system },
    { "bugcheck", of_bugcheck },
    { "stop", of_bugcheck },
    { "stop:", of_bugcheck },
    { "bsod", of_bugcheck },
    { "bug", of_bug },
    { "tag", of_tag },
    { "pool", of_pool },
    { "gfp", of_gfp },
    { "gfp_mask", of_gfp },
    { "mode", of_gfp },
    { "acronis", of_acronis },
    { "module", of_module },
    { "state", of_state },
    { "vss", of_vss },
    { "cause", of_cause },
    { "rule", of_rule },
};

size_t explain_keyword(struct explain *e, const str *words, size_t n)
{
    size_t before = e->ret->n;

    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        struct words w = { words, n, 1 };

        if (n < 2 || !str_eq_nocase(words[0], str_z(heads[i].word)))
            continue;
        if (heads[i].read(e, &w))
            return w.at;
        e->ret->n = before;
    }
    return 0;
}
