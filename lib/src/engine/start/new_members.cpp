// SPDX-License-Identifier: BSL-1.0
#include "engine/start/new_members.hpp"

#include "sys/errno.hpp"

#include <boost/asio/this_coro.hpp>

#include <utility>

#include <sys/epoll.h>

namespace cotrace::engine {

result<std::shared_ptr<new_members>, failure> new_members::open(asio::any_io_executor const& executor, target_set which)
{
    BOOST_OUTCOME_TRY(auto events, sys::process_events::open());
    sys::unique_fd moves{sys::watch_cgroups()};
    sys::unique_fd both{::epoll_create1(EPOLL_CLOEXEC)};
    epoll_event interest{EPOLLIN, {}};
    if (!moves || !both || ::epoll_ctl(both.get(), EPOLL_CTL_ADD, events.fd(), &interest) != 0
        || ::epoll_ctl(both.get(), EPOLL_CTL_ADD, moves.get(), &interest) != 0)
        return failure{sys::last_error(), "listen for new processes", {}, {}};
    if (auto const watched = sys::watch_more(moves.get(), which.folders()); !watched)
        return failure{watched.error(), "watch a cgroup", {}, {}};
    return std::shared_ptr<new_members>{
        new new_members{executor, std::move(which), std::move(events), std::move(moves), both.release()}};
}

new_members::new_members(asio::any_io_executor const& executor, target_set which, sys::process_events events,
                         sys::unique_fd moves, int both)
    : which_{std::move(which)}
    , events_{std::move(events)}
    , moves_{std::move(moves)}
    , both_{executor, both}
{
}

task<bool> new_members::next(std::vector<pid>& into)
{
    while (into.empty()) {
        auto const [ec] = co_await both_.async_wait(asio::posix::descriptor_base::wait_read, use_tuple);
        if (ec || !both_.is_open() || !made_here_)
            co_return false;
        bool const complete = events_.collect(into);
        bool const moved = sys::drain_watch(moves_.get());
        if (moved)
            // If this fails, processes that are moved into new cgroups may be found late or never.
            (void)sys::watch_more(moves_.get(), which_.folders());
        if (moved || !complete)
            into = which_.growing_members();
        else
            std::erase_if(into, [this](pid each) { return !which_.is_in_growing(each); });
    }
    co_return true;
}

void new_members::close() { both_.close(); }

}   // namespace cotrace::engine
