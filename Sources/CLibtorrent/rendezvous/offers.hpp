#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include <libtorrent/extensions.hpp>
#include <libtorrent/torrent_handle.hpp>
#include <libtorrent/torrent_info.hpp>

#include "messages.hpp"

namespace pierdat::rendezvous {

/// The torrents that we name at a rendezvous. Thread-safe.
class Offers {
public:
    using Metadata = std::shared_ptr<lt::torrent_info const>;

    /// False if it cannot be named: it is private (BEP 27), or the metadata is too large.
    bool add(Metadata const &torrent);
    void remove(lt::info_hash_t const &hashes);

    /// The first ``max_named`` torrents.
    std::vector<Named> named() const;
    /// The metadata of a torrent by its key. nullptr if it is not offered.
    Metadata find(std::string const &key) const;

private:
    mutable std::mutex mutex_;
    std::vector<Metadata> torrents_;
};

/// Answers the peers that ask at a rendezvous. The torrent, which has no metadata, connects to no peers.
std::shared_ptr<lt::torrent_plugin> answer(lt::torrent_handle const &torrent, std::shared_ptr<Offers> offers);

}  // namespace pierdat::rendezvous
