#include "ordered_hasher.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace pierdat {

namespace {

std::size_t size_of(lt::span<char const> part) { return static_cast<std::size_t>(part.size()); }

template <typename Hash, typename Digest>
Hash hash_of(Digest const &digest) {
    return Hash(reinterpret_cast<char const *>(digest.data()));
}

/// From this number of blocks on, all lanes are faster than two at a time, even if some lanes are
/// idle.
constexpr std::ptrdiff_t worth_all_lanes = 9;

}  // namespace

OrderedHasher::OrderedHasher(bool uses_extensions) {
    if (uses_extensions) fast_.emplace();
    else plain_.emplace();
}

void OrderedHasher::update(lt::span<char const> part) {
    is_aligned_ = is_aligned_ && size_of(part) % sha_extensions::Sha1::block_size == 0;
    if (fast_) fast_->update(part.data(), size_of(part));
    else plain_->update(part);
}

void OrderedHasher::update(lt::span<Step const> steps) {
    if (!go_together(steps)) {
        for (auto const &step : steps) step.hasher.update(step.part);
        return;
    }
    auto const count = static_cast<std::size_t>(steps.size());
    auto const size = size_of(steps.front().part);
    std::array<char const *, sha1_lanes::count> data{};
    for (std::size_t i = 0; i < count; ++i) data[i] = steps[static_cast<std::ptrdiff_t>(i)].part.data();
    if (count > sha_extensions::Sha1::most_at_once) {
        std::array<sha_extensions::Sha1State *, sha1_lanes::count> states{};
        std::transform(steps.begin(), steps.end(), states.begin(),
                       [size](Step const &step) { return &step.hasher.fast_->advance(size); });
        return sha1_lanes::update(states.data(), data.data(), count, size);
    }
    std::array<sha_extensions::Sha1 *, sha_extensions::Sha1::most_at_once> hashes{};
    std::transform(steps.begin(), steps.end(), hashes.begin(),
                   [](Step const &step) { return &*step.hasher.fast_; });
    sha_extensions::Sha1::update(hashes.data(), data.data(), count, size);
}

std::size_t OrderedHasher::most_at_once() {
    bool const has_lanes = sha_extensions::are_available() && sha1_lanes::are_available();
    return has_lanes ? sha1_lanes::count : sha_extensions::Sha1::most_at_once;
}

/// True if the data so far and `part` consist of whole SHA-1 blocks.
bool OrderedHasher::takes_blocks(lt::span<char const> part) const {
    return fast_ && is_aligned_ && size_of(part) % sha_extensions::Sha1::block_size == 0;
}

bool OrderedHasher::go_together(lt::span<Step const> steps) {
    auto const size = steps.front().part.size();
    bool const are_few = static_cast<std::size_t>(steps.size()) <= most_at_once();
    return are_few && std::all_of(steps.begin(), steps.end(), [size](Step const &step) {
        return step.part.size() == size && step.hasher.takes_blocks(step.part);
    });
}

lt::sha256_hash OrderedHasher::update_with_sha256(lt::span<char const> part) {
    if (takes_blocks(part))
        return hash_of<lt::sha256_hash>(fast_->update_with_sha256(part.data(), size_of(part)));
    update(part);
    return sha256_of(part);
}

std::pair<lt::sha256_hash, lt::sha256_hash> OrderedHasher::update_with_sha256(Step const &first,
                                                                              Step const &second) {
    if (!go_together(std::array{first, second}))
        return {first.hasher.update_with_sha256(first.part), second.hasher.update_with_sha256(second.part)};
    auto const digests = sha_extensions::Sha1::update_with_sha256(
        *first.hasher.fast_, *second.hasher.fast_, {first.part.data(), second.part.data()}, size_of(first.part));
    return {hash_of<lt::sha256_hash>(digests[0]), hash_of<lt::sha256_hash>(digests[1])};
}

lt::sha1_hash OrderedHasher::finish() {
    return fast_ ? hash_of<lt::sha1_hash>(fast_->finish()) : plain_->final();
}

lt::sha256_hash sha256_of(lt::span<char const> block) { return lt::hasher256(block).final(); }

std::vector<lt::sha256_hash> sha256_of(lt::span<char const *const> blocks, std::ptrdiff_t length) {
    auto const size = static_cast<std::size_t>(length);
    auto const take = [&](std::ptrdiff_t count) {
        auto const taken = blocks.first(std::min(count, blocks.size()));
        blocks = blocks.subspan(taken.size());
        return taken;
    };
    std::vector<lt::sha256_hash> hashes;
    while (!blocks.empty()) {
        if (blocks.size() >= worth_all_lanes && size % 64 == 0 && sha256_lanes::are_available()) {
            auto const taken = take(sha256_lanes::count);
            sha256_lanes::Messages messages;
            messages.fill(taken.front());
            std::copy(taken.begin(), taken.end(), messages.begin());
            auto const digests = sha256_lanes::sha256(messages, size);
            std::transform(digests.begin(), digests.begin() + taken.size(), std::back_inserter(hashes),
                           [](auto const &digest) { return hash_of<lt::sha256_hash>(digest); });
        } else if (blocks.size() > 1 && sha_extensions::are_available()) {
            auto const taken = take(2);
            for (auto const &digest : sha_extensions::sha256({taken[0], taken[1]}, size))
                hashes.push_back(hash_of<lt::sha256_hash>(digest));
        } else {
            hashes.push_back(sha256_of({take(1).front(), length}));
        }
    }
    return hashes;
}

}  // namespace pierdat
