#include "file_names.hpp"

#include <algorithm>
#include <filesystem>
#include <string_view>

#include "obstacle.hpp"

namespace pierdat::disk {

namespace {

namespace fs = std::filesystem;

bool is_link(lt::file_storage const &files, lt::file_index_t file) {
    return static_cast<bool>(files.file_flags(file) & lt::file_storage::flag_symlink);
}

/// Normalizes `path`: no ".", ".." or trailing slash. nullopt if it leads above its start.
std::optional<fs::path> normal(fs::path const &path) {
    auto normal = path.lexically_normal();
    if (!normal.has_filename()) normal = normal.parent_path();
    if (normal.is_absolute() || (normal.begin() != normal.end() && *normal.begin() == "..")) return std::nullopt;
    return normal == "." ? fs::path() : normal;
}

/// A link's target as written in the torrent. libtorrent prefixes it with the torrent's name.
std::string raw_target(lt::file_storage const &files, lt::file_index_t link) {
    std::string const target = files.symlink(link);
    auto const start = files.name().size() + 1;
    return target.size() > start ? target.substr(start) : std::string();
}

/// The path relative to the torrent's own folder.
std::string without_first(std::string const &path) {
    auto const slash = path.find('/');
    return slash == path.npos ? std::string() : path.substr(slash + 1);
}

/// The path of `target` relative to `folder`. Both are normalized. An empty path is the torrent's
/// folder.
std::string text_of_link(fs::path const &target, fs::path const &folder) {
    auto from = folder.begin();
    auto to = target.begin();
    while (from != folder.end() && to != target.end() && *from == *to) ++from, ++to;
    fs::path path;
    for (; from != folder.end(); ++from) path /= "..";
    for (; to != target.end(); ++to) path /= *to;
    return path.empty() ? "." : path.string();
}

}  // namespace

FileNames::FileNames(lt::file_storage const &files) : files_(files) {}

std::optional<lt::file_index_t> FileNames::collision(lt::error_code &error) const {
    struct Entry {
        std::string path;
        lt::file_index_t file;
    };
    std::vector<Entry> entries;
    entries.reserve(static_cast<std::size_t>(files_.num_files()));
    for (auto const file : files_.file_range())
        if (!files_.pad_file_at(file)) entries.push_back({files_.file_path(file), file});
    std::unordered_set<std::string_view> paths;
    paths.reserve(entries.size());
    for (auto const &entry : entries) {
        if (paths.insert(entry.path).second) continue;
        error = error_code_of(Obstacle::same_path);
        return entry.file;
    }
    std::unordered_set<std::string_view> folders;
    for (auto const &entry : entries) {
        std::string_view folder = entry.path;
        for (auto slash = folder.rfind('/'); slash != folder.npos; slash = folder.rfind('/')) {
            folder = folder.substr(0, slash);
            if (!folders.insert(folder).second) break;
            if (paths.count(folder) == 0) continue;
            auto const is_it = [&](Entry const &other) { return other.path == folder; };
            error = error_code_of(Obstacle::file_is_folder);
            return std::find_if(entries.begin(), entries.end(), is_it)->file;
        }
    }
    return std::nullopt;
}

std::string FileNames::link_target(lt::file_index_t link, lt::error_code &error) const {
    fs::path const own = without_first(files_.file_path(link));
    std::string const raw = raw_target(files_, link);
    auto const from_root = normal(raw);
    auto const from_link = normal(own.parent_path() / raw);
    bool const is_from_link = !from_root || (from_link && !exists(*from_root) && exists(*from_link));
    auto const &target = is_from_link ? from_link : from_root;
    if (!target) error = error_code_of(Obstacle::link_leads_out);
    else if (*target == own) error = error_code_of(Obstacle::link_to_itself);
    if (error) return {};
    return text_of_link(*target, own.parent_path());
}

/// True if the torrent contains this path. Also true below one of its links, where we cannot know.
bool FileNames::exists(std::string const &path) const {
    remember_paths();
    if (paths_.count(path) != 0) return true;
    for (auto slash = path.rfind('/'); slash != path.npos && slash > 0; slash = path.rfind('/', slash - 1))
        if (links_.count(path.substr(0, slash)) != 0) return true;
    return false;
}

void FileNames::remember_paths() const {
    if (!paths_.empty()) return;
    for (auto const file : files_.file_range()) {
        if (files_.pad_file_at(file)) continue;
        auto below = without_first(files_.file_path(file));
        if (is_link(files_, file)) links_.insert(below);
        while (!below.empty() && paths_.insert(below).second) {
            auto const slash = below.rfind('/');
            below.resize(slash == below.npos ? 0 : slash);
        }
    }
}

}  // namespace pierdat::disk
