#include "file_change_watch.hpp"

#include <cerrno>
#include <cstdint>
#include <ctime>

namespace pierdat::disk {

namespace {

std::int64_t nanoseconds(timespec const &time) {
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

/// Compares ctime, which cannot be set back. It changes on writes and when hard links are added or
/// removed.
bool is_same(struct stat const &one, struct stat const &other) {
    return one.st_dev == other.st_dev && one.st_ino == other.st_ino && one.st_size == other.st_size
        && nanoseconds(one.st_mtim) == nanoseconds(other.st_mtim)
        && nanoseconds(one.st_ctim) == nanoseconds(other.st_ctim);
}

/// The kernel's file clock ticks every 1 to 10 ms, so a file that changed within this tick could
/// change again and look the same. Waits once until the tick is over. A file that changes meanwhile
/// no longer matches the status recorded here and is checked again.
struct stat settled_status(int descriptor) {
    constexpr std::int64_t tick = 20'000'000;
    struct stat status {};
    if (::fstat(descriptor, &status) != 0) return status;
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    std::int64_t const age = nanoseconds(now) - nanoseconds(status.st_ctim);
    if (age < 0 || age > tick) return status;
    timespec rest{0, static_cast<long>(tick - age + 1'000'000)};
    while (::nanosleep(&rest, &rest) != 0 && errno == EINTR) {}
    return status;
}

}  // namespace

void FileChangeWatch::opened(lt::file_index_t file, FileDescriptor const &descriptor) {
    {
        std::lock_guard const lock(mutex_);
        if (as_checked_.count(file) != 0 || left_out_.count(file) != 0) return;
    }
    struct stat const status = settled_status(descriptor.number());
    std::lock_guard const lock(mutex_);
    as_checked_.emplace(file, status);
}

void FileChangeWatch::leave_out(lt::file_index_t file) {
    std::lock_guard const lock(mutex_);
    left_out_.insert(file);
}

void FileChangeWatch::compare(lt::file_index_t file, FileDescriptor const &descriptor) {
    struct stat status {};
    bool const is_known = ::fstat(descriptor.number(), &status) == 0;
    std::lock_guard const lock(mutex_);
    if (left_out_.count(file) != 0) return;
    auto const checked = as_checked_.find(file);
    bool const is_as_checked =
        is_known && checked != as_checked_.end() && is_same(status, checked->second);
    if (!is_as_checked) changed_.insert(file);
}

bool FileChangeWatch::has_changed(lt::file_index_t file) const {
    std::lock_guard const lock(mutex_);
    return changed_.count(file) != 0;
}

void FileChangeWatch::forget() {
    std::lock_guard const lock(mutex_);
    as_checked_.clear();
    changed_.clear();
}

}  // namespace pierdat::disk
