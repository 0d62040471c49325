// File systems that tests mount for themselves.
#include <sys/mount.h>

#include <cerrno>
#include <string>

#include "disk_comparison.h"

int disk_mount_tmpfs(char const *folder, int bytes) {
    std::string const options = "size=" + std::to_string(bytes);
    return ::mount("tmpfs", folder, "tmpfs", 0, options.c_str()) == 0 ? 0 : errno;
}

int disk_make_read_only(char const *folder) {
    return ::mount("", folder, "", MS_REMOUNT | MS_RDONLY, nullptr) == 0 ? 0 : errno;
}

void disk_unmount(char const *folder) { ::umount2(folder, MNT_DETACH); }
