// SPDX-License-Identifier: BSL-1.0
#include "views/answers.hpp"

#include <cotrace/render/latency.hpp>
#include <cotrace/render/slowest.hpp>

#include <optional>
#include <utility>
#include <variant>

namespace cotrace::app {

namespace {

class slowest final : public view {
public:
    slowest(std::size_t most, render::text_options text)
        : calls_{most, std::move(text)}
    {
    }

private:
    void append(record const& seen, std::string&) override { calls_.count(seen); }
    void finish(std::string& to) override { calls_.append(to); }

    render::slowest_calls calls_;
};

class histogram final : public view {
public:
    explicit histogram(std::optional<filter> const& of)
        : of_{of}
    {
    }

private:
    void append(record const& seen, std::string&) override
    {
        auto const* const done = std::get_if<syscall_exited>(&seen.what);
        if (done == nullptr || !done->call || done->took.count() <= 0)
            return;
        if (!of_)
            all_.add(done->took);
        else if (of_->wants(*done->call))
            each_.count(*done);
    }

    void finish(std::string& to) override
    {
        if (!of_)
            render::append_bars("all calls", all_, to);
        else if (each_.all().empty())
            render::append_bars("selected calls", {}, to);
        else
            each_.append_bars(to);
    }

    std::optional<filter> of_;
    render::quantile_sketch all_;
    render::latency_histogram each_;
};

}   // namespace

std::unique_ptr<view> slowest_view(options const& wanted)
{
    auto text = wanted.text;
    text.column = 0;      // do not align the results of the calls
    text.statuses = {};   // the view gets only the calls that the options select
    text.where.reset();
    text.durations = false;   // the table has the times already
    text.relative = false;
    return std::make_unique<slowest>(wanted.answers.slowest, std::move(text));
}

std::unique_ptr<view> histogram_view(options const& wanted) { return std::make_unique<histogram>(wanted.answers.histogram_of); }

}   // namespace cotrace::app
