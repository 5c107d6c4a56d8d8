// SPDX-License-Identifier: BSL-1.0

// library attach|launch|kill SIDE SEED TARGET…
//
// Runs the torture cases of the library. SIDE is "signalfd" or "io_uring", with the suffix "-pool" for a tracer_pool.
//
//   attach: attaches to TARGET and descendants and detaches from them, at random moments, until TARGET has ended.
//   launch: launches the command TARGET… one to three times, with interceptors and readers that pause at random. Detaches
//           from some launches. Prints the output of the command and " = STATUS", which is "?" if the command was detached.
//   kill:   launches the command TARGET… one to six times, and kills the processes of each launch at a random moment.
//
// The last line is "attaches N detaches N launches N kills N calls N". The exit status is 1 if a fault was found. The program
// ends only when no thread is traced and no child of this process is left.

#include "torture/random_options.hpp"

#include "support/collect.hpp"
#include "support/guests.hpp"

#include <cotrace/cotrace.hpp>
#include <cotrace/traced_target.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;
using std::chrono::microseconds;

struct counts {
    std::uint64_t attaches = 0, detaches = 0, launches = 0, kills = 0, calls = 0;
};

template <traced_target Session>
task<bool> detach_from(Session& which)
{
    auto const [error] = co_await which.async_detach(use_tuple);
    co_return !error;
}

template <traced_target Session>
task<void> change_filter(Session& which, filter wanted)
{
    co_await which.async_set_filter(std::move(wanted), use_tuple);
}

template <traced_target Session>
task<void> kill_all(Session& which)
{
    co_await which.async_kill(use_tuple);
}

/// Reads all records of a session; some readers pause at random moments.
template <class Session>
class reader {
public:
    reader(Session& from, random_numbers& random, counts& sums)
        : state_{std::make_shared<state>(from, sums, random.number())}
    {
    }

    void begin(asio::any_io_executor executor)
    {
        auto const shared = state_;
        asio::co_spawn(executor, read(shared), [shared](std::exception_ptr broken) {
            shared->done = true;
            if (broken)
                std::rethrow_exception(broken);
        });
    }
    task<void> finish() const
    {
        auto const is_done = [shared = state_] { return shared->done; };
        co_await until(is_done);
    }

private:
    struct state {
        state(Session& session, counts& all, std::uint64_t seed)
            : from{session}
            , sums{all}
            , random{seed}
        {
        }
        Session& from;
        counts& sums;
        random_numbers random;
        bool done = false;
    };

    static task<void> read(std::shared_ptr<state> own)
    {
        bool const stalls = own->random.one_in(3);
        std::vector<record> batch;
        for (;;) {
            batch.clear();
            if (co_await own->from.async_read(batch) == 0)
                co_return;
            own->sums.calls += static_cast<std::uint64_t>(std::ranges::count_if(
                batch, [](record const& each) { return std::holds_alternative<syscall_exited>(each.what); }));
            if (stalls && own->random.one_in(4))
                co_await rest(own->random.moment());
        }
    }

    std::shared_ptr<state> state_;
};

/// Attaches once and detaches once.
template <class Tracer>
task<void> attach_once(Tracer& by, random_numbers& random, pid root, counts& sums)
{
    auto const executor = co_await asio::this_coro::executor;
    auto which = random_target(random, root);
    auto options = random_options(random);
    auto const given_up = std::make_shared<asio::cancellation_signal>();
    asio::steady_timer late{executor};
    if (random.one_in(8)) {
        late.expires_after(random.moment());
        late.async_wait([given_up](error_code stopped) {
            if (!stopped)
                given_up->emit(asio::cancellation_type::terminal);
        });
    }
    auto started = co_await result_of(
        by.async_attach(std::move(which), std::move(options), asio::bind_cancellation_slot(given_up->slot(), use_tuple)));
    late.cancel();
    if (!started)
        co_return;   // for example, the target has ended or is already traced, or the attach was cancelled
    ++sums.attaches;
    ++sums.detaches;
    auto target = std::move(started).value();
    if (random.one_in(4)) {
        co_await rest(random.moment());
        co_return;   // the destructor of the session detaches from the processes
    }
    reader reads{target, random, sums};
    bool const at_once = !random.one_in(6);
    if (at_once)
        reads.begin(executor);
    if (!random.one_in(3))
        co_await rest(random.moment());
    if (random.one_in(5))
        co_await change_filter(target, random_filter(random));
    if (random.one_in(3))
        co_await rest(random.moment());
    co_await detach_from(target);
    if (!at_once)
        reads.begin(executor);
    co_await reads.finish();
    (void)co_await target.async_wait(use_tuple);
}

