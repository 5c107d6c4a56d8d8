// SPDX-License-Identifier: BSL-1.0
#include <cotrace/testing/sweep.hpp>

#include <cotrace/tracer.hpp>

#include "sys/anonymous_file.hpp"
#include "testing/child.hpp"
#include "testing/chosen_cases.hpp"
#include "testing/command_line.hpp"
#include "testing/conductor.hpp"
#include "testing/judge.hpp"
#include "testing/place.hpp"
#include "testing/unstable_parts.hpp"
#include "testing/watchdog.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <iterator>
#include <memory>
#include <optional>
#include <set>
#include <source_location>
#include <stdexcept>
#include <tuple>
#include <utility>
#include <variant>

#include <unistd.h>

namespace cotrace::testing {

namespace {

namespace fs = std::filesystem;
using clock = std::chrono::steady_clock;

constexpr std::size_t kept_output = 1 << 20;   // a run's result contains at most this many bytes of each stream

failure failed(int error, std::string operation)
{
    return {{error, boost::system::system_category()}, std::move(operation), {}, {}};
}

/// The text of a stream. "$RUN" replaces the path of the run's folder, so that the texts of different runs are comparable.
std::string text_of(sys::anonymous_file const& stream, fs::path const& of_run)
{
    auto text = stream.text(kept_output);
    replace_all(text, of_run.native(), "$RUN");
    return text;
}

/// Sets the standard streams of a command, and its working folder and TMPDIR unless the command has its own.
void prepare(command& what, fault_run const& run, streams const& with)
{
    auto const& program = what.executable.empty() ? what.argv.front() : what.executable;
    if (program.find('/') != std::string::npos)
        what.executable = fs::absolute(program);   // the path is relative to the folder of this process, not of the run
    if (what.directory.empty())
        what.directory = run.work;
    if (!what.environment) {
        what.environment.emplace();
        for (char** each = ::environ; *each != nullptr; ++each)
            if (!std::string_view{*each}.starts_with("TMPDIR="))
                what.environment->emplace_back(*each);
    }
    if (std::ranges::none_of(*what.environment, [](auto const& each) { return each.starts_with("TMPDIR="); }))
        what.environment->push_back("TMPDIR=" + run.temporary.native());
    what.redirects.insert(what.redirects.begin(),
                          {{.to = 0, .from = with.in.get()}, {.to = 1, .from = with.out.fd()}, {.to = 2, .from = with.err.fd()}});
}

/// Connects a conductor with a session. The destructor disconnects the conductor from the session.
class conductor_binding {
public:
    conductor_binding(std::shared_ptr<conductor> by, session& target)
        : by_{std::move(by)}
    {
        by_->begin(target);
    }
    conductor_binding(conductor_binding const&) = delete;
    conductor_binding& operator=(conductor_binding const&) = delete;
    ~conductor_binding() { by_->end(); }

private:
    std::shared_ptr<conductor> by_;
};

/// Keeps a value in a set as long as this object lives.
template <class T>
class set_entry {
public:
    set_entry(std::set<T>& of, T what)
        : of_{&of}
        , what_{what}
    {
        of.insert(what);
    }
    set_entry(set_entry const&) = delete;
    set_entry& operator=(set_entry const&) = delete;
    ~set_entry() { of_->erase(what_); }

private:
    std::set<T>* of_;
    T what_;
};

/// What a sweep runs many times: the command that a `fault_setup` returns for each run, or a function.
using swept = std::variant<fault_setup, child_code>;

/// A run that has begun. `child` is the process that calls the function of the sweep; null if the sweep runs a command.
struct started_run {
    std::unique_ptr<waiting_child> child{};
    session target{};
};

struct finished_run {
    fault_run seen;
    std::vector<listed_call> calls;
    bool failed = false;   ///< whether the program made the planned call, and the sweep made the call fail
};

class sweep : public std::enable_shared_from_this<sweep> {
public:
    sweep(asio::any_io_executor executor, swept subject, fault_options options, std::source_location at)
        : executor_{std::move(executor)}
        , subject_{std::move(subject)}
        , options_{std::move(options)}
        , at_{at}
        , tracer_{executor_}
        , changed_{executor_, clock::time_point::max()}
    {
    }

    task<result<fault_report, failure>> run();

