/* SPDX-License-Identifier: Apache-2.0 */
#include "uname.h"

bool uname_is_name(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (!is_alnum(s.p[i]) && s.p[i] != '-' && s.p[i] != '.' && s.p[i] != '_')
            return false;
    }
    return s.n != 0 && s.n <= 253 && is_alnum(s.p[0]);
}

bool uname_read(str line, struct uname *ret)
{
    str rest = line, word;

    *ret = (struct uname){ .name = { NULL, 0 } };
    if (!str_word(&rest, &word) || !str_eq(word, STR("Linux")) || !str_word(&rest, &ret->name) ||
            !str_word(&rest, &ret->release) || !str_word(&rest, &word) || word.p[0] != '#' ||
            !is_digit(ret->release.p[0]) || !uname_is_name(ret->name))
        return false;
    while (str_word(&rest, &word)) {
        if (!str_eq(word, STR("GNU/Linux")) && !str_eq(word, STR("unknown")))
            ret->arch = word;
    }
    return true;
}

str uname_arch(str word)
{
    static const struct {
        str word, arch;
    } names[] = {
        { STR_INIT("x86_64"), STR_INIT("x64") },
        { STR_INIT("x86-64"), STR_INIT("x64") },
        { STR_INIT("aarch64"), STR_INIT("arm64") },
        { STR_INIT("arm64"), STR_INIT("arm64") },
        { STR_INIT("i686"), STR_INIT("x86") },
        { STR_INIT("i586"), STR_INIT("x86") },
        { STR_INIT("x86"), STR_INIT("x86") },
        { STR_INIT("armv7l"), STR_INIT("arm") },
        { STR_INIT("ppc64le"), STR_INIT("ppc64") },
        { STR_INIT("ppc64"), STR_INIT("ppc64") },
        { STR_INIT("s390x"), STR_INIT("s390x") },
        { STR_INIT("ia64"), STR_INIT("ia64") },
        { STR_INIT("sparc64"), STR_INIT("sparc64") },
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (str_eq(word, names[i].word))
            return names[i].arch;
    }
    return (str){ NULL, 0 };
}
