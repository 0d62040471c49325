#include "network.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/error.hpp>
#include <libtorrent/aux_/ip_helpers.hpp>

#include "CProcess.h"
#include "cloud_metadata.hpp"
#include "incoming_filter.hpp"

namespace pierdat {

namespace {

/// The first address of `block`, or the last one if `last` is true.
template <typename Address>
Address end_of(pierdat_block const &block, bool last) {
    typename Address::bytes_type bytes;
    std::copy_n(block.address, bytes.size(), bytes.begin());
    for (std::size_t bit = static_cast<std::size_t>(block.length); bit < bytes.size() * 8; ++bit) {
        auto const mask = static_cast<unsigned char>(0x80U >> (bit % 8));
        if (last) bytes[bit / 8] |= mask;
        else bytes[bit / 8] &= static_cast<unsigned char>(~mask);
    }
    return Address(bytes);
}

void add(lt::ip_filter &filter, pierdat_block const &block, std::uint32_t access) {
    if (block.is_v6)
        filter.add_rule(end_of<lt::address_v6>(block, false), end_of<lt::address_v6>(block, true), access);
    else filter.add_rule(end_of<lt::address_v4>(block, false), end_of<lt::address_v4>(block, true), access);
}

/// True if `block` contains `address`.
bool contains(pierdat_block const &block, lt::address const &address) {
    lt::ip_filter filter;
    add(filter, block, lt::ip_filter::blocked);
    return block.is_v6 == address.is_v6() && filter.access(address) == lt::ip_filter::blocked;
}

/// True for blocks specific enough to allow a cloud metadata address in them. A larger block, for
/// example all addresses, does not allow it.
bool is_narrow(pierdat_block const &block) { return block.length >= (block.is_v6 ? 64 : 16); }

struct Restriction {
    explicit Restriction(pierdat_network const &network) {
        if (network.allowed_count > 0) {
            add(outside, {{0}, false, 0}, lt::ip_filter::blocked);
            add(outside, {{0}, true, 0}, lt::ip_filter::blocked);
        }
        std::for_each(network.allowed, network.allowed + network.allowed_count, [&](pierdat_block const &block) {
            add(outside, block, 0);
            if (is_narrow(block)) named.push_back(block);
        });
        std::for_each(network.denied, network.denied + network.denied_count,
                      [&](pierdat_block const &block) { add(outside, block, lt::ip_filter::blocked); });
        bool const is_restricted = network.allowed_count + network.denied_count > 0;
        if (is_restricted) incoming = incoming_filter_for(network);
    }

    bool is_inside(lt::address const &address) const {
        return (outside.access(address) & lt::ip_filter::blocked) == 0;
    }

    bool names(lt::address const &address) const {
        return std::any_of(named.begin(), named.end(),
                           [&](pierdat_block const &block) { return contains(block, address); });
    }

