#pragma once

#include <sys/uio.h>

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "DiskBackend/io/torrent_entry.hpp"
#include "block_pool.hpp"
#include "piece_hash.hpp"

namespace pierdat::disk {

inline iovec vector_of(char *data, int length) { return {data, static_cast<std::size_t>(length)}; }

/// How many bytes of a piece to read for hashing. Includes the padding in the last block, which v2
/// does not hash but peers receive.
inline int size_to_read(TorrentEntry const &torrent, lt::piece_index_t piece, PieceShape const &shape) {
    return std::min(torrent.storage.files().piece_size(piece), shape.block_count() * lt::default_block_size);
}

/// Reads a piece sequentially, several blocks at a time.
class PieceReader {
public:
    PieceReader(TorrentStorage const &storage, BlockPool &pool, lt::piece_index_t piece, int size,
                bool keeps_all = false)
        : storage_(storage), pool_(pool), piece_(piece), size_(size), keeps_all_(keeps_all) {}

    /// Returns an empty block on an error.
    BlockReference block(int number, lt::storage_error &error) {
        if (number < first_ || number >= first_ + static_cast<int>(blocks_.size())) fill(number, error);
        return error ? BlockReference() : blocks_[static_cast<std::size_t>(number - first_)];
    }

    int blocks_read() const { return blocks_read_; }

    /// All blocks of the piece. Empty unless all were read in order and kept.
    std::vector<BlockReference> take_all() && {
        bool const has_all = keeps_all_ && first_ == 0 && blocks_.size() * block_size >= static_cast<std::size_t>(size_);
        return has_all ? std::move(blocks_) : std::vector<BlockReference>();
    }

private:
    void fill(int number, lt::storage_error &error) {
        bool const follows = number == first_ + static_cast<int>(blocks_.size());
        if (!keeps_all_ || !follows) {
            first_ = number;
            blocks_.clear();
        }
        std::vector<iovec> buffers;
        int const end = std::min(size_, (number + blocks_at_once()) * block_size);
        for (int offset = number * block_size; offset < end; offset += block_size) {
            blocks_.push_back(pool_.allocate());
            buffers.push_back(vector_of(blocks_.back().data(), std::min(block_size, end - offset)));
        }
        blocks_read_ += static_cast<int>(buffers.size());
        storage_.read(piece_, number * block_size, buffers, error);
    }

    /// What is read of all the pieces that are hashed together should stay in the processor's cache.
    static int blocks_at_once() {
        static int const blocks = std::max(4, 64 / static_cast<int>(OrderedHasher::most_at_once()));
        return blocks;
    }

    static constexpr int block_size = lt::default_block_size;
    TorrentStorage const &storage_;
    BlockPool &pool_;
    lt::piece_index_t piece_;
    int size_;
    bool keeps_all_;
    /// The number of the first block in `blocks_`.
    int first_ = 0;
    std::vector<BlockReference> blocks_;
    int blocks_read_ = 0;
};

}  // namespace pierdat::disk
