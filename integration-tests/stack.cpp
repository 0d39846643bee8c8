#include "stack.h"

#include "events/codec.h"
#include "journal/store/frame_store.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <random>
#include <sstream>
#include <thread>

namespace tapedeck::integration {

using namespace std::chrono_literals;

Duration monotonic_now() {
    return std::chrono::steady_clock::now().time_since_epoch();
}

namespace {

constexpr Duration kPoll = 5ms;

/// Polls until `done` or `patience` is over.
bool wait_until(Duration patience, const std::function<bool()>& done) {
    const Duration deadline = monotonic_now() + patience;
    while (!done()) {
        if (monotonic_now() > deadline) return false;
        std::this_thread::sleep_for(kPoll);
    }
    return true;
}

}  // namespace

Child::Child(
    const std::string& program,
    const std::vector<std::string>& arguments,
    const std::string& log,
    std::optional<gid_t> group) {
    std::vector<char*> argv;
    argv.push_back(const_cast<char*>(program.c_str()));
    for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ != 0) return;
    if (group && ::setgid(*group) != 0) ::_exit(126);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    const int in = ::open("/dev/null", O_RDONLY);
    ::dup2(in, 0);
    ::dup2(out, 1);
    ::dup2(out, 2);
    ::execv(program.c_str(), argv.data());
    std::perror(program.c_str());
    ::_exit(127);
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), exit_code_(other.exit_code_) {}

Child::~Child() {
    if (pid_ <= 0 || !is_running()) return;
    ::kill(pid_, SIGKILL);
    wait();
}

void Child::signal(int number) const {
    if (pid_ > 0) ::kill(pid_, number);
}

bool Child::is_running() {
    if (pid_ <= 0) return false;
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) != pid_) return true;
    exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    pid_ = -1;
    return false;
}

int Child::wait(Duration patience) {
    return wait_until(patience, [&] { return !is_running(); }) ? exit_code_ : -1;
}

std::string slurp(const std::string& file) {
    std::ifstream in(file);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

std::string binary(const std::string& name) {
    return std::string(TAPEDECK_BINARY_DIR) + "/" + name;
}

Output run(const std::string& program, const std::vector<std::string>& arguments) {
    const testing::TemporaryDirectory directory;
    std::string command = "'" + binary(program) + "'";
    for (const auto& argument : arguments) command += " '" + argument + "'";
    const std::string out = directory / "out";
    const std::string err = directory / "err";
    command += " >'" + out + "' 2>'" + err + "' </dev/null";
    const int status = std::system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, slurp(out), slurp(err)};
}

namespace {

/// Deaf to what the shipped demo becomes: tests have a configuration of their own.
constexpr const char* kConfig = R"toml(
[journal]
clock = "feed"
sync = "checkpoint"

[strategy.rsi]
kind = "rsi"
instruments = ["test:BTC/USD", "test:ETH/USD", "test:SOL/USD"]
period = 7

[strategy.macd]
kind = "macd"
instruments = ["test:BTC/USD", "test:ETH/USD"]

[strategy.bollinger]
kind = "bollinger"
instruments = ["test:SOL/USD"]

[strategy.vote]
kind = "vote"
instruments = ["test:ETH/USD"]

[risk]
day_trades = 500
max_open_orders = 50
order_rate = 1000
fraction = "0.05"

[paper]
cash = ["USD:10000"]
)toml";

}  // namespace

Stack::Stack(std::vector<std::string> settings) : settings_(std::move(settings)) {
    std::filesystem::create_directory(home_.path() / "config");
    home_.write("config/demo.toml", kConfig);
}

const std::vector<std::string>& Stack::services() {
    static const std::vector<std::string> kNames{
        "journal", "market-data", "strategy", "risk", "execution"};
    return kNames;
}

std::vector<std::string> Stack::arguments() const {
    std::vector<std::string> result{
        "--config", home() + "/config", "--profile", "demo", "--home", home()};
    for (const auto& setting : settings_) {
        result.emplace_back("--set");
        result.push_back(setting);
    }
    return result;
}

void Stack::start(const std::string& service) {
    processes_[service] = std::make_unique<Child>(
        binary("tapedeck-" + service), arguments(), home() + "/" + service + ".log");
}

void Stack::start_all() {
    for (const auto& service : services()) start(service);
}

void Stack::kill(const std::string& service) {
    processes_.at(service)->signal(SIGKILL);
    EXPECT_EQ(processes_.at(service)->wait(), 128 + SIGKILL) << log_of(service);
}

void Stack::stop() {
    for (auto it = services().rbegin(); it != services().rend(); ++it) {
        if (processes_.count(*it) == 0) continue;
        processes_.at(*it)->signal(SIGTERM);
        EXPECT_EQ(processes_.at(*it)->wait(), 0) << *it << ": " << log_of(*it);
    }
    processes_.clear();
}

