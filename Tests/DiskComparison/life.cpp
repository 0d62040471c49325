// The life of a torrent on disk, with random choices that the seed decides.
#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>

#include <libtorrent/add_torrent_params.hpp>

#include "random_torrent.hpp"

namespace comparison {

namespace {

constexpr int block_size = lt::default_block_size;

[[noreturn]] void fail(std::string const &what) { throw std::runtime_error(what); }

void require(bool holds, std::string const &what) {
    if (!holds) fail(what);
}

std::string text_of(lt::storage_error const &error) {
    std::ostringstream text;
    text << error.ec.message() << " (file " << static_cast<int>(error.file()) << ")";
    return text.str();
}

void require_success(lt::storage_error const &error, std::string const &what) {
    require(!error, what + ": " + text_of(error));
}

std::string name_of(lt::piece_index_t piece, int offset) {
    return "piece " + std::to_string(static_cast<int>(piece)) + " at " + std::to_string(offset);
}

using BlockNumber = std::pair<lt::piece_index_t, int>;

class Life {
public:
    Life(std::uint64_t seed, disk_back_end kind, std::string const &folder)
        : kind_(kind), torrent_(seed), folder_(folder),
          disk_(kind, torrent_.files(), folder, torrent_.priorities()) {}

    void live() {
        begin();
        arrive();
        hash_all(disk_);
        serve_all(disk_);
        if (torrent_.below(2) == 0) stop_and_check_again();
        if (kind_ == DISK_BACK_END_PIERDAT) change();
        disk_.release_files();
        compare_files();
    }

    /// Checks and reads the files with another back end.
    void be_found_by(disk_back_end kind) {
        // libtorrent's "posix" back end ignores file priorities until they change.
        if (kind == DISK_BACK_END_POSIX && !priorities_.empty()) kind = DISK_BACK_END_MMAP;
        if (renamed_) return;
        BackEnd other(kind, torrent_.files(), folder_, priorities_);
        lt::storage_error error;
        auto const status = other.check(nullptr, error);
        require_success(error, "check by another back end");
        require(status == (has_data() ? lt::status_t::need_full_check : lt::status_t::no_error),
                "another back end finds something else: " + std::to_string(static_cast<int>(status)));
        hash_all(other);
        serve_all(other);
    }

    void end() {
        lt::storage_error error;
        disk_.delete_files(error);
        require_success(error, "delete");
        if (!std::filesystem::exists(folder_)) return;
        for (auto const &entry : std::filesystem::recursive_directory_iterator(folder_))
            require(entry.is_directory() && !entry.is_symlink(), "left behind: " + entry.path().string());
    }

private:
    void begin() {
        lt::storage_error error;
        auto const status = disk_.check(nullptr, error);
        require_success(error, "first check");
        require(status == lt::status_t::no_error, "an empty folder has data");
        priorities_ = torrent_.priorities();
        for (auto const piece : torrent_.files().piece_range()) {
            if (!torrent_.is_wanted(piece)) continue;
            for (int block = 0; block < torrent_.block_count(piece); ++block) blocks_.push_back({piece, block});
        }
    }

    /// Operations that not all of libtorrent's own back ends do correctly.
    void change() {
        if (!torrent_.priorities().empty() && torrent_.below(2) == 0) want_all();
        if (torrent_.below(3) == 0) rename_one();
        if (torrent_.below(3) == 0) move();
    }

    /// Writes all wanted pieces, block by block.
    void arrive() {
        // In order, completely at random, or at random within a window.
        int const disorder = torrent_.below(3);
        auto const begin = blocks_.begin();
        if (disorder > 0) {
            auto const window = disorder == 1 ? std::size_t{8} : blocks_.size();
            for (std::size_t i = 0; i < blocks_.size(); i += window)
                std::shuffle(begin + static_cast<std::ptrdiff_t>(i),
                             begin + static_cast<std::ptrdiff_t>(std::min(i + window, blocks_.size())),
                             torrent_.random());
        }
        for (auto const &block : blocks_) {
            if (torrent_.below(10) == 0) write_wrong(block);
            write(block, torrent_.block(block.first, block.second));
            arrived_.insert(block);
            if (torrent_.below(4) == 0) read_somewhere();
            if (torrent_.below(8) == 0) hash_block(block);
            if (torrent_.below(16) == 0) disk_.wait_for_writes();
            if (torrent_.below(40) == 0) disk_.release_files();
            if (is_complete(block.first)) hash(disk_, block.first);
        }
        disk_.wait_for_writes();
    }

