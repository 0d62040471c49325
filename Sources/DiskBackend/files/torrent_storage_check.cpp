// Checks the files on disk when a torrent is added to a session.
#include <algorithm>
#include <cerrno>

#include <libtorrent/torrent_status.hpp>

#include "obstacle.hpp"
#include "torrent_storage.hpp"

namespace pierdat::disk {

lt::status_t TorrentStorage::check(lt::add_torrent_params const &resume, FileLinks const &links,
                                   bool trust_incomplete, lt::storage_error &error) {
    watch_.forget();
    pool_.release(index_);
    FileNames const names(files());
    if (auto const file = names.collision(error.ec)) {
        error.file(*file);
        error.operation = lt::operation_t::check_resume;
        return lt::status_t::fatal_disk_error;
    }
    auto sizes = sizes_on_disk(error);
    if (error) return lt::status_t::fatal_disk_error;
    lt::status_t oversized{};
    for (auto const file : files().file_range())
        if (sizes[file] > files().file_size(file)) oversized = lt::status_t::oversized_file;

    choose_part_file(sizes);
    // A seeder may run on a read-only file system.
    if (may_write_) create_empty_files(names, sizes, error);
    if (error) return lt::status_t::fatal_disk_error | oversized;
    bool const linked = add_hard_links(links, sizes, error);
    if (error) return lt::status_t::need_full_check | oversized;

    if (trust_incomplete) return oversized;
    if (resume.have_pieces.empty())
        return (linked || has_any_data(sizes) ? lt::status_t::need_full_check : lt::status_t{}) | oversized;
    bool const claims_all = resume.have_pieces.size() >= files().num_pieces() && resume.have_pieces.all_set();
    bool const holds = claims_all ? is_complete(sizes, error)
                                  : !linked && has_files_of(resume.have_pieces, sizes, error);
    return (holds ? lt::status_t{} : lt::status_t::need_full_check) | oversized;
}

TorrentStorage::FileSizes TorrentStorage::sizes_on_disk(lt::storage_error &error) const {
    FileSizes sizes;
    sizes.resize(static_cast<std::size_t>(files().num_files()), missing);
    for (auto const file : files().file_range()) {
        if (files().pad_file_at(file)) continue;
        lt::error_code cause;
        sizes[file] = may_write_ ? size_to_write(file, cause) : size_on_disk(file, cause);
        if (!cause) continue;
        sizes[file] = missing;
        if (cause == boost::system::errc::no_such_file_or_directory || is_unwanted(file)) continue;
        error = lt::storage_error(cause, file, lt::operation_t::file_stat);
        break;
    }
    return sizes;
}

/// 0 for a link, because its target is a file of its own.
std::int64_t TorrentStorage::size_on_disk(lt::file_index_t file, lt::error_code &error) const {
    if (files().file_flags(file) & lt::file_storage::flag_symlink) return 0;
    return folder_.status(files().file_path(file), error).st_size;
}

/// Also fails for something that must not be overwritten. Better now than after an hour of
/// downloading.
std::int64_t TorrentStorage::size_to_write(lt::file_index_t file, lt::error_code &error) const {
    bool const should_be_link = static_cast<bool>(files().file_flags(file) & lt::file_storage::flag_symlink);
    auto const status = folder_.entry(files().file_path(file), error);
    if (should_be_link && error == boost::system::errc::no_such_file_or_directory) error.clear();
    else if (should_be_link && !error && !S_ISLNK(status.st_mode)) error = error_code_of(Obstacle::not_a_link);
    if (error || should_be_link) return 0;
    bool const is_link = S_ISLNK(status.st_mode);
    if (is_link) error = error_code_of(Obstacle::link);
    else if (S_ISDIR(status.st_mode)) error = error_code_of(Obstacle::folder);
    else if (!S_ISREG(status.st_mode)) error = error_code_of(Obstacle::special);
    return status.st_size;
}

/// An unwanted file that already has data is used directly. A longer file belongs to another
/// torrent.
void TorrentStorage::choose_part_file(FileSizes const &sizes) {
    kept_as_files_.assign(static_cast<std::size_t>(files().num_files()), false);
    for (auto const file : files().file_range())
        kept_as_files_[file] = is_unwanted(file) && sizes[file] > 0 && sizes[file] <= files().file_size(file);
    plan_part_file();
}

void TorrentStorage::create_empty_files(FileNames const &names, FileSizes const &sizes,
                                        lt::storage_error &error) const {
    for (auto const file : files().file_range()) {
        if (files().file_size(file) != 0 || files().pad_file_at(file) || is_unwanted(file)) continue;
        if (files().file_flags(file) & lt::file_storage::flag_symlink) {
            auto const target = names.link_target(file, error.ec);
            if (!error) folder_.create_link(files().file_path(file), target, error.ec);
            error.operation = lt::operation_t::symlink;
        } else if (sizes[file] == missing) {
            open(file, true, error.ec);
            error.operation = lt::operation_t::file_open;
        }
        if (!error) continue;
        error.file(file);
        return;
    }
    // The empty files are not written again.
    pool_.release(index_);
}

/// Adds hard links to the files of other torrents. Returns true if any were created.
bool TorrentStorage::add_hard_links(FileLinks const &links, FileSizes &sizes,
                                    lt::storage_error &error) const {
    bool linked = false;
    for (lt::file_index_t file(0); file < links.end_index() && file < files().end_file(); ++file) {
        if (links[file].empty()) continue;
        if (folder_.create_hard_link(files().file_path(file), links[file], error.ec)) {
            linked = true;
            sizes[file] = files().file_size(file);
        }
        if (!error) continue;
        error.file(file);
        error.operation = lt::operation_t::file_hard_link;
        break;
    }
    return linked;
}

bool TorrentStorage::is_complete(FileSizes const &sizes, lt::storage_error &error) const {
    for (auto const file : files().file_range()) {
        if (files().pad_file_at(file) || is_unwanted(file)) continue;
        if (sizes[file] >= files().file_size(file)) continue;
        error = lt::storage_error(lt::errors::mismatching_file_size, file, lt::operation_t::check_resume);
        return false;
    }
    return true;
}

/// True if the files exist that contain the first byte of each of `pieces`.
bool TorrentStorage::has_files_of(lt::typed_bitfield<lt::piece_index_t> const &pieces,
                                  FileSizes const &sizes, lt::storage_error &error) const {
    auto const end = std::min(pieces.end_index(), files().end_piece());
    for (lt::piece_index_t piece(0); piece < end; ++piece) {
        if (!pieces.get_bit(piece)) continue;
        auto const file = files().file_index_at_piece(piece);
        if (files().pad_file_at(file) || is_unwanted(file) || sizes[file] != missing) continue;
        error = lt::storage_error(lt::errors::mismatching_file_size, file, lt::operation_t::file_stat);
        return false;
    }
    return true;
}

bool TorrentStorage::has_any_data(FileSizes const &sizes) const {
    if (std::any_of(sizes.begin(), sizes.end(), [](std::int64_t size) { return size > 0; })) return true;
    lt::error_code error;
    part_folder_.status(part_file_name_, error);
    return !error;
}

}  // namespace pierdat::disk
