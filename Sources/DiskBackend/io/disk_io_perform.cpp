// The work of the disk threads.
#include <algorithm>
#include <deque>
#include <utility>

#include <libtorrent/performance_counters.hpp>

#include "DiskBackend/pieces/hashed_piece.hpp"
#include "disk_io.hpp"

namespace pierdat::disk {

namespace {

constexpr int block_size = lt::default_block_size;

/// A seeder requests the kind of hash that it needs. Creating a torrent requests both kinds for
/// files that are not part of a v2 torrent yet.
PieceShape shape_of(TorrentEntry const &torrent, HashJob const &job) {
    return shape_of(torrent, job.piece, job.wants_v1, !job.v2.empty());
}

}  // namespace

DiskIO::Outcome DiskIO::perform_and_count(Torrent const &torrent, Job &job, bool cancelled) {
    if (cancelled) return perform(torrent, job, cancelled);
    auto const start = std::chrono::steady_clock::now();
    auto const outcome = perform(torrent, job, cancelled);
    figures_->count_job(std::chrono::steady_clock::now() - start);
    return outcome;
}

DiskIO::Outcome DiskIO::perform(Torrent const &torrent, Job &job, bool cancelled) {
    return std::visit([&](auto &one) { return perform(*torrent, one, cancelled); }, job);
}

/// Called only for a cancelled block. Otherwise the write buffer handles it.
DiskIO::Outcome DiskIO::perform(TorrentEntry &, WriteJob &job, bool) {
    write_buffer_.release(1);
    completions_.post([handler = std::move(job.handler)] { handler(cancelled_error()); });
    return Outcome::done;
}

DiskIO::Outcome DiskIO::perform(TorrentEntry &torrent, HashJob &job, bool cancelled) {
    if (drop(torrent, job, cancelled)) return Outcome::done;
    HashedPiece piece(torrent, job.piece, shape_of(torrent, job), blocks_, write_buffer_.waiting_blocks());
    hash_with_queued(torrent, job, piece);
    answer(job, piece.hash, piece.disk);
    return Outcome::done;
}

/// Answers a job that is cancelled or no longer wanted.
bool DiskIO::drop(TorrentEntry &torrent, HashJob &job, bool cancelled) {
    bool const is_dropped = job.is_check
        && (scheduler_.is_aborting() || job.number <= torrent.cancelled_checks);
    if (!cancelled && !is_dropped) return false;
    completions_.post([job = std::move(job)] { job.handler(job.piece, {}, cancelled_error()); });
    return true;
}

/// Also hashes jobs queued behind `job` by the same check or torrent creation, in parallel. The
/// piece of `job` itself still has to be finished.
void DiskIO::hash_with_queued(TorrentEntry &torrent, HashJob const &job, HashedPiece &piece) {
    if (!piece.hash.goes_together()) return;
    auto const is_alike = [&](TorrentEntry const &of, HashJob const &other) {
        return &of == &torrent && other.wants_v1 == job.wants_v1 && other.v2.empty() == job.v2.empty();
    };
    auto entries = scheduler_.take_alike(is_alike, piece.hash.best_company_on_disk());
    std::deque<HashedPiece> pieces;
    std::vector<HashJob *> jobs;
    std::vector<PieceHash::Member> members{piece.member()};
    for (auto &entry : entries) {
        auto &other = std::get<HashJob>(entry.job);
        if (drop(torrent, other, false)) continue;
        jobs.push_back(&other);
        members.push_back(pieces.emplace_back(torrent, other.piece, shape_of(torrent, other), blocks_,
                                              write_buffer_.waiting_blocks()).member());
    }
    if (!jobs.empty()) PieceHash::hash_together(members);
    for (std::size_t i = 0; i < jobs.size(); ++i) answer(*jobs[i], pieces[i].hash, pieces[i].disk);
    scheduler_.end(entries);
}

void DiskIO::answer(HashJob &job, PieceHash &hash, PieceOnDisk &disk) {
    auto const result = hash.finish(job.wants_v1, job.v2, disk.read);
    count_read_back(disk);
    completions_.post([job = std::move(job), result, error = disk.error] { job.handler(job.piece, result, error); });
}

void DiskIO::count_read_back(PieceOnDisk const &disk) {
    counters_.inc_stats_counter(lt::counters::num_read_back, disk.reader.blocks_read());
    counters_.inc_stats_counter(lt::counters::num_blocks_read, disk.reader.blocks_read());
    figures_->read_bytes += std::int64_t{disk.reader.blocks_read()} * block_size;
    figures_->count_error(disk.error);
}

/// Answers for a piece that has been downloaded completely or in part.
void DiskIO::answer(TorrentEntry &torrent, HashJob &job, PieceHash &hash) {
    PieceOnDisk disk(torrent, job.piece, size_to_read(torrent, job.piece, shape_of(torrent, job.piece)), blocks_);
    answer(job, hash, disk);
}

DiskIO::Outcome DiskIO::perform(TorrentEntry &torrent, BlockHashJob &job, bool cancelled) {
    lt::storage_error error = cancelled ? cancelled_error() : lt::storage_error();
    lt::sha256_hash hash;
    int const length = std::min(block_size, torrent.storage.files().piece_size2(job.piece) - job.offset);
    if (!cancelled && length > 0) {
        auto const blocks = read(torrent, job.piece, job.offset, length, error);
        if (!blocks.empty()) hash = sha256_of({blocks.front().data(), length});
    }
    completions_.post([handler = std::move(job.handler), piece = job.piece, hash, error] {
        handler(piece, hash, error);
    });
    return Outcome::done;
}

DiskIO::Outcome DiskIO::perform(TorrentEntry &torrent, PieceTurn &turn, bool) {
    if (!turn.stored) {
        auto work = write_buffer_.take_work(torrent, turn.piece);
        write(torrent, work);
        turn.stored = std::move(work.piece);
        turn.hash_requests = std::move(work.hash_requests);
    }
    bool const is_hashed = !turn.hash_requests.empty();
    if (is_hashed && !hash_with_others(turn) && !std::exchange(turn.has_rested, true))
        return Outcome::rests;
    for (std::size_t i = 0; i < turn.hash_requests.size(); ++i) {
        if (i == 0) {
            answer(torrent, turn.hash_requests[i], turn.stored->hash);
        } else {
            PieceHash again(shape_of(torrent, turn.piece), write_buffer_.waiting_blocks());
            answer(torrent, turn.hash_requests[i], again);
        }
    }
    turn = {turn.piece};
    return write_buffer_.end_turn(torrent, turn.piece, is_hashed) ? Outcome::again : Outcome::done;
}

/// Hashes the blocks of this piece and of resting pieces in parallel. Returns false if it pays to
/// wait for more pieces.
bool DiskIO::hash_with_others(PieceTurn &turn) {
    auto const &hash = turn.stored->hash;
    if (!hash.is_worth_waiting()) return true;
    // A piece that has rested already accepts any number of others.
    auto const company = hash.best_company();
    auto others = scheduler_.take_resting(turn.has_rested ? 1 : company, company);
    if (others.empty()) return false;
    auto const nothing = [](int) { return BlockReference(); };
    std::vector<PieceHash::Member> members{{turn.stored->hash, nothing}};
    for (auto &other : others) members.push_back({std::get<PieceTurn>(other.job).stored->hash, nothing});
    PieceHash::hash_together(members);
    for (auto &other : others) scheduler_.resume(std::move(other));
    return true;
}

/// Writes adjacent blocks together, hashes what was written and posts the results.
void DiskIO::write(TorrentEntry &torrent, WriteBuffer::Work &work) {
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
        figures_->count_error(error);
        if (!error) figures_->written_bytes += static_cast<std::int64_t>(end - begin) * block_size;
        for (std::size_t i = begin; i < end; ++i) {
            if (!error) work.piece->hash.add(writes[i].block, writes[i].data);
            completions.push_back([handler = writes[i].handler, error] { handler(error); });
        }
    }
    counters_.inc_stats_counter(lt::counters::num_blocks_written, static_cast<int>(writes.size()));
    write_buffer_.drop_written(*work.piece, writes);
    completions_.post(std::move(completions));
    write_buffer_.release(static_cast<int>(writes.size()));
}

DiskIO::Outcome DiskIO::perform(TorrentEntry &, ExclusiveJob &job, bool cancelled) {
    job.perform(cancelled);
    return Outcome::done;
}

}  // namespace pierdat::disk
