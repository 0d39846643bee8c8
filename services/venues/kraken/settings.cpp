#include "venues/kraken/settings.h"

#include <string_view>

namespace tapedeck::kraken {

namespace {

constexpr std::string_view kRestUrl = "https://api.kraken.com";
constexpr std::string_view kSocketUrl = "wss://ws.kraken.com/v2";

Setting setting(std::string key, std::string_view default_text, std::string help) {
    Setting result;
    result.key = std::move(key);
    result.kind = SettingKind::Text;
    result.default_text = std::string(default_text);
    result.help = std::move(help);
    return result;
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
    return rest_origin == kRestUrl && socket_url == kSocketUrl;
}

std::vector<SettingsSection> settings() {
    Setting depth = setting("depth", "10", "Levels of each book that are followed.");
    depth.choices = {"10", "25", "100", "500", "1000"};
    return {
        {.name = "kraken",
         .help = "Where Kraken is: the venue itself, or a simulator of it.",
         .settings =
             {setting("rest_url", kRestUrl, "Of REST, without the path."),
              setting("socket_url", kSocketUrl, "Of the public WebSocket v2."),
              setting(
                  "ca_file",
                  "",
                  "PEM file of certificates trusted besides the system's. Certificates are always "
                  "verified."),
              std::move(depth)},
         .kind = ""}};
}

Result<VenueSettings> parse(const Settings& settings) {
    VenueSettings result;
    result.rest_origin = TRY(url(settings, "kraken.rest_url", kRestUrl, "https://"));
    result.socket_url = TRY(url(settings, "kraken.socket_url", kSocketUrl, "wss://"));
    result.ca_file = settings.text("kraken.ca_file");
    result.depth = static_cast<unsigned>(std::stoul(settings.text("kraken.depth", "10")));
    return result;
}

}  // namespace tapedeck::kraken
