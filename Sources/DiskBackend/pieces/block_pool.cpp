#include "block_pool.hpp"

#include <sys/mman.h>

#include <new>

namespace pierdat::disk {

/// Memory for several blocks, mapped and unmapped as a whole.
struct BlockSlab {
    static constexpr int capacity = 64;

    explicit BlockSlab(BlockPool &owner) : pool(owner) {
        void *const room = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (room == MAP_FAILED) throw std::bad_alloc();
        blocks_ = static_cast<Block *>(room);
    }
    BlockSlab(BlockSlab const &) = delete;
    BlockSlab &operator=(BlockSlab const &) = delete;
    ~BlockSlab() { ::munmap(blocks_, size); }

    bool is_full() const { return used_ == capacity; }
    bool is_empty() const { return used_ == 0; }

    /// An unused block. There must be one.
    Block *take() {
        ++used_;
        if (free_) return std::exchange(free_, free_->next_free);
        // Untouched pages use no memory.
        Block *const block = new (blocks_ + touched_++) Block;
        block->slab = this;
        return block;
    }

    void give_back(Block *block) {
        --used_;
        block->next_free = std::exchange(free_, block);
    }

    BlockPool &pool;
    /// Its position in the pool's list.
    BlockPool::Slabs::iterator place;

private:
    static constexpr std::size_t size = capacity * sizeof(Block);

    Block *blocks_;
    Block *free_ = nullptr;
    int touched_ = 0;
    int used_ = 0;
};

BlockReference::~BlockReference() {
    if (block_) BlockPool::release(block_);
}

lt::disk_buffer_holder BlockReference::into_holder(int length) && {
    Block *const block = std::exchange(block_, nullptr);
    return {block->slab->pool, block->data, length};
}

BlockPool::BlockPool() = default;
BlockPool::~BlockPool() = default;

BlockReference BlockPool::allocate() {
    std::lock_guard const lock(mutex_);
    if (open_.empty()) {
        open_.push_front(std::make_unique<BlockSlab>(*this));
        open_.front()->place = open_.begin();
        ++empty_count_;
    }
    BlockSlab &slab = *open_.front();
    if (slab.is_empty()) --empty_count_;
    Block *const block = slab.take();
    if (slab.is_full()) full_.splice(full_.begin(), open_, slab.place);
    block->references.store(1, std::memory_order_relaxed);
    return BlockReference(block);
}

void BlockPool::free_disk_buffer(char *data) {
    release(reinterpret_cast<Block *>(data - offsetof(Block, data)));
}

void BlockPool::release(Block *block) {
    // The count is checked first, because all threads contend for the slab.
    if (block->references.fetch_sub(1, std::memory_order_acq_rel) == 1) block->slab->pool.take_back(block);
}

void BlockPool::take_back(Block *block) {
    // Destroyed after unlocking, because unmapping is slow.
    Slabs dropped;
    std::lock_guard const lock(mutex_);
    BlockSlab &slab = *block->slab;
    open_.splice(open_.begin(), slab.is_full() ? full_ : open_, slab.place);
    slab.give_back(block);
    if (!slab.is_empty()) return;
    if (empty_count_ == most_empty) {
        dropped.splice(dropped.begin(), open_, slab.place);
    } else {
        open_.splice(open_.end(), open_, slab.place);
        ++empty_count_;
    }
}

}  // namespace pierdat::disk
