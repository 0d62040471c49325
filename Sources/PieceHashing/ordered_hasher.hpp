#pragma once

#include <optional>
#include <utility>
#include <vector>

#include <libtorrent/hasher.hpp>
#include <libtorrent/sha1_hash.hpp>
#include <libtorrent/span.hpp>

#include "sha256_lanes.hpp"
#include "sha_extensions.hpp"

namespace pierdat {

/// SHA-1 of data that comes in order, in parts (a v1 piece), and SHA-256 of a part beside it where that
/// is wanted too (a v2 block): in the fastest way that the processor has.
class OrderedHasher {
public:
    /// Tests name the way.
    explicit OrderedHasher(bool uses_extensions = sha_extensions::are_available());

    void update(lt::span<char const> part);
    lt::sha256_hash update_with_sha256(lt::span<char const> part);

    /// How one of several goes on.
    struct Step {
        OrderedHasher &hasher;
        lt::span<char const> part;
    };
    /// How many go on at once, at most.
    static constexpr std::size_t most_at_once = sha_extensions::Sha1::most_at_once;
    /// Goes on with several hashes, for little more than one where their parts are of the same size.
    static void update(lt::span<Step const> steps);
    /// The same with two, and gives the SHA-256 of either part.
    static std::pair<lt::sha256_hash, lt::sha256_hash> update_with_sha256(Step const &first, Step const &second);
    /// Ends it.
    lt::sha1_hash finish();

private:
    bool takes_blocks(lt::span<char const> part) const;
    static bool go_together(lt::span<Step const> steps);

    /// One of the two is there.
    std::optional<sha_extensions::Sha1> fast_;
    std::optional<lt::hasher> plain_;
    bool is_aligned_ = true;
};

lt::sha256_hash sha256_of(lt::span<char const> block);

/// Of several blocks of `length` bytes: two at once, or as many as this, where the processor can.
constexpr std::size_t most_sha256_at_once = sha256_lanes::count;
std::vector<lt::sha256_hash> sha256_of(lt::span<char const *const> blocks, std::ptrdiff_t length);

}  // namespace pierdat
