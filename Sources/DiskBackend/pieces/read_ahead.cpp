#include "read_ahead.hpp"

#include <algorithm>
#include <limits>

#include "DiskBackend/io/torrent_entry.hpp"

namespace pierdat::disk {

namespace {

constexpr int block_size = lt::default_block_size;

int count_of_blocks(TorrentEntry const &torrent, lt::piece_index_t piece) {
    return (torrent.storage.piece_size(piece) + block_size - 1) / block_size;
}

int length_of(TorrentEntry const &torrent, lt::piece_index_t piece, int block) {
    return std::min(block_size, torrent.storage.piece_size(piece) - block * block_size);
}

}  // namespace

BlockReference ReadAhead::take(Key key, int block) {
    auto const found = pieces_.find(key);
    if (found == pieces_.end()) return {};
    auto taken = found->second.ready.extract(block);
    if (!taken) return {};
    --ready_count_;
    return std::move(taken.mapped());
}

void ReadAhead::ask(Torrent const &torrent, lt::piece_index_t piece, int block, ReadHandler handler) {
    if (join({torrent->number, piece}, block, handler)) return;
    if (!asked_.empty()) {
        auto &last = asked_.back();
        bool const follows = last.torrent == torrent && last.piece == piece
            && last.first + static_cast<int>(last.waiting.size()) == block;
        if (follows && last.waiting.size() < most_ahead) {
            last.waiting.push_back({block, std::move(handler)});
            return;
        }
    }
    asked_.push_back({torrent, piece, block, {}});
    asked_.back().waiting.push_back({block, std::move(handler)});
}

/// Waits for a read of the same block that is in progress.
bool ReadAhead::join(Key key, int block, ReadHandler &handler) {
    for (auto &[number, reading] : readings_) {
        bool const brings_it = reading.is_current && Key(reading.torrent->number, reading.piece) == key
            && block >= reading.first && block < reading.end;
        if (!brings_it) continue;
        reading.waiting.push_back({block, std::move(handler)});
        return true;
    }
    return false;
}

std::vector<ReadAhead::Read> ReadAhead::plan() {
    std::vector<Read> reads;
    for (auto &asked : std::exchange(asked_, {})) reads.push_back(plan(std::move(asked)));
    return reads;
}

ReadAhead::Read ReadAhead::plan(Asked asked) {
    Key const key{asked.torrent->number, asked.piece};
    int const count = static_cast<int>(asked.waiting.size());
    int const end = asked.first + count;
    int const ahead = blocks_ahead(key, asked.first, end, count_of_blocks(*asked.torrent, asked.piece));
    auto const number = ++last_number_;
    readings_.emplace(number, Reading{asked.torrent, asked.piece, asked.first, end + ahead, ahead, true,
                                      std::move(asked.waiting)});
    ahead_count_ += ahead;
    return {std::move(asked.torrent), number, asked.piece, asked.first, count, ahead};
}

/// Doubles the read-ahead each time a read continues where the last one ended.
int ReadAhead::blocks_ahead(Key key, int first, int end, int block_count) {
    make_room();
    auto &known = piece(key);
    int const room = std::max(0, most_blocks - ready_count_ - ahead_count_);
    int ahead = 0;
    if (known.next == first)
        ahead = std::min({std::max(2 * known.ahead, end - first), most_ahead, block_count - end, room});
    for (int block = end; block < end + ahead; ++block)
        if (is_coming(key, block)) ahead = block - end;
    known.next = end + ahead;
    known.ahead = ahead;
    return ahead;
}

bool ReadAhead::is_coming(Key key, int block) const {
    auto const found = pieces_.find(key);
    if (found != pieces_.end() && found->second.ready.count(block) != 0) return true;
    return std::any_of(readings_.begin(), readings_.end(), [&](auto const &entry) {
        auto const &reading = entry.second;
        return Key(reading.torrent->number, reading.piece) == key && block >= reading.first && block < reading.end;
    });
}

ReadAhead::ReadNumber ReadAhead::begin(Torrent const &torrent, lt::piece_index_t piece) {
    auto const number = ++last_number_;
    readings_.emplace(number, Reading{torrent, piece, 0, 0, 0, true, {}});
    return number;
}

void ReadAhead::finish(ReadNumber number, std::vector<BlockReference> blocks, lt::storage_error const &error) {
    auto reading = std::move(readings_.extract(number).mapped());
    ahead_count_ -= reading.ahead;
    auto const end = reading.first + static_cast<int>(blocks.size());
    std::vector<std::pair<ReadHandler, lt::disk_buffer_holder>> answers;
    for (auto &[block, handler] : reading.waiting) {
        lt::disk_buffer_holder data;
        if (!error) {
            if (block >= end) {
                // The block was to be read ahead but could not be. Request it on its own.
                ask(reading.torrent, reading.piece, block, std::move(handler));
                continue;
            }
            auto &of_block = blocks[static_cast<std::size_t>(block - reading.first)];
            data = BlockReference(of_block).into_holder(length_of(*reading.torrent, reading.piece, block));
        }
        answers.emplace_back(std::move(handler), std::move(data));
    }
    if (!error && reading.is_current) {
        for (auto const &waiting : reading.waiting)
            if (waiting.block < end) blocks[static_cast<std::size_t>(waiting.block - reading.first)] = {};
        keep(reading, std::move(blocks));
    }
    // The handlers may request more blocks.
    for (auto &[handler, data] : answers) handler(std::move(data), error);
}

void ReadAhead::keep(Reading const &reading, std::vector<BlockReference> blocks) {
    make_room();
    auto &known = piece({reading.torrent->number, reading.piece});
    int block = reading.first;
    for (auto &data : blocks) {
        if (ready_count_ == most_blocks) break;
        if (data && known.ready.emplace(block, std::move(data)).second) ++ready_count_;
        ++block;
    }
    known.next = block;
}

ReadAhead::Piece &ReadAhead::piece(Key key) {
    auto const [position, is_new] = pieces_.try_emplace(key);
    auto &known = position->second;
    if (is_new) known.place = order_.insert(order_.end(), key);
    else order_.splice(order_.end(), order_, known.place);
    known.last_use = lt::clock_type::now();
    return known;
}

void ReadAhead::make_room() {
    auto const now = lt::clock_type::now();
    while (!order_.empty()) {
        auto const oldest = pieces_.find(order_.front());
        if (pieces_.size() < most_pieces && oldest->second.last_use + longest >= now) break;
        drop(oldest);
    }
}

void ReadAhead::drop(std::map<Key, Piece>::iterator position) {
    ready_count_ -= static_cast<int>(position->second.ready.size());
    order_.erase(position->second.place);
    pieces_.erase(position);
}

void ReadAhead::forget(Key key) {
    if (auto const found = pieces_.find(key); found != pieces_.end()) drop(found);
    for (auto &[number, reading] : readings_)
        if (Key(reading.torrent->number, reading.piece) == key) reading.is_current = false;
}

void ReadAhead::forget(std::uint64_t torrent) {
    auto position = pieces_.lower_bound({torrent, lt::piece_index_t(std::numeric_limits<int>::min())});
    while (position != pieces_.end() && position->first.first == torrent) drop(position++);
    for (auto &[number, reading] : readings_)
        if (reading.torrent->number == torrent) reading.is_current = false;
}

}  // namespace pierdat::disk
