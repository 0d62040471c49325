#pragma once

#include <cstdint>

#include <libtorrent/error_code.hpp>

#include "file_descriptor.hpp"

namespace pierdat::disk {

/// How a file was copied.
enum class CopyWay {
    /// The files share disk blocks until one of them changes: ioctl_ficlone(2).
    cloned,
    copied,
};

/// Makes `to` a copy of the `size` bytes of `from` and preserves holes. `to` reaches its full size
/// only when it is complete.
CopyWay copy_file(FileDescriptor const &from, FileDescriptor const &to, std::int64_t size,
                  lt::error_code &error);

/// True if both files have at least `size` bytes and these are equal.
bool have_same_bytes(FileDescriptor const &one, FileDescriptor const &other, std::int64_t size);

}  // namespace pierdat::disk
