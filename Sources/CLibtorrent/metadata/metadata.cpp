#include "pierdat_metadata.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <libtorrent/bdecode.hpp>
#include <libtorrent/bencode.hpp>
#include <libtorrent/load_torrent.hpp>
#include <libtorrent/socket_io.hpp>
#include <libtorrent/torrent_info.hpp>
#include <libtorrent/write_resume_data.hpp>

#include "CLibtorrent/error.hpp"
#include "CLibtorrent/session/endpoint.hpp"
#include "CLibtorrent/session/wanted.hpp"
#include "params.hpp"

namespace {

// Limits on the resources that a .torrent file can consume.
constexpr int max_torrent_bytes = 64 * 1024 * 1024;
constexpr int max_pieces = 0x200000;
constexpr int max_tokens = 8'000'000;
constexpr std::size_t max_saved_peers = 200;
constexpr int max_web_seeds = 1000;
constexpr std::ptrdiff_t max_digest_bytes = 256;

char *copied(std::string const &text) { return ::strndup(text.data(), text.size()); }

/// Parses "address:port" or "[address]:port". Returns false if it is malformed.
bool parse_endpoint(lt::string_view text, lt::tcp::endpoint &endpoint) {
    auto const colon = text.rfind(':');
    if (colon == lt::string_view::npos || colon == 0) return false;
    std::string address(text.substr(0, colon));
    if (address.front() == '[' && address.back() == ']') address = address.substr(1, address.size() - 2);
    int const port = std::atoi(std::string(text.substr(colon + 1)).c_str());
    lt::error_code error;
    auto const parsed = lt::make_address(address, error);
    if (error || port < 1 || port > 65535) return false;
    endpoint = {parsed, static_cast<std::uint16_t>(port)};
    return true;
}

bool is_selection(lt::add_torrent_params const &params) {
    for (std::size_t i = 0; i < params.file_priorities.size(); ++i) {
        bool const is_padding = params.ti && params.ti->files().pad_file_at(lt::file_index_t(static_cast<int>(i)));
        if (params.file_priorities[i] == lt::dont_download && !is_padding) return true;
    }
    return false;
}

/// True if `text` is a valid name of a file or folder.
bool is_file_name(std::string const &text) {
    return !text.empty() && text != "." && text != ".."
           && std::none_of(text.begin(), text.end(), [](char c) { return c == '/' || c == '\0'; });
}

/// Uses `root` in place of the torrent's own name on disk.
void rename_root(std::string const &root, lt::add_torrent_params &params) {
    auto const &files = params.ti->files();
    for (auto const file : files.file_range()) {
        std::string const path = files.file_path(file);
        auto const slash = path.find('/');
        params.renamed_files[file] = slash == std::string::npos ? root : root + path.substr(slash);
    }
}

std::size_t bytes_of_bits(int bits) { return static_cast<std::size_t>((bits + 7) / 8); }

/// Reads a URL or a list of URLs as written in the file. libtorrent would encode them, including
/// surrounding blanks.
void read_urls(lt::bdecode_node const &torrent, char const *key, std::vector<std::string> &into) {
    auto const node = torrent.dict_find(key);
    std::vector<std::string> urls;
    auto const add = [&](lt::bdecode_node const &item) {
        if (item.type() != lt::bdecode_node::string_t || item.string_length() == 0) return;
        std::string url(item.string_value());
        if (std::find(urls.begin(), urls.end(), url) == urls.end()) urls.push_back(std::move(url));
    };
    if (node && node.type() == lt::bdecode_node::list_t) {
        auto const count = std::min(node.list_size(), max_web_seeds);
        for (int i = 0; i < count; ++i) add(node.list_at(i));
    } else if (node) {
        add(node);
    }
    into = std::move(urls);
}

/// Reads the dictionary "pierdat".
void read_extras(lt::bdecode_node const &torrent, pierdat_params &into) {
    auto const extras = torrent.dict_find_dict("pierdat");
    if (!extras) return;
    auto &params = into.value;
    std::string const root(extras.dict_find_string_value("root"));
    if (params.ti && is_file_name(root)) {
        into.root = root;
        rename_root(root, params);
    }
    if (auto const digest = extras.dict_find_string("digest"))
        if (digest.string_length() <= max_digest_bytes) into.digest = std::string(digest.string_value());
    if (auto const peers = extras.dict_find_list("peers")) {
        for (int i = 0; i < peers.list_size() && params.peers.size() < max_saved_peers; ++i) {
            lt::tcp::endpoint endpoint;
            if (parse_endpoint(peers.list_string_value_at(i), endpoint)) params.peers.push_back(endpoint);
        }
    }
    if (auto const priorities = extras.dict_find_string("selection")) {
        auto const text = priorities.string_value();
        if (params.ti && static_cast<int>(text.size()) == params.ti->num_files()) {
            for (char const c : text)
                params.file_priorities.push_back(c == '0' ? lt::dont_download : lt::default_priority);
        }
    }
    auto const pieces = extras.dict_find_string("pieces");
    if (pieces && is_selection(params) && pieces.string_value().size() == bytes_of_bits(params.ti->num_pieces()))
        params.have_pieces.assign(pieces.string_value().data(), params.ti->num_pieces());
}

void write_extras(pierdat_params const &from, lt::entry &torrent) {
    lt::entry::dictionary_type extras;
    auto const &params = from.value;
    if (!from.root.empty()) extras["root"] = from.root;
    if (!from.digest.empty()) extras["digest"] = from.digest;
    if (!params.peers.empty()) {
        lt::entry::list_type peers;
        auto const count = std::min(params.peers.size(), max_saved_peers);
        for (std::size_t i = 0; i < count; ++i) peers.emplace_back(pierdat::text_of(params.peers[i]));
        extras["peers"] = std::move(peers);
    }
    if (is_selection(params)) {
        std::string text(static_cast<std::size_t>(params.ti->num_files()), '1');
        for (std::size_t i = 0; i < text.size() && i < params.file_priorities.size(); ++i)
            if (params.file_priorities[i] == lt::dont_download) text[i] = '0';
        extras["selection"] = std::move(text);
        if (params.have_pieces.size() == params.ti->num_pieces())
            extras["pieces"] = std::string(params.have_pieces.data(), bytes_of_bits(params.have_pieces.size()));
    }
    if (!extras.empty()) torrent["pierdat"] = std::move(extras);
}

/// Numbers the tracker tiers without gaps. libtorrent would write an empty tier for each gap (BEP
/// 12).
void close_gaps(std::vector<int> &tiers) {
    std::set<int> const used(tiers.begin(), tiers.end());
    for (int &tier : tiers) tier = static_cast<int>(std::distance(used.begin(), used.find(tier)));
}

/// Adds the piece layers (BEP 52) that were downloaded in a session. Repairs those of files with the same content:
/// libtorrent 2.0.11 writes the same layer once for each of them, and then refuses to read it.
void write_piece_layers(lt::add_torrent_params const &params, lt::entry &torrent) {
    if (!params.ti || !params.ti->v2()) return;
    auto const &files = params.ti->files();
    for (auto const file : files.file_range()) {
        if (files.pad_file_at(file) || files.file_size(file) <= params.ti->piece_length()) continue;
        auto const layer = params.ti->piece_layer(file);
        auto const root = files.root(file).to_string();
        if (!layer.empty()) torrent["piece layers"][root] = std::string(layer.data(), layer.size());
        auto *const layers = torrent.find_key("piece layers");
        auto *const written = layers != nullptr ? layers->find_key(root) : nullptr;
        auto const length = static_cast<std::size_t>(files.file_num_pieces(file)) * lt::sha256_hash::size();
        if (written != nullptr && written->string().size() > length) written->string().resize(length);
    }
}

}  // namespace

