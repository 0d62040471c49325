// The behavior of a disk back end at its limits.
#include <algorithm>
#include <exception>
#include <random>

#include "DiskBackend/files/obstacle.hpp"
#include "back_end.hpp"

namespace comparison {

namespace {

constexpr int block_size = lt::default_block_size;
constexpr int piece_length = 64 * block_size;

lt::file_storage one_file(std::int64_t size, bool is_hybrid = false) {
    static char const some_root[lt::sha256_hash::size()] = {'x'};
    lt::file_storage files;
    files.set_piece_length(piece_length);
    files.add_file("data/file", size, {}, 0, "", is_hybrid ? some_root : nullptr);
    files.set_num_pieces(static_cast<int>((size + piece_length - 1) / piece_length));
    return files;
}

/// Notes that the back end has room again.
struct Observer final : lt::disk_observer {
    void on_disk() override { told = true; }
    bool told = false;
};

struct PieceHashes {
    lt::sha1_hash v1;
    /// One per block; empty unless the torrent is a hybrid.
    std::vector<lt::sha256_hash> v2;

    bool operator==(PieceHashes const &other) const { return v1 == other.v1 && v2 == other.v2; }
};

std::vector<lt::span<char const>> blocks_of(lt::span<char const> data) {
    std::vector<lt::span<char const>> blocks;
    for (std::ptrdiff_t offset = 0; offset < data.size(); offset += block_size)
        blocks.push_back(data.subspan(offset, std::min<std::ptrdiff_t>(block_size, data.size() - offset)));
    return blocks;
}

/// Requests the hashes of all pieces at once.
std::vector<PieceHashes> hashes_of(BackEnd &disk, lt::file_storage const &files, bool is_hybrid,
                                   lt::disk_job_flags_t flags = {}) {
    std::vector<PieceHashes> hashes(static_cast<std::size_t>(files.num_pieces()));
    for (auto const piece : files.piece_range()) {
        auto &result = hashes[static_cast<std::size_t>(static_cast<int>(piece))];
        if (is_hybrid) result.v2.resize(static_cast<std::size_t>(files.blocks_in_piece2(piece)));
        disk.start_hash(piece, result.v2, flags, [&](lt::sha1_hash const &hash, lt::storage_error const &error) {
            if (!error) result.v1 = hash;
        });
    }
    disk.wait_for_hashes();
    return hashes;
}

template <typename Body>
int or_failure(int failure, Body body) {
    try {
        return body();
    } catch (std::exception const &) {
        return failure;
    }
}

}  // namespace

}  // namespace comparison

using namespace comparison;

int disk_write_errno(disk_back_end back_end, char const *folder) {
    return or_failure(-1, [&] {
        auto const files = one_file(4 << 20);
        BackEnd disk(back_end, files, folder, {});
        lt::error_code first;
        for (auto const piece : files.piece_range()) {
            for (int offset = 0; offset < piece_length; offset += block_size) {
                disk.start_write(piece, offset, std::vector<char>(block_size, 'x'),
                                 [&](lt::storage_error const &error) {
                                     if (error && !first) first = error.ec;
                                 });
            }
        }
        disk.wait_for_writes();
        lt::storage_error error;
        for (auto const piece : files.piece_range()) {
            auto const data = disk.read(piece, 0, block_size, error);
            if (!first && (error || data != std::vector<char>(block_size, 'x'))) return -1;
        }
        return pierdat::disk::number_for(first);
    });
}

