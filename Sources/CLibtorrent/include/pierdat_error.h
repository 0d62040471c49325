#ifndef PIERDAT_ERROR_H
#define PIERDAT_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif

/// Values of `code` in addition to errno: the system denied a thread or memory.
enum { PIERDAT_NO_THREAD = -2, PIERDAT_NO_MEMORY = -3 };

/// The error of a function that can fail. On success, `message` is empty and `code` is 0. No
/// exception crosses this interface: a function without a pierdat_error that fails, for example for
/// lack of memory, ends the process with an error message.
typedef struct pierdat_error {
    /// An errno if the operating system is the cause, one of the values above, or -1.
    int code;
    /// NUL-terminated UTF-8, truncated to fit.
    char message[512];
} pierdat_error;

#ifdef __cplusplus
}
#endif

#endif
