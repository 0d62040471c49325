// Many torrents and many peers on one disk back end, while files are truncated or deleted.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <utility>

#include <libtorrent/add_torrent_params.hpp>
#include <libtorrent/peer_request.hpp>
#include <libtorrent/storage_defs.hpp>
#include <libtorrent/torrent_info.hpp>
#include <libtorrent/torrent_flags.hpp>

#include "DiskBackend/io/disk_io.hpp"
#include "published_file.hpp"
#include "random_torrent.hpp"

namespace comparison {

namespace {

constexpr int block_size = lt::default_block_size;

/// A seeder's torrent of one file.
struct Member {
    lt::file_storage files;
    std::string path;
    std::vector<char> bytes;
    lt::storage_holder storage;
    /// The file was changed, or the torrent is gone.
    bool is_spoilt = false;

    int piece_size(lt::piece_index_t piece) const { return files.piece_size(piece); }
    std::vector<char> part(lt::piece_index_t piece, int offset, int length) const {
        auto const start = bytes.begin() + static_cast<int>(piece) * std::ptrdiff_t{files.piece_length()} + offset;
        return {start, start + length};
    }
};

class Crowd {
public:
    Crowd(std::uint64_t seed, std::string const &folder)
        : random_(seed), folder_(folder), keep_running_(lt::make_work_guard(context_)) {
        settings_.set_int(lt::settings_pack::aio_threads, 2);
        settings_.set_int(lt::settings_pack::hashing_threads, 2);
        disk_ = pierdat::disk::disk_io_maker(storage_options_)(context_, settings_, counters_);
        for (auto &member : members_) member = join();
    }

    ~Crowd() {
        disk_->abort(true);
        for (auto &member : members_) member->storage.reset();
        keep_running_.reset();
        context_.run();
    }

    void live() {
        for (int i = 0; i < 600; ++i) {
            auto &member = members_[static_cast<std::size_t>(below(static_cast<int>(members_.size())))];
            int const choice = below(100);
            if (choice < 60) ask(member);
            else if (choice < 80) hash(member);
            else if (choice < 93) poll();
            else if (choice < 97) settle();
            else if (choice < 99) spoil(*member);
            else leave(member);
        }
        settle();
        if (!failure_.empty()) throw std::runtime_error(failure_);
    }

private:
    void note(std::string const &failure) {
        if (failure_.empty()) failure_ = failure;
    }

    int below(int limit) { return static_cast<int>(random_() % static_cast<std::uint64_t>(limit)); }

