#pragma once

#include <memory>

#include <libtorrent/session.hpp>
#include <libtorrent/torrent_handle.hpp>

#include "CLibtorrent/plugins/checked_bytes.hpp"
#include "CLibtorrent/rendezvous/offers.hpp"
#include "CLibtorrent/rendezvous/search.hpp"
#include "CLibtorrent/plugins/received_bytes.hpp"
#include "DiskBackend/io/disk_figures.hpp"
#include "DiskBackend/io/storage_options.hpp"
#include "pierdat_counters.h"

struct pierdat_session {
    std::shared_ptr<pierdat::disk::StorageOptionsBook> storage_options =
        std::make_shared<pierdat::disk::StorageOptionsBook>();
    std::shared_ptr<pierdat::disk::DiskFigures> disk_figures = std::make_shared<pierdat::disk::DiskFigures>();
    std::unique_ptr<lt::session> value;
    bool dht = false;
    /// As of the latest statistics.
    pierdat_counters counters{};
    int torrents_added = 0;
    /// An eventfd(2) that is signalled when there is something to take.
    int wake = -1;
};

struct pierdat_torrent {
    lt::torrent_handle value;
    pierdat::CheckedBytes present = std::make_shared<pierdat::CheckedBytes::element_type>(0);
    std::shared_ptr<pierdat::ReceivedBytes> received = std::make_shared<pierdat::ReceivedBytes>();
    /// For a rendezvous where we answer, or ask.
    std::shared_ptr<pierdat::rendezvous::Offers> offers;
    std::shared_ptr<pierdat::rendezvous::Search> search;
};
