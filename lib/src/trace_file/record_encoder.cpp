// SPDX-License-Identifier: BSL-1.0
#include "trace_file/record_encoder.hpp"

#include "decode/inputs.hpp"
#include "trace_file/fields.hpp"
#include "uapi/for_each_register.hpp"

#include <cotrace/stack.hpp>
#include <cotrace/uapi/syscalls.hpp>

#include <protozero/pbf_builder.hpp>

#include <algorithm>
#include <string_view>
#include <variant>

namespace cotrace::trace_file {

namespace {

using protozero::pbf_builder;

/// The index of the argument that is equal to `address`, or else `address`. A reader takes numbers less than 6 for indices.
std::uint64_t as_argument(std::uint64_t address, std::span<std::uint64_t const> args)
{
    auto const found = static_cast<std::size_t>(std::find(args.begin(), args.end(), address) - args.begin());
    return found != args.size() ? found : address;
}

std::string_view text_of(std::span<std::byte const> bytes) noexcept
{
    return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}

/// `add`, `add_signed`, `add_int` and `add_text` add no field for 0 and "", which a reader assumes for missing fields.
template <class Message, class Field>
void add(Message& to, Field field, std::uint64_t number)
{
    if (number != 0)
        to.add_uint64(field, number);
}

template <class Message, class Field>
void add_signed(Message& to, Field field, std::int64_t number)
{
    if (number != 0)
        to.add_sint64(field, number);
}

template <class Message, class Field>
void add_int(Message& to, Field field, std::int32_t number)
{
    if (number != 0)
        to.add_int32(field, number);
}

template <class Message, class Field>
void add_text(Message& to, Field field, std::string_view text)
{
    if (!text.empty())
        to.add_bytes(field, text.data(), text.size());
}

void put(pbf_builder<process>& to, process_name const& name)
{
    add_text(to, process::command, name.command);
    add_int(to, process::outside, name.outside);
}

void put(pbf_builder<end>& to, open_file::end const& which)
{
    add(to, end::v6, which.is_v6);
    add_text(to, end::address, text_of(std::span{which.address}.first(which.is_v6 ? 16 : 4)));
    add(to, end::port, which.port);
}

/// Adds the member `open_file::about`.
struct put_kind {
    pbf_builder<file>& to;

    void operator()(std::monostate) const {}

    void operator()(open_file::device const& is) const
    {
        pbf_builder<device> made{to, file::device};
        add(made, device::block, is.is_block);
        add(made, device::number, is.number);
        if (is.terminal)
            made.add_uint32(device::terminal, *is.terminal);
    }

    void operator()(open_file::socket const& is) const
    {
        pbf_builder<socket> made{to, file::socket};
        add_text(made, socket::protocol, is.protocol);
        add(made, socket::inode, is.inode);
        if (is.local) {
            pbf_builder<end> local{made, socket::local};
            put(local, *is.local);
        }
        if (is.remote) {
            pbf_builder<end> remote{made, socket::remote};
            put(remote, *is.remote);
        }
        add(made, socket::peer, is.peer);
        add_text(made, socket::name, is.name);
        if (is.netlink)
            made.add_uint32(socket::netlink, *is.netlink);
        add(made, socket::port_id, is.port_id);
    }

    void operator()(open_file::counter const& is) const
    {
        pbf_builder<counter> made{to, file::counter};
        add(made, counter::count, is.count);
        if (is.id)
            made.add_uint32(counter::id, *is.id);
        if (is.semaphore)
            made.add_uint32(counter::semaphore, *is.semaphore);
    }

    void operator()(open_file::process const& is) const { to.add_int32(file::pidfd_of, raw(is.id)); }
    void operator()(open_file::signals const& is) const { to.add_fixed64(file::signals, is.set); }
};

/// Adds the result of a function of `decode::reader`, such as the path of a file descriptor.
struct put_found {
    pbf_builder<answer>& to;

