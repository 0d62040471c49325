#include "hashes_ahead.hpp"

#include <iterator>
#include <utility>

namespace pierdat::disk {

std::optional<lt::sha1_hash> HashesAhead::take(lt::piece_index_t piece) {
    auto const found = entries_.find(piece);
    if (found == entries_.end() || !found->second.hash) return std::nullopt;
    auto const hash = found->second.hash;
    entries_.erase(found);
    return hash;
}

bool HashesAhead::wait(HashJob &job) {
    auto const found = entries_.find(job.piece);
    if (found == entries_.end()) return false;
    found->second.waiting.push_back(std::move(job));
    return true;
}

std::optional<lt::piece_index_t> HashesAhead::begin(lt::piece_index_t piece, int piece_count) {
    seen_.resize(static_cast<std::size_t>(piece_count));
    auto const index = static_cast<std::size_t>(static_cast<int>(piece));
    auto const beside = index ^ 1;
    seen_[index] = true;
    if (beside >= seen_.size() || seen_[beside]) return std::nullopt;
    seen_[beside] = true;
    lt::piece_index_t const result(static_cast<int>(beside));
    entries_.try_emplace(result);
    return result;
}

std::vector<HashJob> HashesAhead::finish(lt::piece_index_t piece, Age age,
                                         std::optional<lt::sha1_hash> const &hash) {
    auto const found = entries_.find(piece);
    if (age != age_ || found == entries_.end()) return {};
    auto waiting = std::move(found->second.waiting);
    found->second.waiting.clear();
    found->second.hash = hash;
    if (!hash) entries_.erase(found);
    return waiting;
}

std::vector<HashJob> HashesAhead::forget() {
    ++age_;
    std::vector<HashJob> waiting;
    for (auto &[piece, entry] : std::exchange(entries_, {}))
        std::move(entry.waiting.begin(), entry.waiting.end(), std::back_inserter(waiting));
    seen_.clear();
    return waiting;
}

}  // namespace pierdat::disk
