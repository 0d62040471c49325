#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <curl/curl.h>

#include "CCurl.h"
#include "outcome.h"
#include "transfer.h"

/// Binds `socket` to the interface and the source address of the request. On failure, stores the reason in
/// `transfer`.
static bool leaves_by_interface(pierdat_transfer *transfer, int socket, int family) {
    socklen_t const device_length = (socklen_t)strlen(transfer->device);
    if (device_length > 0 && setsockopt(socket, SOL_SOCKET, SO_BINDTODEVICE, transfer->device, device_length) != 0) {
        transfer->interface_error = errno;
        return false;
    }
    if (transfer->source.ss_family == AF_UNSPEC) return true;
    if (transfer->source.ss_family != family) {
        transfer->is_of_other_family = true;
        return false;
    }
    socklen_t const length = family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
    if (bind(socket, (struct sockaddr const *)&transfer->source, length) == 0) return true;
    transfer->interface_error = errno;
    return false;
}

static bool may_connect(pierdat_transfer const *transfer, struct sockaddr const *address) {
    char text[INET6_ADDRSTRLEN] = "";
    void const *const bytes = address->sa_family == AF_INET
                                  ? (void const *)&((struct sockaddr_in const *)(void const *)address)->sin_addr
                                  : (void const *)&((struct sockaddr_in6 const *)(void const *)address)->sin6_addr;
    return inet_ntop(address->sa_family, bytes, text, sizeof text) != NULL
           && transfer->events.may_connect(transfer->events.context, text);
}

/// CURLOPT_OPENSOCKETFUNCTION: called for each address before it is connected to.
static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address) {
    (void)purpose;
    pierdat_transfer *const transfer = context;
    transfer->has_address = true;
    bool const is_internet = address->family == AF_INET || address->family == AF_INET6;
    if (!is_internet || !may_connect(transfer, &address->addr)) return CURL_SOCKET_BAD;
    int const opened = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    if (opened < 0) {
        transfer->socket_error = errno;
        return CURL_SOCKET_BAD;
    }
    if (leaves_by_interface(transfer, opened, address->family)) return opened;
    close(opened);
    return CURL_SOCKET_BAD;
}

static size_t receive_head(char *line, size_t size, size_t count, void *context) {
    pierdat_transfer const *const transfer = context;
    bool const goes_on = transfer->events.receive_head(transfer->events.context, line, size * count);
    return goes_on ? size * count : CURL_WRITEFUNC_ERROR;
}

static size_t receive_body(char *bytes, size_t size, size_t count, void *context) {
    pierdat_transfer const *const transfer = context;
    bool const goes_on =
        transfer->events.receive_body(transfer->events.context, (uint8_t const *)bytes, size * count);
    return goes_on ? size * count : CURL_WRITEFUNC_ERROR;
}

static bool set_interface(pierdat_transfer *transfer, pierdat_transfer_request const *request) {
    if (request->device != NULL) {
        if (strlen(request->device) >= sizeof transfer->device) return false;
        strcpy(transfer->device, request->device);
    }
    if (request->source == NULL) return true;
    struct sockaddr_in *const v4 = (struct sockaddr_in *)&transfer->source;
    struct sockaddr_in6 *const v6 = (struct sockaddr_in6 *)&transfer->source;
    if (inet_pton(AF_INET, request->source, &v4->sin_addr) == 1) v4->sin_family = AF_INET;
    else if (inet_pton(AF_INET6, request->source, &v6->sin6_addr) == 1) v6->sin6_family = AF_INET6;
    return transfer->source.ss_family != AF_UNSPEC;
}

/// Environment variables such as http_proxy and no_proxy have no effect.
static bool set_proxy(CURL *easy, pierdat_transfer_request const *request) {
    bool const is_direct = request->proxy == PIERDAT_TRANSFER_DIRECT;
    long const type = request->proxy == PIERDAT_TRANSFER_SOCKS5 ? CURLPROXY_SOCKS5_HOSTNAME : CURLPROXY_HTTP;
    char host[512] = "";
    if (!is_direct) {
        bool const is_v6 = strchr(request->proxy_host, ':') != NULL;
        int const length = curl_msnprintf(host, sizeof host, is_v6 ? "[%s]" : "%s", request->proxy_host);
        if (length < 0 || (size_t)length >= sizeof host) return false;
    }
    bool const is_set = curl_easy_setopt(easy, CURLOPT_PROXY, host) == CURLE_OK
                        && curl_easy_setopt(easy, CURLOPT_NOPROXY, "") == CURLE_OK;
    if (!is_set || is_direct) return is_set;
    return curl_easy_setopt(easy, CURLOPT_PROXYTYPE, type) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_PROXYPORT, (long)request->proxy_port) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_PROXYAUTH, CURLAUTH_BASIC) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_SOCKS5_AUTH, CURLAUTH_BASIC) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_PROXYUSERNAME, request->proxy_user) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_PROXYPASSWORD, request->proxy_password) == CURLE_OK;
}

static bool set_request(CURL *easy, pierdat_transfer_request const *request) {
    return curl_easy_setopt(easy, CURLOPT_URL, request->url) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_USERAGENT, request->user_agent) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_BASIC) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_USERNAME, request->user) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_PASSWORD, request->user == NULL ? NULL : request->password) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)request->timeout) == CURLE_OK
           // Sets no signal handler, and does not wait for the thread of a slow name lookup.
           && curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L) == CURLE_OK;
}

static bool set_events(CURL *easy, pierdat_transfer *transfer) {
    return curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->message) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, transfer) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, receive_head) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, receive_body) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer) == CURLE_OK;
}

pierdat_transfer *pierdat_transfer_open(pierdat_transfer_request const *request, pierdat_transfer_events events) {
    pierdat_transfer *const transfer = calloc(1, sizeof *transfer);
    if (transfer == NULL) return NULL;
    transfer->events = events;
    transfer->easy = curl_easy_init();
    if (transfer->easy != NULL && set_interface(transfer, request) && set_proxy(transfer->easy, request)
        && set_request(transfer->easy, request) && set_events(transfer->easy, transfer))
        return transfer;
    pierdat_transfer_close(transfer);
    return NULL;
}

pierdat_transfer_result pierdat_transfer_perform(pierdat_transfer *transfer) {
    return pierdat_transfer_outcome(transfer, curl_easy_perform(transfer->easy));
}

void pierdat_transfer_close(pierdat_transfer *transfer) {
    if (transfer == NULL) return;
    curl_easy_cleanup(transfer->easy);
    free(transfer);
}

pierdat_curl pierdat_curl_linked(void) {
    curl_version_info_data const *const linked = curl_version_info(CURLVERSION_NOW);
    return (pierdat_curl){linked->version, linked->protocols, linked->feature_names};
}
