#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <variant>
#include <vector>

#include <boost/asio/error.hpp>

#include <libtorrent/disk_interface.hpp>
#include <libtorrent/error_code.hpp>
#include <libtorrent/sha1_hash.hpp>
#include <libtorrent/span.hpp>

#include "DiskBackend/pieces/block_pool.hpp"

namespace pierdat::disk {

using ReadHandler = std::function<void(lt::disk_buffer_holder, lt::storage_error const &)>;
using WriteHandler = std::function<void(lt::storage_error const &)>;
using HashHandler = std::function<void(lt::piece_index_t, lt::sha1_hash const &, lt::storage_error const &)>;
using BlockHashHandler =
    std::function<void(lt::piece_index_t, lt::sha256_hash const &, lt::storage_error const &)>;

/// Receives the blocks that were read, starting at the requested offset.
using BlocksHandler = std::function<void(std::vector<BlockReference>, lt::storage_error const &)>;

/// Reads for peers: `length` bytes anywhere in a piece, and `ahead` further bytes if possible.
struct ReadJob {
    lt::piece_index_t piece;
    int offset;
    int length;
    int ahead;
    BlocksHandler handler;
};

/// Writes a block of `length` bytes. The rest of the buffer is zeros.
struct WriteJob {
    lt::piece_index_t piece;
    int block;
    int length;
    BlockReference data;
    WriteHandler handler;
};

struct HashJob {
    lt::piece_index_t piece;
    bool wants_v1;
    /// Receives the v2 hashes of the blocks. The handler keeps the memory alive. Empty if not
    /// wanted.
    lt::span<lt::sha256_hash> v2;
    /// Part of the check of a whole torrent. Dropped when the check stops.
    bool is_check;
    /// A sequence number, for dropping all jobs up to a number.
    std::uint64_t number;
    HashHandler handler;
};

/// Verifies a piece for peers that wait for it.
struct VerificationJob {
    lt::piece_index_t piece;
    /// Other pieces to verify at the same time.
    std::vector<lt::piece_index_t> neighbours;
    /// Receives the blocks of the piece if all were read and they fit in memory, or why it did not
    /// pass.
    BlocksHandler handler;
};

struct BlockHashJob {
    lt::piece_index_t piece;
    int offset;
    BlockHashHandler handler;
};

struct BufferedPiece;

/// Handles all blocks and hash requests of a piece in the write buffer.
struct PieceTurn {
    lt::piece_index_t piece;
    /// The state after a rest: everything is written, and the hash requests remain.
    std::shared_ptr<BufferedPiece> stored = nullptr;
    std::vector<HashJob> hash_requests = {};
    bool has_rested = false;
};

/// Runs alone on its torrent: after all earlier jobs and before all later ones.
struct ExclusiveJob {
    /// Performs the job and posts the result. If `cancelled`, only posts.
    std::function<void(bool cancelled)> perform;
};

/// The error of a cancelled job.
inline lt::storage_error cancelled_error() { return lt::storage_error(boost::asio::error::operation_aborted); }

using Job = std::variant<ReadJob, WriteJob, HashJob, VerificationJob, BlockHashJob, PieceTurn, ExclusiveJob>;

}  // namespace pierdat::disk
