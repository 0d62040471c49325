#pragma once

#include <linux/filter.h>

#include <vector>

#include "pierdat_network.h"

namespace pierdat {

/// A program for SO_ATTACH_FILTER, socket(7), that drops packets from outside `network`. The kernel
/// then does not answer connection attempts from there.
std::vector<sock_filter> incoming_filter_for(pierdat_network const &network);

}  // namespace pierdat
