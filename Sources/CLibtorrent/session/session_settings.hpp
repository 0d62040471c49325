#pragma once

#include <libtorrent/settings_pack.hpp>

#include "pierdat_session.h"

namespace pierdat {

/// A session's settings: libtorrent's defaults, our defaults and the caller's settings.
lt::settings_pack settings_pack_from(pierdat_settings const &settings);

}  // namespace pierdat
