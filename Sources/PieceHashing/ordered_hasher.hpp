#pragma once

#include <optional>
#include <utility>
#include <vector>

#include <libtorrent/hasher.hpp>
#include <libtorrent/sha1_hash.hpp>
#include <libtorrent/span.hpp>

#include "sha1_lanes.hpp"
#include "sha256_lanes.hpp"
#include "sha_extensions.hpp"

namespace pierdat {

/// SHA-1 of sequential data (a v1 piece), optionally with the SHA-256 of each part (a v2 block).
/// Uses the fastest implementation that the CPU supports.
class OrderedHasher {
public:
    /// `uses_extensions` is for tests.
    explicit OrderedHasher(bool uses_extensions = sha_extensions::are_available());

    void update(lt::span<char const> part);
    lt::sha256_hash update_with_sha256(lt::span<char const> part);

    /// The next part for one of several hashers.
    struct Step {
        OrderedHasher &hasher;
        lt::span<char const> part;
    };
    /// The best number of hashers for one update(), and the maximum.
    static std::size_t most_at_once();
    /// Updates several hashers. If their parts have the same size, this takes little longer than
    /// one.
    static void update(lt::span<Step const> steps);
    /// The same for two hashers. Also returns the SHA-256 of each part.
    static std::pair<lt::sha256_hash, lt::sha256_hash> update_with_sha256(Step const &first, Step const &second);
    /// Returns the hash. Call it once.
    lt::sha1_hash finish();

private:
    bool takes_blocks(lt::span<char const> part) const;
    static bool go_together(lt::span<Step const> steps);

    /// Exactly one of the two is set.
    std::optional<sha_extensions::Sha1> fast_;
    std::optional<lt::hasher> plain_;
    bool is_aligned_ = true;
};

lt::sha256_hash sha256_of(lt::span<char const> block);

/// Hashes several blocks of `length` bytes, in parallel if the CPU supports it.
constexpr std::size_t most_sha256_at_once = sha256_lanes::count;
std::vector<lt::sha256_hash> sha256_of(lt::span<char const *const> blocks, std::ptrdiff_t length);

}  // namespace pierdat
