#pragma once

#include <string>

#include <libtorrent/add_torrent_params.hpp>

struct pierdat_params {
    lt::add_torrent_params value;
    /// The name of the torrent's root on disk if it differs from the torrent's name.
    std::string root;
    /// The digest of the content, "sha256:" and hexadecimal digits. Empty if it is not known.
    std::string digest;
};
