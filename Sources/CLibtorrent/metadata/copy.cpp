#include "pierdat_copy.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <libtorrent/file_storage.hpp>
#include <libtorrent/torrent_info.hpp>

#include "CLibtorrent/error.hpp"
#include "CLibtorrent/session/wanted.hpp"
#include "DiskBackend/files/file_copy.hpp"
#include "DiskBackend/files/file_names.hpp"
#include "DiskBackend/files/save_folder.hpp"
#include "DiskBackend/files/torrent_storage.hpp"
#include "files_on_disk.hpp"
#include "params.hpp"

namespace {

using pierdat::disk::FileDescriptor;
using pierdat::disk::SaveFolder;

using Files = lt::file_storage;
using pierdat::disk::TorrentStorage;

class Copier {
public:
    Copier(Files const &files, SaveFolder from, SaveFolder to, pierdat_copied &copied)
        : files_(files), names_(files), from_(std::move(from)), to_(std::move(to)), copied_(copied) {}

    void copy(lt::file_index_t file, lt::error_code &error) {
        std::string const name = files_.file_path(file);
        bool const is_executable = bool(files_.file_flags(file) & Files::flag_executable);
        if (files_.file_flags(file) & Files::flag_symlink) {
            auto const target = names_.link_target(file, error);
            if (!error) to_.create_link(name, target, error);
        } else if (!copy(name, is_executable ? 0777 : 0666, files_.file_size(file), error)) {
            copied_.is_complete = false;
        }
    }

private:
    /// Returns true if a source file of at least `size` bytes existed.
    bool copy(std::string const &name, mode_t mode, std::int64_t size, lt::error_code &error) {
        lt::error_code absent;
        if (is_there(name, size)) return true;
        FileDescriptor const source = from_.open_for_reading(name, absent);
        struct stat status {};
        if (absent || ::fstat(source.number(), &status) != 0) return false;
        FileDescriptor const target = to_.open_for_writing(name, mode, error);
        if (error) return false;
        // The torrent does not include the rest of a longer file.
        auto const length = std::min<std::int64_t>(status.st_size, size);
        auto const way = pierdat::disk::copy_file(source, target, length, error);
        (way == pierdat::disk::CopyWay::cloned ? copied_.cloned : copied_.copied) += length;
        return status.st_size >= size;
    }

    /// True if both folders contain the same file. Writing it again would copy it on an overlay.
    bool is_there(std::string const &name, std::int64_t size) const {
        lt::error_code absent;
        auto const present = to_.entry(name, absent);
        if (absent || !S_ISREG(present.st_mode) || present.st_size != size) return false;
        FileDescriptor const one = from_.open_for_reading(name, absent);
        FileDescriptor const other = absent ? FileDescriptor() : to_.open_for_reading(name, absent);
        return !absent && pierdat::disk::have_same_bytes(one, other, size);
    }

    Files const &files_;
    pierdat::disk::FileNames names_;
    SaveFolder from_;
    SaveFolder to_;
    pierdat_copied &copied_;
};

/// The pieces that contain both wanted and unwanted files.
std::set<lt::piece_index_t> shared_pieces(Files const &files, lt::add_torrent_params const &params) {
    std::set<lt::piece_index_t> shared;
    auto const is_shared = [&](lt::piece_index_t piece) {
        auto const parts = files.map_block(piece, 0, files.piece_size(piece));
        return std::any_of(parts.begin(), parts.end(), [&](lt::file_slice const &part) {
            return !files.pad_file_at(part.file_index) && pierdat::is_wanted(params, part.file_index);
        });
    };
    for (auto const file : files.file_range()) {
        if (files.pad_file_at(file) || pierdat::is_wanted(params, file) || files.file_size(file) == 0) continue;
        for (auto const offset : {std::int64_t{0}, files.file_size(file) - 1}) {
            auto const piece = files.map_file(file, offset, 0).piece;
            if (is_shared(piece)) shared.insert(piece);
        }
    }
    return shared;
}

/// Copies the parts of unwanted files that shared pieces need, from those files if they exist,
/// otherwise from the part file.
void copy_shared_pieces(Files const &files, lt::add_torrent_params const &params, std::string const &from,
                        std::string const &to, std::string const &part_folder, lt::storage_error &error) {
    pierdat::disk::FilePriorities priorities;
    for (auto const file : files.file_range())
        priorities.push_back(pierdat::is_wanted(params, file) ? lt::default_priority : lt::dont_download);
    auto const hash = params.ti->info_hashes().get_best();
    pierdat::disk::DescriptorPool pool(16);
    auto const storage = [&](std::string const &folder) {
        return lt::storage_params(params.ti->files(), &files, folder, lt::storage_mode_sparse, priorities, hash);
    };
    TorrentStorage source(storage(from), lt::storage_index_t(0), pool, from, false);
    TorrentStorage target(storage(to), lt::storage_index_t(1), pool, part_folder, false);
    // Finds the data of unwanted files and creates nothing.
    for (auto *one : {&source, &target})
        if (!error) one->check({}, {}, true, error);
    std::vector<char> bytes(static_cast<std::size_t>(files.piece_length()));
    for (auto const piece : shared_pieces(files, params)) {
        if (error) return;
        std::vector<iovec> const buffers{{bytes.data(), static_cast<std::size_t>(files.piece_size(piece))}};
        lt::storage_error absent;
        source.read(piece, 0, buffers, absent);
        if (!absent) target.write(piece, 0, buffers, error);
    }
}

}  // namespace

bool pierdat_params_copy_files(pierdat_params const *params, char const *from, char const *to,
                               char const *part_folder, pierdat_copied *copied, pierdat_error *error) {
    return pierdat::guarded<bool>(error, false, [&] {
        *copied = {0, 0, true};
        auto const &value = params->value;
        Files const files = pierdat::files_on_disk(value);
        Copier copier(files, SaveFolder(from), SaveFolder(to), *copied);
        bool is_part = false;
        for (auto const file : files.file_range()) {
            if (files.pad_file_at(file)) continue;
            lt::error_code cause;
            if (pierdat::is_wanted(value, file)) copier.copy(file, cause);
            else is_part = true;
            if (cause) return pierdat::fail(error, cause, SaveFolder(to).path_of(files.file_path(file)));
        }
        lt::storage_error cause;
        if (is_part) copy_shared_pieces(files, value, from, to, part_folder, cause);
        return cause ? pierdat::fail(error, cause.ec, to) : true;
    });
}
