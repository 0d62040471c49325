#include "block_pool.hpp"

#include <new>

namespace pierdat::disk {

BlockReference::~BlockReference() {
    if (block_) block_->pool->release(block_);
}

lt::disk_buffer_holder BlockReference::into_holder(int length) && {
    Block *const block = std::exchange(block_, nullptr);
    return {*block->pool, block->data, length};
}

BlockPool::~BlockPool() {
    while (free_) delete std::exchange(free_, free_->next_free);
}

BlockReference BlockPool::allocate() {
    Block *block = nullptr;
    {
        std::lock_guard const lock(mutex_);
        if (free_) {
            block = std::exchange(free_, free_->next_free);
            --free_count_;
        }
    }
    if (!block) block = new Block;
    block->references.store(1, std::memory_order_relaxed);
    block->pool = this;
    block->next_free = nullptr;
    return BlockReference(block);
}

void BlockPool::free_disk_buffer(char *data) {
    release(reinterpret_cast<Block *>(data - offsetof(Block, data)));
}

void BlockPool::release(Block *block) {
    if (block->references.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    {
        std::lock_guard const lock(mutex_);
        if (free_count_ < most_free) {
            block->next_free = std::exchange(free_, block);
            ++free_count_;
            return;
        }
    }
    delete block;
}

}  // namespace pierdat::disk
