#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <libtorrent/announce_entry.hpp>
#include <libtorrent/peer_info.hpp>
#include <libtorrent/torrent_info.hpp>
#include <libtorrent/torrent_status.hpp>

#include "CLibtorrent/certificates.hpp"
#include "CLibtorrent/error.hpp"
#include "CLibtorrent/metadata/params.hpp"
#include "CLibtorrent/plugins/named_peer.hpp"
#include "NetworkGuard/network.hpp"
#include "handles.hpp"
#include "pierdat_session.h"

namespace {

/// Runs `body`. Returns `gone` if the torrent is gone, which makes the handle throw.
template <typename Result, typename Body>
Result unless_gone(Result gone, Body body) noexcept {
    pierdat_error ignored;
    return pierdat::guarded<Result>(&ignored, gone, body);
}

pierdat_state state_of(lt::torrent_status const &status) {
    switch (status.state) {
        case lt::torrent_status::checking_files:
        case lt::torrent_status::checking_resume_data: return PIERDAT_STATE_CHECKING;
        case lt::torrent_status::downloading_metadata: return PIERDAT_STATE_METADATA;
        case lt::torrent_status::finished:
        case lt::torrent_status::seeding: return PIERDAT_STATE_COMPLETE;
        default: return PIERDAT_STATE_DOWNLOADING;
    }
}

/// True if the metadata is complete, including the v2 piece hashes, which are transferred
/// separately.
bool has_metadata(lt::add_torrent_params const &params) {
    if (!params.ti || !params.ti->is_valid()) return false;
    auto const &files = params.ti->files();
    for (auto const file : files.file_range()) {
        bool const has_pieces = files.file_size(file) > files.piece_length() && !files.pad_file_at(file);
        if (!params.ti->v2() || !has_pieces) continue;
        if (file >= params.merkle_trees.end_index() || params.merkle_trees[file].empty()) return false;
    }
    return true;
}

/// The piece hashes of a file in .torrent format. Empty if any is missing.
std::vector<char> encoded_layer(std::vector<lt::sha256_hash> const &hashes) {
    std::vector<char> layer;
    layer.reserve(hashes.size() * static_cast<std::size_t>(lt::sha256_hash::size()));
    for (auto const &hash : hashes) {
        if (hash.is_all_zeros()) return {};
        layer.insert(layer.end(), hash.data(), hash.data() + lt::sha256_hash::size());
    }
    return layer;
}

/// The metadata as far as it is known, or nullptr. libtorrent's own function returns nothing if
/// only some hashes of a file are known, for example of an incomplete unwanted file.
std::shared_ptr<lt::torrent_info> known_metadata(lt::torrent_handle const &torrent) {
    auto const bare = torrent.torrent_file();
    if (!bare) return nullptr;
    auto metadata = std::make_shared<lt::torrent_info>(*bare);
    if (!metadata->v2()) return metadata;
    lt::aux::vector<lt::aux::vector<char>, lt::file_index_t> layers;
    for (auto const &hashes : torrent.piece_layers()) layers.emplace_back(encoded_layer(hashes));
    metadata->set_piece_layers(std::move(layers));
    return metadata;
}

/// True if the folder contains the complete file.
bool is_whole_on_disk(lt::add_torrent_params const &params, lt::file_storage const &files, lt::file_index_t file) {
    struct stat status {};
    std::string const path = params.save_path + "/" + files.file_path(file);
    return ::lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode)
           && status.st_size == files.file_size(file);
}

/// Records which files and, for a selection, which pieces are complete: the wanted ones, and those
/// from an earlier download of another selection.
void note_selection(lt::torrent_handle const &torrent, lt::add_torrent_params &params) {
    params.file_priorities = torrent.get_file_priorities();
    params.have_pieces.clear();
    auto const status = torrent.status(lt::torrent_handle::query_pieces | lt::torrent_handle::query_save_path);
    auto const &files = params.ti->files();
    auto const progress = torrent.file_progress(lt::torrent_handle::piece_granularity);
    params.save_path = status.save_path;
    bool is_part = false;
    for (auto const file : files.file_range()) {
        auto const index = static_cast<std::size_t>(static_cast<int>(file));
        if (index >= params.file_priorities.size() || files.pad_file_at(file)) continue;
        auto &priority = params.file_priorities[index];
        bool const has_all = progress[index] == files.file_size(file);
        if (priority == lt::dont_download && has_all && is_whole_on_disk(params, files, file))
            priority = lt::default_priority;
        is_part = is_part || priority == lt::dont_download;
    }
    if (is_part) params.have_pieces = status.pieces;
}

}  // namespace

void pierdat_torrent_free(pierdat_torrent *torrent) { delete torrent; }

void pierdat_torrent_connect(pierdat_torrent const *torrent, char const *address, uint16_t port) {
    unless_gone(false, [&] {
        pierdat::connect_to_named(torrent->value, {lt::make_address(address), port});
        return true;
    });
}

void pierdat_torrent_add_web_seed(pierdat_torrent const *torrent, char const *url) {
    unless_gone(false, [&] {
        torrent->value.add_url_seed(url);
        return true;
    });
}

void pierdat_torrent_announce(pierdat_torrent const *torrent) {
    unless_gone(false, [&] {
        torrent->value.force_reannounce(0, -1, lt::reannounce_flags_t{});
        return true;
    });
}

void pierdat_torrent_announce_to_dht(pierdat_torrent const *torrent) {
    unless_gone(false, [&] {
        torrent->value.force_dht_announce();
        return true;
    });
}

void pierdat_torrent_recheck(pierdat_torrent const *torrent) {
    unless_gone(false, [&] {
        torrent->value.force_recheck();
        // An error of reading has paused it.
        torrent->value.resume();
        return true;
    });
}