    void operator()(std::monostate) const {}
    void operator()(open_file const& found) const
    {
        pbf_builder<file> made{to, answer::file};
        add_text(made, file::path, found.path);
        add(made, file::deleted, found.deleted);
        std::visit(put_kind{made}, found.about);
    }
    void operator()(process_name const& found) const
    {
        pbf_builder<process> made{to, answer::process};
        put(made, found);
    }
    void operator()(std::string const& found) const { to.add_bytes(answer::name, found); }
    void operator()(std::uint64_t found) const { to.add_uint64(answer::number, found); }
};

/// The arguments of a call that are written to the file: those that the call uses, without zeros at the end.
std::span<std::uint64_t const> written_arguments(syscall_call const& which)
{
    auto used = which.args.size();
    // Only a built-in descriptor of the number says which registers are used. With socketcall(2), `which.what` describes a
    // call with arguments in memory.
    if (which.what != nullptr && which.what == uapi::find(which.arch, which.number)) {
        std::size_t known = 0;
        auto const parameters = std::span{which.what->arguments}.first(which.what->arity());
        uapi::for_each_register(parameters, uapi::model_of(which.arch), [&](auto const&, unsigned first, unsigned count) {
            known = std::max<std::size_t>(known, first + count);
        });
        used = std::min(known, used);
    }
    while (used != 0 && which.args[used - 1] == 0)
        --used;
    return std::span{which.args}.first(used);
}

/// `args` are the arguments of the call that are written to the file.
template <class Parent, class Field>
void put_inputs(Parent& in, Field field, decode::inputs const* kept, std::span<std::uint64_t const> args, answers_of_frame& known)
{
    if (kept == nullptr)
        return;
    pbf_builder<inputs> made{in, field};
    if (!kept->pieces.empty()) {
        {
            protozero::packed_field_uint64 addresses{made, static_cast<pbf_tag_type>(inputs::address)};
            for (auto const& each : kept->pieces)
                addresses.add_element(as_argument(each.at, args));
        }
        {
            protozero::packed_field_uint32 lengths{made, static_cast<pbf_tag_type>(inputs::length)};
            for (auto const& each : kept->pieces)
                lengths.add_element(each.length);
        }
        add_text(made, inputs::content, text_of(kept->bytes));
    }
    known.of_call.clear();
    for (auto const& each : kept->answers) {
        known.message.clear();
        pbf_builder<answer> one{known.message};
        add(one, answer::question, static_cast<std::uint64_t>(each->asked));
        add(one, answer::kind, each->kind);
        add_signed(one, answer::owner, each->owner);
        add_signed(one, answer::id, each->id);
        add_text(one, answer::text, each->text);
        std::visit(put_found{one}, each->found);
        auto const next = static_cast<std::uint32_t>(known.numbers.size());
        auto const [at, is_new] = known.numbers.try_emplace(known.message, next);
        if (is_new)
            made.add_message(inputs::answer, known.message);
        known.of_call.push_back(at->second);
    }
    made.add_packed_uint32(inputs::answer_number, known.of_call.begin(), known.of_call.end());
}

template <class Parent, class Field>
void put_stack(Parent& in, Field field, call_stack const* found)
{
    if (found == nullptr)
        return;
    pbf_builder<stack> made{in, field};
    auto const frames = found->frames();
    for (std::size_t i = 0; i < found->addresses().size(); ++i) {
        pbf_builder<frame> one{made, stack::frame};
        add(one, frame::address, found->addresses()[i]);
        if (i >= frames.size())
            continue;
        add_text(one, frame::file, frames[i].file);
        add(one, frame::offset, frames[i].offset);
        add_text(one, frame::function, frames[i].function);
        add(one, frame::function_offset, frames[i].function_offset);
        add_text(one, frame::source, frames[i].source);
        add(one, frame::line, static_cast<std::uint64_t>(std::max(frames[i].line, 0)));
    }
    add_text(made, stack::error, found->error());
}

template <class Parent, class Field>
void put_call(Parent& in, Field field, syscall_call const& which, call_stack const* stack, std::uint64_t last_sp,
              answers_of_frame& known)
{
    pbf_builder<call> made{in, field};
    add(made, call::interface, static_cast<std::uint64_t>(which.arch));
    made.add_uint64(call::number, which.number);
    auto const args = written_arguments(which);
    made.add_packed_uint64(call::arguments, args.begin(), args.end());
    add(made, call::ip, which.ip);
    add_signed(made, call::sp, static_cast<std::int64_t>(which.sp - last_sp));
    add_text(made, call::resumes, which.resumes);
    add(made, call::read_late, which.read_late);
    put_inputs(made, call::inputs, which.inputs.get(), args, known);
    put_stack(made, call::stack, stack);
}

/// Adds the member `record::what`. Each event except `detached` has a field that is always written: pbf_builder leaves out
/// empty messages.
struct put_event {
    pbf_builder<fact>& to;
    /// Whether the message of an exit contains the call, because the frame does not have the record of its entry.
    bool with_call;
    std::uint64_t last_sp;      ///< the stack pointer at the thread's previous call in the frame
    std::int64_t since_entry;   ///< nanoseconds since the record of the entry; 0 if `with_call`
    answers_of_frame& known;

