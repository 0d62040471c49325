#pragma once

#include <string>

#include <libtorrent/alert_types.hpp>

namespace pierdat {

/// What went wrong with a web seed.
struct WebSeedFailure {
    /// As the torrent or the link names it.
    std::string url;
    /// The path of the file that it does not have as it should be; empty where it is the server that fails.
    std::string file;
    /// In words for the user.
    std::string reason;

    explicit WebSeedFailure(lt::url_seed_alert const &alert);
};

}  // namespace pierdat