    std::shared_ptr<Member> join() {
        auto member = std::make_shared<Member>();
        int const lengths[] = {block_size, block_size * 4, block_size * 64, block_size + 4096, 10'000};
        int const choice = below(5);
        int const length = lengths[choice];
        int const size = 1 + below(std::min(length * 20, 2 << 20));
        std::string const name = std::to_string(++count_);
        member->path = folder_ + "/" + name;
        member->files.set_piece_length(length);
        member->files.add_file(name, size);
        member->files.set_num_pieces((size + length - 1) / length);
        member->bytes.resize(static_cast<std::size_t>(size));
        for (auto &byte : member->bytes) byte = static_cast<char>(random_());
        std::ofstream(member->path, std::ios::binary).write(member->bytes.data(), size);
        bool const is_power_of_two = choice < 3;
        if (is_power_of_two && below(2) == 0) verify(*member, name);
        // Read-ahead of a file that was truncated before goes past its end.
        if (below(4) == 0) spoil(*member);
        lt::storage_params const params(member->files, nullptr, folder_, lt::storage_mode_sparse, priorities_, key_);
        member->storage = disk_->new_torrent(params, member);
        return member;
    }

    /// Has the pieces verified before they are read.
    void verify(Member &member, std::string const &name) {
        auto const flags = below(2) == 0 ? lt::create_torrent::v1_only : lt::create_flags_t{};
        auto const published = published_file(name, member.bytes, member.files.piece_length(), flags);
        member.files = published.ti->files();
        pierdat::disk::StorageOptions options;
        options.verifier = std::make_shared<pierdat::disk::LazyVerifier>(published);
        storage_options_->set(key_, std::move(options));
    }

    /// Checks the result of a job, and that it comes exactly once.
    template <typename Check>
    auto once(std::shared_ptr<Member> const &member, Check check) {
        ++open_;
        return [this, member, check, calls = std::make_shared<int>(0)](lt::storage_error const &error, auto const &result) {
            --open_;
            if (++*calls != 1) note("an answer came twice");
            if (error && !member->is_spoilt) note("what is there could not be read: " + error.ec.message());
            if (!error && !check(result)) note("other bytes of " + member->path);
        };
    }

    /// Reads like a peer: some blocks in a row, now and then part of a block.
    void ask(std::shared_ptr<Member> const &member) {
        lt::piece_index_t const piece(below(member->files.num_pieces()));
        int const size = member->piece_size(piece);
        int const count = (size + block_size - 1) / block_size;
        int const first = below(count);
        for (int block = first; block < std::min(count, first + 1 + below(8)); ++block) {
            int const rest = std::min(block_size, size - block * block_size);
            int const skipped = below(10) == 0 ? below(rest) : 0;
            int const offset = block * block_size + skipped;
            int const length = rest - skipped;
            auto const answer = once(member, [=](char const *data) {
                auto const right = member->part(piece, offset, length);
                return std::memcmp(data, right.data(), right.size()) == 0;
            });
            disk_->async_read(member->storage, {piece, offset, length},
                              [answer](lt::disk_buffer_holder data, auto const &error) {
                                  char const *const bytes = data.data();
                                  answer(error, bytes);
                              });
            if (below(4) == 0) disk_->submit_jobs();
        }
    }

    void hash(std::shared_ptr<Member> const &member) {
        lt::piece_index_t const piece(below(member->files.num_pieces()));
        auto const right = lt::hasher(member->part(piece, 0, member->piece_size(piece))).final();
        auto const answer = once(member, [=](lt::sha1_hash const &hash) { return hash == right; });
        disk_->async_hash(member->storage, piece, {}, lt::disk_interface::v1_hash,
                          [answer](auto, lt::sha1_hash const &hash, auto const &error) { answer(error, hash); });
    }

    /// Waits until every job has been answered.
    void settle() {
        disk_->submit_jobs();
        while (open_ > 0)
            if (context_.run_one_for(std::chrono::seconds(20)) == 0)
                throw std::runtime_error("somebody never got an answer");
    }

    void poll() {
        disk_->submit_jobs();
        context_.poll();
    }

    /// Truncates or deletes the file, possibly while it is being read.
    void spoil(Member &member) {
        // Truncating a second time could make the file longer.
        if (std::exchange(member.is_spoilt, true)) return;
        std::error_code ignored;
        int const rest = below(static_cast<int>(member.bytes.size()));
        if (below(3) == 0) std::filesystem::remove(member.path, ignored);
        else std::filesystem::resize_file(member.path, static_cast<std::uintmax_t>(rest), ignored);
    }

    /// Removes the torrent together with its open requests, and puts another in its place.
    void leave(std::shared_ptr<Member> &member) {
        auto const stopped = once(member, [](int) { return true; });
        member->is_spoilt = true;
        // libtorrent releases the storage after this answer.
        disk_->async_stop_torrent(member->storage, [stopped, member] {
            member->storage.reset();
            stopped({}, 0);
        });
        if (below(2) == 0) poll();
        member = join();
    }

    std::mt19937_64 random_;
    std::string folder_;
    Priorities priorities_;
    lt::sha1_hash const key_{"aaaaaaaaaaaaaaaaaaaa"};
    std::shared_ptr<pierdat::disk::StorageOptionsBook> const storage_options_ =
        std::make_shared<pierdat::disk::StorageOptionsBook>();
    lt::io_context context_;
    lt::executor_work_guard<lt::io_context::executor_type> keep_running_;
    lt::settings_pack settings_;
    lt::counters counters_;
    std::unique_ptr<lt::disk_interface> disk_;
    std::array<std::shared_ptr<Member>, 8> members_;
    int count_ = 0;
    int open_ = 0;
    std::string failure_;
};

}  // namespace

}  // namespace comparison

char *disk_crowd(uint64_t seed, char const *folder) {
    try {
        comparison::Crowd(seed, folder).live();
        return nullptr;
    } catch (std::exception const &failure) {
        return ::strdup(("seed " + std::to_string(seed) + ": " + failure.what()).c_str());
    }
}
