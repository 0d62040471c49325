/// Included before everything else in each C++ file: makes sure that libtorrent's headers are those of
/// the library that is linked, with the definitions that it was compiled with.
#pragma once

#if __has_include(<libtorrent/build_definitions.hpp>)
#include <libtorrent/build_definitions.hpp>
#else
#error "libtorrent is not built yet: run `make setup`, once"
#endif
