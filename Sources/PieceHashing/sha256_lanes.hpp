#pragma once

#include <array>
#include <cstddef>

#include "sha_extensions.hpp"

namespace pierdat::sha256_lanes {

/// SHA-256 of sixteen messages at once, one per lane of the AVX-512 registers. On CPUs with both,
/// this takes little more than half the time of the SHA instructions.

/// True if the CPU has AVX-512. Otherwise nothing else here may be called.
bool are_available();

constexpr std::size_t count = 16;

using Messages = std::array<char const *, count>;
using Digests = std::array<sha_extensions::Sha256Digest, count>;

/// Hashes messages of `length` bytes, a multiple of 64.
Digests sha256(Messages const &messages, std::size_t length);

}  // namespace pierdat::sha256_lanes
