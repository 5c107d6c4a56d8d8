// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>
#include <cotrace/task.hpp>

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <vector>

namespace cotrace::detail {

/// Calls `use` for each record of `from`, and returns the number of records.
template <class Source, class Use>
task<std::size_t> use_each(Source& from, Use use)
{
    std::size_t count = 0;
    std::vector<record> batch;
    while (co_await from.async_read(batch) != 0) {
        for (auto& each : batch) {
            if constexpr (std::is_void_v<std::invoke_result_t<Use&, record&>>)
                use(each);
            else
                co_await use(each);
            ++count;
        }
        batch.clear();
    }
    co_return count;
}

/// Whether `Use` can be called with each record: `use(record&)` returns nothing or a `task<void>`.
template <class Use>
concept record_user = std::invocable<Use, record&> &&(
    std::is_void_v<std::invoke_result_t<Use, record&>> || std::same_as<std::invoke_result_t<Use, record&>, task<void>>);

/// A reference to a function object. The reference can be copied and needs no destructor.
template <class Function>
struct function_reference {
    Function* called;
    decltype(auto) operator()(record& seen) const { return (*called)(seen); }
};

}   // namespace cotrace::detail
