// SPDX-License-Identifier: BSL-1.0
// A libFuzzer target for decoding and rendering. An input gives the registers and the memory of a tracee.
#include "decode/decode.hpp"
#include "core/audit_arch.hpp"
#include "decode/limits.hpp"
#include "fuzz/scene.hpp"

#include <cotrace/render/json.hpp>
#include <cotrace/render/perfetto.hpp>
#include <cotrace/render/rows.hpp>
#include <cotrace/render/text.hpp>
#include <cotrace/render/uroot.hpp>
#include <cotrace/uapi/syscalls.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace cotrace::fuzz {
namespace {

void must(bool holds, char const* what, std::string_view shown = {})
{
    if (holds)
        return;
    std::fprintf(stderr, "does not hold: %s\n%.*s\n", what, static_cast<int>(shown.size()), shown.data());
    std::abort();
}

bool bit(unsigned bits, unsigned which) { return bits >> which & 1; }

capture_options options_of(scene const& from)
{
    constexpr std::size_t limits[] = {32, 32, 0, 1, 5, 31, 33, 32, 300, 100};
    capture_options made;
    made.verbose = bit(from.capture, 0);
    made.decode = !bit(from.capture, 1) || !bit(from.capture, 2);   // `decode` is false for a quarter of the inputs
    made.string_limit = limits[from.string_limit % std::size(limits)];
    // Most inputs get small limits, because decoding with the default limits takes a hundred times as long.
    auto const budget = from.capture >> 3 & 7;
    made.most_bytes = budget == 7 ? made.most_bytes / 16 : budget == 6 ? 300 : 3000;
    made.most_reads = budget == 7 ? made.most_reads / 16 : budget == 5 ? 3 : 60;
    if (made.verbose) {   // `verbose` raises the limits that decode::limits_of() derives from these values
        made.most_bytes /= 16;
        made.most_reads /= 16;
    }
    return made;
}

render::text_options text_of(scene const& from)
{
    render::text_options made;
    made.verbose = bit(from.capture, 0);
    made.names = static_cast<render::constants>(from.text % 3);
    made.strings = static_cast<render::escapes>(from.text / 3 % 3);
    made.threads = static_cast<render::thread_prefix>(from.lines % 3);
    made.times = static_cast<render::time_prefix>(from.lines / 3 % 4);
    made.durations = bit(from.lines, 4);
    made.relative = bit(from.lines, 5);
    made.pointers = bit(from.lines, 6);
    made.numbers = bit(from.lines, 7);
    made.interfaces = from.text / 9 % 2 != 0;
    return made;
}

// Checks the value at `place`, which must not extend beyond `end`, and the values that it contains.
void check_below(value_tree const& tree, std::size_t place, std::size_t end)
{
    auto const& node = tree.nodes()[place];
    must(node.as != nullptr, "a value has a type");
    must(node.extent >= 1 && place + node.extent <= end, "a value ends within the value that it is part of");
    must(std::size_t{node.begin} + node.length <= tree.arena().size(), "a value's bytes are in the arena");
    for (auto below = place + 1; below < place + node.extent; below += tree.nodes()[below].extent)
        check_below(tree, below, place + node.extent);
}

void check(value_tree const& tree)
{
    for (std::size_t place = 0; place < tree.nodes().size(); place += tree.nodes()[place].extent)
        check_below(tree, place, tree.nodes().size());
    std::size_t seen = 0;
    for (auto const each : tree.all()) {
        each.visit([&](value const&, unsigned) { ++seen; });
        must(each == each, "a value equals itself");
        must(each.name().empty() || tree.find(each.name()), "an argument is found by its name");
    }
    must(seen == tree.nodes().size(), "a visit sees every value");
}

void check(scene_memory& memory, capture_options const& options)
{
    auto const allowed = decode::limits_of(options);
    must(memory.reads <= allowed.reads, "no more reads than allowed");
    must(memory.bytes <= allowed.bytes, "no more bytes read than allowed");
    memory.reads = memory.bytes = 0;
}

void check_lines(std::string_view shown, std::size_t lines)
{
    must(std::ranges::all_of(shown, [](char c) { return (c >= ' ' && c <= '~') || c == '\n'; }), "text is printable", shown);
    must(static_cast<std::size_t>(std::ranges::count(shown, '\n')) == lines,
         "a call is one line, and a change of the mode before it is one line", shown);
    must(lines == 0 || shown.back() == '\n', "a line ends with a line break", shown);
}

std::string text_of_both(record const& entry, record const& exit, render::text_options const& options)
{
    render::text_renderer renderer{options};
    std::string shown;
    renderer.append(entry, shown);
    renderer.append(exit, shown);
    renderer.finish(shown);
    return shown;
}

std::string perfetto_of(record const& entry, record const& exit, render::text_options const& values)
{
    render::perfetto_trace trace{{.values = values}};
    std::string shown;
    trace.append(entry, shown);
    trace.append(exit, shown);
    trace.finish(shown);
    return shown;
}

std::string json_of(record const& seen)
{
    std::string shown;
    render::append_json(seen, {.entries = true}, shown);
    return shown;
}

std::string row_of(record const& exit)
{
    std::string shown;
    render::row_writer{}.append(exit, shown);
    return shown;
}

void check_json(std::string_view shown)
{
    must(shown.ends_with('\n'), "a line of JSON ends with a line break", shown);
    shown.remove_suffix(1);
    must(shown.find('\n') == std::string_view::npos, "JSON is one line", shown);
    auto const* flaw = flaw_of_json(shown.data(), shown.size());
    must(!flaw, flaw, shown);
}

void check_uroot(record const& seen)
{
    std::string shown, again;
    render::append_uroot(seen, shown);
    render::append_uroot(seen, again);
    must(shown == again, "rendering a record twice gives equal text", shown);
    must(std::ranges::none_of(shown, [](char c) { return (c >= 0 && c < ' ' && c != '\n') || c == 0x7f; }),
         "text has no control characters", shown);
    must(std::ranges::count(shown, '\n') == 1 && shown.back() == '\n', "a record is one line", shown);
}

void run(scene const& from, std::span<std::byte const> contents)
{
    constexpr unsigned numbers = 600;   // more than there are calls, so that unknown numbers are tested, too
    auto const options = options_of(from);
    scene_memory memory{from, contents};

    auto call = std::make_shared<syscall_call>();
    call->arch = static_cast<uapi::arch>(from.interface % 5);
    call->number = uapi::kernel_number(call->arch, from.number % numbers);
    call->args = from.args;
    if (call->arch == uapi::arch::i386)
        for (auto& each : call->args)
            each &= 0xffffffff;
    call->sp = call->args[5];
    decode::decode_entry(memory, options, *call);
    check(memory, options);
    check(call->values);

    syscall_exited done{call, {}, {}, {}};
    done.outcome = syscall_outcome::from(from.result);
    decode::decode_exit(memory, options, *call, done);
    check(memory, options);
    check(done.values);

    timestamp const at{std::chrono::nanoseconds{1'700'000'000'123'456'789}};
    record const entry{tid{7}, at, syscall_entered{call}};
    record const exit{tid{7}, at, std::move(done)};
    auto const text = text_of(from);
    auto const shown = text_of_both(entry, exit, text);
    must(shown == text_of_both(entry, exit, text), "rendering a call twice gives equal text", shown);
    // For a call that is not in 64-bit mode, the text may begin with a line that reports the change of the mode.
    bool const changes_mode = call->arch == uapi::arch::i386 || call->arch == uapi::arch::x32;
    check_lines(shown, text.interfaces && changes_mode ? 2 : 1);
    auto const packets = perfetto_of(entry, exit, text);
    must(packets == perfetto_of(entry, exit, text), "rendering a call twice gives equal packets", packets);
    for (auto const& each : {entry, exit}) {
        check_lines(render::text(each, text), 0);
        auto const json = json_of(each);
        must(json == json_of(each), "rendering a record twice gives equal JSON", json);
        check_json(json);
        check_uroot(each);
    }
    check_json(row_of(exit));
}

}   // namespace
}   // namespace cotrace::fuzz

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments)
{
    if (*count == 3 && std::string_view{(*arguments)[1]} == "--seeds")
        std::exit(cotrace::fuzz::write_seeds((*arguments)[2]) ? 0 : 1);
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    cotrace::fuzz::scene from;
    auto const bytes = std::as_bytes(std::span{data, size});
    if (bytes.size() < sizeof from)
        return -1;
    std::memcpy(&from, bytes.data(), sizeof from);
    cotrace::fuzz::run(from, bytes.subspan(sizeof from));
    return 0;
}
