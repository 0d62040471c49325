#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
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

/// Gets what was read, block by block from the offset on that was asked for.
using BlocksHandler = std::function<void(std::vector<BlockReference>, lt::storage_error const &)>;

/// Reads for peers: `length` bytes from anywhere in a piece, and if they can be had `ahead` bytes behind them.
struct ReadJob {
    lt::piece_index_t piece;
    int offset;
    int length;
    int ahead;
    BlocksHandler handler;
};

/// Writes a block; `length` bytes, filled up with zeros where the block is longer.
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
    /// Where the v2 hashes of the blocks go; the handler keeps it alive. Empty: they are not wanted.
    lt::span<lt::sha256_hash> v2;
    /// One of many that check a whole torrent: it is dropped when that stops.
    bool is_check;
    /// Takes the blocks that were read for a piece which a peer is about to get; empty for others.
    BlocksHandler blocks_handler;
    /// Pieces whose v1 hashes are wanted, too, if they can be had; and who takes them.
    std::vector<lt::piece_index_t> beside;
    std::function<void(lt::piece_index_t, std::optional<lt::sha1_hash> const &)> beside_handler;
    /// Counts up; for dropping those up to one.
    std::uint64_t number;
    HashHandler handler;

    /// Hands over all that came of it, what was read before the answer after which it is asked for.
    void answer(lt::sha1_hash const &hash, std::vector<BlockReference> blocks,
                std::vector<std::optional<lt::sha1_hash>> hashes_beside, lt::storage_error const &error) const {
        if (blocks_handler) blocks_handler(std::move(blocks), error);
        handler(piece, hash, error);
        hashes_beside.resize(beside.size());
        for (std::size_t i = 0; i < beside.size(); ++i) beside_handler(beside[i], hashes_beside[i]);
    }
};

struct BlockHashJob {
    lt::piece_index_t piece;
    int offset;
    BlockHashHandler handler;
};

struct BufferedPiece;

/// Deals with all that has arrived of a piece in the store.
struct PieceTurn {
    lt::piece_index_t piece;
    /// What it goes on with after a rest: all is written, and this is left to be answered.
    std::shared_ptr<BufferedPiece> stored = nullptr;
    std::vector<HashJob> hash_requests = {};
    bool has_rested = false;
};

/// Has the torrent for itself: it runs after all that came before and before all that comes after.
struct ExclusiveJob {
    /// Does it and posts the result; only posts where it is cancelled.
    std::function<void(bool cancelled)> perform;
};

/// What a job ends with that is cancelled.
inline lt::storage_error cancelled_error() { return lt::storage_error(boost::asio::error::operation_aborted); }

using Job = std::variant<ReadJob, WriteJob, HashJob, BlockHashJob, PieceTurn, ExclusiveJob>;

}  // namespace pierdat::disk
