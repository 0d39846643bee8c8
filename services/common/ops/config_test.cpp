#include "ops/config.h"

#include "ops/config_fixture.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace tapedeck::ops {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST_F(ConfigTest, WithoutFilesEverythingHasItsDefault) {
    request_.directory.clear();
    const auto loaded = load(request_);
    EXPECT_EQ(loaded.report(), "");
    const Settings& settings = loaded.configuration.settings();
    EXPECT_EQ(settings.text("risk.max_position"), "0.1");
    EXPECT_EQ(settings.text("journal.segment"), "268435456");
    EXPECT_EQ(settings.text("log.level"), "info");
    EXPECT_EQ(settings.text("profile"), "paper");
    EXPECT_FALSE(settings.has("journal.since")) << "optional and not set";
    EXPECT_FALSE(settings.has("strategy.macd_btc.fast"));
}

TEST_F(ConfigTest, LayersOverrideEachOtherInTheDocumentedOrder) {
    request_.profile = "live";
    request_.overrides = {"risk.day_loss=0.06"};
    write("base.toml", "[risk]\nday_loss = \"0.01\"\nmax_drawdown = \"0.2\"\n");
    write("live.toml", "\n[risk]\nday_loss = \"0.02\"\n");
    write("config.d/20-b.toml", "[risk]\nday_loss = \"0.040\"\n");
    write("config.d/10-a.toml", "risk.day_loss = \"0.03\"\nrisk.allow_env_loosening = true");
    write("config.d/ignored.txt", "nonsense");
    write("paper.toml", "nonsense that nobody reads");
    request_.environment = {{"TAPEDECK__RISK__DAY_LOSS", "0.05"}, {"HOME", "/root"}};
    const auto configuration = good();
    EXPECT_EQ(configuration.settings().text("risk.day_loss"), "0.06");
    EXPECT_EQ(configuration.settings().text("risk.max_drawdown"), "0.2");
    EXPECT_THAT(
        show(configuration),
        HasSubstr("risk.day_loss = \"0.06\"  --set  (overrides TAPEDECK__RISK__DAY_LOSS \"0.05\", "
                  "config.d/20-b.toml:2 \"0.04\", config.d/10-a.toml:1 \"0.03\", "
                  "live.toml:3 \"0.02\", base.toml:2 \"0.01\", built in \"0.03\")\n"));
    request_.overrides.clear();
    EXPECT_EQ(good().settings().text("risk.day_loss"), "0.05");
    request_.environment.clear();
    EXPECT_EQ(good().settings().text("risk.day_loss"), "0.04");
}

TEST_F(ConfigTest, ValuesBecomeCanonicalText) {
    write(
        "base.toml",
        "[journal]\nsegment = \"2MiB\"\nretain = \"90m\"\nsince = 2026-11-20T12:05:00Z\n"
        "[risk]\nmax_position = \"0.100\"\nday_trades = 1_0\nflatten = true\n"
        "modes = [ \"short\", \"long\" ]\ncooldown = \"1h0m90s\"\n");
    const Settings settings = good().settings();
    EXPECT_EQ(settings.text("journal.segment"), "2097152");
    EXPECT_EQ(settings.text("journal.retain"), "1h30m");
    EXPECT_EQ(settings.text("journal.since"), "2026-11-20T12:05:00.000Z");
    EXPECT_EQ(settings.text("risk.max_position"), "0.1");
    EXPECT_EQ(settings.text("risk.day_trades"), "10");
    EXPECT_EQ(settings.text("risk.flatten"), "true");
    EXPECT_EQ(settings.text("risk.modes"), "short,long");
    EXPECT_EQ(settings.text("risk.cooldown"), "1h1m30s");
}

