/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel_looks.h"

#include <string.h>

void look_first_number(str text, str s, struct found *f)
{
    uint64_t n;

    (void)text;
    for (; s.n != 0; s = str_from(s, 1)) {
        if (is_digit(s.p[0])) {
            if (str_take_u64(&s, &n) && n <= INT64_MAX)
                f->number = (int64_t)n;
            return;
        }
    }
}

/* The number in front of the literal: "14 printk messages dropped" */
void look_number_before(str text, str s, struct found *f)
{
    size_t end = (size_t)(s.p - text.p), from;
    uint64_t n;

    while (end > 0 && !is_digit(text.p[end - 1]))
        end--;
    from = end;
    while (from > 0 && is_digit(text.p[from - 1]))
        from--;
    if (str_u64(str_slice(text, from, end), &n) && n <= INT64_MAX)
        f->number = (int64_t)n;
}

/* A word without what punctuation stands around it. */
static str bare_word(str s)
{
    static const char marks[] = " \t\"'`,.;:()";
    size_t n = 0;

    while (s.n != 0 && memchr(marks, s.p[0], sizeof(marks) - 1) != NULL)
        s = str_from(s, 1);
    while (n < s.n && !is_space(s.p[n]) && s.p[n] != ',' && s.p[n] != '\'' && s.p[n] != '"' &&
            s.p[n] != ')')
        n++;
    while (n != 0 && (s.p[n - 1] == '.' || s.p[n - 1] == ':' || s.p[n - 1] == ';'))
        n--;
    return str_slice(s, 0, n);
}

void look_next_word(str text, str s, struct found *f)
{
    (void)text;
    f->object = bare_word(s);
}

/* The word before the literal, e.g. a driver's device: "virtio3: Out of puff!" */
void look_word_before(str text, str s, struct found *f)
{
    size_t end = (size_t)(s.p - text.p), from;

    while (end > 0 && text.p[end - 1] != ':')
        end--;
    if (end == 0)
        return;
    from = --end;
    while (from > 0 && !is_space(text.p[from - 1]))
        from--;
    f->object = str_slice(text, from, end);
}

/* "... port 80. Sending cookies", "... port [::]:20002." */
void look_port_of(str text, str s, struct found *f)
{
    size_t colon;
    uint64_t port;

    (void)text;
    f->object = bare_word(s);
    colon = str_rfind_char(f->object, ':');
    if (str_u64(str_from(f->object, colon != STR_NONE ? colon + 1 : 0), &port) && port < 65536)
        f->number = (int64_t)port;
}

/* "INFO: task NAME:123 blocked for more than 120 seconds." */
void look_hung_task(str text, str s, struct found *f)
{
    size_t from = str_find(text, STR("task ")), end = (size_t)(s.p - text.p);
    str name;

    if (from == STR_NONE || from + 5 >= end) {
        f->class = NULL;
        return;
    }
    name = str_slice(text, from + 5, str_find(text, STR(" blocked for more")));
    f->object = str_slice(name, 0, str_rfind_char(name, ':'));
    look_first_number(text, s, f);
}

/* "INFO: task a:1 is blocked on a mutex likely owned by task b:2.", "... owned by task b:2 <writer>" */
void look_owner_task(str text, str s, struct found *f)
{
    size_t colon;

    (void)text;
    s = str_slice(s, 0, str_find(s, STR(" <")));
    colon = str_rfind_char(s, ':');
    if (colon == STR_NONE || colon == 0) {
        f->class = NULL;
        return;
    }
    f->object = str_slice(s, 0, colon);
}

/* "BUG: soft lockup - CPU#1 stuck for 134s! [syz:4588]" */
void look_cpu_and_seconds(str text, str s, struct found *f)
{
    size_t at = str_find(s, STR("CPU#"));
    int64_t seconds;

    (void)text;
    if (at == STR_NONE)
        return;
    f->object = bare_word(str_from(s, at));
    while (f->object.n != 0 && f->object.p[f->object.n - 1] == '!')
        f->object.n--;
    if (number_after(s, STR("stuck for "), &seconds))
        f->number = seconds;
}

void look_cpu_number(str text, str s, struct found *f)
{
    look_first_number(text, s, f);
}

