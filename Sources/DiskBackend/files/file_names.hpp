#pragma once

#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include <libtorrent/error_code.hpp>
#include <libtorrent/file_storage.hpp>

namespace pierdat::disk {

/// The names of a torrent's files on disk. Padding files (BEP 47) are not stored.
class FileNames {
public:
    /// Keeps a reference to `files`.
    explicit FileNames(lt::file_storage const &files);

    /// A file whose path another file also has, or needs as a folder. nullopt if all files can be
    /// created.
    std::optional<lt::file_index_t> collision(lt::error_code &error) const;

    /// The target of a link (BEP 47), relative to the folder that contains the link. In the
    /// torrent, the target is relative to the torrent's folder or, from some programs, to the link.
    /// Fails if the target is outside the torrent's folder or is the link itself. The target need
    /// not exist in the torrent.
    std::string link_target(lt::file_index_t link, lt::error_code &error) const;

private:
    bool exists(std::string const &path) const;
    void remember_paths() const;

    lt::file_storage const &files_;
    /// All files and folders, and the links among them. Filled only for torrents with links.
    std::unordered_set<std::string> mutable paths_;
    std::unordered_set<std::string> mutable links_;
};

}  // namespace pierdat::disk
