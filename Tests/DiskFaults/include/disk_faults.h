// A disk that fails or hangs, for tests. Pierdat's calls of preadv(2) and pwritev(2) are redirected here (see
// Package.swift), so that everything above the system calls is real.
#ifndef PIERDAT_DISK_FAULTS_H
#define PIERDAT_DISK_FAULTS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum disk_direction { DISK_READS, DISK_WRITES } disk_direction;

typedef struct disk_fault disk_fault;

/// Makes each call for files below `folder` fail with the errno `code`, after `bytes` more bytes were read or
/// written. End it with disk_fault_end. NULL if there is no such folder.
disk_fault *disk_fault_fail(const char *folder, disk_direction direction, int64_t bytes, int code);

/// Makes each call for files below `folder` hang until disk_fault_end. NULL if there is no such folder.
disk_fault *disk_fault_hang(const char *folder, disk_direction direction);

/// Waits up to 20 s until `calls` calls have failed or hung. Returns 1 if they have, otherwise 0.
int disk_fault_wait(disk_fault *fault, int calls);

/// Resumes the hanging calls and frees the fault.
void disk_fault_end(disk_fault *fault);

#ifdef __cplusplus
}
#endif

#endif
