// FIPS 180-4 with the CPU's SHA instructions: the SHA extensions of x86-64 or ARMv8.
#include "sha_extensions.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "sha_lanes.hpp"

namespace pierdat::sha_extensions {

#ifdef PIERDAT_SHA_TARGET

#pragma clang attribute push(__attribute__((target(PIERDAT_SHA_TARGET))), apply_to = function)

namespace {

using Tail = std::array<char, 128>;

/// Builds the end of a message of `length` bytes: its last bytes `rest` and the padding. Returns
/// the size.
std::size_t pad(std::uint64_t length, char const *rest, Tail &tail) {
    std::size_t const count = length % 64;
    std::size_t const end = count + 9 > 64 ? 128 : 64;
    std::uint64_t const bits = __builtin_bswap64(length * 8);
    tail.fill(0);
    if (count > 0) std::memcpy(tail.data(), rest, count);
    tail[count] = static_cast<char>(0x80);
    std::memcpy(tail.data() + end - 8, &bits, 8);
    return end;
}

/// Finishes two messages of `length` bytes. `rests` are their bytes after the last whole block.
std::array<Sha256Digest, 2> digests(Sha256Lane first, Sha256Lane second, std::uint64_t length,
                                    std::array<char const *, 2> rests = {}) {
    Tail first_tail, second_tail;
    pad(length, rests[0], first_tail);
    std::size_t const end = pad(length, rests[1], second_tail);
    first.go_on_with(first_tail.data());
    second.go_on_with(second_tail.data());
    hash_blocks(end, first, second);
    return {first.digest(), second.digest()};
}

}  // namespace

std::array<Sha256Digest, 2> sha256(std::array<char const *, 2> messages, std::size_t length) {
    Sha256Lane first(messages[0]), second(messages[1]);
    std::size_t const whole = length / 64 * 64;
    hash_blocks(whole, first, second);
    return digests(first, second, length, {messages[0] + whole, messages[1] + whole});
}

void Sha1::update(char const *data, std::size_t length) {
    std::size_t const resting = length_ % block_size;
    length_ += length;
    if (resting > 0) {
        std::size_t const taken = std::min(length, block_size - resting);
        std::memcpy(rest_.data() + resting, data, taken);
        if (resting + taken < block_size) return;
        hash(rest_.data(), block_size);
        data += taken;
        length -= taken;
    }
    std::size_t const whole = length / block_size * block_size;
    hash(data, whole);
    std::memcpy(rest_.data(), data + whole, length - whole);
}

void Sha1::hash(char const *blocks, std::size_t length) {
    Sha1Lane lane(state_, blocks);
    hash_blocks(length, lane);
    state_ = lane.state();
}

Sha256Digest Sha1::update_with_sha256(char const *data, std::size_t length) {
    Sha1Lane sha1(state_, data);
    Sha256Lane sha256(data);
    hash_blocks(length, sha1, sha256);
    go_on_from(sha1.state(), length);
    return digests(sha256, sha256, length)[0];
}

template <std::size_t... Places>
void Sha1::update_all(Sha1 *const *hashes, char const *const *data, std::size_t length,
                      std::index_sequence<Places...>) {
    std::array<Sha1Lane, sizeof...(Places)> lanes{Sha1Lane(hashes[Places]->state_, data[Places])...};
    hash_blocks(length, lanes[Places]...);
    (hashes[Places]->go_on_from(lanes[Places].state(), length), ...);
}

void Sha1::update(Sha1 *const *hashes, char const *const *data, std::size_t count, std::size_t length) {
    switch (count) {
        case 4: return update_all(hashes, data, length, std::make_index_sequence<4>());
        case 3: return update_all(hashes, data, length, std::make_index_sequence<3>());
        case 2: return update_all(hashes, data, length, std::make_index_sequence<2>());
        case 1: return update_all(hashes, data, length, std::make_index_sequence<1>());
        default: std::abort();
    }
}

std::array<Sha256Digest, 2> Sha1::update_with_sha256(Sha1 &first, Sha1 &second,
                                                     std::array<char const *, 2> data, std::size_t length) {
    Sha1Lane one(first.state_, data[0]), other(second.state_, data[1]);
    Sha256Lane one_sha256(data[0]), other_sha256(data[1]);
    hash_blocks(length, one, other, one_sha256, other_sha256);
    first.go_on_from(one.state(), length);
    second.go_on_from(other.state(), length);
    return digests(one_sha256, other_sha256, length);
}

void Sha1::go_on_from(Sha1State const &state, std::size_t length) {
    state_ = state;
    length_ += length;
}

Sha1Digest Sha1::finish() {
    Tail tail;
    hash(tail.data(), pad(length_, rest_.data(), tail));
    Sha1Digest digest;
    for (std::size_t word = 0; word < 5; ++word) store_big_endian(&digest[word * 4], state_[word]);
    return digest;
}

#pragma clang attribute pop

bool are_available() {
    static bool const available = processor_has_sha();
    return available;
}

#else

bool are_available() { return false; }
std::array<Sha256Digest, 2> sha256(std::array<char const *, 2>, std::size_t) { std::abort(); }
void Sha1::update(char const *, std::size_t) { std::abort(); }
Sha256Digest Sha1::update_with_sha256(char const *, std::size_t) { std::abort(); }
void Sha1::update(Sha1 *const *, char const *const *, std::size_t, std::size_t) { std::abort(); }
std::array<Sha256Digest, 2> Sha1::update_with_sha256(Sha1 &, Sha1 &, std::array<char const *, 2>, std::size_t) {
    std::abort();
}
Sha1Digest Sha1::finish() { std::abort(); }

#endif

}  // namespace pierdat::sha_extensions
