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

/// How many pieces to verify at once when a peer wants one of them. The peer waits for all.
int pieces_verified_together(TorrentEntry const &torrent) {
    constexpr int most_bytes = 8 * 1024 * 1024;
    if (!sha_extensions::are_available()) return 1;
    return std::clamp(most_bytes / torrent.storage.piece_length(), 1, static_cast<int>(OrderedHasher::most_at_once()));
}

/// The pieces to verify together with `piece`. v1 hashes of several pieces take little longer than
/// one. v2 hashes are computed side by side within a piece.
std::vector<lt::piece_index_t> neighbours_of(TorrentEntry const &torrent, lt::piece_index_t piece) {
    std::vector<lt::piece_index_t> neighbours;
    if (torrent.verifier->uses_v2(piece)) return neighbours;
    int const together = pieces_verified_together(torrent);
    int const first = static_cast<int>(piece) / together * together;
    int const end = std::min(first + together, torrent.storage.piece_count());
    for (lt::piece_index_t one(first); one < lt::piece_index_t(end); ++one) {
        bool const has_begun = one == piece || torrent.waiting_requests.count(one) != 0;
        bool const is_alike = torrent.verifier->is_unverified(one) && !torrent.verifier->uses_v2(one);
        if (is_alike && !has_begun) neighbours.push_back(one);
    }
    return neighbours;
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
    serve(torrent(storage), request, std::move(handler));
}

/// Serves a request, after its piece was verified.
void DiskIO::serve(Torrent const &torrent, lt::peer_request const &request, ReadHandler handler) {
    if (torrent->verifier && !torrent->verifier->has_passed(request.piece)) {
        bool const has_begun = torrent->waiting_requests.count(request.piece) != 0;
        torrent->waiting_requests[request.piece].push_back({request, std::move(handler)});
        if (!has_begun) begin_verification(torrent, request.piece);
        return;
    }
    if (!is_block(*torrent, request)) {
        auto const answer = [handler = std::move(handler), length = request.length](auto blocks, auto const &error) {
            handler(error ? lt::disk_buffer_holder() : std::move(blocks.front()).into_holder(length), error);
        };
        scheduler_.submit(torrent, ReadJob{request.piece, request.start, request.length, 0, answer});
        return;
    }
    int const block = request.start / block_size;
    if (auto data = read_ahead_.take({torrent->number, request.piece}, block)) {
        lt::storage_error error;
        torrent->storage.refuse_changed(request.piece, request.start, request.length, error);
        handler(error ? lt::disk_buffer_holder() : std::move(data).into_holder(request.length), error);
    } else {
        read_ahead_.ask(torrent, request.piece, block, std::move(handler));
    }
}

/// Verifies a piece that will be requested, unless the disk threads have enough to do.
void DiskIO::verify_ahead(Torrent const &torrent, lt::piece_index_t piece) {
    constexpr int most_at_once = 3;
    if (torrent->verifications >= most_at_once || !torrent->waiting_requests.try_emplace(piece).second) return;
    begin_verification(torrent, piece);
    // libtorrent calls submit_jobs() only after a read, and there may be none for a while.
    scheduler_.start_submitted();
}

/// Verifies a piece that a peer wants. Keeps its blocks for the peer.
void DiskIO::begin_verification(Torrent const &torrent, lt::piece_index_t piece) {
    ++torrent->verifications;
    auto const neighbours = neighbours_of(*torrent, piece);
    for (auto const neighbour : neighbours) torrent->waiting_requests.try_emplace(neighbour);
    auto const answer = [=, number = read_ahead_.begin(torrent, piece)](auto blocks, auto const &error) {
        --torrent->verifications;
        read_ahead_.finish(number, std::move(blocks), error);
        serve_waiting(torrent, piece, error);
        for (auto const neighbour : neighbours) serve_waiting(torrent, neighbour, {});
        submit_jobs();
    };
    scheduler_.submit(torrent, VerificationJob{piece, neighbours, answer});
}

