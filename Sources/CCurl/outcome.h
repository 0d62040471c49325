#ifndef PIERDAT_OUTCOME_H
#define PIERDAT_OUTCOME_H

#include <curl/curl.h>

#include "CCurl.h"

/// The meaning of `code`, the result of curl_easy_perform(3).
pierdat_transfer_result pierdat_transfer_outcome(pierdat_client const *client, CURLcode code);

#endif
