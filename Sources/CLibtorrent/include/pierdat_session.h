#ifndef PIERDAT_SESSION_H
#define PIERDAT_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pierdat_error.h"
#include "pierdat_metadata.h"
#include "pierdat_network.h"

#ifdef __cplusplus
extern "C" {
#endif

/// A libtorrent session: sockets, DHT node and threads. Closed with pierdat_session_close.
typedef struct pierdat_session pierdat_session;

/// One torrent in a session. Owned by whoever added it; freed with pierdat_torrent_free, which leaves it
/// in the session; valid until the session is closed.
typedef struct pierdat_torrent pierdat_torrent;

/// Whether what peers say to each other is encrypted.
typedef enum pierdat_encryption {
    /// Where the peer wants it.
    PIERDAT_ENCRYPTION_PREFERRED,
    /// All of it, and nobody else is talked to.
    PIERDAT_ENCRYPTION_REQUIRED,
    PIERDAT_ENCRYPTION_OFF,
} pierdat_encryption;

/// How a session works. Strings are borrowed for the call.
typedef struct pierdat_settings {
    /// As libtorrent's listen_interfaces: "0.0.0.0:6881,[::]:6881".
    const char *listen_interfaces;
    /// How many ports above it are tried where a port is taken.
    int port_retries;
    /// "host:port,host:port"; empty where the DHT is off.
    const char *dht_bootstrap_nodes;
    bool dht;
    bool lsd;
    /// Bytes a second; 0: no limit.
    int upload_limit;
    int download_limit;
    /// Peers of all torrents together; 0: libtorrent's default.
    int connections;
    pierdat_encryption encryption;
    /// Over which protocols peers are met. With both, TCP is tried first.
    bool tcp;
    bool utp;
    /// The name or an address of the network interface that all goes out by; empty: any.
    const char *outgoing_interface;
    pierdat_network network;
    pierdat_proxy proxy;
    /// How often peers are connected to, in milliseconds.
    int tick_interval;
    const char *user_agent;
    /// 3 bytes of the peer id: two letters and a version digit string as BEP 20 has them, "-PI0100-".
    const char *peer_fingerprint;
    /// Gives the URL that the Location header `location` (`length` bytes, not NUL-terminated) means in an answer of
    /// the server of `url`: freed with free(3) then; NULL: it is not followed. It is called from libtorrent's thread,
    /// and holds for the process.
    char *(*resolve_redirect)(const char *url, const char *location, size_t length);
} pierdat_settings;

/// `wake` (an eventfd(2) of the caller's, open until the session is closed) is signalled when there
/// are events to take. Returns NULL and fills `error` on failure.
pierdat_session *pierdat_session_open(const pierdat_settings *settings, int wake, pierdat_error *error);

/// Tells trackers and peers goodbye, for at most about a second, and frees everything.
void pierdat_session_close(pierdat_session *session);

typedef enum pierdat_purpose {
    /// Checks what is in the folder already, and downloads the rest.
    PIERDAT_DOWNLOAD,
    /// Takes the data as complete, or of a selection the pieces that the parameters know to be there; each
    /// piece is checked when it is first asked for. Never downloads data nor writes.
    PIERDAT_SEED,
    /// Checks the data, then seeds what is there. Never downloads data nor writes.
    PIERDAT_CHECK_AND_SEED,
    /// Gets the metadata where it is missing and checks the data. Never downloads data nor writes.
    PIERDAT_CHECK,
} pierdat_purpose;

/// Adds a copy of `params`. `part_folder` is where parts of unwanted files are kept that pieces of wanted
/// ones need; NULL: `folder`. `token` names the torrent in events. Returns NULL and fills `error` on failure.
pierdat_torrent *pierdat_session_add(pierdat_session *session, const pierdat_params *params,
                                     const char *folder, const char *part_folder, pierdat_purpose purpose,
                                     uint64_t token, pierdat_error *error);

/// Listens on what has come since: addresses, and devices that carry now. What is open stays open.
void pierdat_session_reopen_sockets(pierdat_session *session);

/// Asks the node, of the DHT, which need not have had an address when the session was opened.
void pierdat_session_ask_dht_node(pierdat_session *session, const char *host, uint16_t port);

/// Takes the torrent out of its session. Its files stay.
void pierdat_session_remove(pierdat_session *session, const pierdat_torrent *torrent);
void pierdat_torrent_free(pierdat_torrent *torrent);

/// Connects to the peer at a numeric IPv4 or IPv6 address.
void pierdat_torrent_connect(const pierdat_torrent *torrent, const char *address, uint16_t port);

/// Tells all trackers now that we are here, but for those that want to be asked later.
void pierdat_torrent_announce(const pierdat_torrent *torrent);

/// Looks for peers in the DHT now, and says there that we are one; where the DHT has not started, nothing.
void pierdat_torrent_announce_to_dht(const pierdat_torrent *torrent);

/// Checks all of the data again.
void pierdat_torrent_recheck(const pierdat_torrent *torrent);

/// What there is to know of the torrent by now, as parameters that can be written to a file;
/// NULL without metadata. Of the hashes of v2, which come apart from it (BEP 52), it has those of files
/// of which all are known. The caller owns the result.
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
    /// Bytes of the files that are wanted, and of those that are there and verified.
    int64_t wanted;
    int64_t done;
    /// Of these, what was there when the check ended; 0 before, and where a torrent is seeded.
    int64_t present;
    /// While checking: parts in a million that are checked.
    int checked_ppm;
    /// Bytes of data received and sent since it was added, and received a second at present.
    int64_t downloaded;
    int64_t uploaded;
    int download_rate;
    /// Peers connected, those of them that have everything, and those known but not connected.
    int peers;
    int seeds;
    int known_peers;
} pierdat_status;

