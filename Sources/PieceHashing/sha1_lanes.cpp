// FIPS 180-4 for sixteen messages: each variable is a register with one lane per message.
#include "sha1_lanes.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "avx512_lanes.hpp"

namespace pierdat::sha1_lanes {

#ifdef __x86_64__

#pragma clang attribute push(__attribute__((target(PIERDAT_AVX512_TARGET))), apply_to = function)

namespace {

using namespace avx512;

struct Lanes {
    /// The variables a to e.
    Words state[5];
    /// The last sixteen words of the message schedule.
    Words schedule[16];
};

/// The functions and constants of the four groups of twenty rounds.
template <int Group>
PIERDAT_INLINE Words mix(Words b, Words c, Words d) {
    if constexpr (Group == 0) return choose(b, c, d);
    else if constexpr (Group == 2) return majority(b, c, d);
    else return exclusive_or(b, c, d);
}
constexpr std::uint32_t constants[4] = {0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6};

template <int Round>
PIERDAT_INLINE void round(Lanes &lanes) {
    auto const scheduled = [&](int number) -> Words & { return lanes.schedule[number % 16]; };
    Words &words = scheduled(Round);
    if constexpr (Round >= 16) {
        Words const mixed = exclusive_or(scheduled(Round - 3), scheduled(Round - 8), scheduled(Round - 14));
        words = _mm512_rol_epi32(_mm512_xor_si512(words, mixed), 1);
    }
    // Rotates the names of the variables, not the registers.
    auto const variable = [&](int number) -> Words & { return lanes.state[(80 + number - Round) % 5]; };
    Words &a = variable(0), &b = variable(1), &c = variable(2), &d = variable(3), &e = variable(4);
    Words const constant = _mm512_set1_epi32(static_cast<int>(constants[Round / 20]));
    e = sum(sum(e, sum(words, constant)), sum(mix<Round / 20>(b, c, d), _mm512_rol_epi32(a, 5)));
    b = _mm512_rol_epi32(b, 30);
}

template <int... Rounds>
PIERDAT_INLINE void all_rounds(Lanes &lanes, std::integer_sequence<int, Rounds...>) {
    (round<Rounds>(lanes), ...);
}

void hash_block(Lanes &lanes) {
    Words before[5];
    std::copy(std::begin(lanes.state), std::end(lanes.state), before);
    all_rounds(lanes, std::make_integer_sequence<int, 80>());
    for (int i = 0; i < 5; ++i) lanes.state[i] = sum(lanes.state[i], before[i]);
}

}  // namespace

bool are_available() { return avx512::is_available(); }

void update(sha_extensions::Sha1State *const *states, char const *const *data, std::size_t messages,
            std::size_t length) {
    alignas(64) std::uint32_t words[5][count];
    Messages all;
    // Idle lanes repeat the first message.
    for (std::size_t i = 0; i < count; ++i) {
        std::size_t const source = i < messages ? i : 0;
        all[i] = data[source];
        for (std::size_t word = 0; word < 5; ++word) words[word][i] = (*states[source])[word];
    }
    Lanes lanes;
    for (int i = 0; i < 5; ++i) lanes.state[i] = _mm512_load_si512(words[i]);
    for (std::size_t position = 0; position < length; position += 64) {
        load(lanes.schedule, all, position);
        hash_block(lanes);
    }
    for (int i = 0; i < 5; ++i) _mm512_store_si512(words[i], lanes.state[i]);
    for (std::size_t i = 0; i < messages; ++i)
        for (std::size_t word = 0; word < 5; ++word) (*states[i])[word] = words[word][i];
}

#pragma clang attribute pop

#else

bool are_available() { return false; }
void update(sha_extensions::Sha1State *const *, char const *const *, std::size_t, std::size_t) { std::abort(); }

#endif

}  // namespace pierdat::sha1_lanes
