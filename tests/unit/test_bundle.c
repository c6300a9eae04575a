/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bundle: archives of every kind, in each other, cut, damaged and hostile. They are made here, so
 * that what must come out is known before they are read.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>
#include <cmocka.h>

#include "bundle.h"
#include "limits.h"

struct blob {
    char *p;
    size_t n, size;
};

static void blob_add(struct blob *b, const void *p, size_t n)
{
    if (b->n + n > b->size) {
        b->size = 2 * (b->n + n);
        b->p = realloc(b->p, b->size);
        assert_non_null(b->p);
    }
    if (n != 0)
        memcpy(b->p + b->n, p, n);
    b->n += n;
}

static struct blob blob_of(const char *z)
{
    struct blob b = { 0 };

    blob_add(&b, z, strlen(z));
    return b;
}

static la_ssize_t write_blob(struct archive *a, void *ctx, const void *p, size_t n)
{
    (void)a;
    blob_add(ctx, p, n);
    return (la_ssize_t)n;
}

struct file {
    const char *name;
    struct blob data;
};

/* format 0: the first file alone, compressed. */
static struct blob pack(
        int format, int filter, const char *options, const struct file *files, size_t n)
{
    struct archive *a = archive_write_new();
    struct archive_entry *e = archive_entry_new();
    struct blob b = { 0 };

    assert_int_equal(
            archive_write_set_format(a, format != 0 ? format : ARCHIVE_FORMAT_RAW), ARCHIVE_OK);
    if (filter != 0)
        assert_int_equal(archive_write_add_filter(a, filter), ARCHIVE_OK);
    archive_write_set_bytes_in_last_block(a, 1);
    if (options != NULL) {
        assert_int_equal(archive_write_set_options(a, options), ARCHIVE_OK);
        (void)archive_write_set_passphrase(a, "secret");
    }
    assert_int_equal(archive_write_open(a, &b, NULL, write_blob, NULL), ARCHIVE_OK);
    for (size_t i = 0; i < n; i++) {
        archive_entry_clear(e);
        archive_entry_set_pathname(e, files[i].name);
        archive_entry_set_filetype(e, AE_IFREG);
        archive_entry_set_perm(e, 0644);
        archive_entry_set_mtime(e, 1700000000, 0);
        archive_entry_set_size(e, (la_int64_t)files[i].data.n);
        assert_int_equal(archive_write_header(a, e), ARCHIVE_OK);
        assert_int_equal(archive_write_data(a, files[i].data.p, files[i].data.n), files[i].data.n);
    }
    archive_entry_free(e);
    assert_int_equal(archive_write_close(a), ARCHIVE_OK);
    archive_write_free(a);
    return b;
}

#define ZIP ARCHIVE_FORMAT_ZIP
#define TAR ARCHIVE_FORMAT_TAR_USTAR
#define SEVEN ARCHIVE_FORMAT_7ZIP
#define GZ ARCHIVE_FILTER_GZIP
#define XZ ARCHIVE_FILTER_XZ
#define BZ ARCHIVE_FILTER_BZIP2
#define ZST ARCHIVE_FILTER_ZSTD

static struct blob pack_one(int format, int filter, const char *name, struct blob data)
{
    const struct file file = { name, data };
    struct blob b = pack(format, filter, NULL, &file, 1);

    free(data.p);
    return b;
}

/* What came out: "path|text\n" for each member, "code path\n" for each diagnostic. */
struct seen {
    struct blob members, diags;
    size_t n;
    uint64_t bytes, tapped;
    bool unread; /* members are not read, only drained */
};

static void on_member(void *ctx, struct member *m)
{
    struct seen *seen = ctx;
    char buf[777];
    size_t n;

    assert_int_equal(m->number, ++seen->n);
    seen->tapped = 0;
    blob_add(&seen->members, m->path.p, m->path.n);
    blob_add(&seen->members, "|", 1);
    if (!seen->unread) {
        uint64_t length = 0;

        while ((n = m->text->read(m->text, buf, sizeof(buf))) != 0) {
            length += n;
            if (length < 100000)
                blob_add(&seen->members, buf, n);
        }
    }
    member_drain(m);
    seen->bytes = m->bytes;
    assert_true(seen->tapped == m->bytes);
    blob_add(&seen->members, "\n", 1);
}

