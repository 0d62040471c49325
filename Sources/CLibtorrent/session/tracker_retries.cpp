#include "tracker_retries.hpp"

#include <algorithm>
#include <utility>

#include <libtorrent/settings_pack.hpp>

namespace pierdat {

void make_retries_rarer(pierdat_session &session) {
    int const count = ++session.torrents_added;
    bool const has_doubled = count >= 2048 && (count & (count - 1)) == 0;
    if (!has_doubled) return;
    lt::settings_pack pack;
    pack.set_int(lt::settings_pack::tracker_backoff, std::min(count, 16384) / 1024 * 250);
    session.value->apply_settings(std::move(pack));
}

}  // namespace pierdat
