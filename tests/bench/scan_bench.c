/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan_bench: the byte scanner by itself, over a generated system log in blocks as a member comes.
 *
 *     usage: scan_bench FILE MIB
 *
 * FILE is generated if it is not there. For 200, 1000 and 5000 patterns, each with several literal
 * sets of words that the log is made of too, every variant runs in turn with `wc -l`, five rounds;
 * a ratio is the median over the rounds of wc's time / its own. "hits" and "sum" tell the variants
 * of one plan to be alike.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "limits.h"
#include "scanner_parts.h"

enum { WORDS = 1500, TEMPLATES = 4000, ROUNDS = 5, MAX_PATTERNS = 5000 };

static uint32_t seed = 1;

static uint32_t roll(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (uint32_t)((uint64_t)seed * below >> 32);
}

static char words[WORDS][16];
static char *templates[TEMPLATES];

static void make_words(void)
{
    static const char *const known[] = { "link", "state", "carrier", "lost", "restored", "session",
        "opened", "closed", "for", "user", "root", "accepted", "connection", "from", "port",
        "timed", "out", "retry", "count", "exceeded", "device", "reset", "by", "peer", "queue",
        "depth", "limit", "failed", "error", "memory", "allocation", "page", "buffer", "request",
        "is", "not", "to", "of", "the", "in", "on", "with", "no", "unable", "cannot" };
    static const char *const parts[] = { "re", "con", "in", "ex", "ter", "na", "tion", "al", "er",
        "mod", "ven", "dis", "pro", "com", "sta", "ble", "ing", "ack", "ist", "or", "ule", "que" };

    for (size_t i = 0; i < WORDS; i++) {
        if (i < sizeof(known) / sizeof(*known))
            (void)snprintf(words[i], sizeof(words[i]), "%s", known[i]);
        else
            (void)snprintf(words[i], sizeof(words[i]), "%s%s%s", parts[roll(22)], parts[roll(22)],
                    roll(2) != 0 ? parts[roll(22)] : "");
    }
}

/* Common words are common. */
static const char *word(void)
{
    return words[roll(3) != 0 ? roll(120) : roll(WORDS)];
}

static size_t make_words_line(char *buf, size_t size, unsigned n)
{
    size_t at = 0;

    for (unsigned i = 0; i < n && at < size; i++)
        at += (size_t)snprintf(buf + at, size - at, "%s%s", i != 0 ? " " : "", word());
    return at < size ? at : size - 1;
}

static void make_templates(void)
{
    char buf[200];

    for (size_t i = 0; i < TEMPLATES; i++) {
        (void)make_words_line(buf, sizeof(buf), 5 + roll(10));
        templates[i] = strdup(buf);
    }
}

static const struct scan_pattern *patterns;

/* What the pattern is after, whole. */
static void make_incident(char *buf, size_t size, const struct scan_pattern *p)
{
    size_t n = 0;

    for (size_t i = 0; i < p->nsets && n < size; i++) {
        str literal = p->sets[i].literals[roll((uint32_t)p->sets[i].n)];

        n += (size_t)snprintf(buf + n, size - n, "%.*s ", STR_ARG(literal));
    }
}

static size_t make_line(char *buf, size_t size, unsigned i)
{
    static const char *const who[] = { "kernel", "sshd", "systemd", "app" };
    char incident[256];
    const char *text = templates[roll(TEMPLATES)];

    if (roll(1000) < 9) {
        make_incident(
                incident, sizeof(incident), &patterns[roll(roll(2) != 0 ? 50 : MAX_PATTERNS)]);
        text = incident;
    }
    return (size_t)snprintf(buf, size, "Mar %2u %02u:%02u:%02u node7 %s[%u]: [%5u.%06u] %s %u %s\n",
            1 + i / 200000 % 28, i / 3600 % 24, i / 60 % 60, i % 60, who[roll(4)], roll(9000),
            i / 7, roll(1000000), text, roll(1u << 30), word());
}

static void make_file(const char *path, size_t size)
{
    FILE *file = fopen(path, "w");
    char line[512];

    for (unsigned i = 0; size > sizeof(line) && file != NULL; i++) {
        size_t n = make_line(line, sizeof(line), i);

        n = fwrite(line, 1, n, file);
        size -= n < size ? n : size;
    }
    if (file == NULL || fclose(file) != 0)
        exit(2);
}

/* name: three words, then one of two, then two words */
static struct scan_pattern make_pattern(struct arena *a, uint32_t id)
{
    struct scan_set *sets = arena_array(a, struct scan_set, 4);
    str *texts = arena_array(a, str, 5);
    char buf[200];

    texts[0] = arena_printf(a, "%s%u: ", words[45 + roll(WORDS - 45)], roll(40));
    texts[1] = arena_str(a, (str){ buf, make_words_line(buf, sizeof(buf), 3) });
    texts[2] = arena_printf(a, "%s %s", word(), words[roll(WORDS)]);
    texts[3] = arena_printf(a, "%s %s", word(), words[roll(WORDS)]);
    texts[4] = arena_str(a, (str){ buf, make_words_line(buf, sizeof(buf), 2) });
    sets[0] = (struct scan_set){ texts, 1 };
    sets[1] = (struct scan_set){ texts + 1, 1 };
    sets[2] = (struct scan_set){ texts + 2, 2 };
    sets[3] = (struct scan_set){ texts + 4, 1 };
    return (struct scan_pattern){ id, roll(10) == 0, sets, texts[4].n < 4 ? 3u : 4u };
}

