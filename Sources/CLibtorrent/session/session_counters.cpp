#include "session_counters.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

#include <libtorrent/session_stats.hpp>

namespace pierdat {

namespace {

/// One of libtorrent's statistics, and where it goes.
struct Entry {
    char const *name;
    int64_t pierdat_counters::*field;
};

constexpr Entry entries[] = {
    {"net.sent_payload_bytes", &pierdat_counters::sent_payload},
    {"net.sent_bytes", &pierdat_counters::sent},
    {"net.recv_bytes", &pierdat_counters::received},
    {"net.recv_failed_bytes", &pierdat_counters::wasted_corrupt},
    {"ses.waste_piece_timed_out", &pierdat_counters::wasted_timed_out},
    {"ses.waste_piece_cancelled", &pierdat_counters::wasted_cancelled},
    {"ses.waste_piece_unknown", &pierdat_counters::wasted_unknown},
    {"ses.waste_piece_seed", &pierdat_counters::wasted_seed},
    {"ses.waste_piece_end_game", &pierdat_counters::wasted_end_game},
    {"ses.waste_piece_closing", &pierdat_counters::wasted_closing},
    {"ses.num_piece_failed", &pierdat_counters::hash_failures},
    {"peer.num_tcp_peers", &pierdat_counters::tcp_peers},
    {"peer.num_utp_peers", &pierdat_counters::utp_peers},
    {"peer.num_peers_up_unchoked_all", &pierdat_counters::unchoked},
    {"peer.num_peers_up_interested", &pierdat_counters::interested},
    {"peer.incoming_connections", &pierdat_counters::incoming},
    {"peer.connection_attempts", &pierdat_counters::outgoing},
    {"dht.dht_nodes", &pierdat_counters::dht_nodes},
};

int index_of(std::size_t entry) {
    static auto const indexes = [] {
        std::array<int, std::size(entries)> found{};
        for (std::size_t i = 0; i < found.size(); ++i) found[i] = lt::find_metric_idx(entries[i].name);
        return found;
    }();
    return indexes[entry];
}

}  // namespace

pierdat_counters counters_of(lt::session_stats_alert const &alert, disk::DiskFigures const &disk) {
    pierdat_counters counters{};
    auto const values = alert.counters();
    for (std::size_t i = 0; i < std::size(entries); ++i) {
        int const index = index_of(i);
        if (index >= 0) counters.*entries[i].field = values[index];
    }
    counters.hash_failures += disk.hash_failures;
    counters.disk_read = disk.read_bytes;
    counters.disk_written = disk.written_bytes;
    counters.disk_errors = disk.errors;
    counters.disk_job_time = disk.job_time;
    static_assert(PIERDAT_DISK_JOB_CLASSES == disk::DiskFigures::limits.size() + 1);
    for (std::size_t i = 0; i < PIERDAT_DISK_JOB_CLASSES; ++i) {
        counters.disk_jobs[i] = disk.jobs[i];
        counters.disk_job_limits[i] = i < disk::DiskFigures::limits.size() ? disk::DiskFigures::limits[i] : INT64_MAX;
    }
    return counters;
}

}  // namespace pierdat
