#pragma once

#include <sys/uio.h>

#include <cstdint>
#include <vector>

#include <libtorrent/error_code.hpp>

namespace pierdat::disk {

/// Writes `buffers` to a file whose final size is `size`. Zeros are not written into holes, so a
/// sparse file stays as sparse as its original (lseek(2), SEEK_DATA).
///
/// Several threads may write to one file.
void write_sparsely(int descriptor, std::int64_t offset, std::vector<iovec> const &buffers,
                    std::int64_t size, lt::error_code &error);

}  // namespace pierdat::disk
