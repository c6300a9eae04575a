/* SPDX-License-Identifier: Apache-2.0 */
#include "piece.h"

#include <unistd.h>

static size_t read_piece(struct text_source *source, char *buf, size_t size)
{
    struct piece *p = (struct piece *)source;
    uint64_t left = p->to - p->at;
    ssize_t got;

    size = size < left ? size : (size_t)left;
    if (size == 0)
        return 0;
    got = pread(p->fd, buf, size, (off_t)p->at);
    if (got <= 0) {
        p->short_of = true;
        return 0;
    }
    p->at += (uint64_t)got;
    return (size_t)got;
}

void piece_open(struct piece *p, int fd, uint64_t from, uint64_t to)
{
    *p = (struct piece){ .raw.read = read_piece, .fd = fd, .at = from, .to = to };
    decode_begin(&p->decode, &p->raw, (struct decode_choice){ .form = TEXT_UTF8, .decided = true });
}

struct text_source *piece_text(struct piece *p)
{
    return &p->decode.source;
}

bool piece_plain(const struct piece *p)
{
    return !p->short_of && decode_verbatim(&p->decode);
}

void piece_close(struct piece *p)
{
    decode_end(&p->decode);
    decode_destroy(&p->decode);
}
