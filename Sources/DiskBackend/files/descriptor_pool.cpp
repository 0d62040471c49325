#include "descriptor_pool.hpp"

#include <algorithm>
#include <limits>

namespace pierdat::disk {

namespace {

std::size_t at_least_one(int capacity) { return static_cast<std::size_t>(std::max(capacity, 1)); }

}  // namespace

DescriptorPool::DescriptorPool(int capacity) : capacity_(at_least_one(capacity)) {}

DescriptorPool::Descriptor DescriptorPool::descriptor(lt::storage_index_t torrent, lt::file_index_t file,
                                                      bool writable, Opener const &open,
                                                      lt::error_code &error) {
    Key const key{torrent, file};
    {
        std::lock_guard const lock(mutex_);
        auto const found = index_.find(key);
        if (found != index_.end() && (found->second->writable || !writable)) {
            entries_.splice(entries_.begin(), entries_, found->second);
            found->second->last_use = lt::clock_type::now();
            return found->second->descriptor;
        }
    }
    auto opened = std::make_shared<FileDescriptor const>(open(error));
    if (error) return nullptr;

    Entries dropped;
    std::lock_guard const lock(mutex_);
    if (auto const found = index_.find(key); found != index_.end()) {
        // Another thread was faster, and its descriptor is good enough.
        if (found->second->writable || !writable) return found->second->descriptor;
        extract(found, dropped);
    }
    entries_.push_front({key, opened, writable, lt::clock_type::now()});
    index_[key] = entries_.begin();
    trim(dropped);
    return opened;
}

bool DescriptorPool::is_writable(lt::storage_index_t torrent, lt::file_index_t file) const {
    std::lock_guard const lock(mutex_);
    auto const found = index_.find({torrent, file});
    return found != index_.end() && found->second->writable;
}

void DescriptorPool::release(lt::storage_index_t torrent) {
    Entries dropped;
    std::lock_guard const lock(mutex_);
    auto position = index_.lower_bound({torrent, lt::file_index_t(std::numeric_limits<int>::min())});
    while (position != index_.end() && position->first.first == torrent) extract(position++, dropped);
}

void DescriptorPool::release(lt::storage_index_t torrent, lt::file_index_t file) {
    Entries dropped;
    std::lock_guard const lock(mutex_);
    auto const position = index_.find({torrent, file});
    if (position != index_.end()) extract(position, dropped);
}

void DescriptorPool::set_capacity(int capacity) {
    Entries dropped;
    std::lock_guard const lock(mutex_);
    capacity_ = at_least_one(capacity);
    trim(dropped);
}

std::vector<lt::open_file_state> DescriptorPool::status(lt::storage_index_t torrent) const {
    std::vector<lt::open_file_state> states;
    std::lock_guard const lock(mutex_);
    for (auto const &entry : entries_) {
        if (entry.key.first != torrent) continue;
        auto const mode = entry.writable ? lt::file_open_mode::read_write : lt::file_open_mode::read_only;
        states.push_back({entry.key.second, mode, entry.last_use});
    }
    return states;
}

void DescriptorPool::extract(std::map<Key, Entries::iterator>::iterator position, Entries &dropped) {
    dropped.splice(dropped.begin(), entries_, position->second);
    index_.erase(position);
}

void DescriptorPool::trim(Entries &dropped) {
    while (entries_.size() > capacity_) extract(index_.find(entries_.back().key), dropped);
}

}  // namespace pierdat::disk
