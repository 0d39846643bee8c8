#pragma once

// For the tests of config: a directory to write files into, and descriptors of every kind.

#include "ops/config.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace tapedeck::ops {

inline Setting setting(
    std::string key,
    SettingKind kind,
    std::string default_text = "",
    std::string min = "",
    std::string max = "") {
    Setting result;
    result.key = std::move(key);
    result.kind = kind;
    result.default_text = std::move(default_text);
    result.min = std::move(min);
    result.max = std::move(max);
    result.help = "Help of " + result.key + ".";
    return result;
}

inline Setting required(Setting setting) {
    setting.required = true;
    return setting;
}

inline Setting choices(Setting setting, std::vector<std::string> choices) {
    setting.choices = std::move(choices);
    return setting;
}

inline std::vector<SettingsSection> some_sections() {
    using enum SettingKind;
    return {
        {"journal",
         "The store.",
         {setting("dir", Text, "/data/journal"),
          choices(setting("fsync", Text, "group"), {"group", "each"}),
          setting("segment", Size, "268435456", "1048576", "1099511627776"),
          setting("retain", TimeSpan, "400d", "1h"),
          setting("since", Moment)},
         ""},
        {"risk",
         "Limits.",
         {setting("max_position", Decimal, "0.1", "0", "1"),
          setting("max_drawdown", Decimal, "0.05", "0"),
          setting("day_loss", Decimal, "0.03", "0"),
          setting("day_trades", Integer, "5", "0", "1000"),
          setting("flatten", Flag, "false"),
          setting("benchmark", Instrument),
          setting("cooldown", TimeSpan, "1m", "1s", "1d"),
          choices(setting("modes", TextList, "long"), {"long", "short"})},
         ""},
        {"risk.instrument.*",
         "Limits of one instrument.",
         {setting("max_position", Decimal, "", "0", "1")},
         ""},
        {"strategy.*",
         "What all strategies have.",
         {required(setting("instruments", Instruments)), setting("max_order", Decimal, "", "0")},
         ""},
        {"strategy.*",
         "Crossing averages.",
         {setting("fast", Integer, "12", "1", "500"), setting("slow", Integer, "26", "1", "500")},
         "macd"},
        {"strategy.*",
         "Overbought, oversold.",
         {setting("upper", Integer, "70", "0", "100")},
         "rsi"},
        {"venue.*",
         "An account.",
         {setting("key_file", Text), setting("secret", Text), setting("secret_file", Text)},
         ""},
        {"alerts",
         "Who is told.",
         {setting("heartbeat_url_file", Text), setting("bot_token", Text)},
         ""},
        {"alerts.route.*",
         "Where alerts go.",
         {setting("severity", Text), setting("to", TextList)},
         ""},
    };
}

class ConfigTest : public testing::Test {
protected:
    void SetUp() override {
        std::string name = testing::TempDir() + "tapedeck-config-XXXXXX";
        ASSERT_NE(mkdtemp(name.data()), nullptr);
        request_.directory = name;
        request_.sections = some_sections();
    }

    void TearDown() override { std::filesystem::remove_all(request_.directory); }

    std::string write(const std::string& name, std::string_view text) const {
        const auto file = request_.directory / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << text;
        return file.string();
    }

    /// Loads and expects no mistake.
    Configuration good() const {
        auto loaded = load(request_);
        EXPECT_EQ(loaded.report(), "");
        return std::move(loaded.configuration);
    }

    /// All findings, one a line, without the summary.
    std::string findings() const {
        std::string text;
        for (const auto& finding : load(request_).findings) text += finding.to_string() + "\n";
        return text;
    }

    ConfigRequest request_;
};

}  // namespace tapedeck::ops
