/// libcurl for Swift, which cannot call variadic functions.
#ifndef PIERDAT_CCURL_H
#define PIERDAT_CCURL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// One request by HTTP/1.1 or, over TLS, HTTP/2, and its answer. Not for several threads at once.
typedef struct pierdat_transfer pierdat_transfer;

typedef enum pierdat_transfer_proxy {
    PIERDAT_TRANSFER_DIRECT,
    /// SOCKS5 (RFC 1928), which resolves the names of servers.
    PIERDAT_TRANSFER_SOCKS5,
    /// HTTP: CONNECT for https, the request itself for http.
    PIERDAT_TRANSFER_HTTP_PROXY,
} pierdat_transfer_proxy;

/// What is asked, and the way to the server. Strings are borrowed for the call.
typedef struct pierdat_transfer_request {
    /// http or https, percent-encoded, without a user. It is used as it is, dots in the path included.
    const char *url;
    /// For Basic authentication (RFC 7617); `user` is NULL if the server gets none.
    const char *user;
    const char *password;
    const char *user_agent;
    /// For all of the transfer, in milliseconds; above 0.
    int64_t timeout;
    pierdat_transfer_proxy proxy;
    /// NULL without a proxy.
    const char *proxy_host;
    uint16_t proxy_port;
    /// NULL: the proxy gets none.
    const char *proxy_user;
    const char *proxy_password;
    /// The name of the network interface to go out by; NULL: any.
    const char *device;
    /// The address to go out from, IPv6 without brackets; NULL: any.
    const char *source;
} pierdat_transfer_request;

/// The callbacks of a transfer. A callback that returns false ends the transfer.
typedef struct pierdat_transfer_events {
    /// Handed to all of them.
    void *context;
    /// Whether a connection to `address`, IPv6 without brackets, may be made. If not, the server's other
    /// addresses are tried.
    bool (*may_connect)(void *context, const char *address);
    /// A line of the head of an answer, its end included: the status line, fields, and an empty line. The answer
    /// may come after others of a status below 200.
    bool (*receive_head)(void *context, const char *line, size_t length);
    bool (*receive_body)(void *context, const uint8_t *bytes, size_t count);
} pierdat_transfer_events;

typedef enum pierdat_transfer_end {
    PIERDAT_TRANSFER_DONE,
    /// An event returned false.
    PIERDAT_TRANSFER_STOPPED,
    PIERDAT_TRANSFER_UNKNOWN_HOST,
    PIERDAT_TRANSFER_UNKNOWN_PROXY,
    /// Time ran out before an address was known.
    PIERDAT_TRANSFER_NOT_RESOLVED_IN_TIME,
    PIERDAT_TRANSFER_TIMED_OUT,
    /// `system_error` tells why, if it is not 0.
    PIERDAT_TRANSFER_NOT_CONNECTED,
    /// The network interface or the source address cannot be used; `system_error` tells why.
    PIERDAT_TRANSFER_NO_INTERFACE,
    /// The source address is of IPv4 and the server's of IPv6, or the other way round.
    PIERDAT_TRANSFER_OTHER_FAMILY,
    /// `verdict` tells why.
    PIERDAT_TRANSFER_UNTRUSTED,
    /// The proxy did not connect: `proxy_status` tells why, or `proxy_reply`, else `message`.
    PIERDAT_TRANSFER_REFUSED_BY_PROXY,
    /// The server closed the connection before it had answered anything.
    PIERDAT_TRANSFER_NO_ANSWER,
    /// The answer ends before its end.
    PIERDAT_TRANSFER_CUT,
    /// The answer is not HTTP; `message` tells more.
    PIERDAT_TRANSFER_MALFORMED,
    PIERDAT_TRANSFER_HEAD_TOO_LARGE,
    /// The system refuses a thread, memory, or a descriptor.
    PIERDAT_TRANSFER_NO_THREAD,
    PIERDAT_TRANSFER_NO_MEMORY,
    PIERDAT_TRANSFER_NO_DESCRIPTOR,
    /// Something else; `message` tells what.
    PIERDAT_TRANSFER_FAILED,
} pierdat_transfer_end;

/// How a transfer ended. Strings live as long as the transfer.
typedef struct pierdat_transfer_result {
    pierdat_transfer_end end;
    /// libcurl's words; never NULL.
    const char *message;
    /// errno's value; 0: the system is not the cause.
    int system_error;
    /// SSL_get_verify_result(3): X509_V_OK or X509_V_ERR_UNSPECIFIED if the certificate is for another name.
    long verdict;
    /// The status of the proxy's answer to CONNECT; 0: there was none.
    long proxy_status;
    /// The reply of a SOCKS5 proxy (RFC 1928, section 6), or one of those below; 0: none.
    int proxy_reply;
    /// The address that was connected to, the proxy's if there is one; empty if there was none.
    const char *address;
    /// The server answered by HTTP/2.
    bool is_http2;
} pierdat_transfer_result;

/// More values of `proxy_reply`, beside those of the RFC: the proxy refuses the user or the password; it requires a user,
/// or does not speak SOCKS5.
enum { PIERDAT_SOCKS5_USER_REFUSED = -1, PIERDAT_SOCKS5_NEEDS_USER = -2 };

/// Prepares a transfer. Returns NULL for want of memory.
pierdat_transfer *pierdat_transfer_open(const pierdat_transfer_request *request, pierdat_transfer_events events);

/// Performs it, once, and returns when it has ended. A look-up that time ran out for leaves its thread behind:
/// nothing can stop getaddrinfo(3).
pierdat_transfer_result pierdat_transfer_perform(pierdat_transfer *transfer);

void pierdat_transfer_close(pierdat_transfer *transfer);

/// The libcurl that is linked: lists end with NULL.
typedef struct pierdat_curl {
    const char *version;
    const char *const *protocols;
    const char *const *features;
} pierdat_curl;

pierdat_curl pierdat_curl_linked(void);

#ifdef __cplusplus
}
#endif

#endif
