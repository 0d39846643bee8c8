#include "ops/config_fixture.h"

#include <array>
#include <set>

namespace tapedeck::ops {
namespace {

/// One broken base.toml and all that is said about it. What an operator reads is the contract here,
/// so it is written out in full.
struct Mistake {
    const char* name;
    const char* text;
    const char* expected;
};

const auto kMistakes = std::to_array<Mistake>({
    {"UnknownKey",
     "[risk]\n"
     "max_postion = \"0.1\"\n",
     "base.toml:2:1: error: unknown key \"risk.max_postion\": did you mean \"risk.max_position\"?"},
    {"UnknownKeyFar",
     "[risk]\n"
     "  colour = \"red\"\n",
     "base.toml:2:3: error: unknown key \"risk.colour\""},
    {"UnknownSection",
     "[rsik]\n"
     "max_position = \"0.1\"\n",
     "base.toml:1:2: error: unknown section [rsik]: did you mean [risk]?"},
    {"UnknownSectionFar",
     "\n"
     "[database]\n"
     "url = 5\n"
     "more = 6\n",
     "base.toml:2:2: error: unknown section [database]"},
    {"UnknownSubsection",
     "[risk.instrumnet.\"kraken:BTC/EUR\"]\n"
     "max_position = \"0.1\"\n",
     "base.toml:1:7: error: unknown section [risk.instrumnet]: did you mean [risk.instrument]?"},
    {"UnknownFamilyRoot",
     "[stratgy.x]\n"
     "kind = \"macd\"\n",
     "base.toml:1:2: error: unknown section [stratgy]: did you mean [strategy]?"},
    {"TopLevelKey",
     "proflie = \"live\"\n",
     "base.toml:1:1: error: unknown key \"proflie\": did you mean \"profile\"?"},
    {"FloatDecimal",
     "[risk]\n"
     "max_drawdown = 0.05\n",
     "base.toml:2:16: error: risk.max_drawdown must be a quoted decimal (\"0.05\"), got the float "
     "0.05: floats are not exact"},
    {"FloatExp",
     "[risk]\n"
     "max_drawdown = 5e-2\n",
     "base.toml:2:16: error: risk.max_drawdown must be a quoted decimal (\"0.05\"), got the float "
     "5e-2: floats are not exact"},
    {"IntDecimal",
     "[risk]\n"
     "max_drawdown = 1\n",
     "base.toml:2:16: error: risk.max_drawdown must be a quoted decimal (\"1\"), got the integer "
     "1"},
    {"BoolDecimal",
     "[risk]\n"
     "max_drawdown = true\n",
     "base.toml:2:16: error: risk.max_drawdown must be a quoted decimal (\"0.05\"), got true"},
    {"CommaDecimal",
     "[risk]\n"
     "max_drawdown = \"0,05\"\n",
     "base.toml:2:16: error: risk.max_drawdown must be a quoted decimal (\"0.05\"), got \"0,05\""},
    {"ExpDecimal",
     "[risk]\n"
     "max_drawdown = \"5e-2\"\n",
     "base.toml:2:16: error: risk.max_drawdown must be a quoted decimal (\"0.05\"), got \"5e-2\""},
    {"LongDecimal",
     "[risk]\n"
     "max_drawdown = \"0.0000000000000000001\"\n",
     "base.toml:2:16: error: risk.max_drawdown must be a quoted decimal (\"0.05\"), got "
     "\"0.0000000000000000001\": it has more than 18 digits before or after the decimal point"},
    {"EmptyDecimal",
     "[risk]\n"
     "max_drawdown = \"\"\n",
     "base.toml:2:16: error: risk.max_drawdown must be a quoted decimal (\"0.05\"), got \"\""},
    {"NegativeLimit",
     "[risk]\n"
     "max_drawdown = \"-0.05\"\n",
     "base.toml:2:16: error: risk.max_drawdown must be at least 0, got \"-0.05\""},
    {"AboveMax",
     "[risk]\n"
     "max_position = \"1.5\"\n",
     "base.toml:2:16: error: risk.max_position must be between 0 and 1, got \"1.5\""},
    {"NegativeRange",
     "[risk]\n"
     "max_position = \"-0.5\"\n",
     "base.toml:2:16: error: risk.max_position must be between 0 and 1, got \"-0.5\""},
    {"NanDecimal",
     "[risk]\n"
     "max_drawdown = nan\n",
     "base.toml:2:16: error: risk.max_drawdown must be a quoted decimal (\"0.05\"), got the float "
     "nan: floats are not exact"},
    {"IntText",
     "[risk]\n"
     "day_trades = \"5\"\n",
     "base.toml:2:14: error: risk.day_trades must be a whole number without quotes (5), got \"5\""},
    {"IntFloat",
     "[risk]\n"
     "day_trades = 5.5\n",
     "base.toml:2:14: error: risk.day_trades must be a whole number, got the float 5.5"},
    {"IntWords",
     "[risk]\n"
     "day_trades = \"five\"\n",
     "base.toml:2:14: error: risk.day_trades must be a whole number, got \"five\""},
    {"IntNegative",
     "[risk]\n"
     "day_trades = -1\n",
     "base.toml:2:14: error: risk.day_trades must be between 0 and 1000, got the integer -1"},
    {"IntHigh",
     "[risk]\n"
     "day_trades = 0xFFFF\n",
     "base.toml:2:14: error: risk.day_trades must be between 0 and 1000, got the integer 65535"},
    {"IntHuge",
     "[risk]\n"
     "day_trades = 99999999999999999999\n",
     "base.toml:2:34: error: the whole number is too large for 64 bits"},
    {"FlagText",
     "[risk]\n"
     "flatten = \"true\"\n",
     "base.toml:2:11: error: risk.flatten must be true without quotes, got \"true\""},
    {"FlagYes",
     "[risk]\n"
     "flatten = \"yes\"\n",
     "base.toml:2:11: error: risk.flatten must be true or false, got \"yes\""},
    {"FlagInt",
     "[risk]\n"
     "flatten = 1\n",
     "base.toml:2:11: error: risk.flatten must be true or false, got the integer 1"},
    {"FlagCase",
     "[risk]\n"
     "flatten = True\n",
     "base.toml:2:11: error: TOML syntax, in boolean: expected 'true', saw 'T'; it is written true "
     "or false"},
    {"SpanInt",
     "[risk]\n"
     "cooldown = 5\n",
     "base.toml:2:12: error: risk.cooldown must be a duration (\"250ms\", \"5s\", \"1h30m\"), got "
     "the integer 5: it has no unit"},
    {"SpanNoUnit",
     "[risk]\n"
     "cooldown = \"5\"\n",
     "base.toml:2:12: error: risk.cooldown must be a duration (\"250ms\", \"5s\", \"1h30m\"), got "
     "\"5\": it has no unit"},
    {"SpanUnit",
     "[risk]\n"
     "cooldown = \"5min\"\n",
     "base.toml:2:12: error: risk.cooldown must be a duration (\"250ms\", \"5s\", \"1h30m\"), got "
     "\"5min\""},
    {"SpanNegative",
     "[risk]\n"
     "cooldown = \"-5s\"\n",
     "base.toml:2:12: error: risk.cooldown must be a duration (\"250ms\", \"5s\", \"1h30m\"), got "
     "\"-5s\""},
    {"SpanHigh",
     "[risk]\n"
     "cooldown = \"2d\"\n",
     "base.toml:2:12: error: risk.cooldown must be between 1s and 1d, got \"2d\""},
    {"SpanBare",
     "[risk]\n"
     "cooldown = 5s\n",
     "base.toml:2:13: error: TOML syntax, in decimal integer: expected digit, saw 's'; texts, "
     "durations, sizes and decimals are quoted"},
    {"SizeMb",
     "[journal]\n"
     "segment = \"256MB\"\n",
     "base.toml:2:11: error: journal.segment must be a size (\"64KiB\", \"1MiB\", \"2GiB\"), got "
     "\"256MB\": units are KiB, MiB, GiB and TiB"},
    {"SizeLow",
     "[journal]\n"
     "segment = \"1KiB\"\n",
     "base.toml:2:11: error: journal.segment must be between 1MiB and 1TiB, got \"1KiB\""},
    {"SizeOverflow",
     "[journal]\n"
     "segment = \"99999999TiB\"\n",
     "base.toml:2:11: error: journal.segment must be a size (\"64KiB\", \"1MiB\", \"2GiB\"), got "
     "\"99999999TiB\""},
    {"SizeFloat",
     "[journal]\n"
     "segment = 1.5\n",
     "base.toml:2:11: error: journal.segment must be a size (\"64KiB\", \"1MiB\", \"2GiB\"), got "
     "the float 1.5"},
    {"Moment",
     "[journal]\n"
     "since = \"yesterday\"\n",
     "base.toml:2:9: error: journal.since must be a moment in UTC (\"2026-11-20T12:05:00Z\"), got "
     "\"yesterday\""},
    {"MomentOffset",
     "[journal]\n"
     "since = 2026-11-20T12:05:00+02:00\n",
     "base.toml:2:9: error: journal.since must be a moment in UTC (\"2026-11-20T12:05:00Z\"), got "
     "the date 2026-11-20T12:05:00+02:00"},
    {"Choice",
     "[journal]\n"
     "fsync = \"grupo\"\n",
     "base.toml:2:9: error: journal.fsync must be one of \"group\", \"each\", got \"grupo\""},
    {"ChoiceFar",
     "[journal]\n"
     "fsync = \"never\"\n",
     "base.toml:2:9: error: journal.fsync must be one of \"group\", \"each\", got \"never\""},
    {"TextInt",
     "[journal]\n"
     "dir = 5\n",
     "base.toml:2:7: error: journal.dir must be quoted text (\"5\"), got the integer 5"},
    {"TextList",
     "[journal]\n"
     "dir = [\"/data\"]\n",
     "base.toml:2:7: error: journal.dir must be text, got a list"},
    {"Instrument",
     "[risk]\n"
     "benchmark = \"BTC/EUR\"\n",
     "base.toml:2:13: error: risk.benchmark must be an instrument (\"kraken:BTC/EUR\"), got "
     "\"BTC/EUR\""},
    {"InstrumentCase",
     "[risk]\n"
     "benchmark = \"kraken:btc/eur\"\n",
     "base.toml:2:13: error: risk.benchmark must be an instrument (\"kraken:BTC/EUR\"), got "
     "\"kraken:btc/eur\""},
    {"ListString",
     "[risk]\n"
     "modes = \"long\"\n",
     "base.toml:2:9: error: risk.modes must be a list ([\"long\"]), got \"long\""},
    {"ListItemType",
     "[risk]\n"
     "modes = [ \"long\", 5 ]\n",
     "base.toml:2:19: error: risk.modes holds an item that must be quoted text (\"5\"), got the "
     "integer 5"},
    {"ListItemChoice",
     "[risk]\n"
     "modes = [\n"
     "  \"long\",\n"
     "  \"shrot\",\n"
     "]\n",
     "base.toml:4:3: error: risk.modes holds an item that must be one of \"long\", \"short\", got "
     "\"shrot\": did you mean \"short\"?"},
    {"ListTwice",
     "[risk]\n"
     "modes = [\"long\", \"long\"]\n",
     "base.toml:2:18: error: risk.modes holds \"long\" twice"},
    {"ListInstrument",
     "[strategy.a]\n"
     "kind = \"macd\"\n"
     "instruments = [\"kraken:BTC/EUR\", \"BTCEUR\"]\n",
     "base.toml:3:34: error: strategy.a.instruments holds an item that must be an instrument "
     "(\"kraken:BTC/EUR\"), got \"BTCEUR\""},
    {"ListComma",
     "[alerts.route.a]\n"
     "to = [\"a,b\", \"\"]\n",
     "base.toml:2:7: error: alerts.route.a.to holds an item with a comma, \"a,b\""},
    {"ListEmptyItem",
     "[alerts.route.a]\n"
     "to = [\"\"]\n",
     "base.toml:2:7: error: alerts.route.a.to holds an empty item"},
    {"MissingKind",
     "[strategy.a]\n"
     "instruments = [\"kraken:BTC/EUR\"]\n"
     "fsat = 3\n",
     "base.toml:1:11: error: [strategy.a] has no kind: one of macd, rsi"},
    {"WrongKind",
     "[strategy.a]\n"
     "kind = \"mcad\"\n"
     "fast = 1\n",
     "base.toml:2:8: error: strategy.a.kind must be one of \"macd\", \"rsi\", got \"mcad\": did "
     "you mean \"macd\"?"},
    {"KindType",
     "[strategy.a]\n"
     "kind = 5\n",
     "base.toml:2:8: error: strategy.a.kind must be one of \"macd\", \"rsi\", got the integer 5"},
    {"MissingRequired",
     "[strategy.a]\n"
     "kind = \"macd\"\n",
     "base.toml:1:11: error: strategy.a.instruments is missing: Help of instruments."},
    {"KeyOfOtherKind",
     "[strategy.a]\n"
     "kind = \"macd\"\n"
     "instruments = [\"kraken:BTC/EUR\"]\n"
     "upper = 70\n",
     "base.toml:4:1: error: unknown key \"strategy.a.upper\": kind \"macd\" has none"},
    {"MemberName",
     "[strategy.\"My Strategy\"]\n"
     "kind = \"macd\"\n",
     "base.toml:1:11: error: [strategy.\"My Strategy\"]: a name is of a-z, 0-9, _ and -, at most "
     "40 characters"},
    {"MemberDot",
     "[strategy.\"a.b\"]\n"
     "kind = \"macd\"\n",
     "base.toml:1:11: error: [strategy.\"a.b\"]: a name is of a-z, 0-9, _ and -, at most 40 "
     "characters"},
    {"MemberInstrument",
     "[risk.instrument.\"BTC\"]\n"
     "max_position = \"0.1\"\n",
     "base.toml:1:18: error: [risk.instrument.BTC]: \"BTC\" is not an instrument "
     "(\"kraken:BTC/EUR\")"},
    {"MemberInstrumentBare",
     "[risk.instrument.kraken]\n"
     "max_position = \"0.1\"\n",
     "base.toml:1:18: error: [risk.instrument.kraken]: \"kraken\" is not an instrument "
     "(\"kraken:BTC/EUR\")"},
    {"MemberInstrumentDot",
     "[risk.instrument.\"kraken:BTC.X/EUR\"]\n"
     "max_position = \"0.1\"\n",
     "base.toml:1:18: error: [risk.instrument.\"kraken:BTC.X/EUR\"]: an instrument with a dot "
     "cannot have a section"},
    {"FamilyKey",
     "[strategy]\n"
     "kind = \"macd\"\n",
     "base.toml:2:1: error: unknown key \"strategy.kind\": [strategy] holds sections only, "
     "[strategy.NAME]"},
    {"SectionAsKey", "risk = 5\n", "base.toml:1:1: error: risk is a section: write [risk]"},
    {"KeyAsSection",
     "[risk.max_position]\n"
     "value = 5\n",
     "base.toml:1:7: error: risk.max_position is a key, not a section: write max_position = … in "
     "[risk]"},
    {"ListOfSections",
     "[[risk]]\n"
     "day_trades = 5\n",
     "base.toml:1:1: error: [[risk]] is no list of sections: write [risk]"},
    {"DuplicateKey",
     "[risk]\n"
     "day_trades = 1\n"
     "  day_trades = 2\n",
     "base.toml:3:3: error: duplicate key \"day_trades\": it has a value already"},
    {"DuplicateDotted",
     "risk.day_trades = 1\n"
     "risk.day_trades = 2\n",
     "base.toml:2:1: error: duplicate key \"risk.day_trades\": it has a value already"},
    {"DuplicateSection",
     "[risk]\n"
     "day_trades = 1\n"
     "[risk]\n"
     "flatten = true\n",
     "base.toml:3:1: error: duplicate section [risk]"},
    {"SyntaxNoValue",
     "[risk]\n"
     "day_trades =\n",
     "base.toml:2:13: error: TOML syntax, in key-value pair: expected value, saw '\\n'"},
    {"SyntaxNoEquals",
     "[risk]\n"
     "day_trades 5\n",
     "base.toml:2:12: error: TOML syntax, in key-value pair: expected '=', saw '5'"},
    {"SyntaxHeader",
     "[risk\n"
     "day_trades = 5\n",
     "base.toml:1:6: error: TOML syntax, in table header: expected ']', saw '\\n'"},
    {"SyntaxString",
     "[journal]\n"
     "dir = \"/data\n",
     "base.toml:2:13: error: the text is not closed, or has a control character in it"},
    {"SyntaxBare",
     "[journal]\n"
     "fsync = group\n",
     "base.toml:2:9: error: TOML syntax, in value: could not determine value type; texts, "
     "durations, sizes and decimals are quoted"},
    {"SyntaxUtf8",
     "[journal]\n"
     "dir = \"\xff\"\n",
     "base.toml:2:7: error: the file is not UTF-8"},
    {"SyntaxTwo",
     "[risk]\n"
     "day_trades = 1 flatten = true\n",
     "base.toml:2:16: error: TOML syntax, in key-value pair: expected a comment or whitespace, saw "
     "'f'"},
    {"SyntaxEscape",
     "[journal]\n"
     "dir = \"C:\\data\"\n",
     "base.toml:2:11: error: TOML syntax, in string: unknown escape sequence '\\d'"},
    {"SyntaxLeadingZero",
     "[risk]\n"
     "day_trades = 05\n",
     "base.toml:2:16: error: TOML syntax, in decimal integer: leading zeroes are prohibited"},
    {"ProfileType",
     "profile = 5\n",
     "base.toml:1:11: error: profile must be quoted text (\"paper\")"},
    {"ProfileName",
     "profile = \"../etc\"\n",
     "base.toml:1:11: error: profile must be a name of a-z, 0-9, - and _, got \"../etc\""},
    {"ProfileMissing",
     "profile = \"lvie\"\n",
     "base.toml:1:11: error: there is no profile \"lvie\": no file lvie.toml"},
    {"SecretInFile",
     "[venue.kraken]\n"
     "secret = \"hunter2\"\n",
     "base.toml:2:10: warning: venue.kraken.secret is a secret written into a file: name its own "
     "file by secret_file, or set it in the environment"},
    {"SecretType",
     "[venue.kraken]\n"
     "secret = 1234567\n",
     "base.toml:2:10: error: venue.kraken.secret is a secret and must be quoted text"},
    {"Umlaut",
     "# é\n"
     "[journal]\n"
     "\"dïr\" = \"é\" \n",
     "base.toml:3:1: error: unknown key \"journal.dïr\""},
    {"Crlf",
     "[risk]\r\n"
     "max_drawdown = 0.05\r\n",
     "base.toml:2:16: error: risk.max_drawdown must be a quoted decimal (\"0.05\"), got the float "
     "0.05: floats are not exact"},
    {"InlineTable",
     "journal = { dir = 5, fsnyc = \"each\" }\n",
     "base.toml:1:19: error: journal.dir must be quoted text (\"5\"), got the integer 5\n"
     "base.toml:1:22: error: unknown key \"journal.fsnyc\": did you mean \"journal.fsync\"?"},
    {"Dotted",
     "risk.max_drawdown = 0.05\n",
     "base.toml:1:21: error: risk.max_drawdown must be a quoted decimal (\"0.05\"), got the float "
     "0.05: floats are not exact"},
    {"Mixed",
     "[risk]\n"
     "modes = [\"long\", { a = 1 }]\n",
     "base.toml:2:18: error: risk.modes holds an item that must be text, got a table"},
    {"Many",
     "[risk]\n"
     "max_postion = 1\n"
     "max_drawdown = 0.05\n"
     "[jurnal]\n"
     "[strategy.b]\n",
     "base.toml:2:1: error: unknown key \"risk.max_postion\": did you mean \"risk.max_position\"?\n"
     "base.toml:3:16: error: risk.max_drawdown must be a quoted decimal (\"0.05\"), got the float "
     "0.05: floats are not exact\n"
     "base.toml:4:2: error: unknown section [jurnal]: did you mean [journal]?\n"
     "base.toml:5:11: error: [strategy.b] has no kind: one of macd, rsi"},
    {"KindlessFamilyExtra",
     "[venue.kraken]\n"
     "kind = \"kraken\"\n",
     "base.toml:2:1: error: unknown key \"venue.kraken.kind\""},
    {"NestedTooDeep",
     "[strategy.a.b]\n"
     "x = 1\n",
     "base.toml:1:11: error: [strategy.a] has no kind: one of macd, rsi\n"
     "base.toml:1:13: error: unknown section [strategy.a.b]"},
    {"NumberList",
     "[alerts.route.a]\n"
     "to = [1, 2]\n",
     "base.toml:2:7: error: alerts.route.a.to holds an item that must be quoted text (\"1\"), got "
     "the integer 1"},
    {"ListOfListsOk",
     "[[alerts.route]]\n"
     "severity = \"page\"\n"
     "[[alerts.route]]\n"
     "severty = \"page\"\n",
     "base.toml:4:1: error: unknown key \"alerts.route.02.severty\": did you mean "
     "\"alerts.route.02.severity\"?"},
    {"IntegerTextLong",
     "[risk]\n"
     "day_trades = \"99999999999999999999\"\n",
     "base.toml:2:14: error: risk.day_trades must be a whole number, got \"99999999999999999999\""},
    {"BeyondDecimal",
     "[risk]\n"
     "max_drawdown = \"1000000000000000000000\"\n",
     "base.toml:2:16: error: risk.max_drawdown must be a quoted decimal (\"0.05\"), got "
     "\"1000000000000000000000\": it has more than 18 digits before or after the decimal point"},
});

class ConfigMistakeTest : public ConfigTest, public testing::WithParamInterface<Mistake> {};

TEST_P(ConfigMistakeTest, IsToldAtItsPlaceWithTheWayOut) {
    write("base.toml", GetParam().text);
    EXPECT_EQ(findings(), std::string(GetParam().expected) + "\n");
}

INSTANTIATE_TEST_SUITE_P(
    All, ConfigMistakeTest, testing::ValuesIn(kMistakes), [](const auto& each) {
        return std::string(each.param.name);
    });

}  // namespace
}  // namespace tapedeck::ops
