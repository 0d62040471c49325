#include "save_folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/sendfile.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "file_copy.hpp"
#include "obstacle.hpp"

namespace pierdat::disk {

namespace {

lt::error_code last_error() { return {errno, boost::system::generic_category()}; }

bool is_absolute(std::string const &path) { return !path.empty() && path.front() == '/'; }

/// True if the path or one of its components is too long for the kernel, whether or not its folders
/// exist.
bool is_too_long(std::string const &path) {
    if (path.size() >= PATH_MAX) return true;
    for (std::size_t start = 0; start < path.size();) {
        auto const end = std::min(path.find('/', start), path.size());
        if (end - start > NAME_MAX) return true;
        start = end + 1;
    }
    return false;
}

/// Opens the folder `name` in `parent`. Does not follow a link. Creates it if missing and `create`
/// is set.
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
    if (folder) return folder;
    error = last_error();
    if (error != boost::system::errc::not_a_directory) return {};
    struct stat status {};
    bool const is_link = ::fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(status.st_mode);
    error = error_code_of(is_link ? Obstacle::folder_is_link : Obstacle::folder_is_file);
    return {};
}

/// Opening a device or FIFO could hang or have side effects.
void require_regular(FileDescriptor &file, lt::error_code &error) {
    struct stat status {};
    if (::fstat(file.number(), &status) != 0) {
        error = last_error();
    } else if (S_ISDIR(status.st_mode)) {
        error = error_code_of(Obstacle::folder);
    } else if (!S_ISREG(status.st_mode)) {
        error = error_code_of(Obstacle::special);
    }
    if (error) file = FileDescriptor();
}

/// Maps the error of open(2) for something that is not a regular file.
lt::error_code obstacle_for(lt::error_code const &error) {
    switch (error.value()) {
        case ELOOP: return error_code_of(Obstacle::link);
        case EISDIR: return error_code_of(Obstacle::folder);
        case ENXIO:
        case ENODEV: return error_code_of(Obstacle::special);
        default: return error;
    }
}

/// A unique name for a file that will be renamed.
std::string temporary_name() {
    static std::atomic<unsigned> count{0};
    return ".pierdat." + std::to_string(::getpid()) + "." + std::to_string(count++);
}

/// Replaces `leaf` with a copy if the file has other hard links.
void separate(FileDescriptor const &folder, std::string const &leaf, FileDescriptor &file, lt::error_code &error) {
    struct stat status {};
    if (::fstat(file.number(), &status) != 0) error = last_error();
    if (error || status.st_nlink < 2) return;
    std::string const name = temporary_name();
    mode_t const mode = status.st_mode & 07777;
    FileDescriptor copy(::openat(folder.number(), name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (!copy) {
        error = last_error();
        return;
    }
    copy_file(file, copy, status.st_size, error);
    // Only root can give a file to another owner.
    bool const is_given = ::fchown(copy.number(), status.st_uid, status.st_gid) == 0 || ::geteuid() != 0;
    if (!error && (!is_given || ::fchmod(copy.number(), mode) != 0)) error = last_error();
    if (!error && ::renameat(folder.number(), name.c_str(), folder.number(), leaf.c_str()) != 0)
        error = last_error();
    if (error) ::unlinkat(folder.number(), name.c_str(), 0);
    file = error ? FileDescriptor() : std::move(copy);
}

/// Copies the rest of `from` to `to`.
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

SaveFolder::SaveFolder(std::string path) : path_(std::move(path)) {}

std::string SaveFolder::path_of(std::string const &file) const {
    return is_absolute(file) ? file : (std::filesystem::path(path_) / file).string();
}

FileDescriptor SaveFolder::parent_of(std::string const &file, bool create, std::string &leaf,
                                     lt::error_code &error) const {
    if (is_too_long(path_of(file))) {
        error = {ENAMETOOLONG, boost::system::generic_category()};
        return {};
    }
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
    if (!opened) error = obstacle_for(last_error());
    else require_regular(opened, error);
    if (!error) separate(folder, leaf, opened, error);
    return opened;
}

struct stat SaveFolder::entry(std::string const &file, lt::error_code &error) const {
    std::string leaf;
    struct stat status {};
    FileDescriptor const folder = parent_of(file, false, leaf, error);
    if (!error && ::fstatat(folder.number(), leaf.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) error = last_error();
    return status;
}

std::string SaveFolder::target_of(std::string const &file, lt::error_code &error) const {
    std::array<char, 4096> target{};
    ssize_t const length = ::readlink(path_of(file).c_str(), target.data(), target.size());
    if (length < 0) error = last_error();
    return {target.data(), static_cast<std::size_t>(std::max<ssize_t>(length, 0))};
}

std::unordered_set<std::string> SaveFolder::names_in(std::string const &folder, lt::error_code &error) const {
    std::unordered_set<std::string> names;
    std::unique_ptr<DIR, int (*)(DIR *)> const stream(::opendir(path_of(folder).c_str()), ::closedir);
    if (!stream) error = last_error();
    else
        while (auto const *entry = ::readdir(stream.get())) names.insert(entry->d_name);
    return names;
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
    if (error != boost::system::errc::file_exists) return;
    error.clear();
    std::array<char, 4096> present{};
    ssize_t const length = ::readlinkat(folder.number(), leaf.c_str(), present.data(), present.size());
    if (length < 0) {
        error = error_code_of(Obstacle::not_a_link);
        return;
    }
    if (target == std::string(present.data(), static_cast<std::size_t>(length))) return;
    std::string const name = temporary_name();
    bool const is_replaced = ::symlinkat(target.c_str(), folder.number(), name.c_str()) == 0
                             && ::renameat(folder.number(), name.c_str(), folder.number(), leaf.c_str()) == 0;
    if (is_replaced) return;
    error = last_error();
    ::unlinkat(folder.number(), name.c_str(), 0);
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