void pierdat_bytes_free(pierdat_bytes bytes) { std::free(bytes.data); }

pierdat_params *pierdat_params_from_hashes(uint8_t const *v1, uint8_t const *v2, char const *name,
                                           pierdat_error *error) {
    return pierdat::guarded<pierdat_params *>(error, nullptr, [&] {
        auto params = std::make_unique<pierdat_params>();
        auto &hashes = params->value.info_hashes;
        if (v1 != nullptr) hashes.v1.assign(reinterpret_cast<char const *>(v1));
        if (v2 != nullptr) hashes.v2.assign(reinterpret_cast<char const *>(v2));
        params->value.name = name;
        return params.release();
    });
}

pierdat_params *pierdat_params_from_torrent(void const *bytes, size_t length, pierdat_error *error) {
    return pierdat::guarded<pierdat_params *>(error, nullptr, [&]() -> pierdat_params * {
        if (length > static_cast<size_t>(max_torrent_bytes)) {
            pierdat::fill(error, -1, "the torrent is larger than 64 MiB");
            return nullptr;
        }
        lt::span<char const> const buffer{static_cast<char const *>(bytes), static_cast<std::ptrdiff_t>(length)};
        lt::load_torrent_limits limits;
        limits.max_buffer_size = max_torrent_bytes;
        limits.max_pieces = max_pieces;
        limits.max_decode_tokens = max_tokens;
        auto params = std::make_unique<pierdat_params>(pierdat_params{lt::load_torrent_buffer(buffer, limits), {}, {}});
        lt::error_code malformed;
        auto const torrent = lt::bdecode(buffer, malformed, nullptr, 100, max_tokens);
        read_urls(torrent, "url-list", params->value.url_seeds);
        read_urls(torrent, "httpseeds", params->value.http_seeds);
        read_extras(torrent, *params);
        return params.release();
    });
}

