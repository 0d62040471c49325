#pragma once

#include <sys/stat.h>

#include <string>
#include <unordered_set>

#include <libtorrent/error_code.hpp>

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

    /// Creates the file, with `mode` less the process's umask, and the folders above it. A file that has other
    /// names, too (hard links), is replaced by a copy: they keep the data that they have.
    FileDescriptor open_for_writing(std::string const &file, mode_t mode, lt::error_code &error) const;

    /// stat(2); links are followed.
    struct stat status(std::string const &file, lt::error_code &error) const;

    /// The same of the name itself: lstat(2). Fails where a folder above it is a link.
    struct stat entry(std::string const &file, lt::error_code &error) const;

    /// What the link `file` leads to.
    std::string target_of(std::string const &file, lt::error_code &error) const;

    /// All names in a folder, as the file system has them.
    std::unordered_set<std::string> names_in(std::string const &folder, lt::error_code &error) const;

    /// Creates a link, unless the same one is there already; one that leads elsewhere is replaced.
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

}  // namespace pierdat::disk