int disk_read_back_blocks(disk_back_end back_end, int shuffled, char const *folder) {
    return or_failure(-1, [&] {
        auto const files = one_file(4 << 20);
        BackEnd disk(back_end, files, folder, {}, 8 << 20);
        std::vector<int> offsets;
        for (int offset = 0; offset < piece_length; offset += block_size) offsets.push_back(offset);
        std::mt19937_64 random(1);
        for (auto const piece : files.piece_range()) {
            if (shuffled) std::shuffle(offsets.begin(), offsets.end(), random);
            for (int const offset : offsets)
                disk.start_write(piece, offset, std::vector<char>(block_size, 'x'), [](auto const &) {});
        }
        std::vector<lt::sha256_hash> none;
        auto const right = lt::hasher(std::vector<char>(piece_length, 'x')).final();
        for (auto const piece : files.piece_range()) {
            lt::storage_error error;
            if (disk.hash(piece, none, true, error) != right || error) return -1;
        }
        return static_cast<int>(disk.counter(lt::counters::num_read_back));
    });
}

int disk_most_blocks_in_memory(disk_back_end back_end, int limit_bytes, char const *folder) {
    return or_failure(-1, [&] {
        auto const files = one_file(64 << 20);
        BackEnd disk(back_end, files, folder, {}, limit_bytes);
        auto const observer = std::make_shared<Observer>();
        std::vector<char> const data(block_size, 'x');
        std::int64_t most = 0;
        for (auto const piece : files.piece_range()) {
            for (int offset = 0; offset < piece_length; offset += block_size) {
                observer->told = false;
                bool const is_full = disk.start_write(piece, offset, data, [](auto const &) {}, observer);
                most = std::max(most, disk.blocks_in_use());
                if (is_full) disk.run_until([&] { return observer->told; });
            }
        }
        disk.wait_for_writes();
        return static_cast<int>(most);
    });
}

int disk_read_operations(disk_back_end back_end, int at_once, char const *folder) {
    return or_failure(-1, [&] {
        auto const files = one_file(4 << 20);
        BackEnd disk(back_end, files, folder, {});
        for (auto const piece : files.piece_range())
            for (int offset = 0; offset < piece_length; offset += block_size)
                disk.start_write(piece, offset, std::vector<char>(block_size, 'x'), [](auto const &) {});
        disk.wait_for_writes();
        int wrong = 0;
        for (auto const piece : files.piece_range()) {
            for (int offset = 0; offset < piece_length; offset += block_size) {
                disk.start_read(piece, offset, block_size, [&](auto const &data, auto const &error) {
                    if (error || data != std::vector<char>(block_size, 'x')) ++wrong;
                });
                if (offset / block_size % at_once == at_once - 1) disk.wait_for_reads();
            }
        }
        return wrong > 0 ? -1 : static_cast<int>(disk.counter(lt::counters::num_read_ops));
    });
}

int disk_hashes_together(disk_back_end back_end, int is_hybrid, uint64_t seed, char const *folder) {
    return or_failure(0, [&] {
        std::mt19937_64 random(seed);
        // The last piece is shorter.
        auto const files = one_file((8 << 20) - static_cast<int>(random() % piece_length), is_hybrid);
        BackEnd disk(back_end, files, folder, {}, 8 << 20);
        std::vector<PieceHashes> expected;
        for (auto const piece : files.piece_range()) {
            // In a hybrid, padding follows the last byte.
            int const size = is_hybrid ? files.piece_size2(piece) : files.piece_size(piece);
            std::vector<char> data(static_cast<std::size_t>(files.piece_size(piece)));
            std::generate(data.begin(), data.begin() + size, [&] { return static_cast<char>(random()); });
            expected.push_back({lt::hasher(data).final(), {}});
            for (auto const &block : blocks_of({data.data(), size})) {
                if (is_hybrid) expected.back().v2.push_back(lt::hasher256(block).final());
                disk.start_write(piece, static_cast<int>(block.data() - data.data()), {block.begin(), block.end()},
                                 [](auto const &) {});
            }
        }
        if (hashes_of(disk, files, is_hybrid) != expected) return 0;
        disk.release_files();
        // Nothing was ever written to it.
        BackEnd other(back_end, files, folder, {}, 8 << 20);
        if (hashes_of(other, files, is_hybrid) != expected) return 0;
        // The creator of a torrent.
        return hashes_of(other, files, is_hybrid, lt::disk_interface::sequential_access) == expected ? 1 : 0;
    });
}
