#ifndef PIERDAT_SESSION_H
#define PIERDAT_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pierdat_counters.h"
#include "pierdat_error.h"
#include "pierdat_metadata.h"
#include "pierdat_network.h"

#ifdef __cplusplus
extern "C" {
#endif

/// A libtorrent session: sockets, DHT node and threads. Close it with pierdat_session_close.
typedef struct pierdat_session pierdat_session;

/// A torrent in a session. The caller that added it owns it and frees it with pierdat_torrent_free,
/// which does not remove it from the session. Valid until the session is closed.
typedef struct pierdat_torrent pierdat_torrent;

/// The encryption of peer connections.
typedef enum pierdat_encryption {
    /// Encrypt if the peer wants it.
    PIERDAT_ENCRYPTION_PREFERRED,
    /// Encrypt everything, and connect to no other peers.
    PIERDAT_ENCRYPTION_REQUIRED,
    PIERDAT_ENCRYPTION_OFF,
} pierdat_encryption;

/// The settings of a session. Strings are borrowed for the call.
typedef struct pierdat_settings {
    /// In the format of libtorrent's listen_interfaces: "0.0.0.0:6881,[::]:6881".
    const char *listen_interfaces;
    /// How many higher ports to try if a port is in use.
    int port_retries;
    /// "host:port,host:port". Empty if the DHT is off.
    const char *dht_bootstrap_nodes;
    bool dht;
    bool lsd;
    /// In bytes per second. 0 for no limit.
    int upload_limit;
    int download_limit;
    /// The maximum number of peers of all torrents. 0 for libtorrent's default.
    int connections;
    pierdat_encryption encryption;
    /// The protocols for peer connections. If both are enabled, TCP is tried first.
    bool tcp;
    bool utp;
    /// The name or an address of the network interface for outgoing traffic. Empty for any.
    const char *outgoing_interface;
    pierdat_network network;
    pierdat_proxy proxy;
    /// The interval for connecting to peers, in milliseconds.
    int tick_interval;
    const char *user_agent;
    /// The first bytes of the peer ID, "-PI0100-": two letters and version digits as in BEP 20.
    const char *peer_fingerprint;
    /// Resolves a redirect. `location` is the Location header (`length` bytes, not NUL-terminated)
    /// in the response from `url`. Returns the target URL, which is released with free(3), or NULL
    /// to not follow the redirect. Called on libtorrent's thread. Applies to the whole process.
    char *(*resolve_redirect)(const char *url, const char *location, size_t length);
} pierdat_settings;

/// Opens a session. `wake`, an eventfd(2) that the caller keeps open until the session is closed,
/// is signalled when there are events to take. Returns NULL and fills `error` on failure.
pierdat_session *pierdat_session_open(const pierdat_settings *settings, int wake, pierdat_error *error);

/// Notifies trackers and peers, for about a second at most, and frees everything.
void pierdat_session_close(pierdat_session *session);

typedef enum pierdat_purpose {
    /// Checks the existing data and downloads the rest.
    PIERDAT_DOWNLOAD,
    /// Assumes that the data is complete, or for a selection the recorded pieces. Each piece is
    /// verified when it is first requested. Never downloads data or writes.
    PIERDAT_SEED,
    /// Checks the data, then seeds what is there. Never downloads data or writes.
    PIERDAT_CHECK_AND_SEED,
    /// Downloads missing metadata and checks the data. Never downloads data or writes.
    PIERDAT_CHECK,
} pierdat_purpose;

/// Adds a copy of `params`. `part_folder` is for the parts of unwanted files that pieces of wanted
/// files need. NULL means `folder`. `token` identifies the torrent in events. Returns NULL and
/// fills `error` on failure.
pierdat_torrent *pierdat_session_add(pierdat_session *session, const pierdat_params *params,
                                     const char *folder, const char *part_folder, pierdat_purpose purpose,
                                     uint64_t token, pierdat_error *error);

/// Listens on new addresses and on network devices that came up. Existing sockets stay open.
void pierdat_session_reopen_sockets(pierdat_session *session);

/// Contacts a DHT node. Also works if its address was unknown when the session was opened.
void pierdat_session_ask_dht_node(pierdat_session *session, const char *host, uint16_t port);

/// Removes the torrent from its session. Its files stay.
void pierdat_session_remove(pierdat_session *session, const pierdat_torrent *torrent);
void pierdat_torrent_free(pierdat_torrent *torrent);

/// Connects to the peer at a numeric IPv4 or IPv6 address.
void pierdat_torrent_connect(const pierdat_torrent *torrent, const char *address, uint16_t port);

/// Adds a web seed (BEP 19) for this session. It does not become part of the torrent's parameters.
void pierdat_torrent_add_web_seed(const pierdat_torrent *torrent, const char *url);

/// Announces to all trackers now, except those that asked us to wait.
void pierdat_torrent_announce(const pierdat_torrent *torrent);

/// Looks for peers in the DHT and announces us there. Does nothing if the DHT is not running.
void pierdat_torrent_announce_to_dht(const pierdat_torrent *torrent);

/// Checks all of the data again.
void pierdat_torrent_recheck(const pierdat_torrent *torrent);

/// The current state of the torrent as parameters that can be written to a file. NULL without
/// metadata. v2 piece hashes (BEP 52), which are transferred separately, are included for files
/// whose hashes are all known. The caller owns the result.
pierdat_params *pierdat_torrent_params(const pierdat_torrent *torrent, const pierdat_params *added,
                                       pierdat_error *error);

typedef enum pierdat_state {
    PIERDAT_STATE_METADATA,
    PIERDAT_STATE_CHECKING,
    PIERDAT_STATE_DOWNLOADING,
    PIERDAT_STATE_COMPLETE,
} pierdat_state;

typedef struct pierdat_status {
    pierdat_state state;
    /// The size of the wanted files in bytes, and how much of it is present and verified.
    int64_t wanted;
    int64_t done;
    /// How much of `done` was present when the check ended. 0 before that, and for seeded torrents.
    int64_t present;
    /// While checking: the progress in parts per million.
    int checked_ppm;
    /// Payload bytes received and sent since the torrent was added, and the current download rate
    /// in bytes per second.
    int64_t downloaded;
    int64_t uploaded;
    /// Bytes of data received by source, also if they were not needed. 0 for seeded torrents.
    int64_t from_peers;
    int64_t from_web_seeds;
    int download_rate;
    /// Connected peers, connected seeders, and known peers that are not connected.
    int peers;
    int seeds;
    int known_peers;
} pierdat_status;

/// Returns false when the torrent is gone.
bool pierdat_torrent_status(const pierdat_torrent *torrent, pierdat_status *status);

/// The last answer of a tracker. Strings are valid only during the call.
typedef struct pierdat_tracker {
    const char *url;
    /// Empty if it has not answered or had no message.
    const char *message;
    /// It accepted the last announce of one of our addresses.
    bool works;
    /// It did not, and no answer is pending.
    bool fails;
    /// The number of seeders it knows. -1 if it did not report that.
    int seeds;
    /// Why there is no answer.
    pierdat_refusal refusal;
} pierdat_tracker;

/// Calls `each` for every tracker.
void pierdat_torrent_trackers(const pierdat_torrent *torrent, void *context,
                              void (*each)(void *context, const pierdat_tracker *tracker));

/// How many peers the trackers know. -1 if none reports it.
typedef struct pierdat_swarm {
    /// Seeders, and peers that are still downloading.
    int seeds;
    int downloaders;
} pierdat_swarm;

/// The maximum over all trackers that answered their last announce. Returns false if the torrent is
/// gone.
bool pierdat_torrent_swarm(const pierdat_torrent *torrent, pierdat_swarm *swarm);

/// Wanted pieces that are missing.
typedef struct pierdat_missing {
    int pieces;
    /// How many of them no connected peer has.
    int unavailable;
} pierdat_missing;

/// Returns false if the torrent is gone or its metadata is unknown.
bool pierdat_torrent_missing(const pierdat_torrent *torrent, pierdat_missing *missing);

/// Scrapes the tracker that answered last (BEP 15, BEP 48).
void pierdat_torrent_scrape(const pierdat_torrent *torrent);

/// The number of nodes in the DHT's routing table at the previous call. Requests an update. -1 if
/// the DHT is off.
int pierdat_session_dht_nodes(pierdat_session *session);

/// Requests new counters. PIERDAT_EVENT_COUNTERS tells that they have arrived.
void pierdat_session_request_counters(pierdat_session *session);

/// The counters as of the latest PIERDAT_EVENT_COUNTERS.
pierdat_counters pierdat_session_counters(pierdat_session const *session);

typedef enum pierdat_event_kind {
    PIERDAT_EVENT_METADATA,
    PIERDAT_EVENT_CHECKED,
    PIERDAT_EVENT_FINISHED,
    /// The torrent cannot continue. `code` is an errno or -1, and `message` is the reason.
    PIERDAT_EVENT_FAILED,
    /// A piece that a peer requested or that was being checked could not be read. The request was
    /// refused. `code` and `message` as above.
    PIERDAT_EVENT_UNREADABLE,
    /// A piece from a peer or from disk failed its hash check.
    PIERDAT_EVENT_CORRUPT,
    PIERDAT_EVENT_BANNED,
    /// Self-connection: a peer turned out to be us. `message` is the address.
    PIERDAT_EVENT_MET_SELF,
    /// A peer disconnected. `place` is its address and port, and `message` is the reason. It has
    /// sent all pieces that it has, and they are not all pieces of the torrent.
    PIERDAT_EVENT_PEER_GAVE_ALL,
    /// A peer disconnected without confirming that it has the torrent.
    PIERDAT_EVENT_PEER_REFUSED,
    /// A peer disconnected for another reason.
    PIERDAT_EVENT_PEER_LEFT,
    /// A web seed or one of its files is unusable. `place` is its URL, `file` the file's path or
    /// empty, and `message` the reason.
    PIERDAT_EVENT_WEB_SEED_FAILED,
    /// A tracker answered an announce.
    PIERDAT_EVENT_ANNOUNCED,
    /// A tracker answered a scrape.
    PIERDAT_EVENT_SCRAPED,
    /// A tracker did not answer an announce, or refused it.
    PIERDAT_EVENT_TRACKER_FAILED,
    /// `code` is the port, `message` the address.
    PIERDAT_EVENT_LISTENING,
    PIERDAT_EVENT_LISTEN_FAILED,
    /// There are new counters of the session.
    PIERDAT_EVENT_COUNTERS,
} pierdat_event_kind;

typedef struct pierdat_event {
    pierdat_event_kind kind;
    /// The torrent's token. 0 if the event concerns the session.
    uint64_t token;
    int code;
    const char *message;
    /// For a peer or web seed, otherwise NULL.
    const char *place;
    const char *file;
    /// For a web seed: why it failed.
    pierdat_refusal refusal;
} pierdat_event;

/// Passes on the events since the last call. `event` is valid only during the call.
void pierdat_session_take_events(pierdat_session *session, void *context,
                                 void (*each)(void *context, const pierdat_event *event));

#ifdef __cplusplus
}
#endif

#endif