std::string const own_cpus = proc_status(tid{::getpid()}, "Cpus_allowed_list");

/// Waits until no thread of `root` and its descendants is traced. Throws if a CPU mask differs from the mask of this process.
task<void> until_untouched(pid root)
{
    auto const is_untraced = [root] {
        return std::ranges::none_of(tree_of(root), [](pid process) {
            return std::ranges::any_of(threads_of(process), [](tid each) {
                auto const state = state_of(each);
                return tracer_of(each) != tid{} && state != 'Z' && state != 'X';
            });
        });
    };
    co_await until(is_untraced);
    for (auto const process : tree_of(root))
        for (auto const each : threads_of(process))
            if (auto const now = proc_status(each, "Cpus_allowed_list"); !now.empty() && now != own_cpus && state_of(each) != 'Z')
                throw std::runtime_error{"thread " + std::to_string(raw(each)) + " was left on the CPUs " + now};
}

template <class Tracer>
using maker = std::unique_ptr<Tracer> (*)(asio::any_io_executor, waiting);

/// Runs the coroutines `make(count)` to `make(1)` at the same time, and waits until all have ended.
template <class Make>
task<void> run_together(unsigned count, Make make)
{
    auto const executor = co_await asio::this_coro::executor;
    auto const running = std::make_shared<unsigned>(count);
    for (unsigned i = count; i > 0; --i)
        asio::co_spawn(executor, make(i), [running](std::exception_ptr broken) {
            --*running;
            if (broken)
                std::rethrow_exception(broken);
        });
    auto const all_done = [running] { return *running == 0; };
    co_await until(all_done);
}

template <class Tracer>
task<void> attach_often(maker<Tracer> make, waiting side, random_numbers& random, pid root, counts& sums)
{
    auto const executor = co_await asio::this_coro::executor;
    while (lives(root)) {
        // Several tracers in one thread must not affect each other's tracees.
        std::vector<std::unique_ptr<Tracer>> tracers;
        for (unsigned i = 1 + random.below(2); i > 0; --i)
            tracers.push_back(make(executor, side));
        for (int phase = 0; phase < 3 && lives(root); ++phase) {
            auto const attach = [&](unsigned i) {
                return [](Tracer& with, random_numbers theirs, pid whom, counts& all) -> task<void> {
                    for (int turn = 0; turn < 8 && lives(whom); ++turn)
                        co_await attach_once(with, theirs, whom, all);
                }(*tracers[i % tracers.size()], random_numbers{random.number()}, root, sums);
            };
            co_await run_together(1 + random.below(3), attach);
            co_await until_untouched(root);
        }
        // The destructor of a tracer must also detach from the tracees.
        auto options = random_options(random);
        options.follow = true;
        auto last = co_await result_of(tracers.front()->async_attach(targets::tree{root}, std::move(options), use_tuple));
        if (last) {
            ++sums.attaches;
            ++sums.detaches;
            co_await rest(random.moment());
        }
        tracers.clear();
        co_await until_untouched(root);
    }
}

