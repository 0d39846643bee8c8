#include "base/verify.h"

#include <cstdio>
#include <cstdlib>

namespace tapedeck::detail {

void verify_failed(const char* condition, const char* file, int line) {
    std::fprintf(stderr, "%s:%d: VERIFY failed: %s\n", file, line, condition);
    std::abort();
}

}  // namespace tapedeck::detail
