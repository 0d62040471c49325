#include "back_end.hpp"

#include <libtorrent/add_torrent_params.hpp>
#include <libtorrent/mmap_disk_io.hpp>
#include <libtorrent/peer_request.hpp>
#include <libtorrent/posix_disk_io.hpp>
#include <libtorrent/session_handle.hpp>
#include <libtorrent/storage_defs.hpp>

#include "DiskBackend/io/disk_io.hpp"

namespace comparison {

namespace {

lt::disk_io_constructor_type constructor_of(disk_back_end kind) {
    switch (kind) {
        case DISK_BACK_END_MMAP: return lt::mmap_disk_io_constructor;
        case DISK_BACK_END_POSIX: return lt::posix_disk_io_constructor;
        default: return pierdat::disk::make_disk_io;
    }
}

lt::sha1_hash const some_key("aaaaaaaaaaaaaaaaaaaa");

lt::disk_io_constructor_type seeder_with(std::shared_ptr<pierdat::disk::LazyVerifier> verifier) {
    pierdat::disk::StorageOptions options;
    options.verifier = std::move(verifier);
    options.may_write = false;
    auto book = std::make_shared<pierdat::disk::StorageOptionsBook>();
    book->set(some_key, std::move(options));
    return pierdat::disk::disk_io_maker(std::move(book));
}

}  // namespace

BackEnd::BackEnd(disk_back_end kind, lt::file_storage const &files, std::string const &folder,
                 Priorities const &priorities, int store_bytes)
    : keep_running_(lt::make_work_guard(context_)) {
    open(constructor_of(kind), {files, nullptr, folder, lt::storage_mode_sparse, priorities, some_key}, store_bytes);
}

BackEnd::BackEnd(lt::file_storage const &files, std::string const &folder,
                 std::shared_ptr<pierdat::disk::LazyVerifier> verifier)
    : keep_running_(lt::make_work_guard(context_)) {
    Priorities const all;
    lt::storage_params const params(files, nullptr, folder, lt::storage_mode_sparse, all, some_key);
    open(seeder_with(std::move(verifier)), params, 1 << 19);
}

void BackEnd::open(lt::disk_io_constructor_type const &constructor, lt::storage_params const &params, int store_bytes) {
    settings_.set_int(lt::settings_pack::max_queued_disk_bytes, store_bytes);
    settings_.set_int(lt::settings_pack::aio_threads, 3);
    settings_.set_int(lt::settings_pack::hashing_threads, 2);
    settings_.set_int(lt::settings_pack::disk_write_mode, lt::settings_pack::always_pwrite);
    disk_ = constructor(context_, settings_, counters_);
    storage_ = disk_->new_torrent(params, std::make_shared<int>(0));
}

BackEnd::~BackEnd() {
    wait_for_writes();
    wait_for_reads();
    storage_.reset();
    disk_->abort(true);
    keep_running_.reset();
    context_.run();
}

void BackEnd::run_until(std::function<bool()> const &is_done) {
    disk_->submit_jobs();
    while (!is_done()) context_.run_one();
}

void BackEnd::poll() {
    disk_->submit_jobs();
    handle_finished();
}

void BackEnd::handle_finished() {
    context_.poll();
}

template <typename Start>
void BackEnd::wait_for(Start start) {
    bool done = false;
    start(done);
    run_until([&] { return done; });
}

lt::status_t BackEnd::check(lt::add_torrent_params const *resume, lt::storage_error &error) {
    lt::status_t result{};
    wait_for([&](bool &done) {
        disk_->async_check_files(storage_, resume, {}, [&](lt::status_t status, lt::storage_error const &e) {
            result = status;
            error = e;
            done = true;
        });
    });
    return result;
}

bool BackEnd::start_write(lt::piece_index_t piece, int offset, std::vector<char> const &data,
                          std::function<void(lt::storage_error const &)> done,
                          std::shared_ptr<lt::disk_observer> observer) {
    ++writes_;
    lt::peer_request const request{piece, offset, static_cast<int>(data.size())};
    auto const finished = [this, done = std::move(done)](lt::storage_error const &error) {
        --writes_;
        done(error);
    };
    bool const is_full = disk_->async_write(storage_, request, data.data(), std::move(observer), finished);
    disk_->submit_jobs();
    return is_full;
}

void BackEnd::wait_for_writes() {
    run_until([this] { return writes_ == 0; });
}

std::vector<char> BackEnd::read(lt::piece_index_t piece, int offset, int length, lt::storage_error &error) {
    std::vector<char> result;
    wait_for([&](bool &done) {
        start_read(piece, offset, length, [&](std::vector<char> const &data, lt::storage_error const &e) {
            result = data;
            error = e;
            done = true;
        });
    });
    return result;
}

void BackEnd::start_read(lt::piece_index_t piece, int offset, int length,
                         std::function<void(std::vector<char> const &, lt::storage_error const &)> done) {
    ++reads_;
    disk_->async_read(storage_, {piece, offset, length},
                      [this, length, done = std::move(done)](lt::disk_buffer_holder buffer,
                                                             lt::storage_error const &error) {
                          --reads_;
                          std::vector<char> data;
                          if (!error) data.assign(buffer.data(), buffer.data() + length);
                          done(data, error);
                      });
}

void BackEnd::wait_for_reads() {
    run_until([this] { return reads_ == 0; });
}

lt::sha1_hash BackEnd::hash(lt::piece_index_t piece, std::vector<lt::sha256_hash> &v2, bool v1,
                            lt::storage_error &error) {
    lt::sha1_hash result;
    auto const flags = v1 ? lt::disk_interface::v1_hash : lt::disk_job_flags_t{};
    wait_for([&](bool &done) {
        disk_->async_hash(storage_, piece, v2, flags,
                          [&](lt::piece_index_t, lt::sha1_hash const &hash, lt::storage_error const &e) {
                              result = hash;
                              error = e;
                              done = true;
                          });
    });
    return result;
}

void BackEnd::start_hash(lt::piece_index_t piece, lt::span<lt::sha256_hash> v2, lt::disk_job_flags_t flags,
                         std::function<void(lt::sha1_hash const &, lt::storage_error const &)> done) {
    ++hashes_;
    disk_->async_hash(storage_, piece, v2, flags | lt::disk_interface::v1_hash,
                      [this, done = std::move(done)](lt::piece_index_t, lt::sha1_hash const &hash,
                                                     lt::storage_error const &error) {
                          --hashes_;
                          done(hash, error);
                      });
}

void BackEnd::wait_for_hashes() {
    run_until([this] { return hashes_ == 0; });
}

lt::sha256_hash BackEnd::block_hash(lt::piece_index_t piece, int offset, lt::storage_error &error) {
    lt::sha256_hash result;
    wait_for([&](bool &done) {
        disk_->async_hash2(storage_, piece, offset, {},
                           [&](lt::piece_index_t, lt::sha256_hash const &hash, lt::storage_error const &e) {
                               result = hash;
                               error = e;
                               done = true;
                           });
    });
    return result;
}

void BackEnd::clear_piece(lt::piece_index_t piece) {
    wait_for([&](bool &done) {
        disk_->async_clear_piece(storage_, piece, [&](lt::piece_index_t) { done = true; });
    });
}

void BackEnd::release_files() {
    wait_for([&](bool &done) { disk_->async_release_files(storage_, [&] { done = true; }); });
}

void BackEnd::stop() {
    wait_for([&](bool &done) { disk_->async_stop_torrent(storage_, [&] { done = true; }); });
}

void BackEnd::set_priorities(Priorities const &priorities, lt::storage_error &error) {
    wait_for([&](bool &done) {
        disk_->async_set_file_priority(storage_, priorities,
                                       [&](lt::storage_error const &e, Priorities const &) {
                                           error = e;
                                           done = true;
                                       });
    });
}

void BackEnd::rename(lt::file_index_t file, std::string const &name, lt::storage_error &error) {
    wait_for([&](bool &done) {
        disk_->async_rename_file(storage_, file, name,
                                 [&](std::string const &, lt::file_index_t, lt::storage_error const &e) {
                                     error = e;
                                     done = true;
                                 });
    });
}

lt::status_t BackEnd::move(std::string const &folder, lt::storage_error &error) {
    lt::status_t result{};
    wait_for([&](bool &done) {
        disk_->async_move_storage(storage_, folder, lt::move_flags_t::always_replace_files,
                                  [&](lt::status_t status, std::string const &, lt::storage_error const &e) {
                                      result = status;
                                      error = e;
                                      done = true;
                                  });
    });
    return result;
}

void BackEnd::delete_files(lt::storage_error &error) {
    wait_for([&](bool &done) {
        disk_->async_delete_files(storage_, lt::session_handle::delete_files,
                                  [&](lt::storage_error const &e) {
                                      error = e;
                                      done = true;
                                  });
    });
}

std::int64_t BackEnd::blocks_in_use() {
    disk_->update_stats_counters(counters_);
    return counters_[lt::counters::disk_blocks_in_use];
}

}  // namespace comparison
