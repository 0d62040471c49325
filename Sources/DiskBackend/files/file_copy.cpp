#include "file_copy.hpp"

#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "vectored_io.hpp"

namespace pierdat::disk {

namespace {

lt::error_code last_error() { return {errno, boost::system::generic_category()}; }

constexpr std::int64_t at_once = 1 << 30;

/// Copies through memory, between file systems of different types. Stops early if `from` ends.
void send_range(int from, int to, std::int64_t start, std::int64_t length, lt::error_code &error) {
    off_t next = start;
    std::int64_t const end = start + length;
    if (::lseek(to, start, SEEK_SET) < 0) error = last_error();
    while (!error && next < end) {
        ssize_t const sent = ::sendfile(to, from, &next, static_cast<std::size_t>(std::min(end - next, at_once)));
        if (sent == 0) return;
        if (sent < 0 && errno != EINTR) error = last_error();
    }
}

/// Copies inside the file system if it supports that: copy_file_range(2).
void copy_range(int from, int to, std::int64_t start, std::int64_t length, lt::error_code &error) {
    off_t in = start;
    off_t out = start;
    std::int64_t const end = start + length;
    while (in < end) {
        auto const part = static_cast<std::size_t>(std::min<std::int64_t>(end - in, at_once));
        ssize_t const copied = ::copy_file_range(from, &in, to, &out, part, 0);
        if (copied > 0 || (copied < 0 && errno == EINTR)) continue;
        bool const is_full = copied < 0 && (errno == ENOSPC || errno == EDQUOT || errno == EIO);
        if (is_full) error = last_error();
        else send_range(from, to, in, end - in, error);
        return;
    }
}

}  // namespace

CopyWay copy_file(FileDescriptor const &from, FileDescriptor const &to, std::int64_t size,
                  lt::error_code &error) {
    // Old data must not show through holes.
    if (::ftruncate(to.number(), 0) != 0) error = last_error();
    else if (::ioctl(to.number(), FICLONE, from.number()) == 0) {
        // Even truncating to the current size would copy the last shared block.
        bool const has_size = ::lseek(to.number(), 0, SEEK_END) == size;
        if (!has_size && ::ftruncate(to.number(), size) != 0) error = last_error();
        return CopyWay::cloned;
    }
    for (std::int64_t next = 0; !error && next < size;) {
        off_t data = ::lseek(from.number(), next, SEEK_DATA);
        if (data < 0 && errno == ENXIO) break;
        if (data < 0) data = next;
        off_t hole = ::lseek(from.number(), data, SEEK_HOLE);
        if (hole <= data) hole = size;
        next = std::min<std::int64_t>(hole, size);
        copy_range(from.number(), to.number(), data, next - data, error);
    }
    if (!error && ::ftruncate(to.number(), size) != 0) error = last_error();
    return CopyWay::copied;
}

bool have_same_bytes(FileDescriptor const &one, FileDescriptor const &other, std::int64_t size) {
    std::vector<char> bytes(std::size_t{1} << 20);
    std::vector<char> others(bytes.size());
    lt::error_code error;
    for (std::int64_t next = 0; next < size; next += static_cast<std::int64_t>(bytes.size())) {
        auto const part = static_cast<std::size_t>(std::min<std::int64_t>(size - next, std::int64_t(bytes.size())));
        read_all(one.number(), next, {{bytes.data(), part}}, error);
        if (!error) read_all(other.number(), next, {{others.data(), part}}, error);
        if (error || std::memcmp(bytes.data(), others.data(), part) != 0) return false;
    }
    return true;
}

}  // namespace pierdat::disk
