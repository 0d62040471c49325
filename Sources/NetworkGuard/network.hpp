#pragma once

#include <libtorrent/error_code.hpp>
#include <libtorrent/ip_filter.hpp>

#include "pierdat_network.h"

namespace pierdat {

/// The addresses outside `network`, as a filter for libtorrent.
lt::ip_filter filter_for(pierdat_network const &network);

/// True if pierdat_network_restrict permits sending to `address`. Cloud metadata addresses must be
/// allowed specifically.
bool may_send_to(lt::address const &address);

/// What this process refused to do, if `error` is the consequence.
pierdat_refusal refusal_of(lt::error_code const &error);

}  // namespace pierdat
