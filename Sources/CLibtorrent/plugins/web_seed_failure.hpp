#pragma once

#include <string>

#include <libtorrent/alert_types.hpp>

#include "pierdat_network.h"

namespace pierdat {

/// The failure of a web seed.
struct WebSeedFailure {
    /// As in the torrent or magnet link.
    std::string url;
    /// The path of the file with the problem. Empty if the whole server fails.
    std::string file;
    /// As a message for the user.
    std::string reason;
    /// What of it this process refused to do.
    pierdat_refusal refusal;

    explicit WebSeedFailure(lt::url_seed_alert const &alert);
};

}  // namespace pierdat
