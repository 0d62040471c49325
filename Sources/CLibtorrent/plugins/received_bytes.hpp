#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include <libtorrent/extensions.hpp>

namespace pierdat {

/// Bytes of data received since a torrent was added, by their source. Thread-safe.
struct ReceivedBytes {
    std::atomic<std::int64_t> from_peers{0};
    std::atomic<std::int64_t> from_web_seeds{0};
};

/// Counts what peers and web seeds send, also if it is not needed or corrupt.
std::shared_ptr<lt::torrent_plugin> count_received_bytes(std::shared_ptr<ReceivedBytes> received);

}  // namespace pierdat
