/// libcurl for Swift, which cannot call variadic functions.
#ifndef PIERDAT_CCURL_H
#define PIERDAT_CCURL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A client that sends requests by HTTP/1.1 or, over TLS, HTTP/2, one after another, and keeps its connections
/// open between them. Not thread-safe.
typedef struct pierdat_client pierdat_client;

typedef enum pierdat_transfer_proxy {
    PIERDAT_TRANSFER_DIRECT,
    /// SOCKS5 (RFC 1928), which resolves the names of servers.
    PIERDAT_TRANSFER_SOCKS5,
    /// HTTP: CONNECT for https, the request itself for http.
    PIERDAT_TRANSFER_HTTP_PROXY,
} pierdat_transfer_proxy;

/// The request and its route to the server. Strings are borrowed for the call.
typedef struct pierdat_transfer_request {
    /// http or https, percent-encoded, without a user. Used unchanged, including dots in the path.
    const char *url;
    /// For Basic authentication (RFC 7617). `user` is NULL for none.
    const char *user;
    const char *password;
    /// A file in the format of netrc(5), searched for a user if `user` is NULL. NULL for none.
    const char *netrc;
    const char *user_agent;
    /// Further fields of the head, "Name: value".
    const char *const *fields;
    size_t field_count;
    /// The bytes to request (RFC 9110, 14.2), such as "0-499". NULL for all.
    const char *range;
    /// For the whole transfer, in milliseconds. 0 for no limit.
    int64_t timeout;
    /// The maximum rate in bytes per second. 0 for no limit.
    int64_t rate_limit;
    pierdat_transfer_proxy proxy;
    /// NULL without a proxy.
    const char *proxy_host;
    uint16_t proxy_port;
    /// NULL for none.
    const char *proxy_user;
    const char *proxy_password;
    /// The name of the outgoing network interface. NULL for any.
    const char *device;
    /// The source address, IPv6 without brackets. NULL for any.
    const char *source;
} pierdat_transfer_request;

/// The callbacks of a transfer. A callback that returns false ends the transfer.
typedef struct pierdat_transfer_events {
    /// Passed to all callbacks.
    void *context;
    /// Returns true if `address`, IPv6 without brackets, may be connected to. Otherwise the server's other
    /// addresses are tried.
    bool (*may_connect)(void *context, const char *address);
    /// Receives a line of the answer's head, including its end: the status line, fields and an empty line.
    /// Heads of interim answers (status below 200) come first.
    bool (*receive_head)(void *context, const char *line, size_t length);
    bool (*receive_body)(void *context, const uint8_t *bytes, size_t count);
    /// Called at least once a second. NULL to go on until the end.
    bool (*may_go_on)(void *context);
} pierdat_transfer_events;

typedef enum pierdat_transfer_end {
    PIERDAT_TRANSFER_DONE,
    /// A callback returned false.
    PIERDAT_TRANSFER_STOPPED,
    PIERDAT_TRANSFER_UNKNOWN_HOST,
    PIERDAT_TRANSFER_UNKNOWN_PROXY,
    /// The time expired before an address was known.
    PIERDAT_TRANSFER_NOT_RESOLVED_IN_TIME,
    PIERDAT_TRANSFER_TIMED_OUT,
    /// `system_error` is the reason unless it is 0.
    PIERDAT_TRANSFER_NOT_CONNECTED,
    /// The network interface or the source address cannot be used. `system_error` is the reason.
    PIERDAT_TRANSFER_NO_INTERFACE,
    /// The source address is IPv4 and the server's IPv6, or vice versa.
    PIERDAT_TRANSFER_OTHER_FAMILY,
    /// The certificate is not trusted. `verdict` is the reason.
    PIERDAT_TRANSFER_UNTRUSTED,
    /// The proxy could not connect. The reason is `proxy_status` or `proxy_reply`, otherwise `message`.
    PIERDAT_TRANSFER_REFUSED_BY_PROXY,
    /// The server closed the connection without an answer.
    PIERDAT_TRANSFER_NO_ANSWER,
    /// The answer is truncated.
    PIERDAT_TRANSFER_CUT,
    /// The answer is not valid HTTP. `message` has details.
    PIERDAT_TRANSFER_MALFORMED,
    PIERDAT_TRANSFER_HEAD_TOO_LARGE,
    /// The system denied a thread, memory or a descriptor.
    PIERDAT_TRANSFER_NO_THREAD,
    PIERDAT_TRANSFER_NO_MEMORY,
    PIERDAT_TRANSFER_NO_DESCRIPTOR,
    /// Another error, described by `message`.
    PIERDAT_TRANSFER_FAILED,
} pierdat_transfer_end;

/// How a transfer ended. Strings live until the client's next request.
typedef struct pierdat_transfer_result {
    pierdat_transfer_end end;
    /// libcurl's message. Never NULL.
    const char *message;
    /// An errno. 0 if the system is not the cause.
    int system_error;
    /// SSL_get_verify_result(3): X509_V_OK or X509_V_ERR_UNSPECIFIED if the certificate is for another name.
    long verdict;
    /// The status of the proxy's answer to CONNECT. 0 if there was none.
    long proxy_status;
    /// The reply of a SOCKS5 proxy (RFC 1928, section 6), or a value below. 0 if there was none.
    int proxy_reply;
    /// The address connected to: the proxy's if there is one. Empty if there was no connection.
    const char *address;
    /// The server used HTTP/2.
    bool is_http2;
} pierdat_transfer_result;

/// Values of `proxy_reply` in addition to the RFC's: the proxy rejects the user or the password; it requires a
/// user, or does not speak SOCKS5.
enum { PIERDAT_SOCKS5_USER_REFUSED = -1, PIERDAT_SOCKS5_NEEDS_USER = -2 };

/// Returns NULL if memory is lacking. Free it with pierdat_client_close.
pierdat_client *pierdat_client_open(void);

/// Sends a request and returns when the transfer has ended. A name lookup that times out leaves its thread
/// behind, because nothing can interrupt getaddrinfo(3).
pierdat_transfer_result pierdat_client_perform(pierdat_client *client, const pierdat_transfer_request *request,
                                               pierdat_transfer_events events);

void pierdat_client_close(pierdat_client *client);

/// The linked libcurl. Lists end with NULL.
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
