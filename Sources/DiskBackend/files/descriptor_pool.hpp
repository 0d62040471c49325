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

/// Files of all torrents that are kept open, at most so many; who was used longest ago goes first.
/// One that is closed here while it is in use stays open until that use ends.
class DescriptorPool {
public:
    using Descriptor = std::shared_ptr<FileDescriptor const>;
    using Opener = std::function<FileDescriptor(lt::error_code &)>;

    explicit DescriptorPool(int capacity);

    /// The file's descriptor: the pool's, else one that `open` gives. One that can write serves to read;
    /// one that can only read is replaced when it is to write.
    Descriptor descriptor(lt::storage_index_t torrent, lt::file_index_t file, bool writable,
                          Opener const &open, lt::error_code &error);

    /// Whether the file's descriptor is here and can write.
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

    /// Takes the entry out; the caller drops it after unlocking, as close(2) may take its time.
    void extract(std::map<Key, Entries::iterator>::iterator position, Entries &dropped);
    void trim(Entries &dropped);

    std::mutex mutable mutex_;
    std::size_t capacity_;
    /// Latest use first.
    Entries entries_;
    std::map<Key, Entries::iterator> index_;
};

}  // namespace pierdat::disk
