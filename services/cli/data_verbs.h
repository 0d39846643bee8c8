#pragma once

#include "base/expected.h"
#include "cli/session.h"

#include <string>
#include <vector>

namespace tapedeck::cli {

/// What every verb of `tapedeck data` takes.
struct DataStoreOptions {
    std::string store;  ///< the store's directory; "" = [data] dir
};

struct DataImportOptions : DataStoreOptions {
    std::vector<std::string> files{};
    std::string on_conflict = "refuse";  ///< refuse, keep or replace
    bool strict = false;
    bool dry_run = false;
};

struct DataCheckOptions : DataStoreOptions {
    std::vector<std::string> series{};  ///< none: all
};

struct DataCatOptions : DataStoreOptions {
    std::string selection{};
    std::string from{};
    std::string to{};
};

/// The store's directory: what was named, else [data] dir of the configuration.
Result<std::string> store_directory(const Session& session, const std::string& named);

/// `tapedeck data import FILE…`: files into the store, with a report of what they are worth. Exit 6
/// when rows contradict others and nobody said which to believe, 8 when what is stored is damaged.
Result<> data_import(Session& session, const DataImportOptions& options);

/// `tapedeck data ls`: what the store holds. Exit 8 when a file of it cannot be opened.
Result<> data_list(Session& session, const DataStoreOptions& options);

/// `tapedeck data check [SERIES…]`: reads all of it. Exit 8 when something is damaged.
Result<> data_check(Session& session, const DataCheckOptions& options);

/// `tapedeck data cat SERIES`: its rows as CSV that can be imported, or as JSON.
Result<> data_cat(Session& session, const DataCatOptions& options);

}  // namespace tapedeck::cli
