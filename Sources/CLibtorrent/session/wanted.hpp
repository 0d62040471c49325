#pragma once

#include <cstddef>

#include <libtorrent/add_torrent_params.hpp>
#include <libtorrent/torrent_flags.hpp>

namespace pierdat {

/// True if the file is selected, or there is no selection (BEP 53).
inline bool is_wanted(lt::add_torrent_params const &params, lt::file_index_t file) {
    auto const index = static_cast<std::size_t>(static_cast<int>(file));
    if (index < params.file_priorities.size()) return params.file_priorities[index] != lt::dont_download;
    return !(params.flags & lt::torrent_flags::default_dont_download);
}

}  // namespace pierdat
