// SPDX-License-Identifier: BSL-1.0
#include "record/predicate_names.hpp"
#include "record/predicate_values.hpp"
#include "record/returned_type.hpp"

#include "uapi/constants/ioctls.hpp"

#include <cotrace/uapi/signals.hpp>
#include <cotrace/uapi/syscalls.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <variant>

#include <fnmatch.h>

namespace cotrace::predicates {
namespace {

using uapi::shape;

/// Calls that return the number of bytes that they have read, written or copied. Sorted.
// clang-format off
constexpr std::string_view transfers[] = {
    "copy_file_range", "getrandom", "pread64", "preadv", "preadv2", "process_vm_readv", "process_vm_writev", "pwrite64",
    "pwritev", "pwritev2", "read", "readv", "recv", "recvfrom", "recvmsg", "send", "sendfile", "sendfile64", "sendmsg",
    "sendto", "splice", "tee", "vmsplice", "write", "writev",
};
// clang-format on
static_assert(std::ranges::is_sorted(transfers));

bool ordered(integer left, operation how, integer right) noexcept
{
    switch (how) {
    case operation::less: return left < right;
    case operation::less_equal: return left <= right;
    case operation::greater: return left > right;
    case operation::greater_equal: return left >= right;
    case operation::has: return right.bits != 0 && (left.bits & right.bits) == right.bits;
    default: return left == right;
    }
}

/// Whether the comparison holds for a decoded number, which is equal to its signed and to its unsigned value: -1 and 0xffffffff.
bool ordered(value const& left, operation how, integer right) noexcept
{
    if (how != operation::equal && how != operation::has)
        return ordered(number_of(left), how, right);
    auto const plain = right.negative ? integer::of(left.integer()) : integer{plain_number(left)};
    return ordered(plain, how, right);
}

/// Whether `text` matches the glob `pattern`. fnmatch(3) needs a null byte at the end of the text.
bool is_like(std::string_view text, std::string const& pattern)
{
    std::array<char, 4096> copy;
    if (text.size() >= copy.size())
        return ::fnmatch(pattern.c_str(), std::string{text}.c_str(), 0) == 0;
    std::copy(text.begin(), text.end(), copy.begin());
    copy[text.size()] = '\0';
    return ::fnmatch(pattern.c_str(), copy.data(), 0) == 0;
}

bool fits(std::string_view text, operation how, std::string const& other)
{
    switch (how) {
    case operation::like: return is_like(text, other);
    case operation::has: return text.find(other) != text.npos;
    default: return text == other;
    }
}

/// Compares the values of a record with the right side of one comparison.
class sink {
public:
    sink(comparison const& made, evaluated const& about) noexcept
        : made_{made}
        , about_{about}
        , how_{made.how == operation::unequal  ? operation::equal
               : made.how == operation::in     ? operation::equal
               : made.how == operation::unlike ? operation::like
                                               : made.how}
    {
    }

    void operator()(integer number) noexcept
    {
        for (auto const& each : made_.others)
            note(each.what != literal_kind::constants && ordered(number, how_, each.value));
    }

    void operator()(std::string_view text)
    {
        for (auto const& each : made_.others)
            note(each.what == literal_kind::calls ? includes(uapi::groups_of(text), each.calls) : fits(text, how_, each.words));
    }

    void operator()(value const& found)
    {
        for (auto const& each : made_.others)
            compare(found, each);
    }

    /// Whether the comparison holds, after all values were compared. Without a value, no comparison holds, not even "!=".
    bool holds() const noexcept
    {
        bool const negative = made_.how == operation::unequal || made_.how == operation::unlike;
        return negative ? present_ && !fitted_ : fitted_;
    }

private:
    void note(bool fits) noexcept
    {
        present_ = true;
        fitted_ = fitted_ || fits;
    }

    void compare(value const& found, literal const& other)
    {
        auto const number = counted(found);
        switch (other.what) {
        case literal_kind::number:
        case literal_kind::duration:
            if (number)
                note(ordered(*number, how_, other.value));
            return;
        case literal_kind::null:
            if (uapi::traits_of(found.shape()).holds != uapi::holding::memory)
                note(found.number() == 0);
            return;
        case literal_kind::constants:
            if (number)
                note(has_constants(*number, other.constants));
            return;
        default: return compare_text(found, other.words);
        }
    }

