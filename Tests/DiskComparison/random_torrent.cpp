#include "random_torrent.hpp"

#include <algorithm>
#include <string>

#include <libtorrent/hasher.hpp>

namespace comparison {

namespace {

constexpr int block_size = lt::default_block_size;
char const some_root[33] = "0123456789abcdef0123456789abcdef";

}  // namespace

RandomTorrent::RandomTorrent(std::uint64_t seed) : random_(seed) {
    files_.set_piece_length(block_size << below(4));
    add_files(static_cast<Format>(below(3)));
    auto const length = std::int64_t{files_.piece_length()};
    files_.set_num_pieces(static_cast<int>((files_.total_size() + length - 1) / length));
    add_contents();
    if (below(2) == 0) return;
    for (auto const file : files_.file_range())
        priorities_.push_back(below(3) == 0 || files_.pad_file_at(file) ? lt::dont_download
                                                                       : lt::default_priority);
}

std::int64_t RandomTorrent::random_size(int piece_length) {
    switch (below(4)) {
        case 0: return below(200);
        case 1: return below(block_size * 2);
        case 2: return piece_length * (1 + below(3));
        default: return below(piece_length * 4);
    }
}

void RandomTorrent::add_files(Format format) {
    int const piece_length = files_.piece_length();
    int const count = 1 + below(9);
    for (int i = 0; i < count; ++i) {
        std::string const path = "root/" + std::string(below(2) ? "folder/" : "") + std::to_string(i);
        auto const flags = below(4) == 0 ? lt::file_storage::flag_executable : lt::file_flags_t{};
        std::int64_t const size = i == 0 ? random_size(piece_length) + 1 : random_size(piece_length);
        if (i > 0 && below(8) == 0) {
            // Relative to the torrent's own folder, as in BEP 47.
            auto const target = files_.file_path(lt::file_index_t(0)).substr(std::string("root/").size());
            files_.add_file(path, 0, lt::file_storage::flag_symlink, 0, target);
        } else {
            files_.add_file(path, size, flags, 0, "", format == Format::hybrid ? some_root : nullptr);
        }
        std::int64_t const over = files_.total_size() % piece_length;
        if (format != Format::v1_with_padding || over == 0 || i + 1 == count) continue;
        std::int64_t const pad = piece_length - over;
        files_.add_file("root/.pad/" + std::to_string(pad), pad, lt::file_storage::flag_pad_file);
    }
}

void RandomTorrent::add_contents() {
    contents_.resize(static_cast<std::size_t>(files_.total_size()));
    for (auto &byte : contents_) byte = static_cast<char>(random_());
    for (auto start = contents_.begin(); start < contents_.end();) {
        auto const end = start + std::min<std::ptrdiff_t>(block_size * (1 + below(4)), contents_.end() - start);
        if (below(3) == 0) std::fill(start, end, '\0');
        start = end;
    }
    for (auto const file : files_.file_range()) {
        if (!files_.pad_file_at(file)) continue;
        auto const start = contents_.begin() + files_.file_offset(file);
        std::fill(start, start + files_.file_size(file), '\0');
    }
}

std::vector<char> RandomTorrent::bytes(lt::piece_index_t piece, int offset, int length) const {
    auto const piece_start = static_cast<int>(piece) * std::int64_t{files_.piece_length()};
    auto const start = contents_.begin() + piece_start + offset;
    return {start, start + length};
}

std::vector<char> RandomTorrent::file(lt::file_index_t index) const {
    auto const start = contents_.begin() + files_.file_offset(index);
    return {start, start + files_.file_size(index)};
}

int RandomTorrent::block_count(lt::piece_index_t piece) const {
    return (files_.piece_size(piece) + block_size - 1) / block_size;
}

std::vector<char> RandomTorrent::block(lt::piece_index_t piece, int number) const {
    int const offset = number * block_size;
    return bytes(piece, offset, std::min(block_size, files_.piece_size(piece) - offset));
}

lt::sha1_hash RandomTorrent::v1_hash(lt::piece_index_t piece) const {
    return lt::hasher(bytes(piece, 0, files_.piece_size(piece))).final();
}

std::vector<lt::sha256_hash> RandomTorrent::v2_hashes(lt::piece_index_t piece) const {
    std::vector<lt::sha256_hash> hashes;
    if (!has_v2()) return hashes;
    int const size = files_.piece_size2(piece);
    for (int offset = 0; offset < size; offset += block_size)
        hashes.push_back(lt::hasher256(bytes(piece, offset, std::min(block_size, size - offset))).final());
    return hashes;
}

bool RandomTorrent::is_wanted(lt::piece_index_t piece) const {
    auto const slices = files_.map_block(piece, 0, files_.piece_size(piece));
    return std::any_of(slices.begin(), slices.end(), [&](lt::file_slice const &slice) {
        auto const file = slice.file_index;
        bool const unwanted = file < priorities_.end_index() && priorities_[file] == lt::dont_download;
        return !unwanted && !files_.pad_file_at(file);
    });
}

}  // namespace comparison
