// Renaming, moving and deleting a torrent's files, and changing which are wanted.
#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <set>

#include <libtorrent/session_handle.hpp>
#include <libtorrent/torrent_status.hpp>

#include "torrent_storage.hpp"

namespace pierdat::disk {

namespace {

bool is_absent(lt::error_code const &error) {
    return error == boost::system::errc::no_such_file_or_directory
        || error == lt::error_code(lt::errors::file_too_short);
}

}  // namespace

void TorrentStorage::rename_file(lt::file_index_t file, std::string const &name,
                                 lt::storage_error &error) {
    if (file < lt::file_index_t(0) || file >= files().end_file()) return;
    watch_.leave_out(file);
    pool_.release(index_, file);
    folder_.move_file(files().file_path(file), folder_, name, error.ec);
    if (error) {
        error.file(file);
        error.operation = lt::operation_t::file_rename;
        return;
    }
    if (!renamed_files_) renamed_files_ = std::make_unique<lt::file_storage>(files_);
    renamed_files_->rename_file(file, name);
}

std::pair<lt::status_t, std::string> TorrentStorage::move(std::string const &path, lt::move_flags_t flags,
                                                          lt::storage_error &error) {
    SaveFolder const destination(std::filesystem::absolute(path).string());
    release_files();
    if (flags == lt::move_flags_t::fail_if_exist && any_file_exists(destination, error))
        return {lt::status_t::file_exist, folder_.path()};

    auto result = lt::status_t::no_error;
    std::vector<std::string> moved;
    for (auto const file : files().file_range()) {
        if (files().file_absolute_path(file) || files().pad_file_at(file)) continue;
        std::string const name = files().file_path(file);
        lt::error_code absent;
        if (flags == lt::move_flags_t::dont_replace) destination.status(name, absent);
        if (flags == lt::move_flags_t::dont_replace && !absent) {
            result = lt::status_t::need_full_check;
            continue;
        }
        watch_.leave_out(file);
        folder_.move_file(name, destination, name, error.ec);
        if (error) {
            error.file(file);
            error.operation = lt::operation_t::file_rename;
            break;
        }
        moved.push_back(name);
    }
    if (!error && part_file_ && !is_part_file_apart_) {
        part_file_->move(destination, error.ec);
        error.file(lt::torrent_status::error_file_partfile);
        error.operation = lt::operation_t::partfile_move;
    }
    if (error) {
        lt::error_code ignored;
        for (auto const &name : moved) destination.move_file(name, folder_, name, ignored);
        return {lt::status_t::fatal_disk_error, folder_.path()};
    }
    remove_empty_folders(folder_);
    folder_ = destination;
    if (!is_part_file_apart_) part_folder_ = destination;
    return {result, folder_.path()};
}

void TorrentStorage::delete_files(lt::remove_flags_t options, lt::storage_error &error) {
    release_files();
    if (options & lt::session_handle::delete_files) {
        for (auto const file : files().file_range()) {
            if (files().pad_file_at(file)) continue;
            lt::error_code cause;
            folder_.remove_file(files().file_path(file), cause);
            if (cause) error = lt::storage_error(cause, file, lt::operation_t::file_remove);
        }
        remove_empty_folders(folder_);
    }
    if (options & (lt::session_handle::delete_files | lt::session_handle::delete_partfile)) {
        lt::error_code cause;
        if (part_file_) part_file_->remove(cause);
        else part_folder_.remove_file(part_file_name_, cause);
        if (cause)
            error = lt::storage_error(cause, lt::torrent_status::error_file_partfile,
                                      lt::operation_t::file_remove);
    }
}

void TorrentStorage::set_priorities(FilePriorities &priorities, lt::storage_error &error) {
    auto const count = std::max(priorities.size(), priorities_.size());
    priorities_.resize(count, lt::default_priority);
    kept_as_files_.resize(static_cast<std::size_t>(files().num_files()), false);
    for (lt::file_index_t file(0); file < priorities.end_index() && file < files().end_file(); ++file) {
        if (files().pad_file_at(file)) continue;
        bool const was_wanted = priorities_[file] != lt::dont_download;
        bool const is_wanted = priorities[file] != lt::dont_download;
        if (!was_wanted && is_wanted && is_in_part_file(file)) {
            export_from_part_file(file, error);
        } else if (was_wanted && !is_wanted) {
            lt::error_code absent;
            folder_.status(files().file_path(file), absent);
            kept_as_files_[file] = !absent;
        }
        if (error) {
            error.file(file);
            priorities = priorities_;
            return;
        }
        priorities_[file] = priorities[file];
    }
    plan_part_file();
}

/// Copies the parts of `file` in the part file to the file itself.
void TorrentStorage::export_from_part_file(lt::file_index_t file, lt::storage_error &error) const {
    std::int64_t const size = files().file_size(file);
    std::int64_t offset = 0;
    std::vector<char> buffer;
    while (offset < size) {
        auto const place = files().map_file(file, offset, 0);
        std::int64_t const length = std::min(size - offset, std::int64_t{files().piece_length() - place.start});
        if (part_file_->contains(place.piece)) {
            buffer.resize(static_cast<std::size_t>(length));
            std::vector<iovec> const data{{buffer.data(), buffer.size()}};
            lt::storage_error unread;
            transfer_part_file(Direction::read, file, offset, data, unread);
            if (!unread) transfer_file(Direction::write, file, offset, data, error);
            // A slot that was assigned but never filled contains no data.
            else if (!is_absent(unread.ec)) error = unread;
            if (error) return;
        }
        offset += length;
    }
}

bool TorrentStorage::any_file_exists(SaveFolder const &folder, lt::storage_error &error) const {
    for (auto const file : files().file_range()) {
        if (files().file_absolute_path(file) || files().pad_file_at(file)) continue;
        lt::error_code cause;
        folder.status(files().file_path(file), cause);
        if (cause) continue;
        error = lt::storage_error({EEXIST, boost::system::generic_category()}, file,
                                  lt::operation_t::file_stat);
        return true;
    }
    return false;
}

void TorrentStorage::remove_empty_folders(SaveFolder const &folder) const {
    std::set<std::string> folders;
    for (auto const file : files().file_range()) {
        if (files().file_absolute_path(file)) continue;
        auto parent = std::filesystem::path(files().file_path(file)).parent_path();
        while (!parent.empty() && folders.insert(parent.string()).second) parent = parent.parent_path();
    }
    // Remove nested folders first.
    for (auto next = folders.rbegin(); next != folders.rend(); ++next) folder.remove_empty_folder(*next);
}

}  // namespace pierdat::disk
