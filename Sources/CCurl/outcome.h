#ifndef PIERDAT_OUTCOME_H
#define PIERDAT_OUTCOME_H

#include <curl/curl.h>

#include "CCurl.h"

/// What `code`, which curl_easy_perform(3) has returned, means.
pierdat_transfer_result pierdat_transfer_outcome(pierdat_transfer const *transfer, CURLcode code);

#endif