std::string Stack::log_of(const std::string& service) const {
    return slurp(home() + "/" + service + ".log");
}

std::string Stack::last_words() const {
    constexpr std::size_t kMost = 1200;
    std::string words;
    for (const auto& service : services()) {
        const std::string log = log_of(service);
        words += "\n--- " + service + "\n" + log.substr(log.size() - std::min(kMost, log.size()));
    }
    return words;
}

std::unique_ptr<tape::Client> Stack::connect() {
    for (int attempt = 0; attempt < 20; ++attempt) {
        auto client = tape::Client::connect({home() + "/run", monotonic_now, 1s});
        if (client) return std::move(*client);
    }
    ADD_FAILURE() << "no journal: " << log_of("journal");
    return nullptr;
}

bool Stack::wait_for_seq(std::uint64_t seq, Duration patience) {
    auto client = connect();
    return client != nullptr && wait_until(patience, [&] {
               const auto welcome = client->ask();
               return welcome && client->tape_end().value >= seq;
           });
}

bool Stack::wait_for_end(Duration patience) {
    const Duration deadline = monotonic_now() + patience;
    auto client = connect();
    if (client == nullptr) return false;
    std::uint64_t read_to = 0;
    bool ended = false;
    while (monotonic_now() < deadline) {
        const auto welcome = client->ask();
        if (!welcome) continue;
        const Seq end = client->tape_end();
        const auto done =
            client->read(Seq{read_to + 1}, end, [&](const tape::Follower::Frame& frame) {
                return tape::for_each_record(
                    frame.header,
                    frame.records(),
                    [](std::uint16_t type) { return type == FeedEnded::kType; },
                    [&](const Recorded&) { return ended = true; });
            });
        if (!done) continue;
        read_to = end.value;
        bool settled = ended;
        for (const auto& service : welcome->services) {
            const bool decides = service.name.find('.') != std::string::npos ||
                                 service.name == "strategy" || service.name == "risk";
            if (decides && service.decided < end.value) settled = false;
        }
        if (settled) return true;
        std::this_thread::sleep_for(20ms);
    }
    for (const auto& service : services()) {
        ADD_FAILURE() << service << ": " << log_of(service);
    }
    return false;
}

std::vector<Recorded> Stack::tape() const {
    std::vector<Recorded> all;
    auto store = journal::FrameStore::open_to_read(journal());
    if (!store) {
        ADD_FAILURE() << store.error().message;
        return all;
    }
    const auto verified = store->verify([](std::uint64_t) {});
    EXPECT_TRUE(verified) << verified.error().message;
    const auto done =
        store->read(1, store->position().last_seq, [&](const journal::StoredFrame& frame) {
            return tape::for_each_record(
                       frame.header,
                       frame.records,
                       [](std::uint16_t) { return true; },
                       [&](const Recorded& recorded) {
                           all.push_back(recorded);
                           return true;
                       })
                .has_value();
        });
    EXPECT_TRUE(done) << done.error().message;
    return all;
}

std::map<std::uint64_t, tape::Hash> Stack::chain() const {
    std::map<std::uint64_t, tape::Hash> hashes;
    auto store = journal::FrameStore::open_to_read(journal());
    if (!store) {
        ADD_FAILURE() << store.error().message;
        return hashes;
    }
    const auto done = store->read(1, UINT64_MAX, [&](const journal::StoredFrame& frame) {
        hashes[frame.header.last_seq()] = frame.header.hash;
        return true;
    });
    EXPECT_TRUE(done) << done.error().message;
    return hashes;
}

std::string write_candles(
    const testing::TemporaryDirectory& directory,
    const std::string& name,
    std::uint64_t seed,
    int minutes,
    double start_price) {
    std::mt19937_64 random(seed);
    const auto step = [&] {
        return (static_cast<double>(random() % 2001) - 1000.0) / 1000.0 * 0.003;
    };
    std::string text = "timestamp,open,high,low,close,volume\n";
    double price = start_price;
    std::int64_t at = 1'569'888'000'000;
    char line[160];
    for (int i = 0; i < minutes; ++i, at += 60'000) {
        const double open = price;
        const double close = open * (1.0 + step());
        const double high = std::max(open, close) * 1.0005;
        const double low = std::min(open, close) * 0.9995;
        std::snprintf(
            line,
            sizeof line,
            "%lld,%.2f,%.2f,%.2f,%.2f,%.4f\n",
            static_cast<long long>(at),
            open,
            high,
            low,
            close,
            5.0 + static_cast<double>(random() % 1000) / 10.0);
        text += line;
        price = close;
    }
    return directory.write(name, text);
}

}  // namespace tapedeck::integration
