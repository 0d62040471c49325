#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include <libtorrent/extensions.hpp>
#include <libtorrent/torrent_handle.hpp>

namespace pierdat {

/// Bytes of wanted files that were present and verified when the check ended. 0 before that.
using CheckedBytes = std::shared_ptr<std::atomic<std::int64_t>>;

/// Fills `checked_bytes` when the check ends, before any peer can have sent data. A later status
/// includes downloaded data, and libtorrent's download counter lags behind it.
std::shared_ptr<lt::torrent_plugin> count_checked_bytes(lt::torrent_handle const &torrent, CheckedBytes checked_bytes);

}  // namespace pierdat