TEST_F(ConfigTest, FamiliesHaveTheKeysOfTheirKind) {
    write(
        "base.toml",
        "[strategy.macd_btc]\nkind = \"macd\"\ninstruments = [\"kraken:BTC/EUR\"]\n"
        "[strategy.rsi_eth]\nkind = \"rsi\"\ninstruments = [\"kraken:ETH/EUR\"]\nupper = 72\n"
        "[risk.instrument.\"kraken:BTC/EUR\"]\nmax_position = \"0.08\"\n");
    const Settings settings = good().settings();
    EXPECT_THAT(settings.names_in("strategy"), ElementsAre("macd_btc", "rsi_eth"));
    EXPECT_THAT(settings.names_in("risk.instrument"), ElementsAre("kraken:BTC/EUR"));
    EXPECT_EQ(settings.text("strategy.macd_btc.fast"), "12");
    EXPECT_EQ(settings.text("strategy.macd_btc.kind"), "macd");
    EXPECT_FALSE(settings.has("strategy.rsi_eth.fast"));
    EXPECT_EQ(settings.text("strategy.rsi_eth.upper"), "72");
    EXPECT_EQ(settings.text("risk.instrument.kraken:BTC/EUR.max_position"), "0.08");
}

TEST_F(ConfigTest, TheKindThatWinsDecidesWhichKeysTheLowerLayersMayHave) {
    request_.profile = "live";
    write(
        "base.toml",
        "[strategy.a]\nkind = \"macd\"\ninstruments = [\"kraken:BTC/EUR\"]\nfast = 3\n");
    write("live.toml", "[strategy.a]\nkind = \"rsi\"\n");
    EXPECT_EQ(
        findings(),
        "base.toml:4:1: error: unknown key \"strategy.a.fast\": kind \"rsi\" has none\n");
}

TEST_F(ConfigTest, AListOfTablesIsNumberedAndReplacesThatOfLowerLayers) {
    request_.profile = "live";
    write(
        "base.toml",
        "[[alerts.route]]\nseverity = \"page\"\n[[alerts.route]]\nseverity = \"warn\"\n");
    EXPECT_EQ(findings(), "--profile: error: there is no profile \"live\": no file live.toml\n");
    write("live.toml", "[[alerts.route]]\nto = [\"telegram\", \"email\"]\n");
    const Settings settings = good().settings();
    EXPECT_THAT(settings.names_in("alerts.route"), ElementsAre("01"));
    EXPECT_EQ(settings.text("alerts.route.01.to"), "telegram,email");
    EXPECT_FALSE(settings.has("alerts.route.01.severity"));
}

TEST_F(ConfigTest, VariablesNameKeysAndNewMembers) {
    write(
        "base.toml",
        "[strategy.macd-btc]\nkind = \"macd\"\ninstruments = [\"kraken:BTC/EUR\"]\n"
        "[risk.instrument.\"kraken:BTC/EUR\"]\n");
    request_.environment = {
        {"TAPEDECK__STRATEGY__MACD_BTC__FAST", "7"},
        {"TAPEDECK__STRATEGY__NEW_ONE__KIND", "rsi"},
        {"TAPEDECK__STRATEGY__NEW_ONE__INSTRUMENTS", "kraken:BTC/EUR, kraken:ETH/EUR"},
        {"TAPEDECK__RISK__MODES", "[\"long\",\"short\"]"},
        {"TAPEDECK__RISK__INSTRUMENT__KRAKEN_BTC_EUR__MAX_POSITION", "0.5"},
        {"TAPEDECK__LOG__FORMAT", "json"},
    };
    const Settings settings = good().settings();
    EXPECT_EQ(settings.text("strategy.macd-btc.fast"), "7");
    EXPECT_EQ(settings.text("strategy.new_one.kind"), "rsi");
    EXPECT_EQ(settings.text("strategy.new_one.upper"), "70");
    EXPECT_EQ(settings.text("strategy.new_one.instruments"), "kraken:BTC/EUR,kraken:ETH/EUR");
    EXPECT_EQ(settings.text("risk.modes"), "long,short");
    EXPECT_EQ(settings.text("risk.instrument.kraken:BTC/EUR.max_position"), "0.5");
    EXPECT_EQ(settings.text("log.format"), "json");
}

