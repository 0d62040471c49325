// Drives a disk back end of libtorrent's as a session does, for tests.
#ifndef PIERDAT_DISK_COMPARISON_H
#define PIERDAT_DISK_COMPARISON_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum disk_back_end {
    DISK_BACK_END_PIERDAT,
    /// libtorrent's own.
    DISK_BACK_END_MMAP,
    DISK_BACK_END_POSIX,
} disk_back_end;

/// Lives through the random life of a torrent that follows from `seed` in `folder`, which is empty: written
/// in any order, some of it twice, read and hashed meanwhile, wanted in part, checked again, renamed,
/// moved, and at last complete. `finish_with` checks and reads what `start_with` has left.
/// Returns NULL when all was as it has to be; else what was not. Freed with free(3).
char *disk_life(uint64_t seed, disk_back_end start_with, disk_back_end finish_with, const char *folder);

/// Serves some torrents to many peers at once, from random choices that follow from `seed`, while files in
/// `folder` are cut and deleted, and torrents come and go: everybody gets one answer, and no wrong bytes.
/// Returns as disk_life() does.
char *disk_crowd(uint64_t seed, const char *folder);

/// Writes a torrent of 4 MiB in one file, "data/file", to `folder`; then reads it back.
/// Returns errno's value of the first write that failed, EEXIST if something else was in the way, or 0.
int disk_write_errno(disk_back_end back_end, const char *folder);

/// Writes 4 MiB in one torrent, many blocks at once, and hashes it. Returns how many blocks were read back
/// from disk for it; -1 when anything failed.
int disk_read_back_blocks(disk_back_end back_end, int shuffled, const char *folder);

/// Writes without pause, as from a fast peer. Returns how many blocks were in memory at most, where the
/// writer waits as it is told to; -1 when the writer was never told that there is room again.
int disk_most_blocks_in_memory(disk_back_end back_end, int limit_bytes, const char *folder);

/// Writes 4 MiB in pieces of 1 MiB, then reads them from their start to their end, so many blocks at once.
/// Returns how often it was read from disk for that; -1 when anything failed.
int disk_read_operations(disk_back_end back_end, int at_once, const char *folder);

/// Writes 8 MiB of random bytes and hashes all pieces at once, then again as a seeder does, and as who makes a
/// torrent. Returns whether the hashes are right.
int disk_hashes_together(disk_back_end back_end, int is_hybrid, uint64_t seed, const char *folder);

/// How hashes are computed.
typedef enum hashing_way { HASHING_OPENSSL, HASHING_SHA_INSTRUCTIONS, HASHING_AVX512 } hashing_way;

/// Whether this processor can.
int hashing_is_available(hashing_way way);

/// Hashes random messages in random parts, in a way that is available. Returns whether the results are
/// OpenSSL's.
int hashes_are_right(hashing_way way, uint64_t seed);

/// Mounts an empty tmpfs(5) of so many bytes on `folder`. Needs root. Returns errno's value, or 0.
int disk_mount_tmpfs(const char *folder, int bytes);
/// Makes what is mounted there read-only. Returns errno's value, or 0.
int disk_make_read_only(const char *folder);
void disk_unmount(const char *folder);

#ifdef __cplusplus
}
#endif

#endif
