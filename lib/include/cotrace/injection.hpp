// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// Parameters of the ready-made interceptors in cotrace/interceptors.hpp. This header does not need Asio.
namespace cotrace::intercept {

/// Selects some of the calls that an interceptor applies to, for example only the third call. These calls are numbered
/// from 1, in the order in which the interceptor sees them.
class occasions {
public:
    /// Selects all calls.
    constexpr occasions() noexcept = default;
    /// Selects call number `n` only.
    static constexpr occasions nth(std::uint64_t n) noexcept { return {n, 0, 0}; }
    /// Selects call number `first` and each `step`th call after it. A step of 1 selects all calls from `first` on.
    static constexpr occasions every(std::uint64_t step, std::uint64_t first) noexcept { return {first, step, 0}; }
    static constexpr occasions every(std::uint64_t step) noexcept { return every(step, step); }
    /// Selects call number `first` and each `step`th call after it, up to and including number `last`.
    static constexpr occasions between(std::uint64_t first, std::uint64_t last, std::uint64_t step = 1) noexcept
    {
        occasions made{first, step, 0};
        made.last_ = last;
        return made;
    }
    /// Selects each call with the probability `chance`, from 0 to 1. The same `chance` and `seed` select the same call
    /// numbers.
    static occasions at_random(double chance, std::uint64_t seed) noexcept;

    /// Whether call number `number` is selected.
    bool include(std::uint64_t number) const noexcept;

private:
    constexpr occasions(std::uint64_t first, std::uint64_t step, std::uint64_t seed) noexcept
        : first_{first}
        , step_{step}
        , seed_{seed}
    {
    }

    std::uint64_t first_ = 1;
    std::uint64_t last_ = ~std::uint64_t{0};
    std::uint64_t step_ = 1;   ///< distance of selected numbers; 0: only call number `first_` is selected
    std::uint64_t seed_ = 0;
    std::uint64_t below_ = ~std::uint64_t{0};   ///< the probability of a selection, multiplied by 2^64; at most 2^64 - 1
};

/// What the interceptor `inject` does to a call. A member that is not set has no effect.
struct injection {
    // Makes the class a non-aggregate: GCC 12 may destroy an aggregate twice in a co_await expression.
    injection() = default;

    /// Bytes that are written to the memory that an argument points to.
    struct poke {
        unsigned argument = 0;   ///< index of the argument register, from 0
        std::vector<std::byte> bytes{};
    };

    /// If set, the call does not run and returns this value; -errno makes the call fail.
    std::optional<std::int64_t> result{};
    /// With `result`, the name of a system call that runs in place of the intercepted call. The system call should have
    /// no side effects.
    std::string instead{};
    signo signal{};                           ///< sent to the thread before the call runs; see `side_effects::signal`
    std::chrono::nanoseconds delay_entry{};   ///< how long the thread waits before the call runs
    std::chrono::nanoseconds delay_exit{};    ///< how long the thread waits after the call has run
    std::vector<poke> poke_entry{};           ///< written before the call runs; the record of the entry shows the original memory
    std::vector<poke> poke_exit{};            ///< written after the call has run
};

}   // namespace cotrace::intercept
