#pragma once

#include <sys/uio.h>

#include <cstdint>
#include <vector>

#include <libtorrent/error_code.hpp>

namespace pierdat::disk {

/// Fills `buffers` (preadv(2)). Fails with errors::file_too_short at the end of the file. Modifies
/// its copy of the buffers.
void read_all(int descriptor, std::int64_t offset, std::vector<iovec> buffers, lt::error_code &error);

/// Writes all of `buffers` (pwritev(2)).
void write_all(int descriptor, std::int64_t offset, std::vector<iovec> buffers, lt::error_code &error);

}  // namespace pierdat::disk
