#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <libtorrent/add_torrent_params.hpp>
#include <libtorrent/disk_interface.hpp>
#include <libtorrent/disk_observer.hpp>
#include <libtorrent/file_storage.hpp>
#include <libtorrent/hasher.hpp>
#include <libtorrent/io_context.hpp>
#include <libtorrent/performance_counters.hpp>
#include <libtorrent/session_params.hpp>
#include <libtorrent/settings_pack.hpp>

#include "DiskBackend/pieces/lazy_verifier.hpp"
#include "disk_comparison.h"

namespace comparison {

using Priorities = lt::aux::vector<lt::download_priority_t, lt::file_index_t>;

/// A disk back end with one torrent. Calls without a callback wait for their result.
class BackEnd {
public:
    BackEnd(disk_back_end kind, lt::file_storage const &files, std::string const &folder,
            Priorities const &priorities, int store_bytes = 1 << 19);
    /// Pierdat's, as a seeder whose pieces `verifier` verifies.
    BackEnd(lt::file_storage const &files, std::string const &folder,
            std::shared_ptr<pierdat::disk::LazyVerifier> verifier);
    ~BackEnd();

    lt::status_t check(lt::add_torrent_params const *resume, lt::storage_error &error);
    /// Begins to write. `done` is called in wait_for_writes() or a later call. Returns true if the
    /// caller should stop writing for now.
    bool start_write(lt::piece_index_t piece, int offset, std::vector<char> const &data,
                     std::function<void(lt::storage_error const &)> done,
                     std::shared_ptr<lt::disk_observer> observer = nullptr);
    void wait_for_writes();
    /// Submits queued jobs and handles finished ones.
    void poll();
    /// Handles finished jobs, without submitting any.
    void handle_finished();
    void run_until(std::function<bool()> const &is_done);
    std::vector<char> read(lt::piece_index_t piece, int offset, int length, lt::storage_error &error);
    /// Begins to read. `done` is called in this call or a later one.
    void start_read(lt::piece_index_t piece, int offset, int length,
                    std::function<void(std::vector<char> const &, lt::storage_error const &)> done);
    void wait_for_reads();
    lt::sha1_hash hash(lt::piece_index_t piece, std::vector<lt::sha256_hash> &v2, bool v1,
                       lt::storage_error &error);
    /// Begins to compute a v1 hash, and as many v2 block hashes as fit into `v2`, which must live
    /// until `done` is called in a later call. The flags tell libtorrent which kind of caller asks.
    void start_hash(lt::piece_index_t piece, lt::span<lt::sha256_hash> v2, lt::disk_job_flags_t flags,
                    std::function<void(lt::sha1_hash const &, lt::storage_error const &)> done);
    void wait_for_hashes();
    lt::sha256_hash block_hash(lt::piece_index_t piece, int offset, lt::storage_error &error);
    void clear_piece(lt::piece_index_t piece);
    void release_files();
    void stop();
    void set_priorities(Priorities const &priorities, lt::storage_error &error);
    void rename(lt::file_index_t file, std::string const &name, lt::storage_error &error);
    lt::status_t move(std::string const &folder, lt::storage_error &error);
    void delete_files(lt::storage_error &error);
    std::int64_t counter(int index) const { return counters_[index]; }
    std::int64_t blocks_in_use();

private:
    void open(lt::disk_io_constructor_type const &constructor, lt::storage_params const &params, int store_bytes);
    template <typename Start>
    void wait_for(Start start);

    lt::io_context context_;
    lt::executor_work_guard<lt::io_context::executor_type> keep_running_;
    lt::settings_pack settings_;
    lt::counters counters_;
    std::unique_ptr<lt::disk_interface> disk_;
    lt::storage_holder storage_;
    int writes_ = 0;
    int reads_ = 0;
    int hashes_ = 0;
};

}  // namespace comparison
