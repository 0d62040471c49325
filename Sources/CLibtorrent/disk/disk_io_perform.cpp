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

/// How much of a piece is read to hash it: its blocks to their ends. Peers are sent them with the padding
/// that is in them, which v2 does not hash.
int size_to_read(TorrentEntry const &torrent, lt::piece_index_t piece, PieceShape const &shape) {
    return std::min(torrent.storage.files().piece_size(piece), shape.block_count() * block_size);
}

/// Reads a piece from its start to its end, several blocks at once.
class PieceReader {
public:
    PieceReader(TorrentStorage const &storage, BlockPool &pool, lt::piece_index_t piece, int size,
                bool keeps_all = false)
        : storage_(storage), pool_(pool), piece_(piece), size_(size), keeps_all_(keeps_all) {}

    /// An empty one on an error.
    BlockReference block(int number, lt::storage_error &error) {
        if (number < first_ || number >= first_ + static_cast<int>(blocks_.size())) fill(number, error);
        return error ? BlockReference() : blocks_[static_cast<std::size_t>(number - first_)];
    }

    int blocks_read() const { return blocks_read_; }

    /// All blocks of the piece; none, unless they were read one after the other and kept.
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
        int const end = std::min(size_, (number + at_once) * block_size);
        for (int offset = number * block_size; offset < end; offset += block_size) {
            blocks_.push_back(pool_.allocate());
            buffers.push_back(vector_of(blocks_.back().data(), std::min(block_size, end - offset)));
        }
        blocks_read_ += static_cast<int>(buffers.size());
        storage_.read(piece_, number * block_size, buffers, error);
    }

    /// Blocks.
    static constexpr int at_once = 16;
    TorrentStorage const &storage_;
    BlockPool &pool_;
    lt::piece_index_t piece_;
    int size_;
    bool keeps_all_;
    /// The number of the first of `blocks_`.
    int first_ = 0;
    std::vector<BlockReference> blocks_;
    int blocks_read_ = 0;
};

}  // namespace

bool DiskIO::perform(Torrent const &torrent, Job &job, bool cancelled) {
    return std::visit([&](auto &one) { return perform(*torrent, one, cancelled); }, job);
}

bool DiskIO::perform(TorrentEntry &torrent, ReadJob &job, bool cancelled) {
    lt::storage_error error = cancelled ? cancelled_error() : lt::storage_error();
    std::vector<BlockReference> blocks;
    if (!cancelled) blocks = check(torrent, job.piece, error);
    if (!blocks.empty() && job.offset % block_size == 0) {
        blocks.erase(blocks.begin(), blocks.begin() + job.offset / block_size);
    } else if (!error) {
        blocks = read(torrent, job.piece, job.offset, job.length + job.ahead, error);
        if (error && job.ahead > 0) {
            error = {};
            blocks = read(torrent, job.piece, job.offset, job.length, error);
        }
    }
    mailbox_.post([handler = std::move(job.handler), blocks = std::move(blocks), error]() mutable {
        handler(std::move(blocks), error);
    });
    return false;
}

/// Makes sure that a piece which nobody has checked yet is what it should be; its blocks where they were
/// all read for that.
std::vector<BlockReference> DiskIO::check(TorrentEntry &torrent, lt::piece_index_t piece,
                                          lt::storage_error &error) {
    if (!torrent.check || torrent.check->is_passed(piece)) return {};
    bool const wants_v1 = torrent.check->has_v1();
    auto const shape = shape_of(torrent, piece, wants_v1, !wants_v1);
    int const blocks = (shape.v2_size + block_size - 1) / block_size;
    std::vector<lt::sha256_hash> v2(static_cast<std::size_t>(blocks));
    int const size = size_to_read(torrent, piece, shape);
    PieceReader reader(torrent.storage, blocks_, piece, size, size <= ReadAhead::most_kept);
    PieceHash hash(shape, store_.waiting_blocks());
    auto const v1 = hash.finish(wants_v1, v2, [&](int block) { return reader.block(block, error); });
    if (!error && torrent.check->passes(piece, v1, v2)) return std::move(reader).take_all();
    error = lt::storage_error(lt::errors::failed_hash_check,
                              torrent.storage.files().file_index_at_piece(piece), lt::operation_t::file_read);
    return {};
}

