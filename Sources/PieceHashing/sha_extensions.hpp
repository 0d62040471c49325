#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace pierdat::sha_extensions {

/// SHA-1 and SHA-256 with the CPU's SHA instructions, up to four hashes in parallel.
///
/// Each of these instructions depends on the previous one of the same hash, with a latency of four
/// cycles or more. So two hashes in parallel take little longer than one, and four take less than
/// two pairs. OpenSSL computes one at a time.

/// True if the CPU has SHA instructions. Otherwise nothing else here may be called.
bool are_available();

using Sha256Digest = std::array<std::uint8_t, 32>;
using Sha1Digest = std::array<std::uint8_t, 20>;
using Sha1State = std::array<std::uint32_t, 5>;

/// Hashes two messages of the same length.
std::array<Sha256Digest, 2> sha256(std::array<char const *, 2> messages, std::size_t length);

/// SHA-1 of a message in parts.
class Sha1 {
public:
    static constexpr std::size_t block_size = 64;

    void update(char const *data, std::size_t length);

    /// Like update(), and returns the SHA-256 of the part. All earlier parts and `length` must be
    /// multiples of the block size.
    Sha256Digest update_with_sha256(char const *data, std::size_t length);

    /// Updates up to `most_at_once` hashes in parallel, with parts of the same length. All earlier
    /// parts and `length` must be multiples of the block size.
    static void update(Sha1 *const *hashes, char const *const *data, std::size_t count, std::size_t length);
    static constexpr std::size_t most_at_once = 4;

    /// The state, for a caller that hashes the next `length` bytes by itself and stores the new
    /// state there. All earlier parts and `length` must be multiples of the block size.
    Sha1State &advance(std::size_t length) {
        length_ += length;
        return state_;
    }

    /// Updates two hashes and returns the SHA-256 of both parts: four hashes in parallel.
    static std::array<Sha256Digest, 2> update_with_sha256(Sha1 &first, Sha1 &second,
                                                          std::array<char const *, 2> data, std::size_t length);

    Sha1Digest finish();

private:
    void hash(char const *blocks, std::size_t length);
    template <std::size_t... Places>
    static void update_all(Sha1 *const *hashes, char const *const *data, std::size_t length,
                           std::index_sequence<Places...>);
    void go_on_from(Sha1State const &state, std::size_t length);

    Sha1State state_{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    std::uint64_t length_ = 0;
    /// The bytes after the last whole block.
    std::array<char, block_size> rest_{};
};

}  // namespace pierdat::sha_extensions
