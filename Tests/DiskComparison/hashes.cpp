#include <algorithm>
#include <random>
#include <vector>

#include <libtorrent/hasher.hpp>

#include "PieceHashing/ordered_hasher.hpp"
#include "disk_comparison.h"

namespace {

std::vector<char> random_bytes(std::mt19937_64 &random, std::size_t count) {
    std::vector<char> bytes(count);
    std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<char>(random()); });
    return bytes;
}

bool is_right_in_parts(std::mt19937_64 &random, lt::span<char const> message, bool uses_extensions) {
    pierdat::OrderedHasher hasher(uses_extensions);
    lt::hasher expected(message);
    while (!message.empty()) {
        auto const blocks = static_cast<std::ptrdiff_t>(1 + random() % 8) * 64;
        auto const odd = static_cast<std::ptrdiff_t>(random() % 4 == 0 ? random() % 150 : 0);
        auto const part = message.first(std::min(message.size(), blocks + odd));
        message = message.subspan(part.size());
        if (random() % 2 == 0) hasher.update(part);
        else if (hasher.update_with_sha256(part) != lt::hasher256(part).final()) return false;
    }
    return hasher.finish() == expected.final();
}

std::pair<lt::sha256_hash, lt::sha256_hash> sha256_of_each(lt::span<char const> first, lt::span<char const> second) {
    return {lt::hasher256(first).final(), lt::hasher256(second).final()};
}

/// Hashes messages of the same size side by side.
bool are_right_side_by_side(std::mt19937_64 &random, std::vector<std::vector<char>> const &messages) {
    auto const size = static_cast<std::ptrdiff_t>(messages.front().size());
    std::vector<pierdat::OrderedHasher> hashers(messages.size());
    for (std::ptrdiff_t done = 0; done < size;) {
        auto const wanted = static_cast<std::ptrdiff_t>(random() % 16 == 0 ? random() % 150 : (1 + random() % 8) * 64);
        auto const length = std::min(size - done, wanted);
        std::vector<pierdat::OrderedHasher::Step> steps;
        for (std::size_t i = 0; i < messages.size(); ++i)
            steps.push_back({hashers[i], {messages[i].data() + done, length}});
        done += length;
        if (steps.size() != 2 || random() % 2 == 0) {
            pierdat::OrderedHasher::update(steps);
        } else {
            auto const pair = pierdat::OrderedHasher::update_with_sha256(steps[0], steps[1]);
            if (pair != sha256_of_each(steps[0].part, steps[1].part)) return false;
        }
    }
    for (std::size_t i = 0; i < messages.size(); ++i)
        if (hashers[i].finish() != lt::hasher(messages[i]).final()) return false;
    return true;
}

/// Hashes up to 40 blocks of the same size together.
bool are_right_together(std::mt19937_64 &random) {
    auto const length = static_cast<std::ptrdiff_t>(random() % 2 == 0 ? random() % 16 * 64 : random() % 1000);
    std::vector<std::vector<char>> blocks(random() % 41);
    std::vector<char const *> data;
    for (auto &block : blocks) {
        block = random_bytes(random, static_cast<std::size_t>(length));
        data.push_back(block.data());
    }
    auto const hashes = pierdat::sha256_of(data, length);
    return std::equal(hashes.begin(), hashes.end(), blocks.begin(), blocks.end(), [](auto const &hash, auto const &block) {
        return hash == lt::hasher256(block).final();
    });
}

}  // namespace

int hashing_is_available(hashing_way way) {
    switch (way) {
        case HASHING_OPENSSL: return 1;
        case HASHING_SHA_INSTRUCTIONS: return pierdat::sha_extensions::are_available();
        case HASHING_AVX512: return pierdat::sha256_lanes::are_available();
    }
    return 0;
}

int hashes_are_right(hashing_way way, uint64_t seed) {
    std::mt19937_64 random(seed);
    std::size_t const size = random() % 4096;
    std::vector<std::vector<char>> messages;
    std::size_t const count = way == HASHING_AVX512 ? 5 + seed % 12 : 2 + seed % 3;
    while (messages.size() < count) messages.push_back(random_bytes(random, size));
    switch (way) {
        case HASHING_OPENSSL: return is_right_in_parts(random, messages[0], false);
        case HASHING_SHA_INSTRUCTIONS:
            return is_right_in_parts(random, messages[0], true) && are_right_side_by_side(random, messages)
                   && are_right_together(random);
        case HASHING_AVX512: return are_right_side_by_side(random, messages) && are_right_together(random);
    }
    return 0;
}
