#pragma once

#include <memory>

#include <libtorrent/session.hpp>
#include <libtorrent/torrent_handle.hpp>

#include "CLibtorrent/plugins/checked_bytes.hpp"
#include "CLibtorrent/rendezvous/offers.hpp"
#include "CLibtorrent/rendezvous/search.hpp"
#include "DiskBackend/io/storage_options.hpp"

struct pierdat_session {
    std::shared_ptr<pierdat::disk::StorageOptionsBook> storage_options =
        std::make_shared<pierdat::disk::StorageOptionsBook>();
    std::unique_ptr<lt::session> value;
    bool dht = false;
    int dht_nodes = 0;
    int torrents_added = 0;
    /// An eventfd(2) that is signalled when there is something to take.
    int wake = -1;
};

struct pierdat_torrent {
    lt::torrent_handle value;
    pierdat::CheckedBytes present = std::make_shared<pierdat::CheckedBytes::element_type>(0);
    /// For a rendezvous where we answer, or ask.
    std::shared_ptr<pierdat::rendezvous::Offers> offers;
    std::shared_ptr<pierdat::rendezvous::Search> search;
};
