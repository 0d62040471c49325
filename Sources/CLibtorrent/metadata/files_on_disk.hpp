#pragma once

#include <libtorrent/add_torrent_params.hpp>
#include <libtorrent/file_storage.hpp>
#include <libtorrent/torrent_info.hpp>

namespace pierdat {

/// The files of the metadata with their names on disk.
inline lt::file_storage files_on_disk(lt::add_torrent_params const &params) {
    lt::file_storage files = params.ti->files();
    for (auto const &renamed : params.renamed_files) files.rename_file(renamed.first, renamed.second);
    return files;
}

}  // namespace pierdat
