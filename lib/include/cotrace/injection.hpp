// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/ids.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What ready-made interceptors do, and when: the part of cotrace/interceptors.hpp without Asio.
namespace cotrace::intercept {

/// Which of the calls that an interceptor is for it acts upon; the first is number 1.
class occasions {
public:
    /// All of them.
    constexpr occasions() noexcept = default;
    /// Number `n` alone.
    static constexpr occasions nth(std::uint64_t n) noexcept { return {n, 0, 0}; }
    /// Number `first`, and from there on each `step`th; a step of 1 is all of them from there on.
    static constexpr occasions every(std::uint64_t step, std::uint64_t first) noexcept { return {first, step, 0}; }
    static constexpr occasions every(std::uint64_t step) noexcept { return every(step, step); }
    /// Number `first`, and from there on each `step`th up to number `last`, which may be one of them.
    static constexpr occasions between(std::uint64_t first, std::uint64_t last, std::uint64_t step = 1) noexcept
    {
        occasions made{first, step, 0};
        made.last_ = last;
        return made;
    }
    /// Each with `chance`, from 0 to 1. Which ones is the same for the same seed.
    static occasions at_random(double chance, std::uint64_t seed) noexcept;

    /// Whether call number `number` is one of them.
    bool include(std::uint64_t number) const noexcept;

private:
    constexpr occasions(std::uint64_t first, std::uint64_t step, std::uint64_t seed) noexcept
        : first_{first}, step_{step}, seed_{seed}
    {
    }

    std::uint64_t first_ = 1;
    std::uint64_t last_  = ~std::uint64_t{0};
    std::uint64_t step_  = 1;                ///< 0: just once
    std::uint64_t seed_  = 0;
    std::uint64_t below_ = ~std::uint64_t{0};   ///< of 2^64 - 1: how likely
};

/// What `inject` does to a call. All of it may be left out.
struct injection {
    /// Bytes that are written to where an argument points.
    struct poke {
        unsigned               argument = 0;   ///< the first is 0
        std::vector<std::byte> bytes{};
    };

    std::optional<std::int64_t> result{};       ///< it does not run and returns this; -errno makes it fail
    std::string                 instead{};      ///< … but the call of this name, which should have no effects, runs in its place
    signo                       signal{};       ///< comes to the thread at entry; see `side_effects::signal`
    std::chrono::nanoseconds    delay_entry{};
    std::chrono::nanoseconds    delay_exit{};
    std::vector<poke>           poke_entry{};   ///< the records show what was there before
    std::vector<poke>           poke_exit{};
};

} // namespace cotrace::intercept
