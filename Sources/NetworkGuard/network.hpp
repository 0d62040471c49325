#pragma once

#include <string>

#include <libtorrent/error_code.hpp>
#include <libtorrent/ip_filter.hpp>

#include "pierdat_network.h"

namespace pierdat {

/// The addresses outside of `network`, as what libtorrent is to leave alone.
lt::ip_filter filter_for(pierdat_network const &network);

/// Whether pierdat_network_restrict leaves `address` to be sent to. Addresses of cloud metadata it leaves only
/// where they are named.
bool may_send_to(lt::address const &address);

/// Why a name could not be looked up where pierdat_network_restrict is the reason; else empty.
std::string words_for_restricted_look_up(lt::error_code const &error);

}  // namespace pierdat
