// SPDX-License-Identifier: BSL-1.0

// Makes a system call in a C++ function, whose name in the symbol table is mangled.

#include <sys/syscall.h>
#include <unistd.h>

namespace guest {

template <class T>
class caller {
public:
    __attribute__((noinline, noclone)) long call(T number, char const* name) const
    {
        long volatile result = ::syscall(number);
        return result + (name[0] == 'x');
    }
};

}   // namespace guest

int main() { return guest::caller<long>{}.call(SYS_getppid, "getppid") == 0; }
