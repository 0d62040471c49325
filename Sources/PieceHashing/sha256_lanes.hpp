#pragma once

#include <array>
#include <cstddef>

#include "sha_extensions.hpp"

namespace pierdat::sha256_lanes {

/// SHA-256 of sixteen messages at once, each in its lane of AVX-512's registers: where a processor has both, in
/// little more than half the time that its SHA instructions take.

/// Whether the processor has them. Nothing else here may be called where it has not.
bool are_available();

constexpr std::size_t count = 16;

using Messages = std::array<char const *, count>;
using Digests = std::array<sha_extensions::Sha256Digest, count>;

/// Of messages of `length` bytes, a multiple of 64.
Digests sha256(Messages const &messages, std::size_t length);

}  // namespace pierdat::sha256_lanes
