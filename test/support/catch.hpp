// SPDX-License-Identifier: BSL-1.0
#pragma once

/// Catch2, whichever there is: Debian 12 has 2.13, one header and no library;
/// the wrap in subprojects gives 3.x. Tests include this and keep to what both have.

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
