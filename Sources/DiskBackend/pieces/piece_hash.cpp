#include "piece_hash.hpp"

#include <algorithm>
#include <tuple>

namespace pierdat::disk {

namespace {

constexpr int block_size = lt::default_block_size;

int length_of(int block, int size) { return std::clamp(size - block * block_size, 0, block_size); }

}  // namespace

/// Collects full blocks for v2 hashing and hashes them when there are enough for one batch.
class PieceHash::V2Batch {
public:
    void add(lt::sha256_hash &hash, BlockReference block) {
        hashes_.push_back(&hash);
        data_.push_back(block.data());
        blocks_.push_back(std::move(block));
        if (blocks_.size() == most_sha256_at_once) finish();
    }

    void finish() {
        auto const computed = sha256_of(data_, block_size);
        for (std::size_t i = 0; i < computed.size(); ++i) *hashes_[i] = computed[i];
        hashes_.clear();
        data_.clear();
        blocks_.clear();
    }

private:
    std::vector<lt::sha256_hash *> hashes_;
    std::vector<char const *> data_;
    std::vector<BlockReference> blocks_;
};

int PieceShape::block_count() const { return (std::max(v1_size, v2_size) + block_size - 1) / block_size; }
int PieceShape::v1_length(int block) const { return length_of(block, v1_size); }
int PieceShape::v2_length(int block) const { return length_of(block, v2_size); }

bool WaitingBlocks::try_add(int limit) {
    if (++count_ <= limit) return true;
    --count_;
    return false;
}

PieceHash::PieceHash(PieceShape shape, WaitingBlocks &waiting_blocks)
    : shape_(shape), goes_together_(shape.v1_size > 0 && sha_extensions::are_available()),
      waiting_blocks_(waiting_blocks),
      v2_(static_cast<std::size_t>(shape.v2_size > 0 ? shape.block_count() : 0)) {}

PieceHash::~PieceHash() { forget_waiting(); }

void PieceHash::add(int block, BlockReference const &data) {
    // The data replaces what was hashed before.
    if (shape_.v2_length(block) > 0) v2_[static_cast<std::size_t>(block)].clear();
    if (shape_.v1_length(block) > 0) add_in_order(block, data);
    else if (shape_.v2_length(block) > 0) hash_v2(block, data.data());
}

/// Computes both hashes at once if this block is next in order. Otherwise both wait.
void PieceHash::add_in_order(int block, BlockReference const &data) {
    if (block < next_) {
        v1_is_stale_ = true;
        if (lacks_v2(block)) hash_v2(block, data.data());
        return;
    }
    if (keep_waiting(block, data)) return;
    hash_waiting();
    if (block == next_) {
        hash_next(data.data(), true);
        hash_waiting();
    } else if (!keep_waiting(block, data) && lacks_v2(block)) {
        hash_v2(block, data.data());
    }
}

bool PieceHash::keep_waiting(int block, BlockReference const &data) {
    auto const found = waiting_.find(block);
    if (found != waiting_.end()) {
        found->second = data;
        return true;
    }
    bool const must_wait = block > next_ && waiting_.count(next_) == 0;
    bool const waits = must_wait ? waiting_blocks_.try_add()
                                 : goes_together_ && waiting_blocks_.try_add_at_leisure();
    if (waits) waiting_.emplace(block, data);
    return waits;
}

/// Hashes the waiting blocks that are next in order.
void PieceHash::hash_waiting() {
    while (!waiting_.empty() && waiting_.begin()->first == next_) {
        hash_next(waiting_.begin()->second.data(), true);
        waiting_.erase(waiting_.begin());
        waiting_blocks_.remove();
    }
}

BlockReference PieceHash::take_next(ReadBack const &read) {
    auto waiting = waiting_.extract(next_);
    if (!waiting) return read(next_);
    waiting_blocks_.remove();
    return std::move(waiting.mapped());
}

void PieceHash::hash_together(lt::span<Member const> members) {
    auto const all = [&](auto const &holds) { return std::all_of(members.begin(), members.end(), holds); };
    auto const can_begin = [](Member const &one) { return one.hash.goes_together(); };
    auto const has_next = [](Member const &one) { return one.hash.has_next(); };
    auto const wants_both = [](Member const &one) { return one.hash.goes_with_v2(one.hash.next_); };
    if (!all(can_begin)) return;
    std::vector<BlockReference> blocks(static_cast<std::size_t>(members.size()));
    V2Batch batch;
    while (all(has_next)) {
        for (std::size_t i = 0; i < blocks.size(); ++i) {
            auto const &member = members[static_cast<std::ptrdiff_t>(i)];
            blocks[i] = member.hash.take_next(member.read);
        }
        bool const are_read = std::all_of(blocks.begin(), blocks.end(), [](auto const &block) { return bool(block); });
        if (!are_read) {
            for (std::size_t i = 0; i < blocks.size(); ++i)
                if (blocks[i]) members[static_cast<std::ptrdiff_t>(i)].hash.hash_next(blocks[i].data(), true);
            break;
        }
        if (members.size() == 2 && all(wants_both))
            hash_both_of_two(members[0].hash, blocks[0], members[1].hash, blocks[1]);
        else hash_next_of_all(members, blocks, batch);
    }
    batch.finish();
}

OrderedHasher::Step PieceHash::next_step(BlockReference const &block) {
    return {v1_, {block.data(), shape_.v1_length(next_)}};
}

void PieceHash::hash_both_of_two(PieceHash &first, BlockReference const &block, PieceHash &second,
                                 BlockReference const &other) {
    std::tie(first.v2_[static_cast<std::size_t>(first.next_)], second.v2_[static_cast<std::size_t>(second.next_)]) =
        OrderedHasher::update_with_sha256(first.next_step(block), second.next_step(other));
    ++first.next_;
    ++second.next_;
}

/// Also computes missing v2 hashes, those of full blocks in the batch.
void PieceHash::hash_next_of_all(lt::span<Member const> members, lt::span<BlockReference const> blocks,
                                 V2Batch &batch) {
    std::vector<OrderedHasher::Step> steps;
    for (std::ptrdiff_t i = 0; i < members.size(); ++i) steps.push_back(members[i].hash.next_step(blocks[i]));
    OrderedHasher::update(steps);
    for (std::ptrdiff_t i = 0; i < members.size(); ++i) {
        PieceHash &hash = members[i].hash;
        int const block = hash.next_++;
        if (!hash.lacks_v2(block)) continue;
        if (hash.shape_.v2_length(block) == block_size) batch.add(hash.v2_[static_cast<std::size_t>(block)], blocks[i]);
        else hash.hash_v2(block, blocks[i].data());
    }
}

void PieceHash::hash_next(char const *data, bool with_v2) {
    int const block = next_++;
    lt::span<char const> const bytes(data, shape_.v1_length(block));
    if (with_v2 && goes_with_v2(block)) {
        v2_[static_cast<std::size_t>(block)] = v1_.update_with_sha256(bytes);
        return;
    }
    v1_.update(bytes);
    if (with_v2 && lacks_v2(block)) hash_v2(block, data);
}

/// True if the block lacks its v2 hash, and v1 and v2 cover the same number of bytes.
bool PieceHash::goes_with_v2(int block) const {
    return lacks_v2(block) && shape_.v2_length(block) == shape_.v1_length(block);
}

void PieceHash::hash_v2(int block, char const *data) {
    v2_[static_cast<std::size_t>(block)] = sha256_of({data, shape_.v2_length(block)});
}

/// Reads and hashes a run of blocks from `block` on that lack only their v2 hash, in one batch.
/// Returns false on an error.
bool PieceHash::read_back_v2(int block, int end, ReadBack const &read_back) {
    std::vector<BlockReference> blocks;
    std::vector<char const *> data;
    int const length = shape_.v2_length(block);
    auto const follows = [&](int next) {
        return next < end && lacks_v2(next) && shape_.v2_length(next) == length && waiting_.count(next) == 0;
    };
    do {
        blocks.push_back(read_back(block + static_cast<int>(blocks.size())));
        if (!blocks.back()) return false;
        data.push_back(blocks.back().data());
    } while (blocks.size() < most_sha256_at_once && follows(block + static_cast<int>(blocks.size())));
    auto const hashes = sha256_of(data, length);
    std::copy(hashes.begin(), hashes.end(), v2_.begin() + block);
    return true;
}

lt::sha1_hash PieceHash::finish(bool wants_v1, lt::span<lt::sha256_hash> v2, ReadBack const &read_back) {
    if (v1_is_stale_) {
        v1_ = OrderedHasher();
        next_ = 0;
        // The v2 hashes of these blocks were not computed. They will be read back.
        forget_waiting();
    }
    auto const misses_v2 = [&](int block) { return block < v2.size() && lacks_v2(block); };
    for (int block = 0; block < shape_.block_count(); ++block) {
        bool const next_of_v1 = wants_v1 && block == next_ && shape_.v1_length(block) > 0;
        if (!next_of_v1 && !misses_v2(block)) continue;
        auto const waiting = waiting_.find(block);
        if (next_of_v1) {
            auto const data = waiting != waiting_.end() ? waiting->second : read_back(block);
            if (!data) return {};
            hash_next(data.data(), misses_v2(block));
        } else if (waiting != waiting_.end()) {
            hash_v2(block, waiting->second.data());
        } else if (!read_back_v2(block, static_cast<int>(v2.size()), read_back)) {
            return {};
        }
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
