#pragma once

#include <sys/uio.h>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <libtorrent/add_torrent_params.hpp>
#include <libtorrent/error_code.hpp>
#include <libtorrent/file_storage.hpp>
#include <libtorrent/session_types.hpp>
#include <libtorrent/storage_defs.hpp>

#include "file_change_watch.hpp"
#include "descriptor_pool.hpp"
#include "file_names.hpp"
#include "part_file.hpp"
#include "save_folder.hpp"

namespace pierdat::disk {

using FilePriorities = lt::aux::vector<lt::download_priority_t, lt::file_index_t>;
using FileLinks = lt::aux::vector<std::string, lt::file_index_t>;

/// The files of one torrent, addressed by pieces.
///
/// Any number of threads may read and write at once. Functions that change names or priorities must
/// run exclusively.
class TorrentStorage {
public:
    /// The part file is in `part_folder`, or next to the data if that is empty. Without
    /// `may_write`, check() creates nothing and follows links.
    TorrentStorage(lt::storage_params const &params, lt::storage_index_t index, DescriptorPool &pool,
                   std::string const &part_folder = {}, bool may_write = true);
    ~TorrentStorage();
    TorrentStorage(TorrentStorage const &) = delete;
    TorrentStorage &operator=(TorrentStorage const &) = delete;

    lt::storage_index_t index() const { return index_; }

    /// The files with their names on disk.
    lt::file_storage const &files() const { return renamed_files_ ? *renamed_files_ : files_; }

    int piece_length() const { return files_.piece_length(); }
    int piece_count() const { return files_.num_pieces(); }
    int piece_size(lt::piece_index_t piece) const { return files_.piece_size(piece); }

    /// Fills `buffers` from `offset` in `piece`. Padding reads as zeros.
    void read(lt::piece_index_t piece, int offset, std::vector<iovec> const &buffers,
              lt::storage_error &error) const;

    /// Like read(), but for a peer: fails if a file has changed since it was checked.
    void serve(lt::piece_index_t piece, int offset, std::vector<iovec> const &buffers,
               lt::storage_error &error) const;

    /// Fails if a file in this range is known to have changed.
    void refuse_changed(lt::piece_index_t piece, int offset, std::int64_t length,
                        lt::storage_error &error) const;

    /// Writes `buffers`. Does not store padding, and does not touch a file that already contains
    /// the bytes.
    void write(lt::piece_index_t piece, int offset, std::vector<iovec> const &buffers,
               lt::storage_error &error) const;

    /// Zeroes the padding in `data`, because a peer may send anything there.
    void clear_padding(lt::piece_index_t piece, int offset, lt::span<char> data) const;

    /// Creates links and empty files if allowed, then compares the files on disk with `resume`.
    /// Fails if the torrent's names or the existing files make it impossible to store the torrent.
    lt::status_t check(lt::add_torrent_params const &resume, FileLinks const &links, bool trust_incomplete,
                       lt::storage_error &error);

    void release_files() const;
    void rename_file(lt::file_index_t file, std::string const &name, lt::storage_error &error);
    std::pair<lt::status_t, std::string> move(std::string const &path, lt::move_flags_t flags,
                                              lt::storage_error &error);
    void delete_files(lt::remove_flags_t options, lt::storage_error &error);

    /// On failure, resets `priorities` to those in effect.
    void set_priorities(FilePriorities &priorities, lt::storage_error &error);

private:
    using FileSizes = lt::aux::vector<std::int64_t, lt::file_index_t>;
    static constexpr std::int64_t missing = -1;

    enum class Direction { read, write };
    void transfer(Direction direction, lt::piece_index_t piece, int offset,
                  std::vector<iovec> const &buffers, lt::storage_error &error) const;
    void transfer_file(Direction direction, lt::file_index_t file, std::int64_t offset,
                       std::vector<iovec> buffers, lt::storage_error &error) const;
    void transfer_part_file(Direction direction, lt::file_index_t file, std::int64_t offset,
                            std::vector<iovec> const &buffers, lt::storage_error &error) const;
    DescriptorPool::Descriptor open(lt::file_index_t file, bool writable, lt::error_code &error) const;
    bool has_already(lt::file_index_t file, std::int64_t offset, std::vector<iovec> const &buffers) const;
    void tell_apart(lt::file_index_t file, FileDescriptor const &opened, lt::error_code &error) const;

    lt::download_priority_t priority_of(lt::file_index_t file) const;
    bool is_unwanted(lt::file_index_t file) const;
    bool is_in_part_file(lt::file_index_t file) const;
    void plan_part_file();

    FileSizes sizes_on_disk(lt::storage_error &error) const;
    std::int64_t size_on_disk(lt::file_index_t file, lt::error_code &error) const;
    std::int64_t size_to_write(lt::file_index_t file, lt::error_code &error) const;
    void choose_part_file(FileSizes const &sizes);
    void create_empty_files(FileNames const &names, FileSizes const &sizes, lt::storage_error &error) const;
    bool add_hard_links(FileLinks const &links, FileSizes &sizes, lt::storage_error &error) const;
    bool is_complete(FileSizes const &sizes, lt::storage_error &error) const;
    bool has_files_of(lt::typed_bitfield<lt::piece_index_t> const &pieces, FileSizes const &sizes,
                      lt::storage_error &error) const;
    bool has_any_data(FileSizes const &sizes) const;
    void export_from_part_file(lt::file_index_t file, lt::storage_error &error) const;
    bool any_file_exists(SaveFolder const &folder, lt::storage_error &error) const;
    void remove_empty_folders(SaveFolder const &folder) const;

    lt::file_storage const &files_;
    std::unique_ptr<lt::file_storage> renamed_files_;
    lt::storage_index_t index_;
    SaveFolder folder_;
    /// The folder of the part file.
    SaveFolder part_folder_;
    bool is_part_file_apart_ = false;
    bool may_write_ = true;
    FilePriorities priorities_;
    /// Unwanted files that exist as regular files anyway, for example from an earlier selection.
    lt::aux::vector<bool, lt::file_index_t> kept_as_files_;
    std::string part_file_name_;
    std::unique_ptr<PartFile> part_file_;
    DescriptorPool &pool_;
    FileChangeWatch mutable watch_;
    std::mutex mutable opening_mutex_;
    std::mutex mutable written_mutex_;
    /// The files written so far, by device and inode.
    std::map<std::pair<dev_t, ino_t>, lt::file_index_t> mutable written_;
    bool has_padding_ = false;
};

}  // namespace pierdat::disk
