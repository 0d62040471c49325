#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include <libtorrent/file_storage.hpp>
#include <libtorrent/sha1_hash.hpp>

#include "back_end.hpp"

namespace comparison {

/// A torrent whose files and contents follow from a seed.
class RandomTorrent {
public:
    enum class Format { v1, v1_with_padding, hybrid };

    explicit RandomTorrent(std::uint64_t seed);

    lt::file_storage const &files() const { return files_; }
    bool has_v2() const { return files_.v2(); }
    Priorities const &priorities() const { return priorities_; }
    std::mt19937_64 &random() { return random_; }
    int below(int limit) { return static_cast<int>(random_() % static_cast<std::uint64_t>(limit)); }

    /// The right bytes; padding is zeros.
    std::vector<char> bytes(lt::piece_index_t piece, int offset, int length) const;
    std::vector<char> file(lt::file_index_t index) const;
    int block_count(lt::piece_index_t piece) const;
    std::vector<char> block(lt::piece_index_t piece, int number) const;
    lt::sha1_hash v1_hash(lt::piece_index_t piece) const;
    std::vector<lt::sha256_hash> v2_hashes(lt::piece_index_t piece) const;
    /// Whether any byte of the piece belongs to a wanted file.
    bool is_wanted(lt::piece_index_t piece) const;

private:
    void add_files(Format format);
    void add_contents();
    std::int64_t random_size(int piece_length);

    std::mt19937_64 random_;
    lt::file_storage files_;
    Priorities priorities_;
    std::vector<char> contents_;
};

}  // namespace comparison
