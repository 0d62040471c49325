#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include <libtorrent/extensions.hpp>
#include <libtorrent/socket.hpp>

#include "messages.hpp"

namespace pierdat::rendezvous {

/// Metadata from a peer, which has the info-hashes that the peer named.
struct Found {
    lt::info_hash_t hashes;
    std::vector<char> metadata;
    /// Who named the torrent. The peer that sent the metadata is the first.
    std::vector<lt::tcp::endpoint> peers;
};

/// What a search at a rendezvous has found. Thread-safe.
class Search {
public:
    /// `wake` is an eventfd(2) that is signalled when something was found.
    explicit Search(int wake) : wake_(wake) {}

    /// What was found since the last call.
    std::vector<Found> take();

    /// The torrent is of no use: the peers that name it are banned.
    void refuse(lt::info_hash_t const &hashes);
    bool is_refused(std::string const &key) const;
    /// True if its metadata has arrived, or it was refused.
    bool is_settled(std::string const &key) const;

    /// Nothing is asked of this peer.
    void exclude(lt::tcp::endpoint const &peer);
    bool is_excluded(lt::tcp::endpoint const &peer) const;

    /// Records that `peer` names a torrent. False if too many are known.
    bool note(std::string const &key, lt::tcp::endpoint const &peer);
    /// Called when `peer`, which names the torrent, has disconnected.
    void forget(std::string const &key, lt::tcp::endpoint const &peer);

    /// True if the metadata may be fetched from one more peer now. Call ``end`` when that has ended.
    bool begin(Named const &torrent);
    void end(Named const &torrent);

    void deliver(Named const &torrent, std::vector<char> metadata, lt::tcp::endpoint const &giver);

private:
    int const wake_;
    mutable std::mutex mutex_;
    std::vector<Found> found_;
    std::set<std::string> delivered_;
    std::set<std::string> refused_;
    std::set<lt::tcp::endpoint> excluded_;
    std::map<std::string, std::vector<lt::tcp::endpoint>> named_by_;
    /// How many peers send the metadata of each torrent.
    std::map<std::string, int> fetching_;
    int small_ = 0;
    int large_ = 0;
};

/// Asks the peers of a rendezvous, which is a torrent without metadata.
std::shared_ptr<lt::torrent_plugin> ask(std::shared_ptr<Search> search);

}  // namespace pierdat::rendezvous
