// SPDX-License-Identifier: BSL-1.0
#include "engine/pool.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <exception>
#include <iterator>

namespace cotrace::engine {

// Waking other threads.

/// The places of one context. A context that is being destroyed goes over its
/// timers without a lock, so nobody may cancel one from then on.
class bell::district {
public:
    static std::shared_ptr<district> of(asio::any_io_executor const& executor);

    void enter(place* one)
    {
        std::lock_guard const lock{guard_};
        all_.push_back(one);
    }
    void leave(place* one)
    {
        std::lock_guard const lock{guard_};
        std::erase(all_, one);
    }
    void close()
    {
        std::lock_guard const lock{guard_};
        for (auto* const each : all_)
            each->leave();
    }

private:
    std::mutex guard_;
    std::vector<place*> all_;
};

namespace {

/// Services are shut down in the reverse order of their making: Asio, execution_context. The timers' was there before.
struct district_service : asio::execution_context::service {
    using key_type = district_service;
    static inline asio::execution_context::id id;

    explicit district_service(asio::execution_context& owner) : service{owner} {}
    void shutdown() noexcept override { all->close(); }

    std::shared_ptr<bell::district> all = std::make_shared<bell::district>();   ///< its places may outlive the service
};

} // namespace

std::shared_ptr<bell::district> bell::district::of(asio::any_io_executor const& executor)
{
    return asio::use_service<district_service>(asio::query(executor, asio::execution::context)).all;
}

bell::bell() noexcept : generation_{sys::generation()} {}
bool bell::is_copy() const noexcept { return generation_ != sys::generation(); }

bell::place::place(std::shared_ptr<bell> at, asio::any_io_executor const& executor)
    : at_{std::move(at)}, never_{executor, asio::steady_timer::time_point::max()}, around_{district::of(executor)}
{
    around_->enter(this);
    std::lock_guard const lock{at_->guard};
    at_->waiting_.push_back(&never_);
}

bell::place::~place()
{
    around_->leave(this);
    leave();
}

void bell::place::leave()
{
    if (at_->is_copy())
        return;
    std::lock_guard const lock{at_->guard};
    std::erase(at_->waiting_, &never_);
}

void bell::ring()
{
    for (auto* const each : waiting_)
        each->cancel();
}

// The mailbox.

mailbox::mailbox(std::shared_ptr<pool_thread> home, pid root, std::shared_ptr<counters const> counted, std::size_t depth)
    : home_{std::move(home)}, root_{root}, counted_{std::move(counted)}, depth_{depth}
{
}

void mailbox::refill()
{
    taken_.clear();
    next_ = 0;
    std::swap(taken_, ready_);
    if (std::exchange(wanted_, false))
        home_->submit([self = shared_from_this()] {
            if (self->source != nullptr)
                self->source->go_on();
        });
}

std::optional<record> mailbox::take()
{
    if (is_copy())
        return std::nullopt;
    if (next_ == taken_.size())
        refill();
    if (next_ == taken_.size())
        return std::nullopt;
    return std::move(taken_[next_++]);
}

std::size_t mailbox::take_all(std::vector<record>& into)
{
    if (is_copy())
        return 0;
    std::size_t count = 0;
    for (int i = 0; i < 2; ++i) {   // the rest of one batch, and the next
        auto const from = taken_.begin() + static_cast<std::ptrdiff_t>(next_);
        count += taken_.size() - next_;
        into.insert(into.end(), std::make_move_iterator(from), std::make_move_iterator(taken_.end()));
        refill();
    }
    return count;
}

bool mailbox::offer(std::vector<record>& batch, bool room_or_not)
{
    std::lock_guard const lock{guard};
    if (ready_.empty()) {
        std::swap(ready_, batch);
    } else if (room_or_not || ready_.size() + batch.size() <= depth_) {
        ready_.insert(ready_.end(), std::make_move_iterator(batch.begin()), std::make_move_iterator(batch.end()));
        batch.clear();
    } else {
        wanted_ = true;
        return false;
    }
    ring();
    return true;
}

void mailbox::end(thread_exited const& how)
{
    std::lock_guard const lock{guard};
    end_ = how;
    ring();
}

void mailbox::complete()
{
    std::lock_guard const lock{guard};
    complete_ = true;
    ring();
}

// From a session to its mailbox.

delivery::delivery(pool_thread& home, session from, std::shared_ptr<mailbox> to)
    : home_{home}, from_{std::move(from)}, to_{std::move(to)}, taken_{home.executor()}
{
}

void delivery::start()
{
    home_.begin(*this, to_->counts());
    to_->source = this;
    from_.async_wait([to = to_](error_code ec, thread_exited how) {
        if (!ec)
            to->end(how);
    });
    asio::co_spawn(home_.executor(), run(), [self = shared_from_this()](std::exception_ptr broken) {
        if (broken)
            std::rethrow_exception(broken);
        self->to_->source = nullptr;
        self->home_.end(*self, self->to_->counts());
    });
}

task<void> delivery::run()
{
    std::vector<record> batch;
    while (!dropped_) {
        auto const [ec, count] = co_await from_.async_read(batch, use_tuple);
        if (count == 0)
            break;
        while (!dropped_ && !to_->offer(batch, home_.closing()))
            co_await taken_.async_wait(use_tuple);
    }
    if (!dropped_) {
        auto const [ec, how] = co_await from_.async_wait(use_tuple);   // it has ended
        to_->end(how);
    }
    to_->complete();
}

void delivery::drop()
{
    dropped_ = true;
    from_    = session{};
    go_on();
}

// Openings.

namespace {

std::shared_ptr<opening> plan(std::shared_ptr<pool> by, std::size_t depth, opening::function how)
{
    return std::make_shared<opening>(std::move(by), std::move(how), depth);
}

} // namespace

std::shared_ptr<opening> plan_launch(std::shared_ptr<pool> by, command what, session_options options)
{
    auto const depth = options.depth;
    return plan(std::move(by), depth, [what = std::move(what), options = std::move(options)](tracer& with) {
        return with.async_launch(what, options, asio::use_awaitable);
    });
}

std::shared_ptr<opening> plan_attach(std::shared_ptr<pool> by, target_list which, session_options options)
{
    auto const depth = options.depth;
    return plan(std::move(by), depth, [which = std::move(which), options = std::move(options)](tracer& with) {
        return with.async_attach(which, options, asio::use_awaitable);
    });
}

void send(std::shared_ptr<opening> const& what)
{
    auto const by = std::exchange(what->from, nullptr);
    if (!by) {
        what->got.emplace(failure{errc::empty_object, "trace with a pool", {}, {}});
        return;
    }
    if (by->is_copy()) {
        what->got.emplace(failure{errc::wrong_process, "trace with a pool", {}, {}});
        return;
    }
    what->home = by->idlest();
    if (!what->home->submit([what] { what->home->open(what); }))
        what->got.emplace(failure{asio::error::operation_aborted, "trace with a pool that is gone", {}, {}});
}

std::shared_ptr<bell> bell_of(std::shared_ptr<opening> const& asked) { return asked; }
bool is_open(opening const& asked) { return asked.got.has_value(); }
result<pooled_session, failure> take_session(opening& asked) { return std::move(*asked.got); }

void cancel(std::shared_ptr<opening> const& asked)
{
    asked->home->submit([asked] { asked->stop.emit(asio::cancellation_type::terminal); });
}

// A thread.

std::shared_ptr<pool_thread> pool_thread::start(waiting how)
{
    auto const made = std::make_shared<pool_thread>();
    std::promise<void> started;
    auto began = started.get_future();
    made->thread_ = std::thread{[made, how](std::promise<void> tell) { made->run(how, std::move(tell)); }, std::move(started)};
    try {
        began.get();
    } catch (...) {
        made->thread_.join();
        throw;
    }
    return made;
}

void pool_thread::run(waiting how, std::promise<void> started)
{
    try {
        busy_.emplace(context_->get_executor());
        tracer_.emplace(context_->get_executor(), how);
    } catch (...) {
        busy_.reset();
        context_.reset();
        return started.set_exception(std::current_exception());
    }
    started.set_value();
    context_->run();
    // Interceptors that nobody waits for any longer end here, on their own thread.
    context_.reset();
}

bool pool_thread::submit(std::function<void()> work)
{
    if (!made_here_)
        return false;
    std::lock_guard const lock{guard_};
    if (over_)
        return false;
    ++pending_;
    asio::post(*context_, [this, work = std::move(work)] {
        work();
        {
            std::lock_guard const done{guard_};
            --pending_;
        }
        stop_if_done();
    });
    return true;
}

std::size_t pool_thread::load() const
{
    std::lock_guard const lock{guard_};
    std::size_t all = pending_ + openings_.size();
    for (auto const* each : traced_)
        all += std::max<std::size_t>(1, each->threads);
    return all;
}

void pool_thread::close()
{
    {
        std::lock_guard const lock{guard_};
        if (std::exchange(closed_, true))
            return;
    }
    submit([this] { shut_down(); });
}

void pool_thread::join()
{
    if (!thread_.joinable())
        return;
    if (thread_.get_id() == std::this_thread::get_id())
        thread_.detach();
    else
        thread_.join();
}

void pool_thread::shut_down()
{
    {
        std::lock_guard const lock{guard_};
        over_ = true;
    }
    for (auto const& each : std::vector{openings_})
        each->stop.emit(asio::cancellation_type::terminal);
    tracer_.reset();
    for (auto* const each : deliveries_)   // room or not
        each->go_on();
    busy_.reset();
}

void pool_thread::stop_if_done()
{
    std::lock_guard const lock{guard_};
    if (over_ && pending_ == 0 && openings_.empty() && deliveries_.empty())
        context_->stop();
}

void pool_thread::begin(delivery& what, counters const& counted)
{
    deliveries_.push_back(&what);
    std::lock_guard const lock{guard_};
    traced_.push_back(&counted);
}

void pool_thread::end(delivery& what, counters const& counted)
{
    std::erase(deliveries_, &what);
    {
        std::lock_guard const lock{guard_};
        std::erase(traced_, &counted);
    }
    stop_if_done();
}

void pool_thread::open(std::shared_ptr<opening> const& asked)
{
    {
        std::lock_guard const lock{guard_};
        openings_.push_back(asked);
    }
    asio::co_spawn(*context_, opened(asked),
                   asio::bind_cancellation_slot(asked->stop.slot(), [this, asked](std::exception_ptr broken) {
                       if (broken)
                           std::rethrow_exception(broken);
                       {
                           std::lock_guard const lock{guard_};
                           std::erase(openings_, asked);
                       }
                       stop_if_done();
                   }));
}

task<void> pool_thread::opened(std::shared_ptr<opening> asked)
{
    std::optional<result<session, failure>> got;
    try {
        if (over_)   // as it was posted before, and its turn is now
            got.emplace(failure{asio::error::operation_aborted, "trace with a pool that is gone", {}, {}});
        else
            got.emplace(co_await asked->how(*tracer_));
    } catch (boost::system::system_error const& cancelled) {   // before it could begin
        got.emplace(failure{cancelled.code(), "trace with a pool", {}, {}});
    }
    result<pooled_session, failure> made = got->has_value() ? result<pooled_session, failure>{pooled_session{}}
                                                            : result<pooled_session, failure>{got->error()};
    if (*got) {
        auto& from = got->value();
        auto const box = std::make_shared<mailbox>(shared_from_this(), from.root(), counters_of(from), asked->depth);
        std::make_shared<delivery>(*this, std::move(from), box)->start();
        made = pooled_session{box};
    }
    std::lock_guard const lock{asked->guard};
    asked->got.emplace(std::move(made));
    asked->ring();
}

// All of them.

pool::pool(std::size_t threads, waiting how)
{
    if (threads == 0)
        threads = std::max(1u, std::thread::hardware_concurrency());
    while (threads_.size() < threads)
        try {
            threads_.push_back(pool_thread::start(how));
        } catch (...) {
            shut_down();
            throw;
        }
}

std::shared_ptr<pool_thread> const& pool::idlest() const
{
    return *std::ranges::min_element(threads_, {}, [](auto const& each) { return each->load(); });
}

void pool::shut_down()
{
    if (is_copy()) {   // the threads run in the parent, where one may have held a mutex at the fork
        for (auto const& each : threads_)
            sys::never_destroy(each);
        return;
    }
    for (auto const& each : threads_)
        each->close();
    for (auto const& each : threads_)
        each->join();
}

// The rest of a pooled session.

std::shared_ptr<bell> bell_of(std::shared_ptr<mailbox> const& box)
{
    return !box || box->is_copy() ? std::make_shared<bell>() : box;
}
std::optional<record> take_one(mailbox& from) { return from.take(); }
std::size_t take_all(mailbox& from, std::vector<record>& into) { return from.take_all(into); }
bool is_readable(mailbox const& box) { return box.is_readable(); }
bool has_ended(mailbox const& box) { return box.has_ended(); }
thread_exited root_end(mailbox const& box) { return box.root_end(); }

void send(std::shared_ptr<request> const& what)
{
    auto const answer = [](request& asked, result<void> said) {
        std::lock_guard const lock{asked.guard};
        asked.answer = said;
        asked.ring();
    };
    if (!what->box)
        return answer(*what, errc::empty_object);
    if (what->box->is_copy())
        return answer(*what, errc::wrong_process);
    bool const sent = what->box->home().submit([what, answer] {
        auto* const source = what->box->source;
        answer(*what, source != nullptr ? what->work(source->of()) : result<void>{errc::session_ended});
    });
    if (!sent)
        answer(*what, errc::session_ended);
}

namespace {

void drop(std::shared_ptr<mailbox> const& box)
{
    if (box && box->is_copy())
        sys::never_destroy(box);
    else if (box)
        box->home().submit([box] {
            if (box->source != nullptr)
                box->source->drop();
        });
}

} // namespace

} // namespace cotrace::engine

