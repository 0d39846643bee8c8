#include "events/print.h"
#include "venue.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <random>
#include <thread>
#include <unordered_map>

/// A key of a venue is where it was put, and in the memory of who needs it: nowhere else. A stack
/// gets one that is found by its look, trades with it as far as it can, sees errors; then all that
/// it has said, written and shown is searched.
namespace tapedeck::integration {
namespace {

using namespace std::chrono_literals;

std::string hex(std::string_view bytes, const char* digits) {
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        text += digits[byte >> 4U];
        text += digits[byte & 0xFU];
    }
    return text;
}

std::string base64(std::string_view bytes, std::string_view last_two = "+/") {
    static constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    const std::string digits = std::string(kDigits) + std::string(last_two);
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t group = 0;
        for (std::size_t k = 0; k < 3; ++k) {
            const bool is_there = i + k < bytes.size();
            group = group << 8U | (is_there ? static_cast<unsigned char>(bytes[i + k]) : 0U);
        }
        for (std::size_t k = 0; k < 4; ++k) {
            const bool is_there = i + k <= bytes.size();
            text += is_there ? digits[group >> (18U - 6U * k) & 0x3FU] : '=';
        }
    }
    return text;
}

std::string url_encoded(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool is_plain = std::isalnum(static_cast<unsigned char>(c)) != 0;
        out += is_plain ? std::string(1, c) : "%" + hex({&c, 1}, "0123456789ABCDEF");
    }
    return out;
}

std::string reversed(std::string_view text) {
    return {text.rbegin(), text.rend()};
}

/// Finds secrets however they are spelled, and parts of them: 23 characters of a spelling in a row
/// are always found, 15 never.
class Search {
public:
    /// `bytes`: what the text stands for, if it stands for something.
    void plant(const std::string& name, const std::string& text, const std::string& bytes = "") {
        add(name + " as it is", text);
        add(name + " percent-encoded", url_encoded(text));
        add(name + " backwards", reversed(text));
        add_bytes(name, text);
        if (bytes.empty()) return;
        add(name + ", its bytes", bytes);
        add_bytes(name + ", its bytes", bytes);
    }

    /// What is in `data`, in words; empty if nothing is.
    std::string found_in(std::string_view data) const {
        for (std::size_t i = 0; i + kPart <= data.size(); ++i) {
            const auto part = parts_.find(start_of(data.substr(i)));
            if (part == parts_.end()) continue;
            if (data.substr(i, kPart) == part->second.text) return part->second.name;
        }
        return "";
    }

private:
    static constexpr std::size_t kPart = 16;
    static constexpr std::size_t kStride = 8;

    struct Part {
        std::string text;
        std::string name;
    };

    static std::uint64_t start_of(std::string_view text) {
        std::uint64_t start = 0;
        std::memcpy(&start, text.data(), sizeof start);
        return start;
    }

    void add_bytes(const std::string& name, const std::string& bytes) {
        add(name + " in hexadecimal", hex(bytes, "0123456789abcdef"));
        add(name + " in capital hexadecimal", hex(bytes, "0123456789ABCDEF"));
        // As part of something longer it may begin at any of three places.
        for (std::size_t skipped = 0; skipped < 3; ++skipped) {
            add(name + " in base64", base64(bytes.substr(skipped)));
            add(name + " in base64 for addresses", base64(bytes.substr(skipped), "-_"));
        }
    }

    void add(const std::string& name, const std::string& spelling) {
        for (std::size_t i = 0; i + kPart <= spelling.size(); i += kStride) {
            const std::string part = spelling.substr(i, kPart);
            parts_.emplace(start_of(part), Part{part, name});
        }
    }

    std::unordered_map<std::uint64_t, Part> parts_;
};

std::string random_bytes(std::uint64_t seed, std::size_t size) {
    std::mt19937_64 random(seed);
    std::string bytes;
    while (bytes.size() < size) bytes += static_cast<char>(random() & 0xFFU);
    return bytes;
}

