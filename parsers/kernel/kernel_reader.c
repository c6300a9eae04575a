/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel_reader.h"

#include "kernel_host.h"
#include "stray.h"

const struct kind *const kernel_kinds[] = { &kind_KERNEL_ALLOC_FAILURE, &kind_KERNEL_OOM,
    &kind_KERNEL_MEMORY, &kind_KERNEL_ZONE, &kind_KERNEL_TASK, &kind_KERNEL_SLAB,
    &kind_KERNEL_TAGGED, &kind_KERNEL_MESSAGE, &kind_HOST, &kind_SETTING, &kind_ERROR,
    &kind_LOG_MESSAGE, &kind_MEMORY_STATUS, &kind_CLOCK, &kind_STACK, &kind_OPERATION, NULL };

/* One log may hold lines of several machines: each fact names the one of its line. */
static void set_host(struct kernel_reader *k, str host)
{
    if (host.n == 0 || host.n > 255 || str_eq(host, k->in->host))
        return;
    for (unsigned i = 0; i < k->nhosts; i++) {
        if (str_eq(k->hosts[i], host)) {
            k->in->host = k->hosts[i];
            return;
        }
    }
    if (k->nhosts == sizeof(k->hosts) / sizeof(k->hosts[0]))
        return;
    k->hosts[k->nhosts] = arena_str(k->in->scratch, host);
    k->in->host = k->hosts[k->nhosts++];
}

/* "systemd-oomd[659]: ..." written to the kernel's log by a program. */
static bool by_program(str text)
{
    size_t at = str_find(str_slice(text, 0, 64), STR("]: "));

    return at != STR_NONE && str_find_char(str_slice(text, 0, at), '[') != STR_NONE &&
           str_find_char(str_slice(text, 0, at), ' ') == STR_NONE;
}

/* The indentation tells frames of a trace; behind a tag it is what follows one blank. */
static str with_indentation(const struct kmsg *m)
{
    str line = m->line.s;
    size_t begin = (size_t)(m->text.p - line.p), n = begin;

    if (m->text.n == 0 || begin > line.n)
        return m->text;
    while (n > 0 && is_blank(line.p[n - 1]))
        n--;
    if (n > 0 && n < begin && line.p[n - 1] != '\n')
        n++;
    return (str){ line.p + n, m->text.n + begin - n };
}

static void program_message(struct kernel_reader *k, const struct kmsg *m)
{
    str written;

    if (!m->plain && message_of_program(k->in, m)) {
        parse_took(k->in, &m->line);
        return;
    }
    written = with_indentation(m);
    if (m->plain)
        parse_stray_plain(k->in, &m->line, m->when, written);
    else
        parse_stray_of(k->in, &m->line, m->when, written);
}

void kernel_reader_message(struct kernel_reader *k, const struct kmsg *m)
{
    const struct message_row *row;
    enum header header;
    bool known;

    set_host(k, m->prefix.host);
    parse_text_of(
            k->in, &m->line, m->when, m->kernel ? STR("kernel") : m->prefix.tag, m->text, m->hits);
    if (!m->kernel) {
        program_message(k, m);
        return;
    }
    if (m->plain && !reports_open(&k->reports))
        return;
    row = messages_find(m->text);
    if (row != NULL && message_header(row, &header)) {
        reports_header(&k->reports, m, header);
        known = true;
    } else {
        known = reports_line(&k->reports, m);
    }
    if (row != NULL && (!message_is_of_program(row) || by_program(m->text))) {
        message_emit(k->in, m, row);
        known = true;
    }
    known = host_line(k->in, m, &k->reports) || known;
    if (!m->bare)
        return;
    known = free_pasted(k->in, &k->free, &m->line, m->when) || known;
    if (known)
        parse_took(k->in, &m->line);
    else
        parse_stray(k->in, &m->line, m->when);
}

static void on_message(void *ctx, const struct kmsg *m)
{
    kernel_reader_message(ctx, m);
}

static bool is_busy(void *ctx)
{
    const struct kernel_reader *k = ctx;

    return reports_open(&k->reports) || stray_busy(k->in);
}

struct kernel_reader *kernel_reader_new(struct parse *in)
{
    struct kernel_reader *k = arena_new(in->scratch, struct kernel_reader);

    k->in = in;
    feed_init(&k->feed, in, on_message, is_busy, k);
    reports_init(&k->reports, in);
    return k;
}

void kernel_reader_finish(struct kernel_reader *k)
{
    reports_finish(&k->reports);
}

void kernel_read(struct parse *in)
{
    struct kernel_reader *k = kernel_reader_new(in);

    feed_run(&k->feed);
    kernel_reader_finish(k);
}