/* "dev sda, sector 12345", "dev loop0, logical block 0", "device sdb1, logical block 3" */
void look_device_and_sector(str text, str s, struct found *f)
{
    int64_t sector;

    (void)text;
    (void)(str_take(&s, STR("ice ")) || str_take(&s, STR(" ")));
    f->object = bare_word(s);
    if (number_after(s, STR("sector "), &sector) || number_after(s, STR("logical block "), &sector))
        f->number = sector;
    if (f->object.n == 0)
        f->class = NULL;
}

/* "sd 0:0:0:0: [sda] ...", "EXT4-fs error (device dm-0): ...", "XFS (sda1): ..." */
void look_bracketed_device(str text, str s, struct found *f)
{
    size_t at = str_find(text, STR("(device ")), end;

    (void)s;
    if (at != STR_NONE) {
        f->object = bare_word(str_from(text, at + 8));
        return;
    }
    at = str_find_char(text, '[');
    if (at == STR_NONE)
        at = str_find_char(text, '(');
    if (at == STR_NONE)
        return;
    end = at + 1;
    while (end < text.n && text.p[end] != ']' && text.p[end] != ')')
        end++;
    if (end - at < 24)
        f->object = str_slice(text, at + 1, end);
}

/* "EDAC MC0: 2 CE memory read error on CPU_SrcID#0_MC#0_Chan#1_DIMM#0 (...)" */
void look_edac(str text, str s, struct found *f)
{
    bool ue = str_has(s, STR(" UE "));
    size_t at;

    (void)text;
    if (!ue && !str_has(s, STR(" CE "))) {
        f->class = NULL; /* "EDAC MC: Ver: 3.0.0" */
        return;
    }
    f->class = ue ? "edac-ue" : "edac-ce";
    at = str_find(s, STR(": "));
    if (at != STR_NONE)
        look_first_number(text, str_from(s, at), f);
    at = str_find(s, STR(" on "));
    if (at != STR_NONE) {
        str label = str_from(s, at + 4);

        f->object = str_slice(label, 0, str_find(label, STR(" (")));
    }
}

/* "nfs: server filer1 not responding, still trying", "... OK", "... timed out" */
void look_nfs_server(str text, str s, struct found *f)
{
    size_t end = str_find(s, STR(" not responding"));

    (void)text;
    if (end == STR_NONE && (end = str_find(s, STR(" OK"))) != STR_NONE)
        f->class = "nfs-ok";
    if (end == STR_NONE)
        f->class = NULL;
    else
        f->object = str_slice(s, 0, end);
}

void look_hyperv_balloon(str text, str s, struct found *f)
{
    static const struct {
        str words;
        const char *class;
    } kinds[] = {
        { STR_INIT("Max. dynamic memory size"), "hv-balloon-max" },
        { STR_INIT("partially fulfilled"), "hv-balloon-partial" },
        { STR_INIT("hot add failed"), "hv-balloon-hot-add-failed" },
        { STR_INIT("hot_add memory failed"), "hv-balloon-hot-add-failed" },
        { STR_INIT("Ballooned pages"), "hv-balloon-pages" },
        { STR_INIT("Unhandled message"), "hv-balloon-unhandled" },
        { STR_INIT("floor reached"), "hv-balloon-floor" },
    };

    (void)text;
    f->class = NULL;
    for (size_t i = 0; f->class == NULL && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (str_find_nocase(s, kinds[i].words) != STR_NONE)
            f->class = kinds[i].class;
    }
    if (str_has(s, STR("Balloon floor reached")))
        f->object = STR("floor");
    else if (str_has(s, STR("Not enough memory")))
        f->object = STR("memory");
    else
        look_first_number(text, s, f);
}

/* "__vm_enough_memory: pid: 1, comm: x, bytes: 8192 not enough memory for the allocation" */
void look_enough_memory(str text, str s, struct found *f)
{
    size_t at = str_find(s, STR("comm: "));
    int64_t bytes;

    (void)text;
    if (at != STR_NONE)
        f->object = bare_word(str_from(s, at + 6));
    if (number_after(s, STR("bytes:"), &bytes))
        f->number = bytes;
}

/* "XFS: mkfs(123) possible ..", "XFS (sda1): kworker(1) possible ..", "XFS: possible .." */
void look_xfs_deadlock(str text, str s, struct found *f)
{
    look_bracketed_device(text, s, f);
    if (!str_starts(text, STR("XFS (")))
        f->object = (str){ NULL, 0 };
    if (!number_after(s, STR(" size "), &f->number))
        f->number = INT64_MIN;
}

