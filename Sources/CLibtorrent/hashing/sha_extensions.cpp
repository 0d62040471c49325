// FIPS 180-4 in terms of the SHA extensions of x86-64.
#include "sha_extensions.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

#ifdef __x86_64__
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace pierdat::sha_extensions {

#ifdef __x86_64__

#pragma clang attribute push(__attribute__((target("sha,sse4.1,ssse3"))), apply_to = function)
// Everything is unrolled, so that states and messages stay in registers.
#define PIERDAT_INLINE [[gnu::always_inline]] inline

namespace {

alignas(16) constexpr std::uint32_t sha256_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

PIERDAT_INLINE __m128i load(char const *data) {
    return _mm_loadu_si128(reinterpret_cast<__m128i const *>(data));
}

/// Sixteen words of one message and the state, in the order that the instructions want them.
struct Sha256Lane {
    __m128i abef, cdgh;
    __m128i words[4];
};

/// Four rounds: `Group` counts from 0 to 15.
template <int Group>
PIERDAT_INLINE void sha256_rounds(Sha256Lane &lane) {
    __m128i &words = lane.words[Group % 4];
    if constexpr (Group >= 4) {
        __m128i const before = lane.words[(Group + 3) % 4];
        __m128i const mixed = _mm_add_epi32(
            _mm_sha256msg1_epu32(words, lane.words[(Group + 1) % 4]),
            _mm_alignr_epi8(before, lane.words[(Group + 2) % 4], 4));
        words = _mm_sha256msg2_epu32(mixed, before);
    }
    __m128i const added = _mm_add_epi32(
        words, _mm_load_si128(reinterpret_cast<__m128i const *>(sha256_constants + Group * 4)));
    lane.cdgh = _mm_sha256rnds2_epu32(lane.cdgh, lane.abef, added);
    lane.abef = _mm_sha256rnds2_epu32(lane.abef, lane.cdgh, _mm_shuffle_epi32(added, 0x0E));
}

PIERDAT_INLINE void sha256_load(Sha256Lane &lane, char const *data) {
    __m128i const order = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    lane.words[0] = _mm_shuffle_epi8(load(data), order);
    lane.words[1] = _mm_shuffle_epi8(load(data + 16), order);
    lane.words[2] = _mm_shuffle_epi8(load(data + 32), order);
    lane.words[3] = _mm_shuffle_epi8(load(data + 48), order);
}

template <int... Groups>
PIERDAT_INLINE void sha256_block(Sha256Lane &a, Sha256Lane &b, std::integer_sequence<int, Groups...>) {
    ((sha256_rounds<Groups>(a), sha256_rounds<Groups>(b)), ...);
}

PIERDAT_INLINE void sha256_begin(Sha256Lane &lane) {
    lane.abef = _mm_set_epi32(0x6a09e667, static_cast<int>(0xbb67ae85), 0x510e527f,
                              static_cast<int>(0x9b05688c));
    lane.cdgh = _mm_set_epi32(0x3c6ef372, static_cast<int>(0xa54ff53a), 0x1f83d9ab, 0x5be0cd19);
}

PIERDAT_INLINE void sha256_end_block(Sha256Lane &lane, __m128i abef_before, __m128i cdgh_before) {
    lane.abef = _mm_add_epi32(lane.abef, abef_before);
    lane.cdgh = _mm_add_epi32(lane.cdgh, cdgh_before);
}

void sha256_update(Sha256Lane &first, Sha256Lane &second, std::array<char const *, 2> data,
                   std::size_t length) {
    Sha256Lane a = first, b = second;
    for (std::size_t position = 0; position < length; position += 64) {
        __m128i const a_abef = a.abef, a_cdgh = a.cdgh, b_abef = b.abef, b_cdgh = b.cdgh;
        sha256_load(a, data[0] + position);
        sha256_load(b, data[1] + position);
        sha256_block(a, b, std::make_integer_sequence<int, 16>());
        sha256_end_block(a, a_abef, a_cdgh);
        sha256_end_block(b, b_abef, b_cdgh);
    }
    first = a;
    second = b;
}

void store_big_endian(std::uint8_t *target, std::uint32_t word) {
    word = __builtin_bswap32(word);
    std::memcpy(target, &word, sizeof word);
}

Sha256Digest digest_of(Sha256Lane const &lane) {
    alignas(16) std::uint32_t abef[4], cdgh[4];
    _mm_store_si128(reinterpret_cast<__m128i *>(abef), lane.abef);
    _mm_store_si128(reinterpret_cast<__m128i *>(cdgh), lane.cdgh);
    std::uint32_t const words[8] = {abef[3], abef[2], cdgh[3], cdgh[2], abef[1], abef[0], cdgh[1], cdgh[0]};
    Sha256Digest digest;
    for (std::size_t i = 0; i < 8; ++i) store_big_endian(&digest[i * 4], words[i]);
    return digest;
}

struct Sha1Lane {
    __m128i abcd, e;
    __m128i words[4];
};

/// Four rounds: `Group` counts from 0 to 19.
template <int Group>
PIERDAT_INLINE void sha1_rounds(Sha1Lane &lane) {
    __m128i &words = lane.words[Group % 4];
    if constexpr (Group >= 4) {
        __m128i const mixed = _mm_xor_si128(
            _mm_sha1msg1_epu32(words, lane.words[(Group + 1) % 4]), lane.words[(Group + 2) % 4]);
        words = _mm_sha1msg2_epu32(mixed, lane.words[(Group + 3) % 4]);
    }
    __m128i const added =
        Group == 0 ? _mm_add_epi32(lane.e, words) : _mm_sha1nexte_epu32(lane.e, words);
    lane.e = lane.abcd;
    lane.abcd = _mm_sha1rnds4_epu32(lane.abcd, added, Group / 5);
}

PIERDAT_INLINE void sha1_load(Sha1Lane &lane, char const *data) {
    __m128i const order = _mm_set_epi64x(0x0001020304050607, 0x08090a0b0c0d0e0f);
    lane.words[0] = _mm_shuffle_epi8(load(data), order);
    lane.words[1] = _mm_shuffle_epi8(load(data + 16), order);
    lane.words[2] = _mm_shuffle_epi8(load(data + 32), order);
    lane.words[3] = _mm_shuffle_epi8(load(data + 48), order);
}

template <int... Groups>
PIERDAT_INLINE void sha1_block(Sha1Lane &lane, std::integer_sequence<int, Groups...>) {
    (sha1_rounds<Groups>(lane), ...);
}

template <int... Groups>
PIERDAT_INLINE void sha1_block(Sha1Lane &a, Sha1Lane &b, std::integer_sequence<int, Groups...>) {
    ((sha1_rounds<Groups>(a), sha1_rounds<Groups>(b)), ...);
}

/// The four rounds of one beside the five times four of the other.
template <int... Groups>
PIERDAT_INLINE void both_block(Sha1Lane &a, Sha256Lane &b, std::integer_sequence<int, Groups...>) {
    ((sha1_rounds<Groups>(a), sha256_rounds<Groups>(b)), ...);
    sha1_rounds<16>(a);
    sha1_rounds<17>(a);
    sha1_rounds<18>(a);
    sha1_rounds<19>(a);
}

PIERDAT_INLINE void sha1_begin(Sha1Lane &lane, std::array<std::uint32_t, 5> const &state) {
    lane.abcd = _mm_set_epi32(static_cast<int>(state[0]), static_cast<int>(state[1]),
                              static_cast<int>(state[2]), static_cast<int>(state[3]));
    lane.e = _mm_set_epi32(static_cast<int>(state[4]), 0, 0, 0);
}

PIERDAT_INLINE void sha1_end_block(Sha1Lane &lane, __m128i abcd_before, __m128i e_before) {
    lane.e = _mm_sha1nexte_epu32(lane.e, e_before);
    lane.abcd = _mm_add_epi32(lane.abcd, abcd_before);
}

PIERDAT_INLINE void sha1_end(Sha1Lane const &lane, std::array<std::uint32_t, 5> &state) {
    state = {static_cast<std::uint32_t>(_mm_extract_epi32(lane.abcd, 3)),
             static_cast<std::uint32_t>(_mm_extract_epi32(lane.abcd, 2)),
             static_cast<std::uint32_t>(_mm_extract_epi32(lane.abcd, 1)),
             static_cast<std::uint32_t>(_mm_extract_epi32(lane.abcd, 0)),
             static_cast<std::uint32_t>(_mm_extract_epi32(lane.e, 3))};
}

void sha1_update(std::array<std::uint32_t, 5> &state, char const *data, std::size_t length) {
    Sha1Lane lane;
    sha1_begin(lane, state);
    for (std::size_t position = 0; position < length; position += Sha1::block_size) {
        __m128i const abcd = lane.abcd, e = lane.e;
        sha1_load(lane, data + position);
        sha1_block(lane, std::make_integer_sequence<int, 20>());
        sha1_end_block(lane, abcd, e);
    }
    sha1_end(lane, state);
}

void sha1_update(std::array<std::uint32_t, 5> &first, std::array<std::uint32_t, 5> &second,
                 std::array<char const *, 2> data, std::size_t length) {
    Sha1Lane a, b;
    sha1_begin(a, first);
    sha1_begin(b, second);
    for (std::size_t position = 0; position < length; position += Sha1::block_size) {
        __m128i const a_abcd = a.abcd, a_e = a.e, b_abcd = b.abcd, b_e = b.e;
        sha1_load(a, data[0] + position);
        sha1_load(b, data[1] + position);
        sha1_block(a, b, std::make_integer_sequence<int, 20>());
        sha1_end_block(a, a_abcd, a_e);
        sha1_end_block(b, b_abcd, b_e);
    }
    sha1_end(a, first);
    sha1_end(b, second);
}

void both_update(std::array<std::uint32_t, 5> &state, Sha256Lane &sha256, char const *data,
                 std::size_t length) {
    Sha1Lane a;
    sha1_begin(a, state);
    Sha256Lane b = sha256;
    for (std::size_t position = 0; position < length; position += Sha1::block_size) {
        __m128i const a_abcd = a.abcd, a_e = a.e, b_abef = b.abef, b_cdgh = b.cdgh;
        sha1_load(a, data + position);
        sha256_load(b, data + position);
        both_block(a, b, std::make_integer_sequence<int, 16>());
        sha1_end_block(a, a_abcd, a_e);
        sha256_end_block(b, b_abef, b_cdgh);
    }
    sha1_end(a, state);
    sha256 = b;
}

/// What stands behind a message of `length` bytes, with its last bytes `rest`; returns how much that is.
std::size_t pad(std::uint64_t length, char const *rest, char (&tail)[128]) {
    std::size_t const count = length % 64;
    std::size_t const end = count + 9 > 64 ? 128 : 64;
    std::uint64_t const bits = __builtin_bswap64(length * 8);
    std::memset(tail, 0, sizeof tail);
    if (count > 0) std::memcpy(tail, rest, count);
    tail[count] = static_cast<char>(0x80);
    std::memcpy(tail + end - 8, &bits, 8);
    return end;
}

}  // namespace

bool are_available() {
    static bool const available = [] {
        unsigned a = 0, b = 0, c = 0, d = 0;
        bool const has_ssse3 = __get_cpuid(1, &a, &b, &c, &d) && (c & bit_SSSE3) && (c & bit_SSE4_1);
        return has_ssse3 && __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_SHA);
    }();
    return available;
}

