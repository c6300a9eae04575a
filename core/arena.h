/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arena: memory of one life time, freed at once. Pages never move, so pointers stay good until
 * arena_reset or arena_finish. Sizes the program chose go through arena_alloc, which aborts when
 * the machine has no memory; sizes taken from the input go through arena_try, which returns NULL
 * past the arena's budget so that the caller can report it.
 */
#pragma once

#include "str.h"

struct arena_page;

struct arena {
    struct arena_page *page; /* the newest; older ones hang behind it */
    size_t used;             /* bytes handed out since the last reset */
    size_t budget;           /* for arena_try; 0 = unlimited */
    size_t first;            /* size of the next first page, as the last use of it tells */
    size_t paged;            /* bytes of its pages but those of one large block */
    void (*full)(void);      /* of an arena on given memory; else NULL */
};

void arena_init(struct arena *a, size_t budget);
/* All of it lies in the given memory, which is zeroed and outlives it. full is called when that does
 * not suffice; it does not return. */
void arena_init_fixed(
        struct arena *a, void *memory, size_t size, size_t budget, void (*full)(void));
void arena_finish(struct arena *a);
void arena_reset(struct arena *a); /* keeps a page */

void *arena_alloc(struct arena *a, size_t size); /* zeroed, aligned for any type */
void *arena_try(struct arena *a, size_t size);   /* zeroed; NULL past the budget */
/* Not zeroed: large buffers of which most members touch little. */
char *arena_buffer(struct arena *a, size_t size);
str arena_str(struct arena *a, str s); /* a copy, NUL-terminated behind its end */
char *arena_z(struct arena *a, str s); /* the same as a C string */
str arena_printf(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define arena_new(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define arena_array(a, type, n) ((type *)arena_alloc((a), sizeof(type) * (n)))
/* Not zeroed. */
#define arena_room(a, type, n) ((type *)(void *)arena_buffer((a), sizeof(type) * (n)))
