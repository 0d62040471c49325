#include "checked_bytes.hpp"

#include <utility>

#include <libtorrent/torrent_status.hpp>

namespace pierdat {

namespace {

class CheckedBytesCounter final : public lt::torrent_plugin {
public:
    CheckedBytesCounter(lt::torrent_handle torrent, CheckedBytes checked_bytes) : torrent_(std::move(torrent)), checked_bytes_(std::move(checked_bytes)) {}

    /// Called on libtorrent's thread, where a handle answers immediately.
    void on_files_checked() override { checked_bytes_->store(torrent_.status({}).total_wanted_done); }

private:
    lt::torrent_handle torrent_;
    CheckedBytes checked_bytes_;
};

}  // namespace

std::shared_ptr<lt::torrent_plugin> count_checked_bytes(lt::torrent_handle const &torrent, CheckedBytes checked_bytes) {
    return std::make_shared<CheckedBytesCounter>(torrent, std::move(checked_bytes));
}

}  // namespace pierdat