namespace cotrace {

pooled_session::pooled_session(std::shared_ptr<engine::mailbox> box) noexcept : box_{std::move(box)} {}

pooled_session& pooled_session::operator=(pooled_session&& other) noexcept
{
    engine::drop(std::exchange(box_, std::move(other.box_)));
    return *this;
}

pooled_session::~pooled_session() { engine::drop(box_); }

pid pooled_session::root() const noexcept { return box_ ? box_->root() : pid{}; }

std::optional<record> pooled_session::try_next()
{
    if (!box_ || box_->is_copy())
        return std::nullopt;
    std::lock_guard const lock{box_->guard};
    return box_->take();
}

statistics pooled_session::stats() const noexcept { return box_ ? box_->counts().total() : statistics{}; }
std::vector<thread_statistics> pooled_session::thread_stats() const
{
    return box_ ? box_->counts().by_thread() : std::vector<thread_statistics>{};
}

tracer_pool::tracer_pool(std::size_t threads, waiting how) : pool_{std::make_shared<engine::pool>(threads, how)} {}

tracer_pool& tracer_pool::operator=(tracer_pool&& other) noexcept
{
    if (auto const old = std::exchange(pool_, std::move(other.pool_)))
        old->shut_down();
    return *this;
}

tracer_pool::~tracer_pool()
{
    if (pool_)
        pool_->shut_down();
}

std::size_t tracer_pool::size() const noexcept { return pool_ ? pool_->size() : 0; }

} // namespace cotrace
