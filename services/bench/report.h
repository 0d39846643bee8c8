#pragma once

#include <optional>
#include <string>
#include <vector>

namespace tapedeck::bench {

/// One number with its key in the JSON object. The key ends in its unit: _us, _per_second, _ratio.
struct Figure {
    std::string key;
    std::string what;  ///< in words, for people
    double value = 0;
    std::optional<double> at_least{};  ///< the goal, where there is one
    std::optional<double> at_most{};
};

/// What a bench found.
struct Report {
    std::string bench;  ///< "journal"
    std::string where;  ///< machine, disk, build
    std::vector<Figure> figures;
    std::vector<std::string> notes;  ///< what a reader must know to trust the figures

    void add(Figure figure) { figures.push_back(std::move(figure)); }

    /// The figure of that key; it must be there.
    double value_of(const std::string& key) const;
};

/// A table with goals, then the notes, then where it was measured.
std::string to_text(const Report& report);

/// One object: "bench", "where", each figure under its key, "notes".
std::string to_json(const Report& report);

/// Processors, file system of `directory`, build: a figure without it cannot be compared.
std::string describe_machine(const std::string& directory);

}  // namespace tapedeck::bench