/// Launches the command once. Then reads all records, or kills or detaches the processes at a random moment.
template <class Tracer>
task<void> launch_once(Tracer& by, random_numbers random, command what, bool killed, counts& sums)
{
    auto const executor = co_await asio::this_coro::executor;
    capture const said;
    what.redirects = {{.to = 0, .from = null_device.get()}, {.to = 1, .from = said.fd()}};
    auto options = random_options(random);
    options.stop_after = {};
    bool const detaches = !killed && random.one_in(3);
    if (detaches)
        options.at_end = ending::detach;
    else if (random.one_in(5))
        by_notification(options);
    auto const how = in_words(options);
    auto started = co_await result_of(by.async_launch(std::move(what), std::move(options), use_tuple));
    if (!started && killed && started.error().code == errc::tracee_died)
        co_return;   // torture.py killed the process before its execve(2) was over
    ++sums.launches;
    auto target = std::move(started).value();
    auto const root = target.root();
    if (killed && random.one_in(3)) {
        co_await rest(random.moment());
        ++sums.kills;
        co_return;   // the destructor of the session kills the processes
    }
    reader reads{target, random, sums};
    reads.begin(executor);
    if (killed || detaches)
        co_await rest(random.moment() * 4);
    if (killed) {
        co_await kill_all(target);
        ++sums.kills;
    } else if (detaches && co_await detach_from(target)) {
        ++sums.detaches;
    }
    co_await reads.finish();
    auto const [error, end] = co_await target.async_wait(use_tuple);
    if (killed)
        co_return;
    auto const has_ended = [root] { return !lives(root); };
    bool const known = !error && end.known;   // false if the root was detached before its end
    if (!known)
        co_await until(has_ended);
    auto const status = known ? std::to_string(end.killed ? -end.status : end.status) : "?";
    auto text = said.text();
    if (!text.empty())
        text.pop_back();
    std::printf("%s = %s\n", text.c_str(), status.c_str());
    std::fprintf(stderr, "library: %s: %s\n", status.c_str(), how.c_str());
}

template <class Tracer>
task<void> launch_several(maker<Tracer> make, waiting side, random_numbers& random, command what, bool killed, counts& sums)
{
    auto const executor = co_await asio::this_coro::executor;
    auto by = make(executor, side);
    auto const launch = [&](unsigned) { return launch_once(*by, random_numbers{random.number()}, what, killed, sums); };
    co_await run_together(1 + random.below(killed ? 6 : 3), launch);
    if (random.one_in(2))
        by.reset();
    // The root of a detached session is still a child of this process, which must reap it.
    co_await until([] {
        while (::waitpid(-1, nullptr, WNOHANG) > 0) {
        }
        return children().empty();
    });
}

std::unique_ptr<tracer> make_tracer(asio::any_io_executor executor, waiting side)
{
    return std::make_unique<tracer>(std::move(executor), side);
}

std::unique_ptr<tracer_pool> make_pool(asio::any_io_executor, waiting side) { return std::make_unique<tracer_pool>(2, side); }

template <class Tracer>
task<void> carry_out(maker<Tracer> make, waiting side, std::string how, std::vector<std::string> words, random_numbers& random,
                     counts& sums)
{
    if (how == "attach")
        co_await attach_often<Tracer>(make, side, random, pid{std::stoi(words.front())}, sums);
    else
        co_await launch_several<Tracer>(make, side, random, command{words}, how == "kill", sums);
}

void run(std::string how, std::string_view side, std::vector<std::string> words, random_numbers& random, counts& sums)
{
    asio::io_context context{1};
    auto const way = side.starts_with("io_uring") ? waiting::io_uring : waiting::signalfd;
    auto work = side.ends_with("-pool") ? carry_out<tracer_pool>(make_pool, way, std::move(how), std::move(words), random, sums)
                                        : carry_out<tracer>(make_tracer, way, std::move(how), std::move(words), random, sums);
    asio::co_spawn(context, std::move(work), [&context](std::exception_ptr broken) {
        context.stop();
        if (broken)
            std::rethrow_exception(broken);
    });
    context.run();
}

}   // namespace

int main(int argc, char** argv)
try {
    if (argc < 5)
        throw std::runtime_error{"usage: library attach|launch|kill SIDE SEED TARGET…"};
    random_numbers random{std::strtoull(argv[3], nullptr, 10)};
    counts sums;
    auto const before = open_descriptors();
    run(argv[1], argv[2], {argv + 4, argv + argc}, random, sums);
    if (auto const after = open_descriptors(); after != before) {
        for (auto const& each : after)
            if (std::ranges::find(before, each) == before.end())
                std::fprintf(stderr, "library: leaked descriptor %s\n", each.c_str());
        return 1;
    }
    std::printf("attaches %ju detaches %ju launches %ju kills %ju calls %ju\n", std::uintmax_t{sums.attaches},
                std::uintmax_t{sums.detaches}, std::uintmax_t{sums.launches}, std::uintmax_t{sums.kills},
                std::uintmax_t{sums.calls});
    return 0;
} catch (std::exception const& broken) {
    std::fprintf(stderr, "library: %s\n", broken.what());
    return 1;
}
