#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include <libtorrent/extensions.hpp>
#include <libtorrent/torrent_handle.hpp>

namespace pierdat {

/// Bytes of wanted files that were there and verified when the torrent's check ended; 0 before.
using CheckedBytes = std::shared_ptr<std::atomic<std::int64_t>>;

/// Fills `checked_bytes` when the check ends, before any peer can have sent anything. Whoever asks for the status
/// later finds in it what has come meanwhile, and what libtorrent counts as received lags behind that.
std::shared_ptr<lt::torrent_plugin> count_checked_bytes(lt::torrent_handle const &torrent, CheckedBytes checked_bytes);

}  // namespace pierdat
