#pragma once

#include "base/expected.h"
#include "cli/session.h"
#include "cli/story.h"

#include <string>

namespace tapedeck::cli {

struct WhyOptions {
    std::string subject;  ///< o-SEQ, SEQ, or a moment
    bool last = false;
};

/// `tapedeck why`: the story of an order or any other event, from the tape alone.
Result<> why(Session& session, const WhyOptions& options);

/// The story in lines that begin with because, sized, allowed or denied, sent, accepted, effect,
/// chain.
std::string story_text(const Story& story, const Session& session, const std::string& profile);

/// The same as one JSON object; its chain holds the records whole.
std::string story_json(const Story& story, const std::string& profile);

}  // namespace tapedeck::cli
