// What the disk threads do.
#include <algorithm>
#include <cstring>
#include <utility>

#include <libtorrent/performance_counters.hpp>

#include "disk_io.hpp"

namespace pierdat::disk {

namespace {

constexpr int block_size = lt::default_block_size;

lt::storage_error cancelled_error() { return lt::storage_error(boost::asio::error::operation_aborted); }

iovec vector_of(char *data, int length) { return {data, static_cast<std::size_t>(length)}; }

/// Reads a piece from its start to its end, several blocks at once.
class PieceReader {
public:
    PieceReader(TorrentStorage const &storage, lt::piece_index_t piece, int size)
        : storage_(storage), piece_(piece), size_(size) {}

    /// The bytes of `count` blocks; nullptr on an error.
    char const *blocks(int first, int count, lt::storage_error &error) {
        int const offset = first * block_size;
        int const end = std::min(offset + count * block_size, size_);
        if (offset < start_ || end > start_ + length_) fill(offset, error);
        return error ? nullptr : buffer_.data() + (offset - start_);
    }

    int blocks_read() const { return blocks_read_; }

private:
    void fill(int offset, lt::storage_error &error) {
        start_ = offset;
        length_ = std::min(size_ - offset, at_once);
        buffer_.resize(at_once);
        blocks_read_ += (length_ + block_size - 1) / block_size;
        storage_.read(piece_, offset, {vector_of(buffer_.data(), length_)}, error);
    }