/// Block by block from the offset on, each from memory or from disk, neighbours in one go.
std::vector<BlockReference> DiskIO::read(TorrentEntry &torrent, lt::piece_index_t piece, int offset,
                                         int length, lt::storage_error &error) {
    std::vector<BlockReference> blocks;
    for (int done = 0; done < length; done += block_size) blocks.push_back(blocks_.allocate());
    std::vector<iovec> run;
    auto const read_run = [&](int end) {
        int size = 0;
        for (auto const &buffer : run) size += static_cast<int>(buffer.iov_len);
        if (size > 0) torrent.storage.serve(piece, end - size, run, error);
        if (size > 0) counters_.inc_stats_counter(lt::counters::num_read_ops);
        run.clear();
    };
    int done = 0;
    while (done < length && !error) {
        int const start = (offset + done) % block_size;
        int const within = done % block_size;
        int const part = std::min({length - done, block_size - start, block_size - within});
        char *const target = blocks[static_cast<std::size_t>(done / block_size)].data() + within;
        if (auto const held = store_.find(torrent, piece, (offset + done) / block_size)) {
            read_run(offset + done);
            std::memcpy(target, held.data() + start, static_cast<std::size_t>(part));
        } else {
            run.push_back(vector_of(target, part));
        }
        done += part;
    }
    if (!error) read_run(offset + done);
    if (error) return {};
    counters_.inc_stats_counter(lt::counters::num_blocks_read, static_cast<int>(blocks.size()));
    return blocks;
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
        mailbox_.post([job = std::move(job)] { job.answer({}, {}, {}, cancelled_error()); });
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
    int const size = size_to_read(torrent, job.piece, shape);
    bool const keeps_blocks = job.blocks_handler && size <= ReadAhead::most_kept;
    PieceReader reader(torrent.storage, blocks_, job.piece, size, keeps_blocks);
    auto const read = [&](int block) { return reader.block(block, error); };
    auto const beside = job.beside ? hash_beside(torrent, *job.beside, hash, read) : std::nullopt;
    auto const result = hash.finish(job.wants_v1, job.v2, read);
    counters_.inc_stats_counter(lt::counters::num_read_back, reader.blocks_read());
    counters_.inc_stats_counter(lt::counters::num_blocks_read, reader.blocks_read());
    mailbox_.post([job = std::move(job), blocks = std::move(reader).take_all(), result, beside, error] {
        job.answer(result, blocks, beside, error);
    });
}

/// The v1 hash of another piece, and as much of `hash` as can be computed with it.
std::optional<lt::sha1_hash> DiskIO::hash_beside(TorrentEntry &torrent, lt::piece_index_t piece, PieceHash &hash,
                                                 PieceHash::ReadBack const &read) {
    lt::storage_error error;
    PieceReader reader(torrent.storage, blocks_, piece, torrent.storage.piece_size(piece));
    PieceHash other(shape_of(torrent, piece, true, false), store_.waiting_blocks());
    auto const read_other = [&](int block) { return reader.block(block, error); };
    PieceHash::hash_together(hash, read, other, read_other);
    auto const result = other.finish(true, {}, read_other);
    if (error) return std::nullopt;
    return result;
}

bool DiskIO::perform(TorrentEntry &torrent, BlockHashJob &job, bool cancelled) {
    lt::storage_error error = cancelled ? cancelled_error() : lt::storage_error();
    lt::sha256_hash hash;
    int const length = std::min(block_size, torrent.storage.files().piece_size2(job.piece) - job.offset);
    if (!cancelled && length > 0) {
        auto const blocks = read(torrent, job.piece, job.offset, length, error);
        if (!blocks.empty()) hash = sha256_of({blocks.front().data(), length});
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
            hash_pairs_.meet(work.piece->hash);
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
