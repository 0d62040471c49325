#pragma once

#include <sys/stat.h>

#include <string>

#include <libtorrent/error_code.hpp>
#include <libtorrent/file_storage.hpp>

#include "file_descriptor.hpp"

namespace pierdat::disk {

/// The folder that a torrent's files lie in, named by paths relative to it.
///
/// Nothing is ever created or changed outside of it: below the folder no symbolic link is followed
/// where something is written. Reading follows links, as what is read is believed only by its hash.
/// An absolute path, which a file gets only by being renamed to it, stands for itself.
class SaveFolder {
public:
    explicit SaveFolder(std::string path);

    std::string const &path() const { return path_; }
    /// Where `file` lies, for messages and for reading.
    std::string path_of(std::string const &file) const;

    /// Fails for everything but a regular file.
    FileDescriptor open_for_reading(std::string const &file, lt::error_code &error) const;

    /// Creates the file, with `mode` less the process's umask, and the folders above it.
    FileDescriptor open_for_writing(std::string const &file, mode_t mode, lt::error_code &error) const;

    /// stat(2); links are followed.
    struct stat status(std::string const &file, lt::error_code &error) const;

    /// Creates a link, unless the same one is there already.
    void create_link(std::string const &file, std::string const &target, lt::error_code &error) const;

    /// Creates a further name for the file at the absolute path `existing`; none where the name is taken.
    /// Returns whether it did.
    bool create_hard_link(std::string const &file, std::string const &existing,
                          lt::error_code &error) const;

    /// Removes a file or a link; that it is not there is no error.
    void remove_file(std::string const &file, lt::error_code &error) const;

    /// Removes a folder where it is empty. Returns whether it is gone.
    bool remove_empty_folder(std::string const &folder) const;

    /// Renames `file` to `new_file` in `destination`, across file systems by copying.
    /// That `file` does not exist is no error.
    void move_file(std::string const &file, SaveFolder const &destination, std::string const &new_file,
                   lt::error_code &error) const;

private:
    /// The folder that `file` lies in, and in `leaf` its name there.
    FileDescriptor parent_of(std::string const &file, bool create, std::string &leaf,
                             lt::error_code &error) const;

    std::string path_;
};

/// What a torrent's link (BEP 47) leads to, from the folder that it is in. libtorrent has seen to it that
/// this is below the torrent's own folder.
std::string link_target(lt::file_storage const &files, lt::file_index_t link);

}  // namespace pierdat::disk
