// SPDX-License-Identifier: BSL-1.0
#include <cotrace/render/json.hpp>

#include "record/returned_type.hpp"
#include "render/json/json_value_writer.hpp"
#include "render/json/siginfo.hpp"
#include "render/names.hpp"
#include "render/text/call_writer.hpp"
#include "render/text/event_text.hpp"
#include "render/text/value_writer.hpp"
#include "uapi/ring_operations.hpp"

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
        , out_{to}
    {
        out_.begin_object();
        out_.member("schema", json_schema);
    }

    void operator()(thread_started const& what)
    {
        constexpr std::string_view kinds[] = {"launched", "attached", "fork", "vfork", "clone"};
        begin("thread_started");
        out_.member("how", kinds[static_cast<std::size_t>(what.how)]);
        thread("parent", what.parent);
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
            out_.key("arguments");
            out_.begin_object();
            for (auto const each : what.call->values.all())
                argument(each, *what.call, value_text(each, *what.call));
            out_.end_object();
        }
        late(what.call->read_late);
        stack(what.stack.get());
    }

    void operator()(syscall_exited const& what)
    {
        begin("syscall_exited", what.took);
        if (what.call) {
            call(*what.call);
            if (what.call->values.empty())
                registers(*what.call);
            else
                arguments(*what.call, what);
        }
        result(what);
        late(what.read_late || (what.call && what.call->read_late));
        if (what.tampered.any())
            tampered(what.tampered);
        stack(what.stack.get());
    }

    void operator()(signal_received const& what)
    {
        begin("signal_received");
        out_.key("siginfo");
        out_.begin_object();
        out_.member("text", siginfo_text(what, plain_text()));
        put_json_siginfo(out_, what.info);
        out_.end_object();
        if (!what.sender.command.empty())   // empty if the name was not captured
            out_.member("sender_command", what.sender.command);
        if (what.sender.outside != 0)
            out_.member("sender_outside", what.sender.outside);
        stack(what.stack.get());
    }

    void operator()(group_stopped const& what)
    {
        begin("group_stopped");
        out_.key("signal");
        out_.put_signal(raw(what.signal));
    }

    void operator()(image_replaced const& what)
    {
        begin("image_replaced");
        thread("former", what.former);
    }

    void operator()(superseded const& what)
    {
        begin("superseded");
        thread("by", what.by);
    }

    void operator()(thread_exited const& what)
    {
        begin("thread_exited");
        out_.key("status");
        what.known && !what.killed ? out_.put(what.status) : out_.put_null();
        out_.key("signal");
        what.known&& what.killed ? out_.put_signal(what.status) : out_.put_null();
        out_.member("core", what.dumped);
    }

    void operator()(detached const&) { begin("detached"); }

    void operator()(records_lost const& what)
    {
        begin("records_lost");
        out_.member("count", what.count);
    }

    void operator()(trace_failed const& what)
    {
        begin("trace_failed");
        out_.member("operation", what.what.operation);
        auto const& code = what.what.code;
        bool const is_errno = code.category() == boost::system::system_category();
        out_.key("error");
        out_.begin_object();
        error_members(code.value(), is_errno ? uapi::errno_name(code.value()) : std::string_view{}, code.message());
        out_.member("category", std::string_view{code.category().name()});
        out_.end_object();
        thread("subject", what.what.thread);
        thread("other", what.what.other);
    }

    void operator()(ring_submitted const& what)
    {
        begin("ring_submitted");
        if (!what.operation)
            return;
        out_.member("name", what.operation->name());
        out_.member("opcode", std::uint64_t{what.entry.opcode});
        out_.member("ring", what.ring);
        out_.key("arguments");
        out_.begin_object();
        for (auto const each : what.operation->values.all())
            argument(each, *what.operation, value_text(each, *what.operation));
        out_.end_object();
        for (auto const& each : uapi::options_of(what.entry))
            out_.hex_member(each.name, each.number);
    }

    void operator()(ring_completed const& what)
    {
        begin("ring_completed");
        out_.member("name", what.name());
        out_.hex_member("user_data", what.user_data);
        std::string text;
        put_outcome(text, what.outcome);
        out_.key("return");
        out_.begin_object();
        out_.member("text", std::string_view{text}.substr(std::string_view{"= "}.size()));
        out_.member("value", what.outcome.failed ? std::int64_t{-1} : what.outcome.value);
        out_.end_object();
        error(what.outcome);
        if (what.flags != 0)
            out_.hex_member("flags", what.flags);
    }

    void close() { out_.end_object(); }

