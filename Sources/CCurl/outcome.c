#include "outcome.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "client.h"

static bool has_free_descriptor(void) {
    int const descriptor = dup(STDERR_FILENO);
    if (descriptor < 0) return errno != EMFILE && errno != ENFILE;
    close(descriptor);
    return true;
}

/// A name lookup needs descriptors and a thread. Only libcurl's message tells that it got no thread.
static pierdat_transfer_end end_of_look_up(pierdat_client const *client, pierdat_transfer_end unknown) {
    if (!has_free_descriptor()) return PIERDAT_TRANSFER_NO_DESCRIPTOR;
    return strstr(client->message, "thread failed to start") != NULL ? PIERDAT_TRANSFER_NO_THREAD : unknown;
}

/// An error of our own socket explains more than libcurl's "could not connect".
static pierdat_transfer_end end_of_connecting(pierdat_client const *client) {
    switch (client->socket_error) {
        case EMFILE:
        case ENFILE: return PIERDAT_TRANSFER_NO_DESCRIPTOR;
        case ENOMEM:
        case ENOBUFS: return PIERDAT_TRANSFER_NO_MEMORY;
        default: break;
    }
    if (client->interface_error != 0) return PIERDAT_TRANSFER_NO_INTERFACE;
    if (client->is_of_other_family) return PIERDAT_TRANSFER_OTHER_FAMILY;
    return PIERDAT_TRANSFER_NOT_CONNECTED;
}

static pierdat_transfer_end end_for(pierdat_client const *client, CURLcode code, long proxy_status) {
    switch (code) {
        case CURLE_OK: return PIERDAT_TRANSFER_DONE;
        case CURLE_WRITE_ERROR:
        case CURLE_ABORTED_BY_CALLBACK: return PIERDAT_TRANSFER_STOPPED;
        case CURLE_COULDNT_RESOLVE_HOST: return end_of_look_up(client, PIERDAT_TRANSFER_UNKNOWN_HOST);
        case CURLE_COULDNT_RESOLVE_PROXY: return end_of_look_up(client, PIERDAT_TRANSFER_UNKNOWN_PROXY);
        case CURLE_COULDNT_CONNECT: return end_of_connecting(client);
        case CURLE_OPERATION_TIMEDOUT:
            return client->has_address ? PIERDAT_TRANSFER_TIMED_OUT : PIERDAT_TRANSFER_NOT_RESOLVED_IN_TIME;
        case CURLE_PEER_FAILED_VERIFICATION: return PIERDAT_TRANSFER_UNTRUSTED;
        case CURLE_PROXY: return PIERDAT_TRANSFER_REFUSED_BY_PROXY;
        case CURLE_GOT_NOTHING: return PIERDAT_TRANSFER_NO_ANSWER;
        case CURLE_RECV_ERROR:
            return proxy_status / 100 > 2 ? PIERDAT_TRANSFER_REFUSED_BY_PROXY : PIERDAT_TRANSFER_CUT;
        case CURLE_SEND_ERROR:
        case CURLE_PARTIAL_FILE: return PIERDAT_TRANSFER_CUT;
        // Anything without a status line counts as HTTP/0.9, which is not supported.
        case CURLE_UNSUPPORTED_PROTOCOL:
        case CURLE_WEIRD_SERVER_REPLY:
        case CURLE_HTTP2:
        case CURLE_HTTP2_STREAM: return PIERDAT_TRANSFER_MALFORMED;
        case CURLE_TOO_LARGE: return PIERDAT_TRANSFER_HEAD_TOO_LARGE;
        case CURLE_OUT_OF_MEMORY: return PIERDAT_TRANSFER_NO_MEMORY;
        default: return PIERDAT_TRANSFER_FAILED;
    }
}

static int socks5_reply(CURL *easy) {
    long reply = CURLPX_OK;
    curl_easy_getinfo(easy, CURLINFO_PROXY_ERROR, &reply);
    switch (reply) {
        case CURLPX_REPLY_GENERAL_SERVER_FAILURE: return 1;
        case CURLPX_REPLY_NOT_ALLOWED: return 2;
        case CURLPX_REPLY_NETWORK_UNREACHABLE: return 3;
        case CURLPX_REPLY_HOST_UNREACHABLE: return 4;
        case CURLPX_REPLY_CONNECTION_REFUSED: return 5;
        case CURLPX_REPLY_TTL_EXPIRED: return 6;
        case CURLPX_REPLY_COMMAND_NOT_SUPPORTED: return 7;
        case CURLPX_REPLY_ADDRESS_TYPE_NOT_SUPPORTED: return 8;
        case CURLPX_USER_REJECTED: return PIERDAT_SOCKS5_USER_REFUSED;
        case CURLPX_NO_AUTH:
        case CURLPX_UNKNOWN_MODE:
        case CURLPX_BAD_VERSION: return PIERDAT_SOCKS5_NEEDS_USER;
        default: return 0;
    }
}

pierdat_transfer_result pierdat_transfer_outcome(pierdat_client const *client, CURLcode code) {
    pierdat_transfer_result result = {.address = ""};
    long system_error = 0;
    long version = CURL_HTTP_VERSION_NONE;
    CURL *const easy = client->easy;
    curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &system_error);
    curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &result.proxy_status);
    curl_easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &result.verdict);
    curl_easy_getinfo(easy, CURLINFO_PRIMARY_IP, &result.address);
    curl_easy_getinfo(easy, CURLINFO_HTTP_VERSION, &version);
    result.end = end_for(client, code, result.proxy_status);
    result.message = client->message[0] != '\0' ? client->message : curl_easy_strerror(code);
    result.system_error = result.end == PIERDAT_TRANSFER_NO_INTERFACE ? client->interface_error : (int)system_error;
    result.proxy_reply = socks5_reply(easy);
    result.is_http2 = version == CURL_HTTP_VERSION_2_0;
    return result;
}
