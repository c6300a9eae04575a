/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A report made by hand, rendered: no parser, no rule has a part in it. It holds what makes trouble
 * for a renderer: two causes of one mechanism, a guess beside it, many findings of one rule, two
 * hosts, history, wide characters, control characters from a hostile log, long lines and paths.
 *
 * usage: fixed_report FORMAT WIDTH [color]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define MARCH_14 (1331690400ll * WHEN_NS) /* 2012-03-14T02:00:00Z */
#define MINUTE (60 * WHEN_NS)

enum { POOLMON = 1, SYSTEM, VZCTL, BACKUP, README, DEEP };

static const struct diag backup_diags[] = {
    { .level = DIAG_WARNING,
            .code = "text.long-line",
            .where = { .member = BACKUP, .line = 7 },
            .detail = STR_INIT("cut to 64 KB"),
            .repeats = 2 },
    { .level = DIAG_ERROR, .code = "backup.torn", .where = { .member = BACKUP, .line = 9000 } },
};

static struct source sources[] = {
    { .path = STR_INIT("vz1.zip!logs/poolmon.txt"),
            .format = STR_INIT("poolmon"),
            .bid = 69,
            .sha256 = "b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c",
            .bytes = 26000,
            .understood = 26000,
            .facts = 230,
            .host = STR_INIT("VZ1") },
    { .path = STR_INIT("vz1.zip!logs/system.xml"),
            .format = STR_INIT("event-xml"),
            .bid = 90,
            .bytes = 40000000,
            .understood = 39900000,
            .facts = 31000,
            .host = STR_INIT("VZ1") },
    { .path = STR_INIT("vz1.zip!logs/vzctl.log"),
            .format = STR_INIT("vzctl"),
            .bid = 60,
            .bytes = 90000,
            .understood = 70000,
            .facts = 60 },
    { .path = STR_INIT("vz1.zip!logs/backup \xe5\xa4\x87\xe4\xbb\xbd.log"),
            .format = STR_INIT("backup"),
            .bid = 64,
            .bytes = 2000000,
            .understood = 1900000,
            .facts = 20,
            .diags = backup_diags,
            .ndiags = COUNT(backup_diags),
            .ndiags_total = 4 },
    { .path = STR_INIT("vz1.zip!readme.txt"), .format = STR_INIT("log"), .bid = 10, .bytes = 1200 },
    { .path = STR_INIT("vz1.zip!var/lib/containers/storage/overlay/3f2a9c81d77e4b0c/diff/srv/log/"
                       "application-server.log"),
            .format = STR_INIT("log"),
            .bid = 10,
            .bytes = 500000,
            .understood = 1000,
            .facts = 3,
            .host = STR_INIT("ct103") },
};

static const struct kind line_kind = { .name = "line", .doc = "a line" };

static struct fact *fact_at(uint32_t member, uint32_t line, const char *quote)
{
    struct fact *fact = calloc(1, sizeof(*fact));

    if (fact == NULL)
        abort();
    *fact = (struct fact){
        .kind = &line_kind,
        .where = { .member = member, .line = line, .offset = line * 80u, .length = 79 },
        .quote = str_z(quote),
        .count = 1,
    };
    return fact;
}

static struct fact *timed(struct fact *fact, int64_t minutes, uint64_t count)
{
    fact->when = when_utc(MARCH_14 + minutes * MINUTE);
    fact->last = when_utc(MARCH_14 + (minutes + (int64_t)count) * MINUTE);
    fact->count = count;
    return fact;
}

static struct evidence said(const struct fact *fact, const char *say)
{
    return (struct evidence){ .fact = fact, .selection = STR("it"), .say = str_z(say) };
}

/* --- the findings, in the order in which the engine would give them ------------------------ */

enum {
    TPLA,
    NDPP,
    GUESS,
    EXHAUSTED,
    START_0,
    START_LAST = START_0 + 5,
    BACKUP_FAILED,
    SLOW,
    OLD,
    NOTE,
    FINDINGS
};

static struct finding findings[FINDINGS];
static struct evidence evidence[FINDINGS][10];

