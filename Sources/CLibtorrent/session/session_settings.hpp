#pragma once

#include <libtorrent/settings_pack.hpp>

#include "pierdat_session.h"

namespace pierdat {

/// The settings of a session: libtorrent's defaults, ours, and what the caller chose.
lt::settings_pack settings_pack_from(pierdat_settings const &settings);

}  // namespace pierdat
