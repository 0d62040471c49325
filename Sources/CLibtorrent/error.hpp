#pragma once

#include <cerrno>
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <system_error>

#include <libtorrent/error_code.hpp>

#include "DiskBackend/files/obstacle.hpp"
#include "pierdat_error.h"

namespace pierdat {

inline void clear(pierdat_error *error) {
    error->code = 0;
    error->message[0] = '\0';
}

inline void fill(pierdat_error *error, int code, char const *message) {
    error->code = code;
    std::snprintf(error->message, sizeof error->message, "%s", message);
}

/// libtorrent's message, or a clearer one.
inline std::string message_of(lt::error_code const &error) {
    if (error == lt::errors::torrent_invalid_name)
        return "the path of a file in it contains '..' or a NUL";
    return error.message();
}

inline void fill(pierdat_error *error, lt::error_code const &cause) {
    fill(error, disk::number_for(cause), message_of(cause).c_str());
}

/// Fills `error` with the path and the cause, in the format of libtorrent's messages. Returns
/// false.
inline bool fail(pierdat_error *error, lt::error_code const &cause, std::string const &path) {
    fill(error, disk::number_for(cause), (path + ": " + cause.message()).c_str());
    return false;
}

/// Runs `body`. Converts an exception to `error` and returns `failed`.
template <typename Result, typename Body>
Result guarded(pierdat_error *error, Result failed, Body body) noexcept {
    clear(error);
    try {
        return body();
    } catch (lt::system_error const &thrown) {
        fill(error, thrown.code());
    } catch (std::bad_alloc const &thrown) {
        fill(error, PIERDAT_NO_MEMORY, thrown.what());
    } catch (std::system_error const &thrown) {
        // The C++ library throws this only if it cannot start a thread.
        fill(error, thrown.code().value() == EAGAIN ? PIERDAT_NO_THREAD : -1, thrown.what());
    } catch (std::exception const &thrown) {
        fill(error, -1, thrown.what());
    } catch (...) {
        fill(error, -1, "unknown error in libtorrent");
    }
    return failed;
}

/// Ends the process with EX_OSERR (sysexits.h) and a message about the current exception. Called in
/// a catch handler of functions that cannot report errors, where hardly anything but a lack of
/// memory can fail.
[[noreturn]] void end_process() noexcept;

}  // namespace pierdat
