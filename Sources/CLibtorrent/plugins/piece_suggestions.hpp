#pragma once

#include <memory>

#include <libtorrent/extensions.hpp>

namespace pierdat {

/// Has those who download from a seeder at the same time begin with different pieces (BEP 6, "suggest
/// piece"), so that each piece soon leaves the seeder once, and they have the rest of each other. By
/// themselves they choose at random, and the fewer pieces are left the more often they choose the same.
///
/// It only suggests: every peer gets whatever it asks for. One that is alone is left alone.
///
/// Takes the number of the torrent's pieces, all of which there are.
std::shared_ptr<lt::torrent_plugin> suggest_pieces(int piece_count);

}  // namespace pierdat
