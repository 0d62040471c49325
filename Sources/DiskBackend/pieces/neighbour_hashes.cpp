#include "neighbour_hashes.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace pierdat::disk {

std::optional<lt::sha1_hash> NeighbourHashes::take(lt::piece_index_t piece) {
    auto const found = entries_.find(piece);
    if (found == entries_.end() || !found->second.hash) return std::nullopt;
    auto const hash = found->second.hash;
    entries_.erase(found);
    return hash;
}

bool NeighbourHashes::wait(HashJob &job) {
    auto const found = entries_.find(job.piece);
    if (found == entries_.end()) return false;
    found->second.waiting.push_back(std::move(job));
    return true;
}

std::vector<lt::piece_index_t> NeighbourHashes::begin(lt::piece_index_t piece, int group_size, int piece_count) {
    seen_.resize(static_cast<std::size_t>(piece_count));
    int const index = static_cast<int>(piece);
    seen_[static_cast<std::size_t>(index)] = true;
    int const first = index - index % group_size;
    std::vector<lt::piece_index_t> result;
    for (int beside = first; beside < std::min(first + group_size, piece_count); ++beside) {
        if (seen_[static_cast<std::size_t>(beside)]) continue;
        seen_[static_cast<std::size_t>(beside)] = true;
        result.emplace_back(beside);
        entries_.try_emplace(result.back());
    }
    return result;
}

std::vector<HashJob> NeighbourHashes::finish(lt::piece_index_t piece, Age age,
                                         std::optional<lt::sha1_hash> const &hash) {
    auto const found = entries_.find(piece);
    if (age != age_ || found == entries_.end()) return {};
    auto waiting = std::move(found->second.waiting);
    found->second.waiting.clear();
    found->second.hash = hash;
    if (!hash) entries_.erase(found);
    return waiting;
}

std::vector<HashJob> NeighbourHashes::forget() {
    ++age_;
    std::vector<HashJob> waiting;
    for (auto &[piece, entry] : std::exchange(entries_, {}))
        std::move(entry.waiting.begin(), entry.waiting.end(), std::back_inserter(waiting));
    seen_.clear();
    return waiting;
}

}  // namespace pierdat::disk
