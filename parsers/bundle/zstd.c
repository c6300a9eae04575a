/* SPDX-License-Identifier: Apache-2.0 */
/* zstd frames, one after the other, skippable ones between them. */
#include <zstd.h>
#include <zstd_errors.h>

#include "limits.h"
#include "unpack.h"

static void *zstd_open(void)
{
    ZSTD_DStream *z = ZSTD_createDStream();

    if (z != NULL)
        (void)ZSTD_DCtx_setParameter(z, ZSTD_d_windowLogMax, LIMIT_WINDOW_LOG);
    return z;
}

static void zstd_close(void *state)
{
    (void)ZSTD_freeDStream(state);
}

static bool zstd_restart(void *state)
{
    return !ZSTD_isError(ZSTD_DCtx_reset(state, ZSTD_reset_session_only));
}

static enum unpack_step zstd_step(void *state, struct unpack_io *io)
{
    ZSTD_inBuffer in = { io->in.p, io->in.n, 0 };
    ZSTD_outBuffer out = { io->out, io->room, 0 };
    size_t r = ZSTD_decompressStream(state, &out, &in);

    io->in = str_from(io->in, in.pos);
    io->out += out.pos;
    io->room -= out.pos;
    if (ZSTD_isError(r))
        return ZSTD_getErrorCode(r) == ZSTD_error_frameParameter_windowTooLarge ? UNPACK_WINDOW
                                                                                : UNPACK_BAD;
    return r == 0 && (in.pos != 0 || out.pos != 0) ? UNPACK_END : UNPACK_MORE;
}

static bool zstd_follows(str rest)
{
    return form_of(rest) == FORM_ZSTD;
}

const struct codec codec_zstd = {
    .open = zstd_open,
    .close = zstd_close,
    .restart = zstd_restart,
    .step = zstd_step,
    .magic = 8,
    .follows = zstd_follows,
};
