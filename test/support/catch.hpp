// SPDX-License-Identifier: BSL-1.0
#pragma once

/// Includes Catch2 in either version: Debian 12 has 2.13, one header without a library;
/// the wrap in subprojects has 3.x. Tests include this header and use only what both have.

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