    void write(BlockNumber const &block, std::vector<char> const &data) {
        int const offset = block.second * block_size;
        disk_.start_write(block.first, offset, data, [=](lt::storage_error const &error) {
            require_success(error, "write of " + name_of(block.first, offset));
        });
    }

    /// Writes wrong bytes; the right ones follow. Clears the piece in between in half of the cases.
    void write_wrong(BlockNumber const &block) {
        auto data = torrent_.block(block.first, block.second);
        for (auto &byte : data) byte = static_cast<char>(byte ^ 0x55);
        write(block, data);
        // libtorrent's own back ends do not keep the order of writes.
        if (kind_ != DISK_BACK_END_PIERDAT) disk_.wait_for_writes();
        if (torrent_.below(2) == 0) disk_.clear_piece(block.first);
    }

    bool is_complete(lt::piece_index_t piece) const {
        for (int block = 0; block < torrent_.block_count(piece); ++block)
            if (arrived_.count({piece, block}) == 0) return false;
        return true;
    }

    /// Reads from a random block, and beyond its end if the next block has arrived too.
    void read_somewhere() {
        auto const index = torrent_.below(static_cast<int>(arrived_.size()));
        auto const [piece, block] = *std::next(arrived_.begin(), index);
        int const start = block * block_size;
        int const size = torrent_.files().piece_size(piece);
        int const end = std::min(size, start + block_size * (arrived_.count({piece, block + 1}) ? 2 : 1));
        bool const is_aligned = torrent_.below(3) == 0;
        int const offset = is_aligned ? start : start + torrent_.below(std::min(block_size, size - start));
        int const length = std::min(block_size, 1 + torrent_.below(end - offset));
        start_read(disk_, piece, offset, length);
        if (torrent_.below(2) == 0) disk_.wait_for_reads();
    }

    /// The bytes must be right, whenever they come.
    void start_read(BackEnd &disk, lt::piece_index_t piece, int offset, int length) {
        disk.start_read(piece, offset, length, [=](auto const &data, lt::storage_error const &error) {
            std::string const name = "read of " + name_of(piece, offset);
            require_success(error, name);
            require(data == torrent_.bytes(piece, offset, length), name + ": other bytes");
        });
    }

    void hash_block(BlockNumber const &block) {
        if (!torrent_.has_v2()) return;
        auto const expected = torrent_.v2_hashes(block.first);
        auto const number = static_cast<std::size_t>(block.second);
        if (number >= expected.size()) return;
        lt::storage_error error;
        auto const hash = disk_.block_hash(block.first, block.second * block_size, error);
        require_success(error, "hash of a block");
        require(hash == expected[number],
                "wrong hash of the block in " + name_of(block.first, block.second * block_size));
    }

    void hash(BackEnd &disk, lt::piece_index_t piece) {
        lt::storage_error error;
        auto const expected = torrent_.v2_hashes(piece);
        std::vector<lt::sha256_hash> v2(expected.size());
        auto const v1 = disk.hash(piece, v2, true, error);
        require_success(error, "hash of " + name_of(piece, 0));
        require(v1 == torrent_.v1_hash(piece), "wrong v1 hash of " + name_of(piece, 0));
        require(v2 == expected, "wrong v2 hashes of " + name_of(piece, 0));
    }

    void hash_all(BackEnd &disk) {
        for (auto const piece : torrent_.files().piece_range())
            if (torrent_.is_wanted(piece)) hash(disk, piece);
    }

    /// Checks each piece by one kind of hash, then reads it for a peer, including padding.
    void serve_all(BackEnd &disk) {
        for (auto const piece : torrent_.files().piece_range()) {
            if (!torrent_.is_wanted(piece)) continue;
            lt::storage_error error;
            std::vector<lt::sha256_hash> v2(torrent_.v2_hashes(piece).size());
            disk.hash(piece, v2, v2.empty(), error);
            require_success(error, "check of " + name_of(piece, 0));
            for (int block = 0; block < torrent_.block_count(piece); ++block) {
                auto const expected = torrent_.block(piece, block);
                auto const data = disk.read(piece, block * block_size, static_cast<int>(expected.size()), error);
                std::string const name = "block of " + name_of(piece, block * block_size);
                require_success(error, name);
                require(data == expected, name + ": other bytes");
            }
        }
        serve_many_at_once(disk);
    }

