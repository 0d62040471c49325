// FIPS 180-4 for sixteen messages: each variable is a register with one lane per message.
#include "sha256_lanes.hpp"

#include <cstdlib>
#include <utility>

#include "avx512_lanes.hpp"

namespace pierdat::sha256_lanes {

#ifdef __x86_64__

#pragma clang attribute push(__attribute__((target(PIERDAT_AVX512_TARGET))), apply_to = function)

namespace {

using namespace avx512;

struct Lanes {
    /// The variables a to h.
    Words state[8];
    /// The last sixteen words of the message schedule.
    Words schedule[16];
};

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

bool are_available() { return avx512::is_available(); }

Digests sha256(Messages const &messages, std::size_t length) {
    Lanes lanes;
    for (int i = 0; i < 8; ++i) lanes.state[i] = _mm512_set1_epi32(static_cast<int>(sha256_beginning[i]));
    for (std::size_t position = 0; position < length; position += 64) {
        load(lanes.schedule, messages, position);
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
