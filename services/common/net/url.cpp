#include "net/url.h"

#include <algorithm>
#include <charconv>

namespace tapedeck::net {

namespace {

constexpr std::size_t kHostMax = 253;  // RFC 1035, as text

bool is_host(std::string_view host, bool is_address) {
    const auto fits = [&](char c) {
        const bool is_digit = c >= '0' && c <= '9';
        const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return is_digit || is_letter || c == '-' || c == '.' || c == '_' ||
               (is_address && c == ':');
    };
    return !host.empty() && host.size() <= kHostMax && std::all_of(host.begin(), host.end(), fits);
}

bool is_target(std::string_view target) {
    return std::all_of(
        target.begin(), target.end(), [](char c) { return c > ' ' && c < '\x7f' && c != '#'; });
}

std::string bracketed(const std::string& host) {
    return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

}  // namespace

std::string Url::authority() const {
    return port == 443 ? bracketed(host) : place();
}

std::string Url::place() const {
    return bracketed(host) + ":" + std::to_string(port);
}

Result<Url> parse_url(std::string_view text, std::string_view scheme) {
    const std::string start = std::string(scheme) + "://";
    const auto refused = [&] {
        // Neither a password nor a token in a path: this is told, and written to logs.
        const auto from = text.find("://");
        const auto end = text.find_first_of("/?", from == std::string_view::npos ? 0 : from + 3);
        const std::string shown(text.find('@') < end ? "a URL with a user" : text.substr(0, end));
        return fail("\"" + shown + "\": expected " + start + "host[:port][/path]");
    };
    if (!text.starts_with(start)) return refused();
    const auto rest = text.substr(start.size());
    const auto end = std::min(rest.find_first_of("/?"), rest.size());
    auto place = rest.substr(0, end);
    Url url;
    url.target = rest.substr(end);
    if (!url.target.starts_with('/')) url.target.insert(0, 1, '/');

    const bool is_address = place.starts_with('[');
    if (is_address) {
        const auto closing = place.find(']');
        if (closing == std::string_view::npos) return refused();
        url.host = place.substr(1, closing - 1);
        place.remove_prefix(closing + 1);
    } else {
        url.host = place.substr(0, place.find(':'));
        place.remove_prefix(url.host.size());
    }
    if (!place.empty()) {
        const auto* last = place.data() + place.size();
        const auto [stop, error] = std::from_chars(place.data() + 1, last, url.port);
        if (place[0] != ':' || error != std::errc() || stop != last || url.port == 0) {
            return refused();
        }
    }
    if (!is_host(url.host, is_address) || !is_target(url.target)) return refused();
    return url;
}

}  // namespace tapedeck::net
