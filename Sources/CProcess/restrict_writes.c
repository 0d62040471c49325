// Restrictions of writing that a process puts on itself before it executes an untrusted program.
#define _GNU_SOURCE
#include "CProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <stddef.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// Added after the headers of Debian 12.
#define RIGHT_TRUNCATE (1ULL << 14)
#define READ_ONLY_MOUNT 1ULL

/// Applies recursively to a mount and those below it: mount_setattr(2).
#define WHOLE_TREE 0x8000

int process_forbid_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }

/// The rights to change files that the kernel can deny, or 0 if it has no Landlock.
static unsigned long long deniable_writes(void) {
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 1) return 0;
    unsigned long long rights =
        LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE
        | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG
        | LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK
        | LANDLOCK_ACCESS_FS_MAKE_SYM;
    if (version >= 2) rights |= LANDLOCK_ACCESS_FS_REFER;
    if (version >= 3) rights |= RIGHT_TRUNCATE;
    return rights;
}

static int allow(int rules, unsigned long long rights, const char *path) {
    int place = open(path, O_PATH | O_CLOEXEC);
    if (place < 0) return -1;
    struct stat status;
    int result = fstat(place, &status);
    // The other rights are about entries of a folder.
    if (result == 0 && !S_ISDIR(status.st_mode)) rights &= LANDLOCK_ACCESS_FS_WRITE_FILE | RIGHT_TRUNCATE;
    struct landlock_path_beneath_attr rule = {.allowed_access = rights, .parent_fd = place};
    if (result == 0) result = (int)syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    int error = errno;
    close(place);
    errno = error;
    return result;
}

int process_restrict_writes(const char *const paths[]) {
    struct landlock_ruleset_attr denied = {.handled_access_fs = deniable_writes()};
    if (denied.handled_access_fs == 0) {
        errno = ENOSYS;
        return -1;
    }
    int rules = (int)syscall(SYS_landlock_create_ruleset, &denied, sizeof denied.handled_access_fs, 0);
    if (rules < 0) return -1;
    int result = 0;
    for (size_t i = 0; result == 0 && paths[i] != NULL; i++)
        result = allow(rules, denied.handled_access_fs, paths[i]);
    if (result == 0) result = (int)syscall(SYS_landlock_restrict_self, rules, 0);
    int error = errno;
    close(rules);
    errno = error;
    return result;
}

int process_make_files_read_only(void) {
    if (unshare(CLONE_NEWNS) != 0) return -1;
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) return -1;
    struct { unsigned long long set, clear, propagation, user_namespace; } attributes = {READ_ONLY_MOUNT, 0, 0, 0};
    return (int)syscall(SYS_mount_setattr, -1, "/", WHOLE_TREE, &attributes, sizeof attributes);
}
