#pragma once

#include <sys/stat.h>

#include <map>
#include <mutex>
#include <set>

#include <libtorrent/units.hpp>

#include "file_descriptor.hpp"

namespace pierdat::disk {

/// Detects when another program changes, replaces, truncates or deletes a file that is being
/// seeded.
///
/// libtorrent checks a piece once and trusts it afterwards. So the fstat(2) result of each file is
/// recorded when it is first opened, before any of it is checked, and compared after every read.
///
/// Files that we write ourselves are not watched.
class FileChangeWatch {
public:
    /// Records the status of a file opened for reading, unless that was done before.
    void opened(lt::file_index_t file, FileDescriptor const &descriptor);

    /// Stops watching a file, because we write to it.
    void leave_out(lt::file_index_t file);

    /// Compares a file after a read. A file that differs counts as changed until forget().
    void compare(lt::file_index_t file, FileDescriptor const &descriptor);

    bool has_changed(lt::file_index_t file) const;

    /// Forgets all files, which will be checked again.
    void forget();

private:
    std::mutex mutable mutex_;
    std::map<lt::file_index_t, struct stat> as_checked_;
    std::set<lt::file_index_t> left_out_;
    std::set<lt::file_index_t> changed_;
};

}  // namespace pierdat::disk
