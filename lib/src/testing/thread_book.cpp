// SPDX-License-Identifier: BSL-1.0
#include "testing/thread_book.hpp"

#include <utility>
#include <variant>

namespace cotrace::testing {

void thread_book::note(record const& seen)
{
    if (auto const* started = std::get_if<thread_started>(&seen.what)) {
        known_thread made{"1", 0, false, {}, {}};
        if (auto* parent = find(started->parent)) {
            made.name = parent->name + '.' + std::to_string(++parent->children);
            made.begun = parent->begun;   // a new process runs its parent's program until it executes another
            made.image = parent->image;
        }
        threads_.insert_or_assign(seen.thread, std::move(made));
    } else if (auto const* replaced = std::get_if<image_replaced>(&seen.what)) {
        // The thread that called execve(2) has the id of its thread group leader now.
        if (auto const former = threads_.extract(replaced->former)) {
            auto moved = std::move(former.mapped());
            moved.begun = false;
            moved.image.reset();
            threads_.insert_or_assign(seen.thread, std::move(moved));
        }
    } else if (std::holds_alternative<thread_exited>(seen.what)) {
        threads_.erase(seen.thread);
    }
}

known_thread* thread_book::find(tid thread)
{
    auto const found = threads_.find(thread);
    return found == threads_.end() ? nullptr : &found->second;
}

}   // namespace cotrace::testing
