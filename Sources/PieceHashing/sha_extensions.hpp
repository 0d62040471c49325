#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace pierdat::sha_extensions {

/// SHA-1 and SHA-256 by the processor's own instructions, up to four chains of them side by side.
///
/// Each of these instructions waits for the one before it of the same hash, four cycles or more, so two
/// hashes at once take little longer than one, and four less than two and two. OpenSSL computes one at a time.

/// Whether the processor has them. Nothing else here may be called where it has not.
bool are_available();

using Sha256Digest = std::array<std::uint8_t, 32>;
using Sha1Digest = std::array<std::uint8_t, 20>;
using Sha1State = std::array<std::uint32_t, 5>;

/// Of two messages of the same length.
std::array<Sha256Digest, 2> sha256(std::array<char const *, 2> messages, std::size_t length);

/// SHA-1 of a message that comes in parts.
class Sha1 {
public:
    static constexpr std::size_t block_size = 64;

    void update(char const *data, std::size_t length);

    /// As update, and gives the SHA-256 of the part. Only where the parts before were of whole blocks
    /// and `length` is.
    Sha256Digest update_with_sha256(char const *data, std::size_t length);

    /// Goes on with up to `most_at_once` hashes at once, in parts of the same length. All only where the parts
    /// before were of whole blocks and `length` is.
    static void update(Sha1 *const *hashes, char const *const *data, std::size_t count, std::size_t length);
    static constexpr std::size_t most_at_once = 4;

    /// Both of the above, for two: four hashes at once.
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
    /// What came behind the last whole block.
    std::array<char, block_size> rest_{};
};

}  // namespace pierdat::sha_extensions
