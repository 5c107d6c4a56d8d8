// SPDX-License-Identifier: BSL-1.0
// Each of the guest's 20 threads writes its calls to a journal, a ring buffer in a file. The tests compare records with journals.
#include "support/catch.hpp"
#include "support/collect.hpp"
#include "support/live_test.hpp"
#include "support/observation.hpp"
#include "support/ready_guests.hpp"
#include "support/temporary_folder.hpp"

#include <array>
#include <cstdlib>
#include <map>
#include <ranges>
#include <span>

namespace journal_tests {

using namespace cotrace;
using namespace cotrace::test;
using namespace std::chrono_literals;

namespace {

auto const limit = 5 * live_limit;
constexpr long threads = 20;
long const per_thread = short_form() ? 500 : 10'000;

// Arguments of the getsid(2) calls that begin and end each journal.
constexpr std::uint64_t first_mark = 2'000'000'000, last_mark = 2'000'000'001;

/// The entry or the exit of a call.
struct side {
    std::uint64_t number = 0;
    std::array<std::uint64_t, 6> args{};
    std::optional<std::int64_t> result{};   ///< the result of the call at an exit; empty at an entry

    friend bool operator==(side const&, side const&) = default;

    bool is_mark(std::uint64_t which) const { return number == SYS_getsid && args[0] == which; }
};

using sides = std::vector<side>;

/// Stands for lost records. A gap is added to every thread, because the lost records may be those of any thread.
side const gap{.number = ~0ull};

/// The calls that a session records, and whether it records entries and exits.
struct recorded {
    filter wanted{};
    bool entries = true;
    bool exits = true;
};

/// The head of a journal, with the layout that the guest keeps_journal writes.
struct journal_head {
    std::uint64_t thread, made, capacity;
    std::array<char, 104> rest;
};
struct journal_entry {
    std::uint64_t number;
    std::array<std::uint64_t, 6> args;
    std::int64_t result;
    std::array<char, 64> rest;
};

/// The journal of each thread, without the entries and exits that a session with the settings `what` does not record.
std::map<tid, sides> journals(std::string const& path, recorded const& what = {})
{
    std::ifstream file{path, std::ios::binary};
    std::map<tid, sides> found;
    journal_head head;
    while (file.read(reinterpret_cast<char*>(&head), sizeof head)) {
        std::vector<journal_entry> ring(head.capacity);
        file.read(reinterpret_cast<char*>(ring.data()), static_cast<std::streamsize>(head.capacity * sizeof ring[0]));
        auto& noted = found[tid{static_cast<int>(head.thread)}];
        for (auto i = head.made - std::min(head.made, head.capacity); i < head.made; ++i) {
            auto const& call = ring[i % head.capacity];
            if (!what.wanted.wants(cotrace::uapi::native, call.number))
                continue;
            if (what.entries)
                noted.push_back({call.number, call.args, std::nullopt});
            if (what.exits)
                noted.push_back({call.number, call.args, call.result});
        }
    }
    return found;
}

/// What a session recorded: the calls of each thread, the numbers of some other records, and the messages of `trace_failed`
/// records.
struct traced {
    std::map<tid, sides> calls;
    std::size_t started = 0, exited = 0, let_go = 0, replaced = 0;
    std::uint64_t lost = 0;
    std::vector<std::string> problems;

    void take(record const& seen)
    {
        if (auto const* entry = std::get_if<syscall_entered>(&seen.what))
            calls[seen.thread].push_back({entry->call->number, entry->call->args, std::nullopt});
        else if (auto const* exit = std::get_if<syscall_exited>(&seen.what))
            calls[seen.thread].push_back({exit->call->number, exit->call->args, exit->outcome.value});
        else if (auto const* losses = std::get_if<records_lost>(&seen.what))
            lose(losses->count);
        else if (auto const* failed = std::get_if<trace_failed>(&seen.what))
            problems.push_back(failed->what.message());
        started += std::holds_alternative<thread_started>(seen.what);
        exited += std::holds_alternative<thread_exited>(seen.what);
        let_go += std::holds_alternative<detached>(seen.what);
        replaced += std::holds_alternative<image_replaced>(seen.what);
    }

