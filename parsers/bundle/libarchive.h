/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libarchive, loaded when the first archive is opened: it brings an XML library and the tables of
 * ICU with it, whose relocations would cost every start more than the rest of the program.
 */
#pragma once

#include <archive.h>
#include <archive_entry.h>

/* What is used of it, without the prefix archive_. */
#define LIBARCHIVE(X)                                                                              \
    X(entry_filetype)                                                                              \
    X(entry_hardlink)                                                                              \
    X(entry_is_encrypted)                                                                          \
    X(entry_mtime)                                                                                 \
    X(entry_mtime_is_set)                                                                          \
    X(entry_pathname)                                                                              \
    X(entry_pathname_utf8)                                                                         \
    X(entry_size)                                                                                  \
    X(entry_size_is_set)                                                                           \
    X(entry_symlink)                                                                               \
    X(error_string)                                                                                \
    X(filter_bytes)                                                                                \
    X(read_data_block)                                                                             \
    X(read_free)                                                                                   \
    X(read_has_encrypted_entries)                                                                  \
    X(read_new)                                                                                    \
    X(read_next_header)                                                                            \
    X(read_open1)                                                                                  \
    X(read_set_callback_data)                                                                      \
    X(read_set_read_callback)                                                                      \
    X(read_set_seek_callback)                                                                      \
    X(read_set_skip_callback)                                                                      \
    X(read_support_format_7zip)                                                                    \
    X(read_support_format_ar)                                                                      \
    X(read_support_format_cab)                                                                     \
    X(read_support_format_tar)                                                                     \
    X(read_support_format_zip)                                                                     \
    X(read_support_format_zip_streamable)

struct libarchive {
#define X(NAME) __typeof__(archive_##NAME) *NAME;
    LIBARCHIVE(X)
#undef X
};

/* Always the same; a machine without the library ends the program with a message. */
const struct libarchive *libarchive(void);
