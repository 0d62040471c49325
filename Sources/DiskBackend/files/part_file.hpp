#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include <libtorrent/error_code.hpp>
#include <libtorrent/span.hpp>
#include <libtorrent/units.hpp>

#include "save_folder.hpp"

namespace pierdat::disk {

/// Where the parts of pieces are kept that belong to files nobody wants: a piece that a wanted file shares
/// with its neighbour is checked and served as a whole only.
///
/// The format is that of libtorrent's ".INFOHASH.parts", so that what another client left is found: a
/// header of big-endian 32-bit numbers (pieces, bytes a piece, for each piece its slot or 0xffffffff),
/// filled up to a multiple of 1024 bytes, then the slots, each as large as a piece.
class PartFile {
public:
    PartFile(SaveFolder const &folder, std::string name, int piece_count, int piece_length);

    /// Plans slots for pieces that have none, in this order: two downloads of one selection then leave the
    /// same bytes, whatever came first.
    void plan(std::vector<lt::piece_index_t> const &pieces);

    bool contains(lt::piece_index_t piece);

    /// ENOENT where nothing was ever kept of the piece.
    void read(lt::piece_index_t piece, int offset, lt::span<char> buffer, lt::error_code &error);
    void write(lt::piece_index_t piece, int offset, lt::span<char const> data, lt::error_code &error);

    /// Closes the file; the next use opens it again.
    void close();
    void remove(lt::error_code &error);
    void move(SaveFolder const &destination, lt::error_code &error);

private:
    /// Reads the header, the first time it is called.
    void load();
    /// The slot of a piece, a new one where it has none.
    int slot_for(lt::piece_index_t piece);
    bool open_for_reading(lt::error_code &error);
    /// Opens the file and writes the header where what is planned is not in it yet.
    bool prepare_to_write(lt::error_code &error);
    std::int64_t position(int slot, int offset) const;

    std::mutex mutex_;
    SaveFolder folder_;
    std::string name_;
    int piece_count_;
    int piece_length_;
    int header_size_;
    std::map<lt::piece_index_t, int> slots_;
    std::vector<bool> is_taken_;
    /// No slot before it is free.
    int next_slot_ = 0;
    bool loaded_ = false;
    bool header_changed_ = true;
    FileDescriptor file_;
    bool writable_ = false;
};

}  // namespace pierdat::disk
