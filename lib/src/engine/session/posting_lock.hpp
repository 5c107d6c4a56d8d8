// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/detail/channel_state.hpp>

#include <mutex>
#include <vector>

namespace cotrace::detail {

/// Holds the lock of a channel in a function that posts operations. An executor that is being shut
/// down may drop an operation in `post`, and the operation then has to be destroyed. The destructor of
/// the operation's handler may then call the channel, which needs the lock. So such an operation is passed
/// to `discard`, and this object destroys the operation after it has released the lock.
class posting_lock {
public:
    explicit posting_lock(std::mutex& guard)
        : lock_{guard}
    {
        of_this_thread = this;
    }
    posting_lock(posting_lock const&) = delete;
    posting_lock& operator=(posting_lock const&) = delete;
    ~posting_lock()
    {
        of_this_thread = nullptr;
        lock_.unlock();
        for (auto* const each : discarded_)
            each->destroy();
    }

    void discard(receive_operation& operation) { discarded_.push_back(&operation); }

    static inline thread_local posting_lock* of_this_thread = nullptr;

private:
    std::unique_lock<std::mutex> lock_;
    std::vector<receive_operation*> discarded_;
};

}   // namespace cotrace::detail
