#pragma once

// SHA-1 and SHA-256 with the SHA extensions of x86-64.

#include <cstddef>
#include <cstdint>

#include <cpuid.h>
#include <immintrin.h>

#include "sha_extensions.hpp"
#include "sha_words.hpp"

#define PIERDAT_SHA_TARGET "sha,sse4.1,ssse3"

namespace pierdat::sha_extensions {

inline bool processor_has_sha() {
    unsigned a = 0, b = 0, c = 0, d = 0;
    bool const has_ssse3 = __get_cpuid(1, &a, &b, &c, &d) && (c & bit_SSSE3) && (c & bit_SSE4_1);
    return has_ssse3 && __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_SHA);
}

#pragma clang attribute push(__attribute__((target(PIERDAT_SHA_TARGET))), apply_to = function)

/// Loads sixteen words of a message in the byte order of the instructions.
PIERDAT_INLINE void load_words(__m128i (&words)[4], char const *data, __m128i order) {
    for (int i = 0; i < 4; ++i)
        words[i] = _mm_shuffle_epi8(_mm_loadu_si128(reinterpret_cast<__m128i const *>(data) + i), order);
}

/// One running SHA-256.
class Sha256Lane {
public:
    explicit Sha256Lane(char const *data)
        : abef_(_mm_set_epi32(beginning(0), beginning(1), beginning(4), beginning(5))),
          cdgh_(_mm_set_epi32(beginning(2), beginning(3), beginning(6), beginning(7))), data_(data) {}

    void go_on_with(char const *data) { data_ = data; }

    PIERDAT_INLINE void begin_block(std::size_t position) {
        abef_before_ = abef_;
        cdgh_before_ = cdgh_;
        load_words(words_, data_ + position, _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203));
    }

    /// Four rounds. There are sixteen groups.
    template <int Group>
    PIERDAT_INLINE void rounds() {
        if constexpr (Group < 16) {
            __m128i &words = words_[Group % 4];
            if constexpr (Group >= 4) {
                __m128i const before = words_[(Group + 3) % 4];
                __m128i const mixed = _mm_add_epi32(_mm_sha256msg1_epu32(words, words_[(Group + 1) % 4]),
                                                    _mm_alignr_epi8(before, words_[(Group + 2) % 4], 4));
                words = _mm_sha256msg2_epu32(mixed, before);
            }
            auto const constants = reinterpret_cast<__m128i const *>(sha256_constants) + Group;
            __m128i const added = _mm_add_epi32(words, _mm_load_si128(constants));
            cdgh_ = _mm_sha256rnds2_epu32(cdgh_, abef_, added);
            abef_ = _mm_sha256rnds2_epu32(abef_, cdgh_, _mm_shuffle_epi32(added, 0x0E));
        }
    }

    PIERDAT_INLINE void end_block() {
        abef_ = _mm_add_epi32(abef_, abef_before_);
        cdgh_ = _mm_add_epi32(cdgh_, cdgh_before_);
    }

    Sha256Digest digest() const {
        alignas(16) std::uint32_t abef[4], cdgh[4];
        _mm_store_si128(reinterpret_cast<__m128i *>(abef), abef_);
        _mm_store_si128(reinterpret_cast<__m128i *>(cdgh), cdgh_);
        std::uint32_t const words[8] = {abef[3], abef[2], cdgh[3], cdgh[2],
                                        abef[1], abef[0], cdgh[1], cdgh[0]};
        Sha256Digest digest;
        for (std::size_t i = 0; i < 8; ++i) store_big_endian(&digest[i * 4], words[i]);
        return digest;
    }

private:
    static constexpr int beginning(int word) { return static_cast<int>(sha256_beginning[word]); }

    __m128i abef_, cdgh_;
    __m128i abef_before_, cdgh_before_;
    __m128i words_[4];
    char const *data_;
};

/// One running SHA-1.
class Sha1Lane {
public:
    Sha1Lane(Sha1State const &state, char const *data)
        : abcd_(_mm_set_epi32(static_cast<int>(state[0]), static_cast<int>(state[1]),
                              static_cast<int>(state[2]), static_cast<int>(state[3]))),
          e_(_mm_set_epi32(static_cast<int>(state[4]), 0, 0, 0)), data_(data) {}

    PIERDAT_INLINE void begin_block(std::size_t position) {
        abcd_before_ = abcd_;
        e_before_ = e_;
        load_words(words_, data_ + position, _mm_set_epi64x(0x0001020304050607, 0x08090a0b0c0d0e0f));
    }

    /// Four rounds. There are twenty groups.
    template <int Group>
    PIERDAT_INLINE void rounds() {
        __m128i &words = words_[Group % 4];
        if constexpr (Group >= 4) {
            __m128i const mixed =
                _mm_xor_si128(_mm_sha1msg1_epu32(words, words_[(Group + 1) % 4]), words_[(Group + 2) % 4]);
            words = _mm_sha1msg2_epu32(mixed, words_[(Group + 3) % 4]);
        }
        __m128i const added = Group == 0 ? _mm_add_epi32(e_, words) : _mm_sha1nexte_epu32(e_, words);
        e_ = abcd_;
        abcd_ = _mm_sha1rnds4_epu32(abcd_, added, Group / 5);
    }

    PIERDAT_INLINE void end_block() {
        e_ = _mm_sha1nexte_epu32(e_, e_before_);
        abcd_ = _mm_add_epi32(abcd_, abcd_before_);
    }

    Sha1State state() const {
        return {static_cast<std::uint32_t>(_mm_extract_epi32(abcd_, 3)),
                static_cast<std::uint32_t>(_mm_extract_epi32(abcd_, 2)),
                static_cast<std::uint32_t>(_mm_extract_epi32(abcd_, 1)),
                static_cast<std::uint32_t>(_mm_extract_epi32(abcd_, 0)),
                static_cast<std::uint32_t>(_mm_extract_epi32(e_, 3))};
    }

private:
    __m128i abcd_, e_;
    __m128i abcd_before_, e_before_;
    __m128i words_[4];
    char const *data_;
};

#pragma clang attribute pop

}  // namespace pierdat::sha_extensions
