#pragma once

#include <condition_variable>
#include <mutex>

#include "piece_hash.hpp"

namespace pierdat::disk {

/// Brings two pieces together that have all come in, so that they are hashed at once.
class HashPairs {
public:
    /// Hashes what waits of `hash` together with what waits of another piece, on this thread or on the
    /// other's. Leaves it where none comes within a moment.
    void meet(PieceHash &hash);

private:
    struct Guest {
        PieceHash &hash;
        bool is_taken = false;
        bool is_done = false;
    };

    std::mutex mutex_;
    std::condition_variable changed_;
    Guest *alone_ = nullptr;
};

}  // namespace pierdat::disk
