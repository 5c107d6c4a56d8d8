// SPDX-License-Identifier: BSL-1.0
#include "engine/reactor/reactor.hpp"

#include "sys/ptrace.hpp"
#include "tracee/stop_decoder.hpp"

#include <boost/system/system_error.hpp>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

namespace cotrace::engine {

namespace {

/// If `how` is `automatic`, the environment variable COTRACE_WAITING decides, unless it is empty. Throws if the
/// variable names no way.
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

/// Finds a stop by PTRACE_GETSIGINFO, which succeeds only if the thread is stopped. The host may have taken the wait
/// status.
std::optional<sys::wait_status> stop_without_status(tid thread)
{
    auto const info = sys::signal_info(thread);
    if (!info)
        return std::nullopt;
    // If the thread stopped after the last waitid(2) and before the ptrace request, its wait status is still in the
    // kernel.
    if (auto status = sys::poll(thread))
        return status;
    return sys::wait_status{thread, sys::wait_status::kind::stopped, tracee::code_from(info.value())};
}

std::optional<sys::wait_status> taken(inquiry how, tid thread, bool times) noexcept
{
    switch (how) {
    case inquiry::take_status: return sys::poll(thread, times);
    case inquiry::take_stop: return sys::poll_leaving_end(thread, times);
    case inquiry::take_end: return sys::poll_end(thread);
    case inquiry::look_for_call:
    case inquiry::none: break;
    }
    return std::nullopt;
}

}   // namespace

reactor::reactor(asio::any_io_executor const& host, std::shared_ptr<own_thread> thread, waiting how, std::function<void()> look)
    : thread_{std::move(thread)}
    , look_{std::move(look)}
    , uring_{resolve(how) == waiting::signalfd ? nullptr : uring_hints::open()}
    , sigchld_{uring_ ? nullptr : std::make_unique<sigchld_hints>()}
    , book_{this->how()}
    , readable_{host, uring_ ? uring_->fd() : sigchld_->fd()}
    , ticker_{host}
{
}

reactor::~reactor()
{
    readable_.release();   // `uring_` or `sigchld_` owns the descriptor
}

void reactor::forget(tid thread)
{
    if (book_.forget(thread))
        uring_->disarm(thread);
    if (sigchld_)
        sigchld_->forget_end(thread);
}

void reactor::hurry()
{
    book_.hurry();
    ticking_ = false;
    start_tick();   // also ends the present wait of `ticker_`
}

/// Asks the kernel for the status of one thread. If there is a status, appends it to `out` and returns true.
bool reactor::ask(tid thread, watched_thread& about, std::vector<sys::wait_status>& out, bool may_look)
{
    auto how = about.next_inquiry(may_look);
    if (how == inquiry::look_for_call) {
        auto const found = sys::look_for_call(thread);
        if (found.at_call) {
            about.saw_call();
            out.push_back(*found.at_call);
            return true;
        }
        if (!found.stopped)
            return false;
        how = about.next_inquiry(false);
    }
    auto status = taken(how, thread, about.wants_times());
    if (about.is_reported(status))
        status = taken(how, thread, about.wants_times());
    if (!status)
        return false;
    about.saw(*status);
    out.push_back(*status);
    return true;
}

void reactor::collect(std::vector<sys::wait_status>& out, bool tracees_run_at_once)
{
    bool const may_look = tracees_run_at_once && book_.may_look_for_calls();
    book_.visit_hot([&](tid thread, watched_thread& about) { return ask(thread, about, out, may_look); });
    out.insert(out.end(), found_.begin(), found_.end());
    found_.clear();
    if (std::exchange(hinted_, false) || (uring_ && uring_->has_completions()))
        ask_hinted(out);
    if (book_.hints() == hint_source::wait_for_all && !uring_->waits_for_all())
        scan_cold(out);
}

void reactor::collect_all(std::vector<sys::wait_status>& out)
{
    collect(out);
    book_.visit_cold([&](tid thread, watched_thread& about) { ask(thread, about, out); });
}

/// Asks for the status of each thread that may have one according to the hints that have come.
void reactor::ask_hinted(std::vector<sys::wait_status>& out)
{
    named_.clear();
    bool wait_for_all_ended = false;
    if (uring_)
        wait_for_all_ended = uring_->drain(named_);
    else
        sigchld_->drain(named_);
    for (tid const thread : named_)
        if (auto* const about = book_.hinted(thread))
            ask(thread, *about, out);
    if (wait_for_all_ended)
        ask_after_wait_for_all(out);
    else if (!uring_)
        ask_cold(out);
}

void reactor::ask_after_wait_for_all(std::vector<sys::wait_status>& out)
{
    book_.wait_for_all_ended(std::chrono::steady_clock::now());
    auto const first = sys::peek_any();
    if (!first)
        return;
    auto* const about = book_.find(*first);
    if (about == nullptr || (!about->is_hot() && !ask(*first, *about, out)))
        book_.found_foreign_status();
}

/// Takes the status of each cold thread that has one.
void reactor::ask_cold(std::vector<sys::wait_status>& out)
{
    // `peek_any` names the first thread that has a status, again and again. If that status cannot be taken, each cold
    // thread is asked.
    while (auto const thread = sys::peek_any()) {
        auto* const about = book_.find(*thread);
        if (about == nullptr || about->is_hot() || !ask(*thread, *about, out))
            return book_.visit_cold([&](tid each, watched_thread& cold) { ask(each, cold, out); });
    }
}

/// Called while no hint comes, because the wait for all threads is not under way. Does nothing before the next scan is
/// due.
void reactor::scan_cold(std::vector<sys::wait_status>& out)
{
    auto const from = std::chrono::steady_clock::now();
    if (!book_.is_scan_due(from))
        return;
    ask_cold(out);
    book_.scanned(from, std::chrono::steady_clock::now());
}

void reactor::cool()
{
    if (!book_.cool())
        return;
    if (book_.hints() == hint_source::wait_per_thread)   // `sleep` begins the wait for all threads
        arm();
    listen();
}

void reactor::sleep()
{
    book_.cool_all();
    if (uring_)
        arm();
    if (book_.is_idle())
        return rest();
    start_tick();
    listen();
}

void reactor::listen()
{
    if (std::exchange(listening_, true))
        return;
    readable_.async_wait(asio::posix::descriptor_base::wait_read,
                         [this, alive = std::weak_ptr{alive_}, thread = thread_](error_code ec) {
                             own_thread::turn const here{*thread};
                             if (ec || alive.expired() || !made_here_ || !listening_)   // `rest` clears `listening_`
                                 return;
                             listening_ = false;
                             hinted_ = true;
                             look_();
                         });
}

void reactor::rest()
{
    listening_ = false;
    ticking_ = false;
    readable_.cancel();
    ticker_.cancel();
    if (sigchld_)
        sigchld_->rest();
}

void reactor::arm()
{
    if (book_.doubts_foreign_status())
        book_.saw_first_status(sys::peek_any());
    if (book_.hints() == hint_source::wait_for_all)
        uring_->arm_all();
    else
        for (tid const thread : book_.take_unarmed())
            uring_->arm(thread);
    uring_->submit();
}

void reactor::start_tick()
{
    if (ticking_)
        return;
    ticking_ = true;
    if (sigchld_ && !sigchld_->trusted())
        book_.hurry();
    ticker_.expires_after(book_.tick_period());
    ticker_.async_wait([this, alive = std::weak_ptr{alive_}, thread = thread_](error_code ec) {
        own_thread::turn const here{*thread};
        if (ec || alive.expired() || !made_here_ || !ticking_)
            return;
        ticking_ = false;
        tick();
    });
}

void reactor::tick()
{
    book_.visit_cold([this](tid thread, watched_thread& about) {
        if (ask(thread, about, found_) || !about.runs())
            return;
        if (auto const status = stop_without_status(thread)) {
            about.saw(*status);
            found_.push_back(*status);
        }
    });
    book_.ticked(!found_.empty());
    if (!book_.is_empty())
        start_tick();
    if (!found_.empty())
        look_();
}

sigset_t reactor::host_mask() const
{
    if (sigchld_)
        return sigchld_->host_mask();
    sigset_t mask;
    ::pthread_sigmask(SIG_BLOCK, nullptr, &mask);
    return mask;
}

}   // namespace cotrace::engine
