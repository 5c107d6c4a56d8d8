// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/capture.hpp>
#include <cotrace/record.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

namespace cotrace::engine {

/// Finds the names of the threads of a session, for `record::comm`.
class thread_names {
public:
    /// Returns the name in the record, or else the known name. May read /proc first, if the name may have changed.
    std::shared_ptr<std::string const> name_at(record const& fact, capture_options const& wanted);

private:
    struct known_name {
        std::shared_ptr<std::string const> text{};
        timestamp read_at{};   ///< the time of the record for which the name was read from /proc
    };

    /// Whether the name may differ from `known`. With `wanted.processes.command`, other threads may change the name at
    /// any time.
    static bool may_have_changed(record const& fact, known_name const& known, capture_options const& wanted);

    std::unordered_map<std::int32_t, known_name> known_;   ///< key: thread id
};

}   // namespace cotrace::engine
