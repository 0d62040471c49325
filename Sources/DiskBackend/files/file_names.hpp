#pragma once

#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include <libtorrent/error_code.hpp>
#include <libtorrent/file_storage.hpp>

namespace pierdat::disk {

/// The names of a torrent's files, as far as they are laid out: padding (BEP 47) is nowhere kept.
class FileNames {
public:
    /// Keeps a reference to `files`.
    explicit FileNames(lt::file_storage const &files);

    /// A file that shares its path with another, or has one where another file needs a folder; none where all
    /// of them can be laid out.
    std::optional<lt::file_index_t> collision(lt::error_code &error) const;

    /// What a link (BEP 47) is to lead to, from the folder that it lies in. Its target is a path below the
    /// torrent's own folder, or, as some programs have it, from the link. Fails where it leads out of that
    /// folder, or to the link itself; not where the torrent has no such file.
    std::string link_target(lt::file_index_t link, lt::error_code &error) const;

private:
    bool exists(std::string const &path) const;
    void remember_paths() const;

    lt::file_storage const &files_;
    /// Of files and folders, and of those that are links; for the torrents that have any.
    std::unordered_set<std::string> mutable paths_;
    std::unordered_set<std::string> mutable links_;
};

}  // namespace pierdat::disk
