#pragma once

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include <libtorrent/disk_interface.hpp>

#include "file_descriptor.hpp"

namespace pierdat::disk {

/// An LRU cache of open files across all torrents. A descriptor that is evicted while in use stays
/// open until that use ends.
class DescriptorPool {
public:
    using Descriptor = std::shared_ptr<FileDescriptor const>;
    using Opener = std::function<FileDescriptor(lt::error_code &)>;

    explicit DescriptorPool(int capacity);

    /// Returns the cached descriptor of the file, or opens it with `open`. A writable descriptor
    /// also serves reads. A read-only descriptor is replaced if `writable` is set.
    Descriptor descriptor(lt::storage_index_t torrent, lt::file_index_t file, bool writable,
                          Opener const &open, lt::error_code &error);

    /// True if a writable descriptor of the file is cached.
    bool is_writable(lt::storage_index_t torrent, lt::file_index_t file) const;

    void release(lt::storage_index_t torrent);
    void release(lt::storage_index_t torrent, lt::file_index_t file);
    void set_capacity(int capacity);

    std::vector<lt::open_file_state> status(lt::storage_index_t torrent) const;

private:
    using Key = std::pair<lt::storage_index_t, lt::file_index_t>;
    struct Entry {
        Key key;
        Descriptor descriptor;
        bool writable;
        lt::time_point last_use;
    };
    using Entries = std::list<Entry>;

    /// Removes the entry. The caller destroys it after unlocking, because close(2) may be slow.
    void extract(std::map<Key, Entries::iterator>::iterator position, Entries &dropped);
    void trim(Entries &dropped);

    std::mutex mutable mutex_;
    std::size_t capacity_;
    /// Most recently used first.
    Entries entries_;
    std::map<Key, Entries::iterator> index_;
};

}  // namespace pierdat::disk