TEST_F(ConfigTest, MistakesBesideTheFilesNameTheVariableOrFlag) {
    write("base.toml", "");
    const std::string file = write("value", "0.07\n");
    request_.environment = {
        {"TAPEDECK__RISK__MAX_POSTION", "0.1"},
        {"TAPEDECK__NOTHING__LIKE__THIS", "x"},
        {"TAPEDECK__RISK__DAY_LOSS", "0.1"},
        {"TAPEDECK__RISK__DAY_LOSS__FILE", file},
        {"TAPEDECK__RISK__DAY_TRADES", "many"},
        {"TAPEDECK__RISK__MODES", "[1]"},
        {"TAPEDECK__JOURNAL__DIR__FILE", "/nowhere/at/all"},
        {"TAPEDECK__STRATEGY__X__FAST", "1"},
    };
    request_.overrides = {
        "risk.max_drawdown=abc",
        "risk.max_drawdown=0.1",
        "nonsense",
        "rsik.day_trades=5",
        "risk.day_trads=5",
        "profile=live",
        "risk..x=1",
        "venue.kraken.secret=hunter2"};
    EXPECT_EQ(
        findings(),
        "TAPEDECK__JOURNAL__DIR__FILE: error: cannot read /nowhere/at/all: No such file or "
        "directory\n"
        "TAPEDECK__NOTHING__LIKE__THIS: error: this variable names no key\n"
        "TAPEDECK__RISK__DAY_LOSS__FILE: error: risk.day_loss is set by two variables\n"
        "TAPEDECK__RISK__MAX_POSTION: error: this variable names no key: did you mean "
        "TAPEDECK__RISK__MAX_POSITION?\n"
        "TAPEDECK__STRATEGY__X__FAST: error: [strategy.x] has no kind: one of macd, rsi\n"
        "TAPEDECK__RISK__DAY_TRADES: error: risk.day_trades must be a whole number, got \"many\"\n"
        "TAPEDECK__RISK__MODES: error: risk.modes must be a list of texts ([\"a\", \"b\"]), got "
        "\"[1]\"\n"
        "--set: error: risk.max_drawdown is given twice\n"
        "--set: error: write section.key=value, got \"nonsense\"\n"
        "--set: error: write section.key=value, got \"risk..x\"\n"
        "--set: error: unknown key \"rsik.day_trades\": did you mean \"risk.day_trades\"?\n"
        "--set: error: profile is set by --profile, not by --set\n"
        "--set: error: risk.max_drawdown must be a decimal (0.05), got \"abc\"\n"
        "--set: error: unknown key \"risk.day_trads\": did you mean \"risk.day_trades\"?\n"
        "--set: error: venue.kraken.secret is a secret and never a flag: name its file by "
        "secret_file, or set it in the environment\n");
}

TEST_F(ConfigTest, AValueMayComeOutOfAFile) {
    write("base.toml", "[venue.kraken]\n");
    request_.environment = {
        {"TAPEDECK__VENUE__KRAKEN__SECRET__FILE", write("kraken", "hunter2hunter2\n")},
        {"TAPEDECK__JOURNAL__DIR__FILE", write("dir", "/elsewhere\n")}};
    const auto configuration = good();
    EXPECT_EQ(configuration.settings().text("journal.dir"), "/elsewhere");
    EXPECT_EQ(configuration.secret("venue.kraken.secret").value().reveal(), "hunter2hunter2");
    EXPECT_EQ(configuration.find("venue.kraken.secret")->text, "***(file, 14 bytes)");
}