    void operator()(thread_started const& what) const
    {
        pbf_builder<started> made{to, fact::started};
        made.add_uint64(started::how, static_cast<std::uint64_t>(what.how));
        add_int(made, started::parent, raw(what.parent));
        add_text(made, started::command, what.command);
    }

    void operator()(syscall_entered const& what) const
    {
        put_call(to, fact::entered, *what.call, what.stack.get(), last_sp, known);
    }

    void operator()(syscall_exited const& what) const
    {
        pbf_builder<exited> made{to, fact::exited};
        add_signed(made, exited::value, what.outcome.value);
        if (what.outcome.failed != syscall_outcome::from(what.outcome.value).failed)
            made.add_bool(exited::unusual, true);
        made.add_sint64(exited::took, what.took.count() - since_entry);
        add(made, exited::system, static_cast<std::uint64_t>(what.system.count()));
        add(made, exited::tampered, what.tampered.result | what.tampered.arguments << 1 | what.tampered.delayed << 2);
        add(made, exited::read_late, what.read_late);
        put_stack(made, exited::stack, what.stack.get());
        if (with_call && what.call)
            put_call(made, exited::call, *what.call, nullptr, last_sp, known);
        put_inputs(made, exited::inputs, what.inputs.get(),
                   what.call ? written_arguments(*what.call) : std::span<std::uint64_t const>{}, known);
    }

    void operator()(signal_received const& what) const
    {
        pbf_builder<signal> made{to, fact::signal};
        std::string_view info{reinterpret_cast<char const*>(&what.info), sizeof what.info};
        info = info.substr(0, info.find_last_not_of('\0') + 1);
        add_text(made, signal::info, info);
        if (!what.sender.command.empty() || what.sender.outside != 0) {
            pbf_builder<process> sender{made, signal::sender};
            put(sender, what.sender);
        }
        add(made, signal::ip, what.ip);
        put_stack(made, signal::stack, what.stack.get());
    }

    void operator()(group_stopped const& what) const
    {
        pbf_builder<stopped> made{to, fact::stopped};
        made.add_int32(stopped::signal, raw(what.signal));
        add(made, stopped::ip, what.ip);
    }

    void operator()(image_replaced const& what) const
    {
        pbf_builder<replaced> made{to, fact::replaced};
        made.add_int32(replaced::former, raw(what.former));
        add_text(made, replaced::command, what.command);
    }

    void operator()(cotrace::superseded const& what) const
    {
        pbf_builder<superseded> made{to, fact::superseded};
        made.add_int32(superseded::by, raw(what.by));
    }

    void operator()(thread_exited const& what) const
    {
        pbf_builder<ended> made{to, fact::ended};
        made.add_int32(ended::status, what.status);
        add(made, ended::killed, what.killed);
        add(made, ended::dumped, what.dumped);
        add(made, ended::unknown, !what.known);
    }

