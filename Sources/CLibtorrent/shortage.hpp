#pragma once

namespace pierdat {

/// Throws where the system does not give so many threads at a time. libtorrent starts its own one by one, some
/// of them where no failure can be handled any more.
void require_threads(int count);

/// What ends the program (std::terminate) says why first. Where that is the want of a thread, of memory or of a
/// descriptor, it ends with the status 71 (EX_OSERR); every other failure that nobody has caught is a crash.
void explain_termination();

}  // namespace pierdat
