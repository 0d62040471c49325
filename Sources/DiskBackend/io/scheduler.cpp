#include "scheduler.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace pierdat::disk {

namespace {

/// The longest delay for a piece that waits to be hashed with others. At full speed they follow
/// sooner.
constexpr std::chrono::milliseconds longest_rest{5};

/// A job that takes longer is assumed to hang.
constexpr std::chrono::seconds longest_job{1};

/// Each torrent on a hanging disk can block one of them.
constexpr std::size_t most_spare_threads = 8;

bool hashes_from_disk(Job const &job) {
    return std::holds_alternative<HashJob>(job) || std::holds_alternative<VerificationJob>(job);
}

template <typename Queue, typename Matches>
std::optional<Scheduler::Entry> take_first(Queue &queue, Matches matches) {
    auto const found = std::find_if(queue.begin(), queue.end(), matches);
    if (found == queue.end()) return std::nullopt;
    Scheduler::Entry entry = std::move(*found);
    queue.erase(found);
    return entry;
}

}  // namespace

Scheduler::Scheduler(lt::io_context &context, WriteBuffer &write_buffer, CompletionQueue &completions, Perform perform)
    : write_buffer_(write_buffer), completions_(completions), perform_(std::move(perform)),
      keeps_loop_running_(lt::make_work_guard(context)) {}

Scheduler::~Scheduler() { abort(true); }

void Scheduler::set_threads(int ordinary, int hashing) {
    std::lock_guard const lock(mutex_);
    most_hashing_ = std::max(hashing, 1);
    most_threads_ = static_cast<std::size_t>(std::max(ordinary, 1) + most_hashing_);
}

void Scheduler::submit(Torrent const &torrent, Job job) {
    std::unique_lock lock(mutex_);
    if (is_aborting_) {
        lock.unlock();
        perform_(torrent, job, true);
        return;
    }
    bool const is_exclusive = std::holds_alternative<ExclusiveJob>(job);
    torrent->waiting_jobs.push_back(std::move(job));
    advance(torrent);
    // Other jobs come in batches, followed by start_submitted().
    if (is_exclusive) wake(lock);
}

void Scheduler::start_submitted() {
    std::unique_lock const lock(mutex_);
    wake(lock);
}

void Scheduler::remove(Torrent const &torrent) {
    std::lock_guard const lock(mutex_);
    torrent->is_removed = true;
    let_go_if_unused(*torrent);
}

/// Starts all jobs up to the next exclusive one, or the exclusive one alone.
void Scheduler::advance(Torrent const &torrent) {
    auto &waiting = torrent->waiting_jobs;
    while (!waiting.empty() && !torrent->runs_exclusive_job) {
        bool const is_exclusive = std::holds_alternative<ExclusiveJob>(waiting.front());
        if (is_exclusive && torrent->active_jobs > 0) return;
        torrent->runs_exclusive_job = is_exclusive;
        Job job = std::move(waiting.front());
        waiting.pop_front();
        start(torrent, std::move(job));
    }
}

void Scheduler::start(Torrent const &torrent, Job job) {
    if (auto *const write = std::get_if<WriteJob>(&job)) {
        auto const piece = write->piece;
        if (write_buffer_.add(*torrent, std::move(*write))) enqueue(torrent, PieceTurn{piece});
    } else if (auto *const hash = std::get_if<HashJob>(&job)) {
        auto const piece = hash->piece;
        switch (write_buffer_.request_hash(*torrent, *hash)) {
            case WriteBuffer::HashRequest::not_buffered: enqueue(torrent, std::move(job)); break;
            case WriteBuffer::HashRequest::needs_turn: enqueue(torrent, PieceTurn{piece}); break;
            case WriteBuffer::HashRequest::has_turn: break;
        }
    } else {
        enqueue(torrent, std::move(job));
    }
}

void Scheduler::enqueue(Torrent const &torrent, Job job) {
    ++torrent->active_jobs;
    auto &queue = hashes_from_disk(job) ? hashing_queue_ : queue_;
    queue.push_back({torrent, std::move(job)});
}