TEST_F(ConfigTest, SecretsAreNeverShownNorPutOnTheTape) {
    const std::string file = write("token", "from-its-own-file-hunter2");
    write(
        "base.toml", "[venue.kraken]\nsecret = \"hunter2\"\n[alerts]\nbot_token = \"hunter2b\"\n");
    write("config.d/own.toml", "[venue.own]\nsecret_file = '" + file + "'\n");
    request_.environment = {{"TAPEDECK__VENUE__KRAKEN__SECRET", "hunter2c"}};
    std::vector<std::string> seen;
    request_.checks.push_back([&](const Settings& settings) {
        for (const auto& [key, text] : settings.values()) {
            std::string line = key;
            seen.push_back(line.append("=").append(text));
        }
        return std::vector<Problem>{};
    });
    const auto loaded = load(request_);
    EXPECT_TRUE(loaded.ok()) << "secrets in files are warnings";
    EXPECT_THAT(loaded.report(), HasSubstr("0 errors, 2 warnings\n"));
    const Configuration& configuration = loaded.configuration;
    EXPECT_THAT(loaded.report() + show(configuration), Not(HasSubstr("hunter2")));
    EXPECT_THAT(
        show(configuration),
        HasSubstr("venue.kraken.secret = ***(environment, 8 bytes)  "
                  "TAPEDECK__VENUE__KRAKEN__SECRET  (overrides base.toml:2 ***)\n"));
    for (const auto& [key, text] : configuration.settings().values()) {
        EXPECT_THAT(text, Not(HasSubstr("hunter2"))) << key;
    }
    EXPECT_THAT(seen, Not(testing::Contains(HasSubstr("hunter2"))));
    EXPECT_EQ(configuration.secret("venue.kraken.secret").value().reveal(), "hunter2c");
    EXPECT_EQ(
        configuration.secret("venue.own.secret").value().reveal(), "from-its-own-file-hunter2");
    EXPECT_FALSE(configuration.settings().has("venue.own.secret"));
    const auto missing = configuration.secret("venue.nobody.secret");
    ASSERT_FALSE(missing.has_value());
    EXPECT_EQ(missing.error().exit_code, ExitCode::Configuration);
    EXPECT_THAT(missing.error().message, HasSubstr("venue.nobody.secret_file"));
}

TEST_F(ConfigTest, ADescriptorMayCallASecretWhatItsNameDoesNot) {
    Setting url = setting("hook", SettingKind::Text);
    url.secret = true;
    request_.sections.push_back({"chat", "", {url}, ""});
    write("base.toml", "");
    request_.environment = {{"TAPEDECK__CHAT__HOOK", "https://hunter2"}};
    const auto configuration = good();
    EXPECT_FALSE(configuration.settings().has("chat.hook"));
    EXPECT_THAT(show(configuration), Not(HasSubstr("hunter2")));
    EXPECT_EQ(configuration.secret("chat.hook").value().reveal(), "https://hunter2");
}

TEST_F(ConfigTest, TheProfileIsChosenByFlagThenVariableThenBase) {
    write("base.toml", "profile = \"demo\"\n");
    write("demo.toml", "");
    write("live.toml", "profile = \"live\"\n");
    write("paper.toml", "");
    EXPECT_EQ(good().profile(), "demo");
    EXPECT_THAT(show(good()), HasSubstr("profile = \"demo\"  base.toml:1\n"));
    request_.environment = {{"TAPEDECK__PROFILE", "live"}};
    EXPECT_EQ(good().settings().text("profile"), "live");
    request_.profile = "paper";
    EXPECT_EQ(good().profile(), "paper");
    EXPECT_THAT(show(good()), HasSubstr("profile = \"paper\"  --profile\n"));
    request_.profile = "lvie";
    EXPECT_EQ(
        findings(),
        "--profile: error: there is no profile \"lvie\": no file lvie.toml; did you mean "
        "\"live\"?\n");
    request_.profile = "nothing";
    EXPECT_EQ(
        findings(),
        "--profile: error: there is no profile \"nothing\": no file nothing.toml; there is demo, "
        "live, paper\n");
    request_.profile = "live";
    write("live.toml", "\nprofile = \"paper\"\n");
    EXPECT_EQ(
        findings(),
        "live.toml:2:11: error: profile is \"paper\" here, but \"live\" was chosen; set it in "
        "base.toml, by TAPEDECK__PROFILE or by --profile\n");
}

TEST_F(ConfigTest, ADirectoryWithoutConfigurationIsAMistake) {
    EXPECT_EQ(
        findings(),
        request_.directory.string() + ": error: it has neither base.toml nor paper.toml\n");
    const auto directory = request_.directory;
    request_.directory /= "missing";
    EXPECT_EQ(
        findings(),
        request_.directory.string() +
            ": error: there is no such directory; name the one with base.toml by "
            "--config\n");
    request_.directory = directory;
}

