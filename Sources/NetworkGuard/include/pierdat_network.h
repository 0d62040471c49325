#ifndef PIERDAT_NETWORK_H
#define PIERDAT_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// All addresses that have their first `length` bits in common: a CIDR block (RFC 4632, RFC 4291).
typedef struct pierdat_block {
    /// In network order; 4 bytes of it count, or 16.
    uint8_t address[16];
    bool is_v6;
    int length;
} pierdat_block;

/// Which addresses may be sent to: the allowed ones (where there are none, all), but for the denied ones.
/// Borrowed for the call.
typedef struct pierdat_network {
    const pierdat_block *allowed;
    size_t allowed_count;
    const pierdat_block *denied;
    size_t denied_count;
} pierdat_network;

/// From now on this process connects and sends datagrams to nobody outside of `network`: connect(2),
/// sendto(2) and sendmsg(2) fail with EACCES, and what comes from there to a socket that is listened on from
/// now on is dropped. Name servers outside are not asked, but those on loopback are. It holds for the process,
/// as the environment does that it comes from.
void pierdat_network_restrict(const pierdat_network *network);

/// From now on no address of a name is looked up in this process but that of `host`, which is copied: the
/// proxy's, which knows all others. It holds for the process.
void pierdat_network_look_up_only(const char *host);

typedef enum pierdat_proxy_kind {
    PIERDAT_PROXY_NONE,
    PIERDAT_PROXY_SOCKS5,
    PIERDAT_PROXY_HTTP,
} pierdat_proxy_kind;

/// Who makes connections for us: SOCKS5 (RFC 1928, RFC 1929) or HTTP's CONNECT (RFC 9110). Strings are
/// borrowed for the call.
typedef struct pierdat_proxy {
    pierdat_proxy_kind kind;
    const char *host;
    uint16_t port;
    /// NULL: none is told.
    const char *user;
    const char *password;
} pierdat_proxy;

#ifdef __cplusplus
}
#endif

#endif
