// SPDX-License-Identifier: BSL-1.0
#include <cotrace/trace_file.hpp>

#include "trace_file/head.hpp"
#include "trace_file/record_encoder.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include <sys/utsname.h>
#include <time.h>
#include <zstd.h>

namespace cotrace {

namespace {

constexpr int compression = 3;   // the files of level 1 are a fifth larger, and written only a little faster

timestamp read_clock(clockid_t which) noexcept
{
    timespec now{};
    ::clock_gettime(which, &now);
    return timestamp{std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec}};
}

}   // namespace

trace_file_head trace_file_head::now(std::string program, record_clock clock)
{
    trace_file_head made{.program = std::move(program), .clock = clock};
    utsname names{};
    ::uname(&names);
    made.host = names.nodename;
    made.kernel = names.release;
    made.machine = names.machine;
    made.begin = read_clock(CLOCK_REALTIME);
    made.begin_of_clock = read_clock(clock == record_clock::realtime    ? CLOCK_REALTIME
                                     : clock == record_clock::monotonic ? CLOCK_MONOTONIC
                                                                        : CLOCK_BOOTTIME);
    return made;
}

struct trace_file_writer::state {
    struct free_context {
        void operator()(ZSTD_CCtx* context) const noexcept { ::ZSTD_freeCCtx(context); }
    };

    explicit state(trace_file_head about)
        : head{std::move(about)}
        , context{::ZSTD_createCCtx()}
    {
        ::ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, compression);
        ::ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
    }

    void compress(std::string& to)
    {
        std::string packed(::ZSTD_compressBound(content.size()), '\0');
        packed.resize(::ZSTD_compress2(context.get(), packed.data(), packed.size(), content.data(), content.size()));
        index.compressed = packed.size();
        index.size = content.size();
        index.processes.assign(processes.begin(), processes.end());
        trace_file::append_index(index, to);
        to += packed;
        content.clear();
        processes.clear();
        index = {};
        encoder.begin_frame();
    }

    trace_file_head head;
    std::unique_ptr<ZSTD_CCtx, free_context> context;
    trace_file::record_encoder encoder{};
    std::string content{};   ///< the present frame
    trace_file::frame_index index{};
    std::set<std::int32_t> processes{};
};

trace_file_writer::trace_file_writer(trace_file_head head)
    : state_{std::make_unique<state>(std::move(head))}
{
}

trace_file_writer::~trace_file_writer() = default;
trace_file_writer::trace_file_writer(trace_file_writer&&) noexcept = default;
trace_file_writer& trace_file_writer::operator=(trace_file_writer&&) noexcept = default;

bool trace_file_writer::is_available() noexcept { return true; }

void trace_file_writer::begin(std::string& to)
{
    to += trace_file::magic;
    trace_file::append_head(state_->head, state_->content);
    state_->compress(to);
}

void trace_file_writer::append(record const& seen, std::string& to)
{
    auto& now = *state_;
    auto const at = seen.at.time_since_epoch().count();
    now.index.first = now.index.records == 0 ? at : std::min(now.index.first, at);
    now.index.last = now.index.records == 0 ? at : std::max(now.index.last, at);
    ++now.index.records;
    now.processes.insert(raw(seen.process));
    now.encoder.append(seen, now.content);
    if (now.content.size() >= frame_size)
        now.compress(to);
}

void trace_file_writer::end_frame(std::string& to)
{
    if (state_->index.records != 0)
        state_->compress(to);
}

void trace_file_writer::finish(std::string& to)
{
    end_frame(to);
    trace_file::append_index({.is_end = true}, to);
}

std::size_t trace_file_writer::records_in_frame() const noexcept { return state_->index.records; }

}   // namespace cotrace
