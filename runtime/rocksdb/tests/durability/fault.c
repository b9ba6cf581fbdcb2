/* Loaded into a worker before the C library (LD_PRELOAD): counts the calls that touch files under
   one directory, and makes the n-th of them fail or end the process.

   TENOR_FAULT_DIRECTORY  the directory, absolute
   TENOR_FAULT            KIND:N, see below; absent: only count
   TENOR_FAULT_TRACE      a file that gets a line per call: N NAME r|w PATH

   eio, enospc   the n-th call fails with that error; enospc only if it could need space
   dead          the n-th call and all after it fail with EIO
   full          from the n-th on, all calls that could need space fail with ENOSPC
   before        the process ends instead of the n-th call
   after         the process ends right after the n-th call
   torn          the n-th call writes half of its bytes, then the process ends; other calls: before */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

enum kind { COUNT, EIO_ONCE, ENOSPC_ONCE, DEAD, FULL, BEFORE, AFTER, TORN };
static const char *NAMES[] = {"count", "eio", "enospc", "dead", "full", "before", "after", "torn"};

#define FILES 65536
static const char *directory;
static size_t directory_length;
static enum kind kind = COUNT;
static long place;
static atomic_long calls;
static int trace = -1;
static unsigned char watched[FILES];

__attribute__((constructor)) static void begin(void) {
    const char *fault = getenv("TENOR_FAULT"), *path = getenv("TENOR_FAULT_TRACE");
    if (path) trace = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    for (enum kind k = COUNT; fault && k <= TORN; k++) {
        size_t length = strlen(NAMES[k]);
        if (!strncmp(fault, NAMES[k], length) && fault[length] == ':') {
            kind = k;
            place = atol(fault + length + 1);
        }
    }
    directory = getenv("TENOR_FAULT_DIRECTORY");
    directory_length = directory ? strlen(directory) : 0;
}

static int inside(const char *path) {
    return directory && path && !strncmp(path, directory, directory_length);
}

static int is_watched(int fd) { return fd >= 0 && fd < FILES && watched[fd]; }

