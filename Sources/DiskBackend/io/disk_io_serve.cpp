// Reading and verifying data for peers.
#include <algorithm>
#include <cstring>
#include <deque>
#include <utility>

#include <libtorrent/peer_request.hpp>
#include <libtorrent/performance_counters.hpp>

#include "DiskBackend/pieces/hashed_piece.hpp"
#include "disk_io.hpp"

namespace pierdat::disk {

namespace {

constexpr int block_size = lt::default_block_size;

/// True if the request is for exactly one whole block.
bool is_block(TorrentEntry const &torrent, lt::peer_request const &request) {
    int const rest = torrent.storage.piece_size(request.piece) - request.start;
    return request.start % block_size == 0 && request.length == std::min(block_size, rest);
}

/// How many neighbours to hash together when a peer wants one of them. The peer waits for all.
int pieces_hashed_together(TorrentEntry const &torrent) {
    constexpr int most_bytes = 8 * 1024 * 1024;
    bool const are_all_there = !torrent.is_written;
    if (!are_all_there || !sha_extensions::are_available()) return 1;
    return std::clamp(most_bytes / torrent.storage.piece_length(), 1, static_cast<int>(OrderedHasher::most_at_once));
}

}  // namespace

void DiskIO::async_read(lt::storage_index_t storage, lt::peer_request const &request, ReadHandler handler,
                        lt::disk_job_flags_t) {
    bool const is_valid = request.start >= 0 && request.length > 0 && request.length <= block_size;
    if (!is_valid) {
        lt::storage_error const error(lt::errors::invalid_request, lt::operation_t::file_read);
        completions_.post([handler = std::move(handler), error] { handler({}, error); });
        return;
    }
    auto const &entry = torrent(storage);
    if (!is_block(*entry, request)) {
        auto const answer = [handler = std::move(handler), length = request.length](auto blocks, auto const &error) {
            handler(error ? lt::disk_buffer_holder() : std::move(blocks.front()).into_holder(length), error);
        };
        scheduler_.submit(entry, ReadJob{request.piece, request.start, request.length, 0, answer});
        return;
    }
    int const block = request.start / block_size;
    if (auto data = read_ahead_.take({entry->number, request.piece}, block)) {
        lt::storage_error error;
        entry->storage.refuse_changed(request.piece, request.start, request.length, error);
        handler(error ? lt::disk_buffer_holder() : std::move(data).into_holder(request.length), error);
    } else {
        read_ahead_.ask(entry, request.piece, block, std::move(handler));
    }
}

/// Starts the reads requested since the last call.
void DiskIO::submit_reads() {
    for (auto const &read : read_ahead_.plan()) {
        int const offset = read.first * block_size;
        int const rest = read.torrent->storage.piece_size(read.piece) - offset;
        int const length = std::min(read.asked * block_size, rest);
        int const ahead = std::min(read.ahead * block_size, rest - length);
        auto const answer = [this, number = read.number](auto blocks, auto const &error) {
            read_ahead_.finish(number, std::move(blocks), error);
            // Handlers of blocks that could not be read ahead have requested them again.
            submit_jobs();
        };
        scheduler_.submit(read.torrent, ReadJob{read.piece, offset, length, ahead, answer});
    }
}

/// Hashes a piece that a peer is about to download. Keeps the blocks for the peer, and computes the
/// v1 hashes of the neighbouring pieces at the same time.
void DiskIO::submit_before_serving(Torrent const &torrent, HashJob job) {
    auto &ahead = torrent->neighbour_hashes;
    if (auto const hash = ahead.take(job.piece)) {
        completions_.post([job = std::move(job), hash] { job.answer(*hash, {}, {}, {}); });
        return;
    }
    if (ahead.wait(job)) return;
    job.blocks_handler = [this, number = read_ahead_.begin(torrent, job.piece)](auto blocks, auto const &error) {
        read_ahead_.finish(number, std::move(blocks), error);
    };
    int const together = pieces_hashed_together(*torrent);
    if (job.v2.empty() && together > 1)
        job.beside = ahead.begin(job.piece, together, torrent->storage.piece_count());
    if (!job.beside.empty())
        job.beside_handler = [this, torrent, age = ahead.age()](lt::piece_index_t piece, auto const &hash) {
            for (auto &waiting : torrent->neighbour_hashes.finish(piece, age, hash))
                submit_before_serving(torrent, std::move(waiting));
            scheduler_.start_submitted();
        };
    scheduler_.submit(torrent, std::move(job));
}

DiskIO::Outcome DiskIO::perform(TorrentEntry &torrent, ReadJob &job, bool cancelled) {
    lt::storage_error error = cancelled ? cancelled_error() : lt::storage_error();
    std::vector<BlockReference> blocks;
    if (!cancelled) blocks = check(torrent, job.piece, error);
    // The hashed data can be shorter than the piece: padding at the end of a v2 piece is not hashed
    // but can be requested.
    std::ptrdiff_t const first = job.offset / block_size;
    bool const has_first = std::ptrdiff_t(blocks.size()) > first && job.offset % block_size == 0;
    if (has_first) {
        blocks.erase(blocks.begin(), blocks.begin() + first);
    } else if (!error) {
        blocks = read(torrent, job.piece, job.offset, job.length + job.ahead, error);
        if (error && job.ahead > 0) {
            error = {};
            blocks = read(torrent, job.piece, job.offset, job.length, error);
        }
    }
    completions_.post([handler = std::move(job.handler), blocks = std::move(blocks), error]() mutable {
        handler(std::move(blocks), error);
    });
    return Outcome::done;
}

/// Verifies a piece that has not been verified yet. Returns its blocks if all of them were read for
/// that.
std::vector<BlockReference> DiskIO::check(TorrentEntry &torrent, lt::piece_index_t piece,
                                          lt::storage_error &error) {
    if (!torrent.check || torrent.check->is_passed(piece)) return {};
    bool const wants_v1 = torrent.check->has_v1();
    auto const shape = shape_of(torrent, piece, wants_v1, !wants_v1);
    int const blocks = (shape.v2_size + block_size - 1) / block_size;
    std::vector<lt::sha256_hash> v2(static_cast<std::size_t>(blocks));
    bool const keeps_blocks = size_to_read(torrent, piece, shape) <= ReadAhead::most_kept;
    HashedPiece checked(torrent, piece, shape, blocks_, write_buffer_.waiting_blocks(), keeps_blocks);
    auto const v1 = checked.hash.finish(wants_v1, v2, checked.disk.read);
    error = checked.disk.error;
    if (!error && torrent.check->passes(piece, v1, v2)) return std::move(checked.disk.reader).take_all();
    error = lt::storage_error(lt::errors::failed_hash_check,
                              torrent.storage.files().file_index_at_piece(piece), lt::operation_t::file_read);
    return {};
}

/// Reads block by block, from memory or from disk. Adjacent blocks on disk are read together.
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
        if (auto const held = write_buffer_.find(torrent, piece, (offset + done) / block_size)) {
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

/// Computes the v1 hashes of other pieces and, in parallel, as much of `hash` as possible.
std::vector<std::optional<lt::sha1_hash>> DiskIO::hash_beside(TorrentEntry &torrent,
                                                              std::vector<lt::piece_index_t> const &pieces,
                                                              PieceHash &hash, PieceHash::ReadBack const &read) {
    if (pieces.empty()) return {};
    std::deque<HashedPiece> neighbours;
    std::vector<PieceHash::Member> members{{hash, read}};
    for (auto const piece : pieces) {
        auto const shape = shape_of(torrent, piece, true, false);
        members.push_back(neighbours.emplace_back(torrent, piece, shape, blocks_, write_buffer_.waiting_blocks()).member());
    }
    PieceHash::hash_together(members);
    std::vector<std::optional<lt::sha1_hash>> hashes;
    for (auto &neighbour : neighbours) {
        auto const result = neighbour.hash.finish(true, {}, neighbour.disk.read);
        hashes.push_back(neighbour.disk.error ? std::nullopt : std::optional(result));
    }
    return hashes;
}

}  // namespace pierdat::disk
