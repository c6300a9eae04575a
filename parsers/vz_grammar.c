/* SPDX-License-Identifier: Apache-2.0 */
#include "vz_grammar.h"

#include "code_tables.h"
#include "signs.h"
#include "stray.h"

static const struct {
    str verb, participle, action;
} verbs[] = {
    { STR_INIT("start"), STR_INIT("started"), STR_INIT("start") },
    { STR_INIT("stop"), STR_INIT("stopped"), STR_INIT("stop") },
    { STR_INIT("restart"), STR_INIT("restarted"), STR_INIT("restart") },
    { STR_INIT("mount"), STR_INIT("mounted"), STR_INIT("mount") },
    { STR_INIT("unmount"), STR_INIT("unmounted"), STR_INIT("umount") },
    { STR_INIT("umount"), STR_INIT("umounted"), STR_INIT("umount") },
    { STR_INIT("suspend"), STR_INIT("suspended"), STR_INIT("suspend") },
    { STR_INIT("checkpoint"), STR_INIT("checkpointed"), STR_INIT("suspend") },
    { STR_INIT("chkpnt"), STR_INIT("checkpointed"), STR_INIT("suspend") },
    { STR_INIT("resume"), STR_INIT("resumed"), STR_INIT("resume") },
    { STR_INIT("restore"), STR_INIT("restored"), STR_INIT("resume") },
    { STR_INIT("create"), STR_INIT("created"), STR_INIT("create") },
    { STR_INIT("destroy"), STR_INIT("destroyed"), STR_INIT("destroy") },
    { STR_INIT("set"), STR_INIT("configured"), STR_INIT("set") },
    { STR_INIT("migrate"), STR_INIT("migrated"), STR_INIT("migrate") },
};
enum { VERBS = sizeof(verbs) / sizeof(verbs[0]) };

static bool action_of_verb(str word, str *ret)
{
    for (size_t i = 0; i < VERBS; i++) {
        if (str_eq_nocase(word, verbs[i].verb)) {
            *ret = verbs[i].action;
            return true;
        }
    }
    return false;
}

static bool action_of_participle(str word, str *ret)
{
    for (size_t i = 0; i < VERBS; i++) {
        if (str_eq_nocase(word, verbs[i].participle)) {
            *ret = verbs[i].action;
            return true;
        }
    }
    return false;
}

/* "Starting", "Mounting", "Stopping" */
static bool action_of_gerund(str word, str *ret)
{
    if (word.n < 6 || !str_eq_nocase(str_from(word, word.n - 3), STR("ing")))
        return false;
    word = str_slice(word, 0, word.n - 3);
    if (action_of_verb(word, ret))
        return true;
    if (word.n > 2 && word.p[word.n - 1] == word.p[word.n - 2])
        return action_of_verb(str_slice(word, 0, word.n - 1), ret); /* stopp */
    return false;
}

static bool take_any(str *s, const str *words)
{
    for (; words->n != 0; words++) {
        if (str_take_nocase(s, *words))
            return true;
    }
    return false;
}

static bool take_word(str *s, str *ret)
{
    size_t n = 0;

    str_skip_blanks(s);
    while (n < s->n && is_alpha(s->p[n]))
        n++;
    *ret = str_slice(*s, 0, n);
    *s = str_from(*s, n);
    return n != 0;
}

str vz_id(str text)
{
    size_t n = 0;
    bool digits = true;

    while (n < text.n && (is_hex(text.p[n]) || text.p[n] == '-')) {
        digits = digits && is_digit(text.p[n]);
        n++;
    }
    if (n < text.n && (is_alnum(text.p[n]) || text.p[n] == '_'))
        return (str){ NULL, 0 };
    text = str_slice(text, 0, n);
    if ((digits && n >= 1 && n <= 10) || vz_is_uuid(text))
        return text;
    return (str){ NULL, 0 };
}

bool vz_is_uuid(str id)
{
    if (id.n != 36)
        return false;
    for (size_t i = 0; i < id.n; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;

        if (dash ? id.p[i] != '-' : !is_hex(id.p[i]))
            return false;
    }
    return true;
}

/* "101", "'web1'", "\"web1\"" behind the word container */
static str take_id(str *s)
{
    str id;

    str_skip_blanks(s);
    if (s->n > 1 && (s->p[0] == '\'' || s->p[0] == '"')) {
        char quote = s->p[0];
        size_t end = str_find_char(str_from(*s, 1), quote);

        if (end != STR_NONE && end != 0 && end <= NAME_MAX_LEN) {
            id = str_slice(*s, 1, 1 + end);
            *s = str_from(*s, end + 2);
            return id;
        }
    }
    id = vz_id(*s);
    *s = str_from(*s, id.n);
    return id;
}

