// A disk that fails, and one that hangs, for tests: Pierdat's calls of preadv(2) and pwritev(2) come here first (see
// Package.swift), so that everything above the system call is the real thing.
#ifndef PIERDAT_DISK_FAULTS_H
#define PIERDAT_DISK_FAULTS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum disk_direction { DISK_READS, DISK_WRITES } disk_direction;

typedef struct disk_fault disk_fault;

/// From now on, once `bytes` more have been read or written in files below `folder`, each call fails with `code`
/// (errno's value). Ended with disk_fault_end. NULL if there is no such folder.
disk_fault *disk_fault_fail(const char *folder, disk_direction direction, int64_t bytes, int code);

/// From now on each call for files below `folder` hangs until disk_fault_end. NULL if there is no such folder.
disk_fault *disk_fault_hang(const char *folder, disk_direction direction);

/// Waits until so many calls have failed or hung since it began. Returns whether they have within 20 s.
int disk_fault_wait(disk_fault *fault, int calls);

/// Lets go whatever hangs, and frees the fault.
void disk_fault_end(disk_fault *fault);

#ifdef __cplusplus
}
#endif

#endif