static void on_diag(void *ctx, const struct diag *diag, str path)
{
    struct seen *seen = ctx;

    assert_true(diag->where.member == 0 || diag->where.member == seen->n);
    blob_add(&seen->diags, diag->code, strlen(diag->code));
    blob_add(&seen->diags, " ", 1);
    blob_add(&seen->diags, path.p, path.n);
    blob_add(&seen->diags, "\n", 1);
}

static void on_tap(void *ctx, str raw)
{
    ((struct seen *)ctx)->tapped += raw.n;
}

static char folder[] = "/tmp/fathom-bundle-XXXXXX";

static void walk(struct seen *seen, const char *const *paths, size_t n)
{
    const struct bundle_ops ops = { .member = on_member, .diag = on_diag, .tap = on_tap };
    struct arena a;
    size_t members;
    str name;

    arena_init(&a, 0);
    members = bundle_walk(&a, paths, n, &ops, seen, &name);
    assert_int_equal(members, seen->n);
    arena_finish(&a);
    blob_add(&seen->members, "", 1);
    blob_add(&seen->diags, "", 1);
}

static void forget(struct seen *seen)
{
    free(seen->members.p);
    free(seen->diags.p);
    *seen = (struct seen){ 0 };
}

static const char *put(const char *name, const char *p, size_t n)
{
    static char path[256];
    int fd;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    assert_true(fd >= 0 && write(fd, p, n) == (ssize_t)n && close(fd) == 0);
    return path;
}

static struct seen see(const char *name, const char *p, size_t n)
{
    const char *path = put(name, p, n);
    struct seen seen = { 0 };

    walk(&seen, &path, 1);
    unlink(path);
    return seen;
}

/* Takes b over. */
static void want(const char *name, struct blob b, const char *members, const char *diags)
{
    struct seen seen = see(name, b.p, b.n);

    if (strcmp(seen.members.p, members) != 0 || strcmp(seen.diags.p, diags) != 0)
        fail_msg("%s gives\n%s%s\nwant\n%s%s", name, seen.members.p, seen.diags.p, members, diags);
    forget(&seen);
    free(b.p);
}

/* Three files, the middle one not compressible to nothing. */
static struct blob three(int format, int filter, const char *options)
{
    struct file files[] = {
        { "logs/one.txt", blob_of("first\nline\n") },
        { "two.txt", blob_of("second: the quick brown fox jumps over 13 lazy dogs\n") },
        { "empty", blob_of("") },
        { "z/three.log", blob_of("third\n") },
    };
    struct blob b = pack(format, filter, options, files, 4);

    for (size_t i = 0; i < 4; i++)
        free(files[i].data.p);
    return b;
}

static void want_three(const char *name, struct blob b)
{
    char members[400];

    snprintf(members, sizeof(members),
            "%s!logs/one.txt|first\nline\n\n%s!two.txt|second: the quick brown fox jumps over 13 lazy "
            "dogs\n\n%s!empty|\n%s!z/three.log|third\n\n",
            name, name, name, name);
    want(name, b, members, "");
}

static void test_kinds(void **state)
{
    static const int filters[] = { 0, GZ, XZ, BZ, ZST };

    (void)state;
    for (size_t i = 0; i < sizeof(filters) / sizeof(*filters); i++) {
        want_three("a", three(TAR, filters[i], NULL));
        want_three("a", three(ARCHIVE_FORMAT_TAR_GNUTAR, filters[i], NULL));
        want_three("a", three(ARCHIVE_FORMAT_TAR_PAX_RESTRICTED, filters[i], NULL));
        want_three("a", three(ZIP, filters[i], NULL));
    }
    want_three("a", three(ZIP, 0, "zip:compression=store"));
}

