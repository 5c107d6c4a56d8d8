// SPDX-License-Identifier: BSL-1.0
#include <cotrace/render/rows.hpp>

#include "record/predicate_values.hpp"
#include "record/returned_type.hpp"
#include "render/frames.hpp"
#include "render/json/json_writer.hpp"
#include "render/numbers.hpp"
#include "render/text/call_writer.hpp"
#include "render/utf8.hpp"
#include "uapi/error_label.hpp"
#include "uapi/groups.hpp"

#include <cotrace/stack.hpp>
#include <cotrace/uapi/syscalls.hpp>

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace cotrace::render {
namespace {

constexpr std::string_view columns[] = {"start_ns", "duration_ns", "host", "pid",   "tid",    "comm",  "syscall",
                                        "args",     "path",        "fd",   "error", "return", "class", "stack"};

/// The fields of one row. They are written in the order of `columns`.
struct row_fields {
    std::int64_t start = 0, duration = 0;
    std::string_view host{};
    std::int32_t process = 0, thread = 0;
    std::string_view comm{};
    std::string syscall{}, args{}, path{};
    std::optional<std::int64_t> fd{};
    std::string error{};
    std::optional<std::int64_t> returned{};
    std::string classes{}, stack{};

    /// Calls `see(field)` for each field: a std::int64_t, a std::string_view or a std::optional<std::int64_t>.
    template <class See>
    void for_each(See see) const
    {
        see(start);
        see(duration);
        see(host);
        see(std::int64_t{process});
        see(std::int64_t{thread});
        see(comm);
        see(std::string_view{syscall});
        see(std::string_view{args});
        see(std::string_view{path});
        see(fd);
        see(std::string_view{error});
        see(returned);
        see(std::string_view{classes});
        see(std::string_view{stack});
    }
};

class json_row {
public:
    explicit json_row(std::string& to)
        : to_{to}
        , out_{to}
    {
        out_.begin_object();
    }
    template <class Field>
    void operator()(Field const& is)
    {
        out_.member(columns[column_++], is);
    }
    void operator()(std::optional<std::int64_t> const& is)
    {
        if (is)
            return (*this)(*is);
        out_.key(columns[column_++]);
        out_.put_null();
    }
    void close()
    {
        out_.end_object();
        to_ += '\n';
    }

private:
    std::string& to_;
    json_writer out_;
    std::size_t column_ = 0;
};

class csv_row {
public:
    explicit csv_row(std::string& to) noexcept
        : to_{to}
    {
    }
    void operator()(std::int64_t number)
    {
        separate();
        put_signed(to_, number);
    }
    void operator()(std::optional<std::int64_t> const& is) { is ? (*this)(*is) : separate(); }
    void operator()(std::string_view text)
    {
        separate();
        if (text.find_first_of("\",\r\n") == text.npos)
            return append_utf8(text, to_);
        to_ += '"';
        while (true) {
            auto const quote = text.find('"');
            append_utf8(text.substr(0, quote), to_);
            if (quote == text.npos)
                break;
            to_ += "\"\"";
            text.remove_prefix(quote + 1);
        }
        to_ += '"';
    }
    void close() { to_ += "\r\n"; }

private:
    void separate() { to_ += std::exchange(first_, false) ? "" : ","; }

    std::string& to_;
    bool first_ = true;
};

template <class Row>
void put_row(row_fields const& fields, std::string& to)
{
    Row made{to};
    fields.for_each([&](auto const& field) { made(field); });
    made.close();
}

/// The arguments as text, without parentheses. `done` is null if the call has not returned.
std::string arguments(text_options const& options, syscall_call const& call, syscall_exited const* done)
{
    std::string text;
    call_writer writer{options, call, text};
    auto const shown = writer.at_entry(call.resumes.empty() ? "system call" : call.resumes);
    if (done != nullptr || call.values.empty())
        writer.at_exit(done != nullptr ? *done : syscall_exited{}, shown);
    else if (shown < call.values.all().size())
        text += "...";
    text.erase(0, text.find('(') + 1);
    return text;
}

template <class Find>
auto first_of(syscall_call const& call, syscall_exited const* done, Find find) -> decltype(find(std::declval<value>()))
{
    for (auto const each : call.values.all())
        if (auto found = find(each))
            return found;
    if (done != nullptr)
        for (auto const each : done->values.all())
            if (auto found = find(each))
                return found;
    return std::nullopt;
}

/// The first file descriptor in `argument`, except for AT_FDCWD.
std::optional<std::int64_t> descriptor_in(value const& argument)
{
    constexpr std::int32_t at_fdcwd = -100;
    if (predicates::is_descriptor(argument.type())) {
        auto const number = static_cast<std::int32_t>(argument.number());
        return argument.shape() == uapi::shape::dirfd && number == at_fdcwd ? std::nullopt : std::optional{std::int64_t{number}};
    }
    for (auto const each : argument.parts())
        if (auto const found = descriptor_in(each))
            return found;
    return std::nullopt;
}

/// The names of the classes that the call belongs to, such as "file,desc".
std::string classes_of(syscall_call const& call)
{
    using uapi::group;
    constexpr std::pair<group, std::string_view> topics[] = {
        {group::file, "file"},       {group::descriptor, "desc"}, {group::process, "process"},
        {group::network, "network"}, {group::signal, "signal"},   {group::ipc, "ipc"},
        {group::memory, "memory"},   {group::creds, "creds"},     {group::clock, "clock"},
    };
    auto const of = uapi::groups_of(call.name());
    std::string text;
    for (auto const& [topic, name] : topics)
        if (includes(of, topic)) {
            text += text.empty() ? "" : ",";
            text += name;
        }
    return text;
}

std::string stack_text(call_stack const* stack)
{
    std::string text;
    if (stack != nullptr)
        put_frames(text, *stack);
    if (!text.empty())
        text.pop_back();   // removes the ';' after the last frame
    return text;
}

}   // namespace

row_writer::row_writer(row_options options)
    : options_{std::move(options)}
{
}

void row_writer::append(record const& seen, std::string& to)
{
    if (auto const* const exited = std::get_if<syscall_exited>(&seen.what))
        return this->exited(seen, *exited, to);
    if (std::holds_alternative<syscall_entered>(seen.what))
        return entered(seen, to);
    if (auto const* const end = std::get_if<superseded>(&seen.what)) {
        left(seen.thread, to);
        // The thread that called execve(2) has the id of the former leader from now on, and returns from the call.
        if (auto call = calls_.extract(raw(end->by)); !call.empty()) {
            call.key() = raw(seen.thread);
            calls_.insert(std::move(call));
        }
    } else if (std::holds_alternative<thread_exited>(seen.what) || std::holds_alternative<detached>(seen.what))
        left(seen.thread, to);
}

void row_writer::finish(std::string& to)
{
    if (options_.form == row_form::csv)
        header(to);
    std::vector<std::int32_t> threads;
    std::ranges::transform(calls_, std::back_inserter(threads), [](auto const& each) { return each.first; });
    std::ranges::sort(threads);
    for (auto const each : threads)
        left(tid{each}, to);
}

void row_writer::entered(record const& seen, std::string& to)
{
    auto const& call = std::get<syscall_entered>(seen.what).call;
    if (!call)
        return;
    bool const fits = !options_.text.where || (*options_.text.where)(seen);
    if (!options_.text.entries_only)
        calls_.insert_or_assign(raw(seen.thread), call_in_progress{seen, fits});
    else if (fits)
        row(seen, *call, nullptr, to);
}

void row_writer::exited(record const& seen, syscall_exited const& done, std::string& to)
{
    calls_.erase(raw(seen.thread));
    bool const fits = !options_.text.where || (*options_.text.where)(seen);
    if (done.call && fits && options_.text.statuses.has(status_of(done.outcome)))
        row(seen, *done.call, &done, to);
}

/// If the thread is in a call, ends the call without a result, and appends its row if `text_options` selects the row.
void row_writer::left(tid thread, std::string& to)
{
    auto const found = calls_.extract(raw(thread));
    if (found.empty() || !found.mapped().fits_at_entry || !options_.text.statuses.has(call_status::unfinished))
        return;
    auto const& at_entry = found.mapped().entered;
    row(at_entry, *std::get<syscall_entered>(at_entry.what).call, nullptr, to);
}

/// Appends a row. If `done` is null, `seen` is the record of the call's entry, and the row has no result.
void row_writer::row(record const& seen, syscall_call const& call, syscall_exited const* done, std::string& to)
{
    row_fields made;
    if (done != nullptr) {
        made.duration = done->took.count();
        made.error = done->outcome.failed ? uapi::error_label(done->outcome.error()) : std::string{};
        made.returned = done->outcome.failed ? -1 : done->outcome.value;
    }
    made.start = seen.at.time_since_epoch().count() - made.duration;
    made.host = options_.host;
    made.process = raw(seen.process);
    made.thread = raw(seen.thread);
    if (seen.comm)
        made.comm = *seen.comm;
    made.syscall = call.name();
    made.args = arguments(options_.text, call, done);
    if (auto const path = first_of(call, done, predicates::path_of))
        made.path = *path;
    made.fd = first_of(call, done, descriptor_in);
    if (!made.fd && done != nullptr && !done->outcome.failed && predicates::is_descriptor(returned_type(call)))
        made.fd = done->outcome.value;
    made.classes = classes_of(call);
    auto const* const entry = std::get_if<syscall_entered>(&seen.what);
    made.stack = stack_text(done != nullptr ? done->stack.get() : entry->stack.get());

    if (options_.form == row_form::ndjson)
        return put_row<json_row>(made, to);
    header(to);
    put_row<csv_row>(made, to);
}

/// Appends the header line of a CSV, once.
void row_writer::header(std::string& to)
{
    if (std::exchange(has_header_, true))
        return;
    csv_row names{to};
    for (auto const each : columns)
        names(each);
    names.close();
}

}   // namespace cotrace::render
