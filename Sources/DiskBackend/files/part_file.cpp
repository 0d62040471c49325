#include "part_file.hpp"

#include <cerrno>
#include <utility>

#include "vectored_io.hpp"

namespace pierdat::disk {

namespace {

constexpr std::uint32_t no_slot = 0xffffffff;
constexpr std::size_t number_size = 4;

std::uint32_t number_at(std::vector<char> const &bytes, std::size_t index) {
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < number_size; ++i)
        number = number << 8 | static_cast<unsigned char>(bytes[index * number_size + i]);
    return number;
}

void set_number_at(std::vector<char> &bytes, std::size_t index, std::uint32_t number) {
    for (std::size_t i = 0; i < number_size; ++i)
        bytes[index * number_size + i] = static_cast<char>(number >> (8 * (number_size - 1 - i)));
}

iovec vector_of(char const *data, std::size_t size) { return {const_cast<char *>(data), size}; }

}  // namespace

PartFile::PartFile(SaveFolder const &folder, std::string name, int piece_count, int piece_length)
    : folder_(folder), name_(std::move(name)), piece_count_(piece_count), piece_length_(piece_length),
      header_size_(((piece_count + 2) * static_cast<int>(number_size) + 1023) / 1024 * 1024) {}

void PartFile::load() {
    if (std::exchange(loaded_, true)) return;
    is_taken_.assign(static_cast<std::size_t>(piece_count_), false);
    lt::error_code error;
    if (!open_for_reading(error)) return;
    std::vector<char> header(static_cast<std::size_t>(header_size_));
    read_all(file_.number(), 0, {vector_of(header.data(), header.size())}, error);
    // A truncated file or one of another torrent counts as empty and is overwritten.
    if (error || number_at(header, 0) != static_cast<std::uint32_t>(piece_count_)
        || number_at(header, 1) != static_cast<std::uint32_t>(piece_length_))
        return;
    for (int piece = 0; piece < piece_count_; ++piece) {
        std::uint32_t const slot = number_at(header, static_cast<std::size_t>(piece) + 2);
        // Two pieces in one slot would overwrite each other. Ignore the second one.
        if (slot == no_slot || slot >= static_cast<std::uint32_t>(piece_count_) || is_taken_[slot]) continue;
        is_taken_[slot] = true;
        slots_[lt::piece_index_t(piece)] = static_cast<int>(slot);
    }
    header_changed_ = false;
}

int PartFile::slot_for(lt::piece_index_t piece) {
    auto const found = slots_.find(piece);
    if (found != slots_.end()) return found->second;
    // Another client's file may have gaps. There are as many slots as pieces, so one is free.
    while (is_taken_[static_cast<std::size_t>(next_slot_)]) ++next_slot_;
    is_taken_[static_cast<std::size_t>(next_slot_)] = true;
    slots_.emplace(piece, next_slot_);
    header_changed_ = true;
    return next_slot_++;
}

void PartFile::plan(std::vector<lt::piece_index_t> const &pieces) {
    std::lock_guard const lock(mutex_);
    load();
    for (auto const piece : pieces) slot_for(piece);
}

bool PartFile::contains(lt::piece_index_t piece) {
    std::lock_guard const lock(mutex_);
    load();
    return slots_.count(piece) != 0;
}

void PartFile::read(lt::piece_index_t piece, int offset, lt::span<char> buffer, lt::error_code &error) {
    std::lock_guard const lock(mutex_);
    load();
    auto const slot = slots_.find(piece);
    if (slot == slots_.end()) {
        error = {ENOENT, boost::system::generic_category()};
        return;
    }
    if (!open_for_reading(error)) return;
    auto const size = static_cast<std::size_t>(buffer.size());
    read_all(file_.number(), position(slot->second, offset), {vector_of(buffer.data(), size)}, error);
}

void PartFile::write(lt::piece_index_t piece, int offset, lt::span<char const> data,
                     lt::error_code &error) {
    std::lock_guard const lock(mutex_);
    load();
    int const slot = slot_for(piece);
    if (!prepare_to_write(error)) return;
    auto const size = static_cast<std::size_t>(data.size());
    write_all(file_.number(), position(slot, offset), {vector_of(data.data(), size)}, error);
}

void PartFile::close() {
    std::lock_guard const lock(mutex_);
    file_ = FileDescriptor();
}

void PartFile::remove(lt::error_code &error) {
    std::lock_guard const lock(mutex_);
    file_ = FileDescriptor();
    slots_.clear();
    is_taken_.assign(static_cast<std::size_t>(piece_count_), false);
    next_slot_ = 0;
    header_changed_ = true;
    folder_.remove_file(name_, error);
}

void PartFile::move(SaveFolder const &destination, lt::error_code &error) {
    std::lock_guard const lock(mutex_);
    file_ = FileDescriptor();
    folder_.move_file(name_, destination, name_, error);
    if (!error) folder_ = destination;
}

bool PartFile::open_for_reading(lt::error_code &error) {
    if (file_) return true;
    file_ = folder_.open_for_reading(name_, error);
    writable_ = false;
    return !error;
}

bool PartFile::prepare_to_write(lt::error_code &error) {
    if (!file_ || !writable_) {
        file_ = folder_.open_for_writing(name_, 0666, error);
        writable_ = true;
    }
    if (error || !header_changed_) return !error;
    std::vector<char> header(static_cast<std::size_t>(header_size_));
    set_number_at(header, 0, static_cast<std::uint32_t>(piece_count_));
    set_number_at(header, 1, static_cast<std::uint32_t>(piece_length_));
    for (int piece = 0; piece < piece_count_; ++piece) {
        auto const slot = slots_.find(lt::piece_index_t(piece));
        auto const number = slot == slots_.end() ? no_slot : static_cast<std::uint32_t>(slot->second);
        set_number_at(header, static_cast<std::size_t>(piece) + 2, number);
    }
    write_all(file_.number(), 0, {vector_of(header.data(), header.size())}, error);
    header_changed_ = static_cast<bool>(error);
    return !error;
}

std::int64_t PartFile::position(int slot, int offset) const {
    return header_size_ + std::int64_t{slot} * piece_length_ + offset;
}

}  // namespace pierdat::disk
