#include <filesystem>
#include <string>
#include <vector>

#include <libtorrent/file_storage.hpp>

#include "DiskBackend/files/file_names.hpp"
#include "fuzzed_engine.h"
#include "promise.hpp"

namespace {

namespace fs = std::filesystem;

std::vector<std::string> lines_of(std::string const &text) {
    std::vector<std::string> lines;
    for (std::size_t start = 0; start <= text.size();) {
        auto const end = std::min(text.find('\n', start), text.size());
        lines.push_back(text.substr(start, end - start));
        start = end + 1;
    }
    return lines;
}

/// Whether a torrent can have a file with this path. libtorrent refuses all others earlier.
bool is_path(std::string const &path) {
    if (path.empty() || path.front() == '/' || path.back() == '/' || path.find('\0') != path.npos) return false;
    for (auto const &name : fs::path(path))
        if (name.empty() || name == "." || name == "..") return false;
    return path.find("//") == path.npos;
}

}  // namespace

char *fuzz_link_target(std::uint8_t const *input, std::size_t length) {
    auto const lines = lines_of({reinterpret_cast<char const *>(input), length});
    if (lines.size() < 2 || lines[1].empty() || lines[1].front() == '/') return nullptr;
    lt::file_storage files;
    files.set_piece_length(16384);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (i == 1) continue;
        if (!is_path(lines[i]) || lines[i].size() > 4000) return nullptr;
        if (i == 0) files.add_file("root/" + lines[0], 0, lt::file_storage::flag_symlink, 0, lines[1]);
        else files.add_file("root/" + lines[i], 1);
    }
    return fuzz::broken_promise([&] {
        lt::error_code error;
        pierdat::disk::FileNames const names(files);
        names.collision(error);
        error.clear();
        auto const target = names.link_target(lt::file_index_t(0), error);
        if (error) return;
        fuzz::require(!target.empty() && target.front() != '/', "a link leads to '" + target + "'");
        auto const place = (fs::path(lines[0]).parent_path() / target).lexically_normal();
        fuzz::require(place.empty() || *place.begin() != "..", "a link leads out of the folder: '" + target + "'");
    });
}