/// Returns false when the torrent is gone.
bool pierdat_torrent_status(const pierdat_torrent *torrent, pierdat_status *status);

/// What a tracker said last. Strings are valid during the call only.
typedef struct pierdat_tracker {
    const char *url;
    /// Empty: it has not answered, or had nothing to say.
    const char *message;
    /// It has answered the last announce of one of our addresses as it should.
    bool works;
    /// It has not, and no answer is waited for.
    bool fails;
    /// How many peers it knows that have everything; -1 where it did not say.
    int seeds;
} pierdat_tracker;

/// Calls `each` for every tracker.
void pierdat_torrent_trackers(const pierdat_torrent *torrent, void *context,
                              void (*each)(void *context, const pierdat_tracker *tracker));

/// How many peers trackers know of a torrent; -1 where none says.
typedef struct pierdat_swarm {
    /// Those that have everything, and those that have not.
    int seeds;
    int downloaders;
} pierdat_swarm;

/// The most that any of its trackers knows that has answered when it was last announced to. Returns false when
/// the torrent is gone.
bool pierdat_torrent_swarm(const pierdat_torrent *torrent, pierdat_swarm *swarm);

/// Pieces that are wanted and missing.
typedef struct pierdat_missing {
    int pieces;
    /// Of these, those that no peer has that is connected.
    int unavailable;
} pierdat_missing;

/// Returns false when the torrent is gone, or its metadata is not known.
bool pierdat_torrent_missing(const pierdat_torrent *torrent, pierdat_missing *missing);

/// Asks the tracker that answered last how many peers it knows (BEP 15, BEP 48).
void pierdat_torrent_scrape(const pierdat_torrent *torrent);

/// Nodes in the DHT's routing table when last asked; asks again. -1 where the DHT is off.
int pierdat_session_dht_nodes(pierdat_session *session);

typedef enum pierdat_event_kind {
    PIERDAT_EVENT_METADATA,
    PIERDAT_EVENT_CHECKED,
    PIERDAT_EVENT_FINISHED,
    /// The torrent cannot go on; `code` is errno's value or -1, `message` the reason.
    PIERDAT_EVENT_FAILED,
    /// A piece that a peer asked for, or that was to be checked, could not be read and was refused;
    /// `code` and `message` as above.
    PIERDAT_EVENT_UNREADABLE,
    /// A piece that did not match its hash, from a peer or from the disk.
    PIERDAT_EVENT_CORRUPT,
    PIERDAT_EVENT_BANNED,
    /// What was taken for a peer is ourselves; `message` is the address.
    PIERDAT_EVENT_MET_SELF,
    /// A peer that was connected is not any more; `place` is its address and port, and `message` the reason:
    /// it has given all that it has, which is not all,
    PIERDAT_EVENT_PEER_GAVE_ALL,
    /// it did not say that it has the torrent,
    PIERDAT_EVENT_PEER_REFUSED,
    /// or another.
    PIERDAT_EVENT_PEER_LEFT,
    /// A web seed, or one of its files, gave nothing of use; `place` is its URL, `file` the file's path or empty,
    /// and `message` the reason.
    PIERDAT_EVENT_WEB_SEED_FAILED,
    /// A tracker has answered an announce.
    PIERDAT_EVENT_ANNOUNCED,
    /// A tracker has said how many peers it knows when it was asked for that alone.
    PIERDAT_EVENT_SCRAPED,
    /// A tracker did not answer an announce, or refused it.
    PIERDAT_EVENT_TRACKER_FAILED,
    /// `code` is the port, `message` the address.
    PIERDAT_EVENT_LISTENING,
    PIERDAT_EVENT_LISTEN_FAILED,
} pierdat_event_kind;

typedef struct pierdat_event {
    pierdat_event_kind kind;
    /// Of the torrent; 0 where the event is the session's.
    uint64_t token;
    int code;
    const char *message;
    /// Of a peer or a web seed; else NULL.
    const char *place;
    const char *file;
} pierdat_event;

/// Hands over the events since the last call. `event` is valid during the call only.
void pierdat_session_take_events(pierdat_session *session, void *context,
                                 void (*each)(void *context, const pierdat_event *event));

#ifdef __cplusplus
}
#endif

#endif