/* Seconds of processor that this process, or its children, have had: others may use the machine. */
static double seconds(int who)
{
    struct rusage use;

    (void)getrusage(who, &use);
    return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
           (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) * 1e-6;
}

static double now(void)
{
    return seconds(RUSAGE_SELF);
}

struct run {
    double time[ROUNDS];
    uint64_t hits, sum;
};

static void scan_file(const struct scan_plan *plan, const char *path, struct run *run)
{
    static char block[LIMIT_BLOCK];
    int fd = open(path, O_RDONLY);
    size_t kept = 0;
    ssize_t got;
    uint64_t offset = 0;

    run->hits = run->sum = 0;
    while ((got = read(fd, block + kept, sizeof(block) - kept)) > 0) {
        str text = { block, kept + (size_t)got };
        size_t end = str_rfind_char(text, '\n');
        struct scan scan;
        struct scan_hit hit;

        text.n = end != STR_NONE ? end + 1 : text.n;
        scan_begin(&scan, plan, text, 0);
        while (scan_next(&scan, &hit)) {
            run->hits++;
            run->sum += (offset + hit.begin) * 31 + hit.id;
        }
        kept = kept + (size_t)got - text.n;
        memmove(block, block + text.n, kept);
        offset += text.n;
    }
    (void)close(fd);
}

static str read_sample(struct arena *a, const char *path, size_t size)
{
    int fd = open(path, O_RDONLY);
    char *buf = arena_buffer(a, SCAN_SAMPLE);
    size_t n = 0;

    for (size_t i = 0; i < 16; i++) {
        ssize_t got = pread(fd, buf + n, SCAN_SAMPLE / 16, (off_t)(size / 16 * i));

        n += got > 0 ? (size_t)got : 0;
    }
    (void)close(fd);
    return (str){ buf, n };
}

static int compare_double(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(const double *values)
{
    double sorted[ROUNDS];

    memcpy(sorted, values, sizeof(sorted));
    qsort(sorted, ROUNDS, sizeof(*sorted), compare_double);
    return sorted[ROUNDS / 2];
}

static void show(const char *name, const struct run *run, const struct run *wc, double mib)
{
    double ratios[ROUNDS];

    for (int i = 0; i < ROUNDS; i++)
        ratios[i] = wc->time[i] / run->time[i];
    printf("    %-24s %6.2f GB/s %6.2f of wc -l   %9llu hits  %016llx\n", name,
            mib * 1048576 / median(run->time) / 1e9, median(ratios), (unsigned long long)run->hits,
            (unsigned long long)run->sum);
}

static void bench(const char *path, size_t size, size_t n)
{
    const struct scan_kernel *const kernels[] = { &scan_kernel_plain, scan_kernel_best() };
    static const char *const names[] = { "sampled, plain", "sampled, fastest", "unsampled, plain",
        "unsampled, fastest" };
    struct run runs[4], wc;
    struct scan_plan *plans[2];
    struct scanner *scanner;
    struct arena a;
    double began = now(), made, planned, unplanned;
    char command[4096];

    memset(runs, 0, sizeof(runs));
    arena_init(&a, 0);
    scanner = scanner_create(&a, patterns, n);
    made = now();
    plans[1] = scan_plan_create(&a, scanner, (str){ NULL, 0 }, SCAN_MAP);
    unplanned = now();
    str sample = read_sample(&a, path, size);
    plans[0] = scan_plan_create(&a, scanner, sample, SCAN_MAP);
    planned = now();
    printf("%zu patterns: made in %.2f ms (%zu KiB), planned in %.2f, with a sample in %.2f; stride %u, %u\n",
            n, (made - began) * 1e3, scanner_size(scanner) / 1024, (unplanned - made) * 1e3,
            (planned - unplanned) * 1e3, 1u << plans[0]->stride, 1u << plans[1]->stride);
    (void)snprintf(command, sizeof(command), "wc -l < '%s' > /dev/null", path);
    for (int round = -1; round < ROUNDS; round++) {
        double from = seconds(RUSAGE_CHILDREN);

        if (system(command) != 0)
            exit(2);
        wc.time[round < 0 ? 0 : round] = seconds(RUSAGE_CHILDREN) - from;
        for (size_t i = 0; i < 4; i++) {
            plans[i / 2]->kernel = kernels[i % 2];
            from = now();
            scan_file(plans[i / 2], path, &runs[i]);
            runs[i].time[round < 0 ? 0 : round] = now() - from;
        }
    }
    for (size_t i = 0; i < 4; i++) {
        if (runs[i].time[0] > 0)
            show(names[i], &runs[i], &wc, (double)size / 1048576);
    }
    arena_finish(&a);
}

int main(int argc, char **argv)
{
    uint64_t mib = 0;
    size_t size;
    struct scan_pattern *made;
    struct arena a;

    if (argc != 3 || !str_u64(str_z(argv[2]), &mib) || mib == 0)
        return 2;
    arena_init(&a, 0);
    size = (size_t)mib << 20;
    make_words();
    make_templates();
    patterns = made = arena_array(&a, struct scan_pattern, MAX_PATTERNS);
    for (uint32_t i = 0; i < MAX_PATTERNS; i++)
        made[i] = make_pattern(&a, i);
    if (access(argv[1], R_OK) != 0)
        make_file(argv[1], size);
    printf("%s is the faster kernel here\n", scan_kernel_best()->name);
    bench(argv[1], size, 200);
    bench(argv[1], size, 1000);
    bench(argv[1], size, MAX_PATTERNS);
    for (size_t i = 0; i < TEMPLATES; i++)
        free(templates[i]);
    arena_finish(&a);
    return 0;
}
