#ifndef PIERDAT_HTTP_H
#define PIERDAT_HTTP_H

#include <stddef.h>

#include "pierdat_error.h"
#include "pierdat_metadata.h"
#include "pierdat_network.h"

#ifdef __cplusplus
extern "C" {
#endif

/// What is fetched, and how much may become of it. Strings are borrowed for the call.
typedef struct pierdat_http_request {
    /// "http://…" or "https://…"; servers of the latter are verified with the system's certificates,
    /// or those that SSL_CERT_FILE and SSL_CERT_DIR name.
    const char *url;
    const char *user_agent;
    /// A longer body is an error, in bytes.
    size_t longest_body;
    /// For everything, the five redirections included that there may be, in seconds.
    int timeout;
    pierdat_proxy proxy;
    /// The name or an address of the network interface that it goes out by; empty: any.
    const char *outgoing_interface;
} pierdat_http_request;

/// Fetches a body by HTTP/1.1 (RFC 9112), following redirections. The result is freed with
/// pierdat_bytes_free; its data is NULL and `error` filled on failure.
pierdat_bytes pierdat_http_get(const pierdat_http_request *request, pierdat_error *error);

#ifdef __cplusplus
}
#endif

#endif
