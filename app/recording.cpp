// SPDX-License-Identifier: BSL-1.0
#include "recording.hpp"

#include <cotrace/trace_file.hpp>

#include <algorithm>
#include <deque>
#include <string>
#include <utility>
#include <variant>

namespace cotrace::app {

namespace {

/// Without --keep-last: a record stays in memory for at most about this time before it is written.
constexpr auto longest_delay = std::chrono::milliseconds{800};
constexpr std::size_t recorded_string_limit = 4096;

trace_file_head head_of(options const& wanted)
{
    auto head = trace_file_head::now("cotrace " COTRACE_VERSION, wanted.clock);
    head.command = wanted.arguments;
    if (wanted.capture.redact == redaction::strings && head.command.size() > 1)
        head.command.resize(1);   // the words after cotrace's name can contain strings that must not be in the file
    head.follow = wanted.follow;
    head.system_times = wanted.has_summary();
    head.capture = wanted.capture;
    return head;
}

class whole_recording final : public view {
public:
    explicit whole_recording(options const& wanted)
        : writer_{head_of(wanted)}
    {
    }

private:
    void begin(std::string& to) override { writer_.begin(to); }
    void append(record const& seen, std::string& to) override { writer_.append(seen, to); }
    void flush(std::string& to) override { writer_.end_frame(to); }
    void finish(std::string& to) override { writer_.finish(to); }
    std::chrono::milliseconds longest_wait() const override { return longest_delay; }

    trace_file_writer writer_;
};

/// Keeps the newest records, and writes them when a signal has killed a process, or when `write_kept` is called.
class flight_recorder final : public view {
public:
    explicit flight_recorder(options const& wanted)
        : writer_{head_of(wanted)}
        , most_{wanted.keep_last}
    {
    }

private:
    /// A frame of the trace file.
    struct frame {
        std::string bytes;
        std::size_t records = 0;
    };

    void begin(std::string& to) override { writer_.begin(to); }
    void finish(std::string& to) override
    {
        std::string dropped;
        writer_.end_frame(dropped);
        writer_.finish(to);
    }

    void append(record const& seen, std::string& to) override
    {
        // Frames are dropped as a whole. If the limit is a number of records, a frame has only a part of this number.
        constexpr std::size_t parts = 16;
        std::string full;
        auto const records = writer_.records_in_frame() + 1;
        writer_.append(seen, full);
        if (full.empty() && most_.records != 0 && records >= std::max<std::size_t>(most_.records / parts, 1))
            writer_.end_frame(full);
        if (!full.empty())
            keep({std::move(full), records});
        auto const* const end = std::get_if<thread_exited>(&seen.what);
        if (end != nullptr && end->killed && seen.thread == leader(seen.process))
            write_kept(to);
    }

    void write_kept(std::string& to) override
    {
        for (auto const& each : kept_)
            to += each.bytes;
        kept_.clear();
        records_ = bytes_ = 0;
        writer_.end_frame(to);
    }

    void keep(frame made)
    {
        records_ += made.records;
        bytes_ += made.bytes.size();
        kept_.push_back(std::move(made));
        auto const is_too_much = [&] {
            return most_.records != 0 ? records_ - kept_.front().records >= most_.records : bytes_ > most_.bytes;
        };
        while (kept_.size() > 1 && is_too_much()) {
            records_ -= kept_.front().records;
            bytes_ -= kept_.front().bytes.size();
            kept_.pop_front();
        }
    }

    trace_file_writer writer_;
    options::kept_records most_;
    std::deque<frame> kept_{};
    std::size_t records_ = 0, bytes_ = 0;   ///< number of records, and number of bytes, in `kept_`
};

}   // namespace

std::unique_ptr<view> recording(options const& wanted)
{
    if (wanted.keep_last.any())
        return std::make_unique<flight_recorder>(wanted);
    return std::make_unique<whole_recording>(wanted);
}

void set_recorded_level(options& of)
{
    auto& capture = of.capture;
    capture.keep_inputs = true;
    capture.verbose = true;
    capture.descriptors.path = true;
    if (!of.forms.string_limit)
        capture.string_limit = recorded_string_limit;
}

}   // namespace cotrace::app
