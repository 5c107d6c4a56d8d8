// SPDX-License-Identifier: BSL-1.0
#include "engine/reactor/own_thread.hpp"

namespace cotrace::engine {

std::uint64_t own_thread::calling_thread() noexcept
{
    static std::atomic<std::uint64_t> last = 0;
    thread_local std::uint64_t number = 0;
    if (number == 0)
        number = ++last;
    return number;
}

own_thread::turn::turn(own_thread& of)
{
    // In a forked child, no lock is taken: a thread of the parent may have held the lock at the fork.
    if (!of.made_here_)
        return;
    keeps_user_ = of.user_.lock();
    lock_ = std::unique_lock{of.guard_};
    if (!keeps_user_)
        return;
    if (of.owner() == 0) {
        of.owner_ = calling_thread();
        keeps_user_->on_first_turn();
    } else if (!of.is_here()) {
        keeps_user_->on_wrong_thread();
    }
}

}   // namespace cotrace::engine
