#pragma once

#include <memory>

#include <libtorrent/extensions.hpp>

namespace pierdat {

/// Makes simultaneous downloaders of a seeder start with different pieces (BEP 6, "suggest piece").
/// Each piece then leaves the seeder once, and the downloaders exchange the rest among themselves.
/// Without suggestions they choose at random, and collisions become more frequent as fewer pieces
/// remain.
///
/// These are only suggestions: every peer still gets what it requests. A single peer gets no
/// suggestions.
///
/// `piece_count` is the number of the torrent's pieces, all of which must be present.
std::shared_ptr<lt::torrent_plugin> suggest_pieces(int piece_count);

}  // namespace pierdat