/* "Failed to start the Container", "Cannot mount disk for container 101" */
static bool parse_refusal(str t, struct vz_phrase *ret)
{
    static const str heads[] = { STR_INIT("Failed to "), STR_INIT("Unable to "),
        STR_INIT("Cannot "), STR_INIT("Can not "), STR_INIT("Can't "), { NULL, 0 } };
    size_t at;
    str verb;

    if (!take_any(&t, heads) || !take_word(&t, &verb) || !action_of_verb(verb, &ret->action))
        return false;
    at = str_find_nocase(t, STR("container"));
    if (at == STR_NONE || at > 60)
        return false;
    t = str_from(t, at + 9);
    ret->id = take_id(&t);
    ret->outcome = "failed";
    return true;
}

/* What follows "Container": "[101] is not started", "start failed", "start in progress" */
static bool parse_state(str t, struct vz_phrase *ret)
{
    bool refused = false;
    str word;

    ret->id = take_id(&t);
    if (!take_word(&t, &word))
        return false;
    if (action_of_verb(word, &ret->action)) {
        str_skip_blanks(&t);
        ret->outcome = str_starts_nocase(t, STR("failed"))        ? "failed"
                       : str_starts_nocase(t, STR("in progress")) ? "completed"
                                                                  : NULL;
        return ret->outcome != NULL;
    }
    if (str_eq_nocase(word, STR("has")) &&
            !(take_word(&t, &word) && str_eq_nocase(word, STR("been"))))
        return false;
    if (!str_eq_nocase(word, STR("is")) && !str_eq_nocase(word, STR("was")) &&
            !str_eq_nocase(word, STR("been")))
        return false;
    if (!take_word(&t, &word))
        return false;
    refused = str_eq_nocase(word, STR("not"));
    if ((refused || str_eq_nocase(word, STR("successfully"))) && !take_word(&t, &word))
        return false;
    if (!action_of_participle(word, &ret->action))
        return false;
    /* "is not mounted" is a state that a command complains of, not the end of an operation. */
    if (refused && str_eq(ret->action, STR("mount")) && ret->id.n == 0)
        return false;
    ret->outcome = refused ? "failed" : "completed";
    return true;
}

bool vz_phrase_parse(str text, struct vz_phrase *ret)
{
    str t = str_trim(text), word, rest;
    size_t at;

    *ret = (struct vz_phrase){ 0 };
    if (parse_refusal(t, ret))
        return true;
    rest = t;
    if (str_take_nocase(&rest, STR("Container ")))
        return parse_state(rest, ret);
    if (str_starts(t, STR("Exec '")) &&
            (at = str_find(t, STR("' failed in container "))) != STR_NONE) {
        rest = str_from(t, at + 22);
        *ret = (struct vz_phrase){ STR("exec"), take_id(&rest), "failed" };
        return true;
    }
    if (str_starts_nocase(t, STR("Checkpointing failed"))) {
        *ret = (struct vz_phrase){ STR("suspend"), { NULL, 0 }, "failed" };
        return true;
    }
    if (!take_word(&rest, &word) || !action_of_gerund(word, &ret->action))
        return false;
    str_skip_blanks(&rest);
    (void)str_take_nocase(&rest, STR("the "));
    if (!str_take_nocase(&rest, STR("container")))
        return false;
    ret->id = take_id(&rest);
    ret->outcome = "started";
    return true;
}

bool vz_command_parse(str text, str *ret_action, str *ret_id)
{
    size_t at = str_find(text, STR("vzctl ")), n = 0;
    str before, rest, word;

    if (at == STR_NONE)
        return false;
    before = str_trim(str_slice(text, 0, at));
    rest = str_from(text, at + 6);
    if (str_ends(before, STR("/usr/sbin/")))
        before = str_trim(str_slice(before, 0, before.n - 10));
    if (before.n != 0 && before.p[before.n - 1] != '>' && before.p[before.n - 1] != '#' &&
            before.p[before.n - 1] != '$' && !str_ends(before, STR("sudo")))
        return false;
    do {
        if (!str_word(&rest, &word))
            return false;
    } while (word.p[0] == '-');
    if (!action_of_verb(word, ret_action))
        return false;
    if (!str_word(&rest, &word) || word.n > NAME_MAX_LEN || word.p[0] == '<' || word.p[0] == '-')
        return false;
    while (n < word.n &&
            (is_alnum(word.p[n]) || word.p[n] == '-' || word.p[n] == '_' || word.p[n] == '.'))
        n++;
    *ret_id = str_slice(word, 0, n);
    return n == word.n;
}

