#include "torrent_storage.hpp"

#include <algorithm>
#include <cstring>
#include <set>

#include <libtorrent/hex.hpp>

#include "obstacle.hpp"
#include "sparse_write.hpp"
#include "vectored_io.hpp"

namespace pierdat::disk {

namespace {

/// Hands out a list of buffers piecemeal, from the front.
class BufferCursor {
public:
    explicit BufferCursor(std::vector<iovec> const &buffers) : next_(buffers.begin()) {
        for (auto const &buffer : buffers) left_ += static_cast<std::int64_t>(buffer.iov_len);
    }

    std::int64_t left() const { return left_; }

    std::vector<iovec> take(std::int64_t bytes) {
        std::vector<iovec> taken;
        left_ -= bytes;
        while (bytes > 0) {
            auto const size = std::min(next_->iov_len - used_, static_cast<std::size_t>(bytes));
            taken.push_back({static_cast<char *>(next_->iov_base) + used_, size});
            bytes -= static_cast<std::int64_t>(size);
            used_ += size;
            if (used_ == next_->iov_len) {
                ++next_;
                used_ = 0;
            }
        }
        return taken;
    }

private:
    std::vector<iovec>::const_iterator next_;
    std::size_t used_ = 0;
    std::int64_t left_ = 0;
};

/// Calls `each(file, offset in file, bytes)` for each part of a file in a byte range, until it
/// returns false. Skips empty files.
template <typename Each>
void for_each_part(lt::file_storage const &files, lt::piece_index_t piece, int offset, std::int64_t length,
                   Each each) {
    std::int64_t position = static_cast<int>(piece) * std::int64_t{files.piece_length()} + offset;
    auto file = files.file_index_at_offset(position);
    for (; length > 0 && file < files.end_file(); ++file) {
        std::int64_t const start = position - files.file_offset(file);
        std::int64_t const part = std::min(length, files.file_size(file) - start);
        if (part <= 0) continue;
        if (!each(file, start, part)) return;
        position += part;
        length -= part;
    }
}

mode_t mode_of(lt::file_storage const &files, lt::file_index_t file) {
    return files.file_flags(file) & lt::file_storage::flag_executable ? 0777 : 0666;
}

}  // namespace

TorrentStorage::TorrentStorage(lt::storage_params const &params, lt::storage_index_t index,
                               DescriptorPool &pool, std::string const &part_folder, bool may_write)
    : files_(params.files), index_(index), folder_(params.path),
      part_folder_(part_folder.empty() ? params.path : part_folder),
      is_part_file_apart_(!part_folder.empty()), may_write_(may_write), priorities_(params.priorities),
      part_file_name_("." + lt::aux::to_hex(params.info_hash) + ".parts"), pool_(pool) {
    if (params.mapped_files) renamed_files_ = std::make_unique<lt::file_storage>(*params.mapped_files);
    for (auto const file : files_.file_range()) has_padding_ = has_padding_ || files_.pad_file_at(file);
    plan_part_file();
}

TorrentStorage::~TorrentStorage() { pool_.release(index_); }

void TorrentStorage::read(lt::piece_index_t piece, int offset, std::vector<iovec> const &buffers,
                          lt::storage_error &error) const {
    transfer(Direction::read, piece, offset, buffers, error);
}

void TorrentStorage::serve(lt::piece_index_t piece, int offset, std::vector<iovec> const &buffers,
                           lt::storage_error &error) const {
    transfer(Direction::read, piece, offset, buffers, error);
    if (!error) refuse_changed(piece, offset, BufferCursor(buffers).left(), error);
}

void TorrentStorage::refuse_changed(lt::piece_index_t piece, int offset, std::int64_t length,
                                    lt::storage_error &error) const {
    for_each_part(files(), piece, offset, length, [&](auto file, std::int64_t, std::int64_t) {
        if (!error && watch_.has_changed(file))
            error = lt::storage_error(lt::errors::mismatching_file_timestamp, file,
                                      lt::operation_t::file_read);
        return !error;
    });
}

void TorrentStorage::write(lt::piece_index_t piece, int offset, std::vector<iovec> const &buffers,
                           lt::storage_error &error) const {
    transfer(Direction::write, piece, offset, buffers, error);
}

void TorrentStorage::clear_padding(lt::piece_index_t piece, int offset, lt::span<char> data) const {
    if (!has_padding_) return;
    char *next = data.data();
    for_each_part(files(), piece, offset, data.size(), [&](auto file, std::int64_t, std::int64_t length) {
        if (files().pad_file_at(file)) std::memset(next, 0, static_cast<std::size_t>(length));
        next += length;
        return true;
    });
}

void TorrentStorage::transfer(Direction direction, lt::piece_index_t piece, int offset,
                              std::vector<iovec> const &buffers, lt::storage_error &error) const {
    BufferCursor cursor(buffers);
    auto const move = [&](lt::file_index_t file, std::int64_t start, std::int64_t length) {
        auto part = cursor.take(length);
        if (files().pad_file_at(file)) {
            if (direction == Direction::read)
                for (auto const &buffer : part) std::memset(buffer.iov_base, 0, buffer.iov_len);
        } else if (is_in_part_file(file)) {
            transfer_part_file(direction, file, start, part, error);
        } else {
            transfer_file(direction, file, start, std::move(part), error);
        }
        if (error) error.file(file);
        return !error;
    };
    for_each_part(files(), piece, offset, cursor.left(), move);
}

void TorrentStorage::transfer_file(Direction direction, lt::file_index_t file, std::int64_t offset,
                                   std::vector<iovec> buffers, lt::storage_error &error) const {
    bool const writes = direction == Direction::write;
    if (writes && has_already(file, offset, buffers)) return;
    auto const descriptor = open(file, writes, error.ec);
    if (error) {
        error.operation = lt::operation_t::file_open;
    } else if (writes) {
        error.operation = lt::operation_t::file_write;
        write_sparsely(descriptor->number(), offset, buffers, files().file_size(file), error.ec);
    } else {
        error.operation = lt::operation_t::file_read;
        read_all(descriptor->number(), offset, std::move(buffers), error.ec);
        watch_.compare(file, *descriptor);
    }
}

/// True if a file that is not open for writing already contains these bytes. That happens in a
/// piece that the file shares with a missing one. Writing them again would copy the whole file on
/// an overlay and change its times.
bool TorrentStorage::has_already(lt::file_index_t file, std::int64_t offset,
                                 std::vector<iovec> const &buffers) const {
    if (pool_.is_writable(index_, file)) return false;
    lt::error_code error;
    auto const present = folder_.open_for_reading(files().file_path(file), error);
    std::vector<char> bytes;
    for (auto const &buffer : buffers) {
        if (error) return false;
        bytes.resize(buffer.iov_len);
        read_all(present.number(), offset, {{bytes.data(), bytes.size()}}, error);
        if (error || std::memcmp(bytes.data(), buffer.iov_base, bytes.size()) != 0) return false;
        offset += static_cast<std::int64_t>(bytes.size());
    }
    return true;
}

void TorrentStorage::transfer_part_file(Direction direction, lt::file_index_t file, std::int64_t offset,
                                        std::vector<iovec> const &buffers, lt::storage_error &error) const {
    bool const writes = direction == Direction::write;
    error.operation = writes ? lt::operation_t::partfile_write : lt::operation_t::partfile_read;
    auto const place = files().map_file(file, offset, 0);
    int start = place.start;
    for (auto const &buffer : buffers) {
        lt::span<char> const data(static_cast<char *>(buffer.iov_base),
                                  static_cast<std::ptrdiff_t>(buffer.iov_len));
        if (writes) part_file_->write(place.piece, start, data, error.ec);
        else part_file_->read(place.piece, start, data, error.ec);
        if (error) return;
        start += static_cast<int>(data.size());
    }
}

DescriptorPool::Descriptor TorrentStorage::open(lt::file_index_t file, bool writable,
                                                lt::error_code &error) const {
    auto const opener = [&](lt::error_code &cause) {
        std::string const path = files().file_path(file);
        if (writable) {
            watch_.leave_out(file);
            auto opened = folder_.open_for_writing(path, mode_of(files(), file), cause);
            if (!cause) tell_apart(file, opened, cause);
            return opened;
        }
        FileDescriptor opened = folder_.open_for_reading(path, cause);
        if (!cause) watch_.opened(file, opened);
        return opened;
    };
    // Two threads that open a file with several hard links would each replace it by a copy, and one
    // copy would be lost.
    std::unique_lock opening(opening_mutex_, std::defer_lock);
    if (writable && !pool_.is_writable(index_, file)) opening.lock();
    return pool_.descriptor(index_, file, writable, opener, error);
}

/// Fails if the file system maps the names of two files to one file.
void TorrentStorage::tell_apart(lt::file_index_t file, FileDescriptor const &opened, lt::error_code &error) const {
    struct stat status {};
    if (::fstat(opened.number(), &status) != 0) return;
    std::lock_guard const lock(written_mutex_);
    auto const entry = written_.try_emplace({status.st_dev, status.st_ino}, file).first;
    if (entry->second == file) return;
    // Unless the other file was deleted and this one reuses its inode.
    lt::error_code absent;
    auto const other = folder_.entry(files().file_path(entry->second), absent);
    if (!absent && other.st_dev == status.st_dev && other.st_ino == status.st_ino)
        error = error_code_of(Obstacle::same_file);
    else
        entry->second = file;
}

void TorrentStorage::release_files() const {
    pool_.release(index_);
    if (part_file_) part_file_->close();
}

lt::download_priority_t TorrentStorage::priority_of(lt::file_index_t file) const {
    return file < priorities_.end_index() ? priorities_[file] : lt::default_priority;
}

bool TorrentStorage::is_unwanted(lt::file_index_t file) const {
    return priority_of(file) == lt::dont_download && !files().pad_file_at(file);
}

bool TorrentStorage::is_in_part_file(lt::file_index_t file) const {
    return is_unwanted(file) && !(file < kept_as_files_.end_index() && kept_as_files_[file]);
}

/// Assigns part file slots to the pieces that wanted and unwanted files share.
void TorrentStorage::plan_part_file() {
    std::set<lt::piece_index_t> seen;
    std::vector<lt::piece_index_t> shared;
    bool needed = false;
    auto const consider = [&](lt::piece_index_t piece) {
        if (!seen.insert(piece).second) return;
        bool is_shared = false;
        for_each_part(files(), piece, 0, files().piece_size(piece), [&](auto file, std::int64_t, std::int64_t) {
            is_shared = !files().pad_file_at(file) && !is_unwanted(file);
            return !is_shared;
        });
        if (is_shared) shared.push_back(piece);
    };
    for (lt::file_index_t file(0); file < priorities_.end_index() && file < files().end_file(); ++file) {
        if (!is_in_part_file(file)) continue;
        needed = true;
        std::int64_t const size = files().file_size(file);
        if (size == 0) continue;
        consider(files().map_file(file, 0, 0).piece);
        consider(files().map_file(file, size - 1, 0).piece);
    }
    if (!needed) return;
    if (!part_file_)
        part_file_ = std::make_unique<PartFile>(part_folder_, part_file_name_, files().num_pieces(),
                                                files().piece_length());
    part_file_->plan(shared);
}

}  // namespace pierdat::disk