static const struct remedy tpla_remedy[] = {
    { STR_INIT("Limit the number of logical CPUs if the CPU load allows it"),
            STR_INIT("/NUMPROC=8 in boot.ini"),
            STR_INIT("TPLA falls to about 40 MB in a new snapshot after the restart"),
            STR_INIT("restart") },
    { STR_INIT("Move containers to a node with more memory, if the number of CPUs must stay and "
               "nothing else helps"),
            { NULL, 0 }, STR_INIT("nonpaged pool stays below 200 MB for a day"),
            STR_INIT("downtime") },
};
static const struct remedy ndpp_remedy[] = {
    { STR_INIT("Turn off the traffic shaper and QoS on containers that do not need it"),
            STR_INIT("vzctl set 101 --rate no --save\nvzctl set 103 --rate no --save"),
            STR_INIT("NDpp falls below 10 MB"), STR_INIT("none") },
};
static const str pool_heads[] = { STR_INIT("tag"), STR_INIT("held"), STR_INIT("of the limit"),
    STR_INIT("owner") };
static const bool pool_numbers[] = { false, true, true, false };
static const str pool_cells[] = { STR_INIT("TPLA"), STR_INIT("83 MB"), STR_INIT("32%"),
    STR_INIT("one part for each logical CPU"), STR_INIT("NDpp"), STR_INIT("61 MB"), STR_INIT("24%"),
    STR_INIT("packets"), STR_INIT("\xe5\xa4\x87\xe4\xbb\xbd"), STR_INIT("900 KB"), STR_INIT("0.3%"),
    STR_INIT(""), STR_INIT("everything else that the listing has, in two hundred and eleven tags"),
    STR_INIT("106 MB"), STR_INIT("41%"), STR_INIT("\033[31mmany") };
static const str pool_foot[] = { STR_INIT("together"), STR_INIT("251 MB"), STR_INIT("98%"),
    STR_INIT("") };
static const struct finding_table pool_table = { pool_heads, pool_numbers, COUNT(pool_heads),
    pool_cells, COUNT(pool_cells) / COUNT(pool_heads), 6, pool_foot };
static const str slow_asks[] = { STR_INIT(
        "perfmon counters of the disk queue over one busy hour") };
static const str tpla_references[] = { STR_INIT("nonpaged pool on hardware nodes") };
static const uint32_t tpla_explains[] = { EXHAUSTED };
static const uint32_t guess_explains[] = { SLOW, BACKUP_FAILED };
static const uint32_t exhausted_explains[] = { START_0, START_0 + 1, START_0 + 2, START_0 + 3,
    START_0 + 4, START_LAST, BACKUP_FAILED };

static void add_evidence(int finding, struct evidence e)
{
    struct finding *f = &findings[finding];

    evidence[finding][f->nevidence++] = e;
    f->evidence = evidence[finding];
    f->evidence_total = f->nevidence;
    f->count += e.fact->count;
    if (f->first.basis == WHEN_NONE) {
        f->first = e.fact->when;
        f->last = e.fact->last;
    }
}

static void set(int finding, enum rule_role role, enum severity severity,
        enum confidence confidence, const char *cause, const char *subject, const char *title,
        const char *summary)
{
    findings[finding] = (struct finding){
        .rule = str_z(cause),
        .cause = str_z(cause),
        .role = role,
        .severity = severity,
        .confidence = confidence,
        .subject = str_z(subject),
        .host = STR("VZ1"),
        .title = str_z(title),
        .summary = str_z(summary),
        .history = finding == OLD,
    };
}

