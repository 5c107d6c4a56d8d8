// SPDX-License-Identifier: BSL-1.0
#include <cotrace/testing/run.hpp>

#include "testing/journal.hpp"
#include "testing/messages.hpp"

#include <algorithm>
#include <map>

namespace cotrace::testing {

namespace {

using place_list = std::vector<std::size_t>;

place_list fitting(run const& seen, pattern const& what)
{
    auto const& in = run_access::in(seen);
    place_list found;
    for (auto const place : run_access::places(seen))
        if (what.fits(in.happenings()[place]))
            found.push_back(place);
    return found;
}

std::string times(std::size_t count) { return std::to_string(count) + (count == 1 ? " time" : " times"); }

std::string expected(run const& seen, std::string const& how)
{
    auto const& part = run_access::name(seen);
    return "expected " + how + (part.empty() ? "" : " of " + part) + ":";
}

/// The expectation that at least `least` and at most `most` happenings match `what`.
expectation counted(std::string how, std::size_t least, std::size_t most, pattern what)
{
    return expectation{[=](run const& seen) -> std::optional<std::string> {
        auto const& in = run_access::in(seen);
        auto const got = fitting(seen, what);
        if (got.size() >= least && got.size() <= most)
            return std::nullopt;
        auto text = expected(seen, how) + ' ' + what.description() + '\n';
        text += got.empty() ? "not found\n" : "found " + times(got.size()) + ":\n" + messages::listed(in, got);
        if (got.size() < least)
            text += messages::nearest(in, run_access::places(seen), what);
        return text;
    }};
}

/// A numbered list of the patterns. After each of the first `looked_for` patterns: the happening that the pattern matched, or
/// "missing".
std::string numbered_list(journal const& in, std::vector<pattern> const& those,
                          std::vector<std::optional<std::size_t>> const& met, std::size_t looked_for)
{
    std::string text;
    for (std::size_t i = 0; i < those.size(); ++i) {
        text.append(messages::indent).append(std::to_string(i + 1) + ". " + those[i].description());
        text += met[i] ? ": " + in.numbered_line(*met[i]) + '\n' : i < looked_for ? ": missing\n" : "\n";
    }
    return text;
}

/// Pairs patterns with matching happenings, as many as possible. Each pattern and each happening is in at most one pair. Uses
/// augmenting paths.
class pairing {
public:
    pairing(std::vector<place_list> const& fits)
        : fits_{fits}
        , met_(fits.size())
    {
        for (std::size_t i = 0; i < fits.size(); ++i) {
            std::map<std::size_t, bool> tried;
            (void)pair(i, tried);
        }
    }
    std::vector<std::optional<std::size_t>> const& met() const noexcept { return met_; }

private:
    bool pair(std::size_t which, std::map<std::size_t, bool>& tried)
    {
        for (auto const place : fits_[which]) {
            if (std::exchange(tried[place], true))
                continue;
            auto const taken = taken_.find(place);
            if (taken != taken_.end() && !pair(taken->second, tried))
                continue;
            taken_[place] = which;
            met_[which] = place;
            return true;
        }
        return false;
    }

