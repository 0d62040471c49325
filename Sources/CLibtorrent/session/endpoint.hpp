#pragma once

#include <string>

#include <libtorrent/socket.hpp>

namespace pierdat {

/// "address:port" or "[address]:port".
inline std::string text_of(lt::tcp::endpoint const &endpoint) {
    std::string const address = endpoint.address().to_string();
    bool const v6 = endpoint.address().is_v6();
    return (v6 ? "[" + address + "]" : address) + ":" + std::to_string(endpoint.port());
}

}  // namespace pierdat