    lt::ip_filter outside;
    /// Blocks that allow the cloud metadata addresses in them.
    std::vector<pierdat_block> named;
    /// Empty if incoming packets are not filtered.
    std::vector<sock_filter> incoming;
};

/// nullptr if nothing is restricted. Set before a session is opened and never freed, because
/// libtorrent's threads may still send packets when the process exits.
std::atomic<Restriction const *> restriction{nullptr};

/// The only name that may be resolved. nullptr if all may. Set and kept like `restriction`.
std::atomic<std::string const *> only_name{nullptr};

/// True if a query to a name server outside the network was refused.
std::atomic<bool> has_refused_name_server{false};

/// Converts ::ffff:10.0.0.1 to 10.0.0.1.
lt::address unmapped(lt::address const &address) {
    if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address;
    return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6());
}

/// True if the network of pierdat_network_restrict has `address` in it. Does not check for cloud metadata.
bool is_inside(lt::address const &address) {
    auto const *current = restriction.load(std::memory_order_acquire);
    return current == nullptr || current->is_inside(unmapped(address));
}

/// True if `permits` accepts `address`, or it is not an IPv4 or IPv6 address.
template <typename Permits>
bool is_permitted(sockaddr const *address, socklen_t length, Permits permits) {
    if (address == nullptr) return true;
    if (address->sa_family == AF_INET && length >= sizeof(sockaddr_in)) {
        sockaddr_in target;
        std::memcpy(&target, address, sizeof target);
        return permits(lt::address_v4(ntohl(target.sin_addr.s_addr)));
    }
    if (address->sa_family == AF_INET6 && length >= sizeof(sockaddr_in6)) {
        sockaddr_in6 target;
        std::memcpy(&target, address, sizeof target);
        lt::address_v6::bytes_type bytes;
        std::memcpy(bytes.data(), target.sin6_addr.s6_addr, bytes.size());
        return permits(lt::address_v6(bytes));
    }
    return true;
}

bool is_permitted(sockaddr const *address, socklen_t length) {
    return is_permitted(address, length, may_send_to);
}

/// `address` must be an IPv4 or IPv6 address.
bool is_of_name_server(sockaddr const *address) {
    sockaddr_in target;  // The port is at the same place for IPv6.
    std::memcpy(&target, address, sizeof target);
    return ntohs(target.sin_port) == 53;
}

/// Loopback traffic does not leave the machine. Docker's name server is at 127.0.0.11.
bool is_loopback(sockaddr const *address, socklen_t length) {
    if (address->sa_family == AF_INET && length >= sizeof(sockaddr_in)) {
        sockaddr_in target;
        std::memcpy(&target, address, sizeof target);
        return ntohl(target.sin_addr.s_addr) >> 24 == 127;
    }
    if (address->sa_family == AF_INET6 && length >= sizeof(sockaddr_in6)) {
        sockaddr_in6 target;
        std::memcpy(&target, address, sizeof target);
        return IN6_IS_ADDR_LOOPBACK(&target.sin6_addr);
    }
    return false;
}

/// Without the filter, the kernel accepts connections from outside before we close them. This also
/// happens if the lists are too long for a filter.
void drop_incoming(int socket) {
    auto const *current = restriction.load(std::memory_order_acquire);
    if (current == nullptr || current->incoming.empty() || current->incoming.size() > BPF_MAXINSNS) return;
    sock_fprog const program{static_cast<unsigned short>(current->incoming.size()),
                             const_cast<sock_filter *>(current->incoming.data())};
    setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}

bool is_of_internet(int socket) {
    int domain = 0;
    socklen_t length = sizeof domain;
    return getsockopt(socket, SOL_SOCKET, SO_DOMAIN, &domain, &length) == 0
           && (domain == AF_INET || domain == AF_INET6);
}

template <typename Result>
Result refused() {
    errno = EACCES;
    return -1;
}

}  // namespace

lt::ip_filter filter_for(pierdat_network const &network) {
    Restriction const restriction(network);
    lt::ip_filter filter = restriction.outside;
    for (auto const &address : cloud_metadata_addresses())
        if (!restriction.names(address)) filter.add_rule(address, address, lt::ip_filter::blocked);
    return filter;
}

bool may_send_to(lt::address const &address) {
    if (!is_inside(address)) return false;
    if (!is_cloud_metadata(address)) return true;
    auto const *current = restriction.load(std::memory_order_acquire);
    return current != nullptr && current->names(unmapped(address));
}

pierdat_refusal refusal_of(lt::error_code const &error) {
    using namespace boost::asio::error;
    if (error == lt::errors::banned_by_ip_filter || error == boost::system::errc::permission_denied)
        return PIERDAT_REFUSAL_ADDRESS;
    bool const is_look_up = error == host_not_found || error == host_not_found_try_again;
    return is_look_up && has_refused_name_server ? PIERDAT_REFUSAL_NAME_SERVER : PIERDAT_REFUSAL_NONE;
}

}  // namespace pierdat

void pierdat_network_restrict(pierdat_network const *network) try {
    auto next = std::make_unique<pierdat::Restriction>(*network);
    pierdat::restriction.store(next.release(), std::memory_order_release);
} catch (std::exception const &thrown) {
    process_cannot_go_on(thrown.what());
}

void pierdat_network_look_up_only(char const *host) try {
    pierdat::only_name.store(std::make_unique<std::string>(host).release(), std::memory_order_release);
} catch (std::exception const &thrown) {
    process_cannot_go_on(thrown.what());
}

