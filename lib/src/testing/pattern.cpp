// SPDX-License-Identifier: BSL-1.0
#include <cotrace/testing/pattern.hpp>

#include <cotrace/uapi/signals.hpp>

#include <stdexcept>
#include <utility>
#include <variant>

namespace cotrace::testing {

namespace {

// Points for how similar a happening is to a pattern. The name or an argument of a call counts more than an outcome.
constexpr unsigned points_for_call = 2;
constexpr unsigned points_for_outcome = 1;

syscall_call const* call_of(happening const& each) noexcept
{
    if (auto const* entered = std::get_if<syscall_entered>(&each.seen->what))
        return entered->call.get();
    auto const* exited = std::get_if<syscall_exited>(&each.seen->what);
    return exited ? exited->call.get() : nullptr;
}

std::string name_of(int signal)
{
    auto const name = uapi::signal_name(signal);
    return name.empty() ? "signal " + std::to_string(signal) : std::string{name};
}

template <class Event, class Fulfils>
pattern event_pattern(std::string words, Fulfils fulfils)
{
    return event_where(
        std::move(words),
        [fulfils](record const& seen) {
            auto const* what = std::get_if<Event>(&seen.what);
            return what && fulfils(*what);
        },
        [](record const& seen) { return std::holds_alternative<Event>(seen.what); });
}

}   // namespace

pattern::pattern(call_matcher calls)
    : calls_{std::move(calls)}
    , text_{calls_->description()}
{
}

pattern pattern::by(tid thread) const
{
    auto made = *this;
    made.by_ = thread;
    made.text_ += " by thread " + std::to_string(raw(thread));
    return made;
}

bool pattern::is_of_kind(happening const& each) const noexcept { return each.seen != nullptr && each.what == what_; }

bool pattern::fits_record(happening const& each) const
{
    if (!calls_)
        return fulfils_(*each.seen);
    if (auto const* exited = std::get_if<syscall_exited>(&each.seen->what))
        return calls_->fits(*exited);
    auto const* call = call_of(each);
    return call && !calls_->has_outcome_condition() && calls_->fits(*call);
}

bool pattern::fits(happening const& each) const
{
    return is_of_kind(each) && (!by_ || *by_ == each.seen->thread) && fits_record(each);
}

pattern::likeness pattern::compare(happening const& each) const
{
    likeness made;
    if (!is_of_kind(each))
        return made;
    if (!calls_) {
        bool const fits = fulfils_(*each.seen);
        made.points = fits ? points_for_call : alike_ && alike_(*each.seen) ? 1 : 0;
        if (!fits)
            made.missed.push_back(text_);
    } else if (auto const* call = call_of(each)) {
        auto found = calls_->compare(*call, std::get_if<syscall_exited>(&each.seen->what));
        if (found.same_call || found.alike != 0)
            made.points =
                points_for_call * (found.same_call ? 1 : 0) + points_for_call * found.alike + points_for_outcome * found.came_to;
        made.missed = std::move(found.missed);
    }
    if (by_ && *by_ != each.seen->thread && made.points != 0)
        made.missed.push_back("by thread " + std::to_string(raw(*by_)));
    return made;
}

pattern entered(call_matcher calls)
{
    if (calls.has_outcome_condition())
        throw std::invalid_argument{"the entry of a call has no outcome: " + calls.description()};
    pattern made{std::move(calls)};
    made.what_ = happening::kind::entry;
    made.text_ = "entry of " + made.text_;
    return made;
}

pattern event_where(std::string words, cotrace::detail::function_argument<bool(record const&)> fulfils,
                    cotrace::detail::function_argument<bool(record const&)> alike)
{
    pattern made;
    made.what_ = happening::kind::other;
    made.fulfils_ = std::move(fulfils).take();
    made.alike_ = std::move(alike).take();
    made.text_ = std::move(words);
    return made;
}

pattern exits(int status)
{
    return event_pattern<thread_exited>("a thread that exits with " + std::to_string(status), [status](thread_exited const& end) {
        return end.known && !end.killed && end.status == status;
    });
}

pattern ends()
{
    return event_pattern<thread_exited>("a thread that ends", [](thread_exited const&) { return true; });
}

pattern killed_by(int signal)
{
    return event_pattern<thread_exited>("a thread killed by " + name_of(signal), [signal](thread_exited const& end) {
        return end.known && end.killed && end.status == signal;
    });
}

pattern receives(int signal)
{
    return event_pattern<signal_received>("a thread that receives " + name_of(signal),
                                          [signal](signal_received const& got) { return got.info.si_signo == signal; });
}

pattern starts()
{
    return event_pattern<thread_started>("a thread or process that starts", [](thread_started const& begun) {
        return begun.how == origin::fork || begun.how == origin::vfork || begun.how == origin::clone;
    });
}

}   // namespace cotrace::testing