    void lose(std::uint64_t count)
    {
        lost += count;
        for (auto& [thread, all] : calls)
            all.push_back(gap);
    }
};

std::string text_of(side const& what)
{
    std::ostringstream text;
    text << (what.result ? "exit " : "entry ") << what.number << '(' << what.args[0] << ", " << what.args[1] << ", "
         << what.args[2] << ", …)";
    if (what.result)
        text << " = " << *what.result;
    return text.str();
}

/// Compares a journal with records, up to the end of the shorter of the two. Returns the first difference, or an empty string.
std::string difference(std::span<side const> noted, std::span<side const> seen)
{
    for (std::size_t i = 0; i < std::min(noted.size(), seen.size()); ++i)
        if (noted[i] != seen[i])
            return "at " + std::to_string(i) + ": made " + text_of(noted[i]) + ", traced " + text_of(seen[i]);
    return {};
}

/// The part of a thread's records that its journal covers.
std::span<side const> between_marks(std::span<side const> seen)
{
    auto const begin = std::ranges::find_if(seen, [](side const& each) { return each.is_mark(first_mark); });
    auto const end = std::find_if(seen.rbegin(), seen.rend(), [](side const& each) { return each.is_mark(last_mark); });
    return begin < end.base() ? std::span{begin, end.base()} : std::span<side const>{};
}

void check_whole(std::map<tid, sides> const& noted, traced const& seen)
{
    CHECK(seen.problems.empty());
    REQUIRE(noted.size() == threads);
    for (auto const& [thread, all] : noted) {
        auto const found = seen.calls.find(thread);
        REQUIRE(found != seen.calls.end());
        auto const ours = between_marks(found->second);
        REQUIRE(difference(all, ours) == "");
        REQUIRE(all.size() == ours.size());
    }
}

session_options recording(recorded const& what)
{
    session_options options;
    options.filter = what.wanted;
    options.entries = what.entries;
    options.exits = what.exits;
    options.capture.decode = false;
    return options;
}

/// A filter for calls that neither the loader nor the C library makes.
filter of_journals_only() { return filter{"getsid,pwrite64,tgkill,fcntl,nanosleep,getppid,dup"}; }

command guest_with(std::string const& journal, long calls = per_thread)
{
    return quiet(program("keeps_journal", journal, std::to_string(threads), std::to_string(calls)));
}

/// Waits for records, and adds all queued records to `into`. Returns false at the end of the session.
template <class Session>
task<bool> read_some(Session& from, traced& into)
{
    std::vector<record> batch;
    auto const count = co_await from.async_read(batch, asio::use_awaitable);
    std::ranges::for_each(batch, [&](record const& each) { into.take(each); });
    co_return count != 0;
}

/// Traces the guest with `by`, a tracer or a pool, and compares the records with the journals.
template <class Tracer>
task<void> check_agreement(Tracer& by, recorded const& what, session_options options)
{
    temporary_folder const folder;
    auto const path = folder.file("journal");
    auto target = co_await by.async_launch(guest_with(path), std::move(options));
    traced seen;
    while (co_await read_some(target, seen)) {
    }
    auto const end = co_await target.async_wait(asio::use_awaitable);
    CHECK((!end.killed && end.status == 0));
    CHECK(seen.lost == 0);
    check_whole(journals(path, what), seen);
    if (!what.wanted.wants_all())
        CHECK(seen.calls.size() == threads);   // the filter selects no call of the first thread
}

task<void> check_agreement_with(waiting how)
{
    tracer by{co_await asio::this_coro::executor, how};
    recorded const all;
    co_await check_agreement(by, all, recording(all));
}

/// Checks that records are missing only where the session reports lost records, and as many as it reports.
void check_losses(std::map<tid, sides> const& noted, traced const& seen)
{
    std::uint64_t missing = 2 * (threads + 1) - seen.started - seen.exited + 1 - seen.replaced;
    for (auto const& [thread, all] : noted) {
        auto const found = seen.calls.find(thread);
        REQUIRE(found != seen.calls.end());
        auto rest = std::span{all};
        missing += all.size();
        for (auto const& part : std::views::split(found->second, gap)) {
            auto const at = std::ranges::search(rest, part);
            REQUIRE((part.empty() || !at.empty()));
            rest = {at.end(), rest.end()};
            missing -= part.size();
        }
    }
    CHECK(missing == seen.lost);
}

/// Checks that the records of each thread agree with the end of its journal.
void check_end(std::map<tid, sides> const& noted, traced const& seen)
{
    REQUIRE(noted.size() == threads);
    for (auto const& [thread, all] : noted) {
        auto found = seen.calls.at(thread);
        auto const after_end =
            std::ranges::find_if(found, [](side const& each) { return each.is_mark(last_mark) && each.result; });
        REQUIRE(after_end != found.end());
        found.erase(after_end + 1, found.end());
        REQUIRE(found.size() > 2 * static_cast<std::size_t>(per_thread));
        auto const common = std::min(all.size(), found.size());   // the journal, a ring buffer, may begin after the attach
        auto const last = std::span{all}.last(common);
        // restart_syscall(2) continues a nanosleep(2) that the attach interrupted. The record of restart_syscall(2) has the
        // arguments of the nanosleep(2), because the registers are unchanged.
        for (auto& each : std::span{found}.first(2))
            if (each.number == SYS_restart_syscall && last[0].number == SYS_nanosleep)
                each.number = SYS_nanosleep;
        REQUIRE(difference(last, std::span{found}.last(common)) == "");
    }
}

/// Checks that the records of each thread agree with the beginning of its journal.
void check_beginning(std::map<tid, sides> const& noted, traced const& seen)
{
    std::size_t missing = 0;
    REQUIRE(noted.size() == threads);
    for (auto const& [thread, all] : noted) {
        auto const& found = seen.calls.at(thread);
        auto const begin = std::ranges::find_if(found, [](side const& each) { return each.is_mark(first_mark); });
        auto const ours = std::span{begin, std::min(found.end(), begin + static_cast<std::ptrdiff_t>(all.size()))};
        REQUIRE(difference(all, ours) == "");
        missing += all.size() - ours.size();
    }
    CHECK(missing > 0);
}

}   // namespace

LIVE_TEST_WITHIN(limit, "the records agree with 20 journals when the tracer waits with signalfd", "[journal]")
{
    co_await check_agreement_with(waiting::signalfd);
}

LIVE_TEST_WITHIN(limit, "the records agree with 20 journals when the tracer waits with io_uring", "[journal]")
{
    co_await check_agreement_with(waiting::io_uring);
}

LIVE_TEST_WITHIN(limit, "the records agree with 20 journals when the kernel filters calls", "[journal][filters]")
{
    tracer by{co_await asio::this_coro::executor};
    recorded const some{.wanted = of_journals_only()};
    co_await check_agreement(by, some, recording(some));
}

LIVE_TEST_WITHIN(limit, "the records agree with 20 journals when only exits are recorded", "[journal]")
{
    tracer by{co_await asio::this_coro::executor};
    recorded const exits{.entries = false};
    co_await check_agreement(by, exits, recording(exits));
}

LIVE_TEST_WITHIN(limit, "the records agree with 20 journals when only entries are recorded", "[journal][filters]")
{
    tracer by{co_await asio::this_coro::executor};
    recorded const entries{.wanted = of_journals_only(), .exits = false};
    co_await check_agreement(by, entries, recording(entries));
}

LIVE_TEST_WITHIN(limit, "the records agree with 20 journals when seccomp notifies of entries", "[journal][notify]")
{
    tracer by{co_await asio::this_coro::executor};
    recorded const entries{.wanted = of_journals_only(), .exits = false};
    auto options = recording(entries);
    options.how = tracing::notification;
    co_await check_agreement(by, entries, options);
}

LIVE_TEST_WITHIN(limit, "the records agree with 20 journals when the session traces by observation", "[journal][observe]")
{
    tracer by{co_await asio::this_coro::executor};
    if (co_await cannot_observe(by))
        co_return;
    recorded const all;
    auto options = recording(all);
    options.how = tracing::observation;
    co_await check_agreement(by, all, options);
}

LIVE_TEST_WITHIN(limit, "the records agree with 20 journals when threads wait for room in a short queue", "[journal][limits]")
{
    tracer by{co_await asio::this_coro::executor};
    recorded const all;
    auto options = recording(all);
    options.depth = 3;
    co_await check_agreement(by, all, options);
}

LIVE_TEST_WITHIN(limit, "the records agree with 20 journals through a pool, with a short queue", "[journal][pool]")
{
    tracer_pool pool{1};
    recorded const all;
    auto options = recording(all);
    options.depth = 3;
    co_await check_agreement(pool, all, options);
}

LIVE_TEST_WITHIN(limit, "the records agree with 20 journals except for the records that are counted as lost", "[journal][limits]")
{
    temporary_folder const folder;
    auto const path = folder.file("journal");
    tracer by{co_await asio::this_coro::executor};
    recorded const some{.wanted = of_journals_only()};
    auto options = recording(some);
    options.depth = 100;
    options.when_full = overflow::drop;
    auto target = co_await by.async_launch(guest_with(path), options);
    traced seen;
    while (co_await read_some(target, seen))
        co_await until(
            [&, before = target.stats().lost] { return target.stats().lost > before + 100 || target.stats().threads == 0; });
    CHECK(seen.lost > 0);
    CHECK(seen.lost == target.stats().lost);
    check_losses(journals(path, some), seen);
}

LIVE_TEST_WITHIN(limit, "the records agree with the end of 20 journals after an attach", "[journal][attach]")
{
    temporary_folder const folder;
    auto const path = folder.file("journal");
    auto [guest, by, target] = co_await ready_attached(
        program("keeps_journal", path, std::to_string(threads), std::to_string(-per_thread)), recording({}));
    traced seen;
    while (seen.calls.size() < threads)
        co_await read_some(target, seen);
    guest.close_input();
    while (co_await read_some(target, seen)) {
    }
    co_await check_rest(guest, "kept\n");
    check_end(journals(path), seen);
}

LIVE_TEST_WITHIN(limit, "the records agree with the beginning of 20 journals until a detach", "[journal][detach]")
{
    temporary_folder const folder;
    auto const path = folder.file("journal");
    tracer by{co_await asio::this_coro::executor};
    auto options = recording({});
    options.depth = 100;
    auto target = co_await by.async_launch(guest_with(path), options);
    traced seen;
    while (target.stats().records < static_cast<std::uint64_t>(threads * per_thread))   // about half of all records
        co_await read_some(target, seen);
    auto const let_go = target.detach();
    CHECK(let_go);
    while (co_await read_some(target, seen)) {
    }
    CHECK(seen.let_go + seen.exited == threads + 1);
    int status = -1;
    co_await until([&] { return ::waitpid(raw(target.root()), &status, WNOHANG) != 0; });
    CHECK(status == 0);
    check_beginning(journals(path), seen);
}

}   // namespace journal_tests
