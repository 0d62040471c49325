#include "vectored_io.hpp"

#include <limits.h>

#include <algorithm>
#include <cerrno>

namespace pierdat::disk {

namespace {

/// Skips `bytes` in the remaining buffers.
void advance(std::vector<iovec>::iterator &next, std::size_t bytes) {
    while (bytes > 0 && bytes >= next->iov_len) {
        bytes -= next->iov_len;
        ++next;
    }
    if (bytes == 0) return;
    next->iov_base = static_cast<char *>(next->iov_base) + bytes;
    next->iov_len -= bytes;
}

template <typename Call>
void transfer(std::int64_t offset, std::vector<iovec> &buffers, lt::error_code &error, Call call) {
    auto next = buffers.begin();
    while (next != buffers.end()) {
        auto const count = std::min<std::ptrdiff_t>(buffers.end() - next, IOV_MAX);
        ssize_t const moved = call(&*next, static_cast<int>(count), offset);
        if (moved > 0) {
            offset += moved;
            advance(next, static_cast<std::size_t>(moved));
        } else if (moved == 0) {
            error = lt::errors::file_too_short;
            return;
        } else if (errno != EINTR) {
            error = {errno, boost::system::generic_category()};
            return;
        }
    }
}

}  // namespace

void read_all(int descriptor, std::int64_t offset, std::vector<iovec> buffers, lt::error_code &error) {
    transfer(offset, buffers, error, [&](iovec const *vector, int count, std::int64_t position) {
        return ::preadv(descriptor, vector, count, position);
    });
}

void write_all(int descriptor, std::int64_t offset, std::vector<iovec> buffers, lt::error_code &error) {
    transfer(offset, buffers, error, [&](iovec const *vector, int count, std::int64_t position) {
        return ::pwritev(descriptor, vector, count, position);
    });
}

}  // namespace pierdat::disk
