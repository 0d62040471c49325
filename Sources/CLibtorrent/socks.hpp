#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "pierdat_network.h"
#include "url.hpp"

namespace pierdat {

/// What is said on a connection, and what is answered. Both throw where the connection fails.
struct Conversation {
    std::function<void(std::string const &)> say;
    /// So many bytes, neither more nor fewer.
    std::function<std::string(std::size_t)> hear;
};

/// Has a SOCKS5 proxy (RFC 1928) connect to the server of `url`, whose name the proxy resolves: what is said
/// from then on is said to the server. Throws where it does not.
void connect_by_socks(Url const &url, pierdat_proxy const &proxy, Conversation const &conversation);

}  // namespace pierdat
