// SPDX-License-Identifier: BSL-1.0
//
// Replaces the other files of this folder in a build without libzstd or protozero.
#include <cotrace/trace_file.hpp>

#include <utility>

namespace cotrace {

trace_file_head trace_file_head::now(std::string program, record_clock clock)
{
    return {.program = std::move(program), .clock = clock};
}

struct trace_file_writer::state {};

trace_file_writer::trace_file_writer(trace_file_head const&) {}
trace_file_writer::~trace_file_writer() = default;
trace_file_writer::trace_file_writer(trace_file_writer&&) noexcept = default;
trace_file_writer& trace_file_writer::operator=(trace_file_writer&&) noexcept = default;
bool trace_file_writer::is_available() noexcept { return false; }
void trace_file_writer::begin(std::string&) {}
void trace_file_writer::append(record const&, std::string&) {}
void trace_file_writer::end_frame(std::string&) {}
void trace_file_writer::finish(std::string&) {}
std::size_t trace_file_writer::records_in_frame() const noexcept { return 0; }

struct trace_file_reader::state {
    trace_file_head head{};
};

trace_file_reader::trace_file_reader(std::unique_ptr<state> made) noexcept
    : state_{std::move(made)}
{
}
trace_file_reader::~trace_file_reader() = default;
trace_file_reader::trace_file_reader(trace_file_reader&&) noexcept = default;
trace_file_reader& trace_file_reader::operator=(trace_file_reader&&) noexcept = default;
result<trace_file_reader> trace_file_reader::open(std::string const&) { return errc::no_trace_files; }
trace_file_head const& trace_file_reader::head() const noexcept { return state_->head; }
void trace_file_reader::decode_with(capture_options const&, std::optional<filter>, std::optional<filter>) {}
void trace_file_reader::only_accesses(access_filter) {}
void trace_file_reader::only_between(timestamp, timestamp) {}
void trace_file_reader::only_of(std::vector<pid>) {}
bool trace_file_reader::next(record&) { return false; }
error_code trace_file_reader::error() const noexcept { return errc::no_trace_files; }

}   // namespace cotrace