TEST(SecretSearchTest, FindsEverySpellingAndItsParts) {
    const std::string bytes = random_bytes(3, 64);
    const std::string text = base64(bytes);
    ASSERT_NE(text.find_first_of("+/"), std::string::npos) << "or two spellings are one";
    Search search;
    search.plant("it", text, bytes);
    EXPECT_EQ(search.found_in("a" + text + "b"), "it as it is");
    EXPECT_EQ(search.found_in(text.substr(30, 23)), "it as it is");
    EXPECT_EQ(search.found_in("secret=" + url_encoded(text)), "it percent-encoded");
    EXPECT_EQ(search.found_in(hex(text, "0123456789abcdef")), "it in hexadecimal");
    EXPECT_EQ(
        search.found_in(hex(bytes, "0123456789ABCDEF")), "it, its bytes in capital hexadecimal");
    EXPECT_EQ(search.found_in(std::string("\0\1\2", 3) + bytes), "it, its bytes");
    EXPECT_EQ(search.found_in(reversed(text)), "it backwards");
    for (const auto* before : {"", "a", "ab", "abc"}) {
        EXPECT_EQ(search.found_in(base64(before + text)), "it in base64") << before;
    }
    EXPECT_EQ(search.found_in(base64(random_bytes(4, 6400))), "");
    EXPECT_EQ(search.found_in(text.substr(0, 15)), "") << "not a part, by itself";
}

/// A variable of this process and all that it starts.
class ScopedVariable {
public:
    ScopedVariable(std::string name, const std::string& value) : name_(std::move(name)) {
        ::setenv(name_.c_str(), value.c_str(), 1);
    }

    ScopedVariable(const ScopedVariable&) = delete;
    ScopedVariable& operator=(const ScopedVariable&) = delete;

    ~ScopedVariable() { ::unsetenv(name_.c_str()); }

private:
    std::string name_;
};

enum class Given { ByFile, ByEnvironment };

class SecretsTest : public ::testing::TestWithParam<Given> {
protected:
    static constexpr auto kAccount = "real";
    /// Nobody's, in place of root's: by it one sees whose a process is.
    static constexpr gid_t kOtherGroup = 65534;

    SecretsTest() {
        search_.plant("the key", key_);
        search_.plant("the secret", secret_, secret_bytes_);
        search_.plant("the password", password_);
        if (GetParam() == Given::ByFile) {
            give("KEY_FILE", written("key", key_));
            give("SECRET_FILE", written("secret", secret_));
            give("OTP_FILE", written("password", password_));
        } else {
            give("KEY", key_);
            give("SECRET", secret_);
            give("OTP", password_);
        }
        venue_.emplace(1, accounts());
        stack_.emplace(settings());
    }

    /// In good order: whoever is killed leaves processes that still write into the home.
    void TearDown() override {
        if (!up_ || !up_->is_running()) return;
        up_->signal(SIGTERM);
        up_->wait();
    }

    /// Before the venue's wire runs in this process: its thread reads the environment, too.
    void give(const std::string& name, const std::string& value) {
        variables_.push_back(std::make_unique<ScopedVariable>("TAPEDECK__KRAKEN__" + name, value));
    }

    std::string written(const std::string& name, const std::string& text) {
        const std::string file = secrets_.write(name, text + "\n");
        EXPECT_EQ(::chmod(file.c_str(), 0400), 0);
        return file;
    }