TEST_F(ConfigTest, AFileThatCannotBeReadIsOneMistakeAndTheOthersAreCheckedAllTheSame) {
    request_.profile = "live";
    write("base.toml", "[strategy.a]\nmax_order = 5\n[risk\n");
    write("live.toml", "[risk]\nmax_postion = \"1\"\n[strategy.b]\nmax_order = \"1\"\n");
    std::filesystem::create_directories(request_.directory / "config.d/x.toml");
    request_.checks.push_back([](const Settings&) {
        return std::vector<Problem>{{"risk.day_loss", "is never judged on half a configuration"}};
    });
    EXPECT_EQ(
        findings(),
        "base.toml:3:6: error: TOML syntax, in table header: expected ']', saw '\\n'\n"
        "live.toml:2:1: error: unknown key \"risk.max_postion\": did you mean "
        "\"risk.max_position\"?\n"
        "config.d/x.toml: error: cannot be read: it is no file\n");
}

TEST_F(ConfigTest, MissingKeysAreToldWhereTheyWouldBeWritten) {
    request_.sections[0].settings.push_back(required(setting("name", SettingKind::Text)));
    write("base.toml", "");
    EXPECT_EQ(findings(), "paper.toml: error: journal.name is missing: Help of name.\n");
    write("base.toml", "\n[journal]\n");
    EXPECT_EQ(findings(), "base.toml:2:2: error: journal.name is missing: Help of name.\n");
    request_.environment = {{"TAPEDECK__JOURNAL__NAME", "n"}};
    EXPECT_EQ(findings(), "");
    request_.environment.clear();
    request_.directory.clear();
    EXPECT_EQ(findings(), "configuration: error: journal.name is missing: Help of name.\n");
}

TEST_F(ConfigTest, ChecksSpeakAtThePlaceOfTheirKey) {
    write("base.toml", "[alerts]\n[risk]\nday_loss = \"0.2\"\nmax_drawdown = 0.1\n");
    request_.environment = {{"TAPEDECK__RISK__DAY_TRADES", "7"}};
    request_.checks = {
        [](const Settings& settings) {
            std::vector<Problem> problems;
            const auto loss = settings.decimal("risk.day_loss", {});
            if (loss > settings.decimal("risk.max_drawdown", {})) {
                problems.push_back({"risk.day_loss", "must be below risk.max_drawdown"});
            }
            problems.push_back({"risk.max_drawdown", "is wrong itself, so this is not said"});
            return problems;
        },
        [](const Settings&) {
            return std::vector<Problem>{
                {"alerts",
                 "has no route: alerts of severity page would go nowhere",
                 Severity::Warning},
                {"risk.day_trades", "must be even"},
                {"journal.dir", "must be another"},
                {"alerts.route.x.to", "is not there at all"}};
        }};
    EXPECT_EQ(
        findings(),
        "base.toml:1:2: warning: alerts has no route: alerts of severity page would go nowhere\n"
        "base.toml:1:2: error: alerts.route.x.to is not there at all\n"
        "base.toml:3:12: error: risk.day_loss must be below risk.max_drawdown\n"
        "base.toml:4:16: error: risk.max_drawdown must be a quoted decimal (\"0.1\"), got the "
        "float 0.1: floats are not exact\n"
        "TAPEDECK__RISK__DAY_TRADES: error: risk.day_trades must be even\n"
        "configuration: error: journal.dir must be another\n");
    EXPECT_THAT(load(request_).report(), testing::EndsWith("\n5 errors, 1 warning\n"));
}

