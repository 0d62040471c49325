#include "sparse_write.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "vectored_io.hpp"

namespace pierdat::disk {

namespace {

/// Smallest hole worth preserving.
constexpr std::size_t smallest_hole = 4096;

bool is_empty(iovec const &buffer) {
    auto const *const bytes = static_cast<char const *>(buffer.iov_base);
    return buffer.iov_len >= smallest_hole && bytes[0] == 0
        && std::memcmp(bytes, bytes + 1, buffer.iov_len - 1) == 0;
}

/// True if the range is a hole. If the file ends before the range, it is extended to its final
/// `size` with ftruncate(2). That cannot shorten a file that another thread writes.
bool is_hole(int descriptor, std::int64_t offset, std::int64_t length, std::int64_t size) {
    off_t const data = ::lseek(descriptor, offset, SEEK_DATA);
    if (data >= 0) return data >= offset + length;
    if (errno != ENXIO) return false;
    struct stat status;
    if (::fstat(descriptor, &status) != 0) return false;
    return status.st_size >= offset + length || ::ftruncate(descriptor, size) == 0;
}

}  // namespace

void write_sparsely(int descriptor, std::int64_t offset, std::vector<iovec> const &buffers,
                    std::int64_t size, lt::error_code &error) {
    for (auto begin = buffers.begin(); begin != buffers.end() && !error;) {
        bool const empty = is_empty(*begin);
        auto const end = std::find_if(begin + 1, buffers.end(),
                                      [empty](iovec const &buffer) { return is_empty(buffer) != empty; });
        std::int64_t length = 0;
        for (auto buffer = begin; buffer != end; ++buffer)
            length += static_cast<std::int64_t>(buffer->iov_len);
        if (!empty || !is_hole(descriptor, offset, length, size))
            write_all(descriptor, offset, {begin, end}, error);
        offset += length;
        begin = end;
    }
}

}  // namespace pierdat::disk
