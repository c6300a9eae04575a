/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stray_message: lines of any log that say something known about a resource, by distinctive
 * fragments: one scan for all of them. A class is what rules ask for; its wording changed over the
 * years, the class does not. The wordings are rules/tables/log_messages.tsv.
 */
#include "code_tables.h"
#include "marks.h"
#include "stray.h"

enum { SAID_MAX = 8 /* classes of one line; more are not said */ };

const char *class_of_code(struct code code)
{
    return code_class(code);
}

/* The figure of a message: what stands before ("4096 Mb of RAM") or behind its fragment. */
static bool number_before(str text, size_t at, uint64_t *ret)
{
    size_t end = at, begin;

    while (end > 0 && text.p[end - 1] == ' ')
        end--;
    for (begin = end; begin > 0 && is_digit(text.p[begin - 1]);)
        begin--;
    return str_u64(str_slice(text, begin, end), ret);
}

static bool number_behind(str text, str head, uint64_t *ret)
{
    size_t at = str_find_nocase(text, head);
    str rest = at != STR_NONE ? str_from(text, at + head.n) : STR("");

    str_skip_blanks(&rest);
    return str_take_u64(&rest, ret);
}

static bool figure_of(str class, str text, const struct literal_hit *hit, int64_t *ret)
{
    uint64_t number;
    bool ok = false;

    if (str_eq(class, STR("hyperv-ram"))) {
        ok = number_before(text, hit->begin, &number) && number < (UINT64_C(1) << 40);
        number = ok ? number << 20 : 0;
    } else if (str_eq(class, STR("sql-paged-out"))) {
        ok = number_behind(text, STR("memory utilization:"), &number);
    } else if (str_eq(class, STR("vss-timeout"))) {
        ok = number_behind(text, STR("time-out ("), &number);
    } else if (str_eq(class, STR("jvm-memory"))) {
        ok = number_behind(text, STR("failed to map "), &number) ||
             number_behind(text, STR("failed to allocate "), &number);
    }
    if (!ok || number > INT64_MAX)
        return false;
    *ret = (int64_t)number;
    return true;
}

/* The fourth argument of os::commit_memory came with large pages: address, size, page size, exec. */
static bool has_page_size(str text, size_t end)
{
    str arguments = str_from(text, end);
    size_t commas = 0;

    arguments = str_slice(arguments, 0, str_find_char(arguments, ')'));
    for (size_t i = 0; i < arguments.n; i++)
        commas += arguments.p[i] == ',';
    return commas == 3;
}

static bool said_already(const uint16_t *said, size_t n, uint16_t class)
{
    while (n != 0 && said[n - 1] != class)
        n--;
    return n != 0;
}

const struct log_wording *log_wording_find(str text, size_t from, struct literal_hit *ret)
{
    static struct literals set;

    if (set.n == 0)
        literals_prepare(&set, log_literals, log_nwordings);
    while (literals_find(&set, text, from, text.n, ret)) {
        const struct log_wording *wording = &log_wordings[ret->literal->id];

        if (*wording->also == '\0' || str_find_nocase(text, str_z(wording->also)) != STR_NONE)
            return wording;
        from = ret->begin + 1;
    }
    return NULL;
}

bool stray_message(struct parse *in, const struct line *line, str text, struct when when)
{
    const struct log_wording *wording;
    struct literal_hit hit;
    uint16_t said[SAID_MAX];
    size_t nsaid = 0;

    for (size_t at = 0; (wording = log_wording_find(text, at, &hit)) != NULL; at = hit.end) {
        const char *class = log_classes[wording->class];
        int64_t number = 0;
        bool figure = figure_of(str_z(class), text, &hit, &number);

        if (str_eq(hit.literal->text, STR("os::commit_memory(")) && has_page_size(text, hit.end))
            say_message(in, line_span(in, line), line->s, when, "java-large-pages", STR("java"),
                    (str){ NULL, 0 }, NULL, text);
        if (nsaid == SAID_MAX || said_already(said, nsaid, wording->class) ||
                (in->stray != NULL && in->stray->line == line->number &&
                        str_eq(str_z(in->stray->class), str_z(class))))
            continue;
        said[nsaid++] = wording->class;
        say_message(in, line_span(in, line), line->s, when, class, str_z(wording->component),
                (str){ NULL, 0 }, figure ? &number : NULL, text);
    }
    return nsaid != 0;
}

void stray_message_marks(struct marks *m)
{
    for (size_t i = 0; i < log_nwordings; i++)
        marks_add(m, log_literals[i].text, NULL);
}