static void make_causes(void)
{
    set(TPLA, ROLE_ROOT_CAUSE, SEVERITY_HIGH, CONFIDENCE_CERTAIN, "windows/pool/cpu-scaled-tag",
            "TPLA",
            "TPLA grows with the number of logical CPUs and takes a third of the nonpaged pool",
            "TPLA holds 83 MB; 5 MB for each of 16 CPUs are normal. Server 2003 on x86 cannot have more "
            "than 256 MB of nonpaged pool, whatever memory is fitted.");
    add_evidence(TPLA, said(fact_at(POOLMON, 14, ""), "TPLA 83 MB = 5.2 MB x 16 CPUs"));
    findings[TPLA].remedy = tpla_remedy;
    findings[TPLA].nremedy = COUNT(tpla_remedy);
    findings[TPLA].explains = tpla_explains;
    findings[TPLA].nexplains = 1;
    findings[TPLA].references = tpla_references;
    findings[TPLA].nreferences = 1;
    set(NDPP, ROLE_ROOT_CAUSE, SEVERITY_MEDIUM, CONFIDENCE_LIKELY, "windows/pool/packet-scheduler",
            "NDpp", "Packet schedulers hold 61 MB", "NDpp is the packet pool of NDIS.");
    add_evidence(NDPP, said(fact_at(POOLMON, 15, ""), "NDpp 61 MB in 15,400 blocks"));
    findings[NDPP].remedy = ndpp_remedy;
    findings[NDPP].nremedy = COUNT(ndpp_remedy);
    findings[NDPP].explains = tpla_explains;
    findings[NDPP].nexplains = 1;
    set(GUESS, ROLE_ROOT_CAUSE, SEVERITY_HIGH, CONFIDENCE_POSSIBLE, "storage/slow",
            "D:", "The disk below D: may be overloaded", "");
    add_evidence(GUESS, said(fact_at(SYSTEM, 88000,
                                     "Disk 51: an error was detected on D: during a "
                                     "paging operation"),
                                NULL));
    findings[GUESS].explains = guess_explains;
    findings[GUESS].nexplains = COUNT(guess_explains);
    findings[GUESS].asks = slow_asks;
    findings[GUESS].nasks = 1;
}

static void make_effects(void)
{
    static const char *const containers[] = { "101", "103", "104", "117", "118", "240" };
    static const char *const titles[] = { "Container 101 did not start (8, 1450)",
        "Container 103 did not start (1450)", "Container 104 did not start (1450)",
        "Container 117 did not start (1450)", "Container 118 did not start (1450)",
        "Container 240 did not start (1450)" };

    set(EXHAUSTED, ROLE_MECHANISM, SEVERITY_CRITICAL, CONFIDENCE_CERTAIN,
            "windows/pool/nonpaged-exhausted", "", "Nonpaged pool is exhausted: 251 of 256 MB",
            "The server was refused nonpaged pool 14 times.");
    add_evidence(
            EXHAUSTED, said(timed(fact_at(SYSTEM, 88, ""), 11, 14), "Srv 2019 \"pool was empty\""));
    add_evidence(EXHAUSTED, said(fact_at(POOLMON, 2,
                                         "  Memory: 4194304K Avail: 2010000K  PageFlts:  9911"
                                         "   InRam Krnl: 5208K P:188000K"),
                                    NULL));
    findings[EXHAUSTED].table = &pool_table;
    findings[EXHAUSTED].explains = exhausted_explains;
    findings[EXHAUSTED].nexplains = COUNT(exhausted_explains);
    findings[EXHAUSTED].explained = true;
    for (int i = START_0; i <= START_LAST; i++) {
        set(i, ROLE_SYMPTOM, SEVERITY_HIGH, CONFIDENCE_CERTAIN, "virtuozzo/container/start-failed",
                containers[i - START_0], titles[i - START_0], "");
        add_evidence(i, said(timed(fact_at(VZCTL, 12 + 7 * (uint32_t)(i - START_0),
                                           "ERROR: starting the container: err = 1450"),
                                     20 + i, i == START_0 ? 3 : 1),
                                NULL));
        findings[i].explained = true;
    }
    set(BACKUP_FAILED, ROLE_SYMPTOM, SEVERITY_MEDIUM, CONFIDENCE_CERTAIN, "backup/write-failed",
            "ct101", "Backup of ct101 failed (0x800705AA = 1450)", "");
    /* A clock set back, colours and a bell in a log: they must not reach the terminal. */
    add_evidence(BACKUP_FAILED,
            said(timed(fact_at(BACKUP, 31,
                               "\033[31m\xe5\xa4\x87\xe4\xbb\xbd\xe5\xa4\xb1\xe8\xb4\xa5\033[0m\a: error 0x800705AA"),
                         90, 1),
                    NULL));
    findings[BACKUP_FAILED].explained = true;
    set(SLOW, ROLE_SYMPTOM, SEVERITY_LOW, CONFIDENCE_LIKELY, "app/slow", "",
            "The application server answers slowly", "Half of 1,200 requests took more than 5 s.");
    findings[SLOW].host = STR("ct103");
    findings[SLOW].explained = true;
    for (uint32_t i = 0; i < 10; i++)
        add_evidence(SLOW,
                said(fact_at(DEEP, 100 + i,
                             "2012-03-14 04:11:09 WARN  pool-7-thread-12 "
                             "RequestTimer /orders/confirm took 7211 ms, "
                             "waiting for a connection of the pool "
                             "\xe6\x95\xb0\xe6\x8d\xae\xe5\xba\x93\xe8\xbf\x9e\xe6\x8e\xa5\xe6\xb1\xa0"),
                        NULL));
    findings[SLOW].evidence_total = 600;
    set(OLD, ROLE_MECHANISM, SEVERITY_CRITICAL, CONFIDENCE_CERTAIN, "windows/commit/exhausted", "",
            "The commit limit was reached", "Before the last boot; it has not come back since.");
    add_evidence(
            OLD, said(timed(fact_at(SYSTEM, 9, ""), -4000, 1), "Detector 2004: 7.9 of 8.0 GB"));
    set(NOTE, ROLE_SYMPTOM, SEVERITY_INFO, CONFIDENCE_CERTAIN, "windows/shutdown", "",
            "The machine was restarted by an administrator", "");
    add_evidence(NOTE, said(fact_at(SYSTEM, 700, "USER32 1074"), NULL));
}

