// SPDX-License-Identifier: BSL-1.0
#include <cotrace/render/json.hpp>

#include "record/returned_type.hpp"
#include "render/json/json_value_writer.hpp"
#include "render/json/siginfo.hpp"
#include "render/numbers.hpp"

#include <cotrace/stack.hpp>
#include <cotrace/uapi/errnos.hpp>
#include <cotrace/uapi/syscalls.hpp>

#include <string_view>
#include <utility>

namespace cotrace::render {
namespace {

/// Writes one record as one line of JSON. The class has one function for each kind of record.
class json_line {
public:
    json_line(record const& seen, std::string& to)
        : seen_{seen}
        , line_{to}
    {
        put_json_integer(line_.member("schema"), json_schema);
    }

    void operator()(thread_started const& what)
    {
        constexpr std::string_view kinds[] = {"launched", "attached", "fork", "vfork", "clone"};
        begin("thread_started");
        put_json_string(line_.member("how"), kinds[static_cast<std::size_t>(what.how)]);
        thread("parent", what.parent);
        command("command", what.command);
    }

    void operator()(syscall_entered const& what)
    {
        begin("syscall_entered");
        if (!what.call)
            return;
        call(*what.call);
        if (what.call->values.empty()) {
            registers(*what.call);
        } else {
            json_object given{line_.member("arguments")};
            for (auto const each : what.call->values.all())
                argument(given, each, *what.call);
            given.close();
        }
        if (what.call->read_late)
            line_.member("late") += "true";
        stack(what.stack.get());
    }

    void operator()(syscall_exited const& what)
    {
        begin("syscall_exited");
        if (what.call) {
            call(*what.call);
            if (what.call->values.empty())
                registers(*what.call);
            else
                arguments(*what.call, what.values);
        }
        result(what);
        put_json_nanoseconds(line_.member("took"), what.took.count());
        if (what.read_late || (what.call && what.call->read_late))
            line_.member("late") += "true";
        if (what.tampered.any())
            tampered(what.tampered);
        stack(what.stack.get());
    }

    void operator()(signal_received const& what)
    {
        begin("signal_received");
        put_json_siginfo(line_.member("siginfo"), what.info);
        command("sender_command", what.sender.command);
        if (what.sender.outside != 0)
            put_json_integer(line_.member("sender_outside"), what.sender.outside);
        stack(what.stack.get());
    }

    void operator()(group_stopped const& what)
    {
        begin("group_stopped");
        put_json_signal(line_.member("signal"), raw(what.signal));
    }

    void operator()(image_replaced const& what)
    {
        begin("image_replaced");
        thread("former", what.former);
        command("command", what.command);
    }

    void operator()(superseded const& what)
    {
        begin("superseded");
        thread("by", what.by);
    }

    void operator()(thread_exited const& what)
    {
        begin("thread_exited");
        auto& status = line_.member("status");
        if (what.known && !what.killed)
            put_json_integer(status, what.status);
        else
            status += "null";
        auto& signal = line_.member("signal");
        if (what.known && what.killed)
            put_json_signal(signal, what.status);
        else
            signal += "null";
        line_.member("core") += what.dumped ? "true" : "false";
    }

    void operator()(detached const&) { begin("detached"); }

    void operator()(records_lost const& what)
    {
        begin("records_lost");
        put_json_unsigned(line_.member("count"), what.count);
    }

    void operator()(trace_failed const& what)
    {
        begin("trace_failed");
        put_json_string(line_.member("operation"), what.what.operation);
        auto const& code = what.what.code;
        bool const is_errno = code.category() == boost::system::system_category();
        json_object error{line_.member("error")};
        put_json_integer(error.member("value"), code.value());
        name(error.member("name"), is_errno ? uapi::errno_name(code.value()) : std::string_view{});
        put_json_string(error.member("text"), code.message());
        put_json_string(error.member("category"), code.category().name());
        error.close();
        thread("subject", what.what.thread);
        thread("other", what.what.other);
    }

    void close() { line_.close(); }

private:
    void begin(std::string_view event)
    {
        put_json_string(line_.member("event"), event);
        put_json_integer(line_.member("thread"), raw(seen_.thread));
        put_json_nanoseconds(line_.member("time"), seen_.at.time_since_epoch().count());
        if (seen_.session && !seen_.session->label.empty())
            put_json_string(line_.member("session"), seen_.session->label);
        if (seen_.comm != nullptr)
            command("comm", *seen_.comm);
    }

    void thread(std::string_view role, tid id)
    {
        auto& to = line_.member(role);
        if (id == tid{})
            to += "null";
        else
            put_json_integer(to, raw(id));
    }

    // Writes the name of a process. Writes nothing if `name` is empty: then `capture_options` did not ask for names of
    // processes.
    void command(std::string_view role, std::string const& name)
    {
        if (!name.empty())
            put_json_string(line_.member(role), name);
    }

    /// Writes a call stack, from the innermost frame to the outermost. Writes nothing if no stack was captured.
    void stack(call_stack const* shown)
    {
        if (shown == nullptr)
            return;
        auto& to = line_.member("stack");
        to += '[';
        for (std::size_t i = 0; i < shown->addresses().size(); ++i) {
            to += i == 0 ? "" : ",";
            json_object frame{to};
            put_json_address(frame.member("address"), shown->addresses()[i]);
            if (!shown->frames().empty())
                names(frame, shown->frames()[i]);
            frame.close();
        }
        to += ']';
        if (!shown->error().empty())
            put_json_string(line_.member("stack_error"), shown->error());
    }

