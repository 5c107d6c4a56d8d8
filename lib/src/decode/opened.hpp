// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "decode/capture.hpp"

namespace cotrace::decode {

/// A value to which parts are added until the destructor closes it.
class opened {
public:
    opened(capture& made, uapi::type const& what, std::string_view name, std::uint64_t number = 0)
        : tree_{made.into()}
        , place_{tree_.open({.as = &what, .name = name, .number = number})}
    {
    }
    opened(opened const&) = delete;
    ~opened() { tree_.close(place_); }

    void set_number(std::uint64_t number) noexcept { tree_.node(place_).number = number; }
    void set_state(value_state state) noexcept { tree_.node(place_).state = state; }

private:
    value_tree& tree_;
    std::uint32_t place_;
};

}   // namespace cotrace::decode
