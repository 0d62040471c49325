#pragma once

#include <string>

#include <libtorrent/error_code.hpp>
#include <libtorrent/ip_filter.hpp>

#include "pierdat_network.h"

namespace pierdat {

/// The addresses outside `network`, as a filter for libtorrent.
lt::ip_filter filter_for(pierdat_network const &network);

/// True if pierdat_network_restrict permits sending to `address`. Cloud metadata addresses must be
/// allowed specifically.
bool may_send_to(lt::address const &address);

/// A message if pierdat_network_restrict made a name lookup fail, otherwise empty.
std::string words_for_restricted_look_up(lt::error_code const &error);

}  // namespace pierdat