    /// Cancels all launches and kills all runs that are in progress. The sweep then starts no more runs.
    void stop()
    {
        stopped_ = true;
        for (auto* each : launches_)
            each->cancel();
        for (auto* each : running_)
            (void)each->kill();
    }

private:
    task<result<started_run, failure>> start(fault_setup& setup, fault_run& run, streams const& with, session_options options);
    task<result<started_run, failure>> start(child_code& code, fault_run& run, streams const& with, session_options options);
    task<result<finished_run, failure>> run_once(std::size_t number, planned_fault const* plan);
    task<result<void, failure>> run_clean();
    void plan(std::vector<listed_call> first, std::vector<listed_call> const& second);
    result<void, failure> check_clean_end(fault_run const& clean) const;
    result<void, failure> compare(fault_run once, fault_run const& again);
    task<void> work();
    task<void> run_cases();
    fault_result result_of(std::size_t index, finished_run const& done);

    asio::any_io_executor executor_;
    swept subject_;
    fault_options options_;
    std::source_location at_;   ///< the place in the test that a `test_failed` names
    sweep_folder folder_;
    tracer tracer_;
    asio::steady_timer changed_;   ///< cancelled when a worker ends, to wake `run_cases`
    std::set<launch_limit*> launches_;
    std::set<session*> running_;
    fault_report report_;
    fault_run clean_;
    unstable_parts unstable_;
    std::vector<planned_fault> plans_;   ///< the case with index n is plans_[n - 1]
    std::vector<std::size_t> chosen_;    ///< the indices of the cases that are run
    std::size_t next_ = 0;               ///< index in `chosen_` of the case that is run next
    unsigned workers_ = 0;
    bool stopped_ = false;
    std::optional<failure> failure_;
    std::exception_ptr exception_;
};

session_options options_of(std::shared_ptr<conductor> by, bool listing)
{
    session_options options;
    options.filter = filter{fallible_calls()};
    options.entries = false;
    options.exits = listing;
    options.interceptors.push_back(std::move(by));
    return options;
}

task<result<started_run, failure>> sweep::start(fault_setup& setup, fault_run& run, streams const& with, session_options options)
{
    auto what = setup(run);
    if (what.argv.empty())
        co_return failure{{EINVAL, boost::system::system_category()}, "launch without a command", {}, {}};
    if (report_.subject.empty())
        report_.subject = command_line(what.argv);
    prepare(what, run, with);
    run.before = files_of(run, options_.ignore);
    launch_limit limit{executor_, options_.time_out};
    set_entry const entry{launches_, &limit};
    auto [error, target] =
        co_await tracer_.async_launch(std::move(what), std::move(options), asio::bind_cancellation_slot(limit.slot(), use_tuple));
    if (error && limit.has_passed())
        co_return failed(ETIMEDOUT, "launch of " + report_.subject);
    if (error)
        co_return target.why();
    started_run made;
    made.target = std::move(target);
    co_return std::move(made);
}

task<result<started_run, failure>> sweep::start(child_code& code, fault_run& run, streams const& with, session_options options)
{
    if (report_.subject.empty())
        report_.subject = "a function in a child";
    run.before = files_of(run, options_.ignore);
    int const files[] = {with.in.get(), with.out.fd(), with.err.fd()};
    started_run made;
    made.child = std::make_unique<waiting_child>(code, files, options_.time_out, at_, [&run] {
        return ::chdir(run.work.c_str()) == 0 && ::setenv("TMPDIR", run.temporary.c_str(), 1) == 0;
    });
    options.at_end = ending::kill;
    auto [error, target] = co_await tracer_.async_attach(made.child->id(), std::move(options), use_tuple);
    if (error)
        co_return target.why();
    made.target = std::move(target);
    co_return std::move(made);
}

task<result<finished_run, failure>> sweep::run_once(std::size_t number, planned_fault const* plan)
{
    finished_run done;
    auto const of_run = folder_.of_run(number);
    make_folders(of_run, done.seen);
    auto with = streams::make();
    if (!with)
        co_return failure{with.error(), "make standard streams", {}, {}};
    auto const by =
        std::make_shared<conductor>(executor_, options_, plan, /*launched=*/std::holds_alternative<fault_setup>(subject_));
    auto beginning =
        std::visit([&](auto& what) { return start(what, done.seen, with.value(), options_of(by, plan == nullptr)); }, subject_);
    auto begun = co_await std::move(beginning);
    if (!begun)
        co_return std::move(begun).error();
    auto& target = begun.value().target;
    set_entry const entry{running_, &target};
    conductor_binding const bound{by, target};
    watchdog_guard guard{std::make_shared<watchdog>(executor_, target, with.value(), options_.time_out)};
    if (begun.value().child)
        begun.value().child->release();
    if (stopped_)
        (void)target.kill();
    while (co_await target.async_read(by->read()) != 0)
        by->note_read();
    done.seen.end = co_await target.async_wait();
    done.seen.timed_out = guard.stop();
    done.seen.output = text_of(with.value().out, of_run);
    done.seen.errors = text_of(with.value().err, of_run);
    done.seen.after = files_of(done.seen, options_.ignore);
    done.seen.crashes = by->take_crashes();
    done.calls = by->take_calls();
    done.failed = by->has_failed();
    co_return done;
}

// Makes two clean runs, in which no call is made to fail. Later runs are compared only in what the clean runs have in common.
task<result<void, failure>> sweep::run_clean()
{
    auto first = co_await run_once(0, nullptr);
    if (!first)
        co_return std::move(first).error();
    BOOST_OUTCOME_CO_TRYV(check_clean_end(first.value().seen));
    auto second = co_await run_once(1, nullptr);
    if (!second)
        co_return std::move(second).error();
    BOOST_OUTCOME_CO_TRYV(check_clean_end(second.value().seen));
    BOOST_OUTCOME_CO_TRYV(compare(std::move(first.value().seen), second.value().seen));
    plan(std::move(first.value().calls), second.value().calls);
    if (!options_.keep)
        remove_folders(folder_.of_run(1));
    co_return outcome::success();
}

result<void, failure> sweep::check_clean_end(fault_run const& clean) const
{
    if (clean.timed_out)
        return failed(ETIMEDOUT, "clean run of " + report_.subject);
    if (clean.end.killed)
        return failed(ECANCELED, "a clean run was killed: " + report_.subject);
    return outcome::success();
}

result<void, failure> sweep::compare(fault_run once, fault_run const& again)
{
    if (!again.ended_like(once))
        return failed(ECANCELED, "two clean runs ended differently: " + report_.subject);
    clean_ = std::move(once);
    unstable_ = {clean_, again};
    report_.unstable = unstable_.names();
    unstable_.remove_from(clean_);
    return outcome::success();
}

// Makes the list of cases. The calls are ordered by thread name, and within a thread by time, so that a case has the same
// index in each sweep.
void sweep::plan(std::vector<listed_call> first, std::vector<listed_call> const& second)
{
    auto const key = [](listed_call const& each) { return std::tie(each.site.thread, each.site.call, each.site.occurrence); };
    std::set<std::tuple<std::string, std::string, std::uint64_t>> again;
    for (auto const& each : second)
        again.insert(key(each));
    report_.varying = second.size();
    auto const varies = std::erase_if(first, [&](auto const& each) { return !again.contains(key(each)); });
    report_.varying += varies - first.size();
    report_.calls = first.size();
    std::ranges::stable_sort(first, {}, [](auto const& each) { return each.site.thread; });
    for (auto& each : first)
        replace_all(each.site.text, folder_.of_run(0).native(), "$RUN");
    for (auto const& each : first)
        for (auto const& one : each.faults)
            // An error with which the call failed in the clean run is left out.
            if (!each.outcome.failed || each.outcome.error() != one.error)
                plans_.push_back({each.site, one});
    report_.cases = plans_.size();
    for (std::size_t index = 1; index <= plans_.size(); ++index)
        if (options_.only.empty() || std::ranges::binary_search(options_.only, index))
            chosen_.push_back(index);
}

fault_result sweep::result_of(std::size_t index, finished_run const& done)
{
    auto const& plan = plans_[index - 1];
    fault_result made{{index, plan.site, plan.what.error, plan.what.loses_data},
                      fault_verdict::missed,
                      "the call was not made",
                      done.seen.end,
                      done.seen.output,
                      done.seen.errors};
    auto seen = done.seen;
    unstable_.remove_from(seen);
    if (!done.failed && !seen.timed_out && new_crashes(seen, clean_).empty())
        return made;
    auto [verdict, detail] = judge(seen, clean_, made.what, options_.check);
    made.verdict = verdict;
    made.detail = std::move(detail);
    return made;
}

task<void> sweep::work()
{
    while (!stopped_ && next_ < chosen_.size()) {
        auto const place = next_++;
        auto const index = chosen_[place];
        auto done = co_await run_once(index + 1, &plans_[index - 1]);
        if (!done) {
            if (!failure_)   // a launch that `stop` has cancelled also fails
                failure_ = std::move(done).error();
            stop();
            co_return;
        }
        report_.results[place] = result_of(index, done.value());
        if (!options_.keep)
            remove_folders(folder_.of_run(index + 1));
    }
}

task<void> sweep::run_cases()
{
    report_.results.resize(chosen_.size());
    for (unsigned each = 0; each < std::max(options_.parallel, 1u) && each < chosen_.size(); ++each) {
        ++workers_;
        asio::co_spawn(executor_, work(), [self = shared_from_this()](std::exception_ptr thrown) {
            --self->workers_;
            if (thrown && !self->exception_) {
                self->exception_ = thrown;
                self->stop();
            }
            self->changed_.cancel();
        });
    }
    while (workers_ != 0)
        co_await changed_.async_wait(use_tuple);
    if (exception_)
        std::rethrow_exception(exception_);
}

task<result<fault_report, failure>> sweep::run()
{
    report_.repeat = command_line(own_words());
    BOOST_OUTCOME_CO_TRY(options_.only, chosen_cases(std::move(options_.only)));
    BOOST_OUTCOME_CO_TRYV(co_await run_clean());
    co_await run_cases();
    if (failure_)
        co_return std::move(*failure_);
    if (options_.keep) {
        folder_.keep();
        report_.folder = folder_.path();
    }
    co_return std::move(report_);
}

/// Stops a sweep when the coroutine that awaits the sweep ends or is destroyed.
class stop_at_end {
public:
    explicit stop_at_end(std::shared_ptr<sweep> work)
        : work_{std::move(work)}
    {
    }
    stop_at_end(stop_at_end const&) = delete;
    stop_at_end& operator=(stop_at_end const&) = delete;
    ~stop_at_end() { work_->stop(); }
    sweep* work() const noexcept { return work_.get(); }

private:
    std::shared_ptr<sweep> work_;
};

task<result<fault_report, failure>> sweep_of(swept what, fault_options options, std::source_location at)
{
    auto const executor = co_await asio::this_coro::executor;
    stop_at_end const at_end{std::make_shared<sweep>(executor, std::move(what), std::move(options), at)};
    co_return co_await at_end.work()->run();
}

task<fault_report> report_of(task<result<fault_report, failure>> work)
{
    auto done = co_await std::move(work);
    co_return std::move(done).value();   // throws `cotrace::failed` if the sweep has failed
}

result<fault_report, failure> run_to_end(swept what, fault_options options, std::source_location at)
{
    asio::io_context context{1};
    std::optional<result<fault_report, failure>> got;
    std::exception_ptr broken;
    auto const whole = [](task<result<fault_report, failure>> work,
                          std::optional<result<fault_report, failure>>& to) -> task<void> {
        auto done = co_await std::move(work);
        to.emplace(std::move(done));
    };
    auto work = sweep_of(std::move(what), std::move(options), at);
    asio::co_spawn(context, whole(std::move(work), got), [&](std::exception_ptr thrown) { broken = thrown; });
    context.run();
    if (broken)
        std::rethrow_exception(broken);
    return std::move(*got);
}

}   // namespace

task<fault_report> fault_sweep(fault_setup_argument setup, fault_options options, std::source_location at)
{
    return report_of(sweep_of(std::move(setup).take(), std::move(options), at));
}

task<fault_report> fault_sweep(child_code what, fault_options options, std::source_location at)
{
    return report_of(sweep_of(std::move(what), std::move(options), at));
}

result<fault_report, failure> run_fault_sweep(fault_setup_argument setup, fault_options options, std::source_location at)
{
    return run_to_end(std::move(setup).take(), std::move(options), at);
}

result<fault_report, failure> run_fault_sweep(child_code what, fault_options options, std::source_location at)
{
    return run_to_end(std::move(what), std::move(options), at);
}

result<fault_report, failure> run_fault_sweep(command what, fault_options options, std::source_location at)
{
    auto const same = [what = std::move(what)](fault_run const&) { return what; };
    return run_fault_sweep(same, std::move(options), at);
}

}   // namespace cotrace::testing