/// Wakes idle threads, and starts one if they are too few and the maximum is not reached. If all are busy and no more
/// may be started, a spare thread checks if they hang.
void Scheduler::wake(std::unique_lock<std::mutex> const &) {
    if (queued() == 0) return;
    bool const may_be_taken = !queue_.empty() || hashing_ < most_hashing_;
    if (may_be_taken && idle_ > 0) {
        if (queued() == 1) work_arrived_.notify_one();
        else work_arrived_.notify_all();
        // An idle thread may have been woken for an earlier job, and not have taken it yet.
        if (queued() > static_cast<std::size_t>(idle_) && may_add_thread()) add_thread(&Scheduler::run_thread);
    } else if (is_aborting_) {
        return;
    } else if (may_be_taken && may_add_thread()) {
        add_thread(&Scheduler::run_thread);
    } else {
        call_spare_thread();
    }
}

bool Scheduler::may_add_thread() const {
    return !is_aborting_ && threads_.size() - spare_threads_ < most_threads_;
}

void Scheduler::call_spare_thread() {
    if (idle_spare_threads_ > 0) {
        spare_is_wanted_.notify_all();
    } else if (spare_threads_ < most_spare_threads) {
        auto const before = threads_.size();
        add_thread(&Scheduler::run_spare_thread);
        bool const has_started = threads_.size() > before;
        if (!has_started) return;
        ++spare_threads_;
        ++idle_spare_threads_;
    }
}

void Scheduler::add_thread(void (Scheduler::*body)()) {
    try {
        threads_.emplace_back(body, this);
        ++running_;
    } catch (std::system_error const &) {
        // The existing threads do the work, only slower.
        if (threads_.empty()) throw;
    }
}

std::optional<Scheduler::Entry> Scheduler::take() {
    if (rest_is_over()) {
        Entry entry = std::move(resting_.back());
        resting_.pop_back();
        return entry;
    }
    bool const hashes = queue_.empty() && !hashing_queue_.empty() && hashing_ < most_hashing_;
    auto &queue = hashes ? hashing_queue_ : queue_;
    if (queue.empty()) return std::nullopt;
    Entry entry = std::move(queue.front());
    queue.pop_front();
    return entry;
}

/// Takes a job of a torrent without a running job, whose disk may be responsive.
std::optional<Scheduler::Entry> Scheduler::take_of_idle_torrent() {
    auto const is_idle = [](Entry const &entry) { return entry.torrent->running_jobs == 0; };
    std::optional<Entry> entry;
    if (rest_is_over()) entry = take_first(resting_, is_idle);
    if (!entry) entry = take_first(queue_, is_idle);
    if (!entry) entry = take_first(hashing_queue_, is_idle);
    return entry;
}

void Scheduler::run_spare_thread() {
    std::unique_lock lock(mutex_);
    while (!is_aborting_) {
        spare_is_wanted_.wait(lock, [this] { return queued() > 0 || is_aborting_; });
        if (!any_hangs()) is_aborted_.wait_for(lock, longest_job, [this] { return is_aborting_.load(); });
        act_while_any_hangs(lock);
    }
    end_thread();
}

bool Scheduler::any_hangs() const {
    auto const first = std::min_element(begun_.begin(), begun_.end());
    return first != begun_.end() && Clock::now() - *first >= longest_job;
}

void Scheduler::act_while_any_hangs(std::unique_lock<std::mutex> &lock) {
    while (any_hangs() && !is_aborting_) {
        if (auto entry = take_of_idle_torrent()) {
            --idle_spare_threads_;
            if (queued() > 0) call_spare_thread();
            run(std::move(*entry), lock);
            ++idle_spare_threads_;
        } else if (!resting_.empty() && !rest_is_over()) {
            spare_is_wanted_.wait_until(lock, rests_until_);
        } else {
            spare_is_wanted_.wait(lock);
        }
    }
}

void Scheduler::end_thread() {
    if (--running_ == 0) keeps_loop_running_.reset();
}

void Scheduler::run_thread() {
    std::unique_lock lock(mutex_);
    for (;;) {
        if (auto entry = take()) {
            run(std::move(*entry), lock);
        } else if (is_aborting_) {
            break;
        } else {
            ++idle_;
            if (!resting_.empty()) work_arrived_.wait_until(lock, rests_until_);
            else work_arrived_.wait(lock);
            --idle_;
        }
    }
    end_thread();
}