/* 7z keeps its empty files apart, after those with bytes. */
static void test_7z(void **state)
{
    static const char members[] =
            "a.7z!logs/one.txt|first\nline\n\n"
            "a.7z!two.txt|second: the quick brown fox jumps over 13 lazy dogs\n\n"
            "a.7z!z/three.log|third\n\n"
            "a.7z!empty|\n";

    (void)state;
    want("a.7z", three(SEVEN, 0, "7zip:compression=lzma2"), members, "");
    want("a.7z", three(SEVEN, 0, "7zip:compression=deflate"), members, "");
    want("a.7z", three(SEVEN, 0, "7zip:compression=bzip2"), members, "");
}

static void le(struct blob *b, uint32_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        char c = (char)(value >> 8 * i);

        blob_add(b, &c, 1);
    }
}

/* A cabinet with one folder that is not compressed, without checksums. */
static struct blob cabinet(void)
{
    static const char names[] = "A.TXT\0SUB\\B.TXT", data[] = "alpha\nbeta\n";
    struct blob b = { 0 };
    uint32_t files = 36 + 8, blocks = files + 16 + 6 + 16 + 10, size = blocks + 8 + 11;

    blob_add(&b, "MSCF\0\0\0\0", 8);
    le(&b, size, 4);
    le(&b, 0, 4);
    le(&b, files, 4);
    le(&b, 0, 4);
    le(&b, 0x0103, 2);
    le(&b, 1, 2); /* folders */
    le(&b, 2, 2); /* files */
    le(&b, 0, 2); /* flags */
    le(&b, 0, 4); /* number of the set, place in it */
    le(&b, blocks, 4);
    le(&b, 1, 2);
    le(&b, 0, 2);
    for (uint32_t i = 0; i < 2; i++) {
        le(&b, i == 0 ? 6 : 5, 4); /* bytes */
        le(&b, i == 0 ? 0 : 6, 4); /* from */
        le(&b, 0, 2);
        le(&b, 0x5721, 2);
        le(&b, 0x6000, 2);
        le(&b, 0x20, 2);
        blob_add(&b, i == 0 ? names : names + 6, i == 0 ? 6 : 10);
    }
    le(&b, 0, 4);
    le(&b, 11, 2);
    le(&b, 11, 2);
    blob_add(&b, data, 11);
    return b;
}

static void test_cab(void **state)
{
    (void)state;
    want("c.cab", cabinet(), "c.cab!A.TXT|alpha\n\nc.cab!SUB/B.TXT|beta\n\n", "");
}

/* Catches: a compressed file that becomes a folder; frames after the first that are lost. */
static void test_packed(void **state)
{
    static const int filters[] = { GZ, XZ, BZ, ZST };
    struct blob b, more;

    (void)state;
    for (size_t i = 0; i < sizeof(filters) / sizeof(*filters); i++) {
        want("x.log.z", pack_one(0, filters[i], "x", blob_of("text\n")), "x.log.z|text\n\n", "");
        b = pack_one(0, filters[i], "x", blob_of("one\n"));
        more = pack_one(0, filters[i], "x", blob_of("two\n"));
        blob_add(&b, more.p, more.n);
        free(more.p);
        want("x.log.z", b, "x.log.z|one\ntwo\n\n", "");
        want("x.log.z", pack_one(0, filters[i], "x", blob_of("")), "x.log.z|\n", "");
    }
    b = (struct blob){ 0 };
    blob_add(&b, "\x50\x2a\x4d\x18\x03\0\0\0abc", 11); /* skippable frame in front */
    more = pack_one(0, ZST, "x", blob_of("text\n"));
    blob_add(&b, more.p, more.n);
    free(more.p);
    want("x.zst", b, "x.zst|text\n\n", "");
    b = pack_one(0, GZ, "x", blob_of("text\n"));
    blob_add(&b, "\0\0\0\0\0\0\0", 7); /* a tape's padding says nothing */
    want("x.gz", b, "x.gz|text\n\n", "");
    b = pack_one(0, GZ, "x", blob_of("text\n"));
    blob_add(&b, "other", 5);
    want("x.gz", b, "x.gz|text\n\n", "bundle.trailing x.gz\n");
}

