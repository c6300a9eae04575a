/* SPDX-License-Identifier: Apache-2.0 */
#include "out.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "utf8.h"

/* Texts that are collected in memory are mostly lines. */
enum { OUT_BLOCK = 64 * 1024, OUT_TEXT = 256 };

void out_init_fd(struct out *o, int fd)
{
    *o = (struct out){ .fd = fd };
}

void out_init_memory(struct out *o)
{
    *o = (struct out){ .fd = -1 };
}

static void flush(struct out *o)
{
    size_t done = 0;

    while (o->failed == 0 && done < o->used) {
        ssize_t n = write(o->fd, o->buf + done, o->used - done);

        if (n > 0)
            done += (size_t)n;
        else if (n < 0 && errno != EINTR)
            o->failed = errno;
    }
    o->used = 0;
}

bool out_finish(struct out *o)
{
    if (o->fd >= 0)
        flush(o);
    free(o->buf);
    o->buf = NULL;
    o->used = o->size = 0;
    return o->failed == 0;
}

str out_text(const struct out *o)
{
    return (str){ o->buf != NULL ? o->buf : "", o->used };
}

static void make_room(struct out *o, size_t n)
{
    size_t size = o->size != 0 ? o->size : o->fd >= 0 ? OUT_BLOCK : OUT_TEXT;

    if (o->fd >= 0)
        flush(o);
    while (size < o->used + n)
        size *= 2;
    if (size == o->size)
        return;
    o->buf = realloc(o->buf, size);
    if (o->buf == NULL) {
        fputs("fathom: out of memory\n", stderr);
        abort();
    }
    o->size = size;
}

static inline void reserve(struct out *o, size_t n)
{
    if (o->size - o->used < n)
        make_room(o, n);
}

void out_str(struct out *o, str s)
{
    if (s.n == 0)
        return;
    reserve(o, s.n);
    memcpy(o->buf + o->used, s.p, s.n);
    o->used += s.n;
}

void out_char(struct out *o, char c)
{
    reserve(o, 1);
    o->buf[o->used++] = c;
}

void out_z(struct out *o, const char *z)
{
    out_str(o, str_z(z));
}

void out_printf(struct out *o, const char *format, ...)
{
    va_list args, again;
    size_t room;
    int n;

    reserve(o, OUT_TEXT / 2); /* mostly enough */
    room = o->size - o->used;
    va_start(args, format);
    va_copy(again, args);
    n = vsnprintf(o->buf + o->used, room, format, args);
    va_end(args);
    if (n > 0 && (size_t)n >= room) {
        reserve(o, (size_t)n + 1);
        (void)vsnprintf(o->buf + o->used, (size_t)n + 1, format, again);
    }
    if (n > 0)
        o->used += (size_t)n;
    va_end(again);
}

static bool is_printable(char c)
{
    return c >= ' ' && c <= '~';
}

void out_repeat(struct out *o, char c, size_t n)
{
    if (n == 0)
        return;
    reserve(o, n);
    memset(o->buf + o->used, c, n);
    o->used += n;
}

/* Bytes at the front that stand in a string of JSON as they are. */
static size_t json_plain_run(str s)
{
    size_t n = 0;

    while (n < s.n && is_printable(s.p[n]) && s.p[n] != '"' && s.p[n] != '\\')
        n++;
    return n;
}

void out_json_str(struct out *o, str s)
{
    out_char(o, '"');
    while (s.n != 0) {
        size_t n = json_plain_run(s);
        char c;

        if (n != 0) {
            out_str(o, str_slice(s, 0, n));
            s = str_from(s, n);
            continue;
        }
        n = utf8_length(s);
        c = s.p[0];
        if (n == 0) {
            out_z(o, "\xef\xbf\xbd");
            n = 1;
        } else if (c == '"' || c == '\\') {
            out_char(o, '\\');
            out_char(o, c);
        } else if (c == '\n') {
            out_z(o, "\\n");
        } else if (c == '\t') {
            out_z(o, "\\t");
        } else if ((unsigned char)c < 0x20 || c == 0x7f) {
            out_printf(o, "\\u%04x", (unsigned)c);
        } else {
            out_str(o, str_slice(s, 0, n));
        }
        s = str_from(s, n);
    }
    out_char(o, '"');
}