static void end_process(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

/* What one call has to do: nothing special, fail with errno, end before it or after it. */
struct fate { int error; int end_after; int torn; };

static struct fate strike(const char *name, int writes, const char *path) {
    struct fate fate = {0, 0, 0};
    long n = atomic_fetch_add(&calls, 1) + 1;
    if (trace >= 0) {
        char line[512];
        int length = snprintf(line, sizeof line, "%ld %s %c %s\n", n, name, writes ? 'w' : 'r', path);
        if (length > 0 && length < (int)sizeof line) syscall(SYS_write, trace, line, length);
    }
    if (kind == COUNT || n < place) return fate;
    int here = n == place;
    switch (kind) {
    case EIO_ONCE: fate.error = here ? EIO : 0; break;
    case ENOSPC_ONCE: fate.error = here && writes ? ENOSPC : 0; break;
    case DEAD: fate.error = EIO; break;
    case FULL: fate.error = writes ? ENOSPC : 0; break;
    case BEFORE: if (here) end_process(); break;
    case AFTER: fate.end_after = here; break;
    case TORN: fate.torn = here; break;
    default: break;
    }
    return fate;
}

#define REAL(type, name, ...)                                       \
    static type (*real)(__VA_ARGS__);                               \
    if (!real) real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

/* A call without bytes of its own: torn means that it did not happen. */
#define STRIKE(name, writes, path, failed)                          \
    struct fate fate = strike(name, writes, path);                  \
    if (fate.torn) end_process();                                   \
    if (fate.error) { errno = fate.error; return failed; }

#define DONE(result)                                                \
    do { if (fate.end_after) end_process(); return result; } while (0)

static void note(int fd, const char *path) {
    if (fd >= 0 && fd < FILES) watched[fd] = (unsigned char)inside(path);
}

#define OPEN(function)                                              \
    int function(const char *path, int flags, ...) {                \
        REAL(int, #function, const char *, int, ...);               \
        va_list rest;                                               \
        va_start(rest, flags);                                      \
        mode_t mode = va_arg(rest, mode_t);                         \
        va_end(rest);                                               \
        if (!inside(path)) {                                        \
            int fd = real(path, flags, mode);                       \
            note(fd, path);                                         \
            return fd;                                              \
        }                                                           \
        STRIKE("open", (flags & O_CREAT) != 0, path, -1);           \
        int fd = real(path, flags, mode);                           \
        note(fd, path);                                             \
        DONE(fd);                                                   \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(function)                                            \
    int function(int at, const char *path, int flags, ...) {        \
        REAL(int, #function, int, const char *, int, ...);          \
        va_list rest;                                               \
        va_start(rest, flags);                                      \
        mode_t mode = va_arg(rest, mode_t);                         \
        va_end(rest);                                               \
        if (!inside(path)) {                                        \
            int fd = real(at, path, flags, mode);                   \
            note(fd, path);                                         \
            return fd;                                              \
        }                                                           \
        STRIKE("openat", (flags & O_CREAT) != 0, path, -1);         \
        int fd = real(at, path, flags, mode);                       \
        note(fd, path);                                             \
        DONE(fd);                                                   \
    }
OPENAT(openat)
OPENAT(openat64)

#define FOPEN(function)                                             \
    FILE *function(const char *path, const char *mode) {            \
        REAL(FILE *, #function, const char *, const char *);        \
        if (!inside(path)) return real(path, mode);                 \
        STRIKE("fopen", mode[0] != 'r', path, NULL);                \
        FILE *file = real(path, mode);                              \
        if (file) note(fileno(file), path);                         \
        DONE(file);                                                 \
    }
FOPEN(fopen)
FOPEN(fopen64)

ssize_t write(int fd, const void *bytes, size_t count) {
    REAL(ssize_t, "write", int, const void *, size_t);
    if (!is_watched(fd)) return real(fd, bytes, count);
    struct fate fate = strike("write", 1, "");
    if (fate.error) { errno = fate.error; return -1; }
    ssize_t written = real(fd, bytes, fate.torn ? count / 2 : count);
    if (fate.torn) end_process();
    DONE(written);
}

#define PWRITE(function, offset_type)                               \
    ssize_t function(int fd, const void *bytes, size_t count, offset_type offset) { \
        REAL(ssize_t, #function, int, const void *, size_t, offset_type); \
        if (!is_watched(fd)) return real(fd, bytes, count, offset); \
        struct fate fate = strike("pwrite", 1, "");                 \
        if (fate.error) { errno = fate.error; return -1; }          \
        ssize_t written = real(fd, bytes, fate.torn ? count / 2 : count, offset); \
        if (fate.torn) end_process();                               \
        DONE(written);                                              \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

ssize_t read(int fd, void *bytes, size_t count) {
    REAL(ssize_t, "read", int, void *, size_t);
    if (!is_watched(fd)) return real(fd, bytes, count);
    STRIKE("read", 0, "", -1);
    ssize_t got = real(fd, bytes, count);
    DONE(got);
}

#define PREAD(function, offset_type)                                \
    ssize_t function(int fd, void *bytes, size_t count, offset_type offset) { \
        REAL(ssize_t, #function, int, void *, size_t, offset_type); \
        if (!is_watched(fd)) return real(fd, bytes, count, offset); \
        STRIKE("pread", 0, "", -1);                                 \
        ssize_t got = real(fd, bytes, count, offset);               \
        DONE(got);                                                  \
    }
PREAD(pread, off_t)
PREAD(pread64, off64_t)

#undef fread_unlocked
/* Fewer members than asked for, without the end of the file: a failed read. */
size_t fread_unlocked(void *bytes, size_t size, size_t members, FILE *file) {
    REAL(size_t, "fread_unlocked", void *, size_t, size_t, FILE *);
    if (!is_watched(fileno(file))) return real(bytes, size, members, file);
    STRIKE("fread", 0, "", 0);
    size_t got = real(bytes, size, members, file);
    DONE(got);
}

#define ON_FILE(function, writes)                                   \
    int function(int fd) {                                          \
        REAL(int, #function, int);                                  \
        if (!is_watched(fd)) return real(fd);                       \
        STRIKE(#function, writes, "", -1);                          \
        int result = real(fd);                                      \
        DONE(result);                                               \
    }
ON_FILE(fsync, 1)
ON_FILE(fdatasync, 1)

#define SIZED(function, offset_type)                                \
    int function(int fd, offset_type length) {                      \
        REAL(int, #function, int, offset_type);                     \
        if (!is_watched(fd)) return real(fd, length);               \
        STRIKE("ftruncate", 1, "", -1);                             \
        int result = real(fd, length);                              \
        DONE(result);                                               \
    }
SIZED(ftruncate, off_t)
SIZED(ftruncate64, off64_t)

#define ALLOCATE(function, offset_type)                             \
    int function(int fd, int mode, offset_type offset, offset_type length) { \
        REAL(int, #function, int, int, offset_type, offset_type);   \
        if (!is_watched(fd)) return real(fd, mode, offset, length); \
        STRIKE("fallocate", 1, "", -1);                             \
        int result = real(fd, mode, offset, length);                \
        DONE(result);                                               \
    }
ALLOCATE(fallocate, off_t)
ALLOCATE(fallocate64, off64_t)

int sync_file_range(int fd, off64_t offset, off64_t count, unsigned flags) {
    REAL(int, "sync_file_range", int, off64_t, off64_t, unsigned);
    if (!is_watched(fd)) return real(fd, offset, count, flags);
    STRIKE("sync_file_range", 1, "", -1);
    int result = real(fd, offset, count, flags);
    DONE(result);
}

#define ON_TWO_PATHS(function)                                      \
    int function(const char *from, const char *to) {                \
        REAL(int, #function, const char *, const char *);           \
        if (!inside(from) && !inside(to)) return real(from, to);    \
        STRIKE(#function, 1, to, -1);                               \
        int result = real(from, to);                                \
        DONE(result);                                               \
    }
ON_TWO_PATHS(rename)
ON_TWO_PATHS(link)

int unlink(const char *path) {
    REAL(int, "unlink", const char *);
    if (!inside(path)) return real(path);
    STRIKE("unlink", 0, path, -1);
    int result = real(path);
    DONE(result);
}

int mkdir(const char *path, mode_t mode) {
    REAL(int, "mkdir", const char *, mode_t);
    if (!inside(path)) return real(path, mode);
    STRIKE("mkdir", 1, path, -1);
    int result = real(path, mode);
    DONE(result);
}
