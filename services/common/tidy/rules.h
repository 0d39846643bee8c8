#pragma once

#include "tidy/repository.h"

#include <filesystem>
#include <string>
#include <vector>

/// One function per rule. Each has a page of its own with the tables that it goes by; they are the
/// place to change when the architecture does.
namespace tapedeck::tidy {

using Findings = std::vector<Finding>;

/// Who may include whom (layers.cpp).
Findings check_layers(const File& file);

/// Headers of libraries that only some folders may include (layers.cpp).
Findings check_fences(const File& file);

/// Words that pure code may not say: clocks, chance, threads, … (words.cpp).
Findings check_pure_words(const File& file);

/// Exceptions in the tables of words.cpp that nothing needs any more.
Findings check_unused_exceptions(const std::vector<File>& files);

/// Columns, length, guards, unfinished work, awaiting what g++ 12 destroys twice (text.cpp).
Findings check_text(const File& file);

/// Paths of one machine, hosts of package registries (text.cpp).
Findings check_no_places(const File& file);

/// Unknown folders, folders without README.md (folders.cpp).
Findings check_folders(const std::vector<File>& files);

/// Two types of one name in one namespace, in two files (types.cpp).
Findings check_types(const std::vector<File>& files);

/// How proto/ is written (proto.cpp).
Findings check_proto(const File& file);

/// All of them over all files.
Findings check_all(const std::vector<File>& files);

}  // namespace tapedeck::tidy
