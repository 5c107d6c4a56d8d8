// SPDX-License-Identifier: BSL-1.0
#include <cotrace/tracer_pool.hpp>

#include "engine/pool/pool.hpp"

#include <memory>
#include <utility>

namespace cotrace {

tracer_pool::tracer_pool(std::size_t threads, waiting how)
    : pool_{std::make_shared<engine::pool>(threads, how)}
{
}

tracer_pool& tracer_pool::operator=(tracer_pool&& other) noexcept
{
    if (auto const old = std::exchange(pool_, std::move(other.pool_)))
        old->shut_down();
    return *this;
}

tracer_pool::~tracer_pool()
{
    if (pool_)
        pool_->shut_down();
}

std::size_t tracer_pool::size() const noexcept { return pool_ ? pool_->size() : 0; }

}   // namespace cotrace
