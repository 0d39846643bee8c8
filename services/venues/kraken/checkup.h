#pragma once

#include "venues/kraken/errors.h"
#include "venues/kraken/public_messages.h"
#include "venues/kraken/rest.h"
#include "venues/kraken/symbols.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What to look at before money is at stake: answers of the venue in, findings out. Nothing here
/// asks anything by itself, and no question that is made here changes anything.
namespace tapedeck::kraken {

struct Finding {
    enum class Verdict { Ok, Warn, Fail };

    Verdict verdict = Verdict::Ok;
    std::string text;  ///< one line; where something is wrong, with what to do
};

Finding check_status(const SystemStatus& status);

/// `GET /0/public/Time`: whole seconds, rounded down.
RestRequest time_request();
Result<Time> read_time(json::Value result);

/// One question after the time: when it left and when its answer was here, by this machine's clock,
/// and what the venue said.
struct ClockSample {
    Time asked;
    Time answered;
    Time venue;
};

/// How far this machine's clock is ahead of the venue's. It is not known exactly, because of the
/// way there and back and because the venue says whole seconds; it is within these.
struct ClockSkew {
    Duration least{};
    Duration most{};

    /// The least that is proved, in whichever direction; 0 where the clocks may agree.
    Duration proved() const;
};

/// What all samples together allow. If no skew fits all (the clock was set in between), what the
/// last one says. At least one sample.
ClockSkew skew_of(const std::vector<ClockSample>& samples);

Finding check_clock(const ClockSkew& skew);

/// Nonces are made of the clock and only rise. From a clock that is ahead, one nonce shuts out
/// every process with a right clock for as long as the skew: then the key is not to be used.
bool may_use_key(const ClockSkew& skew);

/// `pair`: null if the venue doesn't list the instrument. `last`: a recent price, if there is one.
Finding check_pair(const Instrument& instrument, const Pair* pair, std::optional<Price> last);

/// The least that an order may be worth at this price: by quantity and by cost.
std::optional<Money> least_order(const Pair& pair, Price price);

/// What a key is said to be. GetApiKeyInfo needs no permission.
struct KeyInfo {
    std::string name;
    std::vector<std::string> permissions;
    std::optional<std::vector<std::string>> ip_allowlist;  ///< nothing: the venue doesn't say
    std::optional<std::uint64_t> nonce_window;             ///< likewise
    Time valid_until{};                                    ///< the epoch: for ever
    Time query_from{};                                     ///< likewise: no limit
    Time query_to{};

    bool may(std::string_view permission) const;
};

PrivateCall key_info_call();

/// Members are read as the wire spells them (nonce_window) and as the documentation does
/// (nonceWindow).
Result<KeyInfo> read_key_info(json::Value result);

/// What the key is for.
enum class KeyUse {
    Trade,  ///< its orders go to the venue: what is missing fails
    Look,   ///< orders are paper ones: what is missing is told
};

/// Permissions, one line for each that is missing or too many; addresses; expiry; nonces.
std::vector<Finding> check_key(const KeyInfo& info, KeyUse use, Time now);

/// Nothing came back: not one word of the venue's.
VenueError no_answer(const std::string& why);

/// Why `what` ("the key", "balances") got no answer, and what to do.
Finding check_failed(std::string_view what, const VenueError& error);

/// True if no further question with this key will fare better: each would only count against it.
bool ends_checkup(const VenueError& error);

/// What a key looks like, so that a wrong copy is found before it is sent. Never quotes it.
Result<> check_key_text(std::string_view key);

}  // namespace tapedeck::kraken
