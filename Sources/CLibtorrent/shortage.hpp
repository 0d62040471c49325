#pragma once

namespace pierdat {

/// Throws if the system does not permit `count` more threads. libtorrent starts its threads one by
/// one, some of them where a failure cannot be handled.
void require_threads(int count);

/// Makes std::terminate print the reason. Exits with code 71 (EX_OSERR) if a thread, memory or a
/// descriptor is lacking. Other uncaught exceptions remain crashes.
void explain_termination();

}  // namespace pierdat
