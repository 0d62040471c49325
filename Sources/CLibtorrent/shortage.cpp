#include "shortage.hpp"

#include <pthread.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <vector>

#include <boost/system/system_error.hpp>

namespace pierdat {

namespace {

/// EX_OSERR, sysexits(3).
constexpr int no_resource = 71;

[[noreturn]] void end_for_want_of(char const *what, char const *why) {
    std::fprintf(stderr, "pierdat: no more %s available: %s\n", what, why);
    // Destructors could wait for a thread.
    _exit(no_resource);
}

void end_if_short(std::system_error const &error) {
    auto const &category = error.code().category();
    if (category != std::system_category() && category != std::generic_category()) return;
    switch (error.code().value()) {
        // The error of pthread_create(3).
        case EAGAIN:
            end_for_want_of("threads", "raise the limit of processes (docker run --pids-limit, ulimit -u) or of "
                                       "memory (ulimit -d, ulimit -v)");
        case ENOMEM: end_for_want_of("memory", error.what());
        case EMFILE:
        case ENFILE: end_for_want_of("descriptors", "raise the limit (docker run --ulimit nofile, ulimit -n)");
        default: break;
    }
}

[[noreturn]] void terminate() {
    try {
        if (auto const thrown = std::current_exception()) std::rethrow_exception(thrown);
    } catch (std::bad_alloc const &) {
        end_for_want_of("memory", "raise the limit (docker run --memory, ulimit -d, ulimit -v)");
    } catch (boost::system::system_error const &error) {
        end_if_short(std::system_error(error.code()));
        std::fprintf(stderr, "pierdat: %s\n", error.what());
    } catch (std::system_error const &error) {
        end_if_short(error);
        std::fprintf(stderr, "pierdat: %s\n", error.what());
    } catch (std::exception const &error) {
        std::fprintf(stderr, "pierdat: %s\n", error.what());
    } catch (...) {
        std::fprintf(stderr, "pierdat: unknown error\n");
    }
    std::abort();
}

}  // namespace

void require_threads(int count) {
    std::mutex mutex;
    std::condition_variable changed;
    bool is_over = false;
    std::vector<std::thread> threads;
    auto const end_all = [&] {
        {
            std::lock_guard const lock(mutex);
            is_over = true;
        }
        changed.notify_all();
        for (auto &thread : threads) thread.join();
    };
    try {
        threads.reserve(static_cast<std::size_t>(count));
        for (int i = 0; i < count; ++i) {
            threads.emplace_back([&] {
                std::unique_lock lock(mutex);
                changed.wait(lock, [&] { return is_over; });
            });
        }
    } catch (...) {
        end_all();
        throw;
    }
    end_all();
}

void explain_termination() { std::set_terminate(terminate); }

}  // namespace pierdat
