#ifndef PIERDAT_CPROCESS_H
#define PIERDAT_CPROCESS_H

#ifdef __cplusplus
extern "C" {
#define _Noreturn [[noreturn]]
#endif

/// The exit code if the system denies a thread, process, memory or descriptor: EX_OSERR,
/// sysexits(3).
enum { PROCESS_NO_RESOURCE = 71 };

/// If the program crashes for lack of memory, prints an error message and exits with
/// `PROCESS_NO_RESOURCE`. Swift's runtime and libtorrent abort without a message in that case.
/// Other crashes are unaffected. The message is prefixed with `name`, which must live as long as
/// the program.
void process_explain_lack_of_memory(const char *name);

/// Ends the program after `seconds` with `line` on standard error and exit code `status`, even if
/// it hangs. `line` must contain its newline and live as long as the program.
void process_end_after(unsigned seconds, const char *line, int status);

/// Ends the program with `reason` on standard error and `PROCESS_NO_RESOURCE`, for a failure that
/// cannot be reported to the caller. Needs no memory.
_Noreturn void process_cannot_go_on(const char *reason);

/// Executes a program like execvp(3), searching PATH if `argv[0]` contains no slash. As there, the
/// shell runs a file without `#!`, but a file that is not text fails with ENOEXEC. Returns only on
/// failure and sets errno.
void process_execute(const char *program, char *const argv[]);

/// Neither this process nor the programs that it executes can gain privileges: PR_SET_NO_NEW_PRIVS,
/// prctl(2). The next functions need that. Like them, returns a negative number on failure and sets
/// errno.
int process_forbid_new_privileges(void);

/// Denies this process and its descendants to create, change and delete files that are not at or
/// below one of `paths`, which ends with NULL: landlock(7). Reading is not restricted.
int process_restrict_writes(const char *const paths[]);

/// Makes every Internet socket of this process and its descendants fail with EACCES: seccomp(2).
int process_deny_internet_sockets(void);

/// The same, and returns a descriptor that is readable when a process has asked for such a socket.
/// That process waits for `process_answer_socket`.
int process_watch_internet_sockets(void);

/// Denies the socket that `watch`, from `process_watch_internet_sockets`, reports. Returns the pid
/// of the process, or a negative number if it has ended meanwhile.
int process_answer_socket(int watch);

/// Sends the descriptor `sent` through the connected Unix socket `socket`: SCM_RIGHTS, unix(7).
int process_send_descriptor(int socket, int sent);

/// Receives a descriptor from `process_send_descriptor`. It is close-on-exec. Does not wait.
int process_receive_descriptor(int socket);

/// Makes all file systems read-only for this process and its descendants, in a mount namespace of
/// their own: mount_namespaces(7). Needs CAP_SYS_ADMIN and Linux 5.12.
int process_make_files_read_only(void);

#ifdef __cplusplus
#undef _Noreturn
}
#endif

#endif