static void test_nested(void **state)
{
    struct blob b = three(ZIP, 0, NULL);

    (void)state;
    b = pack_one(TAR, GZ, "in.zip", b);
    b = pack_one(ZIP, 0, "deep/in.tgz", b);
    want("o.zip", b,
            "o.zip!deep/in.tgz!in.zip!logs/one.txt|first\nline\n\n"
            "o.zip!deep/in.tgz!in.zip!two.txt|second: the quick brown fox jumps over 13 lazy dogs\n\n"
            "o.zip!deep/in.tgz!in.zip!empty|\n"
            "o.zip!deep/in.tgz!in.zip!z/three.log|third\n\n",
            "");
    b = pack_one(SEVEN, 0, "a.log.xz", pack_one(0, XZ, "x", blob_of("in xz\n")));
    want("o.7z", b, "o.7z!a.log.xz|in xz\n\n", "");
    b = pack_one(TAR, 0, "a.log.zst", pack_one(0, ZST, "x", blob_of("in zst\n")));
    want("o.tar", b, "o.tar!a.log.zst|in zst\n\n", "");
    b = pack_one(TAR, BZ, "in.7z", pack_one(SEVEN, 0, "a.txt", blob_of("in 7z\n")));
    want("o.tbz", b, "o.tbz!in.7z!a.txt|in 7z\n\n", "");
    b = pack_one(TAR, 0, "c.cab", cabinet());
    want("o.tar", b, "o.tar!c.cab!A.TXT|alpha\n\no.tar!c.cab!SUB/B.TXT|beta\n\n", "");
}

/* Wherever it is cut: what came before is what the whole gives, and a cut is told or invisible. */
static void cut_everywhere(const char *name, struct blob b, size_t step)
{
    struct seen whole = see(name, b.p, b.n);
    size_t most = 0;

    for (size_t cut = 1; cut < b.n; cut += step) {
        struct seen part = see(name, b.p, cut);
        size_t same = 0;

        while (part.members.p[same] == whole.members.p[same] && part.members.p[same] != 0)
            same++;
        /* The members are a prefix, but for the one that was cut; or it is no archive any more. */
        if (part.n > 1 && part.members.p[same] != 0 && strcmp(part.members.p + same, "\n") != 0)
            fail_msg("%s cut at %zu gives\n%s", name, cut, part.members.p);
        if (same > most)
            most = same;
        if (same + 2 < most && part.n == 0)
            fail_msg("%s cut at %zu gives less than when cut before", name, cut);
        forget(&part);
    }
    forget(&whole);
    free(b.p);
}

static void test_cut(void **state)
{
    (void)state;
    cut_everywhere("a.zip", three(ZIP, 0, NULL), 1);
    cut_everywhere("a.zip", three(ZIP, 0, "zip:compression=store"), 1);
    cut_everywhere("a.tar", three(TAR, 0, NULL), 7);
    cut_everywhere("a.tgz", three(TAR, GZ, NULL), 1);
    cut_everywhere("a.txz", three(TAR, XZ, NULL), 1);
    cut_everywhere("a.tbz", three(TAR, BZ, NULL), 1);
    cut_everywhere("a.tzst", three(TAR, ZST, NULL), 1);
    cut_everywhere("a.7z", three(SEVEN, 0, NULL), 1);
    cut_everywhere("a.cab", cabinet(), 1);
    cut_everywhere("o.zip", pack_one(ZIP, 0, "in.tgz", three(TAR, GZ, NULL)), 1);
}

