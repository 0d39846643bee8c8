#pragma once

#include <string>

namespace tapedeck::simulation {

/// What is written to stderr should the process die of a broken VERIFY or a bad address: which seed
/// it was. Replaces what was set before.
void set_last_words(const std::string& text);

}  // namespace tapedeck::simulation
