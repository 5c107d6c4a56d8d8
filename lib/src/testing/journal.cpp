// SPDX-License-Identifier: BSL-1.0
#include "testing/journal.hpp"

#include <cotrace/render/text.hpp>

#include <utility>
#include <variant>

namespace cotrace::testing {

namespace {

constexpr std::uint64_t clone_thread = 0x10000;   // CLONE_THREAD of linux/sched.h

template <class... Events>
bool is_any(record const& seen) noexcept
{
    return (std::holds_alternative<Events>(seen.what) || ...);
}

/// Whether a record has a line of text. A thread that was launched or attached has no parent, and no line for its start.
bool has_line(record const& seen) noexcept
{
    if (auto const* begun = std::get_if<thread_started>(&seen.what))
        return begun->parent != tid{};
    return !is_any<image_replaced, detached>(seen);
}

}   // namespace

std::string_view word_of(origin how) noexcept
{
    static constexpr std::string_view words[] = {"launched", "attached", "fork", "vfork", "clone"};
    return words[static_cast<std::size_t>(how)];
}

std::size_t journal::track_for(tid thread)
{
    auto const [at, added] = by_id_.try_emplace(thread, tracks_.size());
    if (added) {
        tracks_.push_back({thread, origin::attached, std::nullopt, tracks_.empty() ? 0 : tracks_.front().process});
        inside_.push_back(nullptr);
    }
    return at->second;
}

void journal::append(record const& seen, happening::kind what, std::size_t track)
{
    happenings_.push_back({&seen, what});
    track_of_.push_back(track);
    numbers_.push_back(next_number_);
    // Entries and happenings without a line get no number of their own: the next happening has the same number.
    next_number_ += what == happening::kind::entry || !has_line(seen) ? 0 : 1;
}

// If the thread is in a call, adds a happening with the record of the call's entry, because no record of the exit follows.
void journal::leave_call(std::size_t track)
{
    if (auto const* entry = std::exchange(inside_[track], nullptr))
        append(*entry, happening::kind::call, track);
}

// PTRACE_EVENT_CLONE, which `origin::clone` stands for, is reported for threads, and for processes with another exit signal
// than SIGCHLD. The flags of the call decide.
bool journal::makes_process(thread_started const& what, std::size_t parent) const
{
    if (what.how != origin::clone)
        return what.how != origin::attached;
    auto const* entry = inside_[parent];
    auto const* call = entry ? std::get<syscall_entered>(entry->what).call.get() : nullptr;
    auto flags = call ? call->argument("flags") : std::nullopt;
    if (call && !flags)
        flags = call->argument("cl_args.flags");
    return flags && (flags->number() & clone_thread) == 0;
}

void journal::started(record const& seen, thread_started const& what)
{
    std::optional<std::size_t> parent;
    if (what.parent != tid{})
        parent = track_for(what.parent);
    auto const self = tracks_.size();
    auto process = parent ? tracks_[*parent].process : std::size_t{0};
    if (tracks_.empty() || (parent && makes_process(what, *parent)))
        process = self;
    tracks_.push_back({seen.thread, what.how, parent, process});
    inside_.push_back(nullptr);
    by_id_.insert_or_assign(seen.thread, self);
}

// Gives the track of a thread that called execve(2) the thread's new id: the id of its thread group leader.
void journal::follow_execve(record const& seen, image_replaced const& what)
{
    if (what.former == seen.thread)
        return;
    if (auto moved = by_id_.extract(what.former)) {
        tracks_[moved.mapped()].id = seen.thread;
        by_id_.insert_or_assign(seen.thread, moved.mapped());
    }
}

void journal::add_other(record const& seen)
{
    // A record about the tracer that names no known thread is added to the first track.
    bool const of_tracer = is_any<records_lost, trace_failed>(seen);
    auto const track = of_tracer && !tracks_.empty() && !by_id_.contains(seen.thread) ? 0 : track_for(seen.thread);
    bool const gone = is_any<thread_exited, superseded, detached>(seen);
    if (gone)
        leave_call(track);
    append(seen, happening::kind::other, track);
    if (gone)
        by_id_.erase(seen.thread);
}

void journal::add(record&& added)
{
    auto const& seen = records_.emplace_back(std::move(added));
    if (auto const* begun = std::get_if<thread_started>(&seen.what))
        started(seen, *begun);
    if (auto const* replaced = std::get_if<image_replaced>(&seen.what))
        follow_execve(seen, *replaced);
    if (!is_any<syscall_entered, syscall_exited>(seen))
        return add_other(seen);
    auto const track = track_for(seen.thread);
    bool const begins = is_any<syscall_entered>(seen);
    inside_[track] = begins && exits_ ? &seen : nullptr;
    if (begins)
        append(seen, happening::kind::entry, track);
    if (!begins || !exits_)
        append(seen, happening::kind::call, track);
}

std::vector<std::size_t> journal::places() const
{
    std::vector<std::size_t> all(happenings_.size());
    for (std::size_t i = 0; i < all.size(); ++i)
        all[i] = i;
    return all;
}

std::string journal::line(happening const& each)
{
    auto const& seen = *each.seen;
    if (std::holds_alternative<syscall_entered>(seen.what)) {
        render::text_renderer alone{{.threads = render::thread_prefix::never, .column = 0, .exits = false, .interfaces = false}};
        std::string shown;
        alone.append(seen, shown);
        if (each.what == happening::kind::call)   // no exit of the call was recorded
            alone.append({seen.thread, seen.at, thread_exited{}}, shown);
        else
            shown += " <unfinished ...>";
        return shown.substr(0, shown.find('\n'));
    }
    if (auto const* begun = std::get_if<thread_started>(&seen.what); begun && begun->parent != tid{})
        return "+++ started (" + std::string{word_of(begun->how)} + " by " + std::to_string(raw(begun->parent)) + ") +++";
    return render::text(seen, {.column = 0});
}

std::string journal::numbered_line(std::size_t happening) const
{
    auto const& each = happenings_[happening];
    return std::string{'#'}.append(std::to_string(numbers_[happening])) + ' ' + thread_prefix(*each.seen) + line(each);
}

std::string journal::thread_prefix(record const& seen) const
{
    return tracks_.size() > 1 ? "[pid " + std::to_string(raw(seen.thread)) + "] " : std::string{};
}

std::vector<std::string> journal::calls_in_progress() const
{
    std::vector<std::string> lines;
    for (auto const* const entry : inside_)
        if (entry != nullptr)
            lines.push_back(thread_prefix(*entry) + line({entry, happening::kind::entry}));
    return lines;
}

}   // namespace cotrace::testing
