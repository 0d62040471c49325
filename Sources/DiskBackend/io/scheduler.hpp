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

/// Runs jobs on a few threads. Jobs of one torrent run in parallel and in any order, except for
/// exclusive jobs.
///
/// A disk that hangs may block all threads. Spare threads then run jobs of torrents without a running job.
///
/// The event loop does not run out of work while a thread lives, so every result is delivered.
class Scheduler {
public:
    using Torrent = std::shared_ptr<TorrentEntry>;
    enum class Outcome {
        done,
        /// Queue the same job again.
        again,
        /// Continue the same job when it is resumed, or after a short delay.
        rests,
    };
    /// Performs a job on a thread of the scheduler, or cancels it on the caller's thread.
    using Perform = std::function<Outcome(Torrent const &, Job &, bool cancelled)>;

    struct Entry {
        Torrent torrent;
        Job job;
    };

    Scheduler(lt::io_context &context, WriteBuffer &write_buffer, CompletionQueue &completions, Perform perform);
    ~Scheduler();

    /// `ordinary` threads run any job. At most `hashing` threads hash data from disk at a time.
    void set_threads(int ordinary, int hashing);

    void submit(Torrent const &torrent, Job job);

    /// Wakes threads for the submitted jobs.
    void start_submitted();

    /// Takes up to `most` resting jobs if there are at least `least`. Pass each to resume().
    std::vector<Entry> take_resting(std::size_t least, std::size_t most);
    /// Continues a resting job. To be called on the thread that performs a job.
    void resume(Entry entry);

    using IsAlike = std::function<bool(TorrentEntry const &, HashJob const &)>;
    /// Takes up to `most` queued jobs that are like the HashJob being performed. Leaves a fair
    /// share to the other threads. Pass the jobs to end().
    std::vector<Entry> take_alike(IsAlike const &is_alike, std::size_t most);
    /// Marks jobs from take_alike() as done.
    void end(std::vector<Entry> const &entries);

    /// Called when libtorrent no longer uses the torrent. Its jobs may still be running.
    void remove(Torrent const &torrent);

    /// Completes submitted jobs, cancels later ones and ends the threads. If `wait`, returns when
    /// they have ended.
    void abort(bool wait);
    bool is_aborting() const { return is_aborting_; }

private:
    using Clock = std::chrono::steady_clock;

    void advance(Torrent const &torrent);
    void start(Torrent const &torrent, Job job);
    void enqueue(Torrent const &torrent, Job job);
    void wake(std::unique_lock<std::mutex> const &lock);
    void add_thread(void (Scheduler::*body)());
    bool may_add_thread() const;
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
    /// When each running job was started.
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
