// SPDX-License-Identifier: BSL-1.0
#include <cotrace/trace_file.hpp>

#include <cotrace/detail/last_error.hpp>
#include <cotrace/detail/unique_fd.hpp>

#include "trace_file/fields.hpp"
#include "trace_file/head.hpp"
#include "trace_file/message_reader.hpp"
#include "trace_file/record_decoder.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <unistd.h>
#include <zstd.h>

namespace cotrace {

namespace {

using trace_file::frame_index;

struct free_context {
    void operator()(ZSTD_DCtx* context) const noexcept { ::ZSTD_freeDCtx(context); }
};

std::uint32_t load_number(char const* from) noexcept
{
    std::uint32_t number = 0;
    std::memcpy(&number, from, sizeof number);
    return number;
}

descriptor_details common(descriptor_details const& one, descriptor_details const& other) noexcept
{
    return {one.path && other.path,       one.socket && other.socket,   one.device && other.device,
            one.counter && other.counter, one.process && other.process, one.signals && other.signals};
}

/// Returns `wanted`, reduced to what the trace file contains. `had` are the options with which the file was recorded.
capture_options reduced(capture_options wanted, capture_options const& had)
{
    wanted.string_limit = std::min(wanted.string_limit, had.string_limit);
    wanted.verbose = wanted.verbose && had.verbose;
    wanted.descriptors = common(wanted.descriptors, had.descriptors);
    wanted.processes = {wanted.processes.command && had.processes.command, wanted.processes.outside && had.processes.outside};
    wanted.thread_names = wanted.thread_names && had.thread_names;
    wanted.contexts = wanted.contexts && had.contexts;
    wanted.redact = std::max(wanted.redact, had.redact);
    return wanted;
}

}   // namespace

struct trace_file_reader::state {
    /// Reads exactly `size` bytes. Sets `error` and returns false if the file has fewer bytes, or if it cannot be read.
    bool read(std::string& into, std::uint64_t size);
    bool skip(std::uint64_t size);
    bool read_magic();
    bool read_head();
    /// Reads the next index. Returns false at the end of the file and after an error.
    bool read_index(frame_index& into);
    /// Reads and decompresses the next frame that may contain records of the wanted processes and times. Returns false at the
    /// end of the file and after an error.
    bool read_frame();
    bool decompress(frame_index const& about);
    bool wants(frame_index const& which) const;
    bool wants(record const& seen) const;
    bool next(record& into);
    /// Removes the names of threads and processes that `decode_with` does not ask for.
    void remove_names(record& from) const;
    bool fail(error_code why)
    {
        error = why;
        return false;
    }

