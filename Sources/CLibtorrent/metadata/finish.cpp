// Checks of a complete download beyond its piece hashes.
#include "pierdat_finish.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "CLibtorrent/error.hpp"
#include "CLibtorrent/session/wanted.hpp"
#include "DiskBackend/files/file_names.hpp"
#include "DiskBackend/files/obstacle.hpp"
#include "DiskBackend/files/save_folder.hpp"
#include "files_on_disk.hpp"
#include "params.hpp"

namespace {

using pierdat::disk::error_code_of;
using pierdat::disk::FileNames;
using pierdat::disk::Obstacle;
using pierdat::disk::SaveFolder;

using Files = lt::file_storage;

bool is_link(Files const &files, lt::file_index_t file) {
    return static_cast<bool>(files.file_flags(file) & Files::flag_symlink);
}

/// Checks that a folder lists a path under its exact name. Some file systems treat different names
/// as equal or change them.
class NamesOnDisk {
public:
    explicit NamesOnDisk(SaveFolder const &folder) : folder_(folder) {}

    bool have(std::string const &path, lt::error_code &error) {
        auto const slash = path.rfind('/');
        std::string const parent = slash == path.npos ? "" : path.substr(0, slash);
        auto const found = names_.find(parent);
        if (found == names_.end() && !parent.empty() && !have(parent, error)) return false;
        if (error) return false;
        auto const &names = found != names_.end() ? found->second : names_[parent] = folder_.names_in(parent, error);
        return names.count(path.substr(parent.empty() ? 0 : slash + 1)) != 0;
    }

private:
    SaveFolder const &folder_;
    std::unordered_map<std::string, std::unordered_set<std::string>> names_;
};

void cut(SaveFolder const &folder, std::string const &path, std::int64_t size, lt::error_code &error) {
    auto const file = folder.open_for_writing(path, 0666, error);
    if (!error && ::ftruncate(file.number(), size) != 0) error = {errno, boost::system::generic_category()};
}

void finish(SaveFolder const &folder, Files const &files, FileNames const &names, lt::file_index_t file,
            lt::error_code &error) {
    std::string const path = files.file_path(file);
    auto const status = folder.entry(path, error);
    if (error) return;
    if (is_link(files, file)) {
        auto const target = names.link_target(file, error);
        if (!error && (!S_ISLNK(status.st_mode) || folder.target_of(path, error) != target))
            error = error_code_of(Obstacle::not_a_link);
    } else if (!S_ISREG(status.st_mode)) {
        error = error_code_of(S_ISLNK(status.st_mode) ? Obstacle::link : Obstacle::special);
    } else if (status.st_size < files.file_size(file)) {
        error = lt::errors::file_too_short;
    } else if (status.st_size > files.file_size(file)) {
        cut(folder, path, files.file_size(file), error);
    }
}

/// True if both paths resolve to the same existing file.
bool lead_to_same(std::string const &one, std::string const &other) {
    std::unique_ptr<char, void (*)(void *)> const first(::realpath(one.c_str(), nullptr), std::free);
    std::unique_ptr<char, void (*)(void *)> const second(::realpath(other.c_str(), nullptr), std::free);
    return first && second && std::string(first.get()) == second.get();
}

void check_link(SaveFolder const &folder, Files const &files, FileNames const &names, lt::file_index_t file,
                lt::error_code &error) {
    std::string const path = files.file_path(file);
    auto const wanted = names.link_target(file, error);
    if (error) return;
    auto const present = folder.target_of(path, error);
    auto const slash = path.rfind('/');
    auto const place = folder.path_of(slash == path.npos ? wanted : path.substr(0, slash + 1) + wanted);
    if (error == boost::system::errc::no_such_file_or_directory) error = error_code_of(Obstacle::missing);
    else if (error || (present != wanted && !lead_to_same(folder.path_of(path), place)))
        error = error_code_of(Obstacle::other_link);
}

void check(SaveFolder const &folder, Files const &files, FileNames const &names, lt::file_index_t file,
           lt::error_code &error) {
    if (is_link(files, file)) return check_link(folder, files, names, file, error);
    auto const status = folder.status(files.file_path(file), error);
    if (error == boost::system::errc::no_such_file_or_directory) error = error_code_of(Obstacle::missing);
    else if (!error && S_ISDIR(status.st_mode)) error = error_code_of(Obstacle::folder);
    else if (!error && status.st_size > files.file_size(file)) error = error_code_of(Obstacle::too_long);
}

/// Calls `body` for each wanted file until one fails.
template <typename Body>
bool for_wanted(pierdat_params const &params, SaveFolder const &folder, Files const &files, pierdat_error *error,
                Body body) {
    for (auto const file : files.file_range()) {
        if (files.pad_file_at(file) || !pierdat::is_wanted(params.value, file)) continue;
        lt::error_code cause;
        body(file, cause);
        if (cause) return pierdat::fail(error, cause, folder.path_of(files.file_path(file)));
    }
    return true;
}

}  // namespace

bool pierdat_params_finish_files(pierdat_params const *params, char const *folder_path, pierdat_error *error) {
    return pierdat::guarded<bool>(error, false, [&] {
        SaveFolder const folder(folder_path);
        Files const files = pierdat::files_on_disk(params->value);
        FileNames const names(files);
        NamesOnDisk on_disk(folder);
        return for_wanted(*params, folder, files, error, [&](lt::file_index_t file, lt::error_code &cause) {
            finish(folder, files, names, file, cause);
            if (!cause && !on_disk.have(files.file_path(file), cause) && !cause)
                cause = error_code_of(Obstacle::name_changed);
        });
    });
}

bool pierdat_params_check_files(pierdat_params const *params, char const *folder_path, pierdat_error *error) {
    return pierdat::guarded<bool>(error, false, [&] {
        SaveFolder const folder(folder_path);
        Files const files = pierdat::files_on_disk(params->value);
        FileNames const names(files);
        return for_wanted(*params, folder, files, error, [&](lt::file_index_t file, lt::error_code &cause) {
            check(folder, files, names, file, cause);
        });
    });
}