    std::vector<place_list> const& fits_;
    std::vector<std::optional<std::size_t>> met_;
    std::map<std::size_t, std::size_t> taken_;
};

std::string name_of(journal::track const& track, char const* what) { return what + (' ' + std::to_string(raw(track.id))); }

}   // namespace

run run_access::of_all(std::shared_ptr<journal const> in)
{
    auto all = in->places();
    return {std::move(in), std::move(all), {}};
}

std::vector<run> run_access::split(run const& of, bool into_processes)
{
    auto const& in = *of.in_;
    auto const unit_of = [&](std::size_t track) { return into_processes ? in.tracks()[track].process : track; };
    // The key is the index of a thread's track, or of the track of a process's first thread.
    std::map<std::size_t, place_list> parts;
    for (auto const place : of.places_)
        parts[unit_of(in.track_of(place))].push_back(place);
    std::vector<run> all;
    for (auto& [unit, part] : parts)
        all.push_back({of.in_, std::move(part), name_of(in.tracks()[unit], into_processes ? "process" : "thread")});
    return all;
}

run::run(std::vector<record> records)
{
    auto const made = std::make_shared<journal>();
    for (auto& each : records)
        made->add(std::move(each));
    places_ = made->places();
    in_ = made;
}

std::size_t run::count(pattern const& what) const { return fitting(*this, what).size(); }

std::vector<record> run::all(pattern const& what) const
{
    std::vector<record> found;
    for (auto const place : fitting(*this, what))
        found.push_back(*in_->happenings()[place].seen);
    return found;
}

std::optional<record> run::first(pattern const& what) const
{
    for (auto const place : places_)
        if (auto const& each = in_->happenings()[place]; what.fits(each))
            return *each.seen;
    return std::nullopt;
}

std::vector<run> run::by_process() const { return run_access::split(*this, true); }
std::vector<run> run::by_thread() const { return run_access::split(*this, false); }

std::string run::text() const
{
    std::string all;
    for (auto const place : places_) {
        auto const& each = in_->happenings()[place];
        if (each.what == happening::kind::entry)
            continue;
        auto const line = journal::line(each);
        if (line.empty())
            continue;
        if (in_->tracks().size() > 1)
            all += "[pid " + std::to_string(raw(each.seen->thread)) + "] ";
        all += line + '\n';
    }
    return all;
}

std::vector<happening> run::happenings() const
{
    std::vector<happening> all;
    for (auto const place : places_)
        all.push_back(in_->happenings()[place]);
    return all;
}

test_failed::test_failed(std::string_view text, std::source_location at)
    : test_failed{std::string{at.file_name()} + ':' + std::to_string(at.line()) + ": ", text, at}
{
}

test_failed::test_failed(std::string const& place, std::string_view text, std::source_location at)
    : runtime_error{place + std::string{text}}
    , at_{at}
    , place_size_{place.size()}
{
}

void run::require(std::vector<expectation> const& all, std::source_location at) const
{
    std::string text;
    for (auto const& each : all)
        if (auto why = each.unmet_by(*this))
            text += (text.empty() ? "" : "\n") + *why;
    if (!text.empty())
        throw test_failed{text + messages::gaps(*in_), at};
}

expectation never(pattern what) { return counted("never", 0, 0, std::move(what)); }

expectation exactly(std::size_t n, pattern what) { return counted("exactly " + times(n), n, n, std::move(what)); }

expectation at_least(std::size_t n, pattern what) { return counted("at least " + times(n), n, ~std::size_t{0}, std::move(what)); }

expectation at_most(std::size_t n, pattern what) { return counted("at most " + times(n), 0, n, std::move(what)); }

expectation ordered(std::vector<pattern> those)
{
    return expectation{[those = std::move(those)](run const& seen) -> std::optional<std::string> {
        auto const& in = run_access::in(seen);
        auto const& all = run_access::places(seen);
        std::vector<std::optional<std::size_t>> met(those.size());
        auto from = all.begin();
        std::size_t which = 0;
        for (auto at = from; at != all.end() && which < those.size(); ++at)
            if (those[which].fits(in.happenings()[*at])) {
                met[which++] = *at;
                from = at + 1;
            }
        if (which == those.size())
            return std::nullopt;
        auto text = expected(seen, "in this order") + '\n' + numbered_list(in, those, met, which + 1);
        for (auto at = all.begin(); at != from; ++at)
            if (auto const& each = in.happenings()[*at]; those[which].fits(each)) {
                text += "number " + std::to_string(which + 1) + " was found earlier:\n" + messages::listed(in, {*at});
                break;
            }
        text += messages::nearest(in, {from, all.end()}, those[which], which == 0 ? "" : " after that");
        return text;
    }};
}

expectation unordered(std::vector<pattern> those)
{
    return expectation{[those = std::move(those)](run const& seen) -> std::optional<std::string> {
        auto const& in = run_access::in(seen);
        std::vector<place_list> fits;
        for (auto const& each : those)
            fits.push_back(fitting(seen, each));
        auto const met = pairing{fits}.met();
        auto const missing = std::ranges::find_if(met, [](auto const& each) { return !each; });
        if (missing == met.end())
            return std::nullopt;
        auto const which = static_cast<std::size_t>(missing - met.begin());
        return expected(seen, "in any order") + '\n' + numbered_list(in, those, met, those.size())
               + messages::nearest(in, run_access::places(seen), those[which]);
    }};
}

}   // namespace cotrace::testing
