#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include <libtorrent/sha1_hash.hpp>
#include <libtorrent/units.hpp>

#include "DiskBackend/io/jobs.hpp"

namespace pierdat::disk {

/// The v1 hashes of a seeder's pieces that nobody has asked for yet: each piece that is checked because a
/// peer wants it has its neighbours hashed beside it, which takes little longer. For the network thread alone.
class NeighbourHashes {
public:
    /// Counts what is forgotten.
    using Age = std::uint64_t;

    /// Hands over the hash of a piece, if it was computed.
    std::optional<lt::sha1_hash> take(lt::piece_index_t piece);

    /// Lets `job` wait for the hash of its piece, if that is being computed.
    bool wait(HashJob &job);

    /// The pieces to be hashed beside `piece`, those that were not hashed yet of its `group_size` among
    /// `piece_count`.
    std::vector<lt::piece_index_t> begin(lt::piece_index_t piece, int group_size, int piece_count);
    Age age() const { return age_; }

    /// What came of it; none on an error. Gives back the jobs that wait for it: to be answered by take(), or
    /// to be done.
    std::vector<HashJob> finish(lt::piece_index_t piece, Age age, std::optional<lt::sha1_hash> const &hash);

    /// What is on disk is about to change. Gives back the jobs that wait.
    std::vector<HashJob> forget();

private:
    struct Entry {
        std::optional<lt::sha1_hash> hash;
        std::vector<HashJob> waiting;
    };

    Age age_ = 0;
    std::map<lt::piece_index_t, Entry> entries_;
    /// By piece: it was asked for, or hashed beside another.
    std::vector<bool> seen_;
};

}  // namespace pierdat::disk
