#include "pierdat_rendezvous.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include <libtorrent/bdecode.hpp>
#include <libtorrent/hasher.hpp>
#include <libtorrent/session.hpp>
#include <libtorrent/torrent_info.hpp>

#include "CLibtorrent/error.hpp"
#include "CLibtorrent/metadata/params.hpp"
#include "CLibtorrent/plugins/named_peer.hpp"
#include "CLibtorrent/session/handles.hpp"
#include "CLibtorrent/session/session_settings.hpp"
#include "CLibtorrent/session/tracker_retries.hpp"
#include "offers.hpp"
#include "search.hpp"

namespace {

namespace rendezvous = pierdat::rendezvous;

/// More are hardly at a rendezvous at a time: each leaves when it has the metadata.
constexpr int max_askers = 16;
constexpr int max_trackers = 20;
constexpr int max_answerers = 50;
constexpr int max_pieces = 0x200000;
constexpr int max_tokens = 3'000'000;

/// libtorrent connects to the first peers of a torrent at once, unless it is added with this setting at 0.
void set_boost(lt::session &session, int peers) {
    lt::settings_pack pack;
    pack.set_int(lt::settings_pack::torrent_connect_boost, peers);
    session.apply_settings(std::move(pack));
}

lt::info_hash_t hashes_of(pierdat_params const &params) {
    return params.value.ti ? params.value.ti->info_hashes() : params.value.info_hashes;
}

bool read_endpoint(char const *address, uint16_t port, lt::tcp::endpoint &into) {
    lt::error_code error;
    auto const parsed = lt::make_address(address, error);
    into = {parsed, port};
    return !error;
}

}  // namespace

void pierdat_rendezvous_hash(char const *digest, uint8_t *hash) try {
    std::string const text = std::string("pierdat rendezvous 1") + digest;
    auto const result = lt::hasher(text.data(), static_cast<int>(text.size())).final();
    std::copy(result.begin(), result.end(), hash);
} catch (...) {
    pierdat::end_process();
}

pierdat_torrent *pierdat_session_meet(pierdat_session *session, uint8_t const *hash, char const *const *trackers,
                                      size_t count, pierdat_error *error) {
    return pierdat::guarded<pierdat_torrent *>(error, nullptr, [&] {
        lt::add_torrent_params added;
        added.info_hashes.v1.assign(reinterpret_cast<char const *>(hash));
        added.flags = lt::torrent_flags::apply_ip_filter | lt::torrent_flags::disable_pex;
        added.save_path = "/";
        added.max_connections = max_askers;
        for (size_t i = 0; i < std::min<size_t>(count, max_trackers); ++i) added.trackers.emplace_back(trackers[i]);
        auto torrent = std::make_unique<pierdat_torrent>();
        torrent->offers = std::make_shared<rendezvous::Offers>();
        added.extensions.emplace_back([offers = torrent->offers](lt::torrent_handle const &handle, lt::client_data_t) {
            return rendezvous::answer(handle, offers);
        });
        pierdat::make_retries_rarer(*session);
        set_boost(*session->value, 0);
        torrent->value = session->value->add_torrent(std::move(added));
        set_boost(*session->value, pierdat::connect_boost);
        return torrent.release();
    });
}

bool pierdat_rendezvous_offer(pierdat_torrent const *meeting, pierdat_torrent const *torrent) {
    pierdat_error ignored;
    return pierdat::guarded<bool>(&ignored, false, [&] { return meeting->offers->add(torrent->value.torrent_file()); });
}

void pierdat_rendezvous_withdraw(pierdat_torrent const *meeting, pierdat_params const *torrent) try {
    meeting->offers->remove(hashes_of(*torrent));
} catch (...) {
    pierdat::end_process();
}

pierdat_torrent *pierdat_session_search(pierdat_session *session, pierdat_params const *params, uint64_t token,
                                        pierdat_error *error) {
    return pierdat::guarded<pierdat_torrent *>(error, nullptr, [&] {
        lt::add_torrent_params added = params->value;
        added.flags = lt::torrent_flags::apply_ip_filter | lt::torrent_flags::disable_pex;
        added.save_path = "/";
        added.max_connections = max_answerers;
        added.userdata = lt::client_data_t(reinterpret_cast<void *>(token));
        auto torrent = std::make_unique<pierdat_torrent>();
        torrent->search = std::make_shared<rendezvous::Search>(session->wake);
        added.extensions.emplace_back([search = torrent->search](lt::torrent_handle const &, lt::client_data_t) {
            return rendezvous::ask(search);
        });
        auto const named = added.peers;
        torrent->value = session->value->add_torrent(std::move(added));
        for (auto const &peer : named) pierdat::connect_to_named(torrent->value, peer);
        return torrent.release();
    });
}

void pierdat_search_take(pierdat_torrent const *search, void *context,
                         void (*each_peer)(void *, char const *, uint16_t),
                         void (*each)(void *, uint8_t const *, size_t)) try {
    for (auto const &found : search->search->take()) {
        for (auto const &peer : found.peers) each_peer(context, peer.address().to_string().c_str(), peer.port());
        each(context, reinterpret_cast<uint8_t const *>(found.metadata.data()), found.metadata.size());
    }
} catch (...) {
    pierdat::end_process();
}

void pierdat_search_refuse(pierdat_torrent const *search, pierdat_params const *torrent) try {
    search->search->refuse(hashes_of(*torrent));
} catch (...) {
    pierdat::end_process();
}

void pierdat_search_exclude(pierdat_torrent const *search, char const *address, uint16_t port) try {
    lt::tcp::endpoint peer;
    if (read_endpoint(address, port, peer)) search->search->exclude(peer);
} catch (...) {
    pierdat::end_process();
}

pierdat_params *pierdat_params_from_info(void const *bytes, size_t length, pierdat_error *error) {
    return pierdat::guarded<pierdat_params *>(error, nullptr, [&]() -> pierdat_params * {
        lt::span<char const> const buffer{static_cast<char const *>(bytes), static_cast<std::ptrdiff_t>(length)};
        lt::error_code malformed;
        auto const info = lt::bdecode(buffer, malformed, nullptr, 100, max_tokens);
        auto params = std::make_unique<pierdat_params>();
        lt::info_hash_t const hashes(lt::hasher(buffer).final(), lt::hasher256(buffer).final());
        auto const torrent = std::make_shared<lt::torrent_info>(hashes);
        if (malformed || !torrent->parse_info_section(info, malformed, max_pieces)) {
            pierdat::fill(error, malformed);
            return nullptr;
        }
        params->value.ti = torrent;
        params->value.info_hashes = torrent->info_hashes();
        return params.release();
    });
}
