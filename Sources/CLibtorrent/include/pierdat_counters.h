#ifndef PIERDAT_COUNTERS_H
#define PIERDAT_COUNTERS_H

#include <stdint.h>

/// The number of classes of durations of disk jobs.
#define PIERDAT_DISK_JOB_CLASSES 9

/// Counts of a session since it was opened, and some current numbers.
typedef struct pierdat_counters {
    /// Bytes of data sent to peers.
    int64_t sent_payload;
    /// Bytes sent and received, with the overhead of the peer protocol.
    int64_t sent;
    int64_t received;
    /// Bytes received and not used: failed a hash check, arrived after a request had timed out or was
    /// cancelled, were never requested, were requested twice at the end, came while a seed was or the
    /// connection was being closed.
    int64_t wasted_corrupt;
    int64_t wasted_timed_out;
    int64_t wasted_cancelled;
    int64_t wasted_unknown;
    int64_t wasted_seed;
    int64_t wasted_end_game;
    int64_t wasted_closing;
    /// Pieces that failed their hash check, from peers or on disk when a peer requested them.
    int64_t hash_failures;
    /// Current connections by transport.
    int64_t tcp_peers;
    int64_t utp_peers;
    /// Current peers that may request data, and that want to.
    int64_t unchoked;
    int64_t interested;
    /// Connections that peers made, and that we tried to make.
    int64_t incoming;
    int64_t outgoing;
    int64_t dht_nodes;
    /// Bytes read and written, in blocks of 16 KiB, and failures of the system.
    int64_t disk_read;
    int64_t disk_written;
    int64_t disk_errors;
    /// The sum of the durations of all disk jobs, in microseconds.
    int64_t disk_job_time;
    /// The number of jobs in each class of durations, and the upper limit of each in microseconds.
    int64_t disk_jobs[PIERDAT_DISK_JOB_CLASSES];
    int64_t disk_job_limits[PIERDAT_DISK_JOB_CLASSES];
} pierdat_counters;

#endif
