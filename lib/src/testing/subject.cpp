// SPDX-License-Identifier: BSL-1.0
#include <cotrace/testing/subject.hpp>

#include "sys/anonymous_file.hpp"
#include "testing/child.hpp"
#include "testing/journal.hpp"
#include "testing/messages.hpp"

#include <cotrace/tracer.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <charconv>
#include <exception>
#include <tuple>
#include <vector>

namespace cotrace::testing {

namespace {

using clock = std::chrono::steady_clock;
using namespace asio::experimental::awaitable_operators;

/// A token like `use_tuple`, but the operation is an `asio::awaitable`, which the operators of `awaitable_operators` need.
constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);

constexpr std::size_t everything = ~std::size_t{0};

/// The subjects that were made on this thread. The pointers to subjects that were destroyed are expired.
thread_local std::vector<std::weak_ptr<subject::state*>> made_here;

sys::anonymous_file stream(std::source_location at, std::string_view content = {})
{
    auto made = sys::anonymous_file::make(content);
    if (!made)
        throw test_failed{"cannot make a file for standard streams: " + made.error().message() + '\n', at};
    return std::move(made).value();
}

std::string in_words(limit time)
{
    auto const seconds = std::chrono::duration<double>(time).count();
    char digits[32];
    auto const end = std::to_chars(digits, digits + sizeof digits, seconds, std::chars_format::general, 6).ptr;
    return std::string{digits, end} + " s";
}

std::string name_of(command const& what)
{
    std::string all;
    for (auto const& word : what.argv)
        all += (all.empty() ? "" : " ") + word;
    return all;
}

}   // namespace

struct subject::state {
    state(subject_options wanted, std::string called, std::source_location at)
        : options{std::move(wanted)}
        , name{std::move(called)}
        , log{std::make_shared<journal>(options.session.exits)}
        , in{stream(at, options.input)}
        , out{stream(at)}
        , err{stream(at)}
    {
        options.session.at_end = ending::kill;
        options.session.records = true;
        std::erase_if(made_here, [](auto const& each) { return each.expired(); });
        made_here.push_back(self);
    }

    std::shared_ptr<state*> self = std::make_shared<state*>(this);

    subject_options options;
    std::string name;   ///< the name of the subject in messages: a command line, or "a function in a child"
    std::shared_ptr<journal> log;
    sys::anonymous_file in;
    sys::anonymous_file out;
    sys::anonymous_file err;
    std::optional<waiting_child> child{};   // declared before the tracer, so that the child is destroyed after the tracer
    std::optional<tracer> by{};             // declared before the session, because the tracer must outlive the session
    cotrace::session traced{};
    std::size_t cursor = 0;   // `next` has passed all happenings before this index
    bool ended = false;       // set when all records of the session were read

    /// Reads records until `end` at most, and returns false after `end`. The clock is checked, because the timer may never
    /// complete first while a subject always has records.
    task<bool> read_more(clock::time_point end, std::source_location at);
    [[noreturn]] void fail_next(pattern const& what, limit within, std::source_location at) const;
    std::string end_in_words() const;
    /// What the subject did last, for the message of a test that took too long.
    std::string recent_calls();
};

task<bool> subject::state::read_more(clock::time_point end, std::source_location at)
{
    std::vector<record> batch;
    asio::steady_timer timer{co_await asio::this_coro::executor, end};
    // The batch can have records even if the timer completes first.
    auto const first = co_await (traced.async_read(batch, no_throw) || timer.async_wait(no_throw));
    auto const* const read = std::get_if<0>(&first);
    auto const error = read != nullptr ? std::get<0>(*read) : error_code{};
    if (read != nullptr && !error && std::get<1>(*read) == 0)
        ended = true;
    for (auto& each : batch)
        log->add(std::move(each));
    // A read that was cancelled, for example by `session::cancel`, is repeated.
    if (error && error != asio::error::operation_aborted)
        throw test_failed{"cannot read the records of the subject: " + error.message() + '\n' + messages::recent(*log)
                              + messages::gaps(*log),
                          at};
    co_return clock::now() < end;
}

std::string subject::state::recent_calls()
{
    while (auto seen = traced.try_next())
        log->add(std::move(*seen));
    return messages::recent(*log, " of " + name) + messages::gaps(*log);
}

std::string subject::state::end_in_words() const
{
    auto const id = leader(traced.root());
    for (auto at = log->records().rbegin(); at != log->records().rend(); ++at)
        if (auto const* end = std::get_if<thread_exited>(&at->what); end && at->thread == id)
            return journal::line({&*at, happening::kind::other});
    return "how it ended is not known";
}

void subject::state::fail_next(pattern const& what, limit within, std::source_location at) const
{
    auto text = "expected within " + in_words(within) + ": " + what.description() + '\n';
    text += ended ? "not found before the subject ended: " + end_in_words() + '\n' : "not found\n";
    auto const places = log->places();
    auto const unseen = places.begin() + static_cast<std::ptrdiff_t>(cursor);
    auto const fits = [&](std::size_t place) { return what.fits(log->happenings()[place]); };
    if (auto const earlier = std::find_if(places.begin(), unseen, fits); earlier != unseen)
        text += "found earlier:\n" + messages::listed(*log, {*earlier});
    text += messages::similar(*log, {unseen, places.end()}, what) + messages::recent(*log);
    if (auto const said = err.text(everything); !said.empty())
        text += "standard error: " + said + (said.back() == '\n' ? "" : "\n");
    throw test_failed{text + messages::gaps(*log), at};
}

