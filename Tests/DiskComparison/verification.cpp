// A seeder whose data on disk is corrupt in places.
#include <algorithm>
#include <cstring>
#include <fstream>
#include <random>
#include <stdexcept>
#include <string>

#include "back_end.hpp"
#include "published_file.hpp"

namespace comparison {

namespace {

constexpr int block_size = lt::default_block_size;

lt::create_flags_t flags_of(torrent_format format) {
    switch (format) {
        case TORRENT_V1: return lt::create_torrent::v1_only;
        case TORRENT_V2: return lt::create_torrent::v2_only;
        default: return {};
    }
}

class CorruptSeeder {
public:
    CorruptSeeder(std::uint64_t seed, torrent_format format, std::string const &folder)
        : random_(seed), piece_length_(block_size << below(5)), bytes_(random_bytes()),
          params_(published_file("file", bytes_, piece_length_, flags_of(format))), files_(params_.ti->files()) {
        auto on_disk = bytes_;
        for (auto const piece : files_.piece_range()) {
            int const size = std::min(piece_length_, static_cast<int>(on_disk.size()) - start_of(piece));
            auto &byte = on_disk[static_cast<std::size_t>(start_of(piece) + below(size))];
            is_corrupt_.push_back(below(4) == 0);
            if (is_corrupt_.back()) byte = static_cast<char>(byte ^ 1);
            // What is not there is not to be read.
            if (is_corrupt_.back() && below(2) == 0) params_.have_pieces.clear_bit(piece);
        }
        std::ofstream(folder + "/file", std::ios::binary).write(on_disk.data(), static_cast<std::streamsize>(on_disk.size()));
        verifier_ = std::make_shared<pierdat::disk::LazyVerifier>(params_);
        disk_ = std::make_unique<BackEnd>(files_, folder, verifier_);
        // Padding follows the last byte of v2.
        bytes_.resize(static_cast<std::size_t>(files_.total_size()));
    }

    /// Requests all blocks of the pieces that it has, one piece after the other in random order, and
    /// some blocks of other pieces in between.
    void serve() {
        std::vector<lt::piece_index_t> order;
        for (auto const piece : files_.piece_range())
            if (params_.have_pieces.get_bit(piece)) order.push_back(piece);
        std::shuffle(order.begin(), order.end(), random_);
        for (auto const piece : order) {
            if (below(2) == 0) expect(piece);
            for (int offset = 0; offset < files_.piece_size(piece); offset += block_size) {
                ask(piece, offset);
                if (below(4) == 0) ask(order[static_cast<std::size_t>(below(static_cast<int>(order.size())))], 0);
                if (below(16) == 0) disk_->poll();
            }
            if (below(2) == 0) disk_->wait_for_reads();
        }
        disk_->wait_for_reads();
        require_little_hashing();
        if (!failure_.empty()) throw std::runtime_error(failure_);
    }

private:
    int below(int limit) { return static_cast<int>(random_() % static_cast<std::uint64_t>(limit)); }

    std::vector<char> random_bytes() {
        std::vector<char> bytes(static_cast<std::size_t>(1 + below(3 << 20)));
        for (auto &byte : bytes) byte = static_cast<char>(random_());
        return bytes;
    }

    int start_of(lt::piece_index_t piece) const { return static_cast<int>(piece) * piece_length_; }

    void ask(lt::piece_index_t piece, int offset) {
        int const length = std::min(block_size, files_.piece_size(piece) - offset);
        auto const name = "piece " + std::to_string(static_cast<int>(piece)) + " at " + std::to_string(offset);
        bool const is_corrupt = is_corrupt_[static_cast<std::size_t>(static_cast<int>(piece))];
        disk_->start_read(piece, offset, length, [=](std::vector<char> const &data, lt::storage_error const &error) {
            auto const right = bytes_.begin() + start_of(piece) + offset;
            if (is_corrupt && error.ec != lt::errors::failed_hash_check) note("a corrupt block was served: " + name);
            if (!is_corrupt && error) note("not served: " + name + ": " + error.ec.message());
            if (!is_corrupt && !error && !std::equal(data.begin(), data.end(), right)) note("other bytes: " + name);
        });
    }

    /// Verifies a piece before anybody reads it. That must begin even if no read follows.
    void expect(lt::piece_index_t piece) {
        disk_->poll();
        verifier_->expect(piece);
        bool const is_corrupt = is_corrupt_[static_cast<std::size_t>(static_cast<int>(piece))];
        if (is_corrupt || below(2) == 0) return;
        while (!verifier_->has_passed(piece)) {
            disk_->handle_finished();
            // It does nothing while others are verified.
            verifier_->expect(piece);
        }
    }

    void note(std::string const &failure) {
        if (failure_.empty()) failure_ = failure;
    }

    /// A piece that has passed is not verified again.
    void require_little_hashing() {
        auto const hashed = [this] { return disk_->counter(lt::counters::num_read_back); };
        auto const before = hashed();
        for (auto const piece : files_.piece_range())
            if (!is_corrupt_[static_cast<std::size_t>(static_cast<int>(piece))]) ask(piece, 0);
        disk_->wait_for_reads();
        if (hashed() != before) note("a piece was verified twice");
    }

    std::mt19937_64 random_;
    int piece_length_;
    std::vector<char> bytes_;
    lt::add_torrent_params params_;
    lt::file_storage const &files_;
    std::vector<bool> is_corrupt_;
    std::string failure_;
    std::shared_ptr<pierdat::disk::LazyVerifier> verifier_;
    std::unique_ptr<BackEnd> disk_;
};

}  // namespace

}  // namespace comparison

char *disk_serves_corrupt(uint64_t seed, torrent_format format, char const *folder) {
    try {
        comparison::CorruptSeeder(seed, format, folder).serve();
        return nullptr;
    } catch (std::exception const &failure) {
        return ::strdup(("seed " + std::to_string(seed) + ": " + failure.what()).c_str());
    }
}
