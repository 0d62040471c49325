// Hands arbitrary bytes to the parsers of CLibtorrent that have no C interface of their own.
#ifndef PIERDAT_FUZZED_ENGINE_H
#define PIERDAT_FUZZED_ENGINE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// All functions return NULL if the parser keeps its promises, else a description of the broken
/// one. The caller frees it with free(3).

/// A count of pieces in one byte, then a part file as it lies on disk.
char *fuzz_part_file(const uint8_t *input, size_t length);

/// The path of a symbolic link in a torrent, its target, and the paths of files, one per line.
char *fuzz_link_target(const uint8_t *input, size_t length);

/// The payload of a message of a rendezvous (docs/rendezvous.md).
char *fuzz_rendezvous(const uint8_t *input, size_t length);

#ifdef __cplusplus
}
#endif

#endif
