// SPDX-License-Identifier: BSL-1.0
#pragma once

/// The testing kit: tests that await system calls and say what a program may
/// do. See lib/testing.md for how to write them.

#include <cotrace/testing/golden.hpp>
#include <cotrace/testing/pattern.hpp>
#include <cotrace/testing/run.hpp>
#include <cotrace/testing/subject.hpp>
#include <cotrace/testing/sync_subject.hpp>
