/* SPDX-License-Identifier: Apache-2.0 */
/* decode over any bytes: the text is valid UTF-8 without NUL, and the same in steps of any size. */
#undef NDEBUG /* what is asserted here is what is tested, in every build */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "decode.h"
#include "limits.h"
#include "utf8.h"

struct bytes {
    struct text_source source;
    str left;
    size_t step;
};

static size_t read_bytes(struct text_source *source, char *buf, size_t size)
{
    struct bytes *b = (struct bytes *)source;
    size_t n = b->left.n < size ? b->left.n : size;

    n = n < b->step ? n : b->step;
    if (n != 0)
        memcpy(buf, b->left.p, n);
    b->left = str_from(b->left, n);
    return n;
}

/* At most three bytes of text for one of the input, four for one of a code page, one for a NUL. */
static str decode(struct decode *d, str in, size_t raw_step, size_t step)
{
    struct bytes bytes = { .source.read = read_bytes, .left = in, .step = raw_step };
    size_t room = 4 * in.n + 64, n = 0, got;
    char *out = malloc(room);

    if (out == NULL)
        abort();
    decode_begin(
            d, &bytes.source, decode_choose(str_slice(in, 0, LIMIT_SNIFF), in.n < LIMIT_SNIFF));
    while ((got = d->source.read(&d->source, out + n, step < room - n ? step : room - n)) != 0) {
        n += got;
        assert(n < room);
    }
    decode_end(d);
    return (str){ out, n };
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct decode d = { 0 };
    size_t step = size != 0 ? data[0] % 37 + 1u : 1;
    str in = { (const char *)data, size }, whole, steps;

    whole = decode(&d, in, SIZE_MAX, SIZE_MAX);
    if (d.choice.form != TEXT_BINARY) {
        assert(utf8_valid(whole));
        assert(str_find_char(whole, '\0') == STR_NONE);
    }
    steps = decode(&d, in, step, 38 - step);
    assert(str_eq(whole, steps));
    free((char *)(uintptr_t)whole.p);
    free((char *)(uintptr_t)steps.p);
    decode_destroy(&d);
    return 0;
}