    void compare_text(value const& found, std::string const& other)
    {
        text_buffer buffer;
        auto const text = text_of(found, buffer);
        auto const number = counted(found);
        // A text in quotes may be the name of a constant.
        if (how_ != operation::like && number && has_constants(*number, {&other, 1}))
            return note(true);
        if (text)
            return note(fits(*text, how_, other));
        if (number && is_number(number->type()))
            note(false);
    }

    /// Whether a value has the constants in `names`. With `operation::equal`, the value must have no other flags.
    bool has_constants(value const& found, std::span<std::string const> names) const
    {
        if (how_ == operation::has)
            return std::ranges::all_of(names, [&](auto const& name) { return is_set(found, name); });
        if (names.size() == 1 && found.shape() != shape::flags && found.shape() != shape::packed)
            return is_set(found, names.front());
        std::uint64_t whole = 0;
        for (auto const& name : names) {
            auto const bits = constant_number(found.type(), name);
            if (!bits)
                return false;
            whole |= *bits;
        }
        return found.number() == whole;
    }

    bool is_set(value const& found, std::string_view name) const { return predicates::is_set(found, name, about_.call); }

    comparison const& made_;
    evaluated const& about_;
    operation how_;          ///< the operator of the comparison; for "!=" and "!~", the operator that is not negated
    bool present_ = false;   ///< whether a value was compared
    bool fitted_ = false;    ///< whether the operator `how_` holds for one of the values
};

/// Finds the values in a record that the subject of a comparison stands for, and passes them to a `sink`.
class values {
public:
    values(evaluated const& about, sink& to) noexcept
        : about_{about}
        , to_{to}
    {
    }

    void pass(comparison const& made)
    {
        if (about_.seen != nullptr)
            of_record(made.of, *about_.seen);
        if (about_.call != nullptr)
            of_call(made, *about_.call);
        if (about_.exited != nullptr)
            of_exit(made.of, *about_.exited);
        if (about_.completed != nullptr && made.of == subject::name)
            to_(about_.completed->name());
        if (auto const* const outcome = about_.outcome())
            of_outcome(made.of, *outcome);
    }

private:
    void of_record(subject what, record const& seen)
    {
        switch (what) {
        case subject::kind: return to_(kind_names[seen.what.index()]);
        case subject::pid: return if_set(raw(seen.process));
        case subject::tid: return if_set(raw(seen.thread));
        case subject::comm:
            if (seen.comm)
                to_(std::string_view{*seen.comm});
            return;
        case subject::session:
            if (seen.session)
                to_(integer{seen.session->number});
            return;
        case subject::label:
            if (seen.session)
                to_(std::string_view{seen.session->label});
            return;
        case subject::signal: return signal(seen.what);
        case subject::status:
            if (auto const* const end = std::get_if<thread_exited>(&seen.what); end && end->known && !end->killed)
                to_(integer::of(end->status));
            return;
        default: return;
        }
    }

    void if_set(std::int32_t id)
    {
        if (id != 0)
            to_(integer::of(id));
    }

    void signal(event const& what)
    {
        if (auto const* const received = std::get_if<signal_received>(&what))
            to_(integer::of(received->info.si_signo));
        else if (auto const* const stopped = std::get_if<group_stopped>(&what))
            to_(integer::of(raw(stopped->signal)));
        else if (auto const* const end = std::get_if<thread_exited>(&what); end && end->known && end->killed)
            to_(integer::of(end->status));
    }

    void of_call(comparison const& made, syscall_call const& call)
    {
        switch (made.of) {
        case subject::name: return name(call);
        case subject::number:
            if (!about_.is_operation)
                to_(integer{call.number});
            return;
        case subject::path: return for_each_value([&](value const& each) { path(each); });
        case subject::fd: return for_each_value([&](value const& each) { descriptors(each); });
        case subject::address: return for_each_value([&](value const& each) { addresses(each); });
        case subject::argument: {
            auto const found = about_.exited != nullptr ? about_.exited->argument(made.argument) : call.argument(made.argument);
            if (found)
                to_(*found);
            return;
        }
        default: break;
        }
        if (made.of < subject::register_1 || made.of > subject::register_6)
            return;
        to_(integer{call.args[static_cast<std::size_t>(made.of) - static_cast<std::size_t>(subject::register_1)]});
    }

