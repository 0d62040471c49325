#include "stock.hpp"

#include <utility>

#include <libtorrent/torrent_status.hpp>

namespace pierdat {

namespace {

class StockTaker final : public lt::torrent_plugin {
public:
    StockTaker(lt::torrent_handle torrent, Stock stock) : torrent_(std::move(torrent)), stock_(std::move(stock)) {}

    /// On libtorrent's own thread, where a handle answers at once.
    void on_files_checked() override { stock_->store(torrent_.status({}).total_wanted_done); }

private:
    lt::torrent_handle torrent_;
    Stock stock_;
};

}  // namespace

std::shared_ptr<lt::torrent_plugin> take_stock(lt::torrent_handle const &torrent, Stock stock) {
    return std::make_shared<StockTaker>(torrent, std::move(stock));
}

}  // namespace pierdat
