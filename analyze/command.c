/* SPDX-License-Identifier: Apache-2.0 */
/* command: the list of commands, their help texts, and where they write. */
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "case.h"
#include "layout.h"

enum { HELP_WIDTH = 80, WIDTH_DEFAULT = 80, WIDTH_LEAST = 60, WIDTH_MOST = 140 };

#define COMMAND(NAME) extern const struct command command_##NAME;
#include "commands.def"
#undef COMMAND

const struct command *const commands[] = {
#define COMMAND(NAME) &command_##NAME,
#include "commands.def"
#undef COMMAND
    NULL,
};

/* Paragraphs stand behind empty lines; how they are broken in the source does not matter. */
static void put_about(const char *about, struct out *out)
{
    struct layout l;
    str rest = str_z(about), line, text = { NULL, 0 };

    layout_init(&l, out, HELP_WIDTH, false);
    for (bool more = true; more;) {
        more = str_line(&rest, &line);
        if (more && line.n != 0) {
            text = arena_printf(
                    &l.arena, "%.*s%s%.*s", STR_ARG(text), text.n != 0 ? " " : "", STR_ARG(line));
            continue;
        }
        layout_row(&l, &(struct row){ .text = text });
        if (more)
            layout_blank(&l);
        text.n = 0;
    }
    layout_finish(&l);
}

void command_help(const struct command *command, struct out *out)
{
    out_printf(out, "usage: fathom %s [OPTION...]%s%s\n\n", command->name,
            *command->arguments != '\0' ? " " : "", command->arguments);
    put_about(command->about, out);
    out_z(out, "\nOptions:\n");
    options_help(command, out);
    out_printf(out, "\nExamples:\n%s", command->examples);
}

void command_say(const struct options *o, const char *format, ...)
{
    va_list args;

    fprintf(stderr, "fathom %s: ", o->command->name);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
}

unsigned command_width(const struct options *o, const struct output *output)
{
    struct winsize size;

    if (o->width != 0)
        return o->width;
    if (!output->terminal || ioctl(output->fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return WIDTH_DEFAULT;
    if (size.ws_col < WIDTH_LEAST)
        return WIDTH_LEAST;
    return size.ws_col < WIDTH_MOST ? size.ws_col : WIDTH_MOST;
}

bool command_color(const struct options *o, const struct output *output)
{
    const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");

    if (o->color != COLOR_AUTO)
        return o->color == COLOR_ALWAYS;
    return output->terminal && (no_color == NULL || *no_color == '\0') &&
           (term == NULL || strcmp(term, "dumb") != 0);
}

bool output_open(const struct options *o, struct output *ret)
{
    struct stat st;

    *ret = (struct output){ .options = o, .fd = STDOUT_FILENO };
    if (o->output != NULL && strcmp(o->output, "-") != 0) {
        ret->fd = open(o->output, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
        if (ret->fd < 0) {
            command_say(o, "%s: %s", o->output, strerror(errno));
            return false;
        }
        if (fstat(ret->fd, &st) == 0 && S_ISREG(st.st_mode) && ftruncate(ret->fd, 0) != 0) {
            command_say(o, "%s: %s", o->output, strerror(errno));
            (void)close(ret->fd);
            return false;
        }
    }
    ret->terminal = isatty(ret->fd);
    out_init_fd(&ret->out, ret->fd);
    return true;
}

int output_close(struct output *output, int status)
{
    const char *where = output->fd != STDOUT_FILENO ? output->options->output : "standard output";
    int failed;

    (void)out_finish(&output->out);
    failed = output->out.failed;
    if (output->fd != STDOUT_FILENO && close(output->fd) != 0 && failed == 0)
        failed = errno;
    if (failed == 0 || failed == EPIPE)
        return status;
    command_say(output->options, "writing to %s: %s", where, strerror(failed));
    return STATUS_USAGE;
}

bool command_tell_unread(const struct options *o, const struct case_file *file)
{
    for (size_t i = 0; i < file->ndiags; i++) {
        const struct diag *d = &file->diags[i];

        if (strcmp(d->code, "bundle.open") == 0)
            command_say(o, "%.*s: %.*s", STR_ARG(file->diag_paths[i]), STR_ARG(d->detail));
    }
    if (file->nsources == 0 && file->ndiags == 0)
        command_say(o, "there is no file in what was given");
    return file->nsources != 0;
}
