#ifndef PIERDAT_CPROCESS_H
#define PIERDAT_CPROCESS_H

#ifdef __cplusplus
extern "C" {
#define _Noreturn [[noreturn]]
#endif

/// The exit status of a program that the system refuses a thread, a process, memory or a descriptor:
/// EX_OSERR, sysexits(3).
enum { PROCESS_NO_RESOURCE = 71 };

/// Ends the program with a line on standard error and `PROCESS_NO_RESOURCE` when it crashes for want of
/// memory: Swift's runtime and libtorrent both abort then, without a word. Every other crash stays one.
/// The line begins with `name`, which has to live as long as the program.
void process_explain_lack_of_memory(const char *name);

/// Ends the program with `line`, a newline in it, on standard error and the exit status `status` unless it
/// has ended by itself within so many seconds, whatever it waits for then. `line` has to live as long as the
/// program.
void process_end_after(unsigned seconds, const char *line, int status);

/// Ends the program with `reason` on standard error and `PROCESS_NO_RESOURCE`, for a failure that no caller
/// can be told of. Needs no memory.
_Noreturn void process_cannot_go_on(const char *reason);

/// Executes a program as execvp(3) does, `argv[0]` looked for in PATH where it holds no slash. A file without
/// a `#!` is handed to the shell, as there, but one that is no text is not: that fails with ENOEXEC. Returns only
/// on failure, with errno set.
void process_execute(const char *program, char *const argv[]);

#ifdef __cplusplus
#undef _Noreturn
}
#endif

#endif
