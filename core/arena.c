/* SPDX-License-Identifier: Apache-2.0 */
#include "arena.h"

#include <assert.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/*
 * Pages double up to PAGE_BYTES: a member that needs little must not pay for more. What has become
 * large goes on in pages of the size that processors map at once: a fault for every 4 KiB costs more
 * than what is done with them.
 */
enum {
    PAGE_LEAST = 4 * 1024,
    PAGE_BYTES = 64 * 1024,
    PAGE_KEPT = 1024 * 1024,
    LARGE_FROM = 512 * 1024,
    PAGE_LARGE = 2 * 1024 * 1024,
};

struct arena_page {
    struct arena_page *older;
    size_t size, used;
    _Alignas(max_align_t) char bytes[];
};

/*
 * Under AddressSanitizer what is not handed out cannot be touched: neither behind a block, nor after
 * a reset.
 */
#if defined(__SANITIZE_ADDRESS__)
#define GUARDED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GUARDED
#endif
#endif

#ifdef GUARDED
#include <sanitizer/asan_interface.h>
enum { GUARD = 16 };
#define CLOSE(P, N) ASAN_POISON_MEMORY_REGION(P, N)
#define OPEN(P, N) ASAN_UNPOISON_MEMORY_REGION(P, N)
#else
enum { GUARD = 0 };
#define CLOSE(P, N) ((void)(P), (void)(N))
#define OPEN(P, N) ((void)(P), (void)(N))
#endif

void arena_init(struct arena *a, size_t budget)
{
    *a = (struct arena){ .budget = budget };
}

void arena_init_fixed(struct arena *a, void *memory, size_t size, size_t budget, void (*full)(void))
{
    struct arena_page *page = memory;

    assert(size > sizeof(*page));
    page->size = size - sizeof(*page);
    *a = (struct arena){ .budget = budget, .page = page, .full = full };
}

static void free_pages(struct arena_page *page)
{
    while (page != NULL) {
        struct arena_page *older = page->older;

        OPEN(page->bytes, page->size);
        free(page);
        page = older;
    }
}

void arena_finish(struct arena *a)
{
    if (a->full == NULL)
        free_pages(a->page);
    a->page = NULL;
    a->used = a->paged = 0;
}

/*
 * Keeps one page. When it took several, the next one will hold what they held, so that members of
 * one kind soon need no new memory.
 */
void arena_reset(struct arena *a)
{
    struct arena_page *page = a->page;
    size_t held = 0;

    if (page == NULL)
        return;
    for (const struct arena_page *p = page; p != NULL; p = p->older)
        held += p->used;
    if (a->full == NULL && (page->older != NULL || page->size > PAGE_KEPT)) {
        arena_finish(a);
        a->first = held < PAGE_KEPT ? held : PAGE_KEPT;
        return;
    }
    page->used = 0;
    a->used = 0;
    a->paged = page->size;
    CLOSE(page->bytes, page->size);
}

static struct arena_page *add_page(struct arena *a, size_t need)
{
    size_t size = a->page != NULL ? a->page->size * 2 : PAGE_LEAST;
    struct arena_page *page;

    if (a->full != NULL)
        a->full();
    size = size < PAGE_BYTES ? size : PAGE_BYTES;
    if (need <= size)
        a->paged += size;
    size = size > need ? size : need;
    if (a->page == NULL && a->first > size)
        size = a->first;
    if (a->paged >= LARGE_FROM && size <= PAGE_LARGE - sizeof(*page)) {
        size = PAGE_LARGE - sizeof(*page);
        page = aligned_alloc(PAGE_LARGE, PAGE_LARGE);
        if (page != NULL)
            (void)madvise(page, PAGE_LARGE, MADV_HUGEPAGE);
    } else {
        page = malloc(sizeof(*page) + size);
    }
    if (page == NULL) {
        fputs("fathom: out of memory\n", stderr);
        abort();
    }
    page->size = size;
    page->used = 0;
    page->older = a->page;
    a->page = page;
    CLOSE(page->bytes, size);
    return page;
}

char *arena_buffer(struct arena *a, size_t size)
{
    const size_t align = _Alignof(max_align_t);
    struct arena_page *page = a->page;
    size_t rounded;
    void *p;

    assert(size <= SIZE_MAX / 2);
    rounded = (size + GUARD + align - 1) & ~(align - 1);
    if (page == NULL || page->size - page->used < rounded)
        page = add_page(a, rounded);
    p = page->bytes + page->used;
    OPEN(p, size);
    page->used += rounded;
    a->used += rounded;
    return p;
}

void *arena_alloc(struct arena *a, size_t size)
{
    return memset(arena_buffer(a, size), 0, size);
}

void *arena_try(struct arena *a, size_t size)
{
    if (size > SIZE_MAX / 4 || (a->budget != 0 && (size > a->budget || a->used > a->budget - size)))
        return NULL;
    return arena_alloc(a, size);
}

char *arena_z(struct arena *a, str s)
{
    char *p = arena_buffer(a, s.n + 1);

    if (s.n != 0)
        memcpy(p, s.p, s.n);
    p[s.n] = '\0';
    return p;
}

str arena_str(struct arena *a, str s)
{
    return s.p != NULL ? (str){ arena_z(a, s), s.n } : s;
}

str arena_printf(struct arena *a, const char *format, ...)
{
    char text[256]; /* mostly enough, so that the text is made once */
    va_list args, again;
    char *p;
    int n;

    va_start(args, format);
    va_copy(again, args);
    n = vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    assert(n >= 0);
    p = arena_buffer(a, (size_t)n + 1);
    if ((size_t)n < sizeof(text))
        memcpy(p, text, (size_t)n + 1);
    else
        (void)vsnprintf(p, (size_t)n + 1, format, again);
    va_end(again);
    return (str){ p, (size_t)n };
}
