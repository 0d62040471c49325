// Denies Internet sockets to a process and its descendants, and reports them to its parent.
#define _GNU_SOURCE
#include "CProcess.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define NATIVE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE AUDIT_ARCH_AARCH64
#else
#error "the system calls of this processor are not known"
#endif

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
