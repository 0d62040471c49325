#pragma once

#include <libtorrent/settings_pack.hpp>

#include "pierdat_session.h"

namespace pierdat {

/// How many peers of a new torrent are connected to at once, without waiting for the next tick.
constexpr int connect_boost = 50;

/// A session's settings: libtorrent's defaults, our defaults and the caller's settings.
lt::settings_pack settings_pack_from(pierdat_settings const &settings);

}  // namespace pierdat
