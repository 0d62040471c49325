#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include <libtorrent/sha1_hash.hpp>

#include "DiskBackend/pieces/lazy_verifier.hpp"

namespace pierdat::disk {

/// Options of a torrent's storage that lt::storage_params does not have.
struct StorageOptions {
    /// The folder of the part file. Empty for the folder of the data.
    std::string part_folder;
    /// nullptr if pieces need no verification, because they are downloaded or checked first.
    std::shared_ptr<LazyVerifier> verifier;
    /// If true, links and empty files are created, and anything else in their place is an error.
    /// False if the data is only checked or seeded.
    bool may_write = true;
};

/// The options of torrents that have no storage yet, by lt::storage_params::info_hash. Thread-safe.
class StorageOptionsBook {
public:
    /// The key for a torrent without metadata, whose info-hash may change, as that of a hybrid
    /// torrent does.
    static lt::sha1_hash unknown() { return {}; }

    void set(lt::sha1_hash const &torrent, StorageOptions storage_options) {
        std::lock_guard const lock(mutex_);
        book_[torrent] = std::move(storage_options);
    }

    /// Removes and returns the options of a torrent, for its storage.
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