pierdat_network_verdict pierdat_network_judge(char const *address) try {
    boost::system::error_code is_none;
    auto const target = lt::make_address(address, is_none);
    if (is_none) return PIERDAT_NETWORK_FORBIDDEN;
    if (pierdat::may_send_to(target)) return PIERDAT_NETWORK_PERMITTED;
    return pierdat::is_cloud_metadata(target) ? PIERDAT_NETWORK_CLOUD_METADATA : PIERDAT_NETWORK_FORBIDDEN;
} catch (std::exception const &thrown) {
    process_cannot_go_on(thrown.what());
}

bool pierdat_network_is_public(char const *address) try {
    boost::system::error_code is_none;
    auto const target = lt::make_address(address, is_none);
    return !is_none && lt::aux::is_public(target);
} catch (std::exception const &thrown) {
    process_cannot_go_on(thrown.what());
}

bool pierdat_network_has_refused_name_server(void) try {
    return pierdat::has_refused_name_server;
} catch (std::exception const &thrown) {
    process_cannot_go_on(thrown.what());
}

// These replace the C library's functions in all linked code, so that no code can bypass the check.
// Only direct system calls would, and no linked code makes any.
extern "C" {

/// The static C library calls this to query a name server (see Package.swift). In some clouds the
/// name server has the address of the metadata service.
int __wrap___connect(int socket, sockaddr const *address, socklen_t length) {
    if (!pierdat::is_loopback(address, length)
        && !pierdat::is_permitted(address, length, [](auto const &target) { return pierdat::is_inside(target); })) {
        if (pierdat::is_of_name_server(address)) pierdat::has_refused_name_server = true;
        return pierdat::refused<int>();
    }
    return static_cast<int>(syscall(SYS_connect, socket, address, length));
}

int connect(int socket, sockaddr const *address, socklen_t length) {
    if (!pierdat::is_permitted(address, length)) return pierdat::refused<int>();
    return static_cast<int>(syscall(SYS_connect, socket, address, length));
}

int __real_getaddrinfo(char const *name, char const *service, addrinfo const *hints, addrinfo **found);

/// Called in place of getaddrinfo(3) (see Package.swift).
int __wrap_getaddrinfo(char const *name, char const *service, addrinfo const *hints, addrinfo **found) {
    auto const *only = pierdat::only_name.load(std::memory_order_acquire);
    if (name == nullptr || only == nullptr || *only == name)
        return __real_getaddrinfo(name, service, hints, found);
    addrinfo numeric = hints != nullptr ? *hints : addrinfo{};
    numeric.ai_flags |= AI_NUMERICHOST;
    return __real_getaddrinfo(name, service, &numeric, found);
}

int listen(int socket, int backlog) {
    if (pierdat::is_of_internet(socket)) pierdat::drop_incoming(socket);
    return static_cast<int>(syscall(SYS_listen, socket, backlog));
}

ssize_t sendto(int socket, void const *data, size_t size, int flags, sockaddr const *address,
               socklen_t length) {
    if (!pierdat::is_permitted(address, length)) return pierdat::refused<ssize_t>();
    return syscall(SYS_sendto, socket, data, size, flags, address, length);
}

ssize_t sendmsg(int socket, msghdr const *message, int flags) {
    if (!pierdat::is_permitted(static_cast<sockaddr const *>(message->msg_name), message->msg_namelen))
        return pierdat::refused<ssize_t>();
    return syscall(SYS_sendmsg, socket, message, flags);
}

int sendmmsg(int socket, mmsghdr *messages, unsigned int count, int flags) {
    bool const may_send = std::all_of(messages, messages + count, [](mmsghdr const &message) {
        auto const *address = static_cast<sockaddr const *>(message.msg_hdr.msg_name);
        return pierdat::is_permitted(address, message.msg_hdr.msg_namelen);
    });
    if (!may_send) return pierdat::refused<int>();
    return static_cast<int>(syscall(SYS_sendmmsg, socket, messages, count, flags));
}

}  // extern "C"