    detail::unique_fd file{};
    trace_file_head head{};
    trace_file::record_decoder decoder{};
    std::unique_ptr<ZSTD_DCtx, free_context> context{::ZSTD_createDCtx()};
    std::string packed{};
    std::string content{};   ///< the decompressed content of the current frame
    trace_file::message_reader<trace_file::trace> messages{};
    timestamp from = timestamp::min(), to = timestamp::max();
    std::vector<std::int32_t> processes{};   ///< sorted ids of the wanted processes; empty: all processes
    bool has_ended = false;
    error_code error{};
};

bool trace_file_reader::state::read(std::string& into, std::uint64_t size)
{
    into.clear();
    // `size` comes from the file and may be wrong, so memory is allocated piece by piece, while the file has bytes.
    constexpr std::uint64_t piece = 1 << 20;
    while (into.size() < size) {
        auto const done = into.size();
        into.resize(done + std::min(piece, size - done));
        auto const got = ::read(file.get(), into.data() + done, into.size() - done);
        if (got < 0 && errno != EINTR)
            return fail(detail::last_error());
        into.resize(done + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        if (got == 0)
            return fail(errc::cut_trace_file);
    }
    return true;
}

bool trace_file_reader::state::skip(std::uint64_t size)
{
    if (::lseek(file.get(), static_cast<off_t>(size), SEEK_CUR) >= 0)
        return true;
    return read(packed, size);   // the file is a pipe, which cannot seek
}

bool trace_file_reader::state::read_magic()
{
    using trace_file::magic;
    using trace_file::version_at;
    if (!read(packed, magic.size()))
        return fail(error == errc::cut_trace_file ? make_error_code(errc::not_a_trace_file) : error);
    if (packed.compare(0, version_at, magic.substr(0, version_at)) != 0)
        return fail(errc::not_a_trace_file);
    return packed == magic || fail(errc::newer_trace_file);
}

bool trace_file_reader::state::read_head()
{
    frame_index about;
    if (!read_magic())
        return false;
    if (!read_index(about) || !decompress(about))
        return fail(error ? error : make_error_code(errc::damaged_trace_file));
    try {
        trace_file::message_reader<trace_file::trace> first{content};
        if (first.next(trace_file::trace::head) && trace_file::decode_head(first.get_view(), head))
            return true;
    } catch (protozero::exception const&) {
    }
    return fail(errc::damaged_trace_file);
}

bool trace_file_reader::state::read_index(frame_index& into)
{
    if (has_ended || !read(packed, 8))
        return false;
    auto const size = load_number(packed.data() + 4);
    constexpr std::uint32_t largest_index = 1 << 24;
    if (load_number(packed.data()) != trace_file::index_magic || size > largest_index)
        return fail(errc::damaged_trace_file);
    if (!read(packed, size))
        return false;
    if (!trace_file::decode_index(packed, into))
        return fail(errc::damaged_trace_file);
    has_ended = into.is_end;
    return !into.is_end;
}

bool trace_file_reader::state::decompress(frame_index const& about)
{
    if (!read(packed, about.compressed))
        return false;
    auto const size = ::ZSTD_getFrameContentSize(packed.data(), packed.size());
    if (size != about.size)
        return fail(errc::damaged_trace_file);
    content.resize(about.size);
    auto const got = ::ZSTD_decompressDCtx(context.get(), content.data(), content.size(), packed.data(), packed.size());
    if (::ZSTD_isError(got) != 0 || got != content.size())
        return fail(errc::damaged_trace_file);
    return true;
}

bool trace_file_reader::state::wants(frame_index const& which) const
{
    auto const first = timestamp{std::chrono::nanoseconds{which.first}}, last = timestamp{std::chrono::nanoseconds{which.last}};
    if (last < from || first >= to)
        return false;
    return processes.empty() || std::any_of(which.processes.begin(), which.processes.end(), [&](auto each) {
               return each == 0 || std::binary_search(processes.begin(), processes.end(), each);
           });
}

bool trace_file_reader::state::wants(record const& seen) const
{
    if (seen.at < from || seen.at >= to)
        return false;
    return processes.empty() || seen.process == pid{}
           || std::binary_search(processes.begin(), processes.end(), raw(seen.process));
}

bool trace_file_reader::state::read_frame()
{
    frame_index about;
    while (read_index(about)) {
        if (!wants(about)) {
            if (!skip(about.compressed))
                return false;
        } else {
            if (!decompress(about))
                return false;
            decoder.begin_frame();
            messages = trace_file::message_reader<trace_file::trace>{content};
            return true;
        }
        about = {};
    }
    return false;
}

void trace_file_reader::state::remove_names(record& from) const
{
    auto const& wanted = decoder.captures.usual();
    if (!wanted.names_threads()) {
        from.comm.reset();
        if (auto* const started = std::get_if<thread_started>(&from.what))
            started->command.clear();
        else if (auto* const replaced = std::get_if<image_replaced>(&from.what))
            replaced->command.clear();
    }
    if (auto* const signal = std::get_if<signal_received>(&from.what); signal && !wanted.processes.command)
        signal->sender.command.clear();
}

bool trace_file_reader::state::next(record& into)
{
    using outcome = trace_file::record_decoder::outcome;
    while (!error) {
        try {
            if (!messages.next(trace_file::trace::record)) {
                if (!read_frame())
                    return false;
                continue;
            }
            record made;
            auto const what = decoder.decode(messages.get_view(), made);
            if (what == outcome::damaged)
                return fail(errc::damaged_trace_file);
            if (what == outcome::left_out || !wants(made))
                continue;
            remove_names(made);
            into = std::move(made);
            return true;
        } catch (protozero::exception const&) {
            return fail(errc::damaged_trace_file);
        }
    }
    return false;
}

trace_file_reader::trace_file_reader(std::unique_ptr<state> made) noexcept
    : state_{std::move(made)}
{
}

trace_file_reader::~trace_file_reader() = default;
trace_file_reader::trace_file_reader(trace_file_reader&&) noexcept = default;
trace_file_reader& trace_file_reader::operator=(trace_file_reader&&) noexcept = default;

result<trace_file_reader> trace_file_reader::open(std::string const& path)
{
    auto made = std::make_unique<state>();
    made->file = detail::unique_fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!made->file)
        return detail::last_error();
    if (!made->read_head())
        return made->error;
    made->decoder.captures = {made->head.capture, {}, {}};
    return trace_file_reader{std::move(made)};
}

trace_file_head const& trace_file_reader::head() const noexcept { return state_->head; }
void trace_file_reader::decode_with(capture_options const& wanted, std::optional<filter> in_full, std::optional<filter> flat)
{
    auto const& had = state_->head.capture;
    if (!had.verbose)
        in_full.reset();
    state_->decoder.captures = {reduced(wanted, had), std::move(in_full), std::move(flat)};
}

void trace_file_reader::only_accesses(access_filter wanted) { state_->decoder.accesses = std::move(wanted); }

void trace_file_reader::only_between(timestamp from, timestamp to)
{
    state_->from = from;
    state_->to = to;
}

void trace_file_reader::only_of(std::vector<pid> processes)
{
    state_->processes.clear();
    for (auto const each : processes)
        state_->processes.push_back(raw(each));
    std::sort(state_->processes.begin(), state_->processes.end());
}

bool trace_file_reader::next(record& into) { return state_->next(into); }
error_code trace_file_reader::error() const noexcept { return state_->error; }

}   // namespace cotrace
