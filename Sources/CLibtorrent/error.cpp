#include "error.hpp"

#include <new>

#include "CProcess.h"

namespace pierdat {

void end_process() noexcept {
    try {
        throw;
    } catch (std::bad_alloc const &) {
        process_cannot_go_on("out of memory");
    } catch (std::exception const &thrown) {
        process_cannot_go_on(thrown.what());
    } catch (...) {
        process_cannot_go_on("unknown error in libtorrent");
    }
}

}  // namespace pierdat
