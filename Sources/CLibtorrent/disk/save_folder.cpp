#include "save_folder.hpp"

#include <fcntl.h>
#include <sys/sendfile.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>

namespace pierdat::disk {

namespace {

lt::error_code last_error() { return {errno, boost::system::generic_category()}; }

bool is_absolute(std::string const &path) { return !path.empty() && path.front() == '/'; }

/// Opens the folder `name` in `parent`, which is no link; creates it where it is missing and `create`.
FileDescriptor open_folder(int parent, char const *name, bool create, lt::error_code &error) {
    constexpr int flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    FileDescriptor folder(::openat(parent, name, flags));
    if (!folder && errno == ENOENT && create) {
        if (::mkdirat(parent, name, 0777) != 0 && errno != EEXIST) {
            error = last_error();
            return {};
        }
        folder = FileDescriptor(::openat(parent, name, flags));
    }
    if (!folder) error = last_error();
    return folder;
}

/// A device or a FIFO in the place of a file would hang or do harm.
void require_regular(FileDescriptor &file, lt::error_code &error) {
    struct stat status {};
    if (::fstat(file.number(), &status) != 0) {
        error = last_error();
    } else if (S_ISDIR(status.st_mode)) {
        error = {EISDIR, boost::system::generic_category()};
    } else if (!S_ISREG(status.st_mode)) {
        error = {ENOTSUP, boost::system::generic_category()};
    }
    if (error) file = FileDescriptor();
}

/// Copies all that is left of `from` to `to`.
void copy_contents(FileDescriptor const &from, FileDescriptor const &to, lt::error_code &error) {
    constexpr std::size_t at_once = 1 << 20;
    for (;;) {
        ssize_t const copied = ::sendfile(to.number(), from.number(), nullptr, at_once);
        if (copied == 0) return;
        if (copied > 0 || errno == EINTR) continue;
        error = last_error();
        return;
    }
}

}  // namespace

std::string link_target(lt::file_storage const &files, lt::file_index_t link) {
    auto const parent = std::filesystem::path(files.file_path(link)).parent_path();
    return std::filesystem::path(files.symlink(link)).lexically_relative(parent).string();
}

SaveFolder::SaveFolder(std::string path) : path_(std::move(path)) {}

std::string SaveFolder::path_of(std::string const &file) const {
    return is_absolute(file) ? file : (std::filesystem::path(path_) / file).string();
}

FileDescriptor SaveFolder::parent_of(std::string const &file, bool create, std::string &leaf,
                                     lt::error_code &error) const {
    std::string const top = is_absolute(file) ? std::filesystem::path(file).parent_path().string() : path_;
    if (create) {
        std::error_code cause;
        std::filesystem::create_directories(top, cause);
        if (cause) {
            error = {cause.value(), boost::system::generic_category()};
            return {};
        }
    }
    FileDescriptor folder(::open(top.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!folder) {
        error = last_error();
        return {};
    }
    std::filesystem::path const path(file);
    leaf = path.filename().string();
    if (is_absolute(file)) return folder;
    for (auto const &component : path.parent_path()) {
        if (component.empty() || component == ".") continue;
        if (component == "..") {
            error = {ELOOP, boost::system::generic_category()};
            return {};
        }
        folder = open_folder(folder.number(), component.c_str(), create, error);
        if (error) return {};
    }
    return folder;
}

FileDescriptor SaveFolder::open_for_reading(std::string const &file, lt::error_code &error) const {
    FileDescriptor opened(::open(path_of(file).c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (!opened) error = last_error();
    else require_regular(opened, error);
    return opened;
}

FileDescriptor SaveFolder::open_for_writing(std::string const &file, mode_t mode,
                                            lt::error_code &error) const {
    std::string leaf;
    FileDescriptor const folder = parent_of(file, true, leaf, error);
    if (error) return {};
    constexpr int flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
    FileDescriptor opened(::openat(folder.number(), leaf.c_str(), flags, mode));
    if (!opened) error = last_error();
    else require_regular(opened, error);
    return opened;
}

struct stat SaveFolder::status(std::string const &file, lt::error_code &error) const {
    struct stat status {};
    if (::stat(path_of(file).c_str(), &status) != 0) error = last_error();
    return status;
}

void SaveFolder::create_link(std::string const &file, std::string const &target,
                             lt::error_code &error) const {
    std::string leaf;
    FileDescriptor const folder = parent_of(file, true, leaf, error);
    if (error || ::symlinkat(target.c_str(), folder.number(), leaf.c_str()) == 0) return;
    error = last_error();
    std::array<char, 4096> present{};
    ssize_t const length = ::readlinkat(folder.number(), leaf.c_str(), present.data(), present.size());
    if (length >= 0 && target == std::string(present.data(), static_cast<std::size_t>(length))) error.clear();
}

bool SaveFolder::create_hard_link(std::string const &file, std::string const &existing,
                                  lt::error_code &error) const {
    std::string leaf;
    FileDescriptor const folder = parent_of(file, true, leaf, error);
    if (error) return false;
    if (::linkat(AT_FDCWD, existing.c_str(), folder.number(), leaf.c_str(), 0) == 0) return true;
    if (errno != EEXIST) error = last_error();
    return false;
}

void SaveFolder::remove_file(std::string const &file, lt::error_code &error) const {
    std::string leaf;
    FileDescriptor const folder = parent_of(file, false, leaf, error);
    if (!error && ::unlinkat(folder.number(), leaf.c_str(), 0) != 0) error = last_error();
    if (error == boost::system::errc::no_such_file_or_directory) error.clear();
}

bool SaveFolder::remove_empty_folder(std::string const &folder) const {
    std::string leaf;
    lt::error_code error;
    FileDescriptor const parent = parent_of(folder, false, leaf, error);
    if (error) return error == boost::system::errc::no_such_file_or_directory;
    return ::unlinkat(parent.number(), leaf.c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT;
}

void SaveFolder::move_file(std::string const &file, SaveFolder const &destination,
                           std::string const &new_file, lt::error_code &error) const {
    std::string leaf;
    FileDescriptor const folder = parent_of(file, false, leaf, error);
    struct stat present {};
    if (!error && ::fstatat(folder.number(), leaf.c_str(), &present, AT_SYMLINK_NOFOLLOW) != 0)
        error = last_error();
    if (error) {
        if (error == boost::system::errc::no_such_file_or_directory) error.clear();
        return;
    }
    std::string new_leaf;
    FileDescriptor const new_folder = destination.parent_of(new_file, true, new_leaf, error);
    if (error) return;
    if (::renameat(folder.number(), leaf.c_str(), new_folder.number(), new_leaf.c_str()) == 0) return;
    error = last_error();
    if (error != boost::system::errc::cross_device_link || !S_ISREG(present.st_mode)) return;

    error.clear();
    FileDescriptor const from = open_for_reading(file, error);
    if (error) return;
    FileDescriptor const to = destination.open_for_writing(new_file, present.st_mode & 0777, error);
    if (!error && ::ftruncate(to.number(), 0) != 0) error = last_error();
    if (!error) copy_contents(from, to, error);
    if (!error) remove_file(file, error);
}

}  // namespace pierdat::disk
