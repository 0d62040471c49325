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

/// Stores the parts of pieces that belong to unwanted files. A piece that a wanted file shares with
/// its neighbour can only be checked and served as a whole.
///
/// The format is that of libtorrent's ".INFOHASH.parts", so the files of other clients can be used:
/// a header of big-endian 32-bit numbers (piece count, piece length, then the slot of each piece or
/// 0xffffffff), padded to a multiple of 1024 bytes, followed by slots of the piece length.
class PartFile {
public:
    PartFile(SaveFolder const &folder, std::string name, int piece_count, int piece_length);

    /// Assigns slots to pieces that have none, in this order. Two downloads of the same selection
    /// then produce identical files, whatever order the data arrives in.
    void plan(std::vector<lt::piece_index_t> const &pieces);

    bool contains(lt::piece_index_t piece);

    /// Fails with ENOENT if nothing of the piece is stored.
    void read(lt::piece_index_t piece, int offset, lt::span<char> buffer, lt::error_code &error);
    void write(lt::piece_index_t piece, int offset, lt::span<char const> data, lt::error_code &error);

    /// Closes the file. The next use opens it again.
    void close();
    void remove(lt::error_code &error);
    void move(SaveFolder const &destination, lt::error_code &error);

private:
    /// Reads the header on the first call.
    void load();
    /// The slot of a piece. Assigns one if it has none.
    int slot_for(lt::piece_index_t piece);
    bool open_for_reading(lt::error_code &error);
    /// Opens the file and writes the header if it has changed.
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
    /// All slots before this one are taken.
    int next_slot_ = 0;
    bool loaded_ = false;
    bool header_changed_ = true;
    FileDescriptor file_;
    bool writable_ = false;
};

}  // namespace pierdat::disk