    static constexpr int at_once = 16 * block_size;
    TorrentStorage const &storage_;
    lt::piece_index_t piece_;
    int size_;
    int start_ = 0;
    int length_ = 0;
    int blocks_read_ = 0;
    std::vector<char> buffer_;
};

}  // namespace

bool DiskIO::perform(Torrent const &torrent, Job &job, bool cancelled) {
    return std::visit([&](auto &one) { return perform(*torrent, one, cancelled); }, job);
}

bool DiskIO::perform(TorrentEntry &torrent, ReadJob &job, bool cancelled) {
    lt::storage_error error = cancelled ? cancelled_error() : lt::storage_error();
    BlockReference block;
    if (!cancelled) check(torrent, job.piece, error);
    if (!error) block = read(torrent, job.piece, job.offset, job.length, error);
    mailbox_.post([handler = std::move(job.handler), block, length = job.length, error]() mutable {
        handler(error ? lt::disk_buffer_holder() : std::move(block).into_holder(length), error);
    });
    return false;
}

/// Makes sure that a piece which nobody has checked yet is what it should be.
void DiskIO::check(TorrentEntry &torrent, lt::piece_index_t piece, lt::storage_error &error) {
    if (!torrent.check || torrent.check->is_passed(piece)) return;
    bool const wants_v1 = torrent.check->has_v1();
    auto const shape = shape_of(torrent, piece, wants_v1, !wants_v1);
    int const blocks = (shape.v2_size + block_size - 1) / block_size;
    std::vector<lt::sha256_hash> v2(static_cast<std::size_t>(blocks));
    PieceReader reader(torrent.storage, piece, std::max(shape.v1_size, shape.v2_size));
    PieceHash hash(shape, store_.waiting_blocks());
    auto const v1 = hash.finish(
        wants_v1, v2, [&](int first, int count) { return reader.blocks(first, count, error); });
    if (!error && torrent.check->passes(piece, v1, v2)) return;
    error = lt::storage_error(lt::errors::failed_hash_check,
                              torrent.storage.files().file_index_at_piece(piece), lt::operation_t::file_read);
}

/// Of one or two blocks, each from memory or from disk.
BlockReference DiskIO::read(TorrentEntry &torrent, lt::piece_index_t piece, int offset, int length,
                            lt::storage_error &error) {
    int const first = offset / block_size;
    bool const is_whole = offset % block_size == 0;
    auto held = store_.find(torrent, piece, first);
    if (held && is_whole) return held;

    auto result = blocks_.allocate();
    int done = 0;
    for (int block = first; done < length; ++block) {
        if (block != first) held = store_.find(torrent, piece, block);
        int const start = offset + done - block * block_size;
        int const part = std::min(length - done, block_size - start);
        if (held) {
            std::memcpy(result.data() + done, held.data() + start, static_cast<std::size_t>(part));
        } else {
            torrent.storage.serve(piece, offset + done, {vector_of(result.data() + done, part)}, error);
            if (error) return {};
            counters_.inc_stats_counter(lt::counters::num_read_ops);
        }
        done += part;
    }
    counters_.inc_stats_counter(lt::counters::num_blocks_read);
    return result;
}

/// A block gets here only where it is cancelled; else it goes to its piece.
bool DiskIO::perform(TorrentEntry &, WriteJob &job, bool) {
    store_.release(1);
    mailbox_.post([handler = std::move(job.handler)] { handler(cancelled_error()); });
    return false;
}

bool DiskIO::perform(TorrentEntry &torrent, HashJob &job, bool cancelled) {
    bool const is_dropped = job.is_check
        && (scheduler_.is_aborting() || job.number <= torrent.cancelled_checks);
    if (cancelled || is_dropped) {
        mailbox_.post([handler = std::move(job.handler), piece = job.piece] {
            handler(piece, lt::sha1_hash(), cancelled_error());
        });
        return false;
    }
    // A seeder asks for either kind, as it needs it; who makes a torrent asks for both of files that are
    // no v2 torrent's yet.
    PieceHash hash(shape_of(torrent, job.piece, job.wants_v1, !job.v2.empty()), store_.waiting_blocks());
    answer(torrent, job, hash);
    return false;
}

void DiskIO::answer(TorrentEntry &torrent, HashJob &job, PieceHash &hash) {
    lt::storage_error error;
    auto const shape = shape_of(torrent, job.piece);
    PieceReader reader(torrent.storage, job.piece, std::max(shape.v1_size, shape.v2_size));
    auto const result =
        hash.finish(job.wants_v1, job.v2, [&](int block, int count) { return reader.blocks(block, count, error); });
    counters_.inc_stats_counter(lt::counters::num_read_back, reader.blocks_read());
    counters_.inc_stats_counter(lt::counters::num_blocks_read, reader.blocks_read());
    mailbox_.post([handler = std::move(job.handler), piece = job.piece, result, error] {
        handler(piece, result, error);
    });
}

bool DiskIO::perform(TorrentEntry &torrent, BlockHashJob &job, bool cancelled) {
    lt::storage_error error = cancelled ? cancelled_error() : lt::storage_error();
    lt::sha256_hash hash;
    int const length = std::min(block_size, torrent.storage.files().piece_size2(job.piece) - job.offset);
    if (!cancelled && length > 0) {
        auto const block = read(torrent, job.piece, job.offset, length, error);
        if (block) hash = sha256_of({block.data(), length});
    }
    mailbox_.post([handler = std::move(job.handler), piece = job.piece, hash, error] {
        handler(piece, hash, error);
    });
    return false;
}

bool DiskIO::perform(TorrentEntry &torrent, PieceTurn &job, bool) {
    auto work = store_.take_work(torrent, job.piece);
    write(torrent, work);
    for (std::size_t i = 0; i < work.hash_requests.size(); ++i) {
        if (i == 0) {
            answer(torrent, work.hash_requests[i], work.piece->hash);
        } else {
            PieceHash again(shape_of(torrent, job.piece), store_.waiting_blocks());
            answer(torrent, work.hash_requests[i], again);
        }
    }
    return store_.end_turn(torrent, job.piece, !work.hash_requests.empty());
}

/// Writes neighbours in one go, hashes what was written and reports.
void DiskIO::write(TorrentEntry &torrent, Store::Work &work) {
    if (work.writes.empty()) return;
    std::vector<Completion> completions;
    auto const &writes = work.writes;
    for (std::size_t begin = 0, end = 0; begin < writes.size(); begin = end) {
        std::vector<iovec> buffers;
        do {
            buffers.push_back(vector_of(writes[end].data.data(), writes[end].length));
            ++end;
        } while (end < writes.size() && writes[end].block == writes[end - 1].block + 1
                 && writes[end - 1].length == block_size);
        lt::storage_error error;
        torrent.storage.write(writes[begin].piece, writes[begin].block * block_size, buffers, error);
        counters_.inc_stats_counter(lt::counters::num_write_ops);
        for (std::size_t i = begin; i < end; ++i) {
            if (!error) work.piece->hash.add(writes[i].block, writes[i].data);
            completions.push_back([handler = writes[i].handler, error] { handler(error); });
        }
    }
    counters_.inc_stats_counter(lt::counters::num_blocks_written, static_cast<int>(writes.size()));
    store_.drop_written(*work.piece, writes);
    mailbox_.post(std::move(completions));
    store_.release(static_cast<int>(writes.size()));
}

bool DiskIO::perform(TorrentEntry &, ExclusiveJob &job, bool cancelled) {
    job.perform(cancelled);
    return false;
}

}  // namespace pierdat::disk
