/* SPDX-License-Identifier: Apache-2.0 */
#include "form.h"

enum {
    TAR_BLOCK = 512,
    TAR_CHECKSUM = 148,
    TAR_CHECKSUM_SIZE = 8,
};

static const struct {
    str magic;
    enum form form;
} magics[] = {
    { STR_INIT("PK\x03\x04"), FORM_ZIP }, { STR_INIT("PK\x05\x06"), FORM_ZIP }, /* no entries */
    { STR_INIT("PK00PK\x03\x04"), FORM_ZIP },       /* was meant to span disks */
    { STR_INIT("PK\x07\x08PK\x03\x04"), FORM_ZIP }, /* the same */
    { STR_INIT("7z\xbc\xaf\x27\x1c"), FORM_7Z }, { STR_INIT("MSCF\0\0\0\0"), FORM_CAB },
    { STR_INIT("\x1f\x8b\x08"), FORM_GZIP },
    { STR_INIT("\xfd"
               "7zXZ\0"),
            FORM_XZ },
    { STR_INIT("!<arch>\ndebian-binary"), FORM_AR }, { STR_INIT("Rar!\x1a\x07"), FORM_SEALED },
    { STR_INIT("LZIP\x01"), FORM_SEALED }, { STR_INIT("\x04\x22\x4d\x18"), FORM_SEALED }, /* lz4 */
    { STR_INIT("\x1f\x9d\x90"), FORM_SEALED }, /* compress */
};

static bool is_bzip2(str head)
{
    return str_starts(head, STR("BZh")) && head.n >= 10 && head.p[3] >= '1' && head.p[3] <= '9' &&
           (str_starts(str_from(head, 4), STR("1AY&SY")) ||
                   str_starts(str_from(head, 4), STR("\x17rE8P\x90")));
}

/* A frame, or a skippable frame with a frame behind it somewhere. */
static bool is_zstd(str head)
{
    return str_starts(head, STR("\x28\xb5\x2f\xfd")) ||
           (head.n >= 8 && ((unsigned char)head.p[0] & 0xf0) == 0x50 &&
                   str_starts(str_from(head, 1), STR("\x2a\x4d\x18")));
}

/* Some writers summed signed bytes; both sums are in use. */
static bool is_tar(str head)
{
    const unsigned char *p = (const unsigned char *)head.p;
    int32_t plain = 0, with_sign = 0;
    uint64_t want;
    str field;

    if (head.n < TAR_BLOCK || p[0] == 0)
        return false;
    field = str_trim(str_slice(head, TAR_CHECKSUM, TAR_CHECKSUM + TAR_CHECKSUM_SIZE));
    want = 0;
    if (field.n == 0 || !is_digit(field.p[0]))
        return false;
    for (size_t i = 0; i < field.n && field.p[i] >= '0' && field.p[i] <= '7'; i++)
        want = want * 8 + (uint64_t)(field.p[i] - '0');
    for (size_t i = 0; i < TAR_BLOCK; i++) {
        bool blank = i >= TAR_CHECKSUM && i < TAR_CHECKSUM + TAR_CHECKSUM_SIZE;

        plain += blank ? ' ' : p[i];
        with_sign += blank ? ' ' : (signed char)p[i];
    }
    return want == (uint64_t)plain || (with_sign >= 0 && want == (uint64_t)with_sign);
}

enum form form_of(str head)
{
    for (size_t i = 0; i < sizeof(magics) / sizeof(*magics); i++) {
        if (str_starts(head, magics[i].magic))
            return magics[i].form;
    }
    if (is_bzip2(head))
        return FORM_BZIP2;
    if (is_zstd(head))
        return FORM_ZSTD;
    return is_tar(head) ? FORM_TAR : FORM_LEAF;
}

const char *form_name(enum form form)
{
    static const char *const names[] = {
        [FORM_LEAF] = "file",
        [FORM_GZIP] = "gzip",
        [FORM_XZ] = "xz",
        [FORM_BZIP2] = "bzip2",
        [FORM_ZSTD] = "zstd",
        [FORM_ZIP] = "zip",
        [FORM_TAR] = "tar",
        [FORM_7Z] = "7z",
        [FORM_CAB] = "cab",
        [FORM_AR] = "ar",
        [FORM_SEALED] = "sealed archive",
    };

    return names[form];
}

bool form_is_packed(enum form form)
{
    return form >= FORM_GZIP && form <= FORM_ZSTD;
}

bool form_is_archive(enum form form)
{
    return form >= FORM_ZIP && form <= FORM_AR;
}
