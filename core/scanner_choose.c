/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scanner_choose: which windows of a literal are rare. What a sample holds decides; where it holds
 * nothing, how logs are written does. The table was counted over the logs in tests/formats and
 * corpus/cases: the unlikeliness, in eighths of a bit, of each class of bytes after each other one.
 */
#include "scanner_parts.h"

/* The pseudo bytes that the table is worth beside a sample. */
#define PRIOR_BYTES 65536.0f

/* a-z in either case, then: */
enum { DIGIT = 26, BLANK, JOINER, MARK, HIGH, CONTROL, CLASSES };

/* One byte of a class rather than any of it. */
static const uint8_t within[CLASSES] = {
    [DIGIT] = 26, [BLANK] = 2, [JOINER] = 24, [MARK] = 32, [HIGH] = 40, [CONTROL] = 8
};

/* clang-format off: a table */
static const uint8_t first[CLASSES] = {
    39,
    45,
    43,
    46,
    31,
    54,
    54,
    55,
    41,
    86,
    45,
    44,
    42,
    41,
    40,
    48,
    86,
    41,
    40,
    39,
    49,
    51,
    60,
    61,
    58,
    77,
    18,
    23,
    30,
    33,
    68,
    49,
};

static const uint8_t next[CLASSES][CLASSES] = {
    { 62, 31, 24, 46, 93, 84, 28, 89, 33, 142, 78, 25, 33, 26, 108, 37, 142, 36, 34, 25, 56, 56, 80,
            65, 65, 138, 47, 51, 43, 40, 102, 72 },
    { 37, 71, 73, 71, 52, 94, 115, 116, 50, 78, 107, 27, 103, 102, 37, 109, 136, 79, 75, 90, 38,
            112, 95, 95, 55, 132, 43, 6, 34, 53, 126, 30 },
    { 30, 93, 46, 75, 26, 116, 52, 30, 58, 138, 31, 45, 43, 68, 20, 34, 137, 33, 61, 20, 50, 113,
            121, 122, 96, 133, 41, 39, 36, 57, 127, 61 },
    { 28, 60, 72, 49, 21, 74, 86, 93, 28, 47, 85, 54, 39, 90, 39, 54, 87, 60, 40, 84, 42, 86, 55,
            120, 79, 131, 44, 24, 20, 27, 94, 40 },
    { 50, 57, 39, 31, 41, 70, 73, 81, 61, 101, 120, 39, 28, 29, 72, 49, 72, 25, 29, 48, 80, 31, 84,
            48, 58, 101, 56, 32, 21, 30, 139, 56 },
    { 29, 97, 83, 63, 48, 29, 86, 107, 16, 128, 98, 57, 73, 82, 28, 32, 127, 18, 41, 33, 46, 103,
            111, 112, 79, 123, 40, 40, 41, 67, 117, 78 },
    { 63, 96, 44, 77, 9, 34, 78, 25, 40, 127, 97, 48, 82, 57, 52, 99, 127, 41, 57, 44, 50, 103, 66,
            111, 109, 123, 70, 32, 26, 52, 117, 56 },
    { 19, 69, 75, 55, 22, 104, 105, 105, 23, 126, 96, 56, 28, 80, 27, 37, 126, 49, 91, 37, 32, 65,
            67, 110, 40, 55, 63, 39, 31, 54, 85, 76 },
    { 73, 71, 27, 27, 50, 58, 37, 120, 106, 140, 110, 24, 33, 17, 31, 57, 140, 42, 37, 30, 91, 28,
            124, 59, 122, 53, 68, 55, 64, 87, 92, 84 },
    { 31, 67, 65, 47, 34, 75, 76, 76, 63, 97, 67, 66, 64, 63, 39, 54, 97, 63, 42, 61, 19, 73, 81,
            81, 79, 93, 40, 21, 12, 55, 87, 71 },
    { 78, 4, 76, 92, 27, 72, 65, 94, 42, 136, 106, 86, 65, 90, 78, 86, 96, 74, 52, 81, 59, 93, 68,
            95, 118, 132, 58, 43, 32, 38, 126, 73 },
    { 29, 74, 67, 39, 15, 84, 95, 117, 37, 137, 76, 26, 62, 50, 23, 78, 137, 103, 61, 56, 48, 61,
            96, 122, 52, 133, 62, 27, 28, 31, 89, 74 },
    { 22, 47, 52, 59, 13, 97, 118, 67, 30, 139, 71, 41, 43, 105, 30, 33, 139, 88, 47, 55, 63, 97,
            77, 61, 59, 135, 70, 40, 26, 38, 129, 47 },
    { 26, 90, 43, 35, 26, 44, 37, 91, 45, 92, 83, 62, 62, 44, 23, 66, 100, 53, 38, 20, 43, 54, 92,
            125, 87, 136, 71, 34, 26, 48, 92, 55 },
    { 95, 65, 30, 31, 82, 40, 58, 99, 86, 141, 61, 39, 28, 20, 34, 44, 141, 20, 33, 36, 34, 44, 35,
            88, 123, 76, 82, 48, 51, 53, 131, 78 },
    { 21, 89, 33, 55, 28, 80, 51, 43, 36, 133, 104, 41, 46, 99, 36, 36, 133, 24, 60, 46, 32, 91,
            117, 80, 66, 129, 61, 33, 20, 54, 123, 59 },
    { 61, 67, 66, 68, 54, 75, 76, 77, 63, 97, 67, 15, 64, 63, 62, 70, 57, 63, 62, 61, 8, 73, 81, 82,
            79, 93, 38, 39, 38, 33, 87, 71 },
    { 38, 96, 49, 35, 17, 76, 53, 120, 30, 140, 48, 81, 50, 39, 25, 57, 76, 43, 35, 38, 60, 34, 79,
            79, 33, 92, 46, 32, 35, 37, 99, 56 },
    { 48, 79, 40, 73, 26, 99, 78, 40, 37, 141, 35, 46, 57, 74, 33, 56, 59, 58, 33, 20, 54, 87, 45,
            92, 31, 137, 62, 27, 24, 34, 131, 46 },
    { 20, 111, 48, 48, 19, 57, 67, 41, 21, 142, 98, 58, 62, 76, 34, 50, 142, 40, 45, 52, 39, 83, 79,
            126, 42, 94, 43, 31, 32, 39, 89, 67 },
    { 42, 41, 58, 68, 38, 48, 37, 91, 34, 132, 103, 36, 17, 21, 60, 40, 132, 29, 28, 28, 106, 90,
            116, 50, 114, 80, 63, 47, 48, 65, 122, 54 },
    { 35, 99, 67, 101, 5, 81, 109, 88, 23, 130, 100, 54, 36, 96, 47, 69, 130, 85, 58, 94, 103, 81,
            114, 114, 112, 43, 71, 44, 57, 50, 77, 69 },
    { 19, 91, 90, 77, 34, 99, 100, 60, 22, 121, 91, 77, 31, 48, 24, 44, 121, 21, 30, 85, 95, 97, 57,
            106, 103, 117, 51, 49, 30, 54, 111, 95 },
    { 33, 43, 39, 38, 39, 47, 99, 41, 46, 120, 90, 89, 30, 50, 85, 63, 120, 86, 63, 48, 94, 96, 67,
            105, 102, 116, 9, 30, 44, 33, 110, 71 },
    { 71, 93, 91, 69, 37, 74, 102, 102, 63, 123, 93, 92, 90, 48, 61, 35, 123, 89, 11, 41, 59, 99,
            31, 107, 105, 119, 66, 26, 19, 35, 113, 43 },
    { 47, 61, 28, 76, 16, 83, 83, 84, 59, 105, 45, 74, 72, 71, 36, 77, 105, 71, 54, 59, 48, 55, 63,
            89, 87, 39, 28, 28, 43, 18, 95, 33 },
    { 69, 74, 70, 79, 73, 79, 142, 114, 129, 163, 32, 132, 97, 129, 128, 136, 163, 129, 100, 70,
            137, 139, 122, 51, 145, 73, 5, 31, 27, 31, 153, 45 },
    { 45, 51, 45, 50, 51, 43, 67, 52, 43, 92, 54, 50, 40, 44, 49, 42, 77, 51, 38, 45, 52, 56, 52,
            67, 79, 94, 19, 11, 48, 33, 89, 72 },
    { 39, 61, 41, 54, 41, 43, 56, 55, 60, 90, 54, 57, 46, 59, 61, 44, 90, 46, 41, 47, 50, 60, 55,
            84, 98, 92, 10, 22, 36, 36, 88, 47 },
    { 61, 61, 50, 56, 43, 56, 57, 53, 65, 108, 63, 59, 55, 58, 79, 52, 100, 66, 42, 49, 33, 62, 70,
            69, 75, 108, 22, 12, 24, 25, 107, 39 },
    { 77, 83, 69, 84, 70, 71, 65, 72, 79, 113, 84, 63, 80, 59, 62, 86, 113, 80, 79, 78, 87, 60, 97,
            98, 96, 109, 57, 38, 39, 57, 2, 48 },
    { 52, 66, 49, 47, 49, 58, 89, 51, 62, 54, 81, 62, 45, 57, 38, 48, 131, 65, 37, 52, 70, 45, 53,
            90, 113, 83, 40, 26, 52, 7, 54, 35 },
};
/* clang-format on */