/* Catches: what was decoded before damage, kept back (libarchive's own gzip filter does). */
static void test_cut_keeps(void **state)
{
    struct blob text = { 0 }, b;
    struct seen seen;
    char line[80];

    (void)state;
    for (unsigned i = 0; i < 500; i++)
        blob_add(&text, line,
                (size_t)snprintf(
                        line, sizeof(line), "%u: %u times %u\n", i, i * 7919 % 1009, i * i));
    b = pack_one(0, GZ, "x", text);
    seen = see("x.log.gz", b.p, b.n * 3 / 4);
    assert_string_equal(seen.diags.p, "bundle.truncated x.log.gz\n");
    assert_true(seen.members.n > 300 * 14); /* three quarters of 500 lines */
    forget(&seen);
    b.p[b.n / 2] ^= 0x55;
    seen = see("x.log.gz", b.p, b.n);
    assert_string_equal(seen.diags.p, "bundle.corrupt x.log.gz\n");
    assert_true(seen.members.n > 200 * 14);
    forget(&seen);
    free(b.p);
}

static size_t find(const struct blob *b, const char *what, size_t n, size_t from)
{
    void *at = memmem(b->p + from, b->n - from, what, n);

    assert_non_null(at);
    return (size_t)((char *)at - b->p);
}

/* Catches: one damaged member that takes the others with it. */
static void test_damage(void **state)
{
    static const char others[] =
            "a.zip!logs/one.txt|first\nline\n\n%sa.zip!empty|\na.zip!z/three.log|third\n\n";
    char members[300];
    struct blob b = three(ZIP, 0, "zip:compression=store");
    size_t at = find(&b, "second: the", 11, 0);

    (void)state;
    b.p[at] = 'S'; /* the bytes are there, their sum is wrong */
    snprintf(members, sizeof(members), others,
            "a.zip!two.txt|Second: the quick brown fox jumps over 13 lazy dogs\n\n");
    want("a.zip", b, members, "bundle.checksum a.zip!two.txt\n");

    b = three(ZIP, 0, NULL); /* deflate: no block begins like this */
    at = find(&b, "two.txt", 7, 0) + 7;
    at += (unsigned char)b.p[at - 7 - 2]; /* extra field */
    b.p[at] = '\x07';
    snprintf(members, sizeof(members), others, "a.zip!two.txt|\n");
    want("a.zip", b, members, "bundle.corrupt a.zip!two.txt\n");

    b = three(ZIP, 0, "zip:compression=store"); /* its local header is gone */
    at = find(&b, "two.txt", 7, 0) - 30;
    memset(b.p + at, 'x', 4);
    snprintf(members, sizeof(members), others, "");
    want("a.zip", b, members, "bundle.corrupt a.zip\n");

    b = three(TAR, 0, NULL); /* a header that adds up no more */
    at = find(&b, "two.txt", 7, 0);
    b.p[at] = 'T';
    want("a.tar", b, "a.tar!logs/one.txt|first\nline\n\na.tar!empty|\na.tar!z/three.log|third\n\n",
            "bundle.corrupt a.tar\n");
}

/* A size that lies: too small or too large in a zip's headers, larger than the rest of a tar. */
static void test_lies(void **state)
{
    struct blob b = three(ZIP, 0, NULL);
    struct seen seen;
    size_t at = find(&b, "two.txt", 7, find(&b, "PK\1\2", 4, 0));

    (void)state;
    b.p[at - 46 + 24] = 5;
    seen = see("a.zip", b.p, b.n);
    assert_int_equal(seen.n, 4);
    assert_non_null(strstr(seen.members.p, "a.zip!two.txt|second"));
    assert_non_null(strstr(seen.members.p, "a.zip!z/three.log|third\n"));
    forget(&seen);
    free(b.p);
    b = pack_one(TAR, 0, "a.log", blob_of("short\n"));
    memcpy(b.p + 124, "77777777777", 11); /* 8 GiB */
    memset(b.p + 148, ' ', 8);
    {
        unsigned sum = 0;

        for (size_t i = 0; i < 512; i++)
            sum += (unsigned char)b.p[i];
        snprintf(b.p + 148, 8, "%06o", sum);
    }
    seen = see("a.tar", b.p, 512 + 6);
    assert_string_equal(seen.members.p, "a.tar!a.log|short\n\n");
    assert_string_equal(seen.diags.p, "bundle.truncated a.tar!a.log\n");
    forget(&seen);
    free(b.p);
}

