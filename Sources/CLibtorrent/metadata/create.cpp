#include "pierdat_create.h"

#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <unordered_set>
#include <vector>

#include <libtorrent/bencode.hpp>
#include <libtorrent/create_torrent.hpp>
#include <libtorrent/file_storage.hpp>
#include <libtorrent/load_torrent.hpp>
#include <libtorrent/settings_pack.hpp>

#include "CLibtorrent/error.hpp"
#include "CLibtorrent/shortage.hpp"
#include "DiskBackend/io/disk_io.hpp"
#include "arriving_data.hpp"
#include "params.hpp"

namespace {

/// A single thread is enough, only slower.
constexpr int threads_of_hashing = 1;

void describe(lt::create_torrent &torrent, pierdat_blueprint const &blueprint) {
    if (blueprint.names_creator) torrent.set_creator("Pierdat");
    torrent.set_creation_date(blueprint.creation_date);
    torrent.set_priv(blueprint.is_private);
    if (blueprint.comment != nullptr) torrent.set_comment(blueprint.comment);
    for (size_t i = 0; i < blueprint.tracker_count; ++i)
        torrent.add_tracker(blueprint.trackers[i], static_cast<int>(i));
    for (size_t i = 0; i < blueprint.web_seed_count; ++i) torrent.add_url_seed(blueprint.web_seeds[i]);
}

lt::file_storage files_of(pierdat_blueprint const &blueprint) {
    lt::file_storage files;
    for (size_t i = 0; i < blueprint.source_count; ++i) {
        auto const &source = blueprint.sources[i];
        lt::file_flags_t flags{};
        if (source.is_executable) flags |= lt::file_storage::flag_executable;
        if (source.link != nullptr) flags |= lt::file_storage::flag_symlink;
        files.add_file(source.path, source.size, flags, 0, source.link == nullptr ? "" : source.link);
    }
    return files;
}

/// The path with its root renamed to the torrent's name.
std::string published_path(pierdat_blueprint const &blueprint, std::string const &path) {
    auto const slash = path.find('/');
    return blueprint.name + (slash == path.npos ? "" : path.substr(slash));
}

void rename_root(lt::entry &info, std::string const &root, std::string const &name) {
    info["name"] = name;
    // A torrent with one file also has the name in the v2 file tree (BEP 52).
    auto const tree = info.find_key("file tree");
    bool const is_single = info.find_key("length") != nullptr;
    if (tree == nullptr || !is_single || name == root) return;
    lt::entry file = (*tree)[root];
    tree->dict().clear();
    (*tree)[name] = std::move(file);
}

/// A program that loads the torrent must find every file under its own name.
void require_names(lt::file_storage const &files, pierdat_blueprint const &blueprint) {
    std::unordered_set<std::string> paths;
    for (auto const file : files.file_range())
        if (!files.pad_file_at(file)) paths.insert(files.file_path(file));
    for (size_t i = 0; i < blueprint.source_count; ++i) {
        std::string const path = blueprint.sources[i].path;
        if (paths.count(published_path(blueprint, path)) == 0)
            throw std::runtime_error("a torrent cannot contain '" + path + "' under this name");
    }
}

lt::settings_pack hashing_settings(int threads) {
    lt::settings_pack settings;
    // libtorrent requests four pieces per thread. Twice as many as each core can hash in parallel are
    // requested, so the next are queued when those are done. The disk backend starts fewer threads.
    auto const at_once = static_cast<int>(pierdat::disk::most_pieces_hashed_at_once());
    settings.set_int(lt::settings_pack::hashing_threads, 2 * threads * at_once / 4);
    return settings;
}

lt::disk_io_constructor_type disk_io_for(pierdat_blueprint const &blueprint, std::int64_t size, void *context) {
    if (blueprint.wait == nullptr) return pierdat::disk::make_disk_io;
    return pierdat::disk_io_for_arriving_data(
        size, blueprint.piece_length, [=, wait = blueprint.wait](std::int64_t end) { return wait(context, end); });
}

}  // namespace

pierdat_params *pierdat_create(pierdat_blueprint const *blueprint, void *context,
                               void (*progress)(void *, int64_t, int64_t), pierdat_error *error) {
    return pierdat::guarded<pierdat_params *>(error, nullptr, [&] {
        pierdat::explain_termination();
        pierdat::require_threads(threads_of_hashing);
        std::string const path = blueprint->path;
        auto const slash = path.rfind('/');
        std::string const folder = path.substr(0, slash == 0 ? 1 : slash);
        std::string const root = path.substr(slash + 1);

        lt::create_flags_t flags = lt::create_torrent::symlinks;
        if (blueprint->is_v1_only) flags |= lt::create_torrent::v1_only;
        lt::file_storage files = files_of(*blueprint);
        lt::create_torrent torrent(files, blueprint->piece_length, flags);
        describe(torrent, *blueprint);
        int64_t const total = torrent.num_pieces();
        int64_t hashed = 0;
        lt::error_code failed;
        lt::set_piece_hashes(
            torrent, folder, hashing_settings(blueprint->threads),
            disk_io_for(*blueprint, torrent.files().total_size(), context),
            [&](lt::piece_index_t) { progress(context, ++hashed, total); }, failed);
        if (failed) throw lt::system_error(failed);

        lt::entry encoded = torrent.generate();
        rename_root(encoded["info"], root, blueprint->name);
        std::vector<char> bytes;
        lt::bencode(std::back_inserter(bytes), encoded);
        auto params = std::make_unique<pierdat_params>(pierdat_params{lt::load_torrent_buffer(bytes), {}});
        require_names(params->value.ti->files(), *blueprint);
        bool const keeps_root = blueprint->wait == nullptr;
        if (keeps_root && root != blueprint->name) params->root = root;
        return params.release();
    });
}