    void of_outcome(subject what, syscall_outcome const& outcome)
    {
        if (what == subject::error)
            to_(integer::of(outcome.error()));
        else if (what == subject::result)
            to_(integer::of(outcome.failed ? -1 : outcome.value));
    }

    void of_exit(subject what, syscall_exited const& exited)
    {
        auto const& outcome = exited.outcome;
        switch (what) {
        case subject::duration:
            if (exited.took.count() != 0)   // the time is 0 if the entry of the call was not seen
                to_(integer::of(exited.took.count()));
            return;
        case subject::bytes:
            if (!outcome.failed && about_.call && std::ranges::binary_search(transfers, known_name(*about_.call)))
                to_(integer::of(outcome.value));
            return;
        case subject::fd:
            if (!outcome.failed && about_.call && is_descriptor(returned_type(*about_.call)))
                to_(integer::of(outcome.value));
            return;
        default: return;
        }
    }

    /// The name of a call; empty if its number is unknown.
    static std::string_view known_name(syscall_call const& call) noexcept
    {
        auto const* const known = call.what ? call.what : uapi::find(call.arch, call.number);
        return known != nullptr ? known->name : std::string_view{};
    }

    void name(syscall_call const& call)
    {
        if (auto const known = known_name(call); !known.empty())
            return to_(known);
        to_(std::string_view{call.name()});
    }

    /// Calls `see` for each argument of the call, and for each value that is known only at the exit.
    template <class See>
    void for_each_value(See see)
    {
        for (auto const each : about_.call->values.all())
            see(each);
        if (about_.exited != nullptr)
            for (auto const each : about_.exited->values.all())
                see(each);
    }

    void path(value const& argument)
    {
        if (auto const found = path_of(argument))
            to_(*found);
    }

    void descriptors(value const& argument)
    {
        if (is_descriptor(argument.type()))
            return to_(argument);
        for (auto const each : argument.parts())
            descriptors(each);
    }

    /// Compares the addresses in an argument: IP addresses, and the paths of Unix sockets.
    void addresses(value const& argument)
    {
        text_buffer buffer;
        auto const kind = argument.shape();
        if (kind == shape::inet4 || kind == shape::inet6 || kind == shape::unix_path) {
            if (auto const text = text_of(argument, buffer))
                to_(*text);
            return;
        }
        for (auto const each : argument.parts())
            addresses(each);
    }

    evaluated const& about_;
    sink& to_;
};

bool holds(comparison const& made, evaluated const& about)
{
    switch (made.of) {
    case subject::failed: return about.outcome() != nullptr && about.outcome()->failed;
    case subject::successful: return about.outcome() != nullptr && !about.outcome()->failed;
    case subject::entry: return about.call != nullptr && about.exited == nullptr;
    default: break;
    }
    sink compared{made, about};
    values{about, compared}.pass(made);
    return compared.holds();
}

}   // namespace

bool holds(node const& condition, evaluated const& about)
{
    auto const one = [&](node const& part) { return holds(part, about); };
    switch (condition.what) {
    case node::all: return std::ranges::all_of(condition.parts, one);
    case node::any: return std::ranges::any_of(condition.parts, one);
    case node::none: return std::ranges::none_of(condition.parts, one);
    case node::test: break;
    }
    return holds(condition.tested, about);
}

}   // namespace cotrace::predicates

namespace cotrace {

bool predicate::operator()(record const& seen) const
{
    predicates::evaluated about{.seen = &seen};
    if (auto const* const exited = std::get_if<syscall_exited>(&seen.what)) {
        about.exited = exited;
        about.call = exited->call.get();
    } else if (auto const* const entered = std::get_if<syscall_entered>(&seen.what)) {
        about.call = entered->call.get();
    } else if (auto const* const submitted = std::get_if<ring_submitted>(&seen.what)) {
        about.call = submitted->operation.get();
        about.is_operation = true;
    } else {
        about.completed = std::get_if<ring_completed>(&seen.what);
    }
    return tree_ && predicates::holds(tree_->root, about);
}

bool predicate::operator()(syscall_call const& call) const { return tree_ && predicates::holds(tree_->root, {.call = &call}); }

}   // namespace cotrace
