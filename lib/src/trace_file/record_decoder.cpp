// SPDX-License-Identifier: BSL-1.0
#include "trace_file/record_decoder.hpp"

#include "decode/decode.hpp"
#include "trace_file/fields.hpp"
#include "trace_file/message_reader.hpp"
#include "uapi/ring_operations.hpp"

#include <cotrace/stack.hpp>
#include <cotrace/uapi/syscalls.hpp>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace cotrace::trace_file {

namespace {

using protozero::data_view;

stack_frame frame_in(data_view message)
{
    stack_frame made;
    for (message_reader<frame> in{message}; in.next();)
        switch (in.tag()) {
        case frame::address: made.address = in.get_uint64(); break;
        case frame::file: made.file = string_in(in.get_view()); break;
        case frame::offset: made.offset = in.get_uint64(); break;
        case frame::function: made.function = string_in(in.get_view()); break;
        case frame::function_offset: made.function_offset = in.get_uint64(); break;
        case frame::source: made.source = string_in(in.get_view()); break;
        case frame::line: made.line = static_cast<int>(in.get_uint64()); break;
        default: in.skip();
        }
    return made;
}

std::shared_ptr<call_stack const> stack_in(data_view message)
{
    std::vector<stack_frame> frames;
    std::string error;
    for (message_reader<stack> in{message}; in.next();)
        switch (in.tag()) {
        case stack::frame: frames.push_back(frame_in(in.get_view())); break;
        case stack::error: error = string_in(in.get_view()); break;
        default: in.skip();
        }
    return std::make_shared<call_stack const>(std::move(frames), std::move(error));
}

thread_started started_in(data_view message)
{
    thread_started made;
    for (message_reader<started> in{message}; in.next();)
        switch (in.tag()) {
        case started::how:
            made.how = static_cast<origin>(in.get_uint64());
            require(made.how <= origin::clone);
            break;
        case started::parent: made.parent = tid{in.get_int32()}; break;
        case started::command: made.command = string_in(in.get_view()); break;
        default: in.skip();
        }
    return made;
}

signal_received signal_in(data_view message)
{
    signal_received made;
    for (message_reader<signal> in{message}; in.next();)
        switch (in.tag()) {
        case signal::info: {
            auto const bytes = in.get_view();
            require(bytes.size() <= sizeof made.info);
            std::memcpy(&made.info, bytes.data(), bytes.size());
            break;
        }
        case signal::sender: made.sender = process_in(in.get_view()); break;
        case signal::ip: made.ip = in.get_uint64(); break;
        case signal::stack: made.stack = stack_in(in.get_view()); break;
        default: in.skip();
        }
    return made;
}

group_stopped stopped_in(data_view message)
{
    group_stopped made;
    for (message_reader<stopped> in{message}; in.next();)
        switch (in.tag()) {
        case stopped::signal: made.signal = signo{in.get_int32()}; break;
        case stopped::ip: made.ip = in.get_uint64(); break;
        default: in.skip();
        }
    return made;
}

image_replaced replaced_in(data_view message)
{
    image_replaced made;
    for (message_reader<replaced> in{message}; in.next();)
        switch (in.tag()) {
        case replaced::former: made.former = tid{in.get_int32()}; break;
        case replaced::command: made.command = string_in(in.get_view()); break;
        default: in.skip();
        }
    return made;
}

cotrace::superseded superseded_in(data_view message)
{
    cotrace::superseded made;
    for (message_reader<superseded> in{message}; in.next();)
        if (in.tag() == superseded::by)
            made.by = tid{in.get_int32()};
        else
            in.skip();
    return made;
}

thread_exited ended_in(data_view message)
{
    thread_exited made;
    for (message_reader<ended> in{message}; in.next();)
        switch (in.tag()) {
        case ended::status: made.status = in.get_int32(); break;
        case ended::killed: made.killed = in.get_bool(); break;
        case ended::dumped: made.dumped = in.get_bool(); break;
        case ended::unknown: made.known = in.get_uint64() == 0; break;
        default: in.skip();
        }
    return made;
}

records_lost lost_in(data_view message)
{
    records_lost made;
    for (message_reader<lost> in{message}; in.next();)
        if (in.tag() == lost::count)
            made.count = in.get_uint64();
        else
            in.skip();
    return made;
}

trace_failed failed_in(data_view message)
{
    failure made;
    int error = 0;
    bool own = false;
    for (message_reader<failed> in{message}; in.next();)
        switch (in.tag()) {
        case failed::error: error = in.get_int32(); break;
        case failed::own: own = in.get_bool(); break;
        case failed::operation: made.operation = string_in(in.get_view()); break;
        case failed::thread: made.thread = tid{in.get_int32()}; break;
        case failed::other: made.other = tid{in.get_int32()}; break;
        default: in.skip();
        }
    made.code = {error, own ? cotrace_category() : boost::system::system_category()};
    return {std::move(made)};
}

uapi::arch interface_in(std::uint64_t number)
{
    require(number <= static_cast<std::uint64_t>(uapi::arch::riscv64));
    return static_cast<uapi::arch>(number);
}

ring_completed completed_in(data_view message)
{
    ring_completed made;
    for (message_reader<completed> in{message}; in.next();)
        switch (in.tag()) {
        case completed::user_data: made.user_data = in.get_uint64(); break;
        case completed::value: made.outcome = syscall_outcome::from(in.get_sint64()); break;
        case completed::flags: made.flags = in.get_uint32(); break;
        case completed::opcode: {
            auto const number = in.get_uint32();
            require(number <= 0xff);
            made.opcode = static_cast<std::uint8_t>(number);
            break;
        }
        default: in.skip();
        }
    return made;
}

/// Returns the name of the system call `name` in static storage, or "system call" if the name is unknown.
std::string_view resumed_name(uapi::arch interface, std::string_view name)
{
    auto const* const known = uapi::find(interface, name);
    return known ? known->name : std::string_view{"system call"};
}

bool is_same_call(syscall_call const& left, syscall_call const& right) noexcept
{
    return left.arch == right.arch && left.number == right.number && left.args == right.args && left.ip == right.ip;
}

}   // namespace

