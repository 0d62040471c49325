// Turns libtorrent's calls into jobs.
#include "disk_io.hpp"

#include <algorithm>
#include <cstring>
#include <thread>
#include <utility>

#include <libtorrent/peer_request.hpp>

namespace pierdat::disk {

std::size_t most_pieces_hashed_at_once() { return OrderedHasher::most_at_once(); }

std::unique_ptr<lt::disk_interface> make_disk_io(lt::io_context &context,
                                                 lt::settings_interface const &settings,
                                                 lt::counters &counters) {
    return std::make_unique<DiskIO>(context, settings, counters);
}

lt::disk_io_constructor_type disk_io_maker(std::shared_ptr<StorageOptionsBook> storage_options,
                                           std::shared_ptr<DiskFigures> figures) {
    return [storage_options = std::move(storage_options), figures = std::move(figures)](
               lt::io_context &context, auto const &settings, auto &counters) {
        return std::make_unique<DiskIO>(context, settings, counters, storage_options, figures);
    };
}

DiskIO::DiskIO(lt::io_context &context, lt::settings_interface const &settings, lt::counters &counters,
               std::shared_ptr<StorageOptionsBook> storage_options, std::shared_ptr<DiskFigures> figures)
    : settings_(settings), counters_(counters), storage_options_(std::move(storage_options)),
      figures_(std::move(figures)),
      descriptors_(settings.get_int(lt::settings_pack::file_pool_size)), completions_(context),
      write_buffer_(completions_), scheduler_(context, write_buffer_, completions_, [this](auto const &of, Job &job, bool cancelled) {
          return perform_and_count(of, job, cancelled);
      }) {
    settings_updated();
}

DiskIO::~DiskIO() { abort(true); }

void DiskIO::settings_updated() {
    using lt::settings_pack;
    descriptors_.set_capacity(settings_.get_int(settings_pack::file_pool_size));
    write_buffer_.set_limit(settings_.get_int(settings_pack::max_queued_disk_bytes));
    // The data of more threads than this would not fit into the processor's cache.
    limit_hashing_threads(2 * std::max(1, static_cast<int>(std::thread::hardware_concurrency())));
}

void DiskIO::limit_hashing_threads(int threads) {
    using lt::settings_pack;
    scheduler_.set_threads(settings_.get_int(settings_pack::aio_threads),
                           std::min(settings_.get_int(settings_pack::hashing_threads), threads));
}

lt::storage_holder DiskIO::new_torrent(lt::storage_params const &params,
                                       std::shared_ptr<void> const &torrent) {
    auto const free = std::find(torrents_.begin(), torrents_.end(), nullptr);
    lt::storage_index_t const index(static_cast<std::uint32_t>(free - torrents_.begin()));
    auto entry = std::make_shared<TorrentEntry>(params, index, ++torrent_count_, descriptors_, torrent,
                                                storage_options_ ? storage_options_->take(params.info_hash) : StorageOptions());
    if (entry->verifier) entry->verifier->set_begin([this, index](auto piece) { verify_ahead(this->torrent(index), piece); });
    if (free == torrents_.end()) torrents_.push_back(std::move(entry));
    else *free = std::move(entry);
    return {index, *this};
}

void DiskIO::remove_torrent(lt::storage_index_t index) {
    prepare_change(torrent(index));
    Torrent const removed = std::exchange(torrents_[static_cast<std::uint32_t>(index)], nullptr);
    if (removed->verifier) removed->verifier->set_begin({});
    scheduler_.remove(removed);
    // No later call of submit_jobs() would start its reads.
    scheduler_.start_submitted();
}

DiskIO::Torrent const &DiskIO::torrent(lt::storage_index_t storage) const {
    return torrents_[static_cast<std::uint32_t>(storage)];
}

bool DiskIO::async_write(lt::storage_index_t storage, lt::peer_request const &request, char const *data,
                         std::shared_ptr<lt::disk_observer> observer, WriteHandler handler,
                         lt::disk_job_flags_t) {
    auto const &entry = torrent(storage);
    auto block = blocks_.allocate();
    auto const length = static_cast<std::size_t>(request.length);
    std::memcpy(block.data(), data, length);
    std::memset(block.data() + length, 0, Block::capacity - length);
    entry->storage.clear_padding(request.piece, request.start, {block.data(), request.length});
    read_ahead_.forget({entry->number, request.piece});
    bool const is_full = write_buffer_.reserve(observer);
    scheduler_.submit(entry, WriteJob{request.piece, request.start / lt::default_block_size, request.length,
                                      std::move(block), std::move(handler)});
    return is_full;
}

void DiskIO::async_hash(lt::storage_index_t storage, lt::piece_index_t piece, lt::span<lt::sha256_hash> v2,
                        lt::disk_job_flags_t flags, HashHandler handler) {
    bool const wants_v1 = static_cast<bool>(flags & v1_hash);
    bool const is_check = static_cast<bool>(flags & volatile_read);
    auto const &entry = torrent(storage);
    entry->has_v1 = wants_v1;
    scheduler_.submit(entry, HashJob{piece, wants_v1, v2, is_check, ++hash_job_count_, std::move(handler)});
}

void DiskIO::async_hash2(lt::storage_index_t storage, lt::piece_index_t piece, int offset,
                         lt::disk_job_flags_t, BlockHashHandler handler) {
    scheduler_.submit(torrent(storage), BlockHashJob{piece, offset, std::move(handler)});
}

void DiskIO::submit_exclusive(lt::storage_index_t storage, std::function<void(bool cancelled)> perform) {
    prepare_change(torrent(storage));
    scheduler_.submit(torrent(storage), ExclusiveJob{std::move(perform)});
}

/// Prepares for a change of files or a new check: starts the reads requested before, and discards
/// all cached data.
void DiskIO::prepare_change(Torrent const &torrent) {
    submit_reads();
    read_ahead_.forget(torrent->number);
}

void DiskIO::cancel_checks(TorrentEntry &torrent) { torrent.cancelled_checks = hash_job_count_; }

void DiskIO::async_move_storage(
    lt::storage_index_t storage, std::string path, lt::move_flags_t flags,
    std::function<void(lt::status_t, std::string const &, lt::storage_error const &)> handler) {
    auto *const entry = torrent(storage).get();
    submit_exclusive(storage, [=, path = std::move(path), handler = std::move(handler)](bool cancelled) {
        lt::storage_error error = cancelled ? cancelled_error() : lt::storage_error();
        std::pair<lt::status_t, std::string> result{lt::status_t::fatal_disk_error, path};
        if (!cancelled) result = entry->storage.move(path, flags, error);
        completions_.post([=] { handler(result.first, result.second, error); });
    });
}

void DiskIO::async_release_files(lt::storage_index_t storage, std::function<void()> handler) {
    auto *const entry = torrent(storage).get();
    submit_exclusive(storage, [=, handler = std::move(handler)](bool cancelled) {
        if (!cancelled) {
            write_buffer_.forget(*entry);
            entry->storage.release_files();
        }
        if (handler) completions_.post(handler);
    });
}

void DiskIO::async_stop_torrent(lt::storage_index_t storage, std::function<void()> handler) {
    cancel_checks(*torrent(storage));
    async_release_files(storage, std::move(handler));
}

void DiskIO::async_check_files(lt::storage_index_t storage, lt::add_torrent_params const *resume,
                               FileLinks links,
                               std::function<void(lt::status_t, lt::storage_error const &)> handler) {
    auto *const entry = torrent(storage).get();
    bool const trusts = settings_.get_bool(lt::settings_pack::no_recheck_incomplete_resume);
    submit_exclusive(storage, [=, links = std::move(links), handler = std::move(handler)](bool cancelled) {
        lt::storage_error error = cancelled ? cancelled_error() : lt::storage_error();
        auto status = lt::status_t::fatal_disk_error;
        if (!cancelled)
            status = entry->storage.check(resume ? *resume : lt::add_torrent_params(), links, trusts, error);
        completions_.post([=] { handler(status, error); });
    });
}

void DiskIO::async_rename_file(
    lt::storage_index_t storage, lt::file_index_t file, std::string name,
    std::function<void(std::string const &, lt::file_index_t, lt::storage_error const &)> handler) {
    auto *const entry = torrent(storage).get();
    submit_exclusive(storage, [=, name = std::move(name), handler = std::move(handler)](bool cancelled) {
        lt::storage_error error = cancelled ? cancelled_error() : lt::storage_error();
        if (!cancelled) entry->storage.rename_file(file, name, error);
        completions_.post([=] { handler(name, file, error); });
    });
}

void DiskIO::async_delete_files(lt::storage_index_t storage, lt::remove_flags_t options,
                                std::function<void(lt::storage_error const &)> handler) {
    auto *const entry = torrent(storage).get();
    cancel_checks(*entry);
    submit_exclusive(storage, [=, handler = std::move(handler)](bool cancelled) {
        lt::storage_error error = cancelled ? cancelled_error() : lt::storage_error();
        if (!cancelled) {
            write_buffer_.forget(*entry);
            entry->storage.delete_files(options, error);
        }
        completions_.post([=] { handler(error); });
    });
}

void DiskIO::async_set_file_priority(
    lt::storage_index_t storage, FilePriorities priorities,
    std::function<void(lt::storage_error const &, FilePriorities)> handler) {
    auto *const entry = torrent(storage).get();
    submit_exclusive(storage, [=, handler = std::move(handler)](bool cancelled) {
        lt::storage_error error = cancelled ? cancelled_error() : lt::storage_error();
        FilePriorities result = priorities;
        if (!cancelled) entry->storage.set_priorities(result, error);
        completions_.post([=] { handler(error, result); });
    });
}

void DiskIO::async_clear_piece(lt::storage_index_t storage, lt::piece_index_t piece,
                               std::function<void(lt::piece_index_t)> handler) {
    auto *const entry = torrent(storage).get();
    submit_exclusive(storage, [=, handler = std::move(handler)](bool cancelled) {
        if (!cancelled) write_buffer_.forget(*entry, piece);
        completions_.post([=] { handler(piece); });
    });
}

void DiskIO::update_stats_counters(lt::counters &counters) const {
    counters.set_value(lt::counters::disk_blocks_in_use, write_buffer_.blocks_in_use());
}

std::vector<lt::open_file_state> DiskIO::get_status(lt::storage_index_t storage) const {
    return descriptors_.status(storage);
}

void DiskIO::abort(bool wait) {
    submit_reads();
    scheduler_.abort(wait);
}

void DiskIO::submit_jobs() {
    submit_reads();
    scheduler_.start_submitted();
}

}  // namespace pierdat::disk
