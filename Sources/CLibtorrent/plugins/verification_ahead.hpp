#pragma once

#include <memory>

#include <libtorrent/extensions.hpp>

#include "DiskBackend/pieces/lazy_verifier.hpp"

namespace pierdat {

/// Has each piece verified when a peer requests it, while earlier requests are still being sent.
/// libtorrent reads a block only when the send buffer has room for it.
std::shared_ptr<lt::torrent_plugin> verify_ahead(std::shared_ptr<disk::LazyVerifier> verifier);

}  // namespace pierdat