void record_decoder::begin_frame()
{
    for (auto& [id, each] : threads_) {
        each.process = {};
        each.comm.reset();
        each.sp = 0;
    }
    sessions_.clear();
    inputs_.begin_frame();
    time_ = 0;
    thread_ = {};
    session_ = 0;
}

record_decoder::outcome record_decoder::decode(data_view message, record& into)
{
    try {
        return decode_fields(message, into);
    } catch (protozero::exception const&) {
        return outcome::damaged;
    }
}

record_decoder::outcome record_decoder::decode_fields(data_view message, record& into)
{
    record made;
    std::optional<pid> process;
    std::string label;
    std::uint32_t event = 0;
    data_view about;
    for (message_reader<fact> in{message}; in.next();)
        switch (in.tag()) {
        case fact::time:
            time_ += static_cast<std::uint64_t>(in.get_sint64());
            made.at = timestamp{std::chrono::nanoseconds{static_cast<std::int64_t>(time_)}};
            break;
        case fact::thread: thread_ = tid{in.get_int32()}; break;
        case fact::process: process = pid{in.get_int32()}; break;
        case fact::comm: made.comm = std::make_shared<std::string const>(string_in(in.get_view())); break;
        case fact::context: made.context = std::make_shared<std::string const>(string_in(in.get_view())); break;
        case fact::session: session_ = static_cast<std::uint32_t>(in.get_uint64()); break;
        case fact::label: label = string_in(in.get_view()); break;
        default:
            if (static_cast<pbf_tag_type>(in.tag()) >= static_cast<pbf_tag_type>(fact::started)
                && in.wire_type() == protozero::pbf_wire_type::length_delimited) {
                event = static_cast<pbf_tag_type>(in.tag());
                about = in.get_view();
            } else
                in.skip();
        }
    require(event != 0);
    made.thread = thread_;
    auto& known = threads_[raw(made.thread)];
    if (process)
        known.process = *process;
    if (made.comm)
        known.comm = made.comm;
    made.process = known.process;
    made.comm = known.comm;
    if (session_ != 0) {
        auto& identity = sessions_[session_];
        if (!identity)
            identity = std::make_shared<session_identity const>(session_identity{session_, std::move(label)});
        made.session = identity;
    }
    auto const what = decode_event(event, about, known, made);
    if (what == outcome::made)
        into = std::move(made);
    return what;
}

record_decoder::outcome record_decoder::decode_event(std::uint32_t field, data_view message, known_thread& known, record& into)
{
    switch (static_cast<fact>(field)) {
    case fact::started: into.what = started_in(message); return outcome::made;
    case fact::entered: {
        std::shared_ptr<call_stack const> stack;
        known.call = decode_call(message, known, &stack);
        known.entered = time_;
        into.what = syscall_entered{known.call, std::move(stack)};
        return known.is_left_out ? outcome::left_out : outcome::made;
    }
    case fact::exited: return decode_exit(message, known, into);
    case fact::signal: into.what = signal_in(message); return outcome::made;
    case fact::stopped: into.what = stopped_in(message); return outcome::made;
    case fact::replaced: into.what = replaced_in(message); return outcome::made;
    case fact::superseded: into.what = superseded_in(message); return outcome::made;
    case fact::ended:
        into.what = ended_in(message);
        threads_.erase(raw(into.thread));
        return outcome::made;
    case fact::detached:
        into.what = cotrace::detached{};
        threads_.erase(raw(into.thread));
        return outcome::made;
    case fact::lost: into.what = lost_in(message); return outcome::made;
    case fact::failed: into.what = failed_in(message); return outcome::made;
    case fact::submitted: return decode_submission(message, into);
    case fact::completed:
        into.what = completed_in(message);
        return accesses.wants_all() ? outcome::made : outcome::left_out;   // a completion names no file
    default: return outcome::left_out;   // a kind of event that a later version of cotrace added
    }
}

