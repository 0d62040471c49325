#pragma once

#include <vector>

#include <libtorrent/address.hpp>

namespace pierdat {

/// Where the machines of clouds find their metadata, and with it credentials: 169.254.169.254 and its like.
std::vector<lt::address> const &cloud_metadata_addresses();

/// Whether `address` is one of them, also as an IPv4-mapped one.
bool is_cloud_metadata(lt::address const &address);

}  // namespace pierdat
