#include <cstring>
#include <memory>

#include <libtorrent/announce_entry.hpp>
#include <libtorrent/torrent_info.hpp>
#include <libtorrent/torrent_status.hpp>

#include "error.hpp"
#include "handles.hpp"
#include "params.hpp"
#include "pierdat_session.h"

namespace {

/// Runs `body`; a torrent that is gone makes the handle throw, which gives `gone`.
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

/// Whether nothing is missing of the metadata: the piece hashes of v2 files come apart from it.
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

}  // namespace

void pierdat_torrent_free(pierdat_torrent *torrent) { delete torrent; }

void pierdat_torrent_connect(pierdat_torrent const *torrent, char const *address, uint16_t port) {
    unless_gone(false, [&] {
        torrent->value.connect_peer({lt::make_address(address), port});
        return true;
    });
}

void pierdat_torrent_recheck(pierdat_torrent const *torrent) {
    unless_gone(false, [&] {
        torrent->value.force_recheck();
        return true;
    });
}

pierdat_params *pierdat_torrent_params(pierdat_torrent const *torrent, pierdat_params const *added,
                                       pierdat_error *error) {
    return pierdat::guarded<pierdat_params *>(error, nullptr, [&]() -> pierdat_params * {
        auto params = std::make_unique<pierdat_params>(*added);
        if (!has_metadata(added->value)) {
            auto const metadata = torrent->value.torrent_file_with_hashes();
            if (!metadata) {
                pierdat::fill(error, -1, "the metadata is not known yet");
                return nullptr;
            }
            params->value.ti = std::const_pointer_cast<lt::torrent_info>(metadata);
            params->value.merkle_trees.clear();
            params->value.merkle_tree_mask.clear();
            params->value.verified_leaf_hashes.clear();
        }
        params->value.file_priorities = torrent->value.get_file_priorities();
        return params.release();
    });
}

bool pierdat_torrent_status(pierdat_torrent const *torrent, pierdat_status *out) {
    return unless_gone(false, [&] {
        auto const status = torrent->value.status({});
        *out = {};
        out->state = state_of(status);
        out->stopped = bool(status.flags & lt::torrent_flags::paused);
        out->wanted = status.total_wanted;
        out->done = status.total_wanted_done;
        out->checked_ppm = status.progress_ppm;
        out->downloaded = status.total_payload_download;
        out->uploaded = status.total_payload_upload;
        out->download_rate = status.download_payload_rate;
        out->upload_rate = status.upload_payload_rate;
        out->peers = status.num_peers;
        out->seeds = status.num_seeds;
        out->known_peers = status.list_peers;
        return true;
    });
}

void pierdat_torrent_trackers(pierdat_torrent const *torrent, void *context,
                              void (*each)(void *, char const *, char const *, bool)) {
    unless_gone(false, [&] {
        for (auto const &tracker : torrent->value.trackers()) {
            std::string message;
            bool works = tracker.verified;
            for (auto const &endpoint : tracker.endpoints) {
                for (auto const &hash : endpoint.info_hashes) {
                    if (!hash.message.empty()) message = hash.message;
                    else if (hash.last_error) message = hash.last_error.message();
                    if (hash.fails == 0 && hash.start_sent) works = true;
                }
            }
            each(context, tracker.url.c_str(), message.c_str(), works);
        }
        return true;
    });
}

void pierdat_torrent_files(pierdat_torrent const *torrent, void *context,
                           void (*each)(void *, char const *, int64_t)) {
    unless_gone(false, [&] {
        auto const metadata = torrent->value.torrent_file();
        if (!metadata) return false;
        auto const priorities = torrent->value.get_file_priorities();
        auto const &files = metadata->files();
        for (auto const file : files.file_range()) {
            auto const index = static_cast<std::size_t>(static_cast<int>(file));
            bool const wanted = index >= priorities.size() || priorities[index] != lt::dont_download;
            if (!wanted || files.pad_file_at(file)) continue;
            each(context, files.file_path(file).c_str(), files.file_size(file));
        }
        return true;
    });
}