TEST_F(ConfigTest, OneServicePassesOverWhatOthersOwnButNotItsOwnMisspelled) {
    request_.scope = Scope::OneService;
    std::erase_if(
        request_.sections, [](const auto& section) { return !section.name.starts_with("risk"); });
    write(
        "base.toml",
        "[journal]\nanything = 5\n[strategy.x]\ny = [1, { a = 2 }]\n[rsik]\nday_trades = 1\n"
        "[risk]\nday_trads = 1\n");
    request_.environment = {
        {"TAPEDECK__JOURNAL__ANYTHING", "6"}, {"TAPEDECK__RISK__DAY_TRADS", "6"}};
    request_.overrides = {"journal.anything=7", "strategy.x.z=8"};
    EXPECT_EQ(
        findings(),
        "base.toml:5:2: error: unknown section [rsik]: did you mean [risk]?\n"
        "base.toml:8:1: error: unknown key \"risk.day_trads\": did you mean \"risk.day_trades\"?\n"
        "TAPEDECK__RISK__DAY_TRADS: error: this variable names no key: did you mean "
        "TAPEDECK__RISK__DAY_TRADES?\n");
}

TEST_F(ConfigTest, AVariableIsAnothersBySectionHoweverMuchItsNameIsLikeOneOfOurs) {
    request_.scope = Scope::OneService;
    std::erase_if(
        request_.sections, [](const auto& section) { return !section.name.starts_with("risk"); });
    write("base.toml", "");
    request_.environment = {
        {"TAPEDECK__KRAKEN__DAY_LOSS", "0.1"}, {"TAPEDECK__KRAKEN__DAY_LOSS_FILE", "nowhere"}};
    EXPECT_EQ(findings(), "");
    request_.environment = {{"TAPEDECK__RSIK__DAY_LOSS", "0.1"}};
    EXPECT_EQ(
        findings(),
        "TAPEDECK__RSIK__DAY_LOSS: error: this variable names no key: did you mean "
        "TAPEDECK__RISK__DAY_LOSS?\n");
}

TEST_F(ConfigTest, InLiveTheEnvironmentDoesNotMoveLimitsUnlessAFileAllowsIt) {
    request_.profile = "live";
    write("live.toml", "[risk]\nday_loss = \"0.02\"\n");
    request_.environment = {
        {"TAPEDECK__RISK__DAY_LOSS", "0.5"},
        {"TAPEDECK__RISK__MAX_POSITION", "0.10"},
        {"TAPEDECK__JOURNAL__DIR", "/elsewhere"}};
    EXPECT_EQ(
        findings(),
        "TAPEDECK__RISK__DAY_LOSS: error: risk.day_loss must not come from the environment in "
        "live: write it into a file, or allow it there by risk.allow_env_loosening = true\n");
    request_.environment["TAPEDECK__RISK__ALLOW_ENV_LOOSENING"] = "true";
    EXPECT_THAT(findings(), HasSubstr("risk.day_loss must not come from the environment"));
    request_.environment.erase("TAPEDECK__RISK__ALLOW_ENV_LOOSENING");
    write("live.toml", "[risk]\nday_loss = \"0.02\"\nallow_env_loosening = true\n");
    EXPECT_EQ(good().settings().text("risk.day_loss"), "0.5");
    write("paper.toml", "");
    request_.profile = "paper";
    EXPECT_EQ(good().settings().text("risk.day_loss"), "0.5");
}

TEST_F(ConfigTest, SelectTakesSectionsAndKeysAndNoSecrets) {
    Settings settings;
    for (const char* key :
         {"risk.day_loss",
          "risk.instrument.kraken:BTC/EUR.max_position",
          "risky.x",
          "paper.cash",
          "profile",
          "risk.api_token"}) {
        settings.set(key, "1");
    }
    Settings expected;
    for (const char* key :
         {"risk.day_loss", "risk.instrument.kraken:BTC/EUR.max_position", "profile"}) {
        expected.set(key, "1");
    }
    EXPECT_EQ(select(settings, {"risk", "profile"}), expected);
    EXPECT_THAT(select(settings, {}).values(), IsEmpty());
}

