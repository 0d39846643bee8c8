#pragma once

#include "venue-simulator/core/json.h"
#include "venue-simulator/core/limits.h"
#include "venue-simulator/core/order.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

/// Who may do what: API keys, their nonces and rate, and the tokens of private WebSockets.
namespace tapedeck::venue_simulator {

struct ApiKey {
    std::string key{};
    std::string secret{};  ///< bytes
    std::string name{};
    AccountId account = 0;
    Tier tier = Tier::Pro;
    std::set<std::string> permissions{};
    std::optional<std::string> password{};  ///< what the body must say as `otp`
    std::uint64_t nonce_window = 0;
    std::optional<Time> valid_until{};        ///< after it the key is unknown
    std::vector<std::string> ip_allowlist{};  ///< told, and not enforced: all is on one machine

    bool is_valid(Time now) const { return !valid_until || now <= *valid_until; }
};

/// All permissions that a key can have.
const std::vector<std::string>& all_permissions();

/// Those of a key that trades and moves no money.
const std::vector<std::string>& trading_permissions();

/// permissions, nonce_window, valid_until (seconds since 1970, 0 = for ever) and ip_allowlist of a
/// JSON object, each where it is there. An error says what is wrong.
Outcome<> read_key_options(const Json& json, ApiKey& key);

class Keys {
public:
    explicit Keys(std::uint64_t seed) : seed_(seed) {}

    void add(ApiKey key);

    const ApiKey* find(const std::string& key) const;

    /// Another key of the same text: its nonces, its counter and its account stay.
    void change(const ApiKey& key);

    std::vector<const ApiKey*> all() const;

    /// Strictly rising; within the key's window below the highest, each once.
    Outcome<> take_nonce(const ApiKey& key, std::uint64_t nonce);

    std::uint64_t last_nonce(const ApiKey& key) const;

    DecayingCounter& counter(const ApiKey& key);

    /// Good for kTokenLife from now, and while it is held.
    std::string make_token(const ApiKey& key, Time now);
    /// Null if the token is unknown or has expired.
    const ApiKey* owner_of(const std::string& token, Time now) const;
    /// As many times held as released.
    void hold_token(const std::string& token);
    void release_token(const std::string& token, Time now);
    void expire_tokens();

    static constexpr Duration kTokenLife{std::chrono::minutes(15)};

private:
    struct State {
        ApiKey key;
        std::uint64_t highest = 0;
        std::set<std::uint64_t> recent;  ///< within the window
        DecayingCounter counter;
    };

    struct Token {
        std::string key;
        Time expires;
        std::size_t held = 0;
    };

    std::uint64_t seed_;
    std::map<std::string, State> states_;
    std::map<std::string, Token> tokens_;
    std::uint64_t tokens_made_ = 0;
};

}  // namespace tapedeck::venue_simulator
