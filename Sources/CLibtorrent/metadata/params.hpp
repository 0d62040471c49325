#pragma once

#include <string>

#include <libtorrent/add_torrent_params.hpp>

struct pierdat_params {
    lt::add_torrent_params value;
    /// What the torrent's root is called on disk, where that is not the torrent's own name.
    std::string root;
};
