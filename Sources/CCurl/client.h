#ifndef PIERDAT_CLIENT_H
#define PIERDAT_CLIENT_H

#include <net/if.h>
#include <stdbool.h>
#include <sys/socket.h>

#include <curl/curl.h>

#include "CCurl.h"

struct pierdat_client {
    CURL *easy;
    // The rest belongs to the current request.
    pierdat_transfer_events events;
    char message[CURL_ERROR_SIZE];
    /// Empty for any.
    char device[IF_NAMESIZE];
    /// AF_UNSPEC for any.
    struct sockaddr_storage source;
    /// What libcurl does not report: whether an address was found, and why no socket could be used.
    bool has_address;
    bool is_of_other_family;
    int interface_error;
    int socket_error;
};

#endif
