#include "venues/kraken/errors.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace tapedeck::kraken {

namespace {

enum class Proof { Refused, Open };

struct Row {
    std::string_view category;
    std::string_view description;
    std::string_view detail;  ///< "*" = any or none
    ErrorClass error_class;
    Proof proof;
    std::string_view code;
};

using enum ErrorClass;
using enum Proof;

/// The allow-list of definite refusals is what says Refused here; the first row that matches
/// counts. Open where the documentation or live traces show that the request may have been carried
/// out, and wherever there is doubt.
constexpr std::array kRows = {
    Row{"api", "invalid key", "*", Authentication, Refused, "invalid_key"},
    Row{"api", "invalid signature", "*", Authentication, Refused, "invalid_signature"},
    Row{"api", "invalid nonce", "*", Nonce, Refused, "invalid_nonce"},
    Row{"api", "rate limit exceeded", "*", RateLimited, Refused, "rate_limited"},
    Row{"api", "bad request", "*", InvalidRequest, Refused, "invalid_request"},
    Row{"api", "feature disabled", "*", Permission, Refused, "feature_disabled"},

    Row{"auth", "account temporary disabled", "*", Permission, Refused, "account_disabled"},
    Row{"auth", "account unconfirmed", "*", Permission, Refused, "account_unconfirmed"},
    Row{"auth", "rate limit exceeded", "*", RateLimited, Refused, "rate_limited"},
    Row{"auth", "too many requests", "*", RateLimited, Refused, "rate_limited"},
    Row{"account", "invalid permissions", "*", Permission, Refused, "account_not_permitted"},
    Row{"session", "invalid session", "*", Session, Refused, "invalid_session"},

    Row{"general", "permission denied", "*", Permission, Refused, "permission_denied"},
    Row{"general", "temporary lockout", "*", RateLimited, Refused, "temporary_lockout"},
    Row{"general", "unknown method", "*", InvalidRequest, Refused, "invalid_request"},
    Row{"general", "internal error", "*", Transient, Open, "internal_error"},
    Row{"general",
        "invalid arguments",
        "volume minimum not met",
        Rejected,
        Refused,
        "minimum_not_met"},
    Row{"general", "invalid arguments", "volume", Rejected, Refused, "invalid_quantity"},
    Row{"general", "invalid arguments", "price", Rejected, Refused, "invalid_price"},
    Row{"general",
        "invalid arguments",
        "index unavailable",
        Rejected,
        Refused,
        "index_unavailable"},
    Row{"general", "invalid arguments", "*", InvalidRequest, Refused, "invalid_request"},

    Row{"service", "unavailable", "*", VenueDown, Open, "venue_unavailable"},
    Row{"service", "busy", "*", Transient, Open, "venue_busy"},
    Row{"service", "deadline elapsed", "*", Transient, Open, "deadline_elapsed"},
    // Too many requests at once. That none of them was carried out is said nowhere.
    Row{"service", "throttled", "*", RateLimited, Open, "throttled"},
    Row{"service", "market in cancel_only mode", "*", VenueDown, Refused, "venue_cancel_only"},
    Row{"service", "market in post_only mode", "*", VenueDown, Refused, "venue_post_only"},
    Row{"service", "market in limit_only mode", "*", VenueDown, Refused, "venue_limit_only"},
    Row{"service", "market in reduce_only mode", "*", VenueDown, Refused, "venue_reduce_only"},
    Row{"service", "market in maintenance mode", "*", VenueDown, Open, "venue_maintenance"},

    Row{"query", "unknown asset pair", "*", Rejected, Refused, "unknown_instrument"},
    Row{"query", "unknown asset", "*", Rejected, Refused, "unknown_asset"},

    Row{"order", "insufficient funds", "*", Rejected, Refused, "insufficient_funds"},
    Row{"order", "insufficient margin", "*", Rejected, Refused, "insufficient_margin"},
    Row{"order", "order minimum not met", "*", Rejected, Refused, "minimum_not_met"},
    Row{"order", "cost minimum not met", "*", Rejected, Refused, "minimum_not_met"},
    Row{"order", "tick size check failed", "*", Rejected, Refused, "price_off_tick"},
    Row{"order", "invalid price", "*", Rejected, Refused, "invalid_price"},
    Row{"order", "invalid order", "*", InvalidRequest, Refused, "invalid_request"},
    Row{"order", "post only order", "*", Rejected, Refused, "post_only"},
    Row{"order", "unknown order", "*", UnknownOrder, Refused, "unknown_order"},
    Row{"order", "unknown position", "*", Rejected, Refused, "unknown_position"},
    Row{"order", "orders limit exceeded", "*", Rejected, Refused, "open_orders_limit"},
    Row{"order", "scheduled orders limit exceeded", "*", Rejected, Refused, "open_orders_limit"},
    Row{"order", "positions limit exceeded", "*", Rejected, Refused, "positions_limit"},
    Row{"order", "rate limit exceeded", "*", RateLimited, Refused, "rate_limited"},
    Row{"order", "domain rate limit exceeded", "*", RateLimited, Refused, "rate_limited"},
    Row{"order", "cannot open opposing position", "*", Rejected, Refused, "opposing_position"},
    Row{"order", "cannot open position", "*", Rejected, Refused, "margin_not_permitted"},
    Row{"order", "margin allowance exceeded", "*", Rejected, Refused, "insufficient_margin"},
    Row{"order", "margin level too low", "*", Rejected, Refused, "insufficient_margin"},
    Row{"order", "margin position size exceeded", "*", Rejected, Refused, "insufficient_margin"},
    Row{"order", "reduce only", "*", Rejected, Refused, "nothing_to_reduce"},

    Row{"trade", "invalid request", "*", InvalidRequest, Refused, "invalid_request"},
    // Seen live without an explanation: whether the request went through is not known.
    Row{"trade", "locked", "*", Transient, Open, "account_locked"},
    Row{"bm", "limit exceeded", "*", Rejected, Refused, "client_limit"},
    Row{"funding", "max fee exceeded", "*", Rejected, Refused, "fee_above_limit"},
};

/// What the WebSocket says of requests that it could not read, and so did not pass on.
struct Sentence {
    std::string_view part;
    bool at_front;  ///< otherwise anywhere
    ErrorClass error_class;
    std::string_view code;
};

constexpr std::array kSentences = {
    Sentence{"malformed request", true, InvalidRequest, "invalid_request"},
    Sentence{"unsupported event", true, InvalidRequest, "invalid_request"},
    Sentence{"unsupported field", true, InvalidRequest, "invalid_request"},
    Sentence{" field must be a ", false, InvalidRequest, "invalid_request"},
    Sentence{"currency pair not supported", true, Rejected, "unknown_instrument"},
    Sentence{"token(s) not found", true, Session, "invalid_session"},
    Sentence{"already subscribed", true, InvalidRequest, "already_subscribed"},
};

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

/// Up to the next colon, which is taken away too.
std::string_view next_part(std::string_view& rest) {
    const auto colon = std::min(rest.find(':'), rest.size());
    const auto part = trimmed(rest.substr(0, colon));
    rest.remove_prefix(std::min(rest.size(), colon + 1));
    return part;
}

VenueError with_code(ErrorClass error_class, Proof proof, std::string_view code) {
    VenueError error;
    error.error_class = error_class;
    error.proves_refusal = proof == Refused;
    error.code = code;
    return error;
}

VenueError look_up(const std::string& text) {
    std::string_view rest = text;
    const auto category = next_part(rest);
    const auto description = next_part(rest);
    const auto detail = trimmed(rest);
    for (const auto& row : kRows) {
        if (category.substr(1) != row.category || description != row.description) continue;
        if (row.detail != "*" && row.detail != detail) continue;
        return with_code(row.error_class, row.proof, row.code);
    }
    return with_code(Unknown, Open, "unknown_error");
}

VenueError look_up_sentence(const std::string& text) {
    for (const auto& sentence : kSentences) {
        const auto at = text.find(sentence.part);
        if (at == std::string::npos || (sentence.at_front && at != 0)) continue;
        return with_code(sentence.error_class, Refused, sentence.code);
    }
    return with_code(Unknown, Open, "unknown_error");
}

/// Whether it begins with a letter and a category of Kraken's: not every sentence with a W does.
bool is_category(std::string_view text) {
    const auto category = next_part(text);
    return std::any_of(kRows.begin(), kRows.end(), [&](const Row& row) {
        return category.substr(1) == row.category;
    });
}

/// "Throttled: 1741500000", in seconds since 1970.
std::optional<Time> retry_at(std::string_view text) {
    const auto digits = trimmed(text.substr(text.rfind(':') + 1));
    std::uint32_t seconds = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return Time(std::chrono::seconds(seconds));
}

}  // namespace

