// Drives a disk back end of libtorrent as a session does, for tests.
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

/// Simulates the life of a torrent in the empty folder `folder`, with random choices from `seed`.
/// The torrent is written in any order, some of it twice. Meanwhile it is read and hashed, files
/// are deselected, it is checked again, renamed and moved, and in the end it is complete. Then
/// `finish_with` checks and reads what `start_with` has left.
/// Returns NULL on success, else a description of the failure, which the caller frees with free(3).
char *disk_life(uint64_t seed, disk_back_end start_with, disk_back_end finish_with, const char *folder);

/// Serves some torrents to many peers at once, with random choices from `seed`, while files in
/// `folder` are truncated and deleted, and torrents are added and removed. Every request gets
/// exactly one answer, and never wrong bytes.
/// Returns the same as disk_life().
char *disk_crowd(uint64_t seed, const char *folder);

/// The kinds of hashes that a torrent has.
typedef enum torrent_format { TORRENT_V1, TORRENT_V2, TORRENT_HYBRID } torrent_format;

/// Seeds a torrent from `folder`, where some of its pieces are corrupt and others absent. `seed` is
/// the seed of all random choices. No block of a corrupt piece is served, and every other one is. A piece that
/// has passed is not verified again, and a piece that is expected is verified before it is read.
/// Returns the same as disk_life().
char *disk_serves_corrupt(uint64_t seed, torrent_format format, const char *folder);

/// Writes a torrent of 4 MiB in one file, "data/file", to `folder`, then reads it back.
/// Returns 0, the errno of the first write that failed (EEXIST if something was in the way), or -1
/// on another failure.
int disk_write_errno(disk_back_end back_end, const char *folder);

/// Writes 4 MiB to one torrent, many blocks at once, and hashes it. Returns how many blocks were
/// read back from disk for the hashes, or -1 on failure.
int disk_read_back_blocks(disk_back_end back_end, int shuffled, const char *folder);

/// Writes without pause, as from a fast peer, but waits when the back end says so. Returns the
/// largest number of blocks in memory, or -1 if the writer was never told to go on.
int disk_most_blocks_in_memory(disk_back_end back_end, int limit_bytes, const char *folder);

/// Writes 4 MiB in pieces of 1 MiB, then reads the pieces from start to end, `at_once` blocks at a
/// time. Returns the number of read operations on disk, or -1 on failure.
int disk_read_operations(disk_back_end back_end, int at_once, const char *folder);

/// Writes 8 MiB of random bytes and hashes all pieces at once, then again from disk, and as the
/// creator of a torrent. Returns whether the hashes are right.
int disk_hashes_together(disk_back_end back_end, int is_hybrid, uint64_t seed, const char *folder);

/// The implementation that computes hashes.
typedef enum hashing_way { HASHING_OPENSSL, HASHING_SHA_INSTRUCTIONS, HASHING_AVX512 } hashing_way;

/// Whether this processor supports it.
int hashing_is_available(hashing_way way);

/// Hashes random messages in random parts, with an available implementation. Returns whether the
/// results are the same as OpenSSL's.
int hashes_are_right(hashing_way way, uint64_t seed);

/// Mounts an empty tmpfs(5) of `bytes` bytes on `folder`. Needs root. Returns an errno, or 0.
int disk_mount_tmpfs(const char *folder, int bytes);
/// Remounts the file system at `folder` read-only. Returns an errno, or 0.
int disk_make_read_only(const char *folder);
void disk_unmount(const char *folder);

#ifdef __cplusplus
}
#endif

#endif