void out_json_real(struct out *o, double d)
{
    char buf[32];

    if (!isfinite(d)) {
        out_z(o, "null");
        return;
    }
    for (int digits = 6; digits <= 17; digits++) {
        double back;

        (void)snprintf(buf, sizeof(buf), "%.*g", digits, d);
        if (str_real(str_z(buf), &back) && back == d)
            break;
    }
    out_z(o, buf);
}

size_t out_plain_run(str s)
{
    size_t n = 0;

    while (n < s.n && is_printable(s.p[n]))
        n++;
    return n;
}

void out_plain(struct out *o, str s)
{
    for (;;) {
        size_t n = out_plain_run(s);
        unsigned char c;

        out_str(o, str_slice(s, 0, n));
        s = str_from(s, n);
        if (s.n == 0)
            return;
        n = utf8_length(s);
        c = (unsigned char)s.p[0];
        if (n == 0 || (n == 2 && c == 0xc2 && (unsigned char)s.p[1] < 0xa0)) {
            out_z(o, "\xc2\xb7"); /* C1 controls are terminal commands, too */
            n = n != 0 ? n : 1;
        } else if (c == '\t') {
            out_char(o, ' ');
        } else if (c < 0x20 || c == 0x7f) {
            out_z(o, "\xc2\xb7");
        } else {
            out_str(o, str_slice(s, 0, n));
        }
        s = str_from(s, n);
    }
}

void out_html(struct out *o, str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];

        switch (c) {
        case '&':
            out_z(o, "&amp;");
            break;
        case '<':
            out_z(o, "&lt;");
            break;
        case '>':
            out_z(o, "&gt;");
            break;
        case '"':
            out_z(o, "&quot;");
            break;
        case '\'':
            out_z(o, "&#39;");
            break;
        default:
            if ((unsigned char)c >= 0x20 || c == '\n' || c == '\t')
                out_char(o, c);
        }
    }
}

void out_bytes(struct out *o, int64_t bytes)
{
    static const char *const units[] = { "KB", "MB", "GB", "TB", "PB" };
    double v = fabs((double)bytes);
    size_t u = 0;

    if (bytes < 0)
        out_char(o, '-');
    if (v < 1024) {
        out_printf(o, "%.0f byte%s", v, v == 1 ? "" : "s");
        return;
    }
    for (v /= 1024; v >= 1023.5 && u + 1 < sizeof(units) / sizeof(units[0]); u++)
        v /= 1024;
    out_printf(o, "%.*f %s", v < 9.995 && v != floor(v) ? 1 : 0, v, units[u]);
}

str bytes_text(struct arena *a, int64_t bytes)
{
    struct out out;
    str text;

    out_init_memory(&out);
    out_bytes(&out, bytes);
    text = arena_str(a, out_text(&out));
    (void)out_finish(&out);
    return text;
}

void out_duration(struct out *o, double seconds)
{
    if (seconds < 0) {
        out_char(o, '-');
        seconds = -seconds;
    }
    if (seconds < 1)
        out_printf(o, "%.0f ms", seconds * 1000);
    else if (seconds < 120)
        out_printf(o, "%.*f s", seconds < 10 && seconds != floor(seconds) ? 1 : 0, seconds);
    else if (seconds < 2 * 3600)
        out_printf(o, "%.0f min", seconds / 60);
    else if (seconds < 48 * 3600)
        out_printf(o, "%.1f h", seconds / 3600);
    else
        out_printf(o, "%.1f days", seconds / 86400);
}
