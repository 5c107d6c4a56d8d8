// SPDX-License-Identifier: BSL-1.0
#include <cotrace/session.hpp>

#include <utility>

namespace cotrace {

session_options&& session_options::with_filter(cotrace::filter wanted) &&
{
    filter = std::move(wanted);
    return std::move(*this);
}

session_options&& session_options::with_matching(call_matcher wanted) &&
{
    matching = std::move(wanted);
    return std::move(*this);
}

session_options&& session_options::without_entries() &&
{
    entries = false;
    return std::move(*this);
}

session_options&& session_options::without_exits() &&
{
    exits = false;
    return std::move(*this);
}

session_options&& session_options::without_records() &&
{
    records = false;
    return std::move(*this);
}

session_options&& session_options::without_following() &&
{
    follow = false;
    return std::move(*this);
}

session_options&& session_options::with_interceptor(std::shared_ptr<interceptor> added) &&
{
    interceptors.push_back(std::move(added));
    return std::move(*this);
}

session_options&& session_options::with_queue(std::size_t most, overflow policy) &&
{
    depth = most;
    when_full = policy;
    return std::move(*this);
}

session_options&& session_options::with_channel(record_channel shared) &&
{
    into = std::move(shared);
    return std::move(*this);
}

session_options&& session_options::with_label(std::string text) &&
{
    label = std::move(text);
    return std::move(*this);
}

session_options&& session_options::with_end(ending how) &&
{
    at_end = how;
    return std::move(*this);
}

session_options&& session_options::with_limits(limits most) &&
{
    stop_after = std::move(most);
    return std::move(*this);
}

}   // namespace cotrace
