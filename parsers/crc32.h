/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crc32: the checksum of zip, PNG and the event log (polynomial 0xEDB88320, reflected). By carry-less
 * multiplication where the processor has it, eight bytes a step elsewhere, with the same answers.
 */
#pragma once

#include "str.h"

/* Of what follows bytes whose checksum is crc; 0 = nothing came before. */
uint32_t crc32_more(uint32_t crc, str s);

/* The twins behind it, for their test: without the inversion before and after. */
uint32_t crc32_table(uint32_t crc, str s);
uint32_t crc32_clmul(uint32_t crc, str s); /* on x86-64 only */