void pierdat_params_free(pierdat_params *params) { delete params; }

pierdat_bytes pierdat_params_write(pierdat_params const *params, pierdat_error *error) {
    return pierdat::guarded<pierdat_bytes>(error, {nullptr, 0}, [&]() -> pierdat_bytes {
        // The layers of unwanted files may be unknown.
        auto written = params->value;
        close_gaps(written.tracker_tiers);
        lt::entry torrent = lt::write_torrent_file(written, lt::write_flags::allow_missing_piece_layer);
        write_piece_layers(params->value, torrent);
        write_extras(*params, torrent);
        std::string encoded;
        lt::bencode(std::back_inserter(encoded), torrent);
        auto *const data = static_cast<uint8_t *>(std::malloc(encoded.size()));
        if (data == nullptr) throw std::bad_alloc();
        std::memcpy(data, encoded.data(), encoded.size());
        return {data, encoded.size()};
    });
}

pierdat_identity pierdat_params_identity(pierdat_params const *params) try {
    auto const &value = params->value;
    pierdat_identity identity{};
    auto const hashes = value.ti ? value.ti->info_hashes() : value.info_hashes;
    identity.name = copied(value.ti ? value.ti->name() : value.name);
    identity.has_v1 = hashes.has_v1();
    identity.has_v2 = hashes.has_v2();
    std::memcpy(identity.v1, hashes.v1.data(), sizeof identity.v1);
    std::memcpy(identity.v2, hashes.v2.data(), sizeof identity.v2);
    identity.has_metadata = value.ti && value.ti->is_valid();
    if (identity.has_metadata) {
        identity.is_private = value.ti->priv();
        auto const &files = value.ti->files();
        for (auto const file : files.file_range()) {
            if (files.pad_file_at(file)) continue;
            ++identity.file_count;
            identity.size += files.file_size(file);
        }
    }
    identity.is_selection = is_selection(value);
    identity.knows_pieces = !value.have_pieces.empty();
    return identity;
} catch (...) {
    pierdat::end_process();
}

void pierdat_params_files(pierdat_params const *params, void *context,
                          void (*each)(void *, char const *, int64_t, bool, bool)) try {
    auto const &value = params->value;
    if (!value.ti || !value.ti->is_valid()) return;
    auto const &files = value.ti->files();
    for (auto const file : files.file_range()) {
        each(context, files.file_path(file).c_str(), files.file_size(file), files.pad_file_at(file),
             pierdat::is_wanted(value, file));
    }
} catch (...) {
    pierdat::end_process();
}

void pierdat_params_select(pierdat_params *params, bool const *wanted, size_t count) try {
    auto &value = params->value;
    value.file_priorities.assign(count, lt::dont_download);
    for (size_t i = 0; i < count; ++i)
        if (wanted[i]) value.file_priorities[i] = lt::default_priority;
    value.flags |= lt::torrent_flags::default_dont_download;
} catch (...) {
    pierdat::end_process();
}

void pierdat_identity_free(pierdat_identity identity) { std::free(identity.name); }

void pierdat_params_trackers(pierdat_params const *params, void *context, void (*each)(void *, char const *)) try {
    for (auto const &url : params->value.trackers) each(context, url.c_str());
} catch (...) {
    pierdat::end_process();
}