/* "privvmpages, UB 185096.": the resource, and the container as the number */
void look_shortage(str text, str s, struct found *f)
{
    str rest = s;

    (void)text;
    f->object = bare_word(str_cut(&rest, ','));
    str_skip_blanks(&rest);
    if (str_take(&rest, STR("UB ")))
        look_first_number(text, str_slice(rest, 0, 12), f);
}

/* "Suppressed 117 messages from /system.slice/x.service" */
void look_suppressed(str text, str s, struct found *f)
{
    if (str_has(s, STR(" messages from ")))
        look_first_number(text, s, f);
    else
        f->class = NULL;
}

/* "waiting for eth0 to become free. Usage count = 1" */
void look_free_interface(str text, str s, struct found *f)
{
    size_t at = str_find(text, STR("waiting for "));

    if (at != STR_NONE)
        f->object = bare_word(str_from(text, at + 12));
    look_first_number(text, s, f);
}

/* "page allocation stalls for 10014ms": whole seconds */
void look_stall(str text, str s, struct found *f)
{
    look_first_number(text, s, f);
    if (f->number != INT64_MIN)
        f->number /= 1000;
    text = str_slice(text, 0, str_find(text, STR(": page all")));
    f->object = text.n <= 64 ? text : (str){ NULL, 0 };
}

void look_rest_of_line(str text, str s, struct found *f)
{
    (void)text;
    f->object = str_slice(str_trim(s), 0, 120);
}

void look_panic_reason(str text, str s, struct found *f)
{
    size_t at = str_find(text, STR("not syncing: "));

    if (str_starts(text, STR("---[ end"))) /* the same said again */
        f->class = NULL;
    else if (at != STR_NONE)
        look_rest_of_line(text, str_from(text, at + 13), f);
    else
        look_rest_of_line(text, s, f);
}

void look_allocation_size(str text, str s, struct found *f)
{
    look_first_number(text, s, f);
}

/* "Killed /a/b.scope due to memory pressure ...", "Marked /a for killing ..." */
void look_oomd_cgroup(str text, str s, struct found *f)
{
    size_t at = str_find(text, STR("/"));

    (void)s;
    if (at == STR_NONE || !(str_has(text, STR("Killed ")) || str_has(text, STR("Marked ")))) {
        f->class = NULL;
        return;
    }
    f->object = bare_word(str_from(text, at));
}

/* "sending SIGTERM to process 1234 uid 1000 \"chrome\": badness 900, VmRSS 512 MiB" */
void look_earlyoom(str text, str s, struct found *f)
{
    size_t quote = str_find_char(s, '"');

    look_first_number(text, s, f);
    if (quote != STR_NONE) {
        str name = str_from(s, quote + 1);

        f->object = str_slice(name, 0, str_find_char(name, '"'));
    }
}

static size_t number_length(str s)
{
    size_t n = s.n != 0 && s.p[0] == '-' ? 1 : 0;

    while (n < s.n && is_digit(s.p[n]))
        n++;
    return n;
}

/*
 * "lowmemorykiller: Killing 'com.x' (123) (tgid 123), adj 900,"   the kernel's own
 * "send sigkill to 123 (com.x), adj 12, size 5678"                of old; oom_adj went up to 15
 * "Kill 'com.x' (123), uid 10111, oom_score_adj 915 to free ..."  lmkd
 */
void look_android_kill(str text, str s, struct found *f)
{
    size_t quote = str_find_char(text, '\''), open = str_find_char(s, '(');
    size_t at = str_find(text, STR("adj "));
    bool of_old = quote == STR_NONE;
    str adj = str_from(text, at == STR_NONE ? text.n : at + 4);

    if (!of_old && quote < at) {
        f->object = str_from(text, quote + 1);
        f->object = str_slice(f->object, 0, str_find_char(f->object, '\''));
    } else if (open != STR_NONE) {
        f->object = str_from(s, open + 1);
        f->object = str_slice(f->object, 0, str_find_char(f->object, ')'));
    }
    if (f->object.n == 0 || !str_i64(str_slice(adj, 0, number_length(adj)), &f->number)) {
        f->class = NULL;
        return;
    }
    if (of_old && f->number >= -17 && f->number <= 15)
        f->number = f->number * 1000 / 17;
}