std::shared_ptr<syscall_call const> record_decoder::decode_call(data_view message, known_thread& of,
                                                                std::shared_ptr<call_stack const>* stack)
{
    auto made = std::allocate_shared<syscall_call>(recycling<syscall_call>{});
    data_view resumes, inputs_message;
    made->sp = of.sp;
    for (message_reader<call> in{message}; in.next();)
        switch (in.tag()) {
        case call::interface: made->arch = interface_in(in.get_uint64()); break;
        case call::number: made->number = in.get_uint64(); break;
        case call::arguments: {
            std::size_t many = 0;
            for (auto const each : in.get_packed_uint64()) {
                require(many < made->args.size());
                made->args[many++] = each;
            }
            break;
        }
        case call::ip: made->ip = in.get_uint64(); break;
        case call::sp: made->sp += static_cast<std::uint64_t>(in.get_sint64()); break;
        case call::resumes: resumes = in.get_view(); break;
        case call::read_late: made->read_late = in.get_bool(); break;
        case call::inputs: inputs_message = in.get_view(); break;
        case call::stack:
            if (stack != nullptr)
                *stack = stack_in(in.get_view());
            else
                in.skip();
            break;
        default: in.skip();
        }
    if (resumes.size() != 0)
        made->resumes = resumed_name(made->arch, {resumes.data(), resumes.size()});
    of.sp = made->sp;
    auto const kept = inputs_.decode(inputs_message, made->args);
    decode::replaying_reader memory{kept};
    decode::decode_entry(memory, captures.of(*made), *made);
    of.is_left_out = !decode::accesses(memory, accesses, *made);
    return made;
}

record_decoder::outcome record_decoder::decode_submission(data_view message, record& into)
{
    ring_submitted made;
    auto operation = std::make_shared<syscall_call>();
    data_view inputs_message;
    for (message_reader<submitted> in{message}; in.next();)
        switch (in.tag()) {
        case submitted::interface: operation->arch = interface_in(in.get_uint64()); break;
        case submitted::entry: {
            auto const bytes = in.get_view();
            require(bytes.size() == sizeof made.entry);
            std::memcpy(&made.entry, bytes.data(), bytes.size());
            break;
        }
        case submitted::ring: made.ring = in.get_int32(); break;
        case submitted::inputs: inputs_message = in.get_view(); break;
        default: in.skip();
        }
    auto const kept = inputs_.decode(inputs_message, uapi::arguments_of(made.entry));
    decode::replaying_reader memory{kept};
    decode::decode_submission(memory, captures.usual(), made.entry, *operation);
    bool const is_left_out = !decode::accesses(memory, accesses, *operation);
    made.operation = std::move(operation);
    into.what = std::move(made);
    return is_left_out ? outcome::left_out : outcome::made;
}

record_decoder::outcome record_decoder::decode_exit(data_view message, known_thread& of, record& into)
{
    syscall_exited made;
    data_view inputs_message;
    bool is_unusual = false, with_call = false;
    std::uint64_t took = 0;
    for (message_reader<exited> in{message}; in.next();)
        switch (in.tag()) {
        case exited::value: made.outcome.value = in.get_sint64(); break;
        case exited::unusual: is_unusual = in.get_bool(); break;
        case exited::took: took = static_cast<std::uint64_t>(in.get_sint64()); break;
        case exited::system: made.system = std::chrono::nanoseconds{static_cast<std::int64_t>(in.get_uint64())}; break;
        case exited::tampered: {
            auto const bits = in.get_uint64();
            made.tampered = {(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0};
            break;
        }
        case exited::read_late: made.read_late = in.get_bool(); break;
        case exited::inputs: inputs_message = in.get_view(); break;
        case exited::stack: made.stack = stack_in(in.get_view()); break;
        case exited::call: {
            with_call = true;
            auto found = decode_call(in.get_view(), of, nullptr);
            // The records of the entry and the exit of a call share one object.
            if (!of.call || !is_same_call(*of.call, *found))
                of.call = std::move(found);
            break;
        }
        default: in.skip();
        }
    require(of.call != nullptr);
    made.outcome.failed = syscall_outcome::from(made.outcome.value).failed != is_unusual;
    took += with_call ? 0 : time_ - of.entered;
    made.took = std::chrono::nanoseconds{static_cast<std::int64_t>(took)};
    made.call = std::exchange(of.call, nullptr);
    auto const kept = inputs_.decode(inputs_message, made.call->args);
    if (of.is_left_out)
        return outcome::left_out;
    decode::replaying_reader memory{kept};
    decode::decode_exit(memory, captures.of(*made.call), *made.call, made);
    into.what = std::move(made);
    return outcome::made;
}

}   // namespace cotrace::trace_file
