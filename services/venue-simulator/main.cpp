#include "venue-simulator/shell/program.h"

#include <cstdio>

namespace {

int complain(const tapedeck::Error& error) {
    std::fprintf(stderr, "tapedeck-venue-simulator: %s\n", error.message.c_str());
    return static_cast<int>(error.exit_code);
}

}  // namespace

int main(int count, char** values) {
    using namespace tapedeck::venue_simulator;
    const auto parsed = parse_flags({values + 1, values + count});
    if (!parsed) return complain(parsed.error());
    if (!parsed->flags) {
        std::fputs(parsed->help.c_str(), stdout);
        return 0;
    }
    const auto served =
        parsed->flags->only_prepares ? prepare(*parsed->flags) : serve(*parsed->flags);
    return served ? 0 : complain(served.error());
}
