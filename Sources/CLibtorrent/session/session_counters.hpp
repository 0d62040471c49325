#pragma once

#include <libtorrent/alert_types.hpp>

#include "DiskBackend/io/disk_figures.hpp"
#include "pierdat_counters.h"

namespace pierdat {

/// The counters of a session, from libtorrent's statistics and our disk threads.
pierdat_counters counters_of(lt::session_stats_alert const &alert, disk::DiskFigures const &disk);

}  // namespace pierdat