static unsigned class_of(char c)
{
    if (is_alpha(c))
        return (unsigned)((c | 0x20) - 'a');
    if (is_digit(c))
        return DIGIT;
    if (is_blank(c))
        return BLANK;
    if ((unsigned char)c >= 0x80)
        return HIGH;
    if ((unsigned char)c < 0x20)
        return CONTROL;
    return memchr(".-_/:\\=,", c, 8) != NULL ? JOINER : MARK;
}

/* 2 to the power of -eighths / 8. */
static float chance(unsigned eighths)
{
    static const float parts[8] = { 1.0f, 0.917004f, 0.840896f, 0.771105f, 0.707107f, 0.648420f,
        0.594604f, 0.545254f };
    uint32_t bits = (127u - eighths / 8) << 23;
    float power;

    memcpy(&power, &bits, sizeof(power));
    return power * parts[eighths % 8];
}

void scan_count(struct scan_counts *counts, struct arena *a, unsigned bits, str sample)
{
    counts->rows = arena_array(a, uint16_t, 1u << bits);
    counts->bits = bits;
    counts->scale = 1048576.0f / ((float)sample.n + PRIOR_BYTES);
    for (unsigned byte = 0; byte < 256; byte++)
        counts->class[byte] = (uint8_t)class_of((char)byte);
    for (size_t i = 0; i + 4 <= sample.n; i++) {
        uint16_t *met = &counts->rows[scan_hash(scan_gram(sample.p + i), bits)];

        *met = (uint16_t)(*met + (*met != UINT16_MAX));
    }
}

