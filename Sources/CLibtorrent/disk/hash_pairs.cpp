#include "hash_pairs.hpp"

#include <chrono>
#include <utility>

namespace pierdat::disk {

namespace {

/// Pieces that come in as fast as they are hashed follow each other sooner; others can be late by so much.
constexpr std::chrono::milliseconds patience{5};

BlockReference nothing(int) { return {}; }

}  // namespace

void HashPairs::meet(PieceHash &hash) {
    if (!hash.is_worth_waiting()) return;
    std::unique_lock lock(mutex_);
    if (Guest *const other = std::exchange(alone_, nullptr)) {
        other->is_taken = true;
        lock.unlock();
        PieceHash::hash_together(other->hash, nothing, hash, nothing);
        lock.lock();
        other->is_done = true;
        changed_.notify_all();
        return;
    }
    Guest self{hash};
    alone_ = &self;
    if (changed_.wait_for(lock, patience, [&] { return self.is_taken; }))
        changed_.wait(lock, [&] { return self.is_done; });
    else
        alone_ = nullptr;
}

}  // namespace pierdat::disk
