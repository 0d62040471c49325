// FIPS 180-4 for sixteen messages: each variable is a register with one lane per message.
#include "sha256_lanes.hpp"

#include <cstdlib>
#include <utility>

#ifdef __x86_64__
#include <immintrin.h>

#include "sha_words.hpp"
#endif

namespace pierdat::sha256_lanes {

#ifdef __x86_64__

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw"))), apply_to = function)

namespace {

using Words = __m512i;

struct Lanes {
    /// The variables a to h.
    Words state[8];
    /// The last sixteen words of the message schedule.
    Words schedule[16];
};

PIERDAT_INLINE Words exclusive_or(Words a, Words b, Words c) { return _mm512_ternarylogic_epi32(a, b, c, 0x96); }
PIERDAT_INLINE Words choose(Words a, Words b, Words c) { return _mm512_ternarylogic_epi32(a, b, c, 0xca); }
PIERDAT_INLINE Words majority(Words a, Words b, Words c) { return _mm512_ternarylogic_epi32(a, b, c, 0xe8); }

template <typename... More>
PIERDAT_INLINE Words sum(Words first, More... more) {
    if constexpr (sizeof...(more) == 0) return first;
    else return _mm512_add_epi32(first, sum(more...));
}

template <int First, int Second, int Third>
PIERDAT_INLINE Words big_sigma(Words words) {
    return exclusive_or(_mm512_ror_epi32(words, First), _mm512_ror_epi32(words, Second),
                        _mm512_ror_epi32(words, Third));
}

template <int First, int Second, int Shift>
PIERDAT_INLINE Words small_sigma(Words words) {
    return exclusive_or(_mm512_ror_epi32(words, First), _mm512_ror_epi32(words, Second),
                        _mm512_srli_epi32(words, Shift));
}

template <int Round>
PIERDAT_INLINE void round(Lanes &lanes) {
    auto &words = lanes.schedule[Round % 16];
    if constexpr (Round >= 16) {
        words = sum(words, small_sigma<7, 18, 3>(lanes.schedule[(Round + 1) % 16]),
                    lanes.schedule[(Round + 9) % 16], small_sigma<17, 19, 10>(lanes.schedule[(Round + 14) % 16]));
    }
    // Rotates the names of the variables, not the registers.
    auto const variable = [&](int number) -> Words & { return lanes.state[(64 + number - Round) % 8]; };
    Words &a = variable(0), &b = variable(1), &c = variable(2), &d = variable(3);
    Words &e = variable(4), &f = variable(5), &g = variable(6), &h = variable(7);
    Words const constant = _mm512_set1_epi32(static_cast<int>(sha256_constants[Round]));
    Words const first = sum(h, sum(words, constant), sum(choose(e, f, g), big_sigma<6, 11, 25>(e)));
    d = sum(d, first);
    h = sum(first, majority(a, b, c), big_sigma<2, 13, 22>(a));
}

template <int... Rounds>
PIERDAT_INLINE void all_rounds(Lanes &lanes, std::integer_sequence<int, Rounds...>) {
    (round<Rounds>(lanes), ...);
}

/// Loads the next sixteen words of each message and transposes them, so that a register holds the
/// same word of all messages.
PIERDAT_INLINE void load(Lanes &lanes, Messages const &messages, std::size_t position) {
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
        lanes.schedule[i] = _mm512_shuffle_i32x4(even, next_even, 0x88);
        lanes.schedule[4 + i] = _mm512_shuffle_i32x4(odd, next_odd, 0x88);
        lanes.schedule[8 + i] = _mm512_shuffle_i32x4(even, next_even, 0xdd);
        lanes.schedule[12 + i] = _mm512_shuffle_i32x4(odd, next_odd, 0xdd);
    }
}

void hash_block(Lanes &lanes) {
    Words before[8];
    for (int i = 0; i < 8; ++i) before[i] = lanes.state[i];
    all_rounds(lanes, std::make_integer_sequence<int, 64>());
    for (int i = 0; i < 8; ++i) lanes.state[i] = sum(lanes.state[i], before[i]);
}

/// Loads the last block, which is only padding and the same for all messages of whole blocks.
void load_padding(Lanes &lanes, std::size_t length) {
    auto const bits = static_cast<std::uint64_t>(length) * 8;
    for (auto &words : lanes.schedule) words = _mm512_setzero_si512();
    lanes.schedule[0] = _mm512_set1_epi32(static_cast<int>(0x80000000));
    lanes.schedule[14] = _mm512_set1_epi32(static_cast<int>(bits >> 32));
    lanes.schedule[15] = _mm512_set1_epi32(static_cast<int>(bits));
}

Digests digests_of(Lanes const &lanes) {
    Digests digests;
    for (std::size_t word = 0; word < 8; ++word) {
        alignas(64) std::uint32_t of_all[count];
        _mm512_store_si512(of_all, lanes.state[word]);
        for (std::size_t i = 0; i < count; ++i)
            store_big_endian(&digests[i][word * 4], of_all[i]);
    }
    return digests;
}

}  // namespace

bool are_available() { return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw"); }

Digests sha256(Messages const &messages, std::size_t length) {
    Lanes lanes;
    for (int i = 0; i < 8; ++i) lanes.state[i] = _mm512_set1_epi32(static_cast<int>(sha256_beginning[i]));
    for (std::size_t position = 0; position < length; position += 64) {
        load(lanes, messages, position);
        hash_block(lanes);
    }
    load_padding(lanes, length);
    hash_block(lanes);
    return digests_of(lanes);
}

#pragma clang attribute pop

#else

bool are_available() { return false; }
Digests sha256(Messages const &, std::size_t) { std::abort(); }

#endif

}  // namespace pierdat::sha256_lanes