void scan_shares(str sample, float ret[256])
{
    const float all = (float)sample.n + PRIOR_BYTES;
    uint32_t met[256] = { 0 };

    for (size_t i = 0; i < sample.n; i++)
        met[(unsigned char)sample.p[i]]++;
    for (unsigned byte = 0; byte < 256; byte++) {
        unsigned class = class_of((char)byte);

        ret[byte] = ((float)met[byte] + PRIOR_BYTES * chance(first[class] + within[class])) / all;
    }
}

/* How often each window of a literal is expected in a MiB. */
static void rate_windows(
        const struct scan_counts *counts, const char *text, size_t length, float *ret)
{
    unsigned class[SCAN_LONGEST], step[SCAN_LONGEST];

    for (size_t i = 0; i < length; i++) {
        class[i] = counts->class[(unsigned char)text[i]];
        step[i] = i == 0 ? 0u : next[class[i - 1]][class[i]] + within[class[i]];
    }
    for (size_t i = 0; i + 4 <= length; i++) {
        unsigned eighths =
                first[class[i]] + within[class[i]] + step[i + 1] + step[i + 2] + step[i + 3];
        uint16_t met = counts->rows[scan_hash(scan_gram(text + i), counts->bits)];

        ret[i] = ((float)met + PRIOR_BYTES * chance(eighths)) * counts->scale;
    }
}

/* A window of eight bytes is as rare as the rarest of four in it, or rarer; but where its first four
 * stand, it passes by chance (see scan_place). */
static void rate_wide(float *rate, size_t windows)
{
    for (size_t i = 0; i < windows; i++) {
        float least = rate[i];

        for (size_t k = 1; k <= 4; k++)
            least = rate[i + k] < least ? rate[i + k] : least;
        rate[i] = least + rate[i] / 8;
    }
}

/* The cheapest windows next to each other. */
static void choose_row(struct scan_literal *literal, unsigned stride, const float *rate)
{
    const size_t row = 1u << stride;
    const size_t windows = literal->length - scan_width(literal, stride) + 1u;
    float best = 0;
    size_t at = 0;

    for (size_t i = 0; i + row <= windows; i++) {
        float sum = rate[i];
        bool less;

        for (size_t k = 1; k < row; k++)
            sum += rate[i + k];
        less = i == 0 || sum < best;
        best = less ? sum : best;
        at = less ? i : at;
    }
    literal->at[stride] = (uint8_t)at;
    literal->cost[stride] = best / (float)row;
}

void scan_choose(struct scan_counts *counts, const char *text, struct scan_literal *literal)
{
    float rate[SCAN_LONGEST];
    unsigned stride = 0;

    rate_windows(counts, text, literal->length, rate);
    memset(literal->at, 0, sizeof(literal->at));
    for (unsigned s = 0; s < SCAN_STRIDES && scan_takes(literal, s); s++) {
        if (scan_width(literal, s) == 8)
            rate_wide(rate, literal->length - 7u);
        else
            stride = s;
        choose_row(literal, s, rate);
    }
    /* As if met once more: other literals had better take others of their windows. */
    for (size_t k = 0; k < 1u << stride; k++) {
        uint16_t *met =
                &counts->rows[scan_hash(scan_gram(text + literal->at[stride] + k), counts->bits)];

        *met = (uint16_t)(*met + (*met != UINT16_MAX));
    }
}
