#include "venues/kraken/settings.h"

#include <string_view>

namespace tapedeck::kraken {

namespace {

constexpr std::string_view kRestUrl = "https://api.kraken.com";
constexpr std::string_view kSocketUrl = "wss://ws.kraken.com/v2";
constexpr std::string_view kPrivateSocketUrl = "wss://ws-auth.kraken.com/v2";

/// The venue refuses a switch of less than it takes to refresh it twice.
constexpr Duration kSwitchMin = std::chrono::seconds(30);

Setting setting(std::string key, std::string_view default_text, std::string help) {
    Setting result;
    result.key = std::move(key);
    result.kind = SettingKind::Text;
    result.default_text = std::string(default_text);
    result.help = std::move(help);
    return result;
}

Setting span(
    std::string key, std::string_view default_text, std::string_view min, std::string help) {
    Setting result = setting(std::move(key), default_text, std::move(help));
    result.kind = SettingKind::TimeSpan;
    result.min = std::string(min);
    result.max = "1d";
    return result;
}

Setting secret(std::string key, std::string help) {
    Setting result = setting(std::move(key), "", std::move(help));
    result.secret = true;
    return result;
}

Tier tier_of(const std::string& text) {
    if (text == "pro") return Tier::Pro;
    return text == "intermediate" ? Tier::Intermediate : Tier::Starter;
}

Result<std::string> url(
    const Settings& settings,
    const std::string& key,
    std::string_view default_text,
    std::string_view scheme) {
    std::string text = settings.text(key, default_text);
    while (text.ends_with('/')) text.pop_back();
    if (text.starts_with(scheme) && text.size() > scheme.size()) return text;
    return fail(
        key + ": expected an address that begins with " + std::string(scheme) + ", was \"" + text +
            "\" (connections are always encrypted)",
        ExitCode::Configuration);
}

}  // namespace

bool VenueSettings::is_the_real_one() const {
    return rest_origin == kRestUrl && socket_url == kSocketUrl &&
           private_socket_url == kPrivateSocketUrl;
}

std::vector<SettingsSection> settings() {
    Setting depth = setting("depth", "10", "Levels of each book that are followed.");
    depth.choices = {"10", "25", "100", "500", "1000"};
    Setting tier = setting(
        "tier", "starter", "How far the account is verified: what its rate counters allow.");
    tier.choices = {"starter", "intermediate", "pro"};
    Setting validate = setting(
        "validate_only",
        "false",
        "Kraken checks orders and does not place them: each ends as rejected, \"validated\".");
    validate.kind = SettingKind::Flag;
    Setting simulator = setting(
        "simulator",
        "false",
        "tapedeck up runs a simulator of Kraken at these addresses, on this machine, with play "
        "money, and brings its certificate and key.");
    simulator.kind = SettingKind::Flag;
    Setting failures = setting("breaker_failures", "5", "See breaker_pause.");
    failures.kind = SettingKind::Integer;
    failures.min = "1";
    failures.max = "1000";
    return {
        {.name = "kraken",
         .help = "Where Kraken is: the venue itself, or a simulator of it.",
         .settings =
             {std::move(simulator),
              setting("rest_url", kRestUrl, "Of REST, without the path."),
              setting("socket_url", kSocketUrl, "Of the public WebSocket v2."),
              setting(
                  "private_socket_url",
                  kPrivateSocketUrl,
                  "Of the WebSocket v2 for orders and the account."),
              setting(
                  "ca_file",
                  "",
                  "PEM file of certificates trusted besides the system's. Certificates are always "
                  "verified."),
              std::move(depth),
              setting(
                  "account",
                  "",
                  "Orders of this account (risk.account) go to Kraken, with the key below; empty: "
                  "none do, and no key is needed."),
              secret("key", "The API key: from the environment, or from the file below."),
              setting("key_file", "", "File with the API key and nothing else."),
              secret("secret", "Its private key, as Kraken shows it (base64)."),
              setting("secret_file", "", "File with the private key and nothing else."),
              secret("otp", "The password of the key's two-factor login, if it has one."),
              setting("otp_file", "", "File with that password and nothing else."),
              std::move(validate),
              std::move(tier),
              span(
                  "reconcile_every",
                  "5m",
                  "10s",
                  "How often the account's orders, fills and balances are held against ours."),
              std::move(failures),
              span(
                  "breaker_pause",
                  "15s",
                  "1s",
                  "After that many failures in a row nothing is asked by REST for so long; then "
                  "one "
                  "call goes, to see."),
              span(
                  "dead_mans_switch",
                  "60s",
                  "0s",
                  "Kraken cancels all orders of the account, ours or not, when it hears nothing of "
                  "us for so long; 0s: it does not.")},
         .kind = ""}};
}

std::optional<std::string> account_clash(const Settings& settings) {
    const std::string account = settings.text("kraken.account", "");
    if (account.empty() || account != settings.text("paper.account", "paper")) return std::nullopt;
    return "\"" + account +
           "\" is the paper venue's account too: each order would be placed twice; give one of "
           "them another name";
}

Result<VenueSettings> parse(const Settings& settings) {
    VenueSettings result;
    result.rest_origin = TRY(url(settings, "kraken.rest_url", kRestUrl, "https://"));
    result.socket_url = TRY(url(settings, "kraken.socket_url", kSocketUrl, "wss://"));
    result.ca_file = settings.text("kraken.ca_file");
    result.private_socket_url =
        TRY(url(settings, "kraken.private_socket_url", kPrivateSocketUrl, "wss://"));
    result.depth = static_cast<unsigned>(std::stoul(settings.text("kraken.depth", "10")));
    result.account = settings.text("kraken.account");
    result.validate_only = settings.flag("kraken.validate_only", false);
    result.tier = tier_of(settings.text("kraken.tier", "starter"));
    result.reconcile_every = settings.duration("kraken.reconcile_every", std::chrono::minutes(5));
    result.breaker_failures = static_cast<unsigned>(settings.integer("kraken.breaker_failures", 5));
    result.breaker_pause = settings.duration("kraken.breaker_pause", std::chrono::seconds(15));
    result.dead_mans_switch =
        settings.duration("kraken.dead_mans_switch", std::chrono::seconds(60));
    if (result.dead_mans_switch > Duration{} && result.dead_mans_switch < kSwitchMin) {
        return fail(
            "kraken.dead_mans_switch: at least 30s, or 0s for none: one lost refreshment must not "
            "cancel everything",
            ExitCode::Configuration);
    }
    return result;
}

}  // namespace tapedeck::kraken
