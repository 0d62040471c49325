#pragma once

#include <cstdint>

#include <libtorrent/error_code.hpp>

#include "file_descriptor.hpp"

namespace pierdat::disk {

/// How a file came to have the bytes of another.
enum class CopyWay {
    /// The two share their blocks on disk until one of them changes: ioctl_ficlone(2).
    cloned,
    copied,
};

/// Makes `to` a file of the same `size` bytes as `from`, without writing what `from` has holes for. It has
/// the size only when all of it is there.
CopyWay copy_file(FileDescriptor const &from, FileDescriptor const &to, std::int64_t size,
                  lt::error_code &error);

/// Whether the first `size` bytes of two files are there and are the same.
bool have_same_bytes(FileDescriptor const &one, FileDescriptor const &other, std::int64_t size);

}  // namespace pierdat::disk
