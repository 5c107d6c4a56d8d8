// SPDX-License-Identifier: BSL-1.0
#pragma once

// Turns the records of a session into a story: lines of text that are equal in each run, without times.

#include <cotrace/record.hpp>

#include <algorithm>
#include <cstring>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <sys/syscall.h>

namespace cotrace::test {

/// Gives each thread a number, from 1, in the order in which operator() is first called for the threads.
class thread_numbers {
public:
    std::string operator()(tid thread) { return std::to_string(numbers_.try_emplace(thread, numbers_.size() + 1).first->second); }

    /// To be called when an execve(2) changes the id of a thread from `from` to `to`.
    void rename(tid from, tid to)
    {
        if (from == to)
            return;
        if (auto moved = numbers_.extract(from); !moved.empty()) {
            numbers_.erase(to);
            moved.key() = to;
            numbers_.insert(std::move(moved));
        }
    }

private:
    std::map<tid, std::size_t> numbers_;
};

/// A system call that a story includes, and its name in the story.
struct told_call {
    long number;
    char const* name;
};

/// Writes the lines of a story, one for each event, for example "2 started by 1 (fork)", "1 leaves write with 6", "3 becomes
/// another program, as 1" (an execve(2) by a thread other than the leader), "1 is let go" (detached).
class story_teller {
public:
    explicit story_teller(std::vector<told_call> calls)
        : calls_{std::move(calls)}
    {
    }

    /// The line for one record; empty for a call that the story does not include.
    std::string line(record const& fact)
    {
        return std::visit([&](auto const& what) { return tell(fact.thread, what); }, fact.what);
    }

private:
    std::string tell(tid thread, thread_started const& what)
    {
        static constexpr char const* how[] = {"launched", "attached", "fork", "vfork", "clone"};
        auto const by = what.parent == tid{} ? std::string{} : " by " + number_(what.parent);
        return number_(thread) + " started" + by + " (" + how[static_cast<int>(what.how)] + ")";
    }
    std::string tell(tid thread, syscall_entered const& what)
    {
        auto const* name = name_of(*what.call);
        return name ? number_(thread) + " enters " + name : std::string{};
    }
    std::string tell(tid thread, syscall_exited const& what)
    {
        auto const* name = name_of(*what.call);
        return name ? number_(thread) + " leaves " + name + " with " + std::to_string(what.outcome.value) : std::string{};
    }
    std::string tell(tid thread, signal_received const& what) { return number_(thread) + " gets " + signal(what.info.si_signo); }
    std::string tell(tid thread, ring_submitted const& what)
    {
        return number_(thread) + " submits " + (what.operation ? what.operation->name() : std::string{"an operation"});
    }
    std::string tell(tid thread, ring_completed const& what)
    {
        return number_(thread) + " completes " + std::string{what.name()};
    }
    std::string tell(tid thread, group_stopped const& what) { return number_(thread) + " stops by " + signal(raw(what.signal)); }
    std::string tell(tid thread, image_replaced const& what)
    {
        auto const former = number_(what.former);
        auto line = former + " becomes another program";
        if (what.former != thread)
            line += ", as " + number_(thread);
        number_.rename(what.former, thread);
        return line;
    }
    std::string tell(tid thread, superseded const& what) { return number_(thread) + " is superseded by " + number_(what.by); }
    std::string tell(tid thread, thread_exited const& what)
    {
        if (!what.known)
            return number_(thread) + " is gone";
        if (what.killed)
            return number_(thread) + " is killed by " + signal(what.status) + (what.dumped ? " with a core" : "");
        return number_(thread) + " exits with " + std::to_string(what.status);
    }
    std::string tell(tid thread, detached const&) { return number_(thread) + " is let go"; }
    std::string tell(tid, records_lost const& what) { return std::to_string(what.count) + " records lost"; }
    std::string tell(tid thread, trace_failed const& what) { return number_(thread) + " failed: " + what.what.message(); }

    char const* name_of(syscall_call const& call) const
    {
        auto const found = std::ranges::find(calls_, static_cast<long>(call.number), &told_call::number);
        return found == calls_.end() ? nullptr : found->name;
    }

    static std::string signal(int number)
    {
        if (auto const* name = ::sigabbrev_np(number))
            return std::string{"SIG"} + name;
        return "signal " + std::to_string(number);
    }

    thread_numbers number_;
    std::vector<told_call> calls_;
};

/// The story of `records`. The only system calls in the story are `calls`.
inline std::vector<std::string> story(std::vector<record> const& records, std::vector<told_call> calls = {})
{
    story_teller teller{std::move(calls)};
    std::vector<std::string> lines;
    for (auto const& each : records)
        if (auto line = teller.line(each); !line.empty())
            lines.push_back(std::move(line));
    return lines;
}

/// The lines of a story that begin with the number of one thread.
inline std::vector<std::string> about(std::vector<std::string> lines, int number)
{
    auto const start = std::to_string(number) + " ";
    std::erase_if(lines, [&](std::string const& line) { return !line.starts_with(start); });
    return lines;
}

}   // namespace cotrace::test
