#include "cli/proven.h"

#include <nlohmann/json.hpp>

#include <fstream>

namespace tapedeck::cli {

std::optional<Proven> read_proven(const std::string& run_directory, std::uint64_t tape_id) {
    std::ifstream in(run_directory + "/shadow.json");
    const auto object = nlohmann::json::parse(in, nullptr, false);
    if (!object.is_object() || !object.contains("tape_id") || !object["tape_id"].is_number()) {
        return std::nullopt;
    }
    if (object["tape_id"] != tape_id) return std::nullopt;  // of a run before this one
    Proven proven;
    const auto number = [&](const char* key) {
        const auto found = object.find(key);
        const bool there = found != object.end() && found->is_number_unsigned();
        return there ? found->get<std::uint64_t>() : 0;
    };
    proven.seq = Seq{number("proven")};
    proven.differences = number("differences");
    const auto time = object.find("time");
    if (time != object.end() && time->is_string()) {
        const auto at = parse_time(time->get<std::string>());
        if (at) proven.at = *at;
    }
    return proven;
}

}  // namespace tapedeck::cli