    /// Reads like several peers: some blocks in a row, parts of blocks, and blocks that others read
    /// too.
    void serve_many_at_once(BackEnd &disk) {
        for (int asked = 0; asked < static_cast<int>(blocks_.size()); ++asked) {
            auto const [piece, first] = blocks_[static_cast<std::size_t>(torrent_.below(static_cast<int>(blocks_.size())))];
            int const end = std::min(torrent_.block_count(piece), first + 1 + torrent_.below(8));
            for (int block = first; block < end; ++block) {
                int const size = static_cast<int>(torrent_.block(piece, block).size());
                int const skipped = torrent_.below(8) == 0 ? torrent_.below(size) : 0;
                start_read(disk, piece, block * block_size + skipped, size - skipped);
            }
            if (torrent_.below(4) == 0) disk.poll();
        }
        disk.wait_for_reads();
    }

    /// Whether any piece contains bytes of a wanted file.
    bool has_data() const { return !blocks_.empty(); }

    void stop_and_check_again() {
        disk_.stop();
        lt::storage_error error;
        auto const expected = has_data() ? lt::status_t::need_full_check : lt::status_t::no_error;
        require(disk_.check(nullptr, error) == expected, "what is there is not found");
        require_success(error, "second check");
        lt::add_torrent_params claims;
        claims.have_pieces.resize(torrent_.files().num_pieces(), true);
        auto const status = disk_.check(&claims, error);
        if (torrent_.priorities().empty() && kind_ == DISK_BACK_END_PIERDAT)
            require(status == lt::status_t::no_error,
                    "a complete torrent is not taken for one: " + text_of(error));
        hash_all(disk_);
    }

    /// Selects all files, so that data moves from the part file to the files.
    void want_all() {
        Priorities all(static_cast<std::size_t>(torrent_.files().num_files()), lt::default_priority);
        lt::storage_error error;
        disk_.set_priorities(all, error);
        require_success(error, "set priorities");
        priorities_ = all;
        hash_all(disk_);
    }

    void rename_one() {
        lt::file_index_t const file(torrent_.below(torrent_.files().num_files()));
        if (torrent_.files().pad_file_at(file)) return;
        lt::storage_error error;
        std::string const name = "root/new folder/" + std::to_string(static_cast<int>(file));
        disk_.rename(file, name, error);
        require_success(error, "rename");
        names_[file] = name;
        renamed_ = true;
        hash_all(disk_);
    }

    void move() {
        lt::storage_error error;
        std::string const destination = folder_ + "/moved here";
        require(disk_.move(destination, error) == lt::status_t::no_error, "move: " + text_of(error));
        folder_ = destination;
        hash_all(disk_);
    }

    bool is_wanted(lt::file_index_t file) const {
        return !(file < torrent_.priorities().end_index() && torrent_.priorities()[file] == lt::dont_download);
    }

    void compare_files() {
        auto const &files = torrent_.files();
        for (auto const file : files.file_range()) {
            if (files.pad_file_at(file) || !is_wanted(file)) continue;
            auto const renamed = names_.find(file);
            auto const path = std::filesystem::path(folder_)
                / (renamed == names_.end() ? files.file_path(file) : renamed->second);
            if (files.file_flags(file) & lt::file_storage::flag_symlink) {
                require(std::filesystem::is_symlink(path), "no link: " + path.string());
                continue;
            }
            std::ifstream stream(path, std::ios::binary);
            std::vector<char> const bytes{std::istreambuf_iterator<char>(stream), {}};
            require(stream.is_open() && bytes == torrent_.file(file), "other bytes: " + path.string());
        }
        require(!std::filesystem::exists(std::filesystem::path(folder_) / "root/.pad"), "padding was kept");
    }

    static constexpr char const *part_file = ".6161616161616161616161616161616161616161.parts";

    disk_back_end kind_;
    RandomTorrent torrent_;
    std::string folder_;
    BackEnd disk_;
    Priorities priorities_;
    std::vector<BlockNumber> blocks_;
    std::set<BlockNumber> arrived_;
    std::map<lt::file_index_t, std::string> names_;
    bool renamed_ = false;
};

}  // namespace

}  // namespace comparison

char *disk_life(uint64_t seed, disk_back_end start_with, disk_back_end finish_with, char const *folder) {
    try {
        comparison::Life life(seed, start_with, folder);
        life.live();
        life.be_found_by(finish_with);
        life.end();
        return nullptr;
    } catch (std::exception const &failure) {
        return ::strdup(("seed " + std::to_string(seed) + ": " + failure.what()).c_str());
    }
}