VenueError::VenueError(Error error)
    : error_class(ErrorClass::Unreadable), code("unreadable"), text(std::move(error.message)) {}

std::string_view to_string(ErrorClass error_class) {
    switch (error_class) {
        case Transient: return "transient";
        case VenueDown: return "venue_down";
        case RateLimited: return "rate_limited";
        case Authentication: return "authentication";
        case Permission: return "permission";
        case Nonce: return "nonce";
        case Session: return "session";
        case Rejected: return "rejected";
        case InvalidRequest: return "invalid_request";
        case UnknownOrder: return "unknown_order";
        case Warning: return "warning";
        case Unreadable: return "unreadable";
        case Unknown: return "unknown";
    }
    return "unknown";
}

VenueError classify(std::string_view text) {
    const std::string plain = lower(trimmed(text));
    VenueError error;
    const bool has_colon = plain.find(':') != std::string::npos;
    if (plain.starts_with('w') && has_colon && is_category(plain)) {
        error = with_code(Warning, Open, "warning");
    } else {
        if (plain.starts_with('e') && has_colon) error = look_up(plain);
        if (error.error_class == Unknown) error = look_up_sentence(plain);
    }
    if (error.error_class == RateLimited) error.retry_at = retry_at(plain);
    error.text = text;
    return error;
}

VenueError classify(const std::vector<std::string>& texts) {
    if (texts.empty()) return with_code(Unknown, Open, "unknown_error");
    for (const auto& text : texts) {
        auto error = classify(text);
        if (!error.proves_refusal) return error;
    }
    return classify(texts.front());
}

bool may_repeat_query(const VenueError& error) {
    switch (error.error_class) {
        case Transient:
        case VenueDown:
        case RateLimited:
        case Nonce:
        case Session:
        case Unreadable: return true;
        case Authentication:
        case Permission:
        case Rejected:
        case InvalidRequest:
        case UnknownOrder:
        case Warning:
        case Unknown: return false;
    }
    return false;
}

}  // namespace tapedeck::kraken
