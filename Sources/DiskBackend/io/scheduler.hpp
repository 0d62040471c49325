#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <libtorrent/io_context.hpp>

#include "DiskBackend/pieces/write_buffer.hpp"
#include "jobs.hpp"
#include "completion_queue.hpp"
#include "torrent_entry.hpp"

namespace pierdat::disk {

/// Runs jobs on a few threads: those of one torrent at once and in any order, but for an exclusive one.
///
/// A disk that hangs may keep them all. A few spare ones then do what is left to do for torrents that nothing is
/// being done for.
///
/// The event loop does not run out of work while a thread lives, so every result is delivered.
class Scheduler {
public:
    using Torrent = std::shared_ptr<TorrentEntry>;
    enum class Outcome {
        done,
        /// The same job goes to the end of the queue once more.
        again,
        /// The same job goes on when it is resumed, or in a moment.
        rests,
    };
    /// Performs a job on a thread of the scheduler's, or cancels it on the caller's.
    using Perform = std::function<Outcome(Torrent const &, Job &, bool cancelled)>;

    struct Entry {
        Torrent torrent;
        Job job;
    };

    Scheduler(lt::io_context &context, WriteBuffer &store, CompletionQueue &completion_queue, Perform perform);
    ~Scheduler();

    /// `ordinary` threads do anything, at most `hashing` of all at once hash what is on disk.
    void set_threads(int ordinary, int hashing);

    void submit(Torrent const &torrent, Job job);

    /// Wakes threads for what was submitted.
    void start_submitted();

    /// Of the jobs that rest, if they are at least `least`, up to `most`; to be resumed.
    std::vector<Entry> take_resting(std::size_t least, std::size_t most);
    /// Of a job that is performed at the time, on its thread.
    void resume(Entry entry);

    using IsAlike = std::function<bool(TorrentEntry const &, HashJob const &)>;
    /// Jobs that wait behind the HashJob that is performed at the time and are like it: up to `most`, and no more
    /// than leaves their share to other threads. To be given to end().
    std::vector<Entry> take_alike(IsAlike const &is_alike, std::size_t most);
    /// Of jobs that have been performed.
    void end(std::vector<Entry> const &entries);

    /// libtorrent is done with the torrent; jobs may still be under way.
    void remove(Torrent const &torrent);

    /// Does what was submitted, cancels what comes later, ends the threads; waits for that if `wait`.
    void abort(bool wait);
    bool is_aborting() const { return is_aborting_; }

private:
    using Clock = std::chrono::steady_clock;

    void advance(Torrent const &torrent);
    void start(Torrent const &torrent, Job job);
    void enqueue(Torrent const &torrent, Job job);
    void wake(std::unique_lock<std::mutex> const &lock);
    void add_thread(void (Scheduler::*body)());
    void call_spare_thread();
    std::optional<Entry> take();
    std::optional<Entry> take_of_idle_torrent();
    std::size_t queued() const { return queue_.size() + hashing_queue_.size(); }
    void run_thread();
    void run_spare_thread();
    bool any_hangs() const;
    void act_while_any_hangs(std::unique_lock<std::mutex> &lock);
    void end_thread();
    void run(Entry entry, std::unique_lock<std::mutex> &lock);
    void let_rest(Entry entry);
    bool rest_is_over() const;
    void finish(Torrent const &torrent);
    void let_go_if_unused(TorrentEntry &torrent);

    WriteBuffer &write_buffer_;
    CompletionQueue &completions_;
    Perform perform_;
    std::mutex mutex_;
    std::condition_variable work_arrived_;
    std::deque<Entry> queue_;
    std::deque<Entry> hashing_queue_;
    std::vector<Entry> resting_;
    Clock::time_point rests_until_;
    /// When the jobs were begun that threads perform.
    std::vector<Clock::time_point> begun_;
    std::condition_variable spare_is_wanted_;
    std::condition_variable is_aborted_;
    std::size_t spare_threads_ = 0;
    int idle_spare_threads_ = 0;
    std::vector<std::thread> threads_;
    std::size_t most_threads_ = 1;
    int most_hashing_ = 1;
    int hashing_ = 0;
    int idle_ = 0;
    int running_ = 0;
    std::atomic<bool> is_aborting_{false};
    std::optional<lt::executor_work_guard<lt::io_context::executor_type>> keeps_loop_running_;
};

}  // namespace pierdat::disk
