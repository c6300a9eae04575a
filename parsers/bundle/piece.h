/* SPDX-License-Identifier: Apache-2.0 */
/*
 * piece: bytes [from, to) of a file on the disk, for a reader of its own: as they are, or as UTF-8 text that they
 * are taken to be. Whether they were is known at the end: the whole file may be in another encoding.
 */
#pragma once

#include "decode.h"

struct piece {
    struct text_source raw; /* first: read from it, or from decode.source */
    int fd;                 /* the caller's */
    uint64_t at, to;
    bool short_of; /* the file ended before */
    struct decode decode;
};

void piece_open(struct piece *p, int fd, uint64_t from, uint64_t to);
struct text_source *piece_text(struct piece *p);
/* At the end: all of it could be read, and as text it is what its bytes say. */
bool piece_plain(const struct piece *p);
void piece_close(struct piece *p);
