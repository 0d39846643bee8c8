// Whatever stands in a configuration file, loading it answers with a configuration and findings,
// each with its place. Build with the `fuzz` preset (clang), then:
//     build/fuzz/bin/ops_config_fuzz -max_len=4096 corpus/
#include "base/verify.h"
#include "ops/config.h"
#include "testing/fuzz_seeds.h"
#include "testing/temporary_directory.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace tapedeck::ops {
namespace {

/// One setting of every kind, a family of sections, and one whose keys depend on its kind.
std::vector<SettingsSection> sections() {
    using enum SettingKind;
    std::vector<Setting> all;
    for (const auto kind :
         {Text,
          Flag,
          Integer,
          SettingKind::Decimal,
          TimeSpan,
          Size,
          Moment,
          SettingKind::Instrument,
          TextList,
          Instruments}) {
        Setting setting;
        setting.key = "key" + std::to_string(static_cast<int>(kind));
        setting.kind = kind;
        all.push_back(setting);
    }
    Setting kind;
    kind.key = "kind";
    kind.choices = {"one", "two"};
    return {
        {.name = "all", .help = {}, .settings = all, .kind = {}},
        {.name = "family.*", .help = {}, .settings = {kind, all[2]}, .kind = "one"},
        {.name = "family.*", .help = {}, .settings = {kind, all[3]}, .kind = "two"}};
}

std::vector<std::string> seeds() {
    return {
        "profile = \"demo\"\n[all]\nkey0 = \"text\"\nkey1 = true\nkey2 = 7\nkey3 = \"0.5\"\n",
        "[all]\nkey4 = \"1h30m\"\nkey5 = \"1MiB\"\nkey6 = \"2026-11-20T12:05Z\"\n",
        "[all]\nkey7 = \"kraken:BTC/EUR\"\nkey8 = [\"a\", \"b\"]\nkey9 = [\"kraken:BTC/EUR\"]\n",
        "[family.a]\nkind = \"one\"\nkey2 = 1\n[family.\"b.c\"]\nkind = \"two\"\nkey3 = \"1\"\n",
        "[[family]]\nkind = \"one\"\n\n[log]\nlevel = \"info\"\n"};
}

}  // namespace
}  // namespace tapedeck::ops

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    tapedeck::testing::write_seeds(*argc, *argv, tapedeck::ops::seeds());
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tapedeck;
    static const testing::TemporaryDirectory kDirectory;
    const std::string text(reinterpret_cast<const char*>(data), size);
    kDirectory.write("base.toml", text);
    ops::ConfigRequest request;
    request.directory = kDirectory.path();
    request.profile = "demo";
    request.sections = ops::sections();
    request.overrides = {text.substr(0, text.find('\n'))};
    const auto loaded = ops::load(request);
    VERIFY(loaded.ok() || !loaded.report().empty());
    for (const auto& finding : loaded.findings) VERIFY(!finding.message.empty());
    return 0;
}
