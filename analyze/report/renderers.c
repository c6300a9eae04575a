/* SPDX-License-Identifier: Apache-2.0 */
/* The list of renderers, and what they share. */
#include <nettle/sha2.h>

#include "report.h"

#define RENDERER(NAME) extern const struct renderer renderer_##NAME;
#include "renderers.def"
#undef RENDERER

const struct renderer *const renderers[] = {
#define RENDERER(NAME) &renderer_##NAME,
#include "renderers.def"
#undef RENDERER
    NULL,
};

const struct renderer *renderer_find(str name)
{
    for (const struct renderer *const *r = renderers; *r != NULL; r++) {
        if (str_eq(str_z((*r)->name), name))
            return *r;
    }
    return NULL;
}

void finding_id(const struct finding *finding, char ret[static 13])
{
    const str parts[] = { finding->rule, finding->subject, finding->host };
    uint8_t digest[SHA256_DIGEST_SIZE];
    struct sha256_ctx ctx;

    sha256_init(&ctx);
    for (size_t i = 0; i < 3; i++) {
        sha256_update(&ctx, parts[i].n, (const uint8_t *)parts[i].p);
        sha256_update(&ctx, 1, (const uint8_t *)"");
    }
    sha256_digest(&ctx, sizeof(digest), digest);
    for (size_t i = 0; i < 12; i++)
        ret[i] = "0123456789abcdef"[digest[i / 2] >> (i % 2 != 0 ? 0 : 4) & 15];
    ret[12] = '\0';
}

void report_place(const struct report *report, struct span where, struct out *out)
{
    if (where.member == 0 || where.member > report->file->nsources)
        return;
    out_str(out, report->file->sources[where.member - 1].path);
    if (where.line != 0)
        out_printf(out, ":%u", where.line);
    else if (where.record != 0)
        out_printf(out, "#%llu", (unsigned long long)where.record);
}
