#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "pierdat_network.h"

namespace pierdat {

/// What is said on a connection, and what is answered. Both throw where the connection fails.
struct Conversation {
    std::function<void(std::string const &)> say;
    /// So many bytes, neither more nor fewer.
    std::function<std::string(std::size_t)> hear;
};

/// Has a SOCKS5 proxy (RFC 1928) connect to `host`, whose name the proxy resolves: what is said from then on is
/// said to the server there. Throws where it does not.
void connect_by_socks(std::string const &host, std::uint16_t port, pierdat_proxy const &proxy,
                      Conversation const &conversation);

}  // namespace pierdat
