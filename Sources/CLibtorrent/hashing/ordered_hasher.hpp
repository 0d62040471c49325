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
    /// Goes on with two hashes, for little more than one where the parts are of the same size.
    static void update(OrderedHasher &first, lt::span<char const> part_of_first, OrderedHasher &second,
                       lt::span<char const> part_of_second);
    lt::sha256_hash update_with_sha256(lt::span<char const> part);
    /// Both: goes on with two hashes and gives the SHA-256 of either part.
    static std::pair<lt::sha256_hash, lt::sha256_hash> update_with_sha256(OrderedHasher &first,
                                                                          lt::span<char const> part_of_first,
                                                                          OrderedHasher &second,
                                                                          lt::span<char const> part_of_second);
    /// Ends it.
    lt::sha1_hash finish();

private:
    bool takes_blocks(lt::span<char const> part) const;
    static bool go_together(OrderedHasher const &first, lt::span<char const> part_of_first,
                            OrderedHasher const &second, lt::span<char const> part_of_second);

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