    std::string accounts() const {
        return R"({"accounts":[{"name":"main","balances":{"USD":"100000","BTC":"2"},"keys":[)"
               R"({"name":"planted","key":")" +
               key_ + R"(","secret":")" + secret_ + R"(","otp":")" + password_ +
               R"(","permissions":["query-funds","query-open-trades","query-closed-trades",)"
               R"("modify-trades","close-trades","create-ws-token"]}]}]})";
    }

    /// The venue's, and what makes execution trade there.
    std::vector<std::string> settings() const {
        std::vector<std::string> all = venue_->settings();
        const auto set = [&](const std::string& key, const std::string& value) {
            std::erase_if(all, [&](const auto& each) { return each.starts_with(key + "="); });
            all.push_back(key + "=" + value);
        };
        set("kraken.account", kAccount);
        set("risk.account", kAccount);
        set("kraken.private_socket_url", venue_->private_socket_url());
        return all;
    }

    /// `tapedeck`, to its end; what it has said is searched.
    Output command(std::vector<std::string> words) {
        for (const auto& argument : stack_->arguments()) words.push_back(argument);
        const Output said = run("tapedeck", words);
        EXPECT_EQ(search_.found_in(said.out + said.err), "") << words[0] << ' ' << words[1];
        return said;
    }

    void start() {
        std::vector<std::string> words{"up"};
        for (const auto& argument : stack_->arguments()) words.push_back(argument);
        up_ = std::make_unique<Child>(
            binary("tapedeck"), words, stack_->home() + "/up.log", other_group());
        ASSERT_TRUE(stack_->wait_for_seq(300)) << words_of_all();
    }

    static std::optional<gid_t> other_group() {
        return ::geteuid() == 0 ? std::optional(kOtherGroup) : std::nullopt;
    }

    std::string words_of_all() const {
        std::string words = slurp(stack_->home() + "/up.log");
        for (const auto& service : Stack::services()) {
            words += slurp(stack_->home() + "/logs/" + service + ".log");
        }
        return words;
    }

    std::map<std::string, pid_t> processes() const {
        std::map<std::string, pid_t> all{{"up", up_->pid()}};
        for (const auto& entry : std::filesystem::directory_iterator(stack_->home() + "/run")) {
            if (entry.path().extension() != ".pid") continue;
            all[entry.path().stem()] = std::atoi(slurp(entry.path()).c_str());
        }
        return all;
    }

    const std::string secret_bytes_ = random_bytes(1, 64);
    const std::string secret_ = base64(secret_bytes_);
    const std::string key_ = base64(random_bytes(2, 42));
    const std::string password_ = hex(random_bytes(3, 24), "0123456789abcdef");
    Search search_;
    testing::TemporaryDirectory secrets_;
    std::vector<std::unique_ptr<ScopedVariable>> variables_;
    std::optional<Venue> venue_;
    std::optional<Stack> stack_;
    std::unique_ptr<Child> up_;
};

std::string of_process(pid_t pid, const std::string& name) {
    return slurp("/proc/" + std::to_string(pid) + "/" + name);
}

/// The kernel gives these files to the user and the group of a process, but where its memory may
/// neither be dumped nor be looked at (PR_SET_DUMPABLE 0): then to root.
bool is_memory_private(pid_t pid) {
    struct stat status {};

    const std::string file = "/proc/" + std::to_string(pid) + "/environ";
    EXPECT_EQ(::stat(file.c_str(), &status), 0) << file;
    return status.st_uid == 0 && status.st_gid == 0;
}

