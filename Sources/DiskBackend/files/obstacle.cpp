#include "obstacle.hpp"

#include <cerrno>

namespace pierdat::disk {

namespace {

class Category final : public boost::system::error_category {
public:
    char const *name() const noexcept override { return "obstacle"; }
    std::string message(int value) const override { return text(static_cast<Obstacle>(value)); }

private:
    static char const *text(Obstacle obstacle) {
        switch (obstacle) {
            case Obstacle::link:
                return "it is a symbolic link, and the torrent has a file there; remove it, or choose another DEST";
            case Obstacle::folder:
                return "it is a folder, and the torrent has a file there; remove it, or choose another DEST";
            case Obstacle::special:
                return "it is a pipe, a socket or a device, and the torrent has a file there; remove it, or "
                       "choose another DEST";
            case Obstacle::not_a_link:
                return "it is not a symbolic link, and the torrent has one there; remove it, or choose another DEST";
            case Obstacle::folder_is_link:
                return "a folder above it is a symbolic link, which is not followed; remove it, or choose "
                       "another DEST";
            case Obstacle::folder_is_file:
                return "a folder above it is not a folder here; remove what is in the way, or choose another DEST";
            case Obstacle::same_file:
                return "this file system treats its name as that of another file of the torrent; choose a DEST "
                       "on one that distinguishes them";
            case Obstacle::name_changed:
                return "this file system keeps it under another name; choose a DEST on one that keeps names as "
                       "they are";
            case Obstacle::too_long: return "it is longer than the torrent's file";
            case Obstacle::other_link: return "it is not the symbolic link that the torrent has";
            case Obstacle::missing: return "it is missing";
            case Obstacle::same_path: return "the torrent has two files of this name";
            case Obstacle::file_is_folder: return "the torrent has a file and a folder of this name";
            case Obstacle::link_leads_out:
                return "it is a symbolic link that leads out of the torrent's folder; select the other files";
            case Obstacle::link_to_itself:
                return "it is a symbolic link to itself; select the other files";
        }
        return "something is in the way";
    }
};

bool is_in_the_way(lt::error_code const &error) {
    return error.category() == obstacle_category() && error.value() <= static_cast<int>(Obstacle::name_changed);
}

}  // namespace

boost::system::error_category const &obstacle_category() {
    static Category const category;
    return category;
}

int number_for(lt::error_code const &error) {
    bool const is_system =
        error.category() == lt::system_category() || error.category() == boost::system::generic_category();
    if (is_system) return error.value();
    return is_in_the_way(error) ? EEXIST : -1;
}

}  // namespace pierdat::disk
