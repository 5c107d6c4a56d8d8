// SPDX-License-Identifier: BSL-1.0
#include "engine/session_state.hpp"

#include "decode/decode.hpp"
#include "engine/clock.hpp"
#include "engine/engine.hpp"
#include "engine/live_reader.hpp"
#include "engine/notified.hpp"
#include "engine/traced_thread.hpp"
#include "engine/thrown.hpp"

#include <algorithm>
#include <iterator>

namespace cotrace::engine {

namespace {

std::size_t size_of(value_tree const& values) noexcept
{
    return values.nodes().size() * sizeof(value_node) + values.arena().size();
}

std::size_t size_of(syscall_call const& call) noexcept { return sizeof call + size_of(call.values); }

/// The memory that a record takes. A call belongs to the record that was first to refer to it.
std::size_t size_of(record const& fact, bool entries) noexcept
{
    if (auto const* entered = std::get_if<syscall_entered>(&fact.what))
        return sizeof fact + size_of(*entered->call);
    if (auto const* left = std::get_if<syscall_exited>(&fact.what))
        return sizeof fact + size_of(left->values) + (entries || !left->call ? 0 : size_of(*left->call));
    return sizeof fact;
}

/// What the stream ends with, whatever it was limited to.
bool tells_an_end(event const& what) noexcept
{
    return std::holds_alternative<thread_exited>(what) || std::holds_alternative<detached>(what)
        || std::holds_alternative<superseded>(what) || std::holds_alternative<records_lost>(what)
        || std::holds_alternative<trace_failed>(what);
}

} // namespace

session_state::session_state(engine& owner, session_options options, ending at_end, bool launched)
    : readable{owner.host()}
    , writable{owner.executor()}
    , changed{owner.host()}
    , owner_{&owner}
    , host_{owner.host()}
    , executor_{owner.executor()}
    , thread_{owner.thread()}
    , options_{std::move(options)}
    , at_end_{at_end}
    , launched_{launched}
    , launching_{launched}
{
    options_.depth = std::max<std::size_t>(options_.depth, 1);
    captures_.fill(options_.capture);
    captures_[1].verbose = captures_[3].verbose = true;
    captures_[2].follow = captures_[3].follow = false;
}

bool session_state::is_full() const noexcept
{
    return queue_.size() >= options_.depth && !launching_ && !exceeds_depth_;
}

bool session_state::has_room() const noexcept
{
    return !is_full() || unread_ || closing_ || options_.when_full == overflow::drop;
}

std::shared_ptr<syscall_call> session_state::capture(tid thread, abi::arch interface, std::uint64_t number,
                                                     std::array<std::uint64_t, 6> const& args, std::uint64_t ip, std::uint64_t sp)
{
    auto call    = std::allocate_shared<syscall_call>(recycling<syscall_call>{});
    call->arch   = interface;
    call->number = number;
    call->args   = args;
    call->ip     = ip;
    call->sp     = sp;
    live_reader memory{thread, files};
    decode::decode_entry(memory, capture_of(*call), *call);
    if (!decode::accesses(memory, options_.accesses, *call) || (options_.matching && !options_.matching->fits(*call)))
        call.reset();
    return call;
}

bool session_state::intercepts(syscall_call const& call) const
{
    auto const& all = options_.interceptors;
    return std::any_of(all.begin(), all.end(), [&](auto const& each) { return each->wants(call); });
}

task<void> session_state::room()
{
    while (!has_room())
        co_await writable.async_wait(use_tuple);
}

void session_state::publish(tid thread, event what)
{
    if (ended_ || unread_ || !options_.records || (enough_ && !tells_an_end(what)))
        return;
    if (is_full() && options_.when_full == overflow::drop) {
        ++lost_since_;
        ++counts.lost;
        lost_by_ = thread;
        return;
    }
    append_losses();
    append({thread, clock_now(), std::move(what)});
}

void session_state::append_losses()
{
    if (lost_since_ != 0)
        append({lost_by_, clock_now(), records_lost{std::exchange(lost_since_, 0)}});
}

void session_state::append(record&& fact)
{
    counts.bytes += size_of(fact, queues_entries());
    queue_.push_back(std::move(fact));
    ++counts.records;
    if (!std::exchange(fresh_, true) && owner_ != nullptr)
        owner_->touched(shared_from_this());
    if (is_enough())
        stop();
}

bool session_state::is_enough()
{
    auto const& most = options_.stop_after;
    if (enough_ || launching_)
        return false;
    return (most.records != 0 && counts.records >= most.records) || (most.bytes != 0 && counts.bytes >= most.bytes)
        || (most.when && asks_to_stop());
}

bool session_state::asks_to_stop()
{
    auto const from = queue_.back().thread;
    try {
        return options_.stop_after.when(queue_.back());
    } catch (...) {
        enough_ = true;
        publish(from, trace_failed{{errc::interceptor_failed, thrown_text(), from, {}}});
        return true;
    }
}

// In the middle of some thread's stop, and of a walk over all of them. Killing
// touches no list; letting go does, so that the others wait for `flush`.
void session_state::stop()
{
    enough_ = true;
    if (ended() || owner_ == nullptr || leaving_ || killing_)
        return;
    if (at_end_ == ending::kill) {
        (void)kill();
        return;
    }
    leaving_       = true;
    interrupt_due_ = true;
}

void session_state::start_alarm()
{
    auto const time = options_.stop_after.time;
    if (time <= std::chrono::nanoseconds{} || ended_)
        return;
    alarm_.emplace(executor_, std::chrono::ceil<std::chrono::steady_clock::duration>(time));
    alarm_->async_wait([waiting = weak_from_this()](error_code ec) {
        auto const self = waiting.lock();
        if (ec || !self || self->owner_ == nullptr || self->ended())
            return;
        self->stop();
        self->owner_->touched(self);
        self->owner_->wake();
    });
}

void session_state::flush()
{
    if (std::exchange(interrupt_due_, false))
        (void)detach();
    if (std::exchange(fresh_, false))
        readable.notify_all();
}

std::optional<record> session_state::take()
{
    if (queue_.empty() || !made_here_)
        return std::nullopt;
    std::optional<record> first{std::move(queue_.front())};
    queue_.pop_front();
    // Not at each: the threads that wait are woken when a good part is free.
    if (queue_.size() == options_.depth / 2)
        writable.notify_all();
    return first;
}

std::size_t session_state::take_all(std::vector<record>& into)
{
    if (!made_here_)
        return 0;
    auto const count = queue_.size();
    into.insert(into.end(), std::make_move_iterator(queue_.begin()), std::make_move_iterator(queue_.end()));
    queue_.clear();
    writable.notify_all();
    return count;
}

void session_state::joined(traced_thread& loop)
{
    threads_.insert(&loop);
    counts.threads = threads_.size();
}

void session_state::left(traced_thread& loop)
{
    threads_.erase(&loop);
    counts.threads = threads_.size();
    if (deadline_)
        left_at_ = std::chrono::steady_clock::now();
    if (threads_.empty() && !expects_more())
        finish();
}

void session_state::expect_no_more()
{
    if (auto const stop = std::exchange(stop_expecting_, nullptr))
        stop();
    if (threads_.empty() && tree_ == nullptr)
        finish();
}

void session_state::exceed_depth()
{
    if (!std::exchange(exceeds_depth_, true))
        writable.notify_all();
}

void session_state::left(notified&)
{
    tree_ = nullptr;
    finish();
}

void session_state::finish()
{
    if (std::exchange(ended_, true))
        return;
    alarm_.reset();
    deadline_.reset();
    if (!unread_)
        append_losses();
    readable.notify_all();
    changed.notify_all();
}

void session_state::start_deadline()
{
    left_at_ = std::chrono::steady_clock::now();
    if (!deadline_)
        deadline_.emplace(executor_);
    check_deadline();
}

// Threads may wait for room in a queue that nobody reads, or not be able to stop.
void session_state::check_deadline()
{
    deadline_->expires_after(uninterruptible_deadline);
    deadline_->async_wait([waiting = weak_from_this()](error_code ec) {
        auto const self = waiting.lock();
        if (ec || !self || self->owner_ == nullptr || !self->deadline_)
            return;
        auto const waited = std::chrono::steady_clock::now() - self->left_at_;
        if (!std::exchange(self->closing_, true))
            self->writable.notify_all();
        bool const stuck = self->tree_ == nullptr && std::ranges::all_of(self->threads_, [](traced_thread const* each) {
            return each->cannot_stop();
        });
        if (waited >= ending_deadline || (waited >= uninterruptible_deadline && stuck))
            self->give_up();
        else
            self->check_deadline();
    });
}

void session_state::give_up()
{
    for (auto const& each : all_threads())
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
    return owner_ == nullptr ? error_ : owner_->misuse();
}

// One may leave, and end others, while all are walked through.
std::vector<std::shared_ptr<traced_thread>> session_state::all_threads() const
{
    std::vector<std::shared_ptr<traced_thread>> all;
    for (traced_thread* const each : threads_)
        all.push_back(each->shared_from_this());
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
    leaving_ = true;
    for (auto const& each : all_threads())
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
    if (in_kernel_ && !in_kernel_->covers(wanted))
        return errc::filter_too_wide;
    options_.filter = std::move(wanted);
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
    for (traced_thread* const each : threads_)
        each->kill();
    if (tree_ != nullptr)
        tree_->kill();
    expect_no_more();
    if (!ended_)
        start_deadline();
    return outcome::success();
}

void session_state::abandon(std::optional<ending> how)
{
    if (!made_here_)
        return;
    unread_ = true;
    queue_.clear();
    end(how);
}

void session_state::close()
{
    closing_ = true;
    end({});
}

void session_state::orphan(error_code why)
{
    owner_ = nullptr;
    if (!ended_)
        error_ = why;
    expect_no_more();
    finish();
}

// The engine was told before, so that the session has ended.
void session_state::on_context_end() noexcept
{
    own_thread::turn const here{*thread_};
    alarm_.reset();
    deadline_.reset();
    readable.close();
    writable.close();
    changed.close();
}

void session_state::end(std::optional<ending> how)
{
    writable.notify_all();
    if (ended_ || owner_ == nullptr || leaving_ || killing_)
        return;
    if (how.value_or(at_end_) == ending::kill)
        (void)kill();
    else
        (void)detach();
}

void session_state::executed()
{
    if (std::exchange(launching_, false))
        changed.notify_all();
}

} // namespace cotrace::engine
