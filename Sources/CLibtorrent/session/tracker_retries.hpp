#pragma once

#include "handles.hpp"

namespace pierdat {

/// Call it for each torrent that is added. libtorrent announces to a tracker that is down once for each
/// torrent, the first time after 17 s. With thousands of torrents that keeps a core busy. So the delay grows
/// with their number.
void make_retries_rarer(pierdat_session &session);

}  // namespace pierdat
