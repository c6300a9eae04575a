/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stray_message: lines of any log that say something known about a resource, by distinctive
 * fragments: one scan for all of them. A class is what rules ask for; its wording changed over the
 * years, the class does not.
 */
#include "stray.h"

enum {
    CLASS_DESKTOP_HEAP,
    CLASS_FORK_FAILED,
    CLASS_INOTIFY_LIMIT,
    CLASS_PIDS_LIMIT,
    CLASS_VSS_TIMEOUT,
    CLASS_VSS_WRITER_FAILED,
    CLASS_VSS_STORAGE,
    CLASS_NETWORK_COMPARTMENT,
    CLASS_HYPERV_RAM,
    CLASS_JVM_MEMORY,
    CLASS_JVM_THREADS,
    CLASS_JAVA_LARGE_PAGES,
    CLASS_SQL_LOCKED_PAGES,
    CLASS_SQL_LARGE_PAGES,
    CLASS_SQL_CONVENTIONAL,
    CLASS_SQL_NO_PRIVILEGE,
    CLASS_SQL_PAGED_OUT,
    CLASS_SQL_MEMORY,
    CLASS_SPARSE_LIMIT,
    CLASS_POOL_NONPAGED,
    CLASS_POOL_PAGED,
    CLASS_OOMD_KILL,
    CLASS_EARLYOOM_KILL,
    CLASS_GO_OUT_OF_MEMORY,
    CLASS_VMWARE_ADMISSION,
    CLASSES,
};

static const struct {
    const char *name, *component;
} classes[CLASSES] = {
    [CLASS_DESKTOP_HEAP] = { "desktop-heap", "windows" },
    [CLASS_FORK_FAILED] = { "fork-failed", NULL },
    [CLASS_INOTIFY_LIMIT] = { "inotify-limit", NULL },
    [CLASS_PIDS_LIMIT] = { "pids-limit", NULL },
    [CLASS_VSS_TIMEOUT] = { "vss-timeout", "vss" },
    [CLASS_VSS_WRITER_FAILED] = { "vss-writer-failed", "vss" },
    [CLASS_VSS_STORAGE] = { "vss-storage", "vss" },
    [CLASS_NETWORK_COMPARTMENT] = { "network-compartment", "windows-container" },
    [CLASS_HYPERV_RAM] = { "hyperv-ram", "hyperv" },
    [CLASS_JVM_MEMORY] = { "jvm-memory", "java" },
    [CLASS_JVM_THREADS] = { "jvm-threads", "java" },
    [CLASS_JAVA_LARGE_PAGES] = { "java-large-pages", "java" },
    [CLASS_SQL_LOCKED_PAGES] = { "sql-locked-pages", "sqlserver" },
    [CLASS_SQL_LARGE_PAGES] = { "sql-large-pages", "sqlserver" },
    [CLASS_SQL_CONVENTIONAL] = { "sql-conventional-memory", "sqlserver" },
    [CLASS_SQL_NO_PRIVILEGE] = { "sql-lock-privilege-missing", "sqlserver" },
    [CLASS_SQL_PAGED_OUT] = { "sql-paged-out", "sqlserver" },
    [CLASS_SQL_MEMORY] = { "sql-memory", "sqlserver" },
    [CLASS_SPARSE_LIMIT] = { "sparse-limit", NULL },
    [CLASS_POOL_NONPAGED] = { "pool-nonpaged-empty", "windows" },
    [CLASS_POOL_PAGED] = { "pool-paged-empty", "windows" },
    [CLASS_OOMD_KILL] = { "oomd-kill", "systemd-oomd" },
    [CLASS_EARLYOOM_KILL] = { "earlyoom-kill", "earlyoom" },
    [CLASS_GO_OUT_OF_MEMORY] = { "go-out-of-memory", "go" },
    [CLASS_VMWARE_ADMISSION] = { "vmware-admission", "vmware" },
};

#define ROW(TEXT, CLASS)                                                                           \
    {                                                                                              \
        STR_INIT(TEXT), CLASS, false                                                               \
    }

