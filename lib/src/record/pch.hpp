// SPDX-License-Identifier: BSL-1.0
// Precompiled header: includes the headers that take most of the compile time. Each source file must also compile without the
// precompiled header.
#include <cotrace/record.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <ranges>
#include <string>
#include <vector>
