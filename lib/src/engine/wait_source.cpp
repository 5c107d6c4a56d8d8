// SPDX-License-Identifier: BSL-1.0
#include "engine/wait_source.hpp"

#include "sys/ptrace.hpp"
#include "tracee/stop_decoder.hpp"

#include <boost/system/system_error.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

namespace cotrace::engine {

using namespace std::chrono_literals;

namespace {

constexpr auto shortest_period = 1ms;
constexpr auto first_period    = 20ms;
constexpr auto longest_period  = 1000ms;

/// From so many on, io_uring waits for all threads at once: the kernel walks all
/// waits of a process at each stop of each of its tracees.
constexpr std::size_t crowd = 32;

/// That one wait is over with the first stop, and begun again when we go to
/// sleep. If we do not, who is cold is looked for after this time, and after so
/// many times what the look costs.
constexpr auto least_blindness = 5ms;
constexpr int  looks_worth     = 20;

/// What `how` stands for: COTRACE_WAITING in the environment decides about `automatic`.
waiting resolve(waiting how)
{
    char const* const named = how == waiting::automatic ? ::secure_getenv("COTRACE_WAITING") : nullptr;
    std::string_view const name = named == nullptr ? "" : named;
    if (name.empty())
        return how;
    if (name == "signalfd")
        return waiting::signalfd;
    if (name == "io_uring")
        return waiting::io_uring;
    throw boost::system::system_error{{EINVAL, boost::system::system_category()},
                                      "COTRACE_WAITING='" + std::string{name} + "' is neither signalfd nor io_uring"};
}

/// A stop whose status someone else took: ptrace(2) requests succeed only on a
/// thread that is stopped for us.
std::optional<sys::wait_status> swallowed_stop(tid thread)
{
    auto const info = sys::signal_info(thread);
    if (!info)
        return std::nullopt;
    // Or it stopped between the wait and the request, and has a status after all.
    if (auto status = sys::poll(thread))
        return status;
    return sys::wait_status{thread, sys::wait_status::kind::stopped, tracee::code_from(info.value())};
}

} // namespace

wait_source::wait_source(asio::any_io_executor const& executor, waiting how, std::function<void()> look)
    : look_{std::move(look)}
    , uring_{resolve(how) == waiting::signalfd ? nullptr : uring_hints::open()}
    , sigchld_{uring_ ? nullptr : std::make_unique<sigchld_hints>()}
    , readable_{executor, uring_ ? uring_->fd() : sigchld_->fd()}
    , ticker_{executor}
    , period_{first_period}
{
}

wait_source::~wait_source()
{
    readable_.release();   // the hints own the descriptor
}

void wait_source::begin()
{
    if (uring_)
        uring_->begin();
}

void wait_source::watch(tid thread)
{
    if (sigchld_)
        sigchld_->begin();
    auto& about = threads_[thread];
    end_idling(about);
    about.runs  = true;
    about.fresh = true;
    about.untaken = false;
    about.turn  = turn_;
    list_unarmed(thread, about);
    if (!about.hot) {
        about.hot = true;
        hot_.push_back(thread);
    }
}

void wait_source::watch_idly(tid thread)
{
    auto& about = threads_[thread];
    about.runs  = false;   // a stop of it is none of ours
    idle_ += std::exchange(about.idle, true) ? 0 : 1;
}

void wait_source::hold(tid thread)
{
    auto& about = threads_[thread];
    end_idling(about);
    about.runs = false;
}

void wait_source::hurry()
{
    period_  = shortest_period;
    ticking_ = false;
    start_tick();   // ends the wait of the tick before
}

bool wait_source::leaves_end(tid thread) const
{
    auto const at = threads_.find(thread);
    return at != threads_.end() && at->second.leaves_end;
}

bool wait_source::has_ended(tid thread) const
{
    auto const at = threads_.find(thread);
    return at != threads_.end() && at->second.ended;
}

void wait_source::forget(tid thread)
{
    auto const at = threads_.find(thread);
    if (at == threads_.end())
        return;
    if (at->second.armed)
        uring_->disarm(thread);
    if (at->second.hot)
        std::erase(hot_, thread);
    end_idling(at->second);
    threads_.erase(at);
}

bool wait_source::poll(tid thread, watched& about, std::vector<sys::wait_status>& out)
{
    if (about.ended)
        return false;
    if (about.idle) {   // another tracer's stops are not ours to take
        auto const end = sys::poll_end(thread);
        if (end)
            take(about, *end, out);
        return end.has_value();
    }
    auto const take_one = about.leaves_end ? sys::poll_leaving_end : sys::poll;
    auto       status   = take_one(thread, about.times);
    if (std::exchange(about.untaken, false) && status && tracee::is_call(status->code))   // given out already
        status = take_one(thread, about.times);
    if (status)
        take(about, *status, out);
    return status.has_value();
}

bool wait_source::look(tid thread, watched& about, std::vector<sys::wait_status>& out)
{
    if (about.times || !std::exchange(about.fresh, false))
        return poll(thread, about, out);
    auto const found = sys::look_for_call(thread);
    if (!found.at_call)
        return found.stopped && poll(thread, about, out);
    about.untaken = true;
    take(about, *found.at_call, out);
    return true;
}

void wait_source::take(watched& about, sys::wait_status const& status, std::vector<sys::wait_status>& out)
{
    about.runs  = false;
    about.ended = !status.is_stop();
    out.push_back(status);
}

void wait_source::collect(std::vector<sys::wait_status>& out, bool subjects_run_at_once)
{
    // To io_uring in a crowd, and to SIGCHLD, a status that is there still is news.
    bool const looks = subjects_run_at_once && uring_ && !is_crowd();
    std::erase_if(hot_, [&](tid thread) {
        auto& about = threads_.find(thread)->second;
        about.hot   = !(looks ? look(thread, about, out) : poll(thread, about, out));
        return !about.hot;
    });
    out.insert(out.end(), found_.begin(), found_.end());
    found_.clear();
    if (std::exchange(hinted_, false) || (uring_ && uring_->has_news()))
        gather_hinted(out);
    if (!is_crowd() || strangers_ || uring_->waits_for_any())
        return;
    auto const from = std::chrono::steady_clock::now();
    if (from < look_at_cold_)
        return;
    peek_cold(out);
    auto const now = std::chrono::steady_clock::now();
    look_at_cold_ = now + std::max<std::chrono::steady_clock::duration>(least_blindness, (now - from) * looks_worth);
}

void wait_source::collect_all(std::vector<sys::wait_status>& out)
{
    collect(out);
    for (auto& [thread, about] : threads_)
        if (!about.hot)
            poll(thread, about, out);
}

void wait_source::gather_hinted(std::vector<sys::wait_status>& out)
{
    if (!uring_) {
        sigchld_->drain();
        peek_cold(out);
        return;
    }
    named_.clear();
    bool const any = uring_->drain(named_);
    for (tid const thread : named_) {
        auto const at = threads_.find(thread);
        if (at == threads_.end())
            continue;
        auto& about = at->second;
        about.armed = false;
        list_unarmed(thread, about);
        if (!about.hot)
            poll(thread, about, out);
    }
    if (!any)
        return;
    look_at_cold_ = std::chrono::steady_clock::now() + least_blindness;
    auto const first = sys::peek_any();
    if (!first)
        return;
    auto const at = threads_.find(*first);
    if (at == threads_.end() || (!at->second.hot && !poll(*first, at->second, out)))
        strangers_ = true;
}

void wait_source::peek_cold(std::vector<sys::wait_status>& out)
{
    // One look at who has something, for as long as it is one of ours; then, as
    // a stranger's status may hide ours, each of ours by name.
    while (auto const thread = sys::peek_any()) {
        auto const at = threads_.find(*thread);
        if (at == threads_.end() || at->second.hot || !poll(*thread, at->second, out)) {
            for (auto& [each, about] : threads_)
                if (!about.hot)
                    poll(each, about, out);
            return;
        }
    }
}

// In a crowd nobody is armed while we are awake: see `least_blindness`.
void wait_source::cool()
{
    std::erase_if(hot_, [&](tid thread) {
        auto& about = threads_.find(thread)->second;
        about.hot   = about.turn == turn_;
        return !about.hot;
    });
    ++turn_;
    if (hot_.size() == threads_.size())
        return;
    if (uring_ && (!is_crowd() || strangers_))
        arm();
    listen();
}

void wait_source::sleep()
{
    for (tid const thread : hot_)
        threads_.find(thread)->second.hot = false;
    hot_.clear();
    if (uring_)
        arm();
    if (threads_.size() == idle_)
        return rest();
    start_tick();
    listen();
}

void wait_source::listen()
{
    if (std::exchange(listening_, true))   // no hint came since
        return;
    readable_.async_wait(asio::posix::descriptor_base::wait_read,
                         [this, alive = std::weak_ptr{alive_}](error_code ec) {
                             if (ec || alive.expired() || !made_here_)   // see `rest`
                                 return;
                             listening_ = false;
                             hinted_    = true;
                             look_();
                         });
}

void wait_source::rest()
{
    listening_ = false;
    ticking_   = false;
    readable_.cancel();
    ticker_.cancel();
    if (sigchld_)
        sigchld_->rest();
}

void wait_source::list_unarmed(tid thread, watched& about)
{
    if (!uring_ || about.armed || about.listed)
        return;
    about.listed = true;
    unarmed_.push_back(thread);
}

void wait_source::arm()
{
    if (is_crowd() && !has_strangers_news()) {
        uring_->arm_any();
        return uring_->submit();
    }
    std::erase_if(unarmed_, [this](tid thread) {
        auto const at = threads_.find(thread);
        if (at == threads_.end())
            return true;
        auto& about = at->second;
        if (about.hot)
            return false;
        about.listed = false;
        if (!about.armed && !about.ended) {
            about.armed = true;
            uring_->arm(thread);
        }
        return true;
    });
    uring_->submit();
}

bool wait_source::is_crowd() const noexcept { return uring_ && threads_.size() >= crowd; }

// A host's child that ended and is yet to be reaped would answer each wait for all at once.
bool wait_source::has_strangers_news()
{
    if (!strangers_)
        return false;
    auto const thread = sys::peek_any();
    auto const at     = thread ? threads_.find(*thread) : threads_.end();
    strangers_ = thread && (at == threads_.end() || at->second.ended);
    return strangers_;
}

void wait_source::start_tick()
{
    if (ticking_)
        return;
    ticking_ = true;
    if (sigchld_ && !sigchld_->trusted())
        period_ = shortest_period;
    ticker_.expires_after(period_);
    ticker_.async_wait([this, alive = std::weak_ptr{alive_}](error_code ec) {
        if (ec || alive.expired() || !made_here_)
            return;
        ticking_ = false;
        tick();
    });
}

void wait_source::tick()
{
    for (auto& [thread, about] : threads_) {
        if (about.hot || about.ended || poll(thread, about, found_) || !about.runs)
            continue;
        if (auto const status = swallowed_stop(thread))
            take(about, *status, found_);
    }
    period_ = found_.empty() ? std::min<std::chrono::milliseconds>(period_ * 2, longest_period) : shortest_period;
    if (!threads_.empty())
        start_tick();
    if (!found_.empty())
        look_();
}

sigset_t wait_source::host_mask() const
{
    if (sigchld_)
        return sigchld_->host_mask();
    sigset_t mask;
    ::pthread_sigmask(SIG_BLOCK, nullptr, &mask);
    return mask;
}

} // namespace cotrace::engine
