/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bundle over any bytes, as standard input: numbers run on, text is valid UTF-8 without NUL, paths
 * are printable, every byte is tapped once, and what is read stays within the ratio.
 */
#undef NDEBUG /* what is asserted here is what is tested, in every build */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bundle.h"
#include "limits.h"
#include "utf8.h"

struct seen {
    uint32_t members;
    uint64_t tapped, bytes;
};

static void on_member(void *ctx, struct member *m)
{
    struct seen *seen = ctx;
    struct text text;
    struct line line;

    assert(m->number == ++seen->members);
    assert(utf8_valid(m->path) && m->path.n != 0 && m->path.n <= LIMIT_PATH);
    for (size_t i = 0; i < m->path.n; i++)
        assert((unsigned char)m->path.p[i] >= 0x20);
    assert(m->binary || utf8_valid(m->head));
    seen->tapped = 0;
    if (m->number % 3 != 0) {
        text_init(&text, m->number % 3 == 1 ? m->text : m->raw);
        while (text_line(&text, &line)) {
            assert(m->binary || m->number % 3 != 1 || utf8_valid(line.s));
            assert(m->binary || m->number % 3 != 1 || str_find_char(line.s, '\0') == STR_NONE);
        }
        text_finish(&text);
    }
    member_drain(m);
    assert(seen->tapped == m->bytes);
    seen->bytes += m->bytes;
}

static void on_diag(void *ctx, const struct diag *diag, str path)
{
    const struct seen *seen = ctx;

    assert(diag->code != NULL && utf8_valid(path));
    assert(diag->where.member == 0 || diag->where.member == seen->members);
}

static void on_tap(void *ctx, str raw)
{
    ((struct seen *)ctx)->tapped += raw.n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct bundle_ops ops = { .member = on_member, .diag = on_diag, .tap = on_tap };
    static const char *const path = "-";
    struct seen seen = { 0 };
    struct arena a;
    str name;
    int fd = memfd_create("bundle", MFD_CLOEXEC);

    if (fd < 0 || write(fd, data, size) != (ssize_t)size || lseek(fd, 0, SEEK_SET) != 0 ||
            dup2(fd, STDIN_FILENO) < 0)
        abort();
    close(fd);
    arena_init(&a, 0);
    assert(bundle_walk(&a, &path, 1, &ops, &seen, &name) == seen.members);
    arena_finish(&a);
    assert(seen.bytes <= LIMIT_RATIO_FLOOR * 2 + (uint64_t)LIMIT_RATIO * size);
    return 0;
}
