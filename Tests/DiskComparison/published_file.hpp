#pragma once

#include <string>
#include <vector>

#include <libtorrent/add_torrent_params.hpp>
#include <libtorrent/create_torrent.hpp>

namespace comparison {

/// The metadata of a torrent of one file, for a seeder that has all pieces.
/// `piece_length` is a power of two.
lt::add_torrent_params published_file(std::string const &name, std::vector<char> const &bytes, int piece_length,
                                      lt::create_flags_t flags);

}  // namespace comparison