subject::subject(std::unique_ptr<state> made) noexcept
    : state_{std::move(made)}
{
}
subject::subject(subject&&) noexcept = default;
subject& subject::operator=(subject&&) noexcept = default;
subject::~subject() = default;

task<record> subject::next(pattern what, std::optional<limit> within, std::source_location at)
{
    auto& own = *state_;
    auto const most = within.value_or(own.options.limit);
    auto const end = clock::now() + std::chrono::duration_cast<clock::duration>(most);
    auto const& all = own.log->happenings();
    auto place = own.cursor;   // `cursor` is set only after a happening was found
    for (bool in_time = true;; in_time = co_await own.read_more(end, at)) {
        for (; place < all.size(); ++place)
            if (what.fits(all[place])) {
                own.cursor = place + 1;
                co_return *all[place].seen;
            }
        if (own.ended || !in_time)
            own.fail_next(what, most, at);
    }
}

task<finished> subject::finish(std::optional<limit> within, std::source_location at)
{
    auto& own = *state_;
    auto const most = within.value_or(own.options.limit);
    auto const end = clock::now() + std::chrono::duration_cast<clock::duration>(most);
    while (!own.ended) {
        bool const in_time = co_await own.read_more(end, at);
        if (!in_time && !own.ended)
            throw test_failed{"expected within " + in_words(most) + ": the end of the subject\n" + messages::recent(*own.log)
                                  + messages::gaps(*own.log),
                              at};
    }
    auto const how = co_await own.traced.async_wait();
    finished all{so_far(), how, output(), errors()};
    co_return all;
}

run subject::so_far() const { return run_access::of_all(state_->log); }
std::string subject::output() const { return state_->out.text(everything); }
std::string subject::errors() const { return state_->err.text(everything); }
pid subject::root() const noexcept { return state_->traced.root(); }
void subject::kill() { (void)state_->traced.kill(); }
cotrace::session& subject::session() noexcept { return state_->traced; }

namespace {

/// Awaits a launch or an attach. Cancels the operation if it takes too long.
task<cotrace::session> started(task<std::tuple<error_code, cotrace::session>> operation, limit most, std::string what,
                               std::source_location at)
{
    asio::steady_timer timer{co_await asio::this_coro::executor, std::chrono::duration_cast<clock::duration>(most)};
    auto got = co_await (std::move(operation) || timer.async_wait(no_throw));
    if (got.index() != 0)
        throw test_failed{"cannot start " + what + " within " + in_words(most) + '\n', at};
    auto& [error, made] = std::get<0>(got);
    if (error)
        throw test_failed{"cannot start " + what + ": " + made.why().message() + '\n', at};
    co_return std::move(made);
}

}   // namespace

task<subject> launch(command what, subject_options options, std::source_location at)
{
    auto made = std::make_unique<subject::state>(std::move(options), name_of(what), at);
    std::vector<command::redirect> streams;
    streams.push_back({.to = 0, .from = made->in.fd()});
    streams.push_back({.to = 1, .from = made->out.fd()});
    streams.push_back({.to = 2, .from = made->err.fd()});
    what.redirects.insert(what.redirects.begin(), streams.begin(), streams.end());
    made->by.emplace(co_await asio::this_coro::executor);
    auto begun = made->by->async_launch(std::move(what), made->options.session, no_throw);
    made->traced = co_await started(std::move(begun), made->options.limit, made->name, at);
    co_return subject{std::move(made)};
}

task<subject> launch(child_code what, subject_options options, std::source_location at)
{
    auto made = std::make_unique<subject::state>(std::move(options), "a function in a child", at);
    int const files[] = {made->in.fd(), made->out.fd(), made->err.fd()};
    // The child is forked before the tracer is made, so that the child does not inherit the tracer's file descriptors and
    // signal mask.
    auto& child = made->child.emplace(std::move(what), files, made->options.limit, at);
    // `cpu_placement::automatic` does not move attached threads, because they would keep the changed affinity if this process
    // died. This child dies with this process.
    if (made->options.session.placing == cpu_placement::automatic)
        made->options.session.placing = cpu_placement::always;
    made->by.emplace(co_await asio::this_coro::executor);
    auto begun = made->by->async_attach(child.id(), made->options.session, no_throw);
    made->traced = co_await started(std::move(begun), made->options.limit, made->name, at);
    child.release();
    co_return subject{std::move(made)};
}

void within(limit most, std::function<task<void>()> body, std::source_location at)
{
    asio::io_context context{1};
    std::optional<std::exception_ptr> ended;
    asio::co_spawn(context, body(), [&](std::exception_ptr thrown) { ended = thrown; });
    context.run_for(most);
    if (!ended) {
        auto text = "expected within " + in_words(most) + ": the end of the test\n";
        for (auto const& each : made_here)
            if (auto const living = each.lock())
                text += (*living)->recent_calls();
        throw test_failed{text, at};
    }
    if (*ended)
        std::rethrow_exception(*ended);
}

}   // namespace cotrace::testing
