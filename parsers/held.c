/* SPDX-License-Identifier: Apache-2.0 */
#include "held.h"

void held_read(struct held *h, struct parse *in, size_t most)
{
    *h = (struct held){ 0 };
    out_init_memory(&h->out);
    while (text_ahead(&in->text, 1).n != 0) {
        str s = text_peek(&in->text);

        out_str(&h->out, str_slice(s, 0, most - out_text(&h->out).n));
        text_skip(&in->text, s.n);
    }
    h->bytes = out_text(&h->out);
    h->size = in->text.offset;
}

void held_finish(struct held *h)
{
    (void)out_finish(&h->out);
}
