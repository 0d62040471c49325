#include "cloud_metadata.hpp"

#include <algorithm>

#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/address_v6.hpp>

namespace pierdat {

std::vector<lt::address> const &cloud_metadata_addresses() {
    static std::vector<lt::address> const addresses{
        lt::make_address("169.254.169.254"),  // Amazon, Google, Azure, Oracle, OpenStack, DigitalOcean and others
        lt::make_address("169.254.170.2"),    // Amazon's containers
        lt::make_address("169.254.170.23"),   // Amazon's Kubernetes
        lt::make_address("168.63.129.16"),    // Azure's host
        lt::make_address("100.100.100.200"),  // Alibaba
        lt::make_address("192.0.0.192"),      // Oracle
        lt::make_address("fd00:ec2::254"),    // Amazon
        lt::make_address("fd00:ec2::23"),     // Amazon's Kubernetes
        lt::make_address("fd20:ce::254"),     // Google
    };
    return addresses;
}

bool is_cloud_metadata(lt::address const &address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        return is_cloud_metadata(boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6()));
    auto const &addresses = cloud_metadata_addresses();
    return std::find(addresses.begin(), addresses.end(), address) != addresses.end();
}

}  // namespace pierdat
