/// Included first in each C++ file. Ensures that libtorrent's headers match the linked library and
/// the definitions that it was compiled with.
#pragma once

#if __has_include(<libtorrent/build_definitions.hpp>)
#include <libtorrent/build_definitions.hpp>
#else
#error "libtorrent is not built yet: run `make setup`, once"
#endif
