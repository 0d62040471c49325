#pragma once

// Lanes for this CPU family: Sha1Lane, Sha256Lane, processor_has_sha() and PIERDAT_SHA_TARGET, the
// compiler's target features. Other families have none.

#include <cstddef>
#include <utility>

#include "sha_extensions.hpp"
#include "sha_words.hpp"

#if defined(__x86_64__)
#include "sha_lanes_x86.hpp"
#elif defined(__aarch64__) && defined(__ARM_NEON) && !defined(__AARCH64EB__)
#include "sha_lanes_arm.hpp"
#endif

#ifdef PIERDAT_SHA_TARGET

namespace pierdat::sha_extensions {

#pragma clang attribute push(__attribute__((target(PIERDAT_SHA_TARGET))), apply_to = function)

template <int Group, typename... Lanes>
PIERDAT_INLINE void rounds(Lanes &...lanes) {
    (lanes.template rounds<Group>(), ...);
}

template <int... Groups, typename... Lanes>
PIERDAT_INLINE void all_rounds(std::integer_sequence<int, Groups...>, Lanes &...lanes) {
    (rounds<Groups>(lanes...), ...);
}

/// Hashes the next `length` bytes (whole blocks) of all messages in parallel.
template <typename... Lanes>
PIERDAT_INLINE void hash_blocks(std::size_t length, Lanes &...lanes) {
    for (std::size_t position = 0; position < length; position += Sha1::block_size) {
        (lanes.begin_block(position), ...);
        all_rounds(std::make_integer_sequence<int, 20>(), lanes...);
        (lanes.end_block(), ...);
    }
}

#pragma clang attribute pop

}  // namespace pierdat::sha_extensions

#endif
