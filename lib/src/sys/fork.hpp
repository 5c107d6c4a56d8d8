// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <memory>

/// Detects copies that fork(2) made of objects. Only the parent has their tracees, waits and threads.
namespace cotrace::sys {

/// How many times this process, or one that it descends from, was made by fork(3)
/// since the first call of this function.
unsigned generation() noexcept;

/// A member that shows whether the object that contains it is a copy that fork(3) made.
class made_here {
public:
    explicit operator bool() const noexcept { return generation_ == generation(); }

private:
    unsigned generation_ = generation();
};

/// Keeps a copy for as long as this process lives, for objects whose destructor
/// would act on what the copy shares with the parent's object.
void never_destroy(std::shared_ptr<void const> copy);

} // namespace cotrace::sys
