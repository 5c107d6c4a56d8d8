// SPDX-License-Identifier: BSL-1.0
// Precompiled header with the headers that take most of the compile time. Each source file must also compile without
// this header.
#include <cotrace/interceptors.hpp>
#include <cotrace/pooled_session.hpp>
#include <cotrace/session.hpp>
#include <cotrace/task.hpp>
#include <cotrace/tracer.hpp>
#include <cotrace/tracer_pool.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>