pierdat_params *pierdat_torrent_params(pierdat_torrent const *torrent, pierdat_params const *added,
                                       pierdat_error *error) {
    return pierdat::guarded<pierdat_params *>(error, nullptr, [&]() -> pierdat_params * {
        auto params = std::make_unique<pierdat_params>(*added);
        if (!has_metadata(added->value)) {
            params->value.ti = known_metadata(torrent->value);
            if (!params->value.ti) {
                pierdat::fill(error, -1, "the metadata is not known yet");
                return nullptr;
            }
            params->value.merkle_trees.clear();
            params->value.merkle_tree_mask.clear();
            params->value.verified_leaf_hashes.clear();
        }
        note_selection(torrent->value, params->value);
        return params.release();
    });
}

bool pierdat_torrent_status(pierdat_torrent const *torrent, pierdat_status *out) {
    return unless_gone(false, [&] {
        auto const status = torrent->value.status({});
        *out = {};
        out->state = state_of(status);
        out->wanted = status.total_wanted;
        out->done = status.total_wanted_done;
        out->present = torrent->present->load();
        out->checked_ppm = status.progress_ppm;
        out->downloaded = status.total_payload_download;
        out->uploaded = status.total_payload_upload;
        out->from_peers = torrent->received->from_peers;
        out->from_web_seeds = torrent->received->from_web_seeds;
        out->download_rate = status.download_payload_rate;
        out->peers = status.num_peers;
        out->seeds = status.num_seeds;
        out->known_peers = status.list_peers;
        return true;
    });
}

namespace {

/// Combines what a tracker answered to each of our addresses.
class TrackerAnswer {
public:
    explicit TrackerAnswer(lt::announce_entry const &tracker) {
        for (auto const &endpoint : tracker.endpoints)
            for (auto const &hash : endpoint.info_hashes) add(hash);
        // After a network change, this holds until the next announce.
        if (tracker.verified && !has_failed_) works_ = true;
    }

    void tell(std::string const &url, void *context, void (*each)(void *, pierdat_tracker const *)) const {
        bool const is_out_of_reach = is_skipped_ && message_.empty() && !is_asked_ && !works_;
        std::string const message = is_out_of_reach ? "no address of this machine reaches it" : message_;
        bool const fails = (has_failed_ || is_out_of_reach) && !works_ && !is_asked_;
        pierdat_tracker const answer{url.c_str(), message.c_str(), works_, fails, seeds_, refusal_};
        each(context, &answer);
    }

private:
    void add(lt::announce_infohash const &hash) {
        if (hash.fails == 0 && hash.start_sent) works_ = true;
        seeds_ = std::max(seeds_, hash.scrape_complete);
        if (hash.last_error == lt::errors::announce_skipped) {
            // The tracker has no address of this family. That only matters if it has none of the
            // other family either.
            is_skipped_ = true;
            return;
        }
        is_asked_ = is_asked_ || hash.updating;
        has_failed_ = has_failed_ || hash.fails > 0;
        std::string const said =
            !hash.message.empty() ? hash.message : hash.last_error ? pierdat::words_for(hash.last_error) : "";
        if (refusal_ == PIERDAT_REFUSAL_NONE) refusal_ = pierdat::refusal_of(hash.last_error);
        if (said.empty() || message_.find(said) != std::string::npos) return;
        message_ += (message_.empty() ? "" : "; ") + said;
    }

    bool works_ = false;
    int seeds_ = -1;
    bool is_asked_ = false;
    bool has_failed_ = false;
    bool is_skipped_ = false;
    std::string message_;
    pierdat_refusal refusal_ = PIERDAT_REFUSAL_NONE;
};

/// Takes the maximum, not the sum: several trackers, and both hashes of a hybrid torrent, count the
/// same peers.
void add(lt::announce_entry const &tracker, pierdat_swarm &swarm) {
    for (auto const &endpoint : tracker.endpoints) {
        for (auto const &hash : endpoint.info_hashes) {
            if (hash.fails > 0) continue;
            swarm.seeds = std::max(swarm.seeds, hash.scrape_complete);
            swarm.downloaders = std::max(swarm.downloaders, hash.scrape_incomplete);
        }
    }
}

}  // namespace

bool pierdat_torrent_swarm(pierdat_torrent const *torrent, pierdat_swarm *swarm) {
    return unless_gone(false, [&] {
        *swarm = {-1, -1};
        for (auto const &tracker : torrent->value.trackers()) add(tracker, *swarm);
        return true;
    });
}

bool pierdat_torrent_missing(pierdat_torrent const *torrent, pierdat_missing *missing) {
    return unless_gone(false, [&] {
        auto const &handle = torrent->value;
        auto const status = handle.status(lt::torrent_handle::query_pieces);
        if (!status.has_metadata) return false;
        std::vector<int> available;
        handle.piece_availability(available);
        auto const priorities = handle.get_piece_priorities();
        *missing = {0, 0};
        for (std::size_t piece = 0; piece < priorities.size(); ++piece) {
            if (priorities[piece] == lt::dont_download) continue;
            if (status.pieces.get_bit(lt::piece_index_t(static_cast<int>(piece)))) continue;
            ++missing->pieces;
            if (piece < available.size() && available[piece] == 0) ++missing->unavailable;
        }
        return true;
    });
}

void pierdat_torrent_scrape(pierdat_torrent const *torrent) {
    unless_gone(false, [&] {
        torrent->value.scrape_tracker();
        return true;
    });
}

void pierdat_torrent_trackers(pierdat_torrent const *torrent, void *context,
                              void (*each)(void *, pierdat_tracker const *)) {
    unless_gone(false, [&] {
        for (auto const &tracker : torrent->value.trackers()) TrackerAnswer(tracker).tell(tracker.url, context, each);
        return true;
    });
}
