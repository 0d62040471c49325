#include "messages.hpp"

#include <iterator>

#include <libtorrent/bdecode.hpp>
#include <libtorrent/bencode.hpp>
#include <libtorrent/entry.hpp>
#include <libtorrent/hasher.hpp>

namespace pierdat::rendezvous {

namespace {

constexpr int max_depth = 5;
constexpr int max_tokens = 200;
constexpr int v1_length = 20;
constexpr int v2_length = 32;

/// False if there is a hash of another length.
template <typename Hash>
bool read_hash(lt::bdecode_node const &torrent, char const *key, Hash &hash) {
    auto const node = torrent.dict_find(key);
    if (!node) return true;
    if (node.type() != lt::bdecode_node::string_t || node.string_length() != static_cast<int>(Hash::size())) return false;
    hash.assign(node.string_ptr());
    return true;
}

std::optional<Named> named_in(lt::bdecode_node const &torrent) {
    if (torrent.type() != lt::bdecode_node::dict_t) return std::nullopt;
    Named named;
    if (!read_hash(torrent, "v1", named.hashes.v1) || !read_hash(torrent, "v2", named.hashes.v2)) return std::nullopt;
    auto const size = torrent.dict_find_int_value("size", 0);
    bool const is_usable = (named.hashes.has_v1() || named.hashes.has_v2()) && size > 0 && size <= max_metadata;
    if (!is_usable) return std::nullopt;
    named.size = static_cast<int>(size);
    return named;
}

bool read_names(lt::bdecode_node const &dictionary, Message &into) {
    auto const torrents = dictionary.dict_find_list("torrents");
    if (!torrents || torrents.list_size() > max_named) return false;
    for (int i = 0; i < torrents.list_size(); ++i) {
        auto const named = named_in(torrents.list_at(i));
        if (!named) return false;
        into.named.push_back(*named);
    }
    return true;
}

/// Reads the torrent and the number of the part.
bool read_place(lt::bdecode_node const &dictionary, Message &into) {
    auto const torrent = dictionary.dict_find_string("torrent");
    if (!torrent || (torrent.string_length() != v1_length && torrent.string_length() != v2_length)) return false;
    auto const part = dictionary.dict_find_int("part");
    if (!part || part.int_value() < 0 || part.int_value() >= parts_of(max_metadata)) return false;
    into.torrent = std::string(torrent.string_value());
    into.part = static_cast<int>(part.int_value());
    return true;
}

/// Reads what follows the dictionary of a part.
bool read_bytes(lt::span<char const> bytes, Message &into) {
    into.bytes = bytes;
    return !bytes.empty() && bytes.size() <= part_length;
}

std::string encoded(lt::entry const &dictionary) {
    std::string text;
    lt::bencode(std::back_inserter(text), dictionary);
    return text;
}

lt::entry message(Kind kind) {
    lt::entry dictionary;
    dictionary["type"] = static_cast<int>(kind);
    return dictionary;
}

lt::entry message(Kind kind, std::string const &torrent, int part) {
    auto dictionary = message(kind);
    dictionary["torrent"] = torrent;
    dictionary["part"] = part;
    return dictionary;
}

}  // namespace

std::string key_of(lt::info_hash_t const &hashes) {
    return hashes.has_v1() ? hashes.v1.to_string() : hashes.v2.to_string();
}

std::optional<Message> parse(lt::span<char const> payload) {
    if (payload.size() > max_dictionary + part_length) return std::nullopt;
    lt::error_code error;
    auto const dictionary = lt::bdecode(payload, error, nullptr, max_depth, max_tokens);
    if (error || dictionary.type() != lt::bdecode_node::dict_t) return std::nullopt;
    auto const type = dictionary.dict_find_int("type");
    if (!type) return std::nullopt;
    auto const length = dictionary.data_section().size();
    if (length > max_dictionary) return std::nullopt;
    Message message;
    bool const is_known = type.int_value() >= 0 && type.int_value() < static_cast<int>(Kind::unknown);
    if (!is_known) return message;
    message.kind = static_cast<Kind>(type.int_value());
    bool is_valid = true;
    if (message.kind == Kind::names) is_valid = read_names(dictionary, message);
    if (message.kind >= Kind::request) is_valid = read_place(dictionary, message);
    if (message.kind == Kind::part) is_valid = is_valid && read_bytes(payload.subspan(length), message);
    return is_valid ? std::optional(message) : std::nullopt;
}

std::string encode_ask() { return encoded(message(Kind::ask)); }

std::string encode_names(std::vector<Named> const &named) {
    auto dictionary = message(Kind::names);
    lt::entry::list_type torrents;
    for (auto const &torrent : named) {
        lt::entry item;
        item["size"] = torrent.size;
        if (torrent.hashes.has_v1()) item["v1"] = torrent.hashes.v1.to_string();
        if (torrent.hashes.has_v2()) item["v2"] = torrent.hashes.v2.to_string();
        torrents.push_back(std::move(item));
    }
    dictionary["torrents"] = std::move(torrents);
    return encoded(dictionary);
}

std::string encode_request(std::string const &torrent, int part) {
    return encoded(message(Kind::request, torrent, part));
}

std::string encode_part(std::string const &torrent, int part, lt::span<char const> bytes) {
    return encoded(message(Kind::part, torrent, part)).append(bytes.data(), static_cast<std::size_t>(bytes.size()));
}

std::string encode_refuse(std::string const &torrent, int part) {
    return encoded(message(Kind::refuse, torrent, part));
}

bool matches(lt::span<char const> metadata, lt::info_hash_t const &hashes) {
    if (hashes.has_v1() && lt::hasher(metadata).final() != hashes.v1) return false;
    return !hashes.has_v2() || lt::hasher256(metadata).final() == hashes.v2;
}

}  // namespace pierdat::rendezvous
