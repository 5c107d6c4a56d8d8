// SPDX-License-Identifier: BSL-1.0
#include "view.hpp"

#include "recording.hpp"
#include "views/answers.hpp"
#include "views/rows.hpp"

#include <cotrace/render/folded.hpp>
#include <cotrace/render/json.hpp>
#include <cotrace/render/perfetto.hpp>
#include <cotrace/render/summary.hpp>
#include <cotrace/render/uroot.hpp>

namespace cotrace::app {

namespace {

class uroot_view final : public view {
    void append(record const& seen, std::string& to) override { render::append_uroot(seen, to); }
};

class json_view final : public view {
public:
    explicit json_view(render::json_options const& options) noexcept
        : options_{options}
    {
    }

private:
    void append(record const& seen, std::string& to) override { render::append_json(seen, options_, to); }

    render::json_options options_;
};

class folded_view final : public view {
public:
    explicit folded_view(render::folded_weight weight) noexcept
        : stacks_{weight}
    {
    }

private:
    void append(record const& seen, std::string&) override { stacks_.count(seen); }
    void finish(std::string& to) override { stacks_.append(to); }

    render::folded_stacks stacks_;
};

class perfetto_view final : public view {
public:
    explicit perfetto_view(render::perfetto_options options)
        : trace_{std::move(options)}
    {
    }

private:
    void append(record const& seen, std::string& to) override { trace_.append(seen, to); }
    void leave_out(record const& seen, std::string& to) override { trace_.leave_out(seen, to); }
    void finish(std::string& to) override { trace_.finish(to); }

    render::perfetto_trace trace_;
};

class summary_view final : public view {
public:
    summary_view(render::summary_options const& options, bool as_json)
        : summary_{options}
        , as_json_{as_json}
    {
    }

private:
    void append(record const& seen, std::string&) override { summary_.count(seen); }
    void finish(std::string& to) override { as_json_ ? summary_.append_json(to) : summary_.append(to); }

    render::call_summary summary_;
    bool as_json_;
};

}   // namespace

std::unique_ptr<view> format_view(options const& wanted)
{
    using enum output_format;
    switch (wanted.format) {
    case text: break;
    case uroot: return std::make_unique<uroot_view>();
    case json: return std::make_unique<json_view>(render::json_options{.entries = wanted.entries_only});
    case json_with_entries: return std::make_unique<json_view>(render::json_options{.entries = true});
    case rows:
    case csv: return row_view(wanted);
    case folded: return std::make_unique<folded_view>(render::folded_weight::calls);
    case trace_file: return recording(wanted);
    case folded_time: return std::make_unique<folded_view>(render::folded_weight::time);
    case perfetto:
        return std::make_unique<perfetto_view>(
            render::perfetto_options{.clock = wanted.clock,
                                     .entries_only = wanted.entries_only,
                                     .unfinished = wanted.text.statuses.has(call_status::unfinished),
                                     .values = wanted.text});
    }
    return nullptr;
}

std::vector<std::unique_ptr<view>> answers(options const& wanted)
{
    std::vector<std::unique_ptr<view>> all;
    if (wanted.has_summary())
        all.push_back(std::make_unique<summary_view>(wanted.counts, wanted.writes_json()));
    if (wanted.answers.slowest != 0)
        all.push_back(slowest_view(wanted));
    if (wanted.answers.histogram)
        all.push_back(histogram_view(wanted));
    return all;
}

}   // namespace cotrace::app
