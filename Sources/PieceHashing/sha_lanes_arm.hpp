#pragma once

// SHA-1 and SHA-256 with the cryptographic extension of ARMv8 (Arm C Language Extensions, "SHA1 and
// SHA256 intrinsics").

#include <cstddef>
#include <cstdint>

#include <arm_neon.h>
#include <sys/auxv.h>

#include "sha_extensions.hpp"
#include "sha_words.hpp"

#define PIERDAT_SHA_TARGET "sha2"

namespace pierdat::sha_extensions {

/// Asks the kernel, getauxval(3), for both instruction sets. Both are optional.
inline bool processor_has_sha() {
    constexpr unsigned long sha1 = 1 << 5, sha2 = 1 << 6;
    return (getauxval(AT_HWCAP) & (sha1 | sha2)) == (sha1 | sha2);
}

#pragma clang attribute push(__attribute__((target(PIERDAT_SHA_TARGET))), apply_to = function)

/// Loads sixteen words of a message.
PIERDAT_INLINE void load_words(uint32x4_t (&words)[4], char const *data) {
    for (int i = 0; i < 4; ++i) {
        auto const bytes = vld1q_u8(reinterpret_cast<std::uint8_t const *>(data) + 16 * i);
        words[i] = vreinterpretq_u32_u8(vrev32q_u8(bytes));
    }
}

/// One running SHA-256.
class Sha256Lane {
public:
    explicit Sha256Lane(char const *data)
        : abcd_(vld1q_u32(sha256_beginning)), efgh_(vld1q_u32(sha256_beginning + 4)), data_(data) {}

    void go_on_with(char const *data) { data_ = data; }

    PIERDAT_INLINE void begin_block(std::size_t position) {
        abcd_before_ = abcd_;
        efgh_before_ = efgh_;
        load_words(words_, data_ + position);
    }

    /// Four rounds. There are sixteen groups.
    template <int Group>
    PIERDAT_INLINE void rounds() {
        if constexpr (Group < 16) {
            uint32x4_t &words = words_[Group % 4];
            if constexpr (Group >= 4) {
                words = vsha256su1q_u32(vsha256su0q_u32(words, words_[(Group + 1) % 4]),
                                        words_[(Group + 2) % 4], words_[(Group + 3) % 4]);
            }
            uint32x4_t const added = vaddq_u32(words, vld1q_u32(sha256_constants + 4 * Group));
            uint32x4_t const abcd = abcd_;
            abcd_ = vsha256hq_u32(abcd_, efgh_, added);
            efgh_ = vsha256h2q_u32(efgh_, abcd, added);
        }
    }

    PIERDAT_INLINE void end_block() {
        abcd_ = vaddq_u32(abcd_, abcd_before_);
        efgh_ = vaddq_u32(efgh_, efgh_before_);
    }

    Sha256Digest digest() const {
        std::uint32_t words[8];
        vst1q_u32(words, abcd_);
        vst1q_u32(words + 4, efgh_);
        Sha256Digest digest;
        for (std::size_t i = 0; i < 8; ++i) store_big_endian(&digest[i * 4], words[i]);
        return digest;
    }

private:
    uint32x4_t abcd_, efgh_;
    uint32x4_t abcd_before_, efgh_before_;
    uint32x4_t words_[4];
    char const *data_;
};

/// One running SHA-1.
class Sha1Lane {
public:
    Sha1Lane(Sha1State const &state, char const *data)
        : abcd_(vld1q_u32(state.data())), e_(state[4]), data_(data) {}

    PIERDAT_INLINE void begin_block(std::size_t position) {
        abcd_before_ = abcd_;
        e_before_ = e_;
        load_words(words_, data_ + position);
    }

    /// Four rounds. There are twenty groups, and every five share a function and a constant.
    template <int Group>
    PIERDAT_INLINE void rounds() {
        constexpr std::uint32_t constants[4] = {0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6};
        uint32x4_t &words = words_[Group % 4];
        if constexpr (Group >= 4) {
            words = vsha1su1q_u32(vsha1su0q_u32(words, words_[(Group + 1) % 4], words_[(Group + 2) % 4]),
                                  words_[(Group + 3) % 4]);
        }
        uint32x4_t const added = vaddq_u32(words, vdupq_n_u32(constants[Group / 5]));
        std::uint32_t const e = vsha1h_u32(vgetq_lane_u32(abcd_, 0));
        if constexpr (Group / 5 == 0) abcd_ = vsha1cq_u32(abcd_, e_, added);
        else if constexpr (Group / 5 == 2) abcd_ = vsha1mq_u32(abcd_, e_, added);
        else abcd_ = vsha1pq_u32(abcd_, e_, added);
        e_ = e;
    }

    PIERDAT_INLINE void end_block() {
        abcd_ = vaddq_u32(abcd_, abcd_before_);
        e_ += e_before_;
    }

    Sha1State state() const {
        Sha1State state;
        vst1q_u32(state.data(), abcd_);
        state[4] = e_;
        return state;
    }

private:
    uint32x4_t abcd_, abcd_before_;
    std::uint32_t e_, e_before_;
    uint32x4_t words_[4];
    char const *data_;
};

#pragma clang attribute pop

}  // namespace pierdat::sha_extensions