void Scheduler::run(Entry entry, std::unique_lock<std::mutex> &lock) {
    bool const hashes = hashes_from_disk(entry.job);
    if (hashes) ++hashing_;
    ++entry.torrent->running_jobs;
    auto const begun = Clock::now();
    begun_.push_back(begun);
    lock.unlock();
    auto const outcome = perform_(entry.torrent, entry.job, false);
    lock.lock();
    begun_.erase(std::find(begun_.begin(), begun_.end(), begun));
    --entry.torrent->running_jobs;
    if (hashes) --hashing_;
    if (outcome == Outcome::again) {
        queue_.push_back(std::move(entry));
        return;
    }
    if (outcome == Outcome::rests) {
        let_rest(std::move(entry));
        return;
    }
    bool const is_exclusive = std::holds_alternative<ExclusiveJob>(entry.job);
    if (is_exclusive) entry.torrent->runs_exclusive_job = false;
    finish(entry.torrent);
    if (is_exclusive || hashes) wake(lock);
}

void Scheduler::let_rest(Entry entry) {
    if (resting_.empty()) rests_until_ = Clock::now() + longest_rest;
    resting_.push_back(std::move(entry));
}

bool Scheduler::rest_is_over() const {
    return !resting_.empty() && (is_aborting_ || Clock::now() >= rests_until_);
}

std::vector<Scheduler::Entry> Scheduler::take_resting(std::size_t least, std::size_t most) {
    std::lock_guard const lock(mutex_);
    std::vector<Entry> taken;
    if (resting_.size() < least) return taken;
    for (; !resting_.empty() && taken.size() < most; resting_.pop_back()) taken.push_back(std::move(resting_.back()));
    return taken;
}

/// Queued first, so the current thread continues with it.
void Scheduler::resume(Entry entry) {
    std::lock_guard const lock(mutex_);
    queue_.push_front(std::move(entry));
}

std::vector<Scheduler::Entry> Scheduler::take_alike(IsAlike const &is_alike, std::size_t most) {
    std::lock_guard const lock(mutex_);
    // A spare thread hashes in addition to the maximum.
    auto const threads = static_cast<std::size_t>(std::max(most_hashing_ - hashing_ + 1, 1));
    auto const share = (hashing_queue_.size() + 1 + threads - 1) / threads - 1;
    std::vector<Entry> taken;
    while (!hashing_queue_.empty() && taken.size() < std::min(most, share)) {
        auto &next = hashing_queue_.front();
        auto const *const job = std::get_if<HashJob>(&next.job);
        if (job == nullptr || !is_alike(*next.torrent, *job)) break;
        taken.push_back(std::move(next));
        hashing_queue_.pop_front();
    }
    return taken;
}

void Scheduler::end(std::vector<Entry> const &entries) {
    std::lock_guard const lock(mutex_);
    for (auto const &entry : entries) finish(entry.torrent);
}

void Scheduler::finish(Torrent const &torrent) {
    --torrent->active_jobs;
    advance(torrent);
    let_go_if_unused(*torrent);
}

/// Releases the torrent on the network thread, after all pending answers, once nothing uses it.
void Scheduler::let_go_if_unused(TorrentEntry &torrent) {
    bool const is_used = !torrent.is_removed || torrent.active_jobs > 0 || !torrent.waiting_jobs.empty();
    if (!is_used && torrent.owner) completions_.post([owner = std::exchange(torrent.owner, nullptr)] {});
}

void Scheduler::abort(bool wait) {
    std::vector<std::thread> ending;
    {
        std::unique_lock const lock(mutex_);
        if (!is_aborting_.exchange(true)) {
            // Queued jobs need a thread.
            if (threads_.empty() && queued() > 0) add_thread(&Scheduler::run_thread);
            if (threads_.empty()) keeps_loop_running_.reset();
            work_arrived_.notify_all();
            spare_is_wanted_.notify_all();
            is_aborted_.notify_all();
        }
        if (wait) ending.swap(threads_);
    }
    for (auto &thread : ending) thread.join();
}

}  // namespace pierdat::disk