    /// Writes what a `symbolizer` found out about a frame. Unknown details are left out.
    static void names(json_object& frame, stack_frame const& shown)
    {
        if (shown.file.empty())
            return;
        put_json_string(frame.member("file"), shown.file);
        put_json_address(frame.member("offset"), shown.offset);
        if (!shown.function.empty()) {
            put_json_string(frame.member("function"), shown.function);
            put_json_unsigned(frame.member("function_offset"), shown.function_offset);
        }
        if (!shown.source.empty()) {
            put_json_string(frame.member("source"), shown.source);
            put_json_integer(frame.member("line"), shown.line);
        }
    }

    static void name(std::string& to, std::string_view known)
    {
        if (known.empty())
            to += "null";
        else
            put_json_string(to, known);
    }

    void call(syscall_call const& made)
    {
        constexpr std::string_view interfaces[] = {"x86_64", "i386", "x32", "aarch64", "riscv64"};
        put_json_string(line_.member("name"), made.name());
        put_json_unsigned(line_.member("number"), made.number);
        put_json_string(line_.member("abi"), interfaces[static_cast<std::size_t>(made.arch)]);
        put_json_address(line_.member("ip"), made.ip);
    }

    // Writes the registers of a call with arguments that were not decoded. If the call takes no arguments, writes an empty
    // object "arguments" instead.
    void registers(syscall_call const& made)
    {
        if (made.what && made.what->arity() == 0) {
            line_.member("arguments") += "{}";
            return;
        }
        auto& to = line_.member("registers");
        to += '[';
        for (auto const& each : made.args) {
            to += &each != made.args.data() ? "," : "";
            to += "\"0x";
            put_number(to, each, 16);
            to += '"';
        }
        to += ']';
    }

    static void argument(json_object& into, value const& shown, syscall_call const& made)
    {
        if (shown.shape() == uapi::shape::nothing)
            return;
        json_value_writer{uapi::model_of(made.arch), into.member(shown.name())}.write(shown);
    }

    /// Writes the arguments of a call with their values at exit. Then writes the values at entry of the arguments that
    /// have a value at both stops, and the notes, which are details of the return value. `exit` contains the values
    /// that are known only at exit: first those of the arguments, in the order of the arguments, then the return value,
    /// and then the notes.
    void arguments(syscall_call const& made, value_tree const& exit)
    {
        auto const end = exit.all().end();
        auto now = exit.all().begin();
        json_object given{line_.member("arguments")};
        bool changed = false;
        for (auto const each : made.values.all()) {
            bool const settled = is_settled(each, now, end);
            auto const late = settled ? *now : each;
            if (settled)
                ++now;
            changed = changed || (settled && are_both_known(each, late));
            // The value at entry is written if the value at exit is not known.
            argument(given, is_known(each) && !is_known(late) ? each : late, made);
        }
        given.close();
        if (changed)
            before(made, exit);
        if (!(now == end) && (*now).name() == "return")
            ++now;   // result() writes the return value
        if (!(now == end))
            notes(made, now, end);
    }

    // Whether `now` is the value at exit of the argument whose value at entry is `entry`. Returns false if a custom
    // decoder added no value at exit for this argument.
    static bool is_settled(value const& entry, value_list::iterator const& now, value_list::iterator const& end)
    {
        return entry.state() == value_state::later && !(now == end) && (*now).name() == entry.name();
    }
    static bool is_known(value const& shown) { return !shown.parts().empty(); }
    static bool are_both_known(value const& entry, value const& exit) { return is_known(entry) && is_known(exit); }

    void before(syscall_call const& made, value_tree const& exit)
    {
        auto const end = exit.all().end();
        auto now = exit.all().begin();
        json_object given{line_.member("before")};
        for (auto const each : made.values.all()) {
            if (!is_settled(each, now, end))
                continue;
            if (are_both_known(each, *now))
                argument(given, each, made);
            ++now;
        }
        given.close();
    }

    /// Writes details of the return value, such as the file descriptors that poll(2) reports as ready.
    void notes(syscall_call const& made, value_list::iterator now, value_list::iterator const& end)
    {
        json_object also{line_.member("notes")};
        for (; !(now == end); ++now)
            argument(also, *now, made);
        also.close();
    }

    void result(syscall_exited const& what)
    {
        auto const& outcome = what.outcome;
        if (outcome.failed) {
            auto const number = outcome.error();
            json_object error{line_.member("error")};
            put_json_integer(error.member("value"), number);
            name(error.member("name"), uapi::errno_name(number));
            put_json_string(error.member("text"), uapi::errno_text(number));
            return error.close();
        }
        auto& to = line_.member("return");
        auto const described = what.values.find("return");
        if (what.call && described)
            json_value_writer{uapi::model_of(what.call->arch), to}.write(*described);
        else if (what.call)
            json_value_writer{uapi::model_of(what.call->arch), to}.write_returned(returned_type(*what.call), outcome.value);
        else
            put_json_integer(to, outcome.value);
    }

    void tampered(tampering const& what)
    {
        json_object done{line_.member("tampered")};
        for (auto const& [role, is] :
             {std::pair{"result", what.result}, {"arguments", what.arguments}, {"delayed", what.delayed}})
            if (is)
                done.member(role) += "true";
        done.close();
    }

    record const& seen_;
    json_object line_;
};

}   // namespace

void append_json(record const& seen, json_options const& options, std::string& to)
{
    if (!options.entries && std::holds_alternative<syscall_entered>(seen.what))
        return;
    json_line line{seen, to};
    std::visit(line, seen.what);
    line.close();
    to += '\n';
}

}   // namespace cotrace::render
