#include "piece_hash.hpp"

#include <algorithm>
#include <tuple>

namespace pierdat::disk {

namespace {

constexpr int block_size = lt::default_block_size;

int length_of(int block, int size) { return std::clamp(size - block * block_size, 0, block_size); }

}  // namespace

int PieceShape::block_count() const { return (std::max(v1_size, v2_size) + block_size - 1) / block_size; }
int PieceShape::v1_length(int block) const { return length_of(block, v1_size); }
int PieceShape::v2_length(int block) const { return length_of(block, v2_size); }

bool WaitingBlocks::try_add() {
    if (++count_ <= limit_) return true;
    --count_;
    return false;
}

PieceHash::PieceHash(PieceShape shape, WaitingBlocks &waiting_blocks)
    : shape_(shape), waiting_blocks_(waiting_blocks),
      v2_(static_cast<std::size_t>(shape.v2_size > 0 ? shape.block_count() : 0)) {}

PieceHash::~PieceHash() { forget_waiting(); }

void PieceHash::add(int block, BlockReference const &data) {
    // What was known of it holds no longer.
    if (shape_.v2_length(block) > 0) v2_[static_cast<std::size_t>(block)].clear();
    if (shape_.v1_length(block) > 0) add_in_order(block, data);
    else if (shape_.v2_length(block) > 0) hash_v2(block, data.data());
}

/// Both hashes in one go where it is the block's turn; else v2's waits with it.
void PieceHash::add_in_order(int block, BlockReference const &data) {
    if (block < next_) {
        v1_is_stale_ = true;
        if (lacks_v2(block)) hash_v2(block, data.data());
    } else if (block > next_) {
        auto const found = waiting_.find(block);
        if (found != waiting_.end()) found->second = data;
        else if (waiting_blocks_.try_add()) waiting_.emplace(block, data);
        else if (lacks_v2(block)) hash_v2(block, data.data());
    } else {
        hash_next(data.data(), true);
        while (!waiting_.empty() && waiting_.begin()->first <= next_) {
            if (waiting_.begin()->first == next_) hash_next(waiting_.begin()->second.data(), true);
            waiting_.erase(waiting_.begin());
            waiting_blocks_.remove();
        }
    }
}

void PieceHash::hash_next(char const *data, bool with_v2) {
    int const block = next_++;
    int const length = shape_.v1_length(block);
    bool const adds_v2 = with_v2 && lacks_v2(block);
    if (adds_v2 && shape_.v2_length(block) == length) {
        v2_[static_cast<std::size_t>(block)] = v1_.update_with_sha256({data, length});
        return;
    }
    v1_.update({data, length});
    if (adds_v2) hash_v2(block, data);
}

void PieceHash::hash_v2(int block, char const *data) {
    v2_[static_cast<std::size_t>(block)] = sha256_of({data, shape_.v2_length(block)});
}

void PieceHash::hash_two_v2(int block, char const *data, char const *next) {
    auto const index = static_cast<std::size_t>(block);
    std::tie(v2_[index], v2_[index + 1]) = sha256_of({data, block_size}, {next, block_size});
}

lt::sha1_hash PieceHash::finish(bool wants_v1, lt::span<lt::sha256_hash> v2, ReadBack const &read_back) {
    if (v1_is_stale_) {
        v1_ = OrderedHasher();
        next_ = 0;
        // Their v2 hashes have not been computed.
        forget_waiting();
    }
    auto const misses_v2 = [&](int block) { return block < v2.size() && lacks_v2(block); };
    for (int block = 0; block < shape_.block_count(); ++block) {
        bool const next_of_v1 = wants_v1 && block == next_ && shape_.v1_length(block) > 0;
        if (!next_of_v1 && !misses_v2(block)) continue;
        auto const waiting = waiting_.find(block);
        bool const is_waiting = waiting != waiting_.end();
        bool const are_two = !next_of_v1 && !is_waiting && misses_v2(block + 1)
                             && shape_.v2_length(block + 1) == block_size && waiting_.count(block + 1) == 0;
        auto const data = is_waiting ? waiting->second : read_back(block);
        auto const next = data && are_two ? read_back(block + 1) : BlockReference();
        if (!data || (are_two && !next)) return {};
        if (next_of_v1) hash_next(data.data(), misses_v2(block));
        else if (are_two) hash_two_v2(block, data.data(), next.data());
        else hash_v2(block, data.data());
    }
    for (int block = 0; block < v2.size(); ++block)
        if (shape_.v2_length(block) > 0) v2[block] = v2_[static_cast<std::size_t>(block)];
    return wants_v1 ? v1_.finish() : lt::sha1_hash();
}

void PieceHash::forget_waiting() {
    for (std::size_t i = 0; i < waiting_.size(); ++i) waiting_blocks_.remove();
    waiting_.clear();
}

bool PieceHash::lacks_v2(int block) const {
    return shape_.v2_length(block) > 0 && v2_[static_cast<std::size_t>(block)].is_all_zeros();
}

}  // namespace pierdat::disk
