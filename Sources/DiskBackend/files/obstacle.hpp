#pragma once

#include <libtorrent/error_code.hpp>

namespace pierdat::disk {

/// Why a file cannot be what the torrent has under its name. The messages stand behind the file's path.
enum class Obstacle {
    /// Something in the folder is in the way.
    link = 1,
    folder,
    special,
    not_a_link,
    folder_is_link,
    folder_is_file,
    /// The file system takes two names for one, or has changed a name.
    same_file,
    name_changed,
    /// The data is not the torrent's.
    too_long,
    other_link,
    missing,
    /// The torrent itself cannot be laid out.
    same_path,
    file_is_folder,
    link_leads_out,
    link_to_itself,
};

/// The category of obstacles.
boost::system::error_category const &obstacle_category();

inline lt::error_code error_code_of(Obstacle obstacle) {
    return {static_cast<int>(obstacle), obstacle_category()};
}

/// What a caller in C is told: errno's value; EEXIST where something is in the way; -1 for everything else.
int number_for(lt::error_code const &error);

}  // namespace pierdat::disk
