// SPDX-License-Identifier: BSL-1.0
#include "engine/session/session_state.hpp"

#include "decode/decode.hpp"
#include "engine/engine.hpp"
#include "engine/exception_text.hpp"
#include "engine/notify/notified.hpp"
#include "engine/ptrace/traced_thread.hpp"
#include "engine/rings/traced_rings.hpp"
#include "engine/session/live_reader.hpp"
#include "engine/session/record_size.hpp"
#include "record/clock.hpp"
#include "sys/security_context.hpp"

#include <cotrace/stack.hpp>

#include <algorithm>
#include <atomic>

namespace cotrace::engine {

namespace {

/// Whether a record is published even after a limit was reached.
bool passes_limits(event const& what) noexcept
{
    return std::holds_alternative<thread_exited>(what) || std::holds_alternative<detached>(what)
           || std::holds_alternative<superseded>(what) || std::holds_alternative<records_lost>(what)
           || std::holds_alternative<trace_failed>(what);
}

/// The `session_identity::number` of the session that was opened last.
std::atomic<std::uint32_t> last_number = 0;

}   // namespace

session_state::session_state(engine& owner, session_options options, ending at_end, bool launched)
    : changed{owner.host()}
    , owner_{&owner}
    , host_{owner.host()}
    , executor_{owner.executor()}
    , thread_{owner.thread()}
    , options_{std::move(options)}
    , at_end_{at_end}
    , launched_{launched}
    , identity_{std::make_shared<session_identity>(session_identity{++last_number, options_.label})}
    , channel_{options_.into.value_or(record_channel{host_, {options_.depth, options_.when_full}})}
    , queue_{*detail::state_of(channel_)}
    , writable_{executor_}
    , is_limited_{options_.stop_after.records != 0 || options_.stop_after.bytes != 0 || options_.stop_after.when}
    , launching_{launched}
{
    options_.capture.string_limit = std::min(options_.capture.string_limit, capture_options::unlimited);
    if (options_.capture.stacks.any() && symbolizer::is_available())
        stacks.emplace();
    captures_.emplace(options_.capture, options_.in_full, options_.flat);
}

bool session_state::has_room() const { return launching_ || exceeds_depth_ || unread_ || closing_ || queue_.has_room(); }

// Called on any thread of the host, with the lock of the channel held.
void session_state::room_came() noexcept
{
    post_turn(host_, thread_, [waiting = weak_from_this()] {
        auto const self = waiting.lock();
        if (!self || !self->made_here_)
            return;
        self->awaits_room_ = false;
        self->writable_.notify_all();
    });
}

/// Returns the result of `test`, or true without conditions. If a condition throws, publishes the exception and returns
/// false.
template <class Test>
bool session_state::fits(tid thread, pid process, Test test)
{
    if (!options_.matching)
        return true;
    engine::direct_call const scope{owner_};   // conditions may be functions of the host
    try {
        return test(*options_.matching);
    } catch (...) {
        publish(thread, process, trace_failed{{errc::interceptor_failed, exception_text(), thread, {}}});
        return false;
    }
}

std::shared_ptr<syscall_call> session_state::capture(tid thread, pid process, uapi::arch interface, std::uint64_t number,
                                                     std::array<std::uint64_t, 6> const& args, std::uint64_t ip, std::uint64_t sp)
{
    live_reader memory{thread, files};
    return capture(memory, thread, process, interface, number, args, ip, sp);
}

std::shared_ptr<syscall_call> session_state::capture(decode::reader& memory, tid thread, pid process, uapi::arch interface,
                                                     std::uint64_t number, std::array<std::uint64_t, 6> const& args,
                                                     std::uint64_t ip, std::uint64_t sp)
{
    auto call = std::allocate_shared<syscall_call>(recycling<syscall_call>{});
    call->arch = interface;
    call->number = number;
    call->args = args;
    call->ip = ip;
    call->sp = sp;
    engine::direct_call const scope{owner_};   // custom decoders may be functions of the host
    decode::decode_entry(memory, capture_of(*call), *call);
    auto fit = call_matcher::entry_fit::yes;
    auto const may_fit = [&](call_matcher const& matcher) {
        fit = matcher.fit_at_entry(*call);
        return fit != call_matcher::entry_fit::no;
    };
    if (!decode::accesses(memory, options_.accesses, *call) || !fits(thread, process, may_fit))
        call.reset();
    fits_surely_ = fit == call_matcher::entry_fit::yes ? call.get() : nullptr;
    return call;
}

bool session_state::wants(tid thread, pid process, syscall_call const& call)
{
    if (&call == fits_surely_)   // `capture` has tested the conditions already
        return true;
    return fits(thread, process, [&](auto const& matcher) { return matcher.fits(call); });
}

bool session_state::wants(tid thread, pid process, syscall_exited const& done)
{
    return fits(thread, process, [&](auto const& matcher) { return matcher.fits(done); });
}

bool session_state::intercepts(syscall_call const& call) const { return any_wants(call); }
bool session_state::intercepts(siginfo_t const& signal) const { return any_wants(signal); }

/// Also returns true if `wants` throws: `ask_in_order` calls `wants` again, and records the exception.
template <class What>
bool session_state::any_wants(What const& what) const
{
    engine::direct_call const scope{owner_};
    try {
        return std::ranges::any_of(options_.interceptors, [&](auto const& each) { return each->wants(what); });
    } catch (...) {
        return true;
    }
}

void session_state::publish(record&& fact)
{
    if (rings)
        rings->publish_events_before(fact);
    if (limit_reached_ && !passes_limits(fact.what))
        return;
    if (options_.capture.names_threads() && fact.comm == nullptr)
        fact.comm = names_.name_at(fact, options_.capture);
    // After the end of a thread, its id may be that of another thread.
    if (options_.capture.contexts && !std::holds_alternative<thread_exited>(fact.what))
        if (auto found = sys::context_of(fact.thread); !found.empty())
            fact.context = std::make_shared<std::string const>(std::move(found));
    auto const thread = fact.thread;
    auto const process = fact.process;
    auto const bytes = size_of(fact, queues_entries());
    std::string error_text;
    bool const is_last = is_limited_ && reaches_limit(fact, bytes, error_text);
    auto const done = queue_.push(std::move(fact));
    counts.lost += done.lost;
    if (done.queued) {
        counts.bytes += bytes;
        ++counts.records;
    }
    if (!std::exchange(has_new_records_, true) && owner_ != nullptr)
        owner_->flush_later(shared_from_this());
    if (!is_last)
        return;
    limit_reached_ = true;
    if (!error_text.empty())
        publish(thread, process, trace_failed{{errc::interceptor_failed, error_text, thread, {}}});
    stop();
}

/// Whether `fact` is the last record that `stop_after` allows. If `limits::when` throws, sets `error_text` and returns
/// true.
bool session_state::reaches_limit(record const& fact, std::size_t bytes, std::string& error_text) const
{
    auto const& most = options_.stop_after;
    if (limit_reached_ || launching_)
        return false;
    if ((most.records != 0 && counts.records + 1 >= most.records) || (most.bytes != 0 && counts.bytes + bytes >= most.bytes))
        return true;
    engine::direct_call const scope{owner_};
    try {
        return most.when && most.when(fact);
    } catch (...) {
        error_text = exception_text();
        return true;
    }
}

// May be called during a walk over the subjects. A detach changes their list, so `flush` does the detach.
void session_state::stop()
{
    limit_reached_ = true;
    if (ended() || owner_ == nullptr || is_ending())
        return;
    counts.ended_by_limit = 1;
    if (at_end_ == ending::kill) {
        (void)kill();
        return;
    }
    detaching_ = true;
    interrupt_due_ = true;
}

void session_state::complete()
{
    starting_ = false;
    auto const time = options_.stop_after.time;
    if (time <= std::chrono::nanoseconds{} || ended_)
        return;
    alarm_.emplace(executor_, std::chrono::ceil<std::chrono::steady_clock::duration>(time));
    alarm_->async_wait([waiting = weak_from_this()](error_code ec) {
        auto const self = waiting.lock();
        if (ec || !self || self->owner_ == nullptr || self->ended())
            return;
        self->stop();
        self->owner_->flush_later(self);
        self->owner_->wake();
    });
}

bool session_state::hand_over() noexcept
{
    auto expected = delivery::pending;
    return delivery_.compare_exchange_strong(expected, delivery::handed_over);
}

void session_state::withdraw() noexcept
{
    auto expected = delivery::pending;
    if (delivery_.compare_exchange_strong(expected, delivery::withdrawn))
        starting_ = true;
}

void session_state::flush()
{
    if (std::exchange(interrupt_due_, false))
        (void)detach();
    if (std::exchange(has_new_records_, false))
        queue_.notify();
}

void session_state::joined(subject& traced)
{
    subjects_.insert(&traced);
    counts.threads += traced.threads();
}

void session_state::left(subject& traced)
{
    if (subjects_.erase(&traced) != 0)   // 0 if the subject left the session earlier, when it was given up
        counts.threads = counts.threads - traced.threads();
    if (deadline_)
        left_at_ = std::chrono::steady_clock::now();
    if (subjects_.empty() && !expects_more())
        finish();
}

void session_state::expect_no_more()
{
    if (auto const stop = std::exchange(stop_expecting_, nullptr))
        stop();
    if (subjects_.empty())
        finish();
}

void session_state::exceed_depth()
{
    if (!std::exchange(exceeds_depth_, true))
        stop_waiting_for_room();
}

void session_state::stop_rings()
{
    if (rings && !made_here_)
        rings->rest();
    else if (auto const stopped = std::exchange(rings, nullptr))
        stopped->stop();
}

void session_state::finish()
{
    if (ended_)
        return;
    stop_rings();
    ended_ = true;
    alarm_.reset();
    deadline_.reset();
    if (!options_.into)
        queue_.close(error_);
    changed.notify_all();
}

void session_state::start_deadline()
{
    left_at_ = std::chrono::steady_clock::now();
    if (!deadline_)
        deadline_.emplace(executor_);
    check_deadline();
}

// When the timer first expires, all waits for room end. If no subject leaves before a deadline, the session ends
// without the subjects that are left.
void session_state::check_deadline()
{
    deadline_->expires_after(uninterruptible_deadline);
    deadline_->async_wait([waiting = weak_from_this()](error_code ec) {
        auto const self = waiting.lock();
        if (ec || !self || self->owner_ == nullptr || !self->deadline_)
            return;
        auto const waited = std::chrono::steady_clock::now() - self->left_at_;
        if (!std::exchange(self->closing_, true))
            self->stop_waiting_for_room();
        bool const stuck = std::ranges::all_of(self->subjects_, [](subject const* each) { return each->cannot_stop(); });
        if (waited >= ending_deadline || (waited >= uninterruptible_deadline && stuck))
            self->give_up();
        else
            self->check_deadline();
    });
}

void session_state::give_up()
{
    for (auto const& each : all_subjects())
        each->give_up();
}

void session_state::note_end(tid thread, thread_exited const& how) noexcept
{
    if (thread == leader(root))
        root_end_ = how;
}

error_code session_state::misuse() const noexcept
{
    if (!made_here_)
        return errc::wrong_process;
    if (!thread_->is_here())
        return errc::wrong_thread;
    return owner_ == nullptr ? error_ : owner_->misuse();
}

// Returns a copy of the list of subjects: during a walk, a subject may leave and make others leave.
std::vector<std::shared_ptr<subject>> session_state::all_subjects() const
{
    std::vector<std::shared_ptr<subject>> all;
    for (subject* const each : subjects_)
        all.push_back(each->shared());
    return all;
}

result<void> session_state::detach()
{
    if (auto const why = misuse(); why)
        return why;
    if (ended_ || owner_ == nullptr)
        return errc::session_ended;
    if (in_kernel_)
        return errc::filtered;
    detaching_ = true;
    for (auto const& each : all_subjects())
        each->interrupt();
    expect_no_more();
    if (!ended_) {
        owner_->hurry();
        start_deadline();
    }
    return outcome::success();
}

result<void> session_state::set_filter(filter wanted)
{
    if (auto const why = misuse(); why)
        return why;
    if (ended_ || owner_ == nullptr)
        return errc::session_ended;
    if (in_kernel_ && !in_kernel_->covers(wanted))
        return errc::filter_too_wide;
    options_.filter = std::move(wanted);
    for (subject* const each : subjects_)
        each->filter_changed();
    return outcome::success();
}

void session_state::filter_in_kernel(bool does)
{
    if (does)
        in_kernel_ = options_.filter;
    else
        in_kernel_.reset();
}

result<void> session_state::kill()
{
    if (auto const why = misuse(); why)
        return why;
    if (ended_ || owner_ == nullptr)
        return errc::session_ended;
    killing_ = true;
    for (subject* const each : subjects_)
        each->kill();
    expect_no_more();
    if (!ended_)
        start_deadline();
    return outcome::success();
}

void session_state::abandon()
{
    if (!made_here_)
        return;
    if (!options_.into) {
        unread_ = true;
        queue_.discard();
    }
    end();
}

void session_state::close()
{
    closing_ = true;
    end();
}

void session_state::engine_gone(error_code why)
{
    owner_ = nullptr;
    if (!ended_)
        error_ = why;
    queue_.forget(*this);
    expect_no_more();
    finish();
}

// The execution context notifies the engine first, so the session has ended already.
void session_state::on_context_end() noexcept
{
    own_thread::turn const here{*thread_};
    stop_rings();
    alarm_.reset();
    deadline_.reset();
    writable_.close();
    changed.close();
}

void session_state::end()
{
    stop_waiting_for_room();
    if (ended_ || owner_ == nullptr || killing_ || (detaching_ && !starting_))
        return;
    if (at_end() == ending::kill) {
        // A launch may fail after an interceptor or a limit has asked for a detach. The kill replaces that detach.
        detaching_ = interrupt_due_ = false;
        (void)kill();
    } else if (!detaching_) {
        (void)detach();
    }
}

void session_state::executed()
{
    if (std::exchange(launching_, false))
        changed.notify_all();
}

}   // namespace cotrace::engine
