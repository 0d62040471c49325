#include <chrono>
#include <optional>
#include <utility>

#include <libtorrent/bdecode.hpp>
#include <libtorrent/peer_connection_handle.hpp>

#include "engine_access.hpp"
#include "extension.hpp"
#include "search.hpp"

namespace pierdat::rendezvous {

namespace {

using Clock = std::chrono::steady_clock;

/// How long a peer may take for its handshake, for the names of torrents, and for each part.
constexpr auto patience = std::chrono::seconds(10);
/// How long all parts together may take, besides `patience`: the time at this rate in bytes per second.
constexpr int least_rate = 32 * 1024;
/// How many parts are requested at a time.
constexpr int max_requested = 8;
/// How many messages a peer may send that we do not wait for.
constexpr int max_idle_messages = 200;

/// Metadata that a peer is sending.
struct Fetch {
    Named torrent;
    std::string key;
    std::vector<char> received;
    /// The number of parts that were requested.
    int requested = 0;
    Clock::time_point end;

    int parts() const { return parts_of(torrent.size); }
    int received_parts() const { return static_cast<int>(received.size()) / part_length; }
    bool is_complete() const { return static_cast<int>(received.size()) == torrent.size; }
};

/// A peer that we ask. One that sends anything wrong, or takes too long, is banned.
class Answerer final : public lt::peer_plugin {
public:
    Answerer(lt::peer_connection_handle peer, std::shared_ptr<Search> search)
        : peer_(std::move(peer)), search_(std::move(search)) {}
    ~Answerer() override { leave(); }

    void add_handshake(lt::entry &handshake) override { announce_extension(handshake); }

    bool on_handshake(lt::span<char const>) override {
        expect_answer();
        return true;
    }

    bool on_extension_handshake(lt::bdecode_node const &handshake) override {
        bool const is_first = id_ == 0;
        id_ = extension_id_in(handshake);
        port_ = listening_port_in(handshake);
        if (is_first && id_ != 0) {
            expect_answer();
            send(peer_, id_, encode_ask());
        }
        return true;
    }

    bool on_extended(int length, int id, lt::span<char const> body) override {
        if (id != extension_id) return false;
        if (length > max_dictionary + part_length || id_ == 0) ban(peer_);
        else if (lt::bt_peer_connection_handle(peer_).packet_finished() && !peer_.is_disconnecting() && !take(body)) ban(peer_);
        return true;
    }

    void on_disconnect(lt::error_code const &) override { leave(); }

    void tick() override {
        auto const now = Clock::now();
        bool const is_late = (deadline_ && now > *deadline_) || (fetch_ && now > fetch_->end);
        if (is_late || search_->is_excluded(place()) || names_only_refused()) return ban(peer_);
        if (fetch_ && search_->is_refused(fetch_->key)) end_fetch();
        fetch_next();
    }

private:
    void expect_answer() { deadline_ = Clock::now() + patience; }

    /// Where the peer listens, as far as known.
    lt::tcp::endpoint place() const {
        auto const &remote = peer_.remote();
        bool const is_better = !peer_.is_outgoing() && port_ != 0;
        return {remote.address(), is_better ? static_cast<std::uint16_t>(port_) : remote.port()};
    }

    bool names_only_refused() const {
        if (named_.empty()) return false;
        for (auto const &torrent : named_)
            if (!search_->is_refused(key_of(torrent.hashes))) return false;
        return true;
    }

    /// False if the message is not what the peer may send now.
    bool take(lt::span<char const> body) {
        auto const message = parse(body);
        bool const is_progress = message && message->kind == Kind::part && fetch_ && message->torrent == fetch_->key;
        if (!message || (!is_progress && ++idle_messages_ > max_idle_messages)) return false;
        switch (message->kind) {
            case Kind::ask: return answer_ask();
            case Kind::names: return take_names(*message);
            case Kind::part: return take_part(*message);
            case Kind::refuse: return take_refusal(*message);
            // We have named nothing.
            case Kind::request: return false;
            case Kind::unknown: return true;
        }
        return false;
    }

    /// We have nothing to name.
    bool answer_ask() {
        if (has_answered_) return false;
        has_answered_ = true;
        send(peer_, id_, encode_names({}));
        return true;
    }

