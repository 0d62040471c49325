// Checks a torrent's files without reading them.
#include <unistd.h>

#include <fcntl.h>

#include <cerrno>
#include <cstring>
#include <string>

#include <libtorrent/torrent_info.hpp>

#include "CLibtorrent/error.hpp"
#include "CLibtorrent/session/wanted.hpp"
#include "DiskBackend/files/save_folder.hpp"
#include "params.hpp"
#include "pierdat_metadata.h"

namespace {

/// FNV-1a, 64 bits.
class Signature {
public:
    void add(std::uint64_t number) {
        for (int shift = 0; shift < 64; shift += 8) {
            value_ ^= (number >> shift) & 0xFF;
            value_ *= 0x100000001B3;
        }
    }
    std::uint64_t value() const { return value_; }

private:
    std::uint64_t value_ = 0xCBF29CE484222325;
};

std::string path_on_disk(lt::add_torrent_params const &params, lt::file_index_t file) {
    auto const renamed = params.renamed_files.find(file);
    return renamed != params.renamed_files.end() ? renamed->second : params.ti->files().file_path(file);
}

/// What is wrong with a file, judged by its status alone.
struct Fault {
    /// Empty if nothing is.
    std::string message;
    /// The torrent's part of it can be served.
    bool is_there = false;
};

Fault fault_of(pierdat::disk::SaveFolder const &folder, std::string const &path, std::int64_t size,
               Signature &signature) {
    lt::error_code error;
    struct stat const status = folder.status(path, error);
    if (error) {
        signature.add(static_cast<std::uint64_t>(error.value()));
        return {error.message()};
    }
    for (auto const part : {std::uint64_t{status.st_dev}, std::uint64_t{status.st_ino},
                            static_cast<std::uint64_t>(status.st_size),
                            static_cast<std::uint64_t>(status.st_mtim.tv_sec),
                            static_cast<std::uint64_t>(status.st_mtim.tv_nsec)})
        signature.add(part);
    if (S_ISDIR(status.st_mode)) return {std::strerror(EISDIR)};
    if (!S_ISREG(status.st_mode)) return {"it is not a regular file"};
    if (status.st_size < size) return {"it is too short"};
    if (::faccessat(AT_FDCWD, folder.path_of(path).c_str(), R_OK, AT_EACCESS) != 0) {
        signature.add(static_cast<std::uint64_t>(errno));
        return {std::strerror(errno)};
    }
    if (status.st_size > size) return {"it is longer than in the torrent", true};
    return {};
}

}  // namespace

bool pierdat_params_presence(pierdat_params const *params, char const *folder, pierdat_presence *presence,
                             pierdat_error *error) {
    return pierdat::guarded<bool>(error, false, [&] {
        *presence = {};
        auto const &value = params->value;
        if (!value.ti || !value.ti->is_valid()) return false;
        pierdat::disk::SaveFolder const place(folder);
        auto const &files = value.ti->files();
        Signature signature;
        for (auto const file : files.file_range()) {
            bool const is_link = bool(files.file_flags(file) & lt::file_storage::flag_symlink);
            if (files.pad_file_at(file) || is_link || !pierdat::is_wanted(value, file)) continue;
            ++presence->files;
            std::string const path = path_on_disk(value, file);
            auto const [fault, is_there] = fault_of(place, path, files.file_size(file), signature);
            if (fault.empty()) continue;
            if (presence->absent_files + presence->long_files == 0)
                pierdat::fill(error, 0, (path + ": " + fault).c_str());
            ++(is_there ? presence->long_files : presence->absent_files);
        }
        presence->signature = signature.value();
        return true;
    });
}
