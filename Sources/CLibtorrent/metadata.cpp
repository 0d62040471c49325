#include "pierdat_metadata.h"

#include <libtorrent/load_torrent.hpp>
#include <libtorrent/magnet_uri.hpp>

#include "error.hpp"
#include "params.hpp"

pierdat_params *pierdat_params_from_magnet(char const *uri, pierdat_error *error) {
    return pierdat::guarded<pierdat_params *>(error, nullptr, [&] {
        return new pierdat_params{lt::parse_magnet_uri(uri)};
    });
}

pierdat_params *pierdat_params_from_torrent(void const *bytes, size_t length, pierdat_error *error) {
    return pierdat::guarded<pierdat_params *>(error, nullptr, [&] {
        lt::span<char const> const buffer{static_cast<char const *>(bytes), static_cast<long>(length)};
        return new pierdat_params{lt::load_torrent_buffer(buffer)};
    });
}

void pierdat_params_free(pierdat_params *params) { delete params; }