TEST_P(SecretsTest, AreNowhereButWhereTheyWerePut) {
    const auto healthy = command({"doctor", "--venue", "kraken"});
    EXPECT_NE(healthy.out.find("the key is accepted"), std::string::npos) << healthy.out;
    EXPECT_NE(healthy.out.find("two-factor password goes"), std::string::npos) << healthy.out;
    const auto shown = command({"config", "show"});
    const std::string how = GetParam() == Given::ByFile ? "_file = " : " = ***(environment, ";
    EXPECT_NE(shown.out.find("kraken.secret" + how), std::string::npos) << shown.out;
    command({"config", "show", "--json"});
    command({"config", "check"});

    start();
    for (const auto& [method, error] : std::vector<std::pair<std::string, std::string>>{
             {"GetWebSocketsToken", "EAPI:Invalid signature"},
             {"BalanceEx", "EAPI:Invalid key"},
             {"OpenOrders", "EAPI:Invalid nonce"},
             {"GetApiKeyInfo", "EGeneral:Permission denied"}}) {
        venue_->ask(
            "rules",
            R"({"fault":"error","count":2,"method":")" + method + R"(","text":")" + error +
                R"("})");
    }
    venue_->ask("rules", R"({"fault":"http_error","count":2,"method":"OpenOrders","status":403})");
    venue_->ask("expire_tokens");
    venue_->ask("drop_sockets");
    std::this_thread::sleep_for(4s);
    EXPECT_EQ(command({"doctor", "--venue", "kraken"}).exit_code, 1) << "the venue refuses";
    EXPECT_EQ(command({"doctor", "--venue", "kraken", "--json"}).exit_code, 1);
    {
        const std::string other = base64(random_bytes(9, 64));
        const ScopedVariable wrong(
            GetParam() == Given::ByFile ? "TAPEDECK__KRAKEN__SECRET_FILE"
                                        : "TAPEDECK__KRAKEN__SECRET",
            GetParam() == Given::ByFile ? written("other", other) : other);
        const auto said = command({"doctor", "--venue", "kraken"});
        EXPECT_NE(said.out.find("FAIL"), std::string::npos) << said.out;
    }
    variables_.clear();  // the stack has its own copies; nothing that comes now needs them

    const auto all = processes();
    ASSERT_EQ(all.size(), 7U) << "five services, the shadow, and who runs them";
    for (const auto& [name, pid] : all) {
        const std::string command_line = of_process(pid, "cmdline");
        EXPECT_NE(command_line.find("tapedeck"), std::string::npos) << name;
        EXPECT_EQ(search_.found_in(command_line), "") << name;
        if (GetParam() == Given::ByFile) {
            EXPECT_EQ(search_.found_in(of_process(pid, "environ")), "") << name;
        }
    }

    up_->signal(SIGTERM);
    EXPECT_EQ(up_->wait(), 0) << words_of_all();
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(stack_->home())) {
        if (!entry.is_regular_file()) continue;
        ++files;
        EXPECT_EQ(search_.found_in(slurp(entry.path())), "") << entry.path();
    }
    EXPECT_GT(files, 8U) << "logs, tape, snapshots";
    std::size_t records = 0;
    for (const auto& recorded : stack_->tape()) {
        ++records;
        ASSERT_EQ(search_.found_in(to_json(recorded)), "") << "seq " << recorded.seq.value;
    }
    EXPECT_GT(records, 300U);
}

TEST_P(SecretsTest, MemoryIsInNoCoreDumpAndNotForNeighbours) {
    start();
    const Child plain("/bin/sleep", {"60"}, stack_->home() + "/plain.log", other_group());
    const Duration deadline = monotonic_now() + 10s;
    while (is_memory_private(plain.pid()) && monotonic_now() < deadline) {
        std::this_thread::sleep_for(5ms);  // it is not yet what it is going to be
    }
    EXPECT_FALSE(is_memory_private(plain.pid())) << "or this shows nothing";
    for (const auto& [name, pid] : processes()) {
        const std::string limits = of_process(pid, "limits");
        const auto at = limits.find("Max core file size");
        ASSERT_NE(at, std::string::npos) << name << ": " << limits;
        std::istringstream line(limits.substr(at + std::strlen("Max core file size")));
        std::string soft;
        std::string hard;
        line >> soft >> hard;
        EXPECT_EQ(soft + " " + hard, "0 0") << name;
#if !defined(__SANITIZE_ADDRESS__)  // the leak checker attaches by ptrace
        EXPECT_TRUE(is_memory_private(pid)) << name;
#endif
    }
}

TEST_P(SecretsTest, AreNoFlagAndAMistakeDoesNotRepeatThem) {
    for (const auto* verb : {"up", "doctor"}) {
        std::vector<std::string> words{verb, "--set", "kraken.secret=" + secret_};
        for (const auto& argument : stack_->arguments()) words.push_back(argument);
        const Output said = run("tapedeck", words);
        EXPECT_NE(said.exit_code, 0);
        EXPECT_NE((said.out + said.err).find("is a secret and never a flag"), std::string::npos)
            << said.out << said.err;
        EXPECT_EQ(search_.found_in(said.out + said.err), "") << verb;
    }
    const ScopedVariable misspelled("TAPEDECK__KRAKEN__SECRTE", secret_);
    EXPECT_EQ(command({"config", "check"}).exit_code, 5);
}

INSTANTIATE_TEST_SUITE_P(
    , SecretsTest, ::testing::Values(Given::ByFile, Given::ByEnvironment), [](const auto& given) {
        return given.param == Given::ByFile ? "ByFile" : "ByEnvironment";
    });

}  // namespace
}  // namespace tapedeck::integration
