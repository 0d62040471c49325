#pragma once

#include "pierdat_session.h"

namespace pierdat {

/// Uses the `resolve_redirect` of `settings` for redirects of trackers and web seeds from now on.
void resolve_redirects(pierdat_settings const &settings);

}  // namespace pierdat