static void test_bomb(void **state)
{
    size_t n = 96 * MIB;
    struct blob zeros = { calloc(1, n), n, n }, b;
    struct seen seen;

    (void)state;
    memset(zeros.p, 'z', n);
    b = pack_one(0, ZST, "x", zeros);
    assert_true(b.n < n / 2000);
    seen = see("x.zst", b.p, b.n);
    assert_string_equal(seen.diags.p, "bundle.ratio x.zst\n");
    assert_true(seen.bytes >= LIMIT_RATIO_FLOOR - LIMIT_BLOCK &&
                seen.bytes <= LIMIT_RATIO_FLOOR + LIMIT_BLOCK);
    forget(&seen);
    /* The same behind archives: the members beside it are still read, up to the bomb. */
    {
        struct file files[] = { { "a.txt", blob_of("before\n") }, { "bomb.zst", b } };
        struct blob zip = pack(ZIP, 0, NULL, files, 2);

        seen = see("x.zip", zip.p, zip.n);
        assert_non_null(strstr(seen.members.p, "x.zip!a.txt|before\n"));
        assert_non_null(strstr(seen.diags.p, "bundle.ratio x.zip!bomb.zst\n"));
        forget(&seen);
        free(files[0].data.p);
        free(zip.p);
    }
    free(b.p);
}

static void test_depth(void **state)
{
    struct blob b = blob_of("at last\n");
    struct seen seen;

    (void)state;
    for (unsigned i = 0; i < LIMIT_DEPTH; i++)
        b = pack_one(ZIP, 0, "z", b);
    seen = see("z", b.p, b.n);
    assert_string_equal(seen.members.p, "z!z!z!z!z!z!z!z!z|at last\n\n");
    assert_string_equal(seen.diags.p, "");
    forget(&seen);
    b = pack_one(ZIP, 0, "z", b);
    seen = see("z", b.p, b.n);
    assert_int_equal(seen.n, 1);
    assert_string_equal(seen.diags.p, "bundle.depth z!z!z!z!z!z!z!z!z\n");
    forget(&seen);
    free(b.p);
    b = blob_of("packed\n");
    for (unsigned i = 0; i < LIMIT_PACKED; i++)
        b = pack_one(0, GZ, "x", b);
    seen = see("x.gz", b.p, b.n);
    assert_string_equal(seen.members.p, "x.gz|packed\n\n");
    forget(&seen);
    b = pack_one(0, GZ, "x", b);
    seen = see("x.gz", b.p, b.n);
    assert_int_equal(seen.n, 1);
    assert_string_equal(seen.diags.p, "bundle.depth x.gz\n");
    forget(&seen);
    free(b.p);
}

static void test_encrypted(void **state)
{
    (void)state;
    want("a.zip", three(ZIP, 0, "zip:encryption=traditional"), "a.zip!empty|\n",
            "bundle.encrypted a.zip!logs/one.txt\nbundle.encrypted a.zip!two.txt\n"
            "bundle.encrypted a.zip!z/three.log\n");
}

