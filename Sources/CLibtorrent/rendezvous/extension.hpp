#pragma once

#include <libtorrent/bdecode.hpp>
#include <libtorrent/entry.hpp>

namespace pierdat::rendezvous {

/// Adds our extension to a handshake (BEP 10).
void announce_extension(lt::entry &handshake);

/// The number of the extension at the peer that sent `handshake`. 0 if it does not have the extension.
int extension_id_in(lt::bdecode_node const &handshake);

/// The port on which the peer listens. 0 if it does not say that.
int listening_port_in(lt::bdecode_node const &handshake);

}  // namespace pierdat::rendezvous
