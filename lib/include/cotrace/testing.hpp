// SPDX-License-Identifier: BSL-1.0
#pragma once

/// The testing kit: tests can await system calls, state which calls a program must make, make calls fail, and order the
/// calls of racing threads. See lib/doc/testing.md.

#include <cotrace/interceptors.hpp>
#include <cotrace/testing/can_trace.hpp>
#include <cotrace/testing/golden.hpp>
#include <cotrace/testing/interleaving.hpp>
#include <cotrace/testing/pattern.hpp>
#include <cotrace/testing/record_run.hpp>
#include <cotrace/testing/run.hpp>
#include <cotrace/testing/subject.hpp>
#include <cotrace/testing/sweep.hpp>
#include <cotrace/testing/sweep_report.hpp>
#include <cotrace/testing/sync_subject.hpp>
