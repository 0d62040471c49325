#include "arriving_data.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "DiskBackend/io/disk_io.hpp"

namespace pierdat {

namespace {

/// Waits in the thread that runs libtorrent's loop. The disk threads hash what has arrived meanwhile, as many pieces
/// at once as is most efficient.
class ArrivingData final : public disk::DiskIO {
public:
    ArrivingData(lt::io_context &context, lt::settings_interface const &settings, lt::counters &counters,
                 std::int64_t size, int piece_length, WaitForBytes wait)
        : DiskIO(context, settings, counters), size_(size), piece_length_(piece_length), wait_(std::move(wait)) {
        // Data arrives one piece after the other. More threads would share it, and each hash only a few at once.
        limit_hashing_threads(1);
    }

    void async_hash(lt::storage_index_t storage, lt::piece_index_t piece, lt::span<lt::sha256_hash> v2,
                    lt::disk_job_flags_t flags, disk::HashHandler handler) override {
        std::int64_t const end = (std::int64_t{static_cast<int>(piece)} + 1) * piece_length_;
        if (!is_cancelled_ && !wait_(std::min(end, size_))) {
            is_cancelled_ = true;
            // Hashing a piece now fails with "operation aborted".
            abort(true);
        }
        DiskIO::async_hash(storage, piece, v2, flags, std::move(handler));
        ++queued_;
        bool const is_last = end >= size_;
        if (is_last || is_cancelled_ || queued_ >= disk::most_pieces_hashed_at_once()) start_queued();
    }

    /// libtorrent calls this after each piece.
    void submit_jobs() override {}

private:
    void start_queued() {
        queued_ = 0;
        DiskIO::submit_jobs();
    }

    std::int64_t size_;
    int piece_length_;
    WaitForBytes wait_;
    /// Pieces that no thread has been woken for.
    std::size_t queued_ = 0;
    bool is_cancelled_ = false;
};

}  // namespace

lt::disk_io_constructor_type disk_io_for_arriving_data(std::int64_t size, int piece_length, WaitForBytes wait) {
    return [=](lt::io_context &context, lt::settings_interface const &settings, lt::counters &counters) {
        return std::make_unique<ArrivingData>(context, settings, counters, size, piece_length, wait);
    };
}

}  // namespace pierdat
