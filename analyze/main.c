/* SPDX-License-Identifier: Apache-2.0 */
/* fathom: finds the command and gives it its options. A path without a command is analyzed. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "heap.h"
#include "version.h"

/* How many words of argv the name of this command takes, 0 = another command. */
static int words_of(const struct command *command, int argc, char **argv)
{
    str name = str_z(command->name), word;
    int n = 0;

    while (str_word(&name, &word)) {
        n++;
        if (n >= argc || !str_eq(word, str_z(argv[n])))
            return 0;
    }
    return n;
}

static const struct command *find(int argc, char **argv, int *ret_words)
{
    for (const struct command *const *c = commands; *c != NULL; c++) {
        *ret_words = words_of(*c, argc, argv);
        if (*ret_words != 0)
            return *c;
    }
    return NULL;
}

static bool in_group(const struct command *command, const char *group)
{
    str name = str_z(command->name);

    return str_take(&name, str_z(group)) && str_take_char(&name, ' ');
}

static void put_commands(struct out *out, const char *group)
{
    for (const struct command *const *c = commands; *c != NULL; c++) {
        if (group == NULL || in_group(*c, group))
            out_printf(out, "  %-15s %s\n", (*c)->name, (*c)->summary);
    }
}

static void put_help(struct out *out)
{
    out_z(out,
            "usage: fathom [analyze] [OPTION...] PATH...\n"
            "       fathom COMMAND [OPTION...] [ARGUMENT...]\n"
            "\n"
            "Reads what a customer sent (files, folders, zip, tar, 7z, compressed files) and says\n"
            "what went wrong, why, what to do about it, what it is not, and what to ask for next.\n"
            "Works offline and unpacks nothing to disk. Every sentence names the line it rests on.\n"
            "\n"
            "Commands:\n");
    put_commands(out, NULL);
    out_z(out, "\n"
               "Exit status: 0 done; 1 --fail-on was reached; 2 usage, or nothing could be read.\n"
               "\n"
               "Examples:\n"
               "  fathom case-4711.zip                 what is wrong with this machine?\n"
               "  fathom inspect case-4711.zip         what was each file taken for?\n"
               "  fathom explain 0x800705AA TPLA       what do this code and this tag mean?\n"
               "  fathom COMMAND --help                more about one command, with examples\n");
}

static int show_help(const struct command *command, const char *group)
{
    struct out out;

    out_init_fd(&out, STDOUT_FILENO);
    if (command != NULL) {
        command_help(command, &out);
    } else if (group != NULL) {
        out_printf(
                &out, "usage: fathom %s COMMAND [OPTION...] [ARGUMENT...]\n\nCommands:\n", group);
        put_commands(&out, group);
    } else {
        put_help(&out);
    }
    return out_finish(&out) ? STATUS_DONE : STATUS_USAGE;
}

static int run(const struct command *command, int argc, char **argv)
{
    struct options o;
    int status = STATUS_USAGE;

    if (options_parse(command, argc, argv, &o)) {
        if (o.help) {
            status = show_help(command, NULL);
        } else if (o.nargs < command->least) {
            fprintf(stderr, "usage: fathom %s [OPTION...] %s\n'fathom %s --help' says more.\n",
                    command->name, command->arguments, command->name);
        } else {
            if (o.format == NULL && command->formats != NULL) {
                static char first[32];
                str words = str_z(command->formats), word;

                if (str_word(&words, &word))
                    (void)snprintf(first, sizeof(first), "%.*s", STR_ARG(word));
                o.format = first;
            }
            status = command->run(&o);
        }
    }
    options_finish(&o);
    return status;
}

static const char *group_of(const char *word)
{
    for (const struct command *const *c = commands; *c != NULL; c++) {
        if (in_group(*c, word))
            return word;
    }
    return NULL;
}

static bool is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0;
}

static int help_about(int argc, char **argv)
{
    int words;
    const struct command *command = argc > 2 ? find(argc - 1, argv + 1, &words) : NULL;

    return show_help(command, argc > 2 ? group_of(argv[2]) : NULL);
}

int main(int argc, char **argv)
{
    const struct command *command;
    int words = 0;

    heap_begin();
    /* A reader who goes away shows up as EPIPE, which output_close knows. */
    (void)signal(SIGPIPE, SIG_IGN);
    /* Zip files hold times of day without a zone; libarchive would read them by this machine's. */
    (void)setenv("TZ", "UTC", 1);
    if (argc < 2) {
        struct out out;

        out_init_fd(&out, STDERR_FILENO);
        put_help(&out);
        (void)out_finish(&out);
        return STATUS_USAGE;
    }
    command = find(argc, argv, &words);
    if (command != NULL)
        return run(command, argc - words, argv + words);
    if (is_help(argv[1]))
        return help_about(argc, argv);
    if (strcmp(argv[1], "--version") == 0) {
        puts("fathom " FATHOM_VERSION);
        return STATUS_DONE;
    }
    if (group_of(argv[1]) != NULL) {
        if (argc > 2 && is_help(argv[2]))
            return show_help(NULL, argv[1]);
        fprintf(stderr, argc > 2 ? "fathom %s: there is no command '%s'\n" : "fathom %s: which?\n",
                argv[1], argc > 2 ? argv[2] : "");
        (void)fflush(stderr);
        (void)show_help(NULL, argv[1]);
        return STATUS_USAGE;
    }
    return run(commands[0], argc, argv);
}
