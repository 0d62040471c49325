#define _GNU_SOURCE
#include "CProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// The default of confstr(3) if PATH is not set.
static const char *const standard_path = "/bin:/usr/bin";

/// True if a shell would treat the file as a script. Like bash(1) and POSIX, looks for a zero byte
/// in the first line.
static int is_text(const char *path) {
    char start[256];
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    ssize_t length = read(file, start, sizeof start);
    close(file);
    if (length < 0) return 0;
    const char *newline = memchr(start, '\n', (size_t)length);
    size_t line = newline ? (size_t)(newline - start) : (size_t)length;
    return memchr(start, '\0', line) == NULL && !(length >= 4 && memcmp(start, "\177ELF", 4) == 0);
}

static void execute_file(const char *path, char *const argv[]) {
    execv(path, argv);
    if (errno != ENOEXEC) return;
    if (!is_text(path)) {
        errno = ENOEXEC;
        return;
    }
    size_t count = 0;
    while (argv[count] != NULL) count++;
    char *script[count + 3];
    script[0] = "/bin/sh";
    script[1] = (char *)path;
    size_t last = 2;
    for (size_t i = 1; i < count; i++) script[last++] = argv[i];
    script[last] = NULL;
    execv(script[0], script);
}

void process_execute(const char *program, char *const argv[]) {
    if (*program == '\0') {
        errno = ENOENT;
        return;
    }
    if (strchr(program, '/') != NULL) {
        execute_file(program, argv);
        return;
    }
    const char *path = getenv("PATH");
    if (path == NULL) path = standard_path;
    int denied = 0;
    for (const char *next = path;; next++) {
        size_t length = strcspn(next, ":");
        char file[PATH_MAX];
        // An empty entry is the working directory.
        int written = length == 0 ? snprintf(file, sizeof file, "./%s", program)
                                  : snprintf(file, sizeof file, "%.*s/%s", (int)length, next, program);
        if (written > 0 && (size_t)written < sizeof file) {
            execute_file(file, argv);
            if (errno == EACCES) denied = 1;
            else if (errno != ENOENT && errno != ENOTDIR && errno != ESTALE && errno != ENODEV
                     && errno != ETIMEDOUT) return;
        }
        next += length;
        if (*next == '\0') break;
    }
    errno = denied ? EACCES : ENOENT;
}