static const struct literal fragments[] = {
    ROW("desktop heap", CLASS_DESKTOP_HEAP),
    ROW("user32.dll failed", CLASS_DESKTOP_HEAP),
    ROW("initialize properly (0xc0000142", CLASS_DESKTOP_HEAP),
    ROW("unable to fork", CLASS_FORK_FAILED),
    ROW("cannot fork", CLASS_FORK_FAILED),
    ROW("can't fork", CLASS_FORK_FAILED),
    ROW("could not fork", CLASS_FORK_FAILED),
    ROW("fork failed", CLASS_FORK_FAILED),
    ROW("fork() failed", CLASS_FORK_FAILED),
    ROW("fork: Cannot allocate memory", CLASS_FORK_FAILED),
    ROW("fork: Resource temporarily unavailable", CLASS_FORK_FAILED),
    ROW("fork: retry", CLASS_FORK_FAILED),
    ROW("inotify watches", CLASS_INOTIFY_LIMIT),
    ROW("inotify instances", CLASS_INOTIFY_LIMIT),
    ROW("inotify cannot be used", CLASS_INOTIFY_LIMIT),
    ROW("create inotify: Too many open files", CLASS_INOTIFY_LIMIT),
    ROW("inotify_init: Too many open files", CLASS_INOTIFY_LIMIT),
    ROW("fork rejected by pids controller", CLASS_PIDS_LIMIT),
    ROW("shadow copy time-out", CLASS_VSS_TIMEOUT),
    ROW("Last error: Timed out", CLASS_VSS_TIMEOUT),
    ROW("in failed state", CLASS_VSS_WRITER_FAILED),
    ROW("Last error: Retryable error", CLASS_VSS_WRITER_FAILED),
    ROW("Last error: Non-retryable error", CLASS_VSS_WRITER_FAILED),
    ROW("Last error: Inconsistent shadow copy", CLASS_VSS_WRITER_FAILED),
    ROW("Last error: Out of resources", CLASS_VSS_WRITER_FAILED),
    ROW("diff area file could not grow", CLASS_VSS_STORAGE),
    ROW("shadow copy storage could not grow", CLASS_VSS_STORAGE),
    ROW("shadow copy storage file could not", CLASS_VSS_STORAGE),
    ROW("insufficient disk space to grow the shadow copy", CLASS_VSS_STORAGE),
    ROW("CreateCompartment failed", CLASS_NETWORK_COMPARTMENT),
    ROW("CreateNetworkCompartment", CLASS_NETWORK_COMPARTMENT),
    ROW("Mb of RAM:", CLASS_HYPERV_RAM),
    ROW("MB of RAM: Insufficient", CLASS_HYPERV_RAM),
    ROW("insufficient memory for the Java Runtime", CLASS_JVM_MEMORY),
    ROW("Native memory allocation (", CLASS_JVM_MEMORY),
    ROW("os::commit_memory(", CLASS_JVM_MEMORY),
    ROW("unable to create native thread", CLASS_JVM_THREADS),
    ROW("unable to create new native thread", CLASS_JVM_THREADS),
    ROW("pthread_create failed (", CLASS_JVM_THREADS),
    ROW("-XX:+UseLargePages", CLASS_JAVA_LARGE_PAGES),
    ROW("Failed to reserve large pages", CLASS_JAVA_LARGE_PAGES),
    ROW("Using locked pages", CLASS_SQL_LOCKED_PAGES),
    ROW("Using large pages for buffer pool", CLASS_SQL_LARGE_PAGES),
    ROW("Using conventional memory in the memory manager", CLASS_SQL_CONVENTIONAL),
    ROW("lock memory privilege was not granted", CLASS_SQL_NO_PRIVILEGE),
    ROW("sql server process memory has been paged out", CLASS_SQL_PAGED_OUT),
    ROW("insufficient system memory in resource pool", CLASS_SQL_MEMORY),
    ROW("insufficient system memory to run this query", CLASS_SQL_MEMORY),
    ROW("FAIL_PAGE_ALLOCATION", CLASS_SQL_MEMORY),
    ROW("due to a file system limitation", CLASS_SPARSE_LIMIT),
    ROW("from the system nonpaged pool because", CLASS_POOL_NONPAGED),
    ROW("from the system non-paged pool because", CLASS_POOL_NONPAGED),
    ROW("from the system paged pool because", CLASS_POOL_PAGED),
    ROW("due to memory pressure for", CLASS_OOMD_KILL),
    ROW("due to memory used (", CLASS_OOMD_KILL),
    ROW("earlyoom: sending SIG", CLASS_EARLYOOM_KILL),
    ROW("low memory! at or below SIG", CLASS_EARLYOOM_KILL),
    ROW("Admission check failed for memory resource", CLASS_VMWARE_ADMISSION),
    ROW("emory resources in the parent resource pool are insufficient", CLASS_VMWARE_ADMISSION),
    ROW("physical memory is available to power on this virtual machine", CLASS_VMWARE_ADMISSION),
    ROW("fatal error: out of memory", CLASS_GO_OUT_OF_MEMORY),
    ROW("fatal error: runtime: out of memory", CLASS_GO_OUT_OF_MEMORY),
    ROW("fatal error: runtime: cannot allocate memory", CLASS_GO_OUT_OF_MEMORY),
};

