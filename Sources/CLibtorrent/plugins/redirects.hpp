#pragma once

#include "pierdat_session.h"

namespace pierdat {

/// Has redirects of trackers and web seeds resolved by the settings' `resolve_redirect` from now on.
void resolve_redirects(pierdat_settings const &settings);

}  // namespace pierdat
