#include "write_buffer.hpp"

#include <algorithm>
#include <utility>

#include "DiskBackend/io/torrent_entry.hpp"

namespace pierdat::disk {

PieceShape shape_of(TorrentEntry const &torrent, lt::piece_index_t piece) {
    bool const has_v2 = torrent.storage.files().v2();
    return shape_of(torrent, piece, torrent.has_v1 || !has_v2, has_v2);
}

PieceShape shape_of(TorrentEntry const &torrent, lt::piece_index_t piece, bool wants_v1, bool wants_v2) {
    auto const &files = torrent.storage.files();
    return {wants_v1 ? files.piece_size(piece) : 0, wants_v2 ? files.piece_size2(piece) : 0};
}

void WriteBuffer::set_limit(int bytes) {
    std::lock_guard const lock(mutex_);
    limit_ = std::max(bytes / lt::default_block_size, 2);
    // A piece may wait for the whole next piece.
    waiting_blocks_.set_limit(2 * limit_);
}

bool WriteBuffer::reserve(std::shared_ptr<lt::disk_observer> const &observer) {
    std::lock_guard const lock(mutex_);
    if (++in_use_ >= limit_) is_full_ = true;
    if (is_full_ && observer) observers_.push_back(observer);
    return is_full_;
}

void WriteBuffer::release(int blocks) {
    std::lock_guard const lock(mutex_);
    in_use_ -= blocks;
    if (!is_full_ || in_use_ > limit_ / 2) return;
    is_full_ = false;
    if (observers_.empty()) return;
    completions_.post([observers = std::exchange(observers_, {})] {
        for (auto const &observer : observers)
            if (auto const waiting = observer.lock()) waiting->on_disk();
    });
}

bool WriteBuffer::add(TorrentEntry &torrent, WriteJob job) {
    std::lock_guard const lock(mutex_);
    auto &piece = torrent.stored_pieces[static_cast<int>(job.piece)];
    if (!piece) piece = std::make_shared<BufferedPiece>(shape_of(torrent, job.piece), waiting_blocks_);
    auto const block = static_cast<std::size_t>(job.block);
    if (block >= piece->held.size()) piece->held.resize(block + 1);
    piece->held[block] = job.data;
    piece->arrived.push_back(std::move(job));
    return !std::exchange(piece->has_turn, true);
}

WriteBuffer::HashRequest WriteBuffer::request_hash(TorrentEntry &torrent, HashJob &job) {
    std::lock_guard const lock(mutex_);
    auto const found = torrent.stored_pieces.find(static_cast<int>(job.piece));
    if (found == torrent.stored_pieces.end()) return HashRequest::not_buffered;
    found->second->hash_requests.push_back(std::move(job));
    return std::exchange(found->second->has_turn, true) ? HashRequest::has_turn : HashRequest::needs_turn;
}

WriteBuffer::Work WriteBuffer::take_work(TorrentEntry &torrent, lt::piece_index_t piece) {
    Work work;
    {
        std::lock_guard const lock(mutex_);
        work.piece = torrent.stored_pieces.at(static_cast<int>(piece));
        work.hash_requests = std::exchange(work.piece->hash_requests, {});
        // If a block arrived twice, the later one is written in the next turn.
        std::vector<bool> taken(work.piece->held.size());
        std::vector<WriteJob> later;
        for (auto &job : std::exchange(work.piece->arrived, {})) {
            auto const block = static_cast<std::size_t>(job.block);
            (taken[block] ? later : work.writes).push_back(std::move(job));
            taken[block] = true;
        }
        work.piece->arrived = std::move(later);
        // The hash must include everything that arrived before its request.
        if (!work.piece->arrived.empty()) std::swap(work.hash_requests, work.piece->hash_requests);
    }
    std::sort(work.writes.begin(), work.writes.end(),
              [](WriteJob const &a, WriteJob const &b) { return a.block < b.block; });
    return work;
}

void WriteBuffer::drop_written(BufferedPiece &piece, std::vector<WriteJob> const &writes) {
    std::lock_guard const lock(mutex_);
    for (auto const &write : writes) {
        auto &held = piece.held[static_cast<std::size_t>(write.block)];
        if (held == write.data) held = BlockReference();
    }
}

bool WriteBuffer::end_turn(TorrentEntry &torrent, lt::piece_index_t piece, bool was_hashed) {
    std::shared_ptr<BufferedPiece> dropped;
    std::lock_guard const lock(mutex_);
    auto const found = torrent.stored_pieces.find(static_cast<int>(piece));
    auto &stored = *found->second;
    bool const has_more = !stored.arrived.empty() || !stored.hash_requests.empty();
    if (was_hashed) {
        // Blocks that arrive after a hash start a new hash.
        auto fresh = std::make_shared<BufferedPiece>(shape_of(torrent, piece), waiting_blocks_);
        fresh->arrived = std::move(stored.arrived);
        fresh->hash_requests = std::move(stored.hash_requests);
        fresh->held = std::move(stored.held);
        dropped = std::exchange(found->second, std::move(fresh));
    }
    found->second->has_turn = has_more;
    if (!has_more && (was_hashed || torrent.stored_pieces.size() > most_stored_pieces)) {
        if (!dropped) dropped = std::move(found->second);
        torrent.stored_pieces.erase(found);
    }
    return has_more;
}

void WriteBuffer::forget(TorrentEntry &torrent, lt::piece_index_t piece) {
    std::lock_guard const lock(mutex_);
    torrent.stored_pieces.erase(static_cast<int>(piece));
}

void WriteBuffer::forget(TorrentEntry &torrent) {
    std::lock_guard const lock(mutex_);
    torrent.stored_pieces.clear();
}

BlockReference WriteBuffer::find(TorrentEntry &torrent, lt::piece_index_t piece, int block) {
    std::lock_guard const lock(mutex_);
    auto const found = torrent.stored_pieces.find(static_cast<int>(piece));
    if (found == torrent.stored_pieces.end()) return {};
    auto const &held = found->second->held;
    auto const index = static_cast<std::size_t>(block);
    return index < held.size() ? held[index] : BlockReference();
}

int WriteBuffer::blocks_in_use() const {
    std::lock_guard const lock(mutex_);
    return in_use_;
}

}  // namespace pierdat::disk
