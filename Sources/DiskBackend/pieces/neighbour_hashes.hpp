#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include <libtorrent/sha1_hash.hpp>
#include <libtorrent/units.hpp>

#include "DiskBackend/io/jobs.hpp"

namespace pierdat::disk {

/// Caches v1 hashes of pieces that no peer has requested yet. When a seeder hashes a piece for a
/// peer, it hashes the neighbouring pieces in parallel, which takes little longer. Only for the
/// network thread.
class NeighbourHashes {
public:
    /// Incremented by forget().
    using Age = std::uint64_t;

    /// Removes and returns the hash of a piece if it is known.
    std::optional<lt::sha1_hash> take(lt::piece_index_t piece);

    /// Makes `job` wait if the hash of its piece is being computed.
    bool wait(HashJob &job);

    /// The pieces to hash together with `piece`: those in its group of `group_size` that were not
    /// hashed yet.
    std::vector<lt::piece_index_t> begin(lt::piece_index_t piece, int group_size, int piece_count);
    Age age() const { return age_; }

    /// Records a computed hash, or nullopt after an error. Returns the jobs that waited for it, to
    /// be submitted again.
    std::vector<HashJob> finish(lt::piece_index_t piece, Age age, std::optional<lt::sha1_hash> const &hash);

    /// Forgets all hashes, because the data is about to change. Returns the waiting jobs.
    std::vector<HashJob> forget();

private:
    struct Entry {
        std::optional<lt::sha1_hash> hash;
        std::vector<HashJob> waiting;
    };

    Age age_ = 0;
    std::map<lt::piece_index_t, Entry> entries_;
    /// By piece: true if it was requested or hashed with another piece.
    std::vector<bool> seen_;
};

}  // namespace pierdat::disk
