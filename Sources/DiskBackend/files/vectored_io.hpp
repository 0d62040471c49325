#pragma once

#include <sys/uio.h>

#include <cstdint>
#include <vector>

#include <libtorrent/error_code.hpp>

namespace pierdat::disk {

/// Reads all of `buffers` (preadv(2)); a file that ends before is errors::file_too_short.
/// The buffers are used up.
void read_all(int descriptor, std::int64_t offset, std::vector<iovec> buffers, lt::error_code &error);

/// Writes all of `buffers` (pwritev(2)). The buffers are used up.
void write_all(int descriptor, std::int64_t offset, std::vector<iovec> buffers, lt::error_code &error);

}  // namespace pierdat::disk