bool vz_call_parse(str text, struct vz_call *ret)
{
    size_t at = str_find(text, STR("API function call '")), end;
    str rest, number;

    if (at == STR_NONE)
        return false;
    *ret = (struct vz_call){ 0 };
    rest = str_from(text, at + 19);
    end = str_find_char(rest, '\'');
    if (end == STR_NONE || end == 0 || end > NAME_MAX_LEN)
        return false;
    ret->api = str_slice(rest, 0, end);
    rest = str_from(rest, end + 1);
    if (!str_take(&rest, STR(" failed")))
        return false;
    str_skip_blanks(&rest);
    if (str_take_char(&rest, '(')) {
        size_t close = str_rfind_char(rest, ')');
        str arguments = str_slice(rest, 0, close);

        ret->path = str_trim(str_cut(&arguments, ','));
        if (str_find_char(ret->path, '\\') == STR_NONE && str_find_char(ret->path, '/') == STR_NONE)
            ret->path = (str){ NULL, 0 };
        rest = close != STR_NONE ? str_from(rest, close + 1) : STR("");
    }
    rest = str_trim(rest);
    number = rest;
    /* The two fields have each their radix, whatever the digits look like. */
    if (str_take(&number, STR("dwErr"))) {
        str_skip_blanks(&number);
        if (str_take_char(&number, '=') && str_hex(str_trim(number), &ret->number))
            ret->spelled = rest;
    } else if (str_take(&number, STR("err"))) {
        str_skip_blanks(&number);
        if (str_take_char(&number, '=') && str_u64(str_trim(number), &ret->number))
            ret->spelled = rest;
    }
    return true;
}

bool beancounter_unit(str resource, uint64_t *ret_unit)
{
    for (const struct beancounter *row = beancounters; row->name.n != 0; row++) {
        if (str_eq(resource, row->name)) {
            *ret_unit = row->unit;
            return true;
        }
    }
    return false;
}

void beancounter_signs(struct signs *to)
{
    signs_add_rows(to, beancounters, SIZE_MAX, sizeof(beancounters[0]));
}

bool vz_counter_parse(str text, struct vz_counter *ret)
{
    str rest = text, word;

    *ret = (struct vz_counter){ 0 };
    if (!str_word(&rest, &word))
        return false;
    if (word.n > 1 && word.p[word.n - 1] == ':') {
        ret->id = vz_id(str_slice(word, 0, word.n - 1));
        if (ret->id.n == 0 || !str_word(&rest, &word))
            return false;
    }
    ret->resource = word;
    if (!beancounter_unit(word, &ret->unit))
        return false;
    for (size_t i = 0; i < 5; i++) {
        if (!str_word(&rest, &word) || !str_u64(word, &ret->values[i]))
            return false;
    }
    return !str_word(&rest, &word);
}

bool env_operation_parse(str text, struct env_operation *ret)
{
    size_t at = str_find(text, STR("Operation "));
    str rest, action, tail;

    *ret = (struct env_operation){ 0 };
    if (at == STR_NONE)
        return false;
    rest = str_from(text, at + 10);
    if (str_take(&rest, STR("with the Container "))) {
        action = (str){ NULL, 0 };
    } else {
        if (!str_word(&rest, &action) || !str_take(&rest, STR(" with the Env(s) ")))
            return false;
        if (str_ends(action, STR("_env")))
            action = str_slice(action, 0, action.n - 4);
        if (!action_of_verb(action, &action) && action.n > NAME_MAX_LEN)
            return false;
    }
    at = str_find(rest, STR(" is "));
    if (at == STR_NONE || at == 0 || at > NAME_MAX_LEN + 2)
        return false;
    ret->action = action;
    ret->object = str_slice(rest, 0, at);
    if (ret->object.n > 2 && ret->object.p[0] == '"')
        ret->object = str_slice(ret->object, 1, ret->object.n - 1);
    tail = str_from(rest, at + 4);
    if (str_starts(tail, STR("started")))
        ret->outcome = "started";
    else if (str_starts(tail, STR("finished with errors")))
        ret->outcome = "failed";
    else if (str_starts(tail, STR("finished with warnings")))
        ret->outcome = "warning";
    else if (str_starts(tail, STR("finished")) || str_starts(tail, STR("completed")))
        ret->outcome = "completed";
    return ret->outcome != NULL;
}
