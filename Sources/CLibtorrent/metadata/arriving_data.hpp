#pragma once

#include <cstdint>
#include <functional>

#include <libtorrent/session_params.hpp>

namespace pierdat {

/// Blocks until the first bytes of the data, as many as the argument says, are final. Returns false to cancel.
using WaitForBytes = std::function<bool(std::int64_t)>;

/// For lt::set_piece_hashes: waits for the data of each piece before it is read. The data has `size` bytes when it is
/// complete, including padding. After a cancellation no more pieces are read.
lt::disk_io_constructor_type disk_io_for_arriving_data(std::int64_t size, int piece_length, WaitForBytes wait);

}  // namespace pierdat