static const str missing[] = { STR_INIT("tpla: a second snapshot"), STR_INIT("host.uptime") };
static const str asks[] = { STR_INIT("poolmon -b -n poolmon2.txt, one hour after the first") };
static const struct undetermined undetermined[] = {
    { .rule = STR_INIT("windows/pool/tag-leak"),
            .cause = STR_INIT("windows/pool/tag-leak"),
            .title = STR_INIT("A slow leak under TPLA or NDpp"),
            .missing = missing,
            .nmissing = 2,
            .asks = asks,
            .nasks = 1 },
    { .rule = STR_INIT("windows/pool/paged-high"),
            .cause = STR_INIT("windows/pool/paged-high"),
            .title = STR_INIT("How near the paged pool is to its limit"),
            .missing = missing + 1,
            .nmissing = 1,
            .asks = asks,
            .nasks = 1 },
};
static const struct unknown_item tags[] = {
    { .text = STR_INIT("Xyz1"),
            .detail = STR_INIT("3.1 MB nonpaged"),
            .count = 3250585,
            .where = { .member = POOLMON, .line = 40 } },
    { .text = STR_INIT("qLg7"),
            .detail = STR_INIT("1.2 MB nonpaged"),
            .count = 1258291,
            .where = { .member = POOLMON, .line = 51 } },
};
static const struct unknown_item codes[] = {
    { .text = STR_INIT("win32:5"),
            .detail = STR_INIT("ERROR_ACCESS_DENIED, 3 times"),
            .count = 3,
            .where = { .member = VZCTL, .line = 2 } },
};
static const struct report_host hosts[] = {
    { STR_INIT("VZ1"), STR_INIT("Windows Server 2003 SP2"), STR_INIT("x86"), 16, 4ll << 30 },
    { .id = STR_INIT("ct103") },
};
static const struct timeline_item timeline[] = {
    { { .ns = MARCH_14, .basis = WHEN_UTC }, { .ns = MARCH_14 + MINUTE, .basis = WHEN_UTC }, 14,
            STR_INIT("VZ1"), STR_INIT("Srv 2019 \"pool was empty\""),
            { .member = SYSTEM, .line = 88 }, .finding = &findings[EXHAUSTED] },
    { { .ns = MARCH_14 + 2 * MINUTE, .basis = WHEN_LOCAL },
            { .ns = MARCH_14 + 1500 * MINUTE, .basis = WHEN_LOCAL }, 3, STR_INIT("ct103"),
            STR_INIT("no \033[31mmemory \xe5\xa4\x87\xe4\xbb\xbd"), { .member = DEEP, .line = 5 },
            .finding = &findings[SLOW] },
    { { .ns = MARCH_14 + 2880 * MINUTE,
              .basis = WHEN_UTC,
              .settled = WHEN_BY_BOOT | WHEN_BY_ZONE,
              .doubt = 3600 },
            { .ns = MARCH_14 + 2880 * MINUTE, .basis = WHEN_UTC }, 1, STR_INIT("VZ1"),
            STR_INIT("last boot that is known, told by event 12"), { .member = SYSTEM, .line = 90 },
            .rank = RANK_LAST_BOOT },
    { { .ns = 75 * WHEN_NS, .basis = WHEN_MONOTONIC },
            { .ns = 90 * WHEN_NS, .basis = WHEN_MONOTONIC }, 2, STR_INIT("ct103"),
            STR_INIT("shown to programs only"), { .member = DEEP, .line = 6 }, .rank = RANK_OTHER },
};
static const struct host_zone zones[] = {
    { .host = STR_INIT("VZ1"),
            .known = true,
            .used = true,
            .text = STR_INIT("UTC+1, in summer UTC+2"),
            .by = STR_INIT("the zone that systeminfo names") },
};
static const struct time_note notes[] = {
    { .host = STR_INIT("ct103"),
            .text = STR_INIT(
                    "its clock is about 40 s behind that of VZ1, by 3 things that both tell "
                    "of") },
};
static const struct times times = { zones, COUNT(zones), NULL, 0, NULL, 0, notes, COUNT(notes), 0 };
static const str unclaimed[] = { STR_INIT("vz1.zip!readme.txt") };
static const str limits_hit[] = { STR_INIT(
        "text.long-line in vz1.zip!logs/backup.log: cut to 64 KB") };
