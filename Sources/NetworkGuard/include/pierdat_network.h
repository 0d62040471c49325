#ifndef PIERDAT_NETWORK_H
#define PIERDAT_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A CIDR block (RFC 4632, RFC 4291): all addresses with the same first `length` bits.
typedef struct pierdat_block {
    /// In network byte order: 4 bytes for IPv4, 16 for IPv6.
    uint8_t address[16];
    bool is_v6;
    int length;
} pierdat_block;

/// The addresses to which packets may be sent: the allowed ones (all if none are given) without the
/// denied ones. Borrowed for the call.
typedef struct pierdat_network {
    const pierdat_block *allowed;
    size_t allowed_count;
    const pierdat_block *denied;
    size_t denied_count;
} pierdat_network;

/// Restricts the process to `network` from now on. connect(2), sendto(2) and sendmsg(2) to other
/// addresses fail with EACCES, and packets from them to sockets that start listening later are
/// dropped. Name servers outside `network` are not queried, except on loopback. Applies to the
/// whole process, like the settings that it comes from.
void pierdat_network_restrict(const pierdat_network *network);

/// Resolves only the name `host` in this process from now on: the proxy's name. The proxy resolves
/// all other names. The string is copied.
void pierdat_network_look_up_only(const char *host);

/// The result of checking an address.
typedef enum pierdat_network_verdict {
    PIERDAT_NETWORK_PERMITTED,
    PIERDAT_NETWORK_FORBIDDEN,
    /// A cloud metadata address, which is contacted only if it is allowed specifically.
    PIERDAT_NETWORK_CLOUD_METADATA,
} pierdat_network_verdict;

/// Checks whether this process may connect to `address`, IPv6 without brackets. Anything else is forbidden.
pierdat_network_verdict pierdat_network_judge(const char *address);

/// True if `address`, IPv6 without brackets, is on the public internet.
bool pierdat_network_is_public(const char *address);

/// True if this process refused to query a name server because its address is not allowed.
bool pierdat_network_has_refused_name_server(void);

/// What this process refused to do, if that is why an operation failed.
typedef enum pierdat_refusal {
    PIERDAT_REFUSAL_NONE,
    /// To contact an address, which is not allowed or is one of cloud metadata.
    PIERDAT_REFUSAL_ADDRESS,
    /// To ask a name server because its address is not allowed.
    PIERDAT_REFUSAL_NAME_SERVER,
} pierdat_refusal;

typedef enum pierdat_proxy_kind {
    PIERDAT_PROXY_NONE,
    PIERDAT_PROXY_SOCKS5,
    PIERDAT_PROXY_HTTP,
} pierdat_proxy_kind;

/// A proxy for all connections: SOCKS5 (RFC 1928, RFC 1929) or HTTP CONNECT (RFC 9110). Strings are
/// borrowed for the call.
typedef struct pierdat_proxy {
    pierdat_proxy_kind kind;
    const char *host;
    uint16_t port;
    /// NULL if the proxy needs no user.
    const char *user;
    const char *password;
} pierdat_proxy;

#ifdef __cplusplus
}
#endif

#endif
