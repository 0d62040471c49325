#pragma once

#include <memory>

#include <libtorrent/session.hpp>
#include <libtorrent/torrent_handle.hpp>

#include "CLibtorrent/plugins/stock.hpp"
#include "DiskBackend/io/particulars.hpp"

struct pierdat_session {
    std::shared_ptr<pierdat::disk::ParticularsBook> particulars =
        std::make_shared<pierdat::disk::ParticularsBook>();
    std::unique_ptr<lt::session> value;
    bool dht = false;
    int dht_nodes = 0;
    int torrents_added = 0;
};

struct pierdat_torrent {
    lt::torrent_handle value;
    pierdat::Stock present = std::make_shared<pierdat::Stock::element_type>(0);
};
