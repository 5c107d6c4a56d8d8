// SPDX-License-Identifier: BSL-1.0
#include "answer_options.hpp"

#include "options.hpp"

#include <cotrace/render/report.hpp>

#include <cerrno>
#include <chrono>
#include <string>
#include <utility>

namespace cotrace::app {

usage_error set_slowest(options& to, option_argument count)
{
    // --top accepts no larger number, because the texts of the calls are kept in memory.
    constexpr std::size_t most = 10'000;
    auto const wanted = number<std::size_t>(count.value_or("20"));
    if (!wanted || *wanted == 0)
        return invalid_argument();
    if (*wanted > most)
        return "; the largest number of calls is 10000";
    to.answers.slowest = *wanted;
    return no_error;
}

usage_error set_histogram(options& to, option_argument set)
{
    to.answers.histogram = true;
    to.answers.histogram_of.reset();
    if (!set)
        return no_error;
    auto parsed = filter::parse(*set);
    if (!parsed)
        return std::move(parsed).error();
    to.answers.histogram_of = std::move(parsed).value();
    return no_error;
}

usage_error set_report(options& to, std::string_view file)
{
    if (!render::report::is_available())
        return "--report is not available, because cotrace was built without D3";
    if (file.empty())
        return "cannot open '': " + error_code{ENOENT, boost::system::system_category()}.message();
    to.answers.report = file;
    return no_error;
}

usage_error set_longer_than(options& to, std::string_view time)
{
    auto const least = duration(time);
    if (!least || *least < std::chrono::nanoseconds{})
        return invalid_argument();
    // The option selects among the calls. Records that are not about calls fulfil the condition.
    to.longer_than = predicate{R"(!(kind in ("entry", "call")) || duration > )" + std::to_string(least->count()) + "ns"};
    return no_error;
}

usage_error set_summary_key(options& to, std::string_view word)
{
    using enum render::summary_key;
    static constexpr choice<render::summary_key> words[] = {{"call", call},  {"process", process}, {"thread", thread},
                                                            {"path", path},  {"fd", fd},           {"address", address},
                                                            {"error", error}};
    return choose(word, words, to.counts.by);
}

void resolve_answers(options& all)
{
    if (all.longer_than)
        all.text.where = all.text.where ? *all.text.where && *all.longer_than : *all.longer_than;
    bool const only_report = !all.answers.report.empty() && !all.output.is_file();
    bool const replaced = (all.answers.prints_any() || only_report) && !all.forms.format;
    all.only_answers = all.summary_only || (replaced && !all.summary);
}

usage_error contradiction_of_answers(options const& all)
{
    if (!all.has_summary() && all.counts.by != render::summary_key::call)
        return "--by must be given with (-c/--summary-only or -C/--summary)";
    std::pair<bool, std::string> const given[] = {
        {all.answers.slowest != 0, "--top"},
        {all.answers.histogram, "--histogram"},
        {all.longer_than.has_value(), "--longer-than"},
        {!all.answers.report.empty(), "--report"},
    };
    for (auto const& [is_given, name] : given) {
        if (is_given && all.entries_only)
            return "--entries-only and " + name + " cannot be provided simultaneously";
        if (name == "--longer-than" || name == "--report" || !is_given)
            continue;
        if (all.output.separately)
            return name + " and -ff/--output-separately are mutually exclusive";
        if (all.format != output_format::text)
            return name + " and --format are mutually exclusive";
    }
    return no_error;
}

}   // namespace cotrace::app