TEST_F(ConfigTest, ShowSpellsValuesAsTomlDoes) {
    write("base.toml", "[risk]\nmodes = [\"long\", \"short\"]\n[journal]\nsegment = \"256MiB\"\n");
    EXPECT_EQ(
        show(good(), Show::ChangedOnly),
        "journal.segment = \"256MiB\"  base.toml:4  (overrides built in \"256MiB\")\n"
        "risk.modes = [\"long\", \"short\"]  base.toml:2  (overrides built in [\"long\"])\n");
    EXPECT_EQ(to_toml(SettingKind::Integer, "12"), "12");
    EXPECT_EQ(to_toml(SettingKind::Size, "1025"), "\"1025B\"");
    EXPECT_EQ(to_toml(SettingKind::Text, "a\"b\\c\n\x01"), "\"a\\\"b\\\\c\\n\\u0001\"");
    EXPECT_EQ(to_toml(SettingKind::TextList, ""), "[]");
}

TEST(ConfigSchemaTest, IsJsonThatKnowsFamiliesKindsAndBounds) {
    const auto schema = nlohmann::json::parse(json_schema(some_sections()));
    EXPECT_EQ(schema["$schema"], "http://json-schema.org/draft-07/schema#");
    EXPECT_EQ(schema["additionalProperties"], false);
    const auto& risk = schema["properties"]["risk"];
    EXPECT_EQ(risk["additionalProperties"], false);
    EXPECT_EQ(risk["properties"]["day_trades"]["maximum"], 1000);
    EXPECT_EQ(risk["properties"]["max_drawdown"]["type"], "string");
    EXPECT_EQ(risk["properties"]["allow_env_loosening"]["default"], false);
    EXPECT_EQ(risk["properties"]["instrument"]["additionalProperties"]["properties"].size(), 1U);
    const auto& kinds = schema["properties"]["strategy"]["additionalProperties"]["oneOf"];
    ASSERT_EQ(kinds.size(), 2U);
    EXPECT_EQ(kinds[0]["properties"]["kind"]["const"], "macd");
    EXPECT_EQ(kinds[1]["required"], nlohmann::json({"kind", "instruments"}));
    EXPECT_FALSE(kinds[1]["properties"].contains("fast"));
    EXPECT_EQ(schema["properties"]["journal"]["properties"]["segment"]["default"], "256MiB");
    EXPECT_EQ(json_schema(some_sections()), json_schema(some_sections()));
}

TEST(ConfigReferenceTest, IsATablePerSection) {
    const std::string text = markdown_reference(some_sections());
    EXPECT_THAT(text, HasSubstr("## `[strategy.*]` with `kind = \"macd\"`\n"));
    EXPECT_THAT(
        text,
        HasSubstr("| `day_trades` | whole number | `5` | 0 to 1000 | Help of day_trades. |\n"));
    EXPECT_THAT(text, HasSubstr("| `instruments` | list of instruments | **required** |  |"));
    EXPECT_THAT(text, HasSubstr("| `segment` | size | `\"256MiB\"` | 1MiB to 1TiB |"));
}

TEST(ConfigDescriptorTest, ContradictionsAreFound) {
    EXPECT_THAT(mistakes_in(some_sections()), IsEmpty());
    EXPECT_THAT(mistakes_in(settings()), IsEmpty());
    EXPECT_THAT(
        mistakes_in(
            {{"x",
              "",
              {setting("a", SettingKind::Decimal, "0.10"),
               setting("b", SettingKind::Integer, "5", "6"),
               choices(setting("c", SettingKind::Text, "z"), {"x", "y"}),
               setting("d", SettingKind::TimeSpan, "", "90s")},
              ""}}),
        ElementsAre(
            "[x] a: default \"0.10\" is not canonical, \"0.1\" is",
            "[x] b: default must be at least 6, got \"5\"",
            "[x] c: default must be one of \"x\", \"y\", got \"z\"",
            "[x] d: min \"90s\" is not canonical, \"1m30s\" is"));
}

TEST(ProcessEnvironmentTest, HasWhatTheShellGave) {
    ASSERT_EQ(setenv("TAPEDECK__TEST__X", "a=b", 1), 0);
    EXPECT_EQ(process_environment()["TAPEDECK__TEST__X"], "a=b");
    unsetenv("TAPEDECK__TEST__X");
}

}  // namespace
}  // namespace tapedeck::ops
