#pragma once

#include <sys/stat.h>

#include <string>
#include <unordered_set>

#include <libtorrent/error_code.hpp>

#include "file_descriptor.hpp"

namespace pierdat::disk {

/// The folder that contains a torrent's files. Paths are relative to it.
///
/// Nothing outside it is ever created or changed: writes follow no symbolic links below the folder.
/// Reads follow links, because data is trusted only after its hash check. An absolute path, which a
/// file gets only by an explicit rename, is used as it is.
class SaveFolder {
public:
    explicit SaveFolder(std::string path);

    std::string const &path() const { return path_; }
    /// The path of `file`, for messages and for reading.
    std::string path_of(std::string const &file) const;

    /// Fails for everything except regular files.
    FileDescriptor open_for_reading(std::string const &file, lt::error_code &error) const;

    /// Creates the file with `mode` less the umask, and its missing folders. A file with other hard
    /// links is replaced by a copy, so that their data does not change.
    FileDescriptor open_for_writing(std::string const &file, mode_t mode, lt::error_code &error) const;

    /// stat(2). Follows links.
    struct stat status(std::string const &file, lt::error_code &error) const;

    /// lstat(2). Fails if a parent folder is a link.
    struct stat entry(std::string const &file, lt::error_code &error) const;

    /// The target of the link `file`.
    std::string target_of(std::string const &file, lt::error_code &error) const;

    /// All names in a folder, as the file system returns them.
    std::unordered_set<std::string> names_in(std::string const &folder, lt::error_code &error) const;

    /// Creates a link. Replaces a link with a different target.
    void create_link(std::string const &file, std::string const &target, lt::error_code &error) const;

    /// Creates a hard link to the file at the absolute path `existing`. Returns false if the name
    /// is taken or on an error.
    bool create_hard_link(std::string const &file, std::string const &existing,
                          lt::error_code &error) const;

    /// Removes a file or link. Succeeds if it does not exist.
    void remove_file(std::string const &file, lt::error_code &error) const;

    /// Removes a folder if it is empty. Returns true if it is gone.
    bool remove_empty_folder(std::string const &folder) const;

    /// Renames `file` to `new_file` in `destination`, by copying if it is on another file system.
    /// Succeeds if `file` does not exist.
    void move_file(std::string const &file, SaveFolder const &destination, std::string const &new_file,
                   lt::error_code &error) const;

private:
    /// Opens the folder that contains `file` and sets `leaf` to the name in it.
    FileDescriptor parent_of(std::string const &file, bool create, std::string &leaf,
                             lt::error_code &error) const;

    std::string path_;
};

}  // namespace pierdat::disk
