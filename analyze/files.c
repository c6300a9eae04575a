/* SPDX-License-Identifier: Apache-2.0 */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "out.h"

int folder_make(struct arena *a, str path)
{
    char *name = arena_z(a, path);

    for (char *p = name + 1; path.n != 0; p++) {
        char end = *p;

        if (end != '/' && end != '\0')
            continue;
        *p = '\0';
        if (mkdir(name, 0777) != 0 && errno != EEXIST)
            return errno;
        *p = end;
        if (end == '\0')
            break;
    }
    return 0;
}

int file_write(struct arena *a, str path, str text, enum file_mode mode)
{
    static const int flags[] = {
        [FILE_NEW] = O_EXCL, [FILE_OVER] = O_TRUNC, [FILE_APPEND] = O_APPEND
    };
    size_t slash = str_rfind_char(path, '/');
    int error = 0, fd;
    struct out out;

    if (slash != STR_NONE && slash != 0)
        error = folder_make(a, str_slice(path, 0, slash));
    if (error != 0)
        return error;
    fd = open(arena_z(a, path), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | flags[mode], 0666);
    if (fd < 0)
        return errno;
    out_init_fd(&out, fd);
    out_str(&out, text);
    if (!out_finish(&out))
        error = out.failed;
    if (close(fd) != 0 && error == 0)
        error = errno;
    return error;
}

str file_read(struct arena *a, str path)
{
    int fd = open(arena_z(a, path), O_RDONLY | O_CLOEXEC);
    char buf[4096];
    struct out out;
    ssize_t n;
    str text;

    if (fd < 0)
        return (str){ NULL, 0 };
    out_init_memory(&out);
    while ((n = read(fd, buf, sizeof(buf))) > 0)
        out_str(&out, (str){ buf, (size_t)n });
    (void)close(fd);
    text = arena_str(a, out_text(&out));
    (void)out_finish(&out);
    return text;
}