std::array<Sha256Digest, 2> sha256(std::array<char const *, 2> messages, std::size_t length) {
    Sha256Lane a, b;
    sha256_begin(a);
    sha256_begin(b);
    std::size_t const whole = length / 64 * 64;
    sha256_update(a, b, messages, whole);
    char a_tail[128], b_tail[128];
    pad(length, messages[0] + whole, a_tail);
    std::size_t const end = pad(length, messages[1] + whole, b_tail);
    sha256_update(a, b, {a_tail, b_tail}, end);
    return {digest_of(a), digest_of(b)};
}

void Sha1::update(char const *data, std::size_t length) {
    std::size_t const resting = length_ % block_size;
    length_ += length;
    if (resting > 0) {
        std::size_t const taken = std::min(length, block_size - resting);
        std::memcpy(rest_.data() + resting, data, taken);
        if (resting + taken < block_size) return;
        sha1_update(state_, rest_.data(), block_size);
        data += taken;
        length -= taken;
    }
    std::size_t const whole = length / block_size * block_size;
    sha1_update(state_, data, whole);
    std::memcpy(rest_.data(), data + whole, length - whole);
}

Sha256Digest Sha1::update_with_sha256(char const *data, std::size_t length) {
    Sha256Lane lane;
    sha256_begin(lane);
    both_update(state_, lane, data, length);
    length_ += length;
    char tail[128];
    std::size_t const end = pad(length, nullptr, tail);
    Sha256Lane ignored = lane;
    sha256_update(lane, ignored, {tail, tail}, end);
    return digest_of(lane);
}

void Sha1::update(Sha1 &first, Sha1 &second, std::array<char const *, 2> data, std::size_t length) {
    sha1_update(first.state_, second.state_, data, length);
    first.length_ += length;
    second.length_ += length;
}

Sha1Digest Sha1::finish() {
    char tail[128];
    std::size_t const end = pad(length_, rest_.data(), tail);
    sha1_update(state_, tail, end);
    Sha1Digest digest;
    for (std::size_t word = 0; word < 5; ++word) store_big_endian(&digest[word * 4], state_[word]);
    return digest;
}

#pragma clang attribute pop

#else

bool are_available() { return false; }
std::array<Sha256Digest, 2> sha256(std::array<char const *, 2>, std::size_t) { std::abort(); }
void Sha1::update(char const *, std::size_t) { std::abort(); }
Sha256Digest Sha1::update_with_sha256(char const *, std::size_t) { std::abort(); }
void Sha1::update(Sha1 &, Sha1 &, std::array<char const *, 2>, std::size_t) { std::abort(); }
Sha1Digest Sha1::finish() { std::abort(); }

#endif

}  // namespace pierdat::sha_extensions
