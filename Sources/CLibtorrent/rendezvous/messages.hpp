#pragma once

#include <optional>
#include <string>
#include <vector>

#include <libtorrent/info_hash.hpp>
#include <libtorrent/span.hpp>

/// The messages of a rendezvous, an extension of the peer protocol (BEP 10). See docs/rendezvous.md.
namespace pierdat::rendezvous {

constexpr char extension_name[] = "pd_rendezvous";
/// The number that peers use in messages to us. libtorrent's own extensions have smaller ones.
constexpr int extension_id = 22;
/// The length of each part of the metadata except the last one.
constexpr int part_length = 16 * 1024;
constexpr int max_metadata = 16 * 1024 * 1024;
/// How many torrents a peer may name.
constexpr int max_named = 8;
/// The length of the longest valid message, without a part.
constexpr int max_dictionary = 1024;

/// A torrent that a peer names.
struct Named {
    lt::info_hash_t hashes;
    /// The size of the metadata in bytes.
    int size = 0;
};

/// The v1 info-hash, or the v2 info-hash if there is no other. Names the torrent in messages.
std::string key_of(lt::info_hash_t const &hashes);

enum class Kind {
    ask = 0,
    names = 1,
    request = 2,
    part = 3,
    refuse = 4,
    /// From a later version of the protocol. Ignored.
    unknown,
};

struct Message {
    Kind kind = Kind::unknown;
    /// In `names`.
    std::vector<Named> named;
    /// In `request`, `part` and `refuse`: a torrent's key.
    std::string torrent;
    int part = 0;
    /// In `part`: the bytes of the metadata. A view of the parsed message.
    lt::span<char const> bytes;
};

/// Parses the payload of an extended message. nullopt if it is malformed.
std::optional<Message> parse(lt::span<char const> payload);

std::string encode_ask();
std::string encode_names(std::vector<Named> const &named);
std::string encode_request(std::string const &torrent, int part);
std::string encode_part(std::string const &torrent, int part, lt::span<char const> bytes);
std::string encode_refuse(std::string const &torrent, int part);

/// How many parts metadata of `size` bytes has.
constexpr int parts_of(int size) { return (size + part_length - 1) / part_length; }
/// The length of a part of metadata of `size` bytes.
constexpr int length_of(int part, int size) {
    int const rest = size - part * part_length;
    return rest < part_length ? rest : part_length;
}

/// True if `metadata` has these info-hashes.
bool matches(lt::span<char const> metadata, lt::info_hash_t const &hashes);

}  // namespace pierdat::rendezvous