    bool take_names(Message const &message) {
        if (has_named_) return false;
        has_named_ = true;
        named_from_ = place();
        deadline_.reset();
        for (auto const &torrent : message.named)
            if (search_->note(key_of(torrent.hashes), named_from_)) named_.push_back(torrent);
        // It may have something later.
        if (named_.empty()) drop(peer_);
        else fetch_next();
        return true;
    }

    /// Begins to fetch the next torrent that the peer names, if that is needed.
    void fetch_next() {
        if (fetch_ || peer_.is_disconnecting()) return;
        while (next_ < named_.size() && search_->is_settled(key_of(named_[next_].hashes))) ++next_;
        if (next_ == named_.size() || !search_->begin(named_[next_])) return;
        auto const &torrent = named_[next_++];
        auto const time = patience + std::chrono::seconds(torrent.size / least_rate);
        fetch_ = Fetch{torrent, key_of(torrent.hashes), {}, 0, Clock::now() + time};
        request_more();
    }

    void request_more() {
        expect_answer();
        auto const may_request = [this] {
            return fetch_ && fetch_->requested < fetch_->parts()
                   && fetch_->requested - fetch_->received_parts() < max_requested;
        };
        while (may_request()) send(peer_, id_, encode_request(fetch_->key, fetch_->requested++));
    }

    bool take_part(Message const &message) {
        // Parts of a fetch that has ended may still arrive.
        if (!fetch_ || message.torrent != fetch_->key) return is_known(message.torrent);
        int const part = fetch_->received_parts();
        bool const is_next = message.part == part && part < fetch_->requested;
        if (!is_next || message.bytes.size() != length_of(part, fetch_->torrent.size)) return false;
        fetch_->received.insert(fetch_->received.end(), message.bytes.begin(), message.bytes.end());
        if (fetch_->is_complete()) return finish();
        request_more();
        return true;
    }

    bool finish() {
        auto const torrent = fetch_->torrent;
        auto metadata = std::move(fetch_->received);
        end_fetch();
        if (!matches(metadata, torrent.hashes)) return false;
        search_->deliver(torrent, std::move(metadata), place());
        fetch_next();
        return true;
    }

    bool take_refusal(Message const &message) {
        if (fetch_ && message.torrent == fetch_->key) {
            end_fetch();
            fetch_next();
        }
        return is_known(message.torrent);
    }

    bool is_known(std::string const &key) const {
        for (auto const &torrent : named_)
            if (key_of(torrent.hashes) == key) return true;
        return false;
    }

    /// What it names does not count any more, so that others can name more.
    void leave() {
        end_fetch();
        for (auto const &torrent : named_) search_->forget(key_of(torrent.hashes), named_from_);
        named_.clear();
        next_ = 0;
    }

    void end_fetch() {
        if (!fetch_) return;
        search_->end(fetch_->torrent);
        fetch_.reset();
        deadline_.reset();
    }

    lt::peer_connection_handle peer_;
    std::shared_ptr<Search> search_;
    /// The number of the extension at the peer. 0 if it does not have the extension.
    int id_ = 0;
    int port_ = 0;
    bool has_named_ = false;
    bool has_answered_ = false;
    int idle_messages_ = 0;
    std::vector<Named> named_;
    lt::tcp::endpoint named_from_;
    /// The first of `named_` that was not fetched yet.
    std::size_t next_ = 0;
    std::optional<Fetch> fetch_;
    /// When the next message must have arrived.
    std::optional<Clock::time_point> deadline_;
};

class Asking final : public lt::torrent_plugin {
public:
    explicit Asking(std::shared_ptr<Search> search) : search_(std::move(search)) {}

    std::shared_ptr<lt::peer_plugin> new_connection(lt::peer_connection_handle const &peer) override {
        if (peer.type() != lt::connection_type::bittorrent) return nullptr;
        return std::make_shared<Answerer>(peer, search_);
    }

private:
    std::shared_ptr<Search> search_;
};

}  // namespace

std::shared_ptr<lt::torrent_plugin> ask(std::shared_ptr<Search> search) {
    return std::make_shared<Asking>(std::move(search));
}

}  // namespace pierdat::rendezvous
