#pragma once

#include <sys/stat.h>

#include <map>
#include <mutex>
#include <set>

#include <libtorrent/units.hpp>

#include "file_descriptor.hpp"

namespace pierdat::disk {

/// Notices when somebody else changes, replaces, cuts or deletes a file that is seeded.
///
/// libtorrent checks a piece once, and believes it from then on. So each file is taken down as it is when
/// it is first opened, before anything of it is checked, and compared after everything that is read of it:
/// what fstat(2) tells of it says whether it was still the same then.
///
/// It is for files that nobody is to change. Those that we write ourselves are left out.
class FileChangeWatch {
public:
    /// Takes a file down that was opened for reading, unless that was done before.
    void opened(lt::file_index_t file, FileDescriptor const &descriptor);

    /// We write to the file.
    void leave_out(lt::file_index_t file);

    /// Something was read of the file. One that differs has changed until all is forgotten.
    void compare(lt::file_index_t file, FileDescriptor const &descriptor);

    bool has_changed(lt::file_index_t file) const;

    /// All files are to be checked anew.
    void forget();

private:
    std::mutex mutable mutex_;
    std::map<lt::file_index_t, struct stat> as_checked_;
    std::set<lt::file_index_t> left_out_;
    std::set<lt::file_index_t> changed_;
};

}  // namespace pierdat::disk
