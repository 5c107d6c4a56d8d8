// SPDX-License-Identifier: BSL-1.0
#pragma once

/// Includes Catch2 2.13, which Debian 12 has, or Catch2 3. Tests use only what both versions have.

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
