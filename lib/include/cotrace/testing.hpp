// SPDX-License-Identifier: BSL-1.0
#pragma once

/// The testing kit: tests that await system calls, that say what a program may
/// do, that make its calls fail, and that decide how a race goes; and whether this
/// machine lets them trace. lib/doc/testing.md tells how to write them.

#include <cotrace/testing/can_trace.hpp>
#include <cotrace/testing/golden.hpp>
#include <cotrace/testing/interleaving.hpp>
#include <cotrace/testing/pattern.hpp>
#include <cotrace/testing/run.hpp>
#include <cotrace/testing/subject.hpp>
#include <cotrace/testing/sweep.hpp>
#include <cotrace/testing/sweep_report.hpp>
#include <cotrace/testing/sync_subject.hpp>
