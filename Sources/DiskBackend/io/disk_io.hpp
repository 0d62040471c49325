#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include <libtorrent/disk_interface.hpp>
#include <libtorrent/io_context.hpp>
#include <libtorrent/performance_counters.hpp>
#include <libtorrent/session_params.hpp>
#include <libtorrent/settings_pack.hpp>

#include "DiskBackend/files/descriptor_pool.hpp"
#include "DiskBackend/pieces/block_pool.hpp"
#include "DiskBackend/pieces/hashed_piece.hpp"
#include "DiskBackend/pieces/read_ahead.hpp"
#include "DiskBackend/pieces/write_buffer.hpp"
#include "disk_figures.hpp"
#include "completion_queue.hpp"
#include "storage_options.hpp"
#include "scheduler.hpp"
#include "torrent_entry.hpp"

namespace pierdat::disk {

/// Our disk backend for libtorrent. It is optimized for data that passes through once, fast and
/// with little memory: blocks are hashed as they arrive and written immediately, files stay open,
/// and nothing is mapped.
class DiskIO : public lt::disk_interface {
public:
    DiskIO(lt::io_context &context, lt::settings_interface const &settings, lt::counters &counters,
           std::shared_ptr<StorageOptionsBook> storage_options = nullptr,
           std::shared_ptr<DiskFigures> figures = std::make_shared<DiskFigures>());
    ~DiskIO() override;

    lt::storage_holder new_torrent(lt::storage_params const &params,
                                   std::shared_ptr<void> const &torrent) override;
    void remove_torrent(lt::storage_index_t index) override;

    void async_read(lt::storage_index_t storage, lt::peer_request const &request, ReadHandler handler,
                    lt::disk_job_flags_t flags) override;
    bool async_write(lt::storage_index_t storage, lt::peer_request const &request, char const *data,
                     std::shared_ptr<lt::disk_observer> observer, WriteHandler handler,
                     lt::disk_job_flags_t flags) override;
    void async_hash(lt::storage_index_t storage, lt::piece_index_t piece, lt::span<lt::sha256_hash> v2,
                    lt::disk_job_flags_t flags, HashHandler handler) override;
    void async_hash2(lt::storage_index_t storage, lt::piece_index_t piece, int offset,
                     lt::disk_job_flags_t flags, BlockHashHandler handler) override;

    void async_move_storage(
        lt::storage_index_t storage, std::string path, lt::move_flags_t flags,
        std::function<void(lt::status_t, std::string const &, lt::storage_error const &)> handler) override;
    void async_release_files(lt::storage_index_t storage, std::function<void()> handler) override;
    void async_check_files(lt::storage_index_t storage, lt::add_torrent_params const *resume,
                           FileLinks links,
                           std::function<void(lt::status_t, lt::storage_error const &)> handler) override;
    void async_stop_torrent(lt::storage_index_t storage, std::function<void()> handler) override;
    void async_rename_file(
        lt::storage_index_t storage, lt::file_index_t file, std::string name,
        std::function<void(std::string const &, lt::file_index_t, lt::storage_error const &)> handler)
        override;
    void async_delete_files(lt::storage_index_t storage, lt::remove_flags_t options,
                            std::function<void(lt::storage_error const &)> handler) override;
    void async_set_file_priority(
        lt::storage_index_t storage, FilePriorities priorities,
        std::function<void(lt::storage_error const &, FilePriorities)> handler) override;
    void async_clear_piece(lt::storage_index_t storage, lt::piece_index_t piece,
                           std::function<void(lt::piece_index_t)> handler) override;

    void update_stats_counters(lt::counters &counters) const override;
    std::vector<lt::open_file_state> get_status(lt::storage_index_t storage) const override;
    void abort(bool wait) override;
    void submit_jobs() override;
    void settings_updated() override;

protected:
    /// Starts at most this number of threads that hash data from disk.
    void limit_hashing_threads(int threads);

private:
    using Torrent = Scheduler::Torrent;
    using Outcome = Scheduler::Outcome;

    Torrent const &torrent(lt::storage_index_t storage) const;
    void submit_reads();
    void serve(Torrent const &torrent, lt::peer_request const &request, ReadHandler handler);
    void verify_ahead(Torrent const &torrent, lt::piece_index_t piece);
    void begin_verification(Torrent const &torrent, lt::piece_index_t piece);
    void serve_waiting(Torrent const &torrent, lt::piece_index_t piece, lt::storage_error const &error);
    void prepare_change(Torrent const &torrent);
    void submit_exclusive(lt::storage_index_t storage, std::function<void(bool cancelled)> perform);
    void cancel_checks(TorrentEntry &torrent);

    Outcome perform_and_count(Torrent const &torrent, Job &job, bool cancelled);
    Outcome perform(Torrent const &torrent, Job &job, bool cancelled);
    Outcome perform(TorrentEntry &torrent, ReadJob &job, bool cancelled);
    Outcome perform(TorrentEntry &torrent, WriteJob &job, bool cancelled);
    Outcome perform(TorrentEntry &torrent, HashJob &job, bool cancelled);
    Outcome perform(TorrentEntry &torrent, VerificationJob &job, bool cancelled);
    Outcome perform(TorrentEntry &torrent, BlockHashJob &job, bool cancelled);
    Outcome perform(TorrentEntry &torrent, PieceTurn &turn, bool cancelled);
    Outcome perform(TorrentEntry &torrent, ExclusiveJob &job, bool cancelled);

    std::vector<BlockReference> read(TorrentEntry &torrent, lt::piece_index_t piece, int offset, int length,
                                     lt::storage_error &error);
    std::vector<BlockReference> verify(TorrentEntry &torrent, VerificationJob const &job, lt::storage_error &error);
    bool passes(TorrentEntry &torrent, lt::piece_index_t piece, HashedPiece &hashed);
    void count_read_back(PieceOnDisk const &disk);
    void write(TorrentEntry &torrent, WriteBuffer::Work &work);
    bool hash_with_others(PieceTurn &turn);
    bool drop(TorrentEntry &torrent, HashJob &job, bool cancelled);
    void hash_with_queued(TorrentEntry &torrent, HashJob const &job, HashedPiece &piece);
    void answer(HashJob &job, PieceHash &hash, PieceOnDisk &disk);
    void answer(TorrentEntry &torrent, HashJob &job, PieceHash &hash);

    lt::settings_interface const &settings_;
    lt::counters &counters_;
    std::shared_ptr<StorageOptionsBook> storage_options_;
    std::shared_ptr<DiskFigures> figures_;
    // Ordered so that what others use is destroyed last.
    BlockPool blocks_;
    ReadAhead read_ahead_;
    DescriptorPool descriptors_;
    CompletionQueue completions_;
    WriteBuffer write_buffer_;
    std::vector<Torrent> torrents_;
    std::uint64_t torrent_count_ = 0;
    std::uint64_t hash_job_count_ = 0;
    Scheduler scheduler_;
};

/// How many pieces on disk a thread hashes at once.
std::size_t most_pieces_hashed_at_once();

/// For lt::session_params::disk_io_constructor.
std::unique_ptr<lt::disk_interface> make_disk_io(lt::io_context &context,
                                                 lt::settings_interface const &settings,
                                                 lt::counters &counters);

/// The same, with options for each torrent. Add them to `storage_options` before the torrent. Counts
/// in `figures` what it does.
lt::disk_io_constructor_type disk_io_maker(
    std::shared_ptr<StorageOptionsBook> storage_options,
    std::shared_ptr<DiskFigures> figures = std::make_shared<DiskFigures>());

}  // namespace pierdat::disk
