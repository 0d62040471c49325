#ifndef PIERDAT_HTTP_H
#define PIERDAT_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pierdat_error.h"
#include "pierdat_metadata.h"
#include "pierdat_network.h"

#ifdef __cplusplus
extern "C" {
#endif

/// What is fetched, and how much may become of it. Strings are borrowed for the call. They go into the request
/// as they are: the caller has parsed and encoded them.
typedef struct pierdat_http_request {
    /// By https. The server is verified with the system's certificates, or those that SSL_CERT_FILE and
    /// SSL_CERT_DIR name.
    bool is_secure;
    /// A name or an address, IPv6 without brackets.
    const char *host;
    uint16_t port;
    /// The Host header.
    const char *authority;
    /// Path and query.
    const char *target;
    /// The user and password of Basic authentication (RFC 7617); `user` is NULL where the server gets none.
    const char *user;
    const char *password;
    const char *user_agent;
    /// A longer body is an error, in bytes.
    size_t longest_body;
    /// For all of the exchange, in milliseconds.
    int64_t timeout;
    /// Fail where the server has no address on the public internet. It has no effect behind a proxy, which
    /// looks the name up.
    bool is_public_only;
    pierdat_proxy proxy;
    /// The name or an address of the network interface that it goes out by; empty: any.
    const char *outgoing_interface;
} pierdat_http_request;

/// What the server answered. Freed with pierdat_http_answer_free.
typedef struct pierdat_http_answer {
    /// Its data is NULL where the request failed or was redirected.
    pierdat_bytes body;
    /// The Location header of a redirect, as it came; NULL where it is none.
    char *location;
    /// The address that was connected to is on the public internet.
    bool is_public;
} pierdat_http_answer;

/// Makes one request by HTTP/1.1 (RFC 9112). Where it fails `error` is filled, and there is neither a body nor a
/// location.
pierdat_http_answer pierdat_http_get(const pierdat_http_request *request, pierdat_error *error);

void pierdat_http_answer_free(pierdat_http_answer answer);

#ifdef __cplusplus
}
#endif

#endif
