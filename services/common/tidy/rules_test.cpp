// Each rule finds what it is there for, and leaves alone what is fine.
#include "tidy/rules.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tapedeck::tidy {
namespace {

std::vector<std::string> said(const Findings& findings) {
    std::vector<std::string> result;
    for (const auto& finding : findings) result.push_back(to_string(finding));
    return result;
}

using Said = std::vector<std::string>;

TEST(RepositoryTest, BlanksCommentsTextsAndCharacters) {
    const File file = make_file(
        "services/risk/core/x.cpp",
        "int a = 1'000;  // getenv\n"
        "auto b = \"getenv \\\" getenv\"; char c = '\"'; int d;\n"
        "/* getenv\n"
        "getenv */ int e;\n"
        "auto f = R\"(getenv\n"
        "\" getenv)\"; int g;\n");
    for (const auto& line : file.code) EXPECT_EQ(line.find("getenv"), std::string::npos) << line;
    EXPECT_NE(file.code[0].find("1'000;"), std::string::npos);
    EXPECT_NE(file.code[1].find("int d;"), std::string::npos);
    EXPECT_NE(file.code[3].find("int e;"), std::string::npos);
    EXPECT_NE(file.code[5].find("int g;"), std::string::npos);
}

TEST(RepositoryTest, KnowsTheFolderOfAPath) {
    EXPECT_EQ(folder_of("services/common/base/time.h"), "common/base");
    EXPECT_EQ(folder_of("services/strategy/core/indicators/ema.h"), "strategy/core");
    EXPECT_EQ(folder_of("services/risk/main.cpp"), "risk");
    EXPECT_EQ(folder_of("proto/tapedeck/v1/order.proto"), "proto");
    EXPECT_EQ(folder_of("README.md"), "");
}

TEST(RepositoryTest, TellsWordsFromPartsOfNames) {
    EXPECT_TRUE(says("auto t = time(nullptr);", "time("));
    EXPECT_TRUE(says("std::time(nullptr)", "time("));
    EXPECT_FALSE(says("candle.close_time()", "time("));
    EXPECT_FALSE(says("event.time()", "time("));
    EXPECT_FALSE(says("event->time()", "time("));
    EXPECT_FALSE(says("parse_time(text)", "time("));
    EXPECT_TRUE(says("std::chrono::steady_clock::now()", "_clock::now"));
    EXPECT_TRUE(says("std::unordered_map<int, int>", "unordered_"));
    EXPECT_TRUE(says("double x", "double"));
    EXPECT_FALSE(says("to_double()", "double"));
    EXPECT_FALSE(says("redoubled", "double"));
}

TEST(RulesTest, LayersPointOneWay) {
    const auto check = [](const char* path, const char* text) {
        return said(check_layers(make_file(path, text)));
    };
    EXPECT_EQ(
        check("services/risk/core/risk.cpp", "\n#include \"tape/host.h\"\n"),
        Said{"services/risk/core/risk.cpp:2: layers: risk/core may not include common/tape"});
    EXPECT_EQ(
        check("services/risk/core/risk.cpp", "#include \"strategy/core/strategy.h\"\n").size(), 1U);
    EXPECT_EQ(check("services/common/base/a.h", "#include \"events/event.h\"\n").size(), 1U);
    EXPECT_EQ(check("services/risk/core/r.cpp", "#include \"testing/given.h\"\n").size(), 1U);
    EXPECT_EQ(check("services/risk/core/r_test.cpp", "#include \"testing/given.h\"\n"), Said{});
    EXPECT_EQ(check("services/risk/core/r.cpp", "#include \"r.h\"\n").size(), 1U);
    EXPECT_EQ(
        check(
            "services/risk/core/r.cpp",
            "#include \"base/money.h\"\n#include \"risk/core/r.h\"\n#include <map>\n"),
        Said{});
    EXPECT_EQ(check("services/risk/main.cpp", "#include \"risk/core/r.h\"\n"), Said{});
    EXPECT_EQ(
        check("services/venue-simulator/core/a.cpp", "#include \"venues/kraken/a.h\"\n").size(),
        1U);
    EXPECT_EQ(check("services/cli/view/a.cpp", "#include \"risk/core/r.h\"\n"), Said{});
    EXPECT_EQ(
        check("services/elsewhere/a.cpp", ""),
        Said{"services/elsewhere/a.cpp: layers: elsewhere has no row in tidy/layers.cpp"});
}

TEST(RulesTest, FencesKeepLibrariesWhereTheyBelong) {
    const auto count = [](const char* path, const char* header) {
        const std::string text = std::string("#include <") + header + ">\n";
        return check_fences(make_file(path, text)).size();
    };
    EXPECT_EQ(count("services/common/tape/socket.cpp", "zmq.hpp"), 0U);
    EXPECT_EQ(count("services/journal/shell/journal.cpp", "zmq.h"), 1U);
    EXPECT_EQ(count("services/journal/store/a.cpp", "sqlite3.h"), 0U);
    EXPECT_EQ(count("services/journal/shell/a.cpp", "sqlite3.h"), 1U);
    EXPECT_EQ(count("services/common/events/a_test.cpp", "tapedeck/v1/order.pb.h"), 0U);
    EXPECT_EQ(count("services/common/events/codec.cpp", "tapedeck/v1/order.pb.h"), 1U);
    EXPECT_EQ(count("services/gateway/shell/a.cpp", "tapedeck/v1/order.pb.h"), 1U);
    EXPECT_EQ(count("services/risk/core/a.cpp", "spdlog/spdlog.h"), 1U);
    EXPECT_EQ(count("services/market-data/shell/a.cpp", "spdlog/spdlog.h"), 0U);
    EXPECT_EQ(count("services/common/events/a.cpp", "openssl/evp.h"), 1U);
    EXPECT_EQ(count("services/common/tape/format.cpp", "openssl/evp.h"), 0U);
}

TEST(RulesTest, PureCodeKnowsNoClockNoChanceAndNoDouble) {
    const auto count = [](const char* path, const char* code) {
        return check_pure_words(make_file(path, code)).size();
    };
    EXPECT_EQ(
        said(check_pure_words(
            make_file("services/risk/core/a.cpp", "\nauto x = std::getenv(\"X\");\n"))),
        Said{
            "services/risk/core/a.cpp:2: pure: \"getenv\": configuration comes in ServiceStarted"});
    EXPECT_EQ(count("services/risk/core/a.cpp", "auto t = std::chrono::system_clock::now();"), 1U);
    EXPECT_EQ(count("services/risk/core/a.cpp", "std::unordered_map<int, int> m;"), 1U);
    EXPECT_EQ(count("services/venues/paper/a.cpp", "double price = 0;"), 1U);
    EXPECT_EQ(count("services/strategy/core/a.cpp", "double reading = 0;"), 0U);
    EXPECT_EQ(count("services/risk/core/a_test.cpp", "double price = 0;"), 0U);
    EXPECT_EQ(count("services/market-data/shell/a.cpp", "std::thread t;"), 0U);
    EXPECT_EQ(count("services/risk/core/a.cpp", "// no double here\n"), 0U);
}

TEST(RulesTest, ATypeHasItsNameForItselfInItsNamespace) {
    const auto file = [](const char* path, const std::string& text) {
        return make_file(
            path, "namespace tapedeck::cli {\n\n" + text + "\n}  // namespace tapedeck::cli\n");
    };
    const File first = file("services/cli/a.h", "struct Options {\n    int a = 0;\n};\n");
    const auto others = [&](const std::string& text) {
        return said(check_types({first, file("services/cli/b.cpp", text)}));
    };
    EXPECT_EQ(
        others("struct Options {\n    int b = 0;\n};\n"),
        Said{"services/cli/b.cpp:3: types: tapedeck::cli::Options is another type in "
             "services/cli/a.h: the linker would take one for the other"});
    EXPECT_EQ(others("class Options final : public Base {\n};\n").size(), 1U);
    EXPECT_EQ(others("enum class Options { A };\n").size(), 1U);
    EXPECT_EQ(others("struct Options;\n"), Said{}) << "declared";
    EXPECT_EQ(others("class Options::Impl {\n};\n"), Said{}) << "its own";
    EXPECT_EQ(others("struct Option {\n};\n"), Said{});
    EXPECT_EQ(others("namespace {\n\nstruct Options {\n};\n\n}  // namespace\n"), Said{})
        << "nobody else's";
    const File elsewhere = make_file(
        "services/risk/core/a.h",
        "namespace tapedeck::risk {\nstruct Options {\n};\n}  // namespace tapedeck::risk\n");
    EXPECT_EQ(said(check_types({first, elsewhere})), Said{});
}

TEST(RulesTest, TextIsNarrowGuardedAndFinished) {
    const auto check = [](const char* path, const std::string& text) {
        return said(check_text(make_file(path, text)));
    };
    const std::string umlauts(100, 'x');
    EXPECT_EQ(check("services/risk/core/a.cpp", umlauts), Said{});
    EXPECT_EQ(check("services/risk/core/a.cpp", umlauts + "x").size(), 1U);
    EXPECT_EQ(check("services/risk/core/a.cpp", std::string(99, 'x') + "ü"), Said{}) << "columns";
    EXPECT_EQ(check("services/risk/core/a.cpp", std::string(701, '\n')).size(), 1U);
    EXPECT_EQ(check("services/risk/core/a.h", "#pragma once\n"), Said{});
    EXPECT_EQ(check("services/risk/core/a.h", "// why\n\n#pragma once\n"), Said{});
    EXPECT_EQ(check("services/risk/core/a.h", "#include <map>\n").size(), 1U);
    EXPECT_EQ(check("services/risk/core/a.h", "#pragma once\nusing namespace std;\n").size(), 1U);
    EXPECT_EQ(check("docs/a.md", "TO" + std::string("DO: this\n")).size(), 1U);
    EXPECT_EQ(check("docs/a.md", "mkstemp(name" + std::string("XXXXXX)\n")), Said{});
    EXPECT_EQ(check("services/gateway/shell/a.cpp", "co_await with([p] {});").size(), 1U);
    EXPECT_EQ(check("services/gateway/shell/a.cpp", "co_await take({p, 1});").size(), 1U);
    EXPECT_EQ(check("services/gateway/shell/a.cpp", "co_await net.sleep(pause);"), Said{});
}

TEST(RulesTest, NothingNamesTheMachineItWasWrittenOn) {
    const auto count = [](const std::string& text) {
        return check_no_places(make_file("docs/a.md", text)).size();
    };
    EXPECT_EQ(count("see /" + std::string("work/x")), 1U);
    EXPECT_EQ(count("\"/ro" + std::string("ot/.config\"")), 1U);
    EXPECT_EQ(count("pip install --index-url https://pypi" + std::string(".org/simple")), 1U);
    EXPECT_EQ(count("docs/wo" + std::string("rk/x")), 0U);
    EXPECT_EQ(count("https://api.kraken.com/0/public"), 0U);
}

TEST(RulesTest, FoldersAreKnownAndOpenWithAReadme) {
    const auto check = [](const std::vector<std::string>& paths) {
        std::vector<File> files;
        for (const auto& path : paths) files.push_back(make_file(path, ""));
        return said(check_folders(files));
    };
    EXPECT_EQ(check({"services/risk/README.md", "services/risk/core/risk.cpp"}), Said{});
    EXPECT_EQ(
        check({"services/risk/core/risk.cpp"}),
        Said{"services/risk: folders: opens with a README.md of at most a page"});
    EXPECT_EQ(check({"services/utils/a.cpp"}).size(), 1U);
    EXPECT_EQ(check({"services/risk/README.md", "services/risk/helpers/a.cpp"}).size(), 1U);
    EXPECT_EQ(check({"services/common/README.md", "services/common/base/a.h"}).size(), 1U);
}

TEST(RulesTest, ProtoFilesAreWrittenInOneWay) {
    const auto check = [](const std::string& text) {
        const std::string head = "syntax = \"proto3\";\npackage tapedeck.v1;\n";
        return check_proto(make_file("proto/tapedeck/v1/a.proto", head + text)).size();
    };
    EXPECT_EQ(check("// A side.\nenum Side {\n  SIDE_UNSPECIFIED = 0;\n  SIDE_BUY = 1;\n}\n"), 0U);
    EXPECT_EQ(check("// A side.\nenum Side {\n  SIDE_BUY = 0;\n}\n"), 1U);
    EXPECT_EQ(check("// A side.\nenum Side {\n  SIDE_UNSPECIFIED = 0;\n  BUY = 1;\n}\n"), 1U);
    EXPECT_EQ(check("message NoSentence {\n  string a = 1;\n}\n"), 1U);
    EXPECT_EQ(check("// A.\nmessage A {\n  float a = 1;\n}\n"), 1U);
    EXPECT_EQ(check("// A.\nmessage A {\n  double a = 1;\n}\n"), 1U);
    EXPECT_EQ(check("// A.\nmessage Reading {\n  double a = 1;\n}\n"), 0U);
    EXPECT_EQ(check("// A.\nmessage A {\n  map<string, string> a = 1;\n}\n"), 1U);
    EXPECT_EQ(check("// A.\nmessage A {\n  google.protobuf.Timestamp a = 1;\n}\n"), 1U);
    EXPECT_EQ(check("// A.\nmessage A {\n  string someName = 1;\n}\n"), 1U);
    EXPECT_EQ(
        check_proto(make_file("proto/tapedeck/v2/a.proto", "package tapedeck.v1;\n")).size(), 2U);
}

}  // namespace
}  // namespace tapedeck::tidy
