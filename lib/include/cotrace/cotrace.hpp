// SPDX-License-Identifier: BSL-1.0
#pragma once

/// Includes all headers of the library except those of the testing kit (cotrace/testing.hpp). A program without Asio
/// can include cotrace/record.hpp and the headers in the folders render, uapi and decode instead.

#include <cotrace/debug_log.hpp>
#include <cotrace/decode/decoding.hpp>
#include <cotrace/expected_context.hpp>
#include <cotrace/interceptors.hpp>
#include <cotrace/match.hpp>
#include <cotrace/open_file.hpp>
#include <cotrace/policy.hpp>
#include <cotrace/predicate.hpp>
#include <cotrace/process_tree.hpp>
#include <cotrace/record.hpp>
#include <cotrace/render/colors.hpp>
#include <cotrace/render/folded.hpp>
#include <cotrace/render/json.hpp>
#include <cotrace/render/latency.hpp>
#include <cotrace/render/perfetto.hpp>
#include <cotrace/render/quantile_sketch.hpp>
#include <cotrace/render/report.hpp>
#include <cotrace/render/rows.hpp>
#include <cotrace/render/slowest.hpp>
#include <cotrace/render/summary.hpp>
#include <cotrace/render/text.hpp>
#include <cotrace/render/uroot.hpp>
#include <cotrace/stack.hpp>
#include <cotrace/streams.hpp>
#include <cotrace/trace_file.hpp>
#include <cotrace/traced_target.hpp>
#include <cotrace/tracer.hpp>
#include <cotrace/tracer_pool.hpp>
#include <cotrace/uapi/as.hpp>
#include <cotrace/uapi/errnos.hpp>
#include <cotrace/uapi/signals.hpp>
#include <cotrace/uapi/vocabulary.hpp>