const char *class_of_code(struct code code)
{
    static const struct {
        uint32_t number;
        uint8_t family, class;
    } rows[] = {
        { 0x80042306, CODE_HRESULT, CLASS_VSS_TIMEOUT },
        { 0x80042313, CODE_HRESULT, CLASS_VSS_TIMEOUT },
        { 0x80042314, CODE_HRESULT, CLASS_VSS_TIMEOUT },
        { 0x80042319, CODE_HRESULT, CLASS_VSS_TIMEOUT },
        { 0x80042328, CODE_HRESULT, CLASS_VSS_TIMEOUT },
        { 0x80042329, CODE_HRESULT, CLASS_VSS_TIMEOUT },
        { 0x800423f2, CODE_HRESULT, CLASS_VSS_TIMEOUT },
        { 0x8004231f, CODE_HRESULT, CLASS_VSS_STORAGE },
        { 0x800423f0, CODE_HRESULT, CLASS_VSS_WRITER_FAILED },
        { 0x800423f1, CODE_HRESULT, CLASS_VSS_WRITER_FAILED },
        { 0x800423f3, CODE_HRESULT, CLASS_VSS_WRITER_FAILED },
        { 0x800423f4, CODE_HRESULT, CLASS_VSS_WRITER_FAILED },
        { 665, CODE_WIN32, CLASS_SPARSE_LIMIT },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].number == code.number && rows[i].family == code.family)
            return classes[rows[i].class].name;
    }
    if (code.family == CODE_WIN32 && code.number == 10055)
        return "no-buffers";
    return NULL;
}

/* The figure of a message: what stands before ("4096 Mb of RAM") or behind its fragment. */
static bool number_before(str text, size_t at, uint64_t *ret)
{
    size_t end = at, begin;

    while (end > 0 && text.p[end - 1] == ' ')
        end--;
    for (begin = end; begin > 0 && is_digit(text.p[begin - 1]);)
        begin--;
    return str_u64(str_slice(text, begin, end), ret);
}

static bool number_behind(str text, str head, uint64_t *ret)
{
    size_t at = str_find_nocase(text, head);
    str rest = at != STR_NONE ? str_from(text, at + head.n) : STR("");

    str_skip_blanks(&rest);
    return str_take_u64(&rest, ret);
}

static bool figure_of(unsigned class, str text, const struct literal_hit *hit, int64_t *ret)
{
    uint64_t number;
    bool ok = false;

    switch (class) {
    case CLASS_HYPERV_RAM:
        ok = number_before(text, hit->begin, &number) && number < (UINT64_C(1) << 40);
        number = ok ? number << 20 : 0;
        break;
    case CLASS_SQL_PAGED_OUT:
        ok = number_behind(text, STR("memory utilization:"), &number);
        break;
    case CLASS_VSS_TIMEOUT:
        ok = number_behind(text, STR("time-out ("), &number);
        break;
    case CLASS_JVM_MEMORY:
        ok = number_behind(text, STR("failed to map "), &number) ||
             number_behind(text, STR("failed to allocate "), &number);
        break;
    default:
        break;
    }
    if (!ok || number > INT64_MAX)
        return false;
    *ret = (int64_t)number;
    return true;
}

/* The fourth argument of os::commit_memory came with large pages: address, size, page size, exec. */
static bool has_page_size(str text, size_t end)
{
    str arguments = str_from(text, end);
    size_t commas = 0;

    arguments = str_slice(arguments, 0, str_find_char(arguments, ')'));
    for (size_t i = 0; i < arguments.n; i++)
        commas += arguments.p[i] == ',';
    return commas == 3;
}

bool stray_message(struct parse *in, const struct line *line, str text, struct when when)
{
    static struct literals set;
    struct literal_hit hit;
    uint32_t said = 0;

    if (set.n == 0)
        literals_prepare(&set, fragments, sizeof(fragments) / sizeof(fragments[0]));
    for (size_t at = 0; literals_find(&set, text, at, text.n, &hit); at = hit.end) {
        unsigned class = hit.literal->id;
        int64_t number = 0;
        bool figure = figure_of(class, text, &hit, &number);

        if (class == CLASS_JVM_MEMORY && str_starts(hit.literal->text, STR("os::")) &&
                has_page_size(text, hit.end))
            say_message(in, line_span(in, line), line->s, when, "java-large-pages", STR("java"),
                    (str){ NULL, 0 }, NULL, text);
        if ((said >> class & 1) != 0 || (in->stray != NULL && in->stray->line == line->number &&
                                                in->stray->class == classes[class].name))
            continue;
        said |= 1u << class;
        say_message(in, line_span(in, line), line->s, when, classes[class].name,
                str_z(classes[class].component), (str){ NULL, 0 }, figure ? &number : NULL, text);
    }
    return said != 0;
}
