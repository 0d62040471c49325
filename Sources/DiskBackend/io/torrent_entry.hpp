#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <unordered_map>

#include "DiskBackend/files/torrent_storage.hpp"
#include "DiskBackend/pieces/neighbour_hashes.hpp"
#include "DiskBackend/pieces/write_buffer.hpp"
#include "jobs.hpp"
#include "storage_options.hpp"

namespace pierdat::disk {

/// A torrent as the disk threads see it.
struct TorrentEntry {
    TorrentEntry(lt::storage_params const &params, lt::storage_index_t index, std::uint64_t number,
                 DescriptorPool &pool, std::shared_ptr<void> torrent, StorageOptions storage_options)
        : number(number), storage(params, index, pool, storage_options.part_folder, storage_options.may_write), owner(std::move(torrent)),
          check(std::move(storage_options.check)) {}

    /// Which no other torrent of the session has, or had.
    std::uint64_t const number;

    TorrentStorage storage;

    /// libtorrent's torrent, whose metadata `storage` refers to. Let go on the network thread only.
    std::shared_ptr<void> owner;

    /// What pieces have to pass before they are read for a peer, if anything.
    std::shared_ptr<LazyVerifier> check;

    // For the network thread alone.
    NeighbourHashes neighbour_hashes;
    /// Something was written: it is no seeder's.
    bool is_written = false;

    // Under the scheduler's lock.
    int active_jobs = 0;
    /// Of these, the ones that a thread performs.
    int running_jobs = 0;
    bool runs_exclusive_job = false;
    bool is_removed = false;
    std::deque<Job> waiting_jobs;

    /// Under the store's lock: pieces of which something has arrived and the hash was not asked for yet.
    std::unordered_map<int, std::shared_ptr<BufferedPiece>> stored_pieces;

    /// Jobs that check the torrent, up to this number, are cancelled.
    std::atomic<std::uint64_t> cancelled_checks{0};
    /// Whether its pieces have v1 hashes: so until libtorrent asks for a hash without.
    std::atomic<bool> has_v1{true};
};

}  // namespace pierdat::disk
