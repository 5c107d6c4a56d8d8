// SPDX-License-Identifier: BSL-1.0
#pragma once

/// All headers of tracers, records and interceptors. The record, render, abi and decode headers do not need Asio.

#include <cotrace/interceptors.hpp>
#include <cotrace/match.hpp>
#include <cotrace/record.hpp>
#include <cotrace/tracer.hpp>
#include <cotrace/tracer_pool.hpp>