static const struct diag diags[] = {
    { .level = DIAG_ERROR, .code = "bundle.corrupt", .detail = STR_INIT("the archive ends early") },
};
static const str diag_paths[] = { STR_INIT("vz1.zip!old.tar.gz") };

int main(int argc, char **argv)
{
    struct case_file file = { .name = STR("vz1.zip"),
        .sources = sources,
        .nsources = COUNT(sources),
        .bytes = 42617200,
        .diags = diags,
        .diag_paths = diag_paths,
        .ndiags = 1,
        .times = &times };
    struct finding ruled_out = { .rule = STR("windows/pool/virtuozzo-within-design"),
        .cause = STR("windows/pool/virtuozzo-within-design"),
        .role = ROLE_EXONERATION,
        .host = STR("VZ1"),
        .subject = STR("Drre"),
        .title = STR("Virtuozzo's own driver is within its design"),
        .summary = STR("Drre holds 14 MB, 40 MB are allowed.") };
    struct evidence drre = said(fact_at(POOLMON, 31, ""), "Drre 14 MB");
    struct verdict verdict = { .findings = findings,
        .nfindings = FINDINGS,
        .ruled_out = &ruled_out,
        .nruled_out = 1,
        .undetermined = undetermined,
        .nundetermined = COUNT(undetermined) };
    struct report report = { .file = &file,
        .verdict = &verdict,
        .rule_count = 214,
        .rule_sha256 = STR("60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"),
        .hosts = hosts,
        .nhosts = COUNT(hosts),
        .tags = tags,
        .ntags = COUNT(tags),
        .codes = codes,
        .ncodes = COUNT(codes),
        .timeline = timeline,
        .ntimeline = COUNT(timeline),
        .bytes = 42616000,
        .parsed = 41897000,
        .unclaimed = unclaimed,
        .nunclaimed = 1,
        .limits_hit = limits_hit,
        .nlimits_hit = 1 };
    struct render_options options = { .width = 80 };
    const struct renderer *renderer = argc > 2 ? renderer_find(str_z(argv[1])) : NULL;
    uint64_t width;
    struct out out;

    if (renderer == NULL || !str_u64(str_z(argv[2]), &width)) {
        fputs("usage: fixed_report FORMAT WIDTH [color]\n", stderr);
        return 2;
    }
    options.width = (unsigned)width;
    options.color = argc > 3 && strcmp(argv[3], "color") == 0;
    make_causes();
    make_effects();
    ruled_out.evidence = &drre;
    ruled_out.nevidence = ruled_out.evidence_total = 1;
    out_init_fd(&out, STDOUT_FILENO);
    renderer->render(&report, &options, &out);
    /* The facts live as long as the report, which is as long as the program. */
    for (size_t i = 0; i < FINDINGS; i++) {
        for (size_t k = 0; k < findings[i].nevidence; k++)
            free((struct fact *)(uintptr_t)findings[i].evidence[k].fact);
    }
    free((struct fact *)(uintptr_t)drre.fact);
    return out_finish(&out) ? 0 : 2;
}
