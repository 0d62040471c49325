#include "pierdat_session.h"

#include <sys/eventfd.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <libtorrent/alert_types.hpp>
#include <libtorrent/extensions/smart_ban.hpp>
#include <libtorrent/extensions/ut_metadata.hpp>
#include <libtorrent/extensions/ut_pex.hpp>
#include <libtorrent/ip_filter.hpp>
#include <libtorrent/session.hpp>
#include <libtorrent/session_params.hpp>

#include "CLibtorrent/certificates.hpp"
#include "CLibtorrent/error.hpp"
#include "CLibtorrent/metadata/params.hpp"
#include "CLibtorrent/plugins/piece_suggestions.hpp"
#include "CLibtorrent/plugins/named_peer.hpp"
#include "CLibtorrent/plugins/redirects.hpp"
#include "CLibtorrent/plugins/verification_ahead.hpp"
#include "CLibtorrent/plugins/web_seed_failure.hpp"
#include "CLibtorrent/shortage.hpp"
#include "DiskBackend/files/obstacle.hpp"
#include "DiskBackend/io/disk_io.hpp"
#include "NetworkGuard/network.hpp"
#include "endpoint.hpp"
#include "handles.hpp"
#include "session_counters.hpp"
#include "session_settings.hpp"
#include "tracker_retries.hpp"

namespace {

/// Puts every address in the peer class to which rate limits apply. libtorrent exempts the local
/// network, which contains all neighbours of a container.
lt::ip_filter one_class_for_all() {
    auto const global = std::uint32_t{1} << static_cast<std::uint32_t>(lt::session::global_peer_class_id);
    lt::ip_filter filter;
    filter.add_rule(lt::address_v4::any(), lt::address_v4::broadcast(), global);
    lt::address_v6::bytes_type last;
    last.fill(0xFF);
    filter.add_rule(lt::address_v6::any(), lt::address_v6(last), global);
    return filter;
}

}  // namespace

namespace {

/// Network, disk, hashing and name lookup.
constexpr int threads_of_session = 4;

}  // namespace

pierdat_session *pierdat_session_open(pierdat_settings const *settings, int wake, pierdat_error *error) {
    return pierdat::guarded<pierdat_session *>(error, nullptr, [&] {
        pierdat::explain_termination();
        pierdat::require_threads(threads_of_session);
        pierdat::find_certificates();
        pierdat::resolve_redirects(*settings);
        lt::session_params params(pierdat::settings_pack_from(*settings));
        // Each torrent gets its own, see add_standard_extensions.
        params.extensions.clear();
        auto session = std::make_unique<pierdat_session>();
        params.disk_io_constructor = pierdat::disk::disk_io_maker(session->storage_options, session->disk_figures);
        session->value = std::make_unique<lt::session>(std::move(params));
        session->value->set_peer_class_filter(one_class_for_all());
        session->value->set_ip_filter(pierdat::filter_for(settings->network));
        session->dht = settings->dht;
        session->wake = wake;
        session->value->set_alert_notify([wake] { eventfd_write(wake, 1); });
        return session.release();
    });
}

void pierdat_session_close(pierdat_session *session) try {
    session->value->set_alert_notify([] {});
    delete session;
} catch (...) {
    pierdat::end_process();
}

namespace {

/// True for a selection with a record of its complete pieces.
bool knows_pieces(lt::add_torrent_params const &params) {
    return !params.file_priorities.empty() && !params.have_pieces.empty();
}

/// A seeder has its pieces without a check. Everything else starts with none.
void set_pieces(pierdat_purpose purpose, lt::add_torrent_params &params) {
    bool const is_seeded = purpose == PIERDAT_SEED && params.ti;
    if (is_seeded && knows_pieces(params)) return;
    params.have_pieces.clear();
    if (is_seeded) params.have_pieces.resize(params.ti->num_pieces(), true);
}

lt::torrent_flags_t flags_for(pierdat_purpose purpose, lt::add_torrent_params const &params) {
    using namespace lt::torrent_flags;
    auto const always = update_subscribe | apply_ip_filter | need_save_resume
                        | (params.flags & default_dont_download);
    switch (purpose) {
        case PIERDAT_DOWNLOAD: return always;
        case PIERDAT_SEED:
        case PIERDAT_CHECK_AND_SEED: return always | upload_mode;
        // It connects to peers only for the metadata. With stop_when_ready it would connect to
        // none.
        case PIERDAT_CHECK: return always | upload_mode;
    }
    return always;
}

}  // namespace

namespace {

/// A rendezvous has none of these: it has no metadata, and a peer could make libtorrent reserve memory for it.
void add_standard_extensions(lt::add_torrent_params &params) {
    params.extensions.emplace_back(lt::create_ut_pex_plugin);
    params.extensions.emplace_back(lt::create_ut_metadata_plugin);
    params.extensions.emplace_back(lt::create_smart_ban_plugin);
}

}  // namespace

