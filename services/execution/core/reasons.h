#pragma once

#include <string_view>

/// The reason codes of the order manager. Stable: they are on the tape for ever.
namespace tapedeck::execution::reasons {

// OrderDropped
inline constexpr std::string_view kApprovalExpired = "approval_expired";
inline constexpr std::string_view kPositionClosed = "position_closed";  // OrderCancelRequested too
inline constexpr std::string_view kKilled = "killed";                   // likewise

// OrderCancelRequested; besides, the reason of a CancelApproved
inline constexpr std::string_view kOperator = "operator";
inline constexpr std::string_view kExitPending = "exit_pending";
inline constexpr std::string_view kOneCancelsOther = "one_cancels_other";  // amendments too

// OrderUnknown
inline constexpr std::string_view kNoAnswer = "no_answer";
inline constexpr std::string_view kRestartedAfterIntent = "restarted_after_intent";
inline constexpr std::string_view kConflictingEvidence = "conflicting_evidence";

}  // namespace tapedeck::execution::reasons
