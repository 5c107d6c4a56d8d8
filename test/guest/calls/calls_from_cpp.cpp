// SPDX-License-Identifier: BSL-1.0

// Makes a system call in a C++ function. The symbol table has the mangled name of the function.

#include "guest/guest.h"

namespace guest {

template <class T>
class caller {
public:
    own_frame long call(T number, char const* name) const
    {
        long volatile result = ::syscall(number);
        return result + (name[0] == 'x');
    }
};

}   // namespace guest

int main() { return guest::caller<long>{}.call(SYS_getppid, "getppid") == 0; }