    void operator()(detached const&) const { to.add_message(fact::detached, nullptr, 0); }

    void operator()(records_lost const& what) const
    {
        pbf_builder<lost> made{to, fact::lost};
        made.add_uint64(lost::count, what.count);
    }

    void operator()(trace_failed const& what) const
    {
        pbf_builder<failed> made{to, fact::failed};
        made.add_int32(failed::error, what.what.code.value());
        add(made, failed::own, what.what.code.category() == cotrace_category());
        add_text(made, failed::operation, what.what.operation);
        add_int(made, failed::thread, raw(what.what.thread));
        add_int(made, failed::other, raw(what.what.other));
    }

    void operator()(ring_submitted const& what) const
    {
        pbf_builder<submitted> made{to, fact::submitted};
        made.add_bytes(submitted::entry, reinterpret_cast<char const*>(&what.entry), sizeof what.entry);
        add_int(made, submitted::ring, what.ring);
        if (!what.operation)
            return;
        add(made, submitted::interface, static_cast<std::uint64_t>(what.operation->arch));
        put_inputs(made, submitted::inputs, what.operation->inputs.get(), what.operation->args, known);
    }

    void operator()(ring_completed const& what) const
    {
        pbf_builder<completed> made{to, fact::completed};
        made.add_uint64(completed::user_data, what.user_data);
        add_signed(made, completed::value, what.outcome.value);
        add(made, completed::flags, what.flags);
        if (what.opcode)
            made.add_uint32(completed::opcode, *what.opcode);
    }
};

}   // namespace

void record_encoder::begin_frame()
{
    threads_.clear();
    sessions_.clear();
    answers_.numbers.clear();
    last_time_ = 0;
    last_thread_.reset();
    last_session_ = 0;
}

void record_encoder::append(record const& seen, std::string& to)
{
    protozero::pbf_writer trace_message{to};
    pbf_builder<fact> made{trace_message, trace::record};
    auto const at = static_cast<std::uint64_t>(seen.at.time_since_epoch().count());
    if (last_thread_ != seen.thread)
        made.add_int32(fact::thread, raw(seen.thread));
    last_thread_ = seen.thread;

    auto& known = threads_[raw(seen.thread)];
    if (known.process != seen.process) {
        made.add_int32(fact::process, raw(seen.process));
        known.process = seen.process;
    }
    if (seen.comm && (!known.comm || (known.comm != seen.comm && *known.comm != *seen.comm)))
        add_text(made, fact::comm, *seen.comm);
    if (seen.comm)
        known.comm = seen.comm;
    if (seen.context)
        add_text(made, fact::context, *seen.context);
    auto const session = seen.session ? seen.session->number : 0;
    if (last_session_ != session)
        made.add_uint32(fact::session, session);
    last_session_ = session;
    if (seen.session && sessions_.insert(session).second)
        add_text(made, fact::label, seen.session->label);

    auto const* const done = std::get_if<syscall_exited>(&seen.what);
    bool const with_call = !done || known.call != done->call;
    auto const since_entry = with_call ? 0 : static_cast<std::int64_t>(at - known.entered);
    std::visit(put_event{made, with_call, known.sp, since_entry, answers_}, seen.what);
    // The time is the last field: it differs most from record to record, and zstd then finds longer equal sequences.
    made.add_sint64(fact::time, static_cast<std::int64_t>(at - last_time_));
    last_time_ = at;

    auto const* const begun = std::get_if<syscall_entered>(&seen.what);
    if (begun) {
        known.sp = begun->call->sp;
        known.entered = at;
    } else if (done && with_call && done->call)
        known.sp = done->call->sp;
    if (begun)
        known.call = begun->call;
    else if (done)
        known.call.reset();
    if (std::holds_alternative<thread_exited>(seen.what) || std::holds_alternative<detached>(seen.what))
        threads_.erase(raw(seen.thread));
}

}   // namespace cotrace::trace_file
