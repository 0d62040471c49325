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

#ifdef __cplusplus
#undef _Noreturn
}
#endif

#endif
