#pragma once

#include <sys/uio.h>

#include <cstdint>
#include <vector>

#include <libtorrent/error_code.hpp>

namespace pierdat::disk {

/// Writes `buffers` to a file that has `size` bytes in the end, but no zeros to where it has a hole, so that
/// a sparse file takes no more room here than where it came from (lseek(2), SEEK_DATA).
///
/// Any number of threads may do so in one file.
void write_sparsely(int descriptor, std::int64_t offset, std::vector<iovec> const &buffers,
                    std::int64_t size, lt::error_code &error);

}  // namespace pierdat::disk
