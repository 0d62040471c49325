#include "piece_hash.hpp"

#include <algorithm>

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
    : shape_(shape), waiting_blocks_(waiting_blocks) {}

PieceHash::~PieceHash() { forget_waiting(); }

void PieceHash::add(int block, BlockReference const &data) {
    if (shape_.v2_length(block) > 0) v2_[block] = v2_hash(block, data.data());
    if (shape_.v1_length(block) > 0) add_in_order(block, data);
}

void PieceHash::add_in_order(int block, BlockReference const &data) {
    if (block < next_) {
        v1_is_stale_ = true;
    } else if (block > next_) {
        auto const found = waiting_.find(block);
        if (found != waiting_.end()) found->second = data;
        else if (waiting_blocks_.try_add()) waiting_.emplace(block, data);
    } else {
        hash_next(data.data());
        while (!waiting_.empty() && waiting_.begin()->first <= next_) {
            if (waiting_.begin()->first == next_) hash_next(waiting_.begin()->second.data());
            waiting_.erase(waiting_.begin());
            waiting_blocks_.remove();
        }
    }
}

void PieceHash::hash_next(char const *data) {
    v1_.update({data, shape_.v1_length(next_)});
    ++next_;
}

lt::sha1_hash PieceHash::finish(bool wants_v1, lt::span<lt::sha256_hash> v2, ReadBack const &read_back) {
    if (v1_is_stale_) {
        v1_.reset();
        next_ = 0;
        forget_waiting();
    }
    for (int block = 0; block < shape_.block_count(); ++block) {
        bool const next_of_v1 = wants_v1 && block == next_ && shape_.v1_length(block) > 0;
        bool const missing_of_v2 = wants_v2(block, v2) && v2_.count(block) == 0;
        if (!next_of_v1 && !missing_of_v2) continue;
        auto const waiting = waiting_.find(block);
        char const *const data = waiting != waiting_.end() ? waiting->second.data() : read_back(block);
        if (!data) return {};
        if (next_of_v1) hash_next(data);
        if (missing_of_v2) v2_[block] = v2_hash(block, data);
    }
    for (auto const &[block, hash] : v2_)
        if (wants_v2(block, v2)) v2[block] = hash;
    return wants_v1 ? v1_.final() : lt::sha1_hash();
}

void PieceHash::forget_waiting() {
    for (std::size_t i = 0; i < waiting_.size(); ++i) waiting_blocks_.remove();
    waiting_.clear();
}

bool PieceHash::wants_v2(int block, lt::span<lt::sha256_hash> v2) const {
    return block < v2.size() && shape_.v2_length(block) > 0;
}

lt::sha256_hash PieceHash::v2_hash(int block, char const *data) const {
    lt::hasher256 hasher;
    hasher.update({data, shape_.v2_length(block)});
    return hasher.final();
}

}  // namespace pierdat::disk
