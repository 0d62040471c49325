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
#include "client.h"
#include "outcome.h"

/// Binds `socket` to the interface and the source address of the request. On failure, stores the reason in
/// `client`.
static bool leaves_by_interface(pierdat_client *client, int socket, int family) {
    socklen_t const device_length = (socklen_t)strlen(client->device);
    if (device_length > 0 && setsockopt(socket, SOL_SOCKET, SO_BINDTODEVICE, client->device, device_length) != 0) {
        client->interface_error = errno;
        return false;
    }
    if (client->source.ss_family == AF_UNSPEC) return true;
    if (client->source.ss_family != family) {
        client->is_of_other_family = true;
        return false;
    }
    socklen_t const length = family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
    if (bind(socket, (struct sockaddr const *)&client->source, length) == 0) return true;
    client->interface_error = errno;
    return false;
}

static bool may_connect(pierdat_client const *client, struct sockaddr const *address) {
    char text[INET6_ADDRSTRLEN] = "";
    void const *const bytes = address->sa_family == AF_INET
                                  ? (void const *)&((struct sockaddr_in const *)(void const *)address)->sin_addr
                                  : (void const *)&((struct sockaddr_in6 const *)(void const *)address)->sin6_addr;
    return inet_ntop(address->sa_family, bytes, text, sizeof text) != NULL
           && client->events.may_connect(client->events.context, text);
}

/// CURLOPT_OPENSOCKETFUNCTION: called for each address before it is connected to.
static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address) {
    (void)purpose;
    pierdat_client *const client = context;
    client->has_address = true;
    bool const is_internet = address->family == AF_INET || address->family == AF_INET6;
    if (!is_internet || !may_connect(client, &address->addr)) return CURL_SOCKET_BAD;
    int const opened = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    if (opened < 0) {
        client->socket_error = errno;
        return CURL_SOCKET_BAD;
    }
    if (leaves_by_interface(client, opened, address->family)) return opened;
    close(opened);
    return CURL_SOCKET_BAD;
}

static size_t receive_head(char *line, size_t size, size_t count, void *context) {
    pierdat_client const *const client = context;
    bool const goes_on = client->events.receive_head(client->events.context, line, size * count);
    return goes_on ? size * count : CURL_WRITEFUNC_ERROR;
}

static size_t receive_body(char *bytes, size_t size, size_t count, void *context) {
    pierdat_client const *const client = context;
    bool const goes_on =
        client->events.receive_body(client->events.context, (uint8_t const *)bytes, size * count);
    return goes_on ? size * count : CURL_WRITEFUNC_ERROR;
}

/// CURLOPT_XFERINFOFUNCTION: called at least once a second.
static int watch(void *context, curl_off_t total, curl_off_t now, curl_off_t up_total, curl_off_t up_now) {
    (void)total, (void)now, (void)up_total, (void)up_now;
    pierdat_client const *const client = context;
    return client->events.may_go_on(client->events.context) ? 0 : 1;
}

static bool set_interface(pierdat_client *client, pierdat_transfer_request const *request) {
    if (request->device != NULL) {
        if (strlen(request->device) >= sizeof client->device) return false;
        strcpy(client->device, request->device);
    }
    if (request->source == NULL) return true;
    struct sockaddr_in *const v4 = (struct sockaddr_in *)&client->source;
    struct sockaddr_in6 *const v6 = (struct sockaddr_in6 *)&client->source;
    if (inet_pton(AF_INET, request->source, &v4->sin_addr) == 1) v4->sin_family = AF_INET;
    else if (inet_pton(AF_INET6, request->source, &v6->sin6_addr) == 1) v6->sin6_family = AF_INET6;
    return client->source.ss_family != AF_UNSPEC;
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
    long const netrc = request->netrc == NULL ? CURL_NETRC_IGNORED : CURL_NETRC_OPTIONAL;
    return curl_easy_setopt(easy, CURLOPT_URL, request->url) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_USERAGENT, request->user_agent) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_BASIC) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_USERNAME, request->user) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_PASSWORD, request->user == NULL ? NULL : request->password) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_NETRC, netrc) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_NETRC_FILE, request->netrc) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_RANGE, request->range) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)request->timeout) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_MAX_RECV_SPEED_LARGE, (curl_off_t)request->rate_limit) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 256L << 10) == CURLE_OK
           // Sets no signal handler, and does not wait for the thread of a slow name lookup.
           && curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L) == CURLE_OK;
}

static bool set_events(CURL *easy, pierdat_client *client) {
    return curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, client->message) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, client) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, receive_head) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_HEADERDATA, client) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, receive_body) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_WRITEDATA, client) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, watch) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_XFERINFODATA, client) == CURLE_OK
           && curl_easy_setopt(easy, CURLOPT_NOPROGRESS, client->events.may_go_on == NULL ? 1L : 0L) == CURLE_OK;
}

static struct curl_slist *list_of_fields(pierdat_transfer_request const *request) {
    struct curl_slist *list = NULL;
    for (size_t index = 0; index < request->field_count; ++index) {
        struct curl_slist *const longer = curl_slist_append(list, request->fields[index]);
        if (longer == NULL) {
            curl_slist_free_all(list);
            return NULL;
        }
        list = longer;
    }
    return list;
}

static bool prepare(pierdat_client *client, pierdat_transfer_request const *request, struct curl_slist *fields) {
    return (fields != NULL || request->field_count == 0) && set_interface(client, request)
           && set_proxy(client->easy, request) && set_request(client->easy, request)
           && set_events(client->easy, client)
           && curl_easy_setopt(client->easy, CURLOPT_HTTPHEADER, fields) == CURLE_OK
           // Fields for the server, such as credentials, are not for a proxy.
           && curl_easy_setopt(client->easy, CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE) == CURLE_OK;
}

pierdat_client *pierdat_client_open(void) {
    pierdat_client *const client = calloc(1, sizeof *client);
    if (client == NULL) return NULL;
    client->easy = curl_easy_init();
    if (client->easy != NULL) return client;
    free(client);
    return NULL;
}

pierdat_transfer_result pierdat_client_perform(pierdat_client *client, pierdat_transfer_request const *request,
                                               pierdat_transfer_events events) {
    CURL *const easy = client->easy;
    memset(client, 0, sizeof *client);
    client->easy = easy;
    client->events = events;
    curl_easy_reset(easy);
    struct curl_slist *const fields = list_of_fields(request);
    CURLcode const code = prepare(client, request, fields) ? curl_easy_perform(easy) : CURLE_OUT_OF_MEMORY;
    curl_slist_free_all(fields);
    return pierdat_transfer_outcome(client, code);
}

void pierdat_client_close(pierdat_client *client) {
    if (client == NULL) return;
    curl_easy_cleanup(client->easy);
    free(client);
}

pierdat_curl pierdat_curl_linked(void) {
    curl_version_info_data const *const linked = curl_version_info(CURLVERSION_NOW);
    return (pierdat_curl){linked->version, linked->protocols, linked->feature_names};
}
