/* SPDX-License-Identifier: Apache-2.0 */
/*
 * heap: how this program's memory is mapped. A short run is over in a few milliseconds, of which a fault
 * for every 4 KiB would take a quarter: so the heap begins at the border of a page of the size that
 * processors map at once, and is made of such pages.
 */
#pragma once

/* Before anything is allocated, once. Does nothing where the C library or the kernel knows no such thing. */
void heap_begin(void);
