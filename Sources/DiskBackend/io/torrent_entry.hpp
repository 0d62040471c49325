#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

#include <libtorrent/peer_request.hpp>

#include "DiskBackend/files/torrent_storage.hpp"
#include "DiskBackend/pieces/write_buffer.hpp"
#include "jobs.hpp"
#include "storage_options.hpp"

namespace pierdat::disk {

/// The state of a torrent for the disk threads.
struct TorrentEntry {
    TorrentEntry(lt::storage_params const &params, lt::storage_index_t index, std::uint64_t number,
                 DescriptorPool &pool, std::shared_ptr<void> torrent, StorageOptions storage_options)
        : number(number), storage(params, index, pool, storage_options.part_folder, storage_options.may_write), owner(std::move(torrent)),
          verifier(std::move(storage_options.verifier)) {}

    /// Unique among all present and past torrents of the session.
    std::uint64_t const number;

    TorrentStorage storage;

    /// libtorrent's torrent, which owns the metadata that `storage` refers to. Released only on the
    /// network thread.
    std::shared_ptr<void> owner;

    /// Verifies pieces before they are read for a peer. May be nullptr.
    std::shared_ptr<LazyVerifier> const verifier;

    /// A peer's request for a part of a piece.
    struct Request {
        lt::peer_request part;
        ReadHandler handler;
    };
    /// By piece that is being verified: the requests that wait for it. Only for the network thread.
    std::map<lt::piece_index_t, std::vector<Request>> waiting_requests;
    /// The number of verification jobs. Only for the network thread.
    int verifications = 0;

    // Protected by the scheduler's lock.
    int active_jobs = 0;
    /// Of these, the ones that a thread performs.
    int running_jobs = 0;
    bool runs_exclusive_job = false;
    bool is_removed = false;
    std::deque<Job> waiting_jobs;

    /// Protected by the write buffer's lock: pieces with arrived blocks whose hash was not
    /// requested yet.
    std::unordered_map<int, std::shared_ptr<BufferedPiece>> stored_pieces;

    /// Check jobs up to this number are cancelled.
    std::atomic<std::uint64_t> cancelled_checks{0};
    /// True until libtorrent requests a hash without v1.
    std::atomic<bool> has_v1{true};
};

}  // namespace pierdat::disk
