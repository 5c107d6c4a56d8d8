// SPDX-License-Identifier: BSL-1.0
#pragma once

/// Includes all headers of tracers, records and interceptors. The headers of records and the headers in the folders
/// render, uapi and decode do not need Asio, and can be included without this header.

#include <cotrace/interceptors.hpp>
#include <cotrace/match.hpp>
#include <cotrace/record.hpp>
#include <cotrace/tracer.hpp>
#include <cotrace/tracer_pool.hpp>