pierdat_torrent *pierdat_session_add(pierdat_session *session, pierdat_params const *params,
                                     char const *folder, char const *part_folder, pierdat_purpose purpose,
                                     uint64_t token, pierdat_error *error) {
    return pierdat::guarded<pierdat_torrent *>(error, nullptr, [&] {
        lt::add_torrent_params added = params->value;
        // Torrents must not share mutable state.
        if (added.ti) added.ti = std::make_shared<lt::torrent_info>(*added.ti);
        added.save_path = folder;
        added.flags = flags_for(purpose, params->value);
        pierdat::disk::StorageOptions storage_options;
        if (part_folder != nullptr) storage_options.part_folder = part_folder;
        set_pieces(purpose, added);
        if (!added.have_pieces.empty()) {
            auto const verifier = std::make_shared<pierdat::disk::LazyVerifier>(added);
            storage_options.verifier = verifier;
            added.extensions.emplace_back(
                [verifier](lt::torrent_handle const &, lt::client_data_t) { return pierdat::verify_ahead(verifier); });
        }
        storage_options.may_write = purpose == PIERDAT_DOWNLOAD;
        auto const book_key = added.ti ? added.ti->info_hashes().get_best() : pierdat::disk::StorageOptionsBook::unknown();
        session->storage_options->set(book_key, std::move(storage_options));
        added.userdata = lt::client_data_t(reinterpret_cast<void *>(token));
        if (!added.have_pieces.empty() && added.have_pieces.all_set()) {
            added.extensions.emplace_back(
                [count = added.ti->num_pieces()](lt::torrent_handle const &, lt::client_data_t) {
                    return pierdat::suggest_pieces(count);
                });
        }
        auto torrent = std::make_unique<pierdat_torrent>();
        pierdat::make_retries_rarer(*session);
        bool const is_got = purpose == PIERDAT_DOWNLOAD || purpose == PIERDAT_CHECK;
        if (is_got) {
            added.extensions.emplace_back(
                [checked_bytes = torrent->present](lt::torrent_handle const &handle, lt::client_data_t) {
                    return pierdat::count_checked_bytes(handle, checked_bytes);
                });
            added.extensions.emplace_back([received = torrent->received](lt::torrent_handle const &, lt::client_data_t) {
                return pierdat::count_received_bytes(received);
            });
        }
        add_standard_extensions(added);
        auto const named = is_got ? added.peers : std::vector<lt::tcp::endpoint>{};
        torrent->value = session->value->add_torrent(std::move(added));
        for (auto const &peer : named) pierdat::connect_to_named(torrent->value, peer);
        return torrent.release();
    });
}

void pierdat_session_remove(pierdat_session *session, pierdat_torrent const *torrent) {
    pierdat_error ignored;
    pierdat::guarded<bool>(&ignored, false, [&] {
        session->value->remove_torrent(torrent->value);
        return true;
    });
}

void pierdat_session_reopen_sockets(pierdat_session *session) try {
    session->value->reopen_network_sockets({});
} catch (...) {
    pierdat::end_process();
}

void pierdat_session_ask_dht_node(pierdat_session *session, char const *host, uint16_t port) try {
    session->value->add_dht_node({host, port});
} catch (...) {
    pierdat::end_process();
}

int pierdat_session_dht_nodes(pierdat_session *session) try {
    if (!session->dht) return -1;
    session->value->post_session_stats();
    return static_cast<int>(session->counters.dht_nodes);
} catch (...) {
    pierdat::end_process();
}

void pierdat_session_request_counters(pierdat_session *session) try {
    session->value->post_session_stats();
} catch (...) {
    pierdat::end_process();
}

pierdat_counters pierdat_session_counters(pierdat_session const *session) try {
    return session->counters;
} catch (...) {
    pierdat::end_process();
}

namespace {

/// The token of a torrent. 0 if the torrent is gone.
uint64_t token_of(lt::torrent_handle const &handle) {
    return handle.is_valid() ? reinterpret_cast<uint64_t>(handle.userdata().get<void>()) : 0;
}

/// libtorrent continues after a failed read of a piece but not after a failed write.
pierdat_event_kind kind_of(lt::file_error_alert const &alert) {
    switch (alert.op) {
        case lt::operation_t::file_read:
        case lt::operation_t::file_open:
        case lt::operation_t::partfile_read: return PIERDAT_EVENT_UNREADABLE;
        default: return PIERDAT_EVENT_FAILED;
    }
}

/// The meaning of libtorrent's errors when our disk backend uses them.
std::string reason_of(lt::error_code const &error) {
    if (error == lt::errors::mismatching_file_timestamp) return "it has changed since it was checked";
    if (error == lt::errors::failed_hash_check) return "it is corrupt or cannot be read";
    if (error == lt::errors::file_too_short) return "it is too short";
    return error.message();
}

/// Converts an alert to an event, if anyone handles it.
class Translator {
public:
    Translator(void *context, void (*each)(void *, pierdat_event const *)) : context_(context), each_(each) {}

