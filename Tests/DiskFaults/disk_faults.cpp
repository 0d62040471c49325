#include "disk_faults.h"

#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <climits>
#include <condition_variable>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <numeric>
#include <string>
#include <vector>

struct disk_fault {
    /// Ends with a slash.
    std::string folder;
    disk_direction direction;
    /// The bytes left until calls fail.
    std::int64_t bytes_left;
    /// 0 to hang.
    int code;
    int calls = 0;
    bool has_ended = false;
};

namespace {

using Fault = std::shared_ptr<disk_fault>;

std::mutex mutex;
std::condition_variable changed;
std::vector<Fault> faults;
/// A quick check for most calls.
std::atomic<bool> has_faults{false};

disk_fault *begin(char const *folder, disk_direction direction, std::int64_t bytes, int code) {
    std::unique_ptr<char, decltype(&std::free)> const path(::realpath(folder, nullptr), &std::free);
    if (!path) return nullptr;
    auto fault = std::make_shared<disk_fault>();
    fault->folder = path.get() + std::string("/");
    fault->direction = direction;
    fault->bytes_left = bytes;
    fault->code = code;
    std::lock_guard const lock(mutex);
    faults.push_back(fault);
    has_faults = true;
    return fault.get();
}

std::string path_of(int descriptor) {
    std::array<char, PATH_MAX> path;
    auto const link = "/proc/self/fd/" + std::to_string(descriptor);
    auto const length = ::readlink(link.c_str(), path.data(), path.size());
    return {path.data(), static_cast<std::size_t>(std::max<ssize_t>(length, 0))};
}

/// Returns the errno with which a call must fail, or 0. Returns late if the call must hang.
int befall(disk_direction direction, int descriptor, iovec const *buffers, int count) {
    if (!has_faults) return 0;
    auto const path = path_of(descriptor);
    std::unique_lock lock(mutex);
    auto const found = std::find_if(faults.begin(), faults.end(), [&](Fault const &fault) {
        return fault->direction == direction && path.compare(0, fault->folder.size(), fault->folder) == 0;
    });
    if (found == faults.end()) return 0;
    Fault const fault = *found;
    auto const bytes = std::accumulate(buffers, buffers + count, std::int64_t{0}, [](auto sum, auto const &buffer) {
        return sum + static_cast<std::int64_t>(buffer.iov_len);
    });
    fault->bytes_left -= bytes;
    if (fault->bytes_left >= 0) return 0;
    ++fault->calls;
    changed.notify_all();
    if (fault->code == 0) changed.wait(lock, [&] { return fault->has_ended; });
    return fault->code;
}

}  // namespace

disk_fault *disk_fault_fail(char const *folder, disk_direction direction, int64_t bytes, int code) {
    return begin(folder, direction, bytes, code);
}

disk_fault *disk_fault_hang(char const *folder, disk_direction direction) { return begin(folder, direction, 0, 0); }

int disk_fault_wait(disk_fault *fault, int calls) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(20), [&] { return fault->calls >= calls; }) ? 1 : 0;
}

void disk_fault_end(disk_fault *fault) {
    std::lock_guard const lock(mutex);
    fault->has_ended = true;
    auto const is_it = [&](Fault const &one) { return one.get() == fault; };
    faults.erase(std::remove_if(faults.begin(), faults.end(), is_it), faults.end());
    has_faults = !faults.empty();
    changed.notify_all();
}

// The linker (--wrap of ld(1)) makes Pierdat's disk threads call __wrap_…, which call the originals as __real_….
extern "C" {
ssize_t __real_preadv(int descriptor, iovec const *buffers, int count, off_t offset);
ssize_t __real_pwritev(int descriptor, iovec const *buffers, int count, off_t offset);

ssize_t __wrap_preadv(int descriptor, iovec const *buffers, int count, off_t offset) {
    if (int const code = befall(DISK_READS, descriptor, buffers, count)) {
        errno = code;
        return -1;
    }
    return __real_preadv(descriptor, buffers, count, offset);
}

ssize_t __wrap_pwritev(int descriptor, iovec const *buffers, int count, off_t offset) {
    if (int const code = befall(DISK_WRITES, descriptor, buffers, count)) {
        errno = code;
        return -1;
    }
    return __real_pwritev(descriptor, buffers, count, offset);
}
}
