#include "venue-simulator/shell/accounts_file.h"

#include "base/replace_file.h"
#include "venue-simulator/core/signature.h"
#include "venue-simulator/core/text.h"

#include <filesystem>
#include <fstream>
#include <sstream>

namespace tapedeck::venue_simulator {
namespace {

Result<Tier> parse_tier(const std::string& text) {
    if (text == "starter") return Tier::Starter;
    if (text == "intermediate") return Tier::Intermediate;
    if (text == "pro") return Tier::Pro;
    return fail("tier: expected starter, intermediate or pro, was \"" + text + "\"");
}

Result<Decimal> parse_amount(const std::string& name, const std::string& text) {
    const auto value = Decimal::parse(text);
    if (!value || value->is_negative()) {
        return fail(name + ": expected an amount like \"100.5\", was \"" + text + "\"");
    }
    return *value;
}

Result<ApiKey> parse_key(const Json& json) {
    const Params params(json);
    ApiKey key;
    key.key = params.text("key").value_or("");
    if (key.key.empty()) return fail("keys: each has a \"key\" and a \"secret\"");
    key.name = params.text("name").value_or(key.key);
    const auto secret = from_base64(params.text("secret").value_or(""));
    if (!secret || secret->empty()) return fail("secret of " + key.name + ": expected base64");
    key.secret = *secret;
    key.password = params.text("otp");
    const auto options = read_key_options(json, key);
    if (!options) return fail(options.error());
    return key;
}

Result<AccountSpec> parse_account(const Json& json) {
    const Params params(json);
    AccountSpec spec;
    spec.account.name = params.text("name").value_or("main");
    spec.account.tier = TRY(parse_tier(params.text("tier").value_or("pro")));
    spec.account.volume_before = TRY(parse_amount("volume", params.text("volume").value_or("0")));
    if (const Json* balances = json.find("balances")) {
        for (const auto& member : balances->members) {
            const auto asset = find_asset(member.name);
            if (!asset) return fail("balances: " + member.name + " isn't traded here");
            spec.account.balances[*asset] = TRY(parse_amount(member.name, member.value.text));
        }
    }
    if (const Json* keys = json.find("keys")) {
        for (const auto& key : keys->items) {
            auto parsed = TRY(parse_key(key));
            spec.keys.push_back(std::move(parsed));
        }
    }
    return spec;
}

std::string key_json(
    std::uint64_t seed, const std::string& name, const std::vector<std::string>& permissions) {
    const std::string stem = std::to_string(seed) + " " + name;
    Array may;
    for (const auto& permission : permissions) may.text(permission);
    return Object()
        .text("name", name)
        .text("key", base64(sha512(stem + " key")).substr(0, 56))
        .text("secret", base64(sha512(stem + " secret")))
        .raw("permissions", may.take())
        .number("nonce_window", 0)
        .take();
}

}  // namespace

Result<std::vector<AccountSpec>> parse_accounts(const std::string& text) {
    const auto json = parse_json(text);
    const Json* accounts = json ? json->find("accounts") : nullptr;
    if (accounts == nullptr || accounts->items.empty()) {
        return fail("expected {\"accounts\":[…]} with one account at least");
    }
    std::vector<AccountSpec> result;
    for (const auto& account : accounts->items) {
        auto parsed = TRY(parse_account(account));
        result.push_back(std::move(parsed));
    }
    return result;
}

std::string default_accounts(std::uint64_t seed) {
    const std::vector<std::string> queries = {
        "query-funds", "query-open-trades", "query-closed-trades", "query-ledger"};
    const std::string balances = Object()
                                     .text("USD", "100000")
                                     .text("EUR", "100000")
                                     .text("USDT", "10000")
                                     .text("BTC", "2")
                                     .text("ETH", "20")
                                     .text("SOL", "200")
                                     .text("ADA", "10000")
                                     .take();
    const std::string account = Object()
                                    .text("name", "main")
                                    .text("tier", "pro")
                                    .raw("balances", balances)
                                    .raw(
                                        "keys",
                                        Array()
                                            .raw(key_json(seed, "trade", trading_permissions()))
                                            .raw(key_json(seed, "query", queries))
                                            .take())
                                    .take();
    return Object().raw("accounts", Array().raw(account).take()).take() + "\n";
}

Result<> write_private(const std::string& path, const std::string& text) {
    namespace fs = std::filesystem;
    TRY(replace_file(path, text));
    std::error_code error;
    fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write, error);
    if (error) return fail(path + ": cannot be kept from others: " + error.message());
    return {};
}

Result<std::vector<AccountSpec>> read_accounts(const std::string& path, std::uint64_t seed) {
    namespace fs = std::filesystem;
    if (!fs::exists(path)) {
        TRY(write_private(path, default_accounts(seed)));
    }
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file) return fail(path + ": cannot be read");
    auto accounts = parse_accounts(text.str());
    if (!accounts) {
        return fail(path + ": " + accounts.error().message, ExitCode::Configuration);
    }
    return accounts;
}

}  // namespace tapedeck::venue_simulator
