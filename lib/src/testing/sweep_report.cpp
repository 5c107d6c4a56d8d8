// SPDX-License-Identifier: BSL-1.0
#include <cotrace/testing/sweep_report.hpp>

#include "testing/judge.hpp"

#include <cotrace/uapi/errnos.hpp>
#include <cotrace/uapi/signals.hpp>

#include <algorithm>

namespace cotrace::testing {

namespace {

void add(std::string& list, std::string_view what) { (list += list.empty() ? "" : ", ") += what; }

std::string joined(std::vector<std::string> const& names)
{
    std::string list;
    for (auto const& each : names)
        add(list, each);
    return list;
}

std::string error_name(int error)
{
    auto const name = uapi::errno_name(error);
    return name.empty() ? std::to_string(error) : std::string{name};
}

std::string end_text(thread_exited const& end)
{
    if (end.killed)
        return "killed by " + std::string{uapi::signal_name(end.status)};
    return "exit status " + std::to_string(end.status);
}

// The differences between a run and the clean run: standard output, and files that differ or are missing. `left_behind` finds
// additional files.
std::string differences(fault_run const& run, fault_run const& clean)
{
    std::string found;
    if (run.output != clean.output)
        add(found, "standard output differs");
    for (auto const& [name, state] : clean.after) {
        auto const other = run.after.find(name);
        if (other == run.after.end())
            add(found, name + " is missing");
        else if (other->second != state)
            add(found, name + " differs");
    }
    return found;
}

std::string losses(fault_run const& run, fault_run const& clean)
{
    std::string found;
    for (auto const& [name, state] : run.before) {
        auto const now = run.after.find(name), wanted = clean.after.find(name);
        bool const gone = now == run.after.end();
        if (gone ? wanted != clean.after.end()
                 : now->second != state && (wanted == clean.after.end() || now->second != wanted->second))
            add(found, name + (gone ? " is gone" : " is neither as it was nor as it should be"));
    }
    return found;
}

std::string with_leaks(std::string text, std::vector<std::string> const& leaks)
{
    if (!leaks.empty())
        add(text, "left behind: " + joined(leaks));
    return text;
}

std::string counted(std::size_t count, char const* one, char const* many)
{
    return std::to_string(count) + ' ' + (count == 1 ? one : many);
}

bool belong_together(fault_result const& left, fault_result const& right)
{
    return left.what.site == right.what.site && left.verdict == right.verdict && left.detail == right.detail;
}

std::string ordinal(std::uint64_t number)
{
    auto const tens = number / 10 % 10, ones = number % 10;
    char const* const ending = tens == 1 ? "th" : ones == 1 ? "st" : ones == 2 ? "nd" : ones == 3 ? "rd" : "th";
    return std::to_string(number) + ending;
}

// A text such as "case 3", "cases 3 to 5" or "cases 3, 7".
std::string indices_of(std::vector<fault_result const*> const& group)
{
    std::string list;
    auto const first = group.front()->what.index, last = group.back()->what.index;
    if (group.size() > 2 && last - first + 1 == group.size())
        return "cases " + std::to_string(first) + " to " + std::to_string(last);
    for (auto const* each : group)
        add(list, std::to_string(each->what.index));
    return (group.size() == 1 ? "case " : "cases ") + list;
}

void append_finding(std::vector<fault_result const*> const& group, std::string& to)
{
    auto const& first = *group.front();
    std::string errors;
    for (auto const* each : group)
        add(errors, error_name(each->what.error));
    auto const& site = first.what.site;
    to += indices_of(group) + ": " + std::string{name_of(first.verdict)} + " after " + errors + " from the "
          + ordinal(site.occurrence) + ' ' + site.call;
    if (site.thread != "1")
        to += " of thread " + site.thread;
    to += "\n    " + (site.text.empty() ? site.call : site.text) + "\n    " + first.detail + '\n';
}

}   // namespace

bool fault_run::ended_like(fault_run const& clean) const noexcept
{
    return !timed_out && end.killed == clean.end.killed && end.status == clean.end.status;
}

std::string compare_outcome(fault_run const& run, fault_run const& clean)
{
    return run.ended_like(clean) ? differences(run, clean) : losses(run, clean);
}

std::vector<std::string> left_behind(fault_run const& run, fault_run const& clean)
{
    std::vector<std::string> found;
    for (auto const& [name, unused] : run.after)
        if (!run.before.contains(name) && !clean.after.contains(name))
            found.push_back(name);
    return found;
}

std::vector<std::string> new_crashes(fault_run const& run, fault_run const& clean)
{
    std::vector<std::string> found;
    std::ranges::copy_if(run.crashes, std::back_inserter(found),
                         [&](auto const& each) { return std::ranges::find(clean.crashes, each) == clean.crashes.end(); });
    return found;
}

judgement judge(fault_run const& run, fault_run const& clean, fault_case const& what, outcome_check const& check)
{
    auto const leaks = left_behind(run, clean);
    if (run.timed_out)
        return {fault_verdict::hung, with_leaks("had to be killed", leaks)};
    if (auto const crashes = new_crashes(run, clean); !crashes.empty())
        return {fault_verdict::crashed, with_leaks(joined(crashes), leaks)};
    bool const alike = run.ended_like(clean);
    auto wrong = check(run, clean);
    if (alike && what.loses_data)
        add(wrong, "data may not be on the disk");
    if (!wrong.empty())
        return {alike ? fault_verdict::claimed_success : fault_verdict::damaged,
                with_leaks(end_text(run.end) + ", but " + wrong, leaks)};
    if (!leaks.empty())
        return {fault_verdict::leaked, with_leaks(end_text(run.end), leaks)};
    return {alike ? fault_verdict::tolerated : fault_verdict::refused, end_text(run.end)};
}

std::string_view name_of(fault_verdict verdict) noexcept
{
    switch (verdict) {
    case fault_verdict::refused: return "refused";
    case fault_verdict::tolerated: return "tolerated";
    case fault_verdict::crashed: return "crashed";
    case fault_verdict::hung: return "hung";
    case fault_verdict::claimed_success: return "claimed success";
    case fault_verdict::damaged: return "damaged";
    case fault_verdict::leaked: return "leaked";
    case fault_verdict::missed: return "missed";
    }
    return {};
}

std::size_t fault_report::count(fault_verdict verdict) const noexcept
{
    return static_cast<std::size_t>(std::ranges::count(results, verdict, &fault_result::verdict));
}

bool fault_report::passed() const noexcept
{
    return std::ranges::none_of(results, [](auto const& each) { return is_finding(each.verdict); });
}

std::vector<fault_result> fault_report::findings() const
{
    std::vector<fault_result> found;
    std::ranges::copy_if(results, std::back_inserter(found), [](auto const& each) { return is_finding(each.verdict); });
    return found;
}

std::string fault_report::text() const
{
    std::string to = "fault sweep of " + subject + ": " + counted(calls, "call", "calls") + " that can fail, "
                     + counted(cases, "case", "cases");
    if (results.size() != cases)
        to += ", " + std::to_string(results.size()) + " of them run";
    std::string verdicts;
    for (auto const each : {fault_verdict::refused, fault_verdict::tolerated, fault_verdict::crashed, fault_verdict::hung,
                            fault_verdict::claimed_success, fault_verdict::damaged, fault_verdict::leaked, fault_verdict::missed})
        if (auto const times = count(each))
            add(verdicts, std::to_string(times) + ' ' + std::string{name_of(each)});
    to += '\n';
    if (!verdicts.empty())
        to += "  " + verdicts + '\n';
    if (varying != 0)
        to += "  left out, as only one of two clean runs made them: " + counted(varying, "call", "calls") + '\n';
    if (!unstable.empty())
        to += "  not compared, as two clean runs left them differently: " + joined(unstable) + '\n';

    std::vector<fault_result const*> group;
    auto const end_group = [&] {
        if (!group.empty())
            append_finding(group, to += '\n');
        group.clear();
    };
    for (auto const& each : results) {
        if (!group.empty() && !belong_together(*group.back(), each))
            end_group();
        if (is_finding(each.verdict))
            group.push_back(&each);
    }
    end_group();
    if (!passed() && !repeat.empty())
        to += "\nrepeat a case: COTRACE_SWEEP_ONLY=" + std::to_string(findings().front().what.index) + ' ' + repeat + '\n';
    if (!folder.empty())
        to += "\nthe folders of the runs are in " + folder.string() + '\n';
    return to;
}

std::string fault_report::list() const
{
    std::string to;
    for (auto const& each : results) {
        auto const& site = each.what.site;
        to += std::to_string(each.what.index) + ' ' + error_name(each.what.error) + ' '
              + (site.thread == "1" ? "" : "[" + site.thread + "] ") + (site.text.empty() ? site.call : site.text) + ": "
              + std::string{name_of(each.verdict)} + '\n';
    }
    return to;
}

}   // namespace cotrace::testing