/* What is no archive, or hardly one, is a file. */
static void test_not_archives(void **state)
{
    struct blob b = { 0 };

    (void)state;
    want("a.zip", blob_of("not a zip\n"), "a.zip|not a zip\n\n", "");
    want("a.tar.gz", blob_of("#mtree\n./a type=file\n"), "a.tar.gz|#mtree\n./a type=file\n\n", "");
    want("a.zip", blob_of(""), "a.zip|\n", "");
    want("a.gz", blob_of("\x1f\x8b\x08"), "a.gz|\x1f\x8b\x08\n", "bundle.truncated a.gz\n");
    want("PK.txt", blob_of("PK is not enough\n"), "PK.txt|PK is not enough\n\n", "");
    blob_add(&b, "PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 22);
    {
        struct seen seen = see("a.zip", b.p, b.n);

        assert_int_equal(seen.n, 1);
        assert_int_equal(seen.bytes, 22);
        assert_string_equal(seen.diags.p, "bundle.no-entries a.zip\n");
        forget(&seen);
    }
    free(b.p);
}

static void test_names(void **state)
{
    struct file files[] = {
        { "../../etc/passwd", blob_of("") }, { "/root/x", blob_of("") },
        { "C:\\logs\\app.log", blob_of("") }, { "a/./b//c\x1b[2J.txt", blob_of("") },
        { "dev/x\\x2dy", blob_of("") },
        { "\x8e\xe8\xa8\xa1\xaa\xa0.txt", blob_of("") }, /* in cp866 */
    };
    struct blob b = pack(ZIP, 0, "zip:compression=store", files, 6);

    (void)state;
    want("n.zip", b,
            "n.zip!etc/passwd|\nn.zip!root/x|\nn.zip!C:/logs/app.log|\nn.zip!a/b/c\\x1b[2J.txt|\n"
            "n.zip!dev/x\\x2dy|\nn.zip!\xd0\x9e\xd1\x88\xd0\xb8\xd0\xb1\xd0\xba\xd0\xb0.txt|\n",
            "");
    for (size_t i = 0; i < 6; i++)
        free(files[i].data.p);
}

/* A path longer than any: the end of it is kept, and it is told. */
static void test_long_name(void **state)
{
    char name[6000];
    struct seen seen;
    struct blob b;

    (void)state;
    memset(name, 'd', sizeof(name));
    for (size_t i = 50; i < sizeof(name); i += 50)
        name[i] = '/';
    memcpy(name + sizeof(name) - 9, "/end.log", 9);
    b = pack_one(ARCHIVE_FORMAT_TAR_PAX_RESTRICTED, 0, name, blob_of("here\n"));
    seen = see("n.tar", b.p, b.n);
    assert_int_equal(seen.n, 1);
    assert_non_null(strstr(seen.members.p, "/end.log|here\n"));
    assert_true(strlen(seen.members.p) < LIMIT_PATH + 20);
    assert_memory_equal(seen.diags.p, "bundle.path n.tar", 17);
    forget(&seen);
    free(b.p);
}

/* Links and devices of a tar are names, nothing more. */
static void test_links_inside(void **state)
{
    struct archive *a = archive_write_new();
    struct archive_entry *e = archive_entry_new();
    struct blob b = { 0 };

    (void)state;
    archive_write_set_format(a, TAR);
    assert_int_equal(archive_write_open(a, &b, NULL, write_blob, NULL), ARCHIVE_OK);
    for (unsigned i = 0; i < 3; i++) {
        archive_entry_clear(e);
        archive_entry_set_pathname(e, i == 0 ? "soft" : i == 1 ? "hard" : "pipe");
        archive_entry_set_filetype(e, i == 0 ? AE_IFLNK : i == 1 ? AE_IFREG : AE_IFIFO);
        if (i == 0)
            archive_entry_set_symlink(e, "/etc/passwd");
        if (i == 1)
            archive_entry_set_hardlink(e, "/etc/passwd");
        assert_int_equal(archive_write_header(a, e), ARCHIVE_OK);
    }
    archive_entry_free(e);
    archive_write_free(a);
    want("l.tar", b, "",
            "bundle.link l.tar!soft\nbundle.link l.tar!hard\nbundle.special l.tar!pipe\n");
}

/* A directory: byte order, loops, a FIFO, a broken link. */
static void test_directory(void **state)
{
    char path[300], from[300];
    const char *paths[3];
    struct seen seen = { 0 };

    (void)state;
    snprintf(path, sizeof(path), "%s/dir", folder);
    assert_int_equal(mkdir(path, 0755), 0);
    put("dir/b.txt", "b\n", 2);
    put("dir/B.txt", "B\n", 2);
    put("dir/a-.txt", "a\n", 2);
    snprintf(path, sizeof(path), "%s/dir/a", folder);
    assert_int_equal(mkdir(path, 0755), 0);
    put("dir/a/x", "x\n", 2);
    snprintf(path, sizeof(path), "%s/dir/a/loop", folder);
    assert_int_equal(symlink("../../dir", path), 0);
    snprintf(path, sizeof(path), "%s/dir/pipe", folder);
    assert_int_equal(mkfifo(path, 0644), 0);
    snprintf(path, sizeof(path), "%s/dir/self", folder);
    assert_int_equal(symlink("self", path), 0);
    snprintf(path, sizeof(path), "%s/dir/", folder);
    snprintf(from, sizeof(from), "%s/dir/self/x", folder); /* ELOOP */
    paths[0] = path;
    paths[1] = from;
    paths[2] = "/nonexistent/case.zip";
    walk(&seen, paths, 3);
    assert_string_equal(
            seen.members.p, "dir/B.txt|B\n\ndir/a/x|x\n\ndir/a-.txt|a\n\ndir/b.txt|b\n\n");
    assert_string_equal(seen.diags.p,
            "bundle.link dir/a/loop\nbundle.special dir/pipe\nbundle.link dir/self\n"
            "bundle.open x\nbundle.open case.zip\n");
    forget(&seen);
}

/* Two paths of one last name are told apart by what stands before it. */
static void test_same_names(void **state)
{
    char one[300], two[300];
    const char *paths[] = { one, two };
    struct seen seen = { 0 };

    (void)state;
    snprintf(one, sizeof(one), "%s/p1", folder);
    snprintf(two, sizeof(two), "%s/p2", folder);
    assert_int_equal(mkdir(one, 0755), 0);
    assert_int_equal(mkdir(two, 0755), 0);
    snprintf(one, sizeof(one), "%s", put("p1/x.log", "1\n", 2));
    snprintf(two, sizeof(two), "%s", put("p2/x.log", "2\n", 2));
    walk(&seen, paths, 2);
    assert_string_equal(seen.members.p, "p1/x.log|1\n\np2/x.log|2\n\n");
    forget(&seen);
}

/* An archive through a pipe, which cannot seek, and through a file. */
static void test_stdin(void **state)
{
    static const char *const path = "-";
    struct blob b = three(ZIP, 0, NULL);
    int kept = dup(STDIN_FILENO);

    (void)state;
    for (unsigned round = 0; round < 2; round++) {
        struct seen seen = { 0 };
        int ends[2];

        if (round == 0) {
            assert_int_equal(pipe(ends), 0);
            assert_int_equal(write(ends[1], b.p, b.n), b.n);
            close(ends[1]);
        } else {
            ends[0] = open(put("in", b.p, b.n), O_RDONLY);
        }
        dup2(ends[0], STDIN_FILENO);
        close(ends[0]);
        walk(&seen, &path, 1);
        assert_int_equal(seen.n, 4);
        assert_memory_equal(seen.members.p, "stdin!logs/one.txt|first\n", 25);
        assert_string_equal(seen.diags.p, "");
        forget(&seen);
    }
    dup2(kept, STDIN_FILENO);
    close(kept);
    free(b.p);
}

/* Catches: a member that nobody reads and whose size is therefore not known. */
static void test_drain(void **state)
{
    struct blob b = pack_one(TAR, GZ, "a.log", blob_of("sixteen bytes..\n"));
    const char *path = put("a.tgz", b.p, b.n);
    struct seen seen = { .unread = true };

    (void)state;
    walk(&seen, &path, 1);
    assert_int_equal(seen.bytes, 16);
    forget(&seen);
    free(b.p);
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) != NULL ? 0 : -1;
}

static int remove_folder(void **state)
{
    char command[100];

    (void)state;
    snprintf(command, sizeof(command), "rm -rf '%s'", folder);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_7z),
        cmocka_unit_test(test_cab),
        cmocka_unit_test(test_packed),
        cmocka_unit_test(test_nested),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_cut_keeps),
        cmocka_unit_test(test_damage),
        cmocka_unit_test(test_lies),
        cmocka_unit_test(test_bomb),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_encrypted),
        cmocka_unit_test(test_not_archives),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_long_name),
        cmocka_unit_test(test_links_inside),
        cmocka_unit_test(test_directory),
        cmocka_unit_test(test_same_names),
        cmocka_unit_test(test_stdin),
        cmocka_unit_test(test_drain),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
