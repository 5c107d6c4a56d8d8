// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/detail/channel_state.hpp>

#include <mutex>
#include <vector>

namespace cotrace::detail {

/// Holds the lock of a channel while operations are posted. An operation that `post` drops is destroyed after the
/// unlock, because the destructor of its handler may call the channel.
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
