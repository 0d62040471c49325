#pragma once

#include <vector>

#include <libtorrent/address.hpp>

namespace pierdat {

/// The addresses of cloud metadata services, which hand out credentials: 169.254.169.254 and
/// others.
std::vector<lt::address> const &cloud_metadata_addresses();

/// True if `address` is one of them, also as an IPv4-mapped address.
bool is_cloud_metadata(lt::address const &address);

}  // namespace pierdat
