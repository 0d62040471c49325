#include "checked_blocks.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

namespace pierdat::disk {

std::uint64_t CheckedBlocks::changes() const {
    std::lock_guard const lock(mutex_);
    return changes_;
}

void CheckedBlocks::keep(Key key, std::vector<BlockReference> blocks, std::uint64_t changes) {
    // Given back to the pool when the lock is no longer held.
    Pieces dropped;
    std::vector<BlockReference> rest;
    auto const now = lt::clock_type::now();
    std::lock_guard const lock(mutex_);
    if (changes != changes_) return;
    if (auto const found = index_.find(key); found != index_.end()) extract(found, dropped);
    while (!pieces_.empty() && pieces_.front().since + longest < now)
        extract(index_.find(pieces_.front().key), dropped);
    int const count = std::min(static_cast<int>(blocks.size()), most_blocks - count_);
    if (count <= 0) return;
    rest.assign(std::make_move_iterator(blocks.begin() + count), std::make_move_iterator(blocks.end()));
    blocks.resize(static_cast<std::size_t>(count));
    pieces_.push_back({key, std::move(blocks), count, now});
    index_[key] = std::prev(pieces_.end());
    count_ += count;
}

BlockReference CheckedBlocks::take(Key key, int block) {
    Pieces dropped;
    std::lock_guard const lock(mutex_);
    auto const found = index_.find(key);
    if (found == index_.end()) return {};
    auto &piece = *found->second;
    auto const position = static_cast<std::size_t>(block);
    if (position >= piece.blocks.size() || !piece.blocks[position]) return {};
    auto taken = std::exchange(piece.blocks[position], BlockReference());
    --count_;
    if (--piece.count == 0) extract(found, dropped);
    return taken;
}

void CheckedBlocks::forget(Key key) {
    Pieces dropped;
    std::lock_guard const lock(mutex_);
    ++changes_;
    if (auto const found = index_.find(key); found != index_.end()) extract(found, dropped);
}

void CheckedBlocks::forget(std::uint64_t torrent) {
    Pieces dropped;
    std::lock_guard const lock(mutex_);
    ++changes_;
    auto position = index_.lower_bound({torrent, lt::piece_index_t(std::numeric_limits<int>::min())});
    while (position != index_.end() && position->first.first == torrent) extract(position++, dropped);
}

void CheckedBlocks::extract(Position position, Pieces &dropped) {
    count_ -= position->second->count;
    dropped.splice(dropped.begin(), pieces_, position->second);
    index_.erase(position);
}

}  // namespace pierdat::disk
