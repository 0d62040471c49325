#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include <libtorrent/sha1_hash.hpp>

#include "DiskBackend/pieces/lazy_verifier.hpp"

namespace pierdat::disk {

/// What the disk is to know of a torrent beyond libtorrent's lt::storage_params.
struct StorageOptions {
    /// The folder of the part file; empty: that of the data.
    std::string part_folder;
    /// nullptr where pieces are served as they are, or libtorrent checks them.
    std::shared_ptr<LazyVerifier> check;
    /// Links and files of no bytes are created, and something else in their place is an error. False for what is
    /// only checked or seeded.
    bool may_write = true;
};

/// The storage_options of a session's torrents that have no storage yet, by lt::storage_params::info_hash. Any
/// thread may ask.
class StorageOptionsBook {
public:
    /// For a torrent without metadata that may turn out to have another info-hash, as a hybrid has.
    static lt::sha1_hash unknown() { return {}; }

    void set(lt::sha1_hash const &torrent, StorageOptions storage_options) {
        std::lock_guard const lock(mutex_);
        book_[torrent] = std::move(storage_options);
    }

    /// For the torrent's storage, which keeps them: they stand here no longer.
    StorageOptions take(lt::sha1_hash const &torrent) {
        std::lock_guard const lock(mutex_);
        auto found = book_.extract(torrent);
        if (!found) found = book_.extract(unknown());
        return found ? std::move(found.mapped()) : StorageOptions();
    }

private:
    std::mutex mutex_;
    std::map<lt::sha1_hash, StorageOptions> book_;
};

}  // namespace pierdat::disk