    void operator()(lt::alert const *alert, pierdat_session &session) const {
        if (auto const *a = lt::alert_cast<lt::metadata_received_alert>(alert)) {
            send(PIERDAT_EVENT_METADATA, a->handle);
        } else if (auto const *a = lt::alert_cast<lt::torrent_checked_alert>(alert)) {
            send(PIERDAT_EVENT_CHECKED, a->handle);
        } else if (auto const *a = lt::alert_cast<lt::torrent_finished_alert>(alert)) {
            send(PIERDAT_EVENT_FINISHED, a->handle);
        } else if (auto const *a = lt::alert_cast<lt::file_error_alert>(alert)) {
            std::string const what = std::string(a->filename()) + ": " + reason_of(a->error);
            send(kind_of(*a), a->handle, pierdat::disk::number_for(a->error), what.c_str());
        } else if (auto const *a = lt::alert_cast<lt::torrent_error_alert>(alert)) {
            send(PIERDAT_EVENT_FAILED, a->handle, pierdat::disk::number_for(a->error),
                 pierdat::message_of(a->error).c_str());
        } else if (auto const *a = lt::alert_cast<lt::hash_failed_alert>(alert)) {
            std::string const piece = std::to_string(static_cast<int>(a->piece_index));
            send(PIERDAT_EVENT_CORRUPT, a->handle, -1, piece.c_str());
        } else if (auto const *a = lt::alert_cast<lt::peer_ban_alert>(alert)) {
            std::string const peer = pierdat::text_of(a->endpoint);
            send(PIERDAT_EVENT_BANNED, a->handle, -1, peer.c_str());
        } else if (auto const *a = lt::alert_cast<lt::url_seed_alert>(alert)) {
            send_web_seed(a->handle, pierdat::WebSeedFailure(*a));
        } else if (auto const *a = lt::alert_cast<lt::peer_disconnected_alert>(alert)) {
            if (a->error == lt::errors::self_connection)
                send(PIERDAT_EVENT_MET_SELF, a->handle, -1, a->endpoint.address().to_string().c_str());
            else
                send_departure(*a);
        } else if (auto const *a = lt::alert_cast<lt::tracker_reply_alert>(alert)) {
            send(PIERDAT_EVENT_ANNOUNCED, a->handle);
        } else if (auto const *a = lt::alert_cast<lt::scrape_reply_alert>(alert)) {
            send(PIERDAT_EVENT_SCRAPED, a->handle);
        } else if (auto const *a = lt::alert_cast<lt::tracker_error_alert>(alert)) {
            send(PIERDAT_EVENT_TRACKER_FAILED, a->handle);
        } else if (auto const *a = lt::alert_cast<lt::listen_succeeded_alert>(alert)) {
            send(PIERDAT_EVENT_LISTENING, 0, a->port, a->address.to_string().c_str());
        } else if (auto const *a = lt::alert_cast<lt::listen_failed_alert>(alert)) {
            std::string const what = std::string(a->listen_interface()) + ": " + a->error.message();
            send(PIERDAT_EVENT_LISTEN_FAILED, 0, pierdat::disk::number_for(a->error), what.c_str());
        } else if (auto const *a = lt::alert_cast<lt::session_stats_alert>(alert)) {
            session.counters = pierdat::counters_of(*a, *session.disk_figures);
            send(PIERDAT_EVENT_COUNTERS, 0, 0, "");
        }
    }

private:
    void send(pierdat_event_kind kind, lt::torrent_handle const &handle, int code = 0,
              char const *message = "") const {
        uint64_t const token = token_of(handle);
        if (token != 0) send(kind, token, code, message);
    }

    void send_web_seed(lt::torrent_handle const &handle, pierdat::WebSeedFailure const &failure) const {
        pierdat_event const event{PIERDAT_EVENT_WEB_SEED_FAILED, token_of(handle),      -1,
                                  failure.reason.c_str(),        failure.url.c_str(),   failure.file.c_str(),
                                  failure.refusal};
        if (event.token != 0) each_(context_, &event);
    }

    /// Ignores a peer to which no connection could be made.
    void send_departure(lt::peer_disconnected_alert const &alert) const {
        if (alert.op == lt::operation_t::connect) return;
        pierdat_event_kind kind = alert.pid.is_all_zeros() ? PIERDAT_EVENT_PEER_REFUSED : PIERDAT_EVENT_PEER_LEFT;
        if (alert.error == lt::errors::uninteresting_upload_peer) kind = PIERDAT_EVENT_PEER_GAVE_ALL;
        std::string const reason = alert.error.message();
        std::string const place = pierdat::text_of(alert.endpoint);
        pierdat_event const event{kind, token_of(alert.handle), -1, reason.c_str(), place.c_str(), nullptr, {}};
        if (event.token != 0) each_(context_, &event);
    }

    void send(pierdat_event_kind kind, uint64_t token, int code, char const *message) const {
        pierdat_event const event{kind, token, code, message, nullptr, nullptr, {}};
        each_(context_, &event);
    }

    void *context_;
    void (*each_)(void *, pierdat_event const *);
};

}  // namespace

void pierdat_session_take_events(pierdat_session *session, void *context,
                                 void (*each)(void *, pierdat_event const *)) try {
    std::vector<lt::alert *> alerts;
    session->value->pop_alerts(&alerts);
    Translator const translate(context, each);
    for (auto const *alert : alerts) translate(alert, *session);
} catch (...) {
    pierdat::end_process();
}
