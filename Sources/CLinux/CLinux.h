// Linux interfaces that are missing from Swift's Glibc module.
#ifndef PIERDAT_CLINUX_H
#define PIERDAT_CLINUX_H

#include <errno.h>
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <nss.h>
#include <arpa/nameser.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// Must be last: it defines macros such as p_type, which is a struct member in elf.h.
#include <resolv.h>

// GNU extensions. The headers hide them unless _GNU_SOURCE is defined.
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *, int);
extern int pipe2(int[2], int);
extern int dup3(int, int, int);

/// O_PATH, open(2): a descriptor that only names a file and needs no read permission.
static const int linux_path_only = 010000000;

/// The kind of the file system of a descriptor: `f_type` in statfs(2). 0 if the kernel does not tell.
static inline unsigned int linux_file_system_kind(int file) {
    struct statfs status;
    return fstatfs(file, &status) == 0 ? (unsigned int)status.f_type : 0;
}

/// Sets the modification time of a descriptor's file and leaves its access time: futimens(2).
static inline int linux_set_time(int file, struct timespec modified) {
    const struct timespec times[2] = {{0, ((1l << 30) - 2l) /* UTIME_OMIT */}, modified};
    return futimens(file, times);
}

/// renameat2(2) with RENAME_NOREPLACE: fails with EEXIST if there is something at `new_path`.
static inline int linux_rename_to_free_name(const char *old_path, const char *new_path) {
    return (int)syscall(SYS_renameat2, AT_FDCWD, old_path, AT_FDCWD, new_path, 1u);
}

/// syncfs(2), a GNU extension.
extern int syncfs(int);

/// ioprio_set(2), for which glibc has no wrapper: puts this process in the idle class.
static inline long linux_set_idle_io_priority(void) {
    return syscall(SYS_ioprio_set, 1 /* IOPRIO_WHO_PROCESS */, 0, 3 << 13 /* IOPRIO_CLASS_IDLE */);
}

/// pidfd_open(2): a descriptor that is readable after the process has ended.
static inline int linux_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

/// memfd_create(2): an anonymous file in memory.
static inline int linux_memory_file(const char *name) {
    return (int)syscall(SYS_memfd_create, name, 1u /* MFD_CLOEXEC */);
}

/// prctl(2) calls. Swift cannot call variadic functions.
static inline int linux_become_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }
static inline int linux_set_name(const char *name) { return prctl(PR_SET_NAME, name, 0, 0, 0); }
static inline int linux_die_with_parent(int signal) { return prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0); }

/// Resets the two signals that glibc reserves for itself to their default action. posix_spawn(3)
/// ignores them in the new process, and sigaction(3) refuses to change them.
static inline void linux_reset_internal_signals(void) {
    struct { void *handler; unsigned long flags; void *restorer; unsigned long mask; } action = {0};
    for (int number = 32; number <= 33; number++)
        (void)syscall(SYS_rt_sigaction, number, &action, NULL, sizeof action.mask);
}

/// Receives a datagram without blocking, with the sender's pid: SCM_CREDENTIALS, unix(7). Returns a
/// negative number if there is none. `sender` is 0 if the kernel does not report it.
static inline ssize_t linux_receive_with_sender(int socket, void *bytes, size_t size, pid_t *sender) {
    struct { pid_t pid; uid_t uid; gid_t gid; } credentials = {0, 0, 0};
    union { struct cmsghdr header; char space[CMSG_SPACE(sizeof credentials)]; } control;
    struct iovec part = {bytes, size};
    struct msghdr message = {0};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = &control;
    message.msg_controllen = sizeof control;
    // The kernel closes attached descriptors, because there is no room for them.
    ssize_t count = recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    struct cmsghdr *header = count < 0 ? NULL : CMSG_FIRSTHDR(&message);
    if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == 0x02 /* SCM_CREDENTIALS */)
        memcpy(&credentials, CMSG_DATA(header), sizeof credentials);
    *sender = credentials.pid;
    return count;
}

/// The pid of the process connected to, or listening at, the other end of a Unix socket:
/// SO_PEERCRED, unix(7). 0 if it is outside our PID namespace, negative if the kernel does not
/// report it.
static inline pid_t linux_peer_of(int socket) {
    struct { pid_t pid; uid_t uid; gid_t gid; } credentials = {-1, 0, 0};
    socklen_t size = sizeof credentials;
    return getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0 ? credentials.pid : -1;
}

/// Detaches from `terminal`, the controlling terminal of the session that we lead. The kernel then
/// sends us SIGHUP and SIGCONT, which must be blocked and are discarded here.
static inline void linux_release_terminal(int terminal) {
    sigset_t before, signal;
    struct timespec now = {0, 0};
    sigpending(&before);
    if (ioctl(terminal, TIOCNOTTY) != 0) return;
    const int signals[] = {SIGHUP, SIGCONT};
    for (int i = 0; i < 2; i++) {
        sigemptyset(&signal);
        sigaddset(&signal, signals[i]);
        if (!sigismember(&before, signals[i])) sigtimedwait(&signal, NULL, &now);
    }
}

/// Starts `argv` in its own process group. If `terminal` is not negative, the group gets its
/// foreground. If we lead the session of `terminal`, the new process leads a session there instead
/// of us. `mask` is its signal mask, and SIGCHLD is ignored if `ignores_children` is set.
/// Everything else is inherited. `execute` becomes the program, like execvp(3). Returns the pid, or
/// the negated errno of fork(2) or `execute`.
static inline pid_t linux_start_program(
    char *const argv[], const sigset_t *mask, int ignores_children, int terminal,
    void (*execute)(const char *program, char *const argv[])) {
    int report[2];
    if (pipe2(report, O_CLOEXEC) != 0) return -errno;
    int leads = terminal >= 0 && getsid(0) == getpid();
    if (leads) linux_release_terminal(terminal);
    pid_t pid = fork();
    int error = errno;
    if (pid == 0) {
        if (leads) {
            setsid();
            ioctl(terminal, TIOCSCTTY, 0);
        } else {
            setpgid(0, 0);
            if (terminal >= 0) tcsetpgrp(terminal, getpid());
        }
        if (ignores_children) signal(SIGCHLD, SIG_IGN);
        sigprocmask(SIG_SETMASK, mask, NULL);
        execute(argv[0], argv);
        error = errno;
        (void)!write(report[1], &error, sizeof error);
        _exit(127);
    }
    close(report[1]);
    if (pid > 0 && read(report[0], &error, sizeof error) == (ssize_t)sizeof error) {
        waitpid(pid, NULL, 0);
        pid = -1;
    }
    close(report[0]);
    return pid > 0 ? pid : -error;
}

/// Queries name servers for SRV records: res_search(3), which is a macro. Returns the length of the
/// answer, 0 if there are no records, or -1 if no server answered.
static inline int linux_search_services(const char *name, unsigned char *answer, int size) {
    int length = res_search(name, ns_c_in, ns_t_srv, answer, size);
    if (length >= 0) return length;
    return h_errno == HOST_NOT_FOUND || h_errno == NO_DATA ? 0 : -1;
}

/// dn_expand(3), which is a macro: expands the name at `at` in an answer to `name`. Returns its
/// length in the answer, or -1.
static inline int linux_expand_name(
    const unsigned char *answer, const unsigned char *end, const unsigned char *at, char *name, int size) {
    return dn_expand(answer, end, at, name, size);
}

#endif
