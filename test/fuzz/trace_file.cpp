// SPDX-License-Identifier: BSL-1.0
// A libFuzzer target for reading trace files. The first byte of an input selects whether the rest is a whole file or the content
// of a frame, which has no checksum.
#include "decode/decode.hpp"
#include "trace_file/fields.hpp"
#include "trace_file/message_reader.hpp"
#include "trace_file/record_decoder.hpp"
#include "trace_file/record_encoder.hpp"

#include <cotrace/render/json.hpp>
#include <cotrace/render/text.hpp>
#include <cotrace/trace_file.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <sys/mman.h>
#include <unistd.h>

namespace cotrace::fuzz {
namespace {

constexpr char whole_file = 0, frame_content = 1;

/// Renders a record in two formats.
void render_all(record const& seen, render::text_renderer& text)
{
    std::string to;
    text.append(seen, to);
    render::append_json(seen, {.entries = true}, to);
}

void read_content(std::string_view content)
{
    trace_file::record_decoder decoder;
    decoder.captures = {{.verbose = true, .string_limit = 100, .most_bytes = 3000, .most_reads = 60}, {}, {}};
    render::text_renderer text;
    try {
        trace_file::message_reader<trace_file::trace> messages{content.data(), content.size()};
        while (messages.next(trace_file::trace::record)) {
            record seen;
            if (decoder.decode(messages.get_view(), seen) == trace_file::record_decoder::outcome::made)
                render_all(seen, text);
        }
    } catch (protozero::exception const&) {
        // The content is no sequence of messages. `trace_file_reader` also catches this exception, and reports an error.
    }
}

void read_file(std::string_view bytes)
{
    int const file = ::memfd_create("trace", 0);
    if (file < 0 || ::write(file, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
        std::abort();
    if (auto opened = trace_file_reader::open("/proc/self/fd/" + std::to_string(file))) {
        opened.value().decode_with({.string_limit = 50});
        render::text_renderer text;
        record seen;
        while (opened.value().next(seen))
            render_all(seen, text);
    }
    ::close(file);
}

/// The memory of a tracee that has only the path "/etc/passwd", at the address 0x5000.
class one_path final : public decode::reader {
    std::size_t read(remote_address from, std::span<std::byte> into) noexcept override
    {
        static constexpr std::string_view path{"/etc/passwd\0", 12};
        if (raw(from) < 0x5000 || raw(from) >= 0x5000 + path.size())
            return 0;
        auto const begin = raw(from) - 0x5000;
        auto const many = std::min(into.size(), path.size() - begin);
        std::memcpy(into.data(), path.data() + begin, many);
        return many;
    }
    bool describe(decode::descriptor_owner, int, descriptor_details const&, open_file& found) noexcept override
    {
        found = {.path = "/root", .about = open_file::counter{3, 4, 5}};
        return true;
    }
};

/// Writes one input of each kind into a folder.
bool write_seeds(std::filesystem::path const& folder)
{
    std::filesystem::create_directories(folder);
    one_path memory;
    capture_options const options{.verbose = true, .keep_inputs = true, .descriptors = descriptor_details::all()};
    auto call = std::make_shared<syscall_call>();
    call->number = 257;   // 257 is openat on x86-64
    call->args = {0xffffff9c, 0x5000, 0, 0, 0, 0};
    decode::decode_entry(memory, options, *call);
    syscall_exited done{call, syscall_outcome::from(3), {}, {}, {}};
    decode::decode_exit(memory, options, *call, done);
    uapi::ring_entry const opening{.opcode = 18, .addr = 0x5000};
    auto operation = std::make_shared<syscall_call>();
    decode::decode_submission(memory, options, opening, *operation);
    trace_file_writer writer{{.program = "fuzz", .command = {"a", "b"}, .capture = options}};
    std::string file;
    trace_file::record_encoder encoder;
    std::string content;
    writer.begin(file);
    for (event const& what :
         {event{thread_started{}}, event{syscall_entered{call}}, event{done}, event{signal_received{}},
          event{group_stopped{signo{19}}}, event{image_replaced{tid{3}, "x"}}, event{superseded{tid{4}}}, event{records_lost{5}},
          event{trace_failed{{errc::tracee_died, "x", {}, {}}}}, event{ring_submitted{opening, operation, 3}},
          event{ring_completed{1, {}, 2, std::uint8_t{18}}}, event{thread_exited{1}}, event{detached{}}}) {
        record const seen{tid{7}, timestamp{}, what, pid{7}};
        writer.append(seen, file);
        encoder.append(seen, content);
    }
    writer.finish(file);
    std::ofstream{folder / "file", std::ios::binary} << whole_file << file;
    std::ofstream{folder / "content", std::ios::binary} << frame_content << content;
    return std::filesystem::exists(folder / "content");
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
    if (size == 0)
        return 0;
    std::string_view const rest{reinterpret_cast<char const*>(data) + 1, size - 1};
    if (data[0] % 2 == cotrace::fuzz::frame_content)
        cotrace::fuzz::read_content(rest);
    else
        cotrace::fuzz::read_file(rest);
    return 0;
}