void pierdat_params_peers(pierdat_params const *params, void *context,
                          void (*each)(void *, char const *, uint16_t)) try {
    for (auto const &peer : params->value.peers) each(context, peer.address().to_string().c_str(), peer.port());
} catch (...) {
    pierdat::end_process();
}

void pierdat_params_web_seeds(pierdat_params const *params, void *context, void (*each)(void *, char const *)) try {
    std::set<std::string> known;
    auto const tell = [&](std::string const &url) {
        if (known.insert(url).second) each(context, url.c_str());
    };
    for (auto const &url : params->value.url_seeds) tell(url);
    if (params->value.ti)
        for (auto const &seed : params->value.ti->web_seeds()) tell(seed.url);
} catch (...) {
    pierdat::end_process();
}

void pierdat_params_parse_urls(pierdat_params *params, void *context,
                               char *(*parse)(void *, char const *, size_t, bool)) try {
    auto const parsed = [&](std::string const &url, bool is_tracker) {
        std::unique_ptr<char, decltype(&std::free)> const text(parse(context, url.data(), url.size(), is_tracker),
                                                               &std::free);
        return std::string(text ? text.get() : "");
    };
    auto &value = params->value;
    auto const trackers = std::exchange(value.trackers, {});
    auto const tiers = std::exchange(value.tracker_tiers, {});
    for (std::size_t i = 0; i < trackers.size(); ++i) {
        std::string url = parsed(trackers[i], true);
        if (url.empty()) continue;
        value.trackers.push_back(std::move(url));
        value.tracker_tiers.push_back(i < tiers.size() ? tiers[i] : 0);
    }
    for (auto *seeds : {&value.url_seeds, &value.http_seeds}) {
        for (auto &url : *seeds) url = parsed(url, false);
        seeds->erase(std::remove(seeds->begin(), seeds->end(), std::string()), seeds->end());
    }
} catch (...) {
    pierdat::end_process();
}

void pierdat_params_set_digest(pierdat_params *params, char const *digest) try {
    params->digest = digest;
} catch (...) {
    pierdat::end_process();
}

char *pierdat_params_digest(pierdat_params const *params) try {
    return params->digest.empty() ? nullptr : copied(params->digest);
} catch (...) {
    pierdat::end_process();
}

void pierdat_params_add_tracker(pierdat_params *params, char const *url, int tier) try {
    auto &trackers = params->value.trackers;
    if (std::find(trackers.begin(), trackers.end(), url) != trackers.end()) return;
    params->value.tracker_tiers.resize(trackers.size(), 0);
    trackers.emplace_back(url);
    params->value.tracker_tiers.push_back(tier);
} catch (...) {
    pierdat::end_process();
}

void pierdat_params_add_web_seed(pierdat_params *params, char const *url) try {
    params->value.url_seeds.emplace_back(url);
} catch (...) {
    pierdat::end_process();
}

void pierdat_params_add_peer(pierdat_params *params, char const *address, uint16_t port) try {
    lt::error_code error;
    auto const parsed = lt::make_address(address, error);
    if (!error) params->value.peers.emplace_back(parsed, port);
} catch (...) {
    pierdat::end_process();
}

void pierdat_params_add_node(pierdat_params *params, char const *host, uint16_t port) try {
    params->value.dht_nodes.emplace_back(host, port);
} catch (...) {
    pierdat::end_process();
}

pierdat_params *pierdat_params_with_metadata(pierdat_params const *params, pierdat_params const *other,
                                             pierdat_error *error) {
    return pierdat::guarded<pierdat_params *>(error, nullptr, [&]() -> pierdat_params * {
        auto const &metadata = other->value.ti;
        auto const &wanted = params->value.info_hashes;
        bool const same = metadata
                          && ((wanted.has_v1() && metadata->info_hashes().v1 == wanted.v1)
                              || (wanted.has_v2() && metadata->info_hashes().v2 == wanted.v2));
        if (!same) {
            pierdat::fill(error, -1, "it is a torrent with another info-hash");
            return nullptr;
        }
        auto merged = std::make_unique<pierdat_params>(*params);
        merged->value.ti = std::make_shared<lt::torrent_info>(*metadata);
        merged->value.info_hashes = metadata->info_hashes();
        merged->value.merkle_trees = other->value.merkle_trees;
        merged->value.merkle_tree_mask = other->value.merkle_tree_mask;
        merged->value.verified_leaf_hashes = other->value.verified_leaf_hashes;
        return merged.release();
    });
}
