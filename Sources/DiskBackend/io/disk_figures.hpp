#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include <libtorrent/error_code.hpp>

namespace pierdat::disk {

/// Counts what the disk threads do. Thread-safe, and outlives them.
struct DiskFigures {
    /// The upper limits of the classes of durations, in microseconds. A further class has no limit.
    static constexpr std::array<std::int64_t, 8> limits{1000, 5000, 20000, 100000, 500000, 2000000, 10000000, 60000000};

    std::atomic<std::int64_t> read_bytes{0};
    std::atomic<std::int64_t> written_bytes{0};
    /// Reads and writes that the system failed.
    std::atomic<std::int64_t> errors{0};
    /// Pieces that a peer requested and that were corrupt on disk.
    std::atomic<std::int64_t> hash_failures{0};
    /// The number of jobs in each class, and the sum of their durations in microseconds.
    std::array<std::atomic<std::int64_t>, limits.size() + 1> jobs{};
    std::atomic<std::int64_t> job_time{0};

    void count_job(std::chrono::steady_clock::duration duration) {
        auto const time = std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
        std::size_t number = 0;
        while (number < limits.size() && time > limits[number]) ++number;
        ++jobs[number];
        job_time += time;
    }

    void count_error(lt::storage_error const &error) {
        if (error && error.ec.category() == lt::system_category()) ++errors;
    }
};

}  // namespace pierdat::disk
