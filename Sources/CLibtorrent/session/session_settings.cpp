#include "session_settings.hpp"

#include <libtorrent/alert.hpp>

namespace pierdat {

namespace {

/// Lets one connection fill a fast network, and keeps fifty connections in little memory. See
/// docs/tuning.md for measurements.
void set_throughput(lt::settings_pack &pack) {
    using lt::settings_pack;
    pack.set_int(settings_pack::mixed_mode_algorithm, settings_pack::prefer_tcp);
    // A downloader requests as much as the seeder allows. Both search the queue for every block, so
    // it is short.
    pack.set_int(settings_pack::max_allowed_in_request_queue, 250);
    pack.set_int(settings_pack::max_out_request_queue, 250);
    // Pieces requested far ahead may also be requested by other peers meanwhile. For TCP peers the
    // time is even shorter (patches/queue-time.patch).
    pack.set_int(settings_pack::request_queue_time, 1);
    pack.set_int(settings_pack::whole_pieces_threshold, 0);
    pack.set_int(settings_pack::send_buffer_low_watermark, 256 * 1024);
    pack.set_int(settings_pack::send_buffer_watermark_factor, 150);
    // Small enough for received data to stay in the CPU cache until it is copied.
    pack.set_int(settings_pack::max_peer_recv_buffer_size, 256 * 1024);
    pack.set_int(settings_pack::max_queued_disk_bytes, 8 * 1024 * 1024);
    pack.set_int(settings_pack::aio_threads, 1);
    pack.set_int(settings_pack::hashing_threads, 2);
    pack.set_int(settings_pack::unchoke_slots_limit, 50);
    pack.set_int(settings_pack::connection_speed, 100);
    pack.set_int(settings_pack::torrent_connect_boost, connect_boost);
    // How many seconds an idle torrent is checked every second.
    pack.set_int(settings_pack::auto_manage_startup, 5);
}

/// Reconnects soon after a network outage. libtorrent's defaults wait a minute after the first
/// failure and give up a peer after three failures until a tracker returns it again.
void set_patience(lt::settings_pack &pack) {
    using lt::settings_pack;
    pack.set_int(settings_pack::min_reconnect_time, 10);
    pack.set_int(settings_pack::max_failcount, 8);
    pack.set_int(settings_pack::tracker_backoff, 100);
}

/// Several containers share an address, and none should open ports on the router.
void set_manners(lt::settings_pack &pack) {
    using lt::settings_pack;
    pack.set_bool(settings_pack::allow_multiple_connections_per_ip, true);
    pack.set_bool(settings_pack::announce_to_all_trackers, true);
    pack.set_bool(settings_pack::announce_to_all_tiers, true);
    pack.set_bool(settings_pack::enable_upnp, false);
    pack.set_bool(settings_pack::enable_natpmp, false);
    pack.set_int(settings_pack::stop_tracker_timeout, 1);
    pack.set_int(settings_pack::max_metadata_size, 64 * 1024 * 1024);
    // Untrusted URLs into a private network are requested only for torrent data (docs/networks.md).
    pack.set_bool(settings_pack::ssrf_mitigation, true);
    pack.set_bool(settings_pack::allow_idna, true);
}

/// The protocols and the encryption of peer connections.
void set_transport(lt::settings_pack &pack, pierdat_settings const &settings) {
    using lt::settings_pack;
    pack.set_bool(settings_pack::enable_outgoing_tcp, settings.tcp);
    pack.set_bool(settings_pack::enable_incoming_tcp, settings.tcp);
    pack.set_bool(settings_pack::enable_outgoing_utp, settings.utp);
    pack.set_bool(settings_pack::enable_incoming_utp, settings.utp);
    bool const required = settings.encryption == PIERDAT_ENCRYPTION_REQUIRED;
    int const policy = settings.encryption == PIERDAT_ENCRYPTION_OFF ? settings_pack::pe_disabled
                       : required                                    ? settings_pack::pe_forced
                                                                     : settings_pack::pe_enabled;
    pack.set_int(settings_pack::out_enc_policy, policy);
    pack.set_int(settings_pack::in_enc_policy, policy);
    // With handshake encryption alone, only the protocol would be hidden.
    pack.set_int(settings_pack::allowed_enc_level,
                 required ? settings_pack::pe_rc4 : settings_pack::pe_both);
}

/// Sends everything through the proxy, including name lookups if the proxy supports them.
void set_proxy(lt::settings_pack &pack, pierdat_proxy const &proxy) {
    using lt::settings_pack;
    if (proxy.kind == PIERDAT_PROXY_NONE) return;
    bool const has_user = proxy.user != nullptr;
    int const socks = has_user ? settings_pack::socks5_pw : settings_pack::socks5;
    int const http = has_user ? settings_pack::http_pw : settings_pack::http;
    pack.set_int(settings_pack::proxy_type, proxy.kind == PIERDAT_PROXY_SOCKS5 ? socks : http);
    pack.set_str(settings_pack::proxy_hostname, proxy.host);
    pack.set_int(settings_pack::proxy_port, proxy.port);
    if (has_user) {
        pack.set_str(settings_pack::proxy_username, proxy.user);
        pack.set_str(settings_pack::proxy_password, proxy.password);
    }
    pack.set_bool(settings_pack::proxy_hostnames, true);
    pack.set_bool(settings_pack::proxy_peer_connections, true);
    pack.set_bool(settings_pack::proxy_tracker_connections, true);
}

void set_limits(lt::settings_pack &pack, pierdat_settings const &settings) {
    using lt::settings_pack;
    pack.set_int(settings_pack::upload_rate_limit, settings.upload_limit);
    pack.set_int(settings_pack::download_rate_limit, settings.download_limit);
    if (settings.connections > 0) {
        pack.set_int(settings_pack::connections_limit, settings.connections);
        pack.set_int(settings_pack::connections_slack, 0);
    }
}

}  // namespace

lt::settings_pack settings_pack_from(pierdat_settings const &settings) {
    using lt::settings_pack;
    settings_pack pack;
    set_throughput(pack);
    set_patience(pack);
    set_manners(pack);
    set_transport(pack, settings);
    set_proxy(pack, settings.proxy);
    set_limits(pack, settings);
    pack.set_str(settings_pack::outgoing_interfaces, settings.outgoing_interface);
    pack.set_str(settings_pack::listen_interfaces, settings.listen_interfaces);
    pack.set_int(settings_pack::max_retry_port_bind, settings.port_retries);
    pack.set_bool(settings_pack::enable_dht, settings.dht);
    pack.set_str(settings_pack::dht_bootstrap_nodes, settings.dht_bootstrap_nodes);
    // Nodes of a private DHT share a network, often a single address.
    pack.set_bool(settings_pack::dht_restrict_routing_ips, false);
    pack.set_bool(settings_pack::dht_restrict_search_ips, false);
    // Packets per second from one address, which may stand for all containers of a host. A faster
    // sender is ignored for five minutes.
    pack.set_int(settings_pack::dht_block_ratelimit, 100);
    pack.set_bool(settings_pack::enable_lsd, settings.lsd);
    pack.set_int(settings_pack::tick_interval, settings.tick_interval);
    pack.set_str(settings_pack::user_agent, settings.user_agent);
    pack.set_str(settings_pack::peer_fingerprint, settings.peer_fingerprint);
    pack.set_int(settings_pack::alert_mask,
                 static_cast<int>(static_cast<std::uint32_t>(
                     lt::alert_category::error | lt::alert_category::status | lt::alert_category::storage
                     // For bans and failed web seeds.
                     | lt::alert_category::peer | lt::alert_category::connect
                     // For answers of trackers.
                     | lt::alert_category::tracker)));
    pack.set_int(settings_pack::alert_queue_size, 10'000);
    return pack;
}

}  // namespace pierdat
