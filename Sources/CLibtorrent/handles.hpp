#pragma once

#include <memory>

#include <libtorrent/session.hpp>
#include <libtorrent/torrent_handle.hpp>

struct pierdat_session {
    std::unique_ptr<lt::session> value;
    bool dht = false;
    int dht_nodes = 0;
};

struct pierdat_torrent {
    lt::torrent_handle value;
};
