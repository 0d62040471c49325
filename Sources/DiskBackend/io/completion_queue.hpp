#pragma once

#include <functional>
#include <mutex>
#include <vector>

#include <libtorrent/io_context.hpp>
#include <libtorrent/fwd.hpp>

namespace pierdat::disk {

/// A callback for libtorrent's network thread.
using Completion = std::function<void()>;

/// Delivers results from the disk threads to the network thread, in batches and in order.
class CompletionQueue {
public:
    explicit CompletionQueue(lt::io_context &context) : context_(context) {}

    void post(Completion completion);
    void post(std::vector<Completion> completions);

private:
    void arrange_delivery();
    void deliver();

    lt::io_context &context_;
    std::mutex mutex_;
    std::vector<Completion> pending_;
    bool is_arranged_ = false;
};

}  // namespace pierdat::disk