private:
    /// The options for the members "text": always the default options, so that programs can rely on the form of the texts.
    static text_options const& plain_text()
    {
        static text_options const options;
        return options;
    }

    /// Writes the members that every line has, except "schema". `took` is the duration of the event until `record::at`.
    void begin(std::string_view event, std::chrono::nanoseconds took = {})
    {
        out_.member("event", event);
        out_.member("pid", raw(seen_.process));
        out_.member("tid", raw(seen_.thread));
        out_.member("comm", seen_.comm ? std::string_view{*seen_.comm} : std::string_view{});
        out_.member("start", (seen_.at - took).time_since_epoch().count());
        out_.member("duration", took.count());
        if (seen_.session && !seen_.session->label.empty())
            out_.member("session", seen_.session->label);
    }

    void thread(std::string_view role, tid id)
    {
        out_.key(role);
        id == tid{} ? out_.put_null() : out_.put(raw(id));
    }

    void late(bool is_late)
    {
        if (is_late)
            out_.member("late", true);
    }

    /// Writes a call stack, the innermost frame first, and "stack_error" if outer frames are missing. `shown` is null if no stack
    /// was captured.
    void stack(call_stack const* shown)
    {
        if (shown == nullptr)
            return;
        out_.key("stack");
        out_.begin_array();
        for (std::size_t i = 0; i < shown->addresses().size(); ++i) {
            out_.begin_object();
            out_.hex_member("address", shown->addresses()[i]);
            if (!shown->frames().empty())
                names(shown->frames()[i]);
            out_.end_object();
        }
        out_.end_array();
        if (!shown->error().empty())
            out_.member("stack_error", shown->error());
    }

    /// Writes what a `symbolizer` found out about a frame. Unknown details are left out.
    void names(stack_frame const& shown)
    {
        if (shown.file.empty())
            return;
        out_.member("file", shown.file);
        out_.hex_member("offset", shown.offset);
        if (!shown.function.empty()) {
            out_.member("function", shown.function);
            out_.member("function_offset", shown.function_offset);
        }
        if (!shown.source.empty()) {
            out_.member("source", shown.source);
            out_.member("line", shown.line);
        }
    }

    void call(syscall_call const& made)
    {
        out_.member("name", made.name());
        out_.member("number", made.number);
        out_.member("abi", interface_name(made.arch));
        out_.hex_member("ip", made.ip);
    }

    // Writes the registers of a call with arguments that were not decoded, or an empty object "arguments" for a call without
    // arguments.
    void registers(syscall_call const& made)
    {
        if (made.what && made.what->arity() == 0) {
            out_.key("arguments");
            out_.begin_object();
            out_.end_object();
            return;
        }
        out_.key("registers");
        out_.begin_array();
        for (auto const each : made.args)
            out_.put_hex(each);
        out_.end_array();
    }

    static std::string value_text(value const& shown, syscall_call const& made)
    {
        std::string text;
        value_writer{plain_text(), uapi::model_of(made.arch), text}.write(shown);
        return text;
    }

    void argument(value const& shown, syscall_call const& made, std::string_view text)
    {
        if (shown.shape() == uapi::shape::nothing)
            return;
        out_.key(shown.name());
        json_value_writer{uapi::model_of(made.arch), out_}.write(shown, text);
    }

    /// Writes "arguments" and, if there are any, "before" (values at entry that were read again at exit) and "notes".
    /// `exit.values` contains arguments, "return" and notes.
    void arguments(syscall_call const& made, syscall_exited const& exit)
    {
        auto const end = exit.values.all().end();
        auto now = exit.values.all().begin();
        bool changed = false;
        std::string text;
        call_writer writer{plain_text(), made, text};
        out_.key("arguments");
        out_.begin_object();
        for (auto const each : made.values.all()) {
            bool const settled = is_settled(each, now, end);
            auto const late = settled ? *now : each;
            if (settled)
                ++now;
            changed = changed || (settled && are_both_known(each, late));
            text.clear();
            writer.argument(each, late);
            // The value at entry is written if the value at exit is not known.
            argument(is_known(each) && !is_known(late) ? each : late, made, text);
        }
        out_.end_object();
        if (changed)
            before(made, exit.values);
        if (!(now == end) && (*now).name() == "return")
            ++now;   // result() writes the return value
        if (!(now == end))
            notes(made, now, end);
    }

    // Whether `now` is the value at exit of the argument `entry`. A custom decoder may have added no such value.
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
        out_.key("before");
        out_.begin_object();
        for (auto const each : made.values.all()) {
            if (!is_settled(each, now, end))
                continue;
            if (are_both_known(each, *now))
                argument(each, made, value_text(each, made));
            ++now;
        }
        out_.end_object();
    }

    void notes(syscall_call const& made, value_list::iterator now, value_list::iterator const& end)
    {
        out_.key("notes");
        out_.begin_object();
        for (; !(now == end); ++now)
            argument(*now, made, {});
        out_.end_object();
    }

    void result(syscall_exited const& what)
    {
        auto const& outcome = what.outcome;
        out_.key("return");
        out_.begin_object();
        std::string text = std::to_string(outcome.value);
        if (what.call) {
            text.clear();
            call_writer{plain_text(), *what.call, text}.result(what);
            text.erase(0, std::string_view{"= "}.size());
        }
        out_.member("text", text);
        if (outcome.failed)
            out_.member("value", -1);
        else if (what.call)
            json_value_writer{uapi::model_of(what.call->arch), out_}.returned_members(outcome.value, returned_type(*what.call),
                                                                                      what.values.find("return"));
        else
            out_.member("value", outcome.value);
        out_.end_object();
        error(outcome);
    }

    void error(syscall_outcome const& outcome)
    {
        if (!outcome.failed)
            return;
        out_.key("error");
        out_.begin_object();
        error_members(outcome.error(), uapi::errno_name(outcome.error()), uapi::errno_text(outcome.error()));
        out_.end_object();
    }

    void error_members(int number, std::string_view name, std::string_view text)
    {
        out_.member("value", number);
        if (!name.empty())
            out_.member("name", name);
        out_.member("text", text);
    }

    void tampered(tampering const& what)
    {
        out_.key("tampered");
        out_.begin_object();
        for (auto const& [role, is] :
             {std::pair{"result", what.result}, {"arguments", what.arguments}, {"delayed", what.delayed}})
            if (is)
                out_.member(role, true);
        out_.end_object();
    }

    record const& seen_;
    json_writer out_;
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
