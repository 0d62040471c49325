#include "error.hpp"

#include <sys/uio.h>
#include <sysexits.h>
#include <unistd.h>

#include <cstring>
#include <new>

namespace pierdat {

namespace {

/// Needs no memory.
[[noreturn]] void end_process(char const *reason) noexcept {
    auto const part = [](char const *text) { return iovec{const_cast<char *>(text), std::strlen(text)}; };
    iovec const line[] = {part("pierdat: cannot go on: "), part(reason), part("\n")};
    // Where nobody can be told the process still ends.
    if (writev(STDERR_FILENO, line, 3) < 0) _exit(EX_OSERR);
    _exit(EX_OSERR);
}

}  // namespace

void end_process() noexcept {
    try {
        throw;
    } catch (std::bad_alloc const &) {
        end_process("out of memory");
    } catch (std::exception const &thrown) {
        end_process(thrown.what());
    } catch (...) {
        end_process("unknown failure in libtorrent");
    }
}

}  // namespace pierdat
