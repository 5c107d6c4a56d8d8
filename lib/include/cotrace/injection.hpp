// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// Parameters of the ready-made interceptors in cotrace/interceptors.hpp. This header does without Asio.
namespace cotrace::intercept {

/// Selects calls by number, among the calls that an interceptor is for. The first call has number 1.
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
    /// Selects each call with the probability `chance`, from 0 to 1. Equal seeds select equal call numbers.
    static occasions at_random(double chance, std::uint64_t seed) noexcept;

    /// Whether call number `number` is selected.
    bool include(std::uint64_t number) const noexcept;

private:
    constexpr occasions(std::uint64_t first, std::uint64_t step, std::uint64_t seed) noexcept
        : first_{first}, step_{step}, seed_{seed}
    {
    }

    std::uint64_t first_ = 1;
    std::uint64_t last_  = ~std::uint64_t{0};
    std::uint64_t step_  = 1;                ///< 0: only number `first_`
    std::uint64_t seed_  = 0;
    std::uint64_t below_ = ~std::uint64_t{0};   ///< the probability, as a fraction of 2^64 - 1
};

/// What `inject` does to a call. Every member may be left out.
struct injection {
    /// Bytes that are written to the memory that an argument points to.
    struct poke {
        unsigned               argument = 0;   ///< index of the argument, from 0
        std::vector<std::byte> bytes{};
    };

    std::optional<std::int64_t> result{};       ///< the call does not run and returns this value; -errno makes the call fail
    std::string                 instead{};      ///< with `result`: name of a call that runs in its place; it should have no side effects
    signo                       signal{};       ///< sent to the thread at the entry of the call; see `side_effects::signal`
    std::chrono::nanoseconds    delay_entry{};
    std::chrono::nanoseconds    delay_exit{};
    std::vector<poke>           poke_entry{};   ///< the records show the memory from before the write
    std::vector<poke>           poke_exit{};
};

} // namespace cotrace::intercept
