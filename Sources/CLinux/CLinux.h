// The Linux interfaces that Swift's Glibc module leaves out.
#ifndef PIERDAT_CLINUX_H
#define PIERDAT_CLINUX_H

#include <nss.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

// posix_spawn(3)'s GNU extensions, which <spawn.h> hides where _GNU_SOURCE is not defined.
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *, int);
extern int posix_spawn_file_actions_addtcsetpgrp_np(posix_spawn_file_actions_t *, int);

/// ioprio_set(2), which glibc has no wrapper for, on the calling process: the idle class.
static inline long linux_set_idle_io_priority(void) {
    return syscall(SYS_ioprio_set, 1 /* IOPRIO_WHO_PROCESS */, 0, 3 << 13 /* IOPRIO_CLASS_IDLE */);
}

/// The two prctl(2) calls that Swift cannot make, being variadic.
static inline int linux_become_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }
static inline int linux_die_with_parent(int signal) { return prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0); }

#endif
