#pragma once

#include "ops/clock.h"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <map>
#include <string>
#include <vector>

namespace tapedeck::cli {

/// Everything that a command touches besides the tape. The program hands in the real one, tests
/// one of their own.
struct World {
    std::istream& in;
    std::ostream& out;
    std::ostream& err;
    const ops::Clock& clock;
    std::map<std::string, std::string> environment;
    std::filesystem::path program_directory;  ///< where the other programs of the stack are
    bool in_is_terminal = false;
    bool out_is_terminal = false;
    bool err_is_terminal = false;
    std::function<bool()> interrupted = [] { return false; };  ///< Ctrl-C was pressed
};

/// The command line: runs one command and returns the exit code of docs/cli.md. `arguments` without
/// the program's own name.
int run(const std::vector<std::string>& arguments, World& world);

}  // namespace tapedeck::cli
