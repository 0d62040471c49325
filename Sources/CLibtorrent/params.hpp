#pragma once

#include <libtorrent/add_torrent_params.hpp>

struct pierdat_params {
    lt::add_torrent_params value;
};
