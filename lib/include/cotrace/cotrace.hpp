// SPDX-License-Identifier: BSL-1.0
#pragma once

/// All of cotrace. The record, render, abi and decode headers can be had without Asio.

#include <cotrace/interceptors.hpp>
#include <cotrace/match.hpp>
#include <cotrace/record.hpp>
#include <cotrace/tracer.hpp>
#include <cotrace/tracer_pool.hpp>
