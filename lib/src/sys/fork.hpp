// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <memory>

/// Detects that an object is a copy in a forked child. The tracees, pending waits and threads of the object exist
/// only in the parent.
namespace cotrace::sys {

/// A number that is different in a process and in its forked children: 0 in the process
/// that calls this function first, and in each process that fork(3) makes afterwards,
/// one more than in its parent.
unsigned generation() noexcept;

/// A member that shows whether the object that contains it is a copy that fork(3) made.
class made_here {
public:
    explicit operator bool() const noexcept { return generation_ == generation(); }

private:
    unsigned generation_ = generation();
};

/// Keeps `copy` alive until this process ends. For an object in a forked child whose
/// destructor would act on something that the child shares with its parent.
void never_destroy(std::shared_ptr<void const> copy);

}   // namespace cotrace::sys
