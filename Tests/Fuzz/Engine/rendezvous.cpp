#include "CLibtorrent/rendezvous/messages.hpp"

#include <string>

#include "fuzzed_engine.h"
#include "promise.hpp"

namespace {

namespace rendezvous = pierdat::rendezvous;

/// The message as we would write it. Empty if we would not.
std::string written(rendezvous::Message const &message) {
    switch (message.kind) {
        case rendezvous::Kind::ask: return rendezvous::encode_ask();
        case rendezvous::Kind::names: return rendezvous::encode_names(message.named);
        case rendezvous::Kind::request: return rendezvous::encode_request(message.torrent, message.part);
        case rendezvous::Kind::part: return rendezvous::encode_part(message.torrent, message.part, message.bytes);
        case rendezvous::Kind::refuse: return rendezvous::encode_refuse(message.torrent, message.part);
        case rendezvous::Kind::unknown: return "";
    }
    return "";
}

void require_limits(rendezvous::Message const &message) {
    fuzz::require(message.named.size() <= rendezvous::max_named, "it names too many torrents");
    for (auto const &torrent : message.named) {
        bool const is_valid = torrent.size > 0 && torrent.size <= rendezvous::max_metadata;
        fuzz::require(is_valid, "metadata has " + std::to_string(torrent.size) + " bytes");
        fuzz::require(!rendezvous::key_of(torrent.hashes).empty(), "a torrent has no name");
    }
    bool const is_part = message.part >= 0 && message.part < rendezvous::parts_of(rendezvous::max_metadata);
    fuzz::require(is_part, "it is about part " + std::to_string(message.part));
    fuzz::require(message.bytes.size() <= rendezvous::part_length, "a part is too long");
}

}  // namespace

char *fuzz_rendezvous(std::uint8_t const *input, std::size_t length) {
    return fuzz::broken_promise([&] {
        lt::span<char const> const payload(reinterpret_cast<char const *>(input), static_cast<std::ptrdiff_t>(length));
        auto const message = rendezvous::parse(payload);
        if (!message) return;
        require_limits(*message);
        auto const text = written(*message);
        if (text.empty()) return;
        auto const again = rendezvous::parse(text);
        fuzz::require(again.has_value(), "what we write of it is malformed");
        fuzz::require(written(*again) == text, "it changes when it is written and read");
    });
}
