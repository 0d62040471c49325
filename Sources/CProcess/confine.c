// Restrictions that a process puts on itself before it executes an untrusted program.
#define _GNU_SOURCE
#include "CProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define NATIVE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE AUDIT_ARCH_AARCH64
#else
#error "the system calls of this processor are not known"
#endif

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

/// Applies `action` to socket(2) with an Internet domain. Other architectures' system calls are not
/// restricted: nothing here is meant to stop an attacker.
static int filter_sockets(unsigned action, unsigned flags) {
    struct sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NATIVE, 0, 6),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 4),
        // The domain is the lower half of the first argument on a little-endian machine.
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_INET, 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_INET6, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, action),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {.len = sizeof program / sizeof *program, .filter = program};
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &filter);
}

int process_deny_internet_sockets(void) { return filter_sockets(SECCOMP_RET_ERRNO | EACCES, 0); }

int process_watch_internet_sockets(void) {
    return filter_sockets(SECCOMP_RET_USER_NOTIF, SECCOMP_FILTER_FLAG_NEW_LISTENER);
}

int process_answer_socket(int watch) {
    // The kernel requires a zeroed structure.
    struct seccomp_notif question;
    memset(&question, 0, sizeof question);
    if (ioctl(watch, SECCOMP_IOCTL_NOTIF_RECV, &question) != 0) return -1;
    struct seccomp_notif_resp answer = {.id = question.id, .error = -EACCES};
    int pid = (int)question.pid;
    return ioctl(watch, SECCOMP_IOCTL_NOTIF_SEND, &answer) == 0 ? pid : -1;
}

/// Room for one descriptor in a message.
union rights {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(int))];
};

int process_send_descriptor(int socket, int sent) {
    char byte = 0;
    union rights rights;
    memset(&rights, 0, sizeof rights);
    struct iovec part = {&byte, 1};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &rights, .msg_controllen = sizeof rights};
    rights.header.cmsg_len = CMSG_LEN(sizeof sent);
    rights.header.cmsg_level = SOL_SOCKET;
    rights.header.cmsg_type = SCM_RIGHTS;
    memcpy(CMSG_DATA(&rights.header), &sent, sizeof sent);
    return sendmsg(socket, &message, MSG_NOSIGNAL) == 1 ? 0 : -1;
}

int process_receive_descriptor(int socket) {
    char byte;
    union rights rights;
    struct iovec part = {&byte, 1};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &rights, .msg_controllen = sizeof rights};
    if (recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) < 0) return -1;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    int received = -1;
    errno = EPROTO;
    if (header != NULL && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
        memcpy(&received, CMSG_DATA(header), sizeof received);
    return received;
}

int process_make_files_read_only(void) {
    if (unshare(CLONE_NEWNS) != 0) return -1;
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) return -1;
    struct { unsigned long long set, clear, propagation, user_namespace; } attributes = {READ_ONLY_MOUNT, 0, 0, 0};
    return (int)syscall(SYS_mount_setattr, -1, "/", WHOLE_TREE, &attributes, sizeof attributes);
}
