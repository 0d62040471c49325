#pragma once

#include <libtorrent/error_code.hpp>

namespace pierdat::disk {

/// Why a torrent's file cannot be stored under its name. The messages follow the file's path.
enum class Obstacle {
    /// Something in the folder is in the way.
    link = 1,
    folder,
    special,
    not_a_link,
    folder_is_link,
    folder_is_file,
    /// The file system treats two names as equal, or has changed a name.
    same_file,
    name_changed,
    /// The existing data is not the torrent's.
    too_long,
    other_link,
    missing,
    /// The torrent's own names conflict.
    same_path,
    file_is_folder,
    link_leads_out,
    link_to_itself,
};

/// The error category of obstacles.
boost::system::error_category const &obstacle_category();

inline lt::error_code error_code_of(Obstacle obstacle) {
    return {static_cast<int>(obstacle), obstacle_category()};
}

/// The errno for a C caller. EEXIST if something is in the way, -1 for other errors.
int number_for(lt::error_code const &error);

}  // namespace pierdat::disk