/// Serves the requests that waited for a piece. A neighbour that did not pass is verified again, to
/// find out why.
void DiskIO::serve_waiting(Torrent const &torrent, lt::piece_index_t piece, lt::storage_error const &error) {
    bool const is_removed = this->torrent(torrent->storage.index()) != torrent;
    auto const outcome = is_removed ? cancelled_error() : error;
    auto waiting = std::move(torrent->waiting_requests.extract(piece).mapped());
    for (auto &request : waiting) {
        if (outcome) request.handler({}, outcome);
        else serve(torrent, request.part, std::move(request.handler));
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

DiskIO::Outcome DiskIO::perform(TorrentEntry &torrent, ReadJob &job, bool cancelled) {
    lt::storage_error error = cancelled ? cancelled_error() : lt::storage_error();
    std::vector<BlockReference> blocks;
    if (!cancelled) blocks = read(torrent, job.piece, job.offset, job.length + job.ahead, error);
    if (!cancelled && error && job.ahead > 0) {
        error = {};
        blocks = read(torrent, job.piece, job.offset, job.length, error);
    }
    completions_.post([handler = std::move(job.handler), blocks = std::move(blocks), error]() mutable {
        handler(std::move(blocks), error);
    });
    return Outcome::done;
}

DiskIO::Outcome DiskIO::perform(TorrentEntry &torrent, VerificationJob &job, bool cancelled) {
    lt::storage_error error = cancelled ? cancelled_error() : lt::storage_error();
    std::vector<BlockReference> blocks;
    if (!cancelled) blocks = verify(torrent, job, error);
    completions_.post([handler = std::move(job.handler), blocks = std::move(blocks), error]() mutable {
        handler(std::move(blocks), error);
    });
    return Outcome::done;
}

/// Returns the blocks of the piece if they were all read in order and fit in memory.
std::vector<BlockReference> DiskIO::verify(TorrentEntry &torrent, VerificationJob const &job,
                                           lt::storage_error &error) {
    bool const uses_v2 = torrent.verifier->uses_v2(job.piece);
    auto const shape = shape_of(torrent, job.piece, !uses_v2, uses_v2);
    bool const keeps_blocks = size_to_read(torrent, job.piece, shape) <= ReadAhead::most_kept;
    auto &waiting_blocks = write_buffer_.waiting_blocks();
    HashedPiece piece(torrent, job.piece, shape, blocks_, waiting_blocks, keeps_blocks);
    std::deque<HashedPiece> neighbours;
    std::vector<PieceHash::Member> members{piece.member()};
    for (auto const neighbour : job.neighbours) {
        auto const of_neighbour = shape_of(torrent, neighbour, true, false);
        members.push_back(neighbours.emplace_back(torrent, neighbour, of_neighbour, blocks_, waiting_blocks).member());
    }
    if (!neighbours.empty()) PieceHash::hash_together(members);
    for (std::size_t i = 0; i < neighbours.size(); ++i) passes(torrent, job.neighbours[i], neighbours[i]);
    if (passes(torrent, job.piece, piece)) return std::move(piece.disk.reader).take_all();
    error = piece.disk.error;
    if (!error) {
        ++figures_->hash_failures;
        error = lt::storage_error(lt::errors::failed_hash_check,
                                  torrent.storage.files().file_index_at_piece(job.piece), lt::operation_t::file_read);
    }
    return {};
}

/// Completes the hash of a piece and compares it.
bool DiskIO::passes(TorrentEntry &torrent, lt::piece_index_t piece, HashedPiece &hashed) {
    bool const uses_v2 = torrent.verifier->uses_v2(piece);
    int const blocks = uses_v2 ? torrent.storage.files().blocks_in_piece2(piece) : 0;
    std::vector<lt::sha256_hash> v2(static_cast<std::size_t>(blocks));
    auto const v1 = hashed.hash.finish(!uses_v2, v2, hashed.disk.read);
    count_read_back(hashed.disk);
    return !hashed.disk.error && torrent.verifier->passes(piece, v1, v2);
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
        if (size > 0 && !error) figures_->read_bytes += size;
        figures_->count_error(error);
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

}  // namespace pierdat::disk
