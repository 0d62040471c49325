#include "completion_queue.hpp"

#include <iterator>
#include <utility>

namespace pierdat::disk {

void CompletionQueue::post(Completion completion) {
    std::lock_guard const lock(mutex_);
    pending_.push_back(std::move(completion));
    arrange_delivery();
}

void CompletionQueue::post(std::vector<Completion> completions) {
    if (completions.empty()) return;
    std::lock_guard const lock(mutex_);
    if (pending_.empty()) pending_ = std::move(completions);
    else std::move(completions.begin(), completions.end(), std::back_inserter(pending_));
    arrange_delivery();
}

void CompletionQueue::arrange_delivery() {
    if (std::exchange(is_arranged_, true)) return;
    lt::post(context_, [this] { deliver(); });
}

void CompletionQueue::deliver() {
    std::vector<Completion> delivered;
    {
        std::lock_guard const lock(mutex_);
        delivered.swap(pending_);
        is_arranged_ = false;
    }
    for (auto const &completion : delivered) completion();
}

}  // namespace pierdat::disk
