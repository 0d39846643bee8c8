#pragma once

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace tapedeck::testing {

/// For LLVMFuzzerInitialize: writes `seeds` into the corpus directory of the command line, its
/// first argument that is no flag, unless something is there already. So a target brings what it
/// begins with.
inline void write_seeds(int argc, char** argv, const std::vector<std::string>& seeds) {
    namespace fs = std::filesystem;
    for (int i = 1; i < argc; ++i) {
        const fs::path directory = argv[i];
        if (argv[i][0] == '-' || !fs::is_directory(directory)) continue;
        if (!fs::is_empty(directory)) return;
        for (std::size_t number = 0; number < seeds.size(); ++number) {
            std::ofstream out(directory / ("seed-" + std::to_string(number)), std::ios::binary);
            out << seeds[number];
        }
        return;
    }
}

}  // namespace tapedeck::testing
