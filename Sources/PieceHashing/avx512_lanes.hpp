#pragma once

// AVX-512: sixteen messages at once, one per lane of a register.

#ifdef __x86_64__

#include <array>
#include <cstddef>

#include <immintrin.h>

#include "sha_words.hpp"

#define PIERDAT_AVX512_TARGET "avx512f,avx512bw"

namespace pierdat::avx512 {

inline bool is_available() { return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw"); }

#pragma clang attribute push(__attribute__((target(PIERDAT_AVX512_TARGET))), apply_to = function)

using Words = __m512i;
using Messages = std::array<char const *, 16>;

PIERDAT_INLINE Words exclusive_or(Words a, Words b, Words c) { return _mm512_ternarylogic_epi32(a, b, c, 0x96); }
PIERDAT_INLINE Words choose(Words a, Words b, Words c) { return _mm512_ternarylogic_epi32(a, b, c, 0xca); }
PIERDAT_INLINE Words majority(Words a, Words b, Words c) { return _mm512_ternarylogic_epi32(a, b, c, 0xe8); }

template <typename... More>
PIERDAT_INLINE Words sum(Words first, More... more) {
    if constexpr (sizeof...(more) == 0) return first;
    else return _mm512_add_epi32(first, sum(more...));
}

/// Loads the next sixteen words of each message and transposes them, so that a register holds the
/// same word of all messages.
PIERDAT_INLINE void load(Words (&schedule)[16], Messages const &messages, std::size_t position) {
    Words const order = _mm512_broadcast_i32x4(_mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203));
    Words rows[16], quads[16];
    for (std::size_t i = 0; i < 16; ++i)
        rows[i] = _mm512_shuffle_epi8(_mm512_loadu_si512(messages[i] + position), order);
    for (int i = 0; i < 16; i += 4) {
        Words const low = _mm512_unpacklo_epi32(rows[i], rows[i + 1]);
        Words const high = _mm512_unpackhi_epi32(rows[i], rows[i + 1]);
        Words const next_low = _mm512_unpacklo_epi32(rows[i + 2], rows[i + 3]);
        Words const next_high = _mm512_unpackhi_epi32(rows[i + 2], rows[i + 3]);
        quads[i] = _mm512_unpacklo_epi64(low, next_low);
        quads[i + 1] = _mm512_unpackhi_epi64(low, next_low);
        quads[i + 2] = _mm512_unpacklo_epi64(high, next_high);
        quads[i + 3] = _mm512_unpackhi_epi64(high, next_high);
    }
    for (int i = 0; i < 4; ++i) {
        Words const even = _mm512_shuffle_i32x4(quads[i], quads[4 + i], 0x88);
        Words const odd = _mm512_shuffle_i32x4(quads[i], quads[4 + i], 0xdd);
        Words const next_even = _mm512_shuffle_i32x4(quads[8 + i], quads[12 + i], 0x88);
        Words const next_odd = _mm512_shuffle_i32x4(quads[8 + i], quads[12 + i], 0xdd);
        schedule[i] = _mm512_shuffle_i32x4(even, next_even, 0x88);
        schedule[4 + i] = _mm512_shuffle_i32x4(odd, next_odd, 0x88);
        schedule[8 + i] = _mm512_shuffle_i32x4(even, next_even, 0xdd);
        schedule[12 + i] = _mm512_shuffle_i32x4(odd, next_odd, 0xdd);
    }
}

#pragma clang attribute pop

}  // namespace pierdat::avx512

#endif
