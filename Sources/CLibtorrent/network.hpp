#pragma once

#include <libtorrent/ip_filter.hpp>

#include "pierdat_network.h"

namespace pierdat {

/// The addresses outside of `network`, as what libtorrent is to leave alone.
lt::ip_filter filter_for(pierdat_network const &network);

/// Whether pierdat_network_restrict leaves `address` to be sent to.
bool may_send_to(lt::address const &address);

}  // namespace pierdat
