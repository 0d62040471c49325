#include "search.hpp"

#include <sys/eventfd.h>

#include <algorithm>
#include <utility>

namespace pierdat::rendezvous {

namespace {

constexpr std::size_t max_torrents = 100;
constexpr std::size_t max_peers_of_torrent = 50;
constexpr std::size_t max_refused = 1000;
constexpr std::size_t max_found = 8;
/// How many peers may send the metadata of one torrent at a time, in case some of them are slow.
constexpr int max_senders = 3;
/// Metadata up to this size is small. Limits on how much of each kind is received at a time.
constexpr int small_size = 1024 * 1024;
constexpr int max_small = 32;
constexpr int max_large = 4;

}  // namespace

std::vector<Found> Search::take() {
    std::lock_guard const lock(mutex_);
    return std::exchange(found_, {});
}

void Search::refuse(lt::info_hash_t const &hashes) {
    std::lock_guard const lock(mutex_);
    if (refused_.size() < max_refused) refused_.insert(key_of(hashes));
}

bool Search::is_refused(std::string const &key) const {
    std::lock_guard const lock(mutex_);
    return refused_.count(key) > 0;
}

bool Search::is_settled(std::string const &key) const {
    std::lock_guard const lock(mutex_);
    return delivered_.count(key) > 0 || refused_.count(key) > 0;
}

void Search::exclude(lt::tcp::endpoint const &peer) {
    std::lock_guard const lock(mutex_);
    excluded_.insert(peer);
}

bool Search::is_excluded(lt::tcp::endpoint const &peer) const {
    std::lock_guard const lock(mutex_);
    return excluded_.count(peer) > 0;
}

bool Search::note(std::string const &key, lt::tcp::endpoint const &peer) {
    std::lock_guard const lock(mutex_);
    if (named_by_.size() >= max_torrents && named_by_.count(key) == 0) return false;
    auto &peers = named_by_[key];
    if (peers.size() < max_peers_of_torrent) peers.push_back(peer);
    return true;
}

void Search::forget(std::string const &key, lt::tcp::endpoint const &peer) {
    std::lock_guard const lock(mutex_);
    auto const named = named_by_.find(key);
    if (named == named_by_.end()) return;
    auto &peers = named->second;
    peers.erase(std::remove(peers.begin(), peers.end(), peer), peers.end());
    if (peers.empty()) named_by_.erase(named);
}

bool Search::begin(Named const &torrent) {
    std::lock_guard const lock(mutex_);
    auto const key = key_of(torrent.hashes);
    if (delivered_.count(key) > 0 || refused_.count(key) > 0 || found_.size() >= max_found) return false;
    bool const is_small = torrent.size <= small_size;
    auto &count = is_small ? small_ : large_;
    auto &senders = fetching_[key];
    if (count >= (is_small ? max_small : max_large) || senders >= max_senders) return false;
    ++count;
    ++senders;
    return true;
}

void Search::end(Named const &torrent) {
    std::lock_guard const lock(mutex_);
    --(torrent.size <= small_size ? small_ : large_);
    auto const sending = fetching_.find(key_of(torrent.hashes));
    if (sending != fetching_.end() && --sending->second == 0) fetching_.erase(sending);
}

void Search::deliver(Named const &torrent, std::vector<char> metadata, lt::tcp::endpoint const &giver) {
    std::lock_guard const lock(mutex_);
    auto const key = key_of(torrent.hashes);
    if (!delivered_.insert(key).second) return;
    std::vector<lt::tcp::endpoint> peers{giver};
    for (auto const &peer : named_by_[key])
        if (peer != giver) peers.push_back(peer);
    found_.push_back({torrent.hashes, std::move(metadata), std::move(peers)});
    eventfd_write(wake_, 1);
}

}  // namespace pierdat::rendezvous
