#ifndef PIERDAT_ERROR_H
#define PIERDAT_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif

/// Values of `code` beside errno's: the system gave no thread, or no memory.
enum { PIERDAT_NO_THREAD = -2, PIERDAT_NO_MEMORY = -3 };

/// Where a function that can fail says why. `message` is empty and `code` 0 when it did not fail.
/// No exception ever crosses this face: a function that takes no pierdat_error and fails, for want of memory say,
/// ends the process with a line that says why.
typedef struct pierdat_error {
    /// errno's value where the operating system is the cause, one of the above, else -1.
    int code;
    /// NUL-terminated UTF-8, cut to fit.
    char message[512];
} pierdat_error;

#ifdef __cplusplus
}
#endif

#endif
