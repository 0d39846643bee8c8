#pragma once

#include "base/expected.h"
#include "base/time.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tapedeck::kraken {

/// What an error of Kraken's asks for.
enum class ErrorClass {
    Transient,       ///< busy, or failed inside: a query may be repeated after a pause
    VenueDown,       ///< out of service, or in a mode that takes no such request: wait for status
    RateLimited,     ///< slow down; VenueError::retry_at if the venue says until when
    Authentication,  ///< key or signature: an operator must act
    Permission,      ///< the key or the account may not do this: likewise
    Nonce,           ///< lower than one before: go on above it
    Session,         ///< the WebSocket token is no good any more: fetch another
    Rejected,        ///< understood and refused, for what the order or the account is
    InvalidRequest,  ///< not understood, or contradictory: our mistake
    UnknownOrder,    ///< no open order of that name. Says nothing of how it ended
    Warning,         ///< the request was carried out
    Unreadable,      ///< no answer of Kraken's: an HTTP error, a page, broken JSON
    Unknown,         ///< a text that this build doesn't know
};

std::string_view to_string(ErrorClass error_class);

/// One error, understood as far as this build knows it.
struct VenueError {
    VenueError() = default;

    /// From a reader: whatever was answered, it wasn't understood.
    VenueError(Error error);  // NOLINT(google-explicit-constructor): for TRY

    ErrorClass error_class = ErrorClass::Unknown;

    /// For requests that change something (add, amend, cancel): true only if this text proves that
    /// the venue did not do it. False means that nobody knows: the order is Unknown. Never true for
    /// texts that aren't in the table.
    bool proves_refusal = false;

    std::string code;  ///< stable, ours, as in OrderRejected: "insufficient_funds", …
    std::string text;  ///< the venue's own words
    std::optional<Time> retry_at;
};

/// A result, or why there is none.
template <class T = void>
using Answer = tl::expected<T, VenueError>;

/// One string of an `error` array or a WebSocket `error`:
/// `<E|W><Category>:<Description>[:<detail>]` in any case, with or without blanks after the colons,
/// and the plain sentences that the WebSocket says. Source: Kraken's documentation, "Spot REST
/// Error Messages", and texts seen live.
VenueError classify(std::string_view text);

/// Several at once: the first, but if only one of them leaves the outcome open, that one. `texts`
/// without warnings; empty: Unknown.
VenueError classify(const std::vector<std::string>& texts);

/// True where the same question may be asked again, after a pause, a new nonce or a new token. Only
/// for questions: what may have changed something is never repeated.
bool may_repeat_query(const VenueError& error);

}  // namespace tapedeck::kraken
